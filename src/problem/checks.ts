import { InputError } from '../errors.js';
import { show } from '../printable.js';

export function isInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

/** An array or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** How many entries were given, or what was given in place of a list. */
export function countOf(raw: unknown): string {
  return isList(raw) ? `${raw.length}` : show(raw);
}

/** One whole number in `0..most` for each of `count` places. Throws `InputError` that begins with `where`. */
export function checkWholes(
  raw: unknown,
  count: number,
  what: string,
  place: string,
  most: number,
  where: string,
): Int32Array {
  if (!isList(raw) || raw.length !== count) {
    throw new InputError(`${where}: expected one ${what} (${count}), got ${countOf(raw)}`);
  }
  return Int32Array.from(raw as ArrayLike<number>, (value: unknown, n) => {
    if (isInteger(value) && value >= 0 && value <= most) return value;
    throw new InputError(`${where}, ${place} ${n}: must be an integer in 0..${most}, got ${show(value)}`);
  });
}
