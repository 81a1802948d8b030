import { InputError } from './errors.js';
import { describe } from './printable.js';

/**
 * Checks of single JSON values, for every file of ours that is read back. Written out instead of a schema library:
 * sizes must be refused before they are allocated, and every message names its field in one line.
 */
export function object(raw: unknown, where: string): Record<string, unknown> {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Record<string, unknown>;
  throw new InputError(`${where}: expected an object, got ${describe(raw)}`);
}

export function array(raw: unknown, where: string, length?: number): readonly unknown[] {
  if (!Array.isArray(raw)) throw new InputError(`${where}: expected a list, got ${describe(raw)}`);
  if (length !== undefined && raw.length !== length) {
    throw new InputError(`${where}: expected ${length} entries, got ${raw.length}`);
  }
  return raw;
}

export function text(raw: unknown, where: string, longest = Number.POSITIVE_INFINITY): string {
  if (typeof raw !== 'string') throw new InputError(`${where}: expected a text, got ${describe(raw)}`);
  if (raw.length > longest) {
    throw new InputError(`${where}: ${raw.length} characters are more than ${longest}`);
  }
  return raw;
}

/** Throws `InputError` where a name is there twice. */
export function eachOnce(names: readonly string[], where: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new InputError(`${where}: ${describe(name)} is there twice`);
    seen.add(name);
  }
}

export function integer(raw: unknown, where: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= least && raw <= most) return raw;
  const range = most === Number.MAX_SAFE_INTEGER ? `>= ${least}` : `in ${least}..${most}`;
  throw new InputError(`${where}: expected a whole number ${range}, got ${describe(raw)}`);
}

export function numberOrNull(raw: unknown, where: string): number | null {
  if (raw === null || (typeof raw === 'number' && Number.isFinite(raw))) return raw;
  throw new InputError(`${where}: expected a number or null, got ${describe(raw)}`);
}

export function oneOf<T extends string>(raw: unknown, choices: readonly T[], where: string): T {
  if (choices.includes(raw as T)) return raw as T;
  throw new InputError(`${where}: expected one of ${choices.join(', ')}, got ${describe(raw)}`);
}

/** What `work` gives; an `InputError` that it throws begins with `where`. */
export function within<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${where}: ${error.message}`) : error;
  }
}
