import {
  type ColumnReading,
  deviationsOf,
  inputsWithin,
  radiiOfColumns,
  widthOfColumn,
} from '../../data/column-moves.js';
import { inputsOfValue } from '../../data/encoding.js';
import { movesColumns, type PerturbationSet } from '../../perturb/index.js';
import { below, type RandomSource, sfc32 } from '../../random.js';
import type { ColumnReach, TrainingSamples } from './training-samples.js';

/*
 * Radii in units of columns, as a training knows them. A column that is one input is a radius of that input: the most that it moves on any
 * training row, so no row's box leaves the problem's. A column of several inputs (a thermometer, levels) moves in ways that no radius of its
 * inputs says without letting thermometers have holes: rows get copies instead, at corners of these columns' box. Copies are some of
 * what there is, not all; what a network holds is judged exactly afterwards (`ColumnCertifier`).
 */

/** Corners of a row, and rows of a training with all of them. */
const MOST_CORNERS = 16;
const MOST_ROWS = 50_000;
const LEAST_CORNERS = 2;
const CORNER_STREAM = 3;

/** The samples with the deviations of their columns where these have names, and the reach where the set moves columns. Throws `InputError`. */
export function withColumnReach(samples: TrainingSamples, perturb: PerturbationSet): TrainingSamples {
  const { image, columnNames, encoding, values, labels } = samples;
  const moves = movesColumns(perturb);
  if (image !== undefined || (columnNames === undefined && !moves)) return samples;
  const count = samples.sources ?? samples.columns;
  const deviations = deviationsOf(values, labels.length, count, encoding);
  if (!moves) return { ...samples, deviations };
  const names = columnNames ?? Array.from({ length: count }, (_, c) => String(c));
  const columns = radiiOfColumns(perturb, names, deviations, encoding);
  const columnSummary = samples.columnSummary?.map((column, c) => ({ ...column, radius: columns[c] }));
  return {
    ...samples,
    ...(columnSummary === undefined ? {} : { columnSummary }),
    deviations,
    reach: reachOf(samples, columns),
  };
}

function reachOf(samples: TrainingSamples, columns: Float64Array): ColumnReach {
  const { values, labels } = samples;
  const inputs = new Int32Array(samples.inputs);
  const stepped: number[] = [];
  let at = 0;
  for (let c = 0; c < columns.length; c++) {
    const width = widthOfColumn(samples, c);
    if (columns[c] > 0 && width > 0) {
      if (!isOneInput(samples, c)) stepped.push(c);
      else {
        for (let k = 0; k < labels.length; k++) {
          inputs[at] = Math.max(inputs[at], moveOf(samples, c, values[k * columns.length + c], columns[c]));
        }
      }
    }
    at += width;
  }
  const room = Math.floor(MOST_ROWS / labels.length);
  return { columns, inputs, stepped, mostCopies: Math.min(MOST_CORNERS, Math.max(LEAST_CORNERS, room)) };
}

/** Numbers on a scale of any kind; an indicator of missing values beside it stays. */
function isOneInput({ encoding }: ColumnReading, column: number): boolean {
  const kind = encoding?.columns[column].kind;
  return kind === undefined || kind === 'whole' || kind === 'range' || kind === 'rank';
}

/** How far the input of a number moves at most. */
function moveOf(reading: ColumnReading, column: number, value: number, radius: number): number {
  const [own] = inputsWithin(reading, column, value, 0);
  return inputsWithin(reading, column, value, radius).reduce(
    (most, [end]) => Math.max(most, Math.abs(end - own[0])),
    0,
  );
}

/** Copies of a row at corners of the box of the columns that move by copies, each once; the row itself is not among them. */
export function cornersOf(samples: TrainingSamples, sample: number, seed: number): Int32Array[] {
  const { reach, encoding, rows, columns: width, values } = samples;
  if (reach === undefined || encoding === undefined || reach.stepped.length === 0) return [];
  const own = rows.subarray(sample * width, (sample + 1) * width);
  const moved = reach.stepped.flatMap((c) => {
    const value = values[sample * reach.columns.length + c];
    const lists = inputsWithin(samples, c, value, reach.columns[c]);
    const from = encoding.columns
      .slice(0, c)
      .reduce((sum, _, before) => sum + widthOfColumn(samples, before), 0);
    // The ends of a thermometer are corners, what is between them is not; of a category every level is one.
    const ends = encoding.columns[c].kind === 'category' ? lists : [lists[0], lists[lists.length - 1]];
    return lists.length < 2 ? [] : [{ from, lists: [...ends, inputsOfValue(encoding, c, value)] }];
  });
  if (moved.length === 0) return [];
  const known = new Set([own.join()]);
  const corners: Int32Array[] = [];
  for (const choice of choices(
    moved.map(({ lists }) => lists.length),
    reach.mostCopies,
    sfc32(seed, CORNER_STREAM, sample, 0),
  )) {
    const row = own.slice();
    for (const [n, { from, lists }] of moved.entries()) row.set(lists[choice[n]], from);
    const key = row.join();
    if (!known.has(key)) corners.push(row);
    known.add(key);
    if (corners.length === reach.mostCopies) break;
  }
  return corners;
}

/** All choices where there are few, else some at random. */
function* choices(counts: readonly number[], few: number, random: RandomSource): Generator<number[]> {
  const all = counts.reduce((product, count) => product * count, 1);
  if (all <= 4 * few) {
    for (let code = 0; code < all; code++) {
      let rest = code;
      yield counts.map((count) => {
        const digit = rest % count;
        rest = Math.floor(rest / count);
        return digit;
      });
    }
    return;
  }
  for (let draw = 0; draw < 4 * few; draw++) yield counts.map((count) => below(random, count));
}
