import { InputError } from './errors.js';
import { quoted, show } from './printable.js';

/**
 * Refuses options that do not exist: a slip of the pen must not pass for a default.
 *
 * @param options what a caller gave; `undefined` is no options
 * @param known every name there is; a record of the option type's keys, so that the compiler keeps it complete
 * @param what the start of the line, for instance `train`
 * @throws InputError, with the name that was probably meant
 */
export function checkOptionNames<T extends object>(
  options: T | undefined,
  known: Readonly<Record<keyof T, true>>,
  what: string,
): void {
  if (options === undefined) return;
  if (options === null || typeof options !== 'object' || Array.isArray(options)) {
    throw new InputError(`${what}: expected an object with options, got ${show(options)}`);
  }
  const names = Object.keys(known);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const near = nearest(name, names);
    const hint = near === undefined ? `there are ${names.join(', ')}` : `did you mean "${near}"?`;
    throw new InputError(`${what}: unknown option ${quoted(name)}; ${hint}`);
  }
}

/** The closest of some names, where one is close: a third of the letters may be wrong, missing, swapped or too many. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(name.length / 3)) + 1;
  if (name.length > 100) return undefined;
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least && distance < candidate.length) [best, least] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions, replacements, and swaps of neighbours (Damerau 1964; optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], before[j - 2] + 1);
      }
    }
    [before, above] = [above, row];
  }
  return above[b.length];
}
