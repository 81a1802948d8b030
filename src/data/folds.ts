import { InputError } from '../errors.js';
import { quoted } from '../printable.js';
import { below, sfc32 } from '../random.js';

/*
 * Rows held out for judging. Stratified: every part has its share of every class. What a row's part is depends on the labels in their
 * order and on the seed alone, not on what classes are called or how they are ordered, so that a later command finds the same parts.
 */

/** Tells these draws from all others of the same seed. */
const FOLDS = 0x666f6c64;
const HELD_OUT = 0x74657374;

/** Fewer folds are no folds; with more, each is a row or two. */
export const LEAST_FOLDS = 2;
export const MOST_FOLDS = 1000;

/**
 * The fold of every row, 0..folds-1. Each class is shuffled and dealt out, the next class from where the last one ended: sizes of
 * folds differ by one at most, and so do the numbers of a class in them.
 *
 * @param folds a whole number from 2 to the number of rows
 * @throws InputError for more folds than rows, and for a class with a single row: some training would be without it
 */
export function foldsOf(labels: ArrayLike<string | number>, folds: number, seed: number): Uint16Array {
  if (folds > labels.length) {
    throw new InputError(`folds: ${folds}, but there are ${labels.length} rows`);
  }
  const fold = new Uint16Array(labels.length);
  let next = 0;
  for (const [label, rows] of shuffledClasses(labels, seed, FOLDS)) {
    if (rows.length === 1) {
      throw new InputError(
        `folds: class ${quoted(label)} has one row, and a training without it is another one`,
      );
    }
    for (const row of rows) fold[row] = next++ % folds;
  }
  return fold;
}

/** Rows for training and for judging, each ascending. */
export interface HeldOut {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/**
 * Holds out a share of the rows: of every class the nearest whole number, and one at least is left on either side.
 *
 * @param share above 0 and below 1
 * @throws InputError for a class with a single row
 */
export function holdOut(labels: ArrayLike<string | number>, share: number, seed: number): HeldOut {
  const isTest = new Uint8Array(labels.length);
  for (const [label, rows] of shuffledClasses(labels, seed, HELD_OUT)) {
    if (rows.length === 1) {
      throw new InputError(`test-share: class ${quoted(label)} has one row, which cannot be on both sides`);
    }
    const count = Math.min(rows.length - 1, Math.max(1, Math.round(rows.length * share)));
    for (const row of rows.slice(0, count)) isTest[row] = 1;
  }
  const all = Array.from(isTest, (_, row) => row);
  return { train: all.filter((row) => isTest[row] === 0), test: all.filter((row) => isTest[row] === 1) };
}

/** The rows of every class, shuffled (Fisher and Yates), classes in the order in which they occur. */
function shuffledClasses(
  labels: ArrayLike<string | number>,
  seed: number,
  stream: number,
): Map<string, number[]> {
  const classes = new Map<string, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const label = String(labels[row]);
    const rows = classes.get(label);
    if (rows === undefined) classes.set(label, [row]);
    else rows.push(row);
  }
  const random = sfc32(seed, stream);
  for (const rows of classes.values()) {
    for (let last = rows.length - 1; last > 0; last--) {
      const other = below(random, last + 1);
      [rows[last], rows[other]] = [rows[other], rows[last]];
    }
  }
  return classes;
}
