import { InputError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { quoted, quotedList } from '../printable.js';
import { type Cells, isMissingText, missingFault } from './cells.js';
import { columnsByName } from './columns.js';

/** Which columns of a table are what. */
export interface TableShape {
  /** What messages call the text. */
  readonly where: string;
  /** Name of the label column, wherever it stands; default `label`. */
  readonly label?: string;
  /** `all` (the default): every row has one. `some`: the column is there, and fields may be empty. `any`: nor need it be there. */
  readonly labels?: 'all' | 'some' | 'any';
  /** A column that names the rows, and is no value unless it is expected. */
  readonly id?: string;
  /** Columns that are no values either. */
  readonly drop?: readonly string[];
  /** The same for columns that need not be there. */
  readonly dropped?: readonly string[];
  /** Columns to find by name, in the order in which they are wanted; `undefined`: all there are. */
  readonly expected?: readonly string[];
  /** Whose these are, for messages. */
  readonly whose?: string;
  /** Columns that nobody expects are left unread; default: refused. */
  readonly lenient?: boolean;
  /** Columns of values at most; default: `LIMITS.columns`. */
  readonly mostColumns?: number;
}

/** What becomes of a column of the table that is no value. */
const UNREAD = -1;
const LABEL = -2;

/** Reads a table row by row: the header first, then every record into one array of values. */
export class TableRows {
  /** Names of the values, in the order in which they come out. */
  columns: readonly string[] = [];
  /** Columns of the table that are left unread because nobody expects them. */
  unread: readonly string[] = [];
  /** Of the last row. */
  values = new Float64Array(0);
  label: string | undefined;
  id = '';
  /** Rows so far. */
  rows = 0;
  private names: readonly string[] = [];
  private places = new Int32Array(0);
  private idAt = -1;
  private readonly known = new Map<string, string>();

  constructor(
    private readonly shape: TableShape,
    private readonly cells: Cells,
  ) {}

  get hasHeader(): boolean {
    return this.names.length > 0;
  }

  get where(): string {
    return this.shape.where;
  }

  /** Takes the first record. Throws `InputError` for names that are not there, or not right. */
  readHeader(fields: readonly string[]): void {
    const { where, label = 'label', labels, id, drop = [], expected, whose, lenient } = this.shape;
    const { dropped = [] } = this.shape;
    if (fields.some((field) => /\r(?!\n)/.test(field))) {
      throw new InputError(`${where}: lines end with carriage returns alone; save it with line feeds`);
    }
    const most = this.shape.mostColumns ?? LIMITS.columns;
    if (fields.length - 1 > most) {
      throw new InputError(
        `${where}: ${fields.length - 1} columns besides the label; at most ${most} are supported`,
      );
    }
    const at = fields.indexOf(label);
    const asked = labels === 'any' ? [] : [label];
    for (const name of [...asked, ...(id === undefined ? [] : [id]), ...drop]) {
      if (fields.includes(name)) continue;
      const hint =
        this.shape.label === undefined && name === label
          ? '; which one has the class names is said by --label NAME'
          : '';
      throw new InputError(
        `${where}: no column named ${quoted(name)} in the header (${quotedList(fields, 8)})${hint}`,
      );
    }
    checkNames(fields, where);
    const places = new Int32Array(fields.length).fill(UNREAD);
    const found: number[] = [];
    const left = new Set([...drop, ...dropped.filter((name) => expected?.includes(name) !== true)]);
    for (const [column, name] of fields.entries()) {
      if (column === at) places[column] = LABEL;
      else if (!left.has(name) && (name !== id || expected?.includes(name))) found.push(column);
    }
    const names = found.map((column) => fields[column]);
    if (expected === undefined) {
      for (const [place, column] of found.entries()) places[column] = place;
      this.columns = names;
      if (names.length === 0) throw new InputError(`${where}: no column besides ${quoted(label)}`);
    } else {
      const placed = columnsByName(names, expected, where, whose ?? 'the training data', lenient);
      for (const [index, column] of found.entries()) places[column] = placed[index];
      this.columns = expected;
      this.unread = names.filter((_, index) => placed[index] === UNREAD);
    }
    this.names = [...fields];
    this.idAt = id === undefined ? -1 : fields.indexOf(id);
    this.places = places;
    this.values = new Float64Array(this.columns.length);
  }

  /** Takes a row into `values`, `label` and `id`. Throws `InputError` naming row, line and column of the first fault. */
  readRow(fields: readonly string[], line: number): void {
    const row = this.rows;
    if (fields.length !== this.names.length) {
      throw new InputError(
        `${this.where}: line ${line} (row ${row + 1}): ${fields.length} fields, the header has ${this.names.length}`,
      );
    }
    const { places, values, cells } = this;
    this.label = undefined;
    for (let column = 0; column < fields.length; column++) {
      const place = places[column];
      const field = fields[column];
      if (place >= 0) {
        const value = cells.read(field, place, row);
        if (typeof value === 'string') throw this.fault(line, column, value);
        values[place] = value;
      } else if (place === LABEL) {
        if (!isMissingText(field)) this.label = this.shared(field, line, column);
        else if ((this.shape.labels ?? 'all') === 'all') throw this.fault(line, column, missingFault(field));
      }
    }
    if (this.idAt >= 0) this.id = fields[this.idAt];
    this.rows++;
  }

  private fault(line: number, column: number, what: string): InputError {
    return new InputError(`${this.at(line, column)}: ${what}`);
  }

  private at(line: number, column: number): string {
    return `${this.where}: row ${this.rows + 1} (line ${line}), column ${quoted(this.names[column])}`;
  }

  /** One string for equal labels, however many rows. */
  private shared(label: string, line: number, column: number): string {
    const known = this.known.get(label);
    if (known !== undefined) return known;
    checkNameLength(label, this.at(line, column));
    this.known.set(label, label);
    return label;
  }
}

function checkNames(names: readonly string[], where: string): void {
  const seen = new Set<string>();
  for (const [column, name] of names.entries()) {
    if (name === '') {
      throw new InputError(
        `${where}: column ${column + 1} has no name in the header; if it is a row number, leave it out`,
      );
    }
    if (seen.has(name)) throw new InputError(`${where}: two columns are named ${quoted(name)}`);
    checkNameLength(name, `${where}: column ${column + 1}`);
    seen.add(name);
  }
}

/** Names end up in models, which have to be readable. */
function checkNameLength(name: string, where: string): void {
  if (name.length <= LIMITS.name) return;
  throw new InputError(
    `${where}: ${quoted(name)} has ${name.length} characters; at most ${LIMITS.name} are supported`,
  );
}
