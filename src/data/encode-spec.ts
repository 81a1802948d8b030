import { InputError } from '../errors.js';
import { quoted } from '../printable.js';
import { MAX_THRESHOLDS } from './scaling.js';

/** How a column is asked to be encoded. */
export type ColumnAsked =
  | { readonly kind: 'auto' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'range' }
  | { readonly kind: 'rank' }
  | { readonly kind: 'category' }
  /** A thermometer of thresholds that cut the training rows into so many parts. */
  | { readonly kind: 'quantile'; readonly parts: number }
  | { readonly kind: 'at'; readonly thresholds: readonly number[] }
  | { readonly kind: 'levels'; readonly levels: readonly string[] };

export interface EncodeAsked {
  /** Of all columns of numbers that are not named. */
  readonly numbers: ColumnAsked;
  readonly named: ReadonlyMap<string, ColumnAsked>;
}

const PLAIN = ['auto', 'whole', 'range', 'rank', 'category'] as const;
const FORMS = 'auto, whole, range, rank, category, quantile=5, at=30|50, levels=low|mid|high';

/**
 * Reads what `--encode` says: entries apart by commas, `KIND` for all columns of numbers or `COLUMN:KIND` for one, as in
 * `quantile=5,dose:at=10|50,stage:levels=I|II|III,ward:category`. Names and levels with signs in them stand in double quotes.
 *
 * @throws InputError naming the entry
 */
export function parseEncode(text: string): EncodeAsked {
  if (typeof text !== 'string') throw new InputError('encode: expected a text');
  let numbers: ColumnAsked = { kind: 'auto' };
  const named = new Map<string, ColumnAsked>();
  let isGiven = false;
  for (const entry of splitOutside(text, ',').map((part) => part.trim())) {
    const parts = splitOutside(entry, ':');
    const asked = parseKind(parts[parts.length - 1], entry);
    if (parts.length === 1) {
      if (isGiven)
        throw new InputError(`encode: ${quoted(entry)}: what holds for all numbers is given twice`);
      if (asked.kind === 'levels' || asked.kind === 'category') {
        throw new InputError(`encode: ${quoted(entry)} is for a column, as in NAME:${entry}`);
      }
      numbers = asked;
      isGiven = true;
      continue;
    }
    const name = unquoted(parts.slice(0, -1).join(':').trim());
    if (named.has(name)) throw new InputError(`encode: column ${quoted(name)} is given twice`);
    named.set(name, asked);
  }
  return { numbers, named };
}

function parseKind(text: string, entry: string): ColumnAsked {
  const cut = text.indexOf('=');
  const kind = (cut < 0 ? text : text.slice(0, cut)).trim();
  const rest = cut < 0 ? undefined : text.slice(cut + 1).trim();
  const plain = PLAIN.find((name) => name === kind);
  if (plain !== undefined && rest === undefined) return { kind: plain };
  if (kind === 'quantile' && rest !== undefined) {
    const parts = Number(rest);
    if (/^\d+$/.test(rest) && parts >= 2 && parts <= MAX_THRESHOLDS + 1) return { kind, parts };
    throw new InputError(`encode: ${quoted(entry)}: expected 2 to ${MAX_THRESHOLDS + 1} parts`);
  }
  if (kind === 'at' && rest !== undefined) {
    const thresholds = rest.split('|').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
    const isRising = thresholds.every((t, n) => Number.isFinite(t) && (n === 0 || t > thresholds[n - 1]));
    if (isRising && thresholds.length <= MAX_THRESHOLDS) return { kind, thresholds };
    throw new InputError(`encode: ${quoted(entry)}: expected rising numbers apart by bars, as in at=30|50`);
  }
  if (kind === 'levels' && rest !== undefined) {
    const levels = splitOutside(rest, '|').map((part) => unquoted(part.trim()));
    if (levels.length >= 2 && !levels.includes('') && new Set(levels).size === levels.length) {
      return { kind, levels };
    }
    throw new InputError(
      `encode: ${quoted(entry)}: expected levels apart by bars, none twice, as in levels=low|high`,
    );
  }
  throw new InputError(`encode: ${quoted(entry)} is no encoding; there are ${FORMS}`);
}

/** Cuts a text at a sign outside double quotes. */
function splitOutside(text: string, sign: string): string[] {
  const parts = [''];
  let isOpen = false;
  for (const character of text) {
    if (character === '"') isOpen = !isOpen;
    if (character === sign && !isOpen) parts.push('');
    else parts[parts.length - 1] += character;
  }
  if (isOpen) throw new InputError(`encode: ${quoted(text)}: a quote is opened and never closed`);
  return parts;
}

function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text;
}
