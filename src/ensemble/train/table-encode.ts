import { classOrder } from '../../data/classes.js';
import { fewShotRows } from '../../data/split.js';
import type { DenseMatrix } from '../matrix.js';
import type { TrainingData, TrainOptions } from '../types.js';

/*
 * How the numbers of a table become inputs where nobody says (`--encode`), by what its training rows look like.
 *
 * A column's range on one scale is the cheapest input there is, and the wrong one where few large values take the scale for themselves:
 * all others come to lie on one end, and a neuron of small weights sees nothing of them (adult at P = 1: 82.6 % of rows held out, skewed tables
 * the base rate; in ten steps 85.3 %). Steps bear any shape, and say of a column what a weight cannot, that the middle of it is best; but each
 * is a weight to be found. So they are for tables with rows enough for all of them; where there are not, a skewed column goes by the order of its
 * values (`rank`), and the others by their range. Ten steps by five and by twenty: five lose half a point of adult and up to three of skewed
 * tables, twenty gain nothing.
 */

/** What tables with rows enough are encoded as. */
const STEPS = 'quantile=10';
const PARTS = 10;
/** Rows of the smallest pair that every input of its own wants. */
const ROWS_AN_INPUT = 20;
/** Skewed: four fifths of the values, those of a heap apart, lie within this share of the range. */
const SKEWED_SHARE = 0.2;
/** A value on more than this share of the rows is a heap. */
const HEAP_SHARE = 0.1;

/** What `--encode` is for a table, or `undefined`: every column by its range. @param moves columns may be off by radii of their own */
export function tableEncode(
  data: TrainingData,
  matrix: DenseMatrix,
  { classes, shots, instance }: Pick<TrainOptions, 'classes' | 'shots' | 'instance'>,
  moves = false,
): string | undefined {
  const { rows } = fewShotRows(
    { labels: data.labels, classes: data.classes ?? classOrder(data.labels) },
    {
      ...{ classes, shots, instance },
    },
  );
  const columns = data.columns ?? [];
  const seen = columns.map((_, c) => valuesOf(matrix, rows, c));
  const inputs = seen.reduce((sum, sorted, c) => sum + inputsOf(sorted, data.levels?.[c] ?? null), 0);
  // Columns that may be off say it best on a scale: a radius of one input is the box itself (column-reach.ts).
  if (!moves && smallestPair(data.labels, rows) >= ROWS_AN_INPUT * inputs) return STEPS;
  const skewed = columns.filter((_, c) => (data.levels?.[c] ?? null) === null && isSkewed(seen[c]));
  if (skewed.length === 0) return undefined;
  return ['range', ...skewed.map((name) => `"${name.replaceAll('"', '""')}":rank`)].join();
}

/** Values of a column, ascending; missing ones not among them. */
function valuesOf({ values, columns }: DenseMatrix, rows: readonly number[], column: number): Float64Array {
  const there = new Float64Array(rows.length);
  let count = 0;
  for (const row of rows) {
    const value = values[row * columns + column];
    if (!Number.isNaN(value)) there[count++] = value;
  }
  return there.subarray(0, count).sort();
}

/** What steps make of a column, an indicator not among them. */
function inputsOf(sorted: Float64Array, levels: readonly string[] | null): number {
  let distinct = sorted.length === 0 ? 0 : 1;
  for (let n = 1; n < sorted.length; n++) if (sorted[n] !== sorted[n - 1]) distinct++;
  return levels === null ? Math.min(PARTS, distinct) - Math.min(1, distinct) : distinct;
}

/** Rows of the two smallest classes. */
function smallestPair(labels: TrainingData['labels'], rows: readonly number[]): number {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(String(labels[row]), (counts.get(String(labels[row])) ?? 0) + 1);
  const [first, second = 0] = [...counts.values()].sort((a, b) => a - b);
  return first + second;
}

/** Whether a range leaves most of the values, those of a heap apart, on a small part of the scale. */
export function isSkewed(sorted: Float64Array): boolean {
  const rest = withoutHeap(sorted);
  // Of so few different values each is a place of its own on the scale.
  if (rest.length === 0 || new Set(rest).size <= PARTS) return false;
  const at = (share: number): number => rest[Math.floor(share * (rest.length - 1))];
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  // Halves: the difference of two doubles may be none.
  return at(0.9) / 2 - at(0.1) / 2 < SKEWED_SHARE * (high / 2 - low / 2);
}

/** The values but for the most frequent one, where that is a heap. */
function withoutHeap(sorted: Float64Array): Float64Array {
  let [from, to] = [0, 0];
  for (let start = 0, n = 1; n <= sorted.length; n++) {
    if (n < sorted.length && sorted[n] === sorted[start]) continue;
    if (n - start > to - from) [from, to] = [start, n];
    start = n;
  }
  return to - from > HEAP_SHARE * sorted.length ? sorted.filter((_, n) => n < from || n >= to) : sorted;
}
