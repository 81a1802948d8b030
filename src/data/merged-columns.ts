import { type Scaling, scaledValue } from './scaling.js';

/** A column in which training values that differ are the same integer for the networks. */
export interface MergedColumn {
  /** Counted from 0. */
  readonly column: number;
  readonly name?: string;
  /** Different values in training, and different integers that they have become. */
  readonly values: number;
  readonly integers: number;
}

/** The columns in which a scaling merges values, ascending. */
export function mergedColumns(
  scaling: Scaling,
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  names?: readonly string[],
): MergedColumn[] {
  const merged: MergedColumn[] = [];
  const sorted = new Float64Array(rows);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) sorted[row] = values[row * columns + column];
    sorted.sort();
    let distinct = 0;
    let integers = 0;
    let last = Number.NaN; // scalings keep the order of a column, so equal integers stand side by side
    for (let row = 0; row < rows; row++) {
      // Minus zero sorts before zero and is no other value.
      if (row > 0 && sorted[row] === sorted[row - 1]) continue;
      distinct++;
      const integer = scaledValue(scaling, sorted[row], column);
      if (integer !== last) integers++;
      last = integer;
    }
    if (integers === distinct) continue;
    const name = names?.[column];
    merged.push({ column, ...(name === undefined ? {} : { name }), values: distinct, integers });
  }
  return merged;
}
