import { InputError } from '../errors.js';
import { quoted } from '../printable.js';

/**
 * Finds the columns of a table by their names: the order is the table's own affair, other names are other data.
 *
 * @param found names as they stand in the table, each once
 * @param expected the names that are asked for, each once
 * @param whose whose these are, for the message: `the training data`, `the model`
 * @returns for every column of the table its place among the expected ones; `undefined` where they are in order already
 * @throws InputError naming the first column that is missing or not asked for
 */
export function columnPlaces(
  found: readonly string[],
  expected: readonly string[],
  where: string,
  whose: string,
): Int32Array | undefined {
  const places = new Map(expected.map((name, place) => [name, place]));
  const there = new Set(found);
  const missing = expected.find((name) => !there.has(name));
  const unknown = found.find((name) => !places.has(name));
  if (missing !== undefined) {
    const instead =
      unknown === undefined ? '' : `; there is ${quoted(unknown)}, which ${whose} does not have`;
    throw new InputError(`${where}: no column named ${quoted(missing)}, which ${whose} has${instead}`);
  }
  if (unknown !== undefined) {
    throw new InputError(
      `${where}: column ${quoted(unknown)} is none of those that ${whose} has; leave it out`,
    );
  }
  if (found.length !== expected.length) {
    const twice = found.find((name, column) => found.indexOf(name) !== column) ?? '';
    throw new InputError(`${where}: two columns are named ${quoted(twice)}`);
  }
  if (found.every((name, column) => name === expected[column])) return undefined;
  return Int32Array.from(found, (name) => places.get(name) as number);
}

/**
 * The same for a table that may have columns that nobody asks for.
 *
 * @param lenient other columns are left out; else refused
 * @returns for every column of the table its place, -1 for one that is left out
 */
export function columnsByName(
  found: readonly string[],
  expected: readonly string[],
  where: string,
  whose: string,
  lenient = false,
): Int32Array {
  const wanted = new Set(expected);
  const asked = lenient ? found.filter((name) => wanted.has(name)) : found;
  columnPlaces(asked, expected, where, whose);
  const places = new Map(expected.map((name, place) => [name, place]));
  return Int32Array.from(found, (name) => places.get(name) ?? -1);
}

/** Rows with their columns put into their places; row-major, a copy. */
export function placeColumns(values: ArrayLike<number>, rows: number, places: Int32Array): Float64Array {
  const columns = places.length;
  const placed = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const at = row * columns;
    for (let column = 0; column < columns; column++) placed[at + places[column]] = values[at + column];
  }
  return placed;
}
