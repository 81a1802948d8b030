import { InputError } from '../../errors.js';

/** Deeper nesting is no model and no configuration of ours, and would only exhaust the stack. */
const DEPTH_LIMIT = 64;

/**
 * JSON with the keys of every object sorted and no spaces: one text for one content, however a file was indented or its
 * keys ordered. It only reads the value, so a key named `__proto__` is a key like any other. Throws `InputError` beyond
 * 64 levels of nesting.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > DEPTH_LIMIT) throw new InputError(`JSON nested deeper than ${DEPTH_LIMIT} levels`);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item, depth + 1)}`).join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
