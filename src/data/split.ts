import { InputError } from '../errors.js';
import { quoted, quotedList } from '../printable.js';
import { classOrder } from './classes.js';

/** Labels with an optional class order, as every data set has them. */
export interface Labelled {
  readonly labels: ArrayLike<string | number>;
  readonly classes?: readonly string[];
}

export interface SplitOptions {
  /** Samples of each class; default: all. */
  readonly shots?: number;
  /** Which samples: `[instance * shots, (instance + 1) * shots)` of each class in file order; default 0. */
  readonly instance?: number;
  /** Classes to use, in this order; default: all, in the data's order. */
  readonly classes?: readonly string[];
}

export interface Selection {
  /** Class names in the chosen order. */
  readonly classes: readonly string[];
  /** Chosen rows, ascending: rows keep the order of the file. */
  readonly rows: readonly number[];
}

/**
 * The few-shot split of the paper: of each class, in file order, the samples `[instance * shots, (instance + 1) * shots)`.
 *
 * @throws InputError for an unknown or repeated class, fewer than two classes, or a class with too few samples
 */
export function fewShotRows(data: Labelled, options: SplitOptions = {}): Selection {
  const { shots, instance = 0 } = options;
  const classes = chooseClasses(data, options.classes);
  if (classes.length < 2)
    throw new InputError(`classes: at least two are needed, got ${quotedList(classes)}`);
  if (shots === undefined) {
    if (instance !== 0)
      throw new InputError('instance: needs shots, which says how many samples an instance has');
    return { classes, rows: rowsOf(data.labels, classes, 0, Number.POSITIVE_INFINITY).rows };
  }
  if (!Number.isSafeInteger(shots) || shots < 1) {
    throw new InputError(`shots: must be a whole number >= 1, got ${shots}`);
  }
  if (!Number.isSafeInteger(instance) || instance < 0) {
    throw new InputError(`instance: must be a whole number >= 0, got ${instance}`);
  }
  const { rows, counts } = rowsOf(data.labels, classes, instance * shots, (instance + 1) * shots);
  for (const [index, name] of classes.entries()) {
    if (counts[index] < (instance + 1) * shots) {
      throw new InputError(
        `shots: class ${quoted(name)} has ${counts[index]} samples; instance ${instance} of ${shots} shots needs ` +
          `${(instance + 1) * shots}`,
      );
    }
  }
  return { classes, rows };
}

/**
 * The test set of the paper: the first `perClass` samples of each class (all of a class that has fewer).
 *
 * @param perClass a whole number >= 1; default: all
 */
export function firstPerClass(data: Labelled, perClass?: number, classes?: readonly string[]): Selection {
  if (perClass !== undefined && (!Number.isSafeInteger(perClass) || perClass < 1)) {
    throw new InputError(`per-class: must be a whole number >= 1, got ${perClass}`);
  }
  const chosen = chooseClasses(data, classes);
  return { classes: chosen, rows: rowsOf(data.labels, chosen, 0, perClass ?? Number.POSITIVE_INFINITY).rows };
}

type Row = ArrayLike<number>;
type Rows =
  | readonly Row[]
  | { readonly values: ArrayLike<number>; readonly rows: number; readonly columns: number };

/** Samples and labels as every reader delivers them, or nested rows. */
export interface Rowed extends Labelled {
  readonly samples: Rows;
  readonly weights?: ArrayLike<number>;
}

/** The chosen rows as data of their own; names of columns and image shape stay. Values are copied, in their own type. */
export function selectRows<T extends Rowed>(data: T, selection: Selection): T {
  const { rows, classes } = selection;
  return {
    ...data,
    samples: pickRows(data.samples, rows),
    labels: rows.map((row) => String(data.labels[row])),
    classes,
    ...(data.weights === undefined ? {} : { weights: pickWeights(data.weights, rows) }),
  };
}

function pickWeights(weights: ArrayLike<number>, rows: readonly number[]): Int32Array {
  return Int32Array.from(rows, (row) => weights[row]);
}

function pickRows(samples: Rows, rows: readonly number[]): Rows {
  if (!('columns' in samples)) return rows.map((row) => samples[row]);
  const { values, columns } = samples;
  const size = rows.length * columns;
  const picked =
    values instanceof Uint8Array
      ? new Uint8Array(size)
      : values instanceof Int32Array
        ? new Int32Array(size)
        : new Float64Array(size);
  for (let to = 0; to < rows.length; to++) {
    const from = rows[to] * columns;
    for (let column = 0; column < columns; column++) picked[to * columns + column] = values[from + column];
  }
  return { values: picked, rows: rows.length, columns };
}

function chooseClasses(data: Labelled, wanted: readonly string[] | undefined): readonly string[] {
  const known = data.classes ?? classOrder(data.labels);
  if (wanted === undefined) return known;
  const there = new Set(known);
  const listed = new Set<string>();
  for (const name of wanted) {
    if (!there.has(name))
      throw new InputError(`classes: no class ${quoted(name)}; there are ${quotedList(known)}`);
    if (listed.has(name)) throw new InputError(`classes: ${quoted(name)} is listed twice`);
    listed.add(name);
  }
  return wanted;
}

/** Rows whose number within their class lies in [from, to), and how many samples each class has in all. */
function rowsOf(
  labels: ArrayLike<string | number>,
  classes: readonly string[],
  from: number,
  to: number,
): { rows: number[]; counts: number[] } {
  const indexOf = new Map(classes.map((name, index) => [name, index]));
  const counts = new Array<number>(classes.length).fill(0);
  const rows: number[] = [];
  for (let row = 0; row < labels.length; row++) {
    const index = indexOf.get(String(labels[row]));
    if (index === undefined) continue;
    const number = counts[index]++;
    if (number >= from && number < to) rows.push(row);
  }
  return { rows, counts };
}
