import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { InputError } from '../errors.js';
import { printable } from '../printable.js';

/** Receives one record and the number of the line it ends on, counted from 1. */
export type RecordSink = (fields: readonly string[], line: number) => void;

/** What may stand between the fields of a table; found where nobody says which. */
export const DELIMITERS = [',', '\t', ';', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Text that is cut at once: pieces of a stream, a little more than they come in. */
const PIECE = 2 ** 20;

/**
 * Cuts the text of a table into records: fields between commas, tabs, semicolons or bars, CRLF or LF, double quotes round fields (which
 * may then hold all of these and doubled quotes). Empty lines are skipped, blanks round unquoted fields dropped. Records are handed out one
 * by one, so a large table is never held as text fields all at once.
 *
 * @param maxRecord longest record in characters
 * @param delimiter default: the one that cuts the first record into the most fields, a comma of equals
 * @throws InputError naming the line of a broken quote or of a record beyond the limit
 */
export function readRecords(
  text: string,
  where: string,
  maxRecord: number,
  sink: RecordSink,
  delimiter?: Delimiter,
): void {
  const cutter = new RecordCutter(where, maxRecord, sink, delimiter);
  cutter.push(text);
  cutter.end();
}

/**
 * The same for text that comes piece by piece. What is cut at once ends at a line end outside quotes, and quotes outside are balanced
 * whatever a field holds, since those inside are doubled; so only their number has to be known, odd or even.
 *
 * Text without any quote needs no state machine: cutting at line ends and delimiters is the same grammar and some ten times
 * faster, which a wide table of numbers notices.
 */
export class RecordCutter {
  private pending: string[] = [];
  private length = 0;
  /** Whether the pending text ends inside quotes. */
  private isOpen = false;
  /** Lines before the pending text. */
  private lines = 0;

  constructor(
    private readonly where: string,
    private readonly maxRecord: number,
    private readonly sink: RecordSink,
    private delimiter?: Delimiter,
  ) {}

  push(text: string): void {
    for (let from = 0; from < text.length; from += PIECE) this.take(text.slice(from, from + PIECE));
  }

  /** The last record needs no line end. */
  end(): void {
    this.cut('');
  }

  private take(piece: string): void {
    const end = this.lastEnd(piece);
    if (end >= 0) {
      this.cut(piece.slice(0, end + 1));
      piece = piece.slice(end + 1);
    }
    this.pending.push(piece);
    this.length += piece.length;
    if (this.length > this.maxRecord) throw tooLong(this.where, this.lines + 1, this.maxRecord);
  }

  /** The last line end of a piece that is outside quotes; -1: there is none. */
  private lastEnd(piece: string): number {
    if (!piece.includes('"')) return this.isOpen ? -1 : piece.lastIndexOf('\n');
    let last = -1;
    let line = piece.indexOf('\n');
    for (let from = 0; ; ) {
      const at = piece.indexOf('"', from);
      const until = at < 0 ? piece.length : at;
      // Each sign is looked at once: a piece may be nothing but quotes.
      for (; line >= 0 && line < until; line = piece.indexOf('\n', line + 1)) if (!this.isOpen) last = line;
      if (at < 0) return last;
      this.isOpen = !this.isOpen;
      from = at + 1;
    }
  }

  private cut(more: string): void {
    const text = this.pending.length === 0 ? more : this.pending.join('') + more;
    this.pending = [];
    this.length = 0;
    if (text === '') return;
    this.delimiter ??= delimiterOf(text);
    if (text.includes('"')) this.cutQuoted(text, this.delimiter ?? ',');
    else this.cutPlain(text, this.delimiter ?? ',');
  }

  private cutPlain(text: string, delimiter: Delimiter): void {
    for (let start = 0; start < text.length; ) {
      let end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
      this.lines++;
      if (end - start > this.maxRecord) throw tooLong(this.where, this.lines, this.maxRecord);
      const record = text.slice(start, end);
      if (!isBlank(record, delimiter)) {
        const fields = record.split(delimiter);
        for (let k = 0; k < fields.length; k++) fields[k] = fields[k].trim();
        this.sink(fields, this.lines);
      }
      start = end + 1;
    }
  }

  private cutQuoted(text: string, delimiter: Delimiter): void {
    const before = this.lines;
    try {
      parse(text, {
        delimiter,
        trim: true,
        skip_empty_lines: true,
        relax_column_count: true,
        record_delimiter: ['\r\n', '\n'],
        max_record_size: this.maxRecord,
        on_record: (fields: string[], { lines }) => {
          // A line of blanks is an empty line.
          if (fields.length > 1 || fields[0] !== '') this.sink(fields, before + lines);
          return null;
        },
      });
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const line = before + Number(error.lines);
      if (error.code === 'CSV_MAX_RECORD_SIZE') throw tooLong(this.where, line, this.maxRecord);
      const what =
        error.code === 'CSV_QUOTE_NOT_CLOSED'
          ? 'a quote is opened and never closed'
          : 'a quote in the wrong place (fields with quotes are quoted whole, quotes inside doubled)';
      throw new InputError(`${this.where}: line ${line}: ${what}`);
    }
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.lines++;
  }
}

/** Fields of tabs alone are fields; otherwise a line of blanks is an empty line. */
function isBlank(record: string, delimiter: Delimiter): boolean {
  return record.trim() === '' && !(delimiter === '\t' && record.includes('\t'));
}

/** What separates the fields of the first line that is not empty; `undefined`: there is none. */
function delimiterOf(text: string): Delimiter | undefined {
  const counts = new Map<string, number>();
  let isOpen = false;
  let isEmpty = true;
  for (const sign of text) {
    if (sign === '"') isOpen = !isOpen;
    else if (sign === '\n' && !isOpen && !isEmpty) break;
    else if (!isOpen) counts.set(sign, (counts.get(sign) ?? 0) + 1);
    if (sign.trim() !== '') isEmpty = false;
  }
  if (isEmpty) return undefined;
  const most = Math.max(...DELIMITERS.map((sign) => counts.get(sign) ?? 0));
  return DELIMITERS.find((sign) => (counts.get(sign) ?? 0) === most);
}

/** `tab`, or the sign itself. */
export function delimiterName(delimiter: string): string {
  return delimiter === '\t' ? 'tab' : printable(delimiter);
}

function tooLong(where: string, line: number, maxRecord: number): InputError {
  return new InputError(`${where}: line ${line}: a record of more than ${maxRecord} characters`);
}
