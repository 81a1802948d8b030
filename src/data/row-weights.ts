import { InputError } from '../errors.js';
import { quoted } from '../printable.js';
import type { DataSet } from './types.js';

/** What an error on a row may cost, as a whole number: as costs of a problem file. */
export const MOST_WEIGHT = 1_000_000_000;
const MOST_DECIMALS = 9;

/**
 * A table with one of its columns read as what an error on each row counts, and not as a value. Weights are made whole exactly: multiplied by
 * the least power of ten that does it, and divided by what they have in common; a note says so.
 *
 * @param where what messages begin with
 * @throws InputError for a column that is not there or no numbers, and for weights that are negative, missing, all 0 or no whole numbers
 * up to 10^9 in any such unit, naming column and row
 */
export function withRowWeights(data: DataSet, name: string, where: string): DataSet {
  const { samples, columns, levels } = data;
  const at = columns?.indexOf(name) ?? -1;
  if (columns === undefined || at < 0) {
    throw new InputError(
      `${where}: weight: ${columns === undefined ? 'only tables have columns' : `there is no column ${quoted(name)}`}`,
    );
  }
  const column = `${where}: weight: column ${quoted(name)}`;
  const level = levels?.[at]?.[0];
  if (level !== undefined) throw new InputError(`${column}: ${quoted(level)} is not a number`);
  const raw = Float64Array.from(
    { length: samples.rows },
    (_, row) => samples.values[row * samples.columns + at],
  );
  const { weights, times, by } = wholeWeights(raw, column);
  const unit = [...(times === 1 ? [] : [`times ${times}`]), ...(by === 1 ? [] : [`divided by ${by}`])];
  const isOther = <T>(_: T, c: number): boolean => c !== at;
  return {
    ...data,
    samples: without(samples, at),
    columns: columns.filter(isOther),
    ...(levels === undefined ? {} : { levels: levels.filter(isOther) }),
    dropped: [...(data.dropped ?? []), name],
    weights,
    ...(unit.length === 0
      ? {}
      : {
          notes: [
            ...(data.notes ?? []),
            `weights of column ${quoted(name)} are taken ${unit.join(' and ')}, which makes them whole`,
          ],
        }),
  };
}

/** The same weights in a unit in which they are whole and have no divisor in common. */
function wholeWeights(raw: Float64Array, column: string): { weights: Int32Array; times: number; by: number } {
  const strange = raw.findIndex((weight) => !(weight >= 0) || !Number.isFinite(weight));
  if (strange >= 0) {
    const found = Number.isNaN(raw[strange]) ? 'a missing value' : String(raw[strange]);
    throw new InputError(`${column}, row ${strange}: expected a number >= 0, got ${found}`);
  }
  const isWhole = (times: number): boolean =>
    raw.every(
      (weight) =>
        Math.round(weight * times) <= Number.MAX_SAFE_INTEGER &&
        Math.round(weight * times) / times === weight,
    );
  let times = 1;
  for (let decimals = 0; decimals < MOST_DECIMALS && !isWhole(times); decimals++) times *= 10;
  const whole = raw.map((weight) => Math.round(weight * times));
  const by = whole.reduce((a, b) => gcd(a, b), 0);
  if (by === 0) throw new InputError(`${column}: every weight is 0`);
  const most = whole.reduce((a, b) => Math.max(a, b), 0) / by;
  if (!isWhole(times) || most > MOST_WEIGHT) {
    throw new InputError(
      `${column}: no unit makes them whole numbers up to ${MOST_WEIGHT}; round them first`,
    );
  }
  return { weights: Int32Array.from(whole, (weight) => weight / by), times, by };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function without({ values, rows, columns }: DataSet['samples'], at: number): DataSet['samples'] {
  const rest = values.slice(0, rows * (columns - 1));
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (column !== at) rest[to++] = values[row * columns + column];
    }
  }
  return { values: rest, rows, columns: columns - 1 };
}
