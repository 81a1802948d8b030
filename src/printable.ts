import { LIMITS } from './limits.js';

/**
 * The only way of foreign text (labels, names, paths, file contents) to a terminal, a page or a message. What would act
 * on its surroundings or hide itself is written out as an escape of JSON and JavaScript: control characters, line and
 * paragraph separators, marks of direction, characters without width, private and unassigned ones, lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]|\p{Default_Ignorable_Code_Point}/gu;
/** Combining marks in a heap leave their line; no script puts more than a few on a letter. */
const HEAP = /(\p{M}{4})(\p{M}+)/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text with everything that is not plainly visible written out; visible text, blanks included, is left as it is. */
export function printable(text: string): string {
  return text
    .replace(UNSAFE, escaped)
    .replace(HEAP, (_all, kept: string, rest: string) => kept + [...rest].map(escaped).join(''));
}

function escaped(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  let units = '';
  for (let at = 0; at < character.length; at++) {
    units += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return units;
}

/**
 * The same for the text of a JSON document, which stays the same document: JSON has these escapes inside its strings, and
 * no such character outside them but the line ends and blanks of its own layout.
 */
export function printableJson(json: string): string {
  return json.replace(UNSAFE, (character) => (/[\n\r\t]/.test(character) ? character : escaped(character)));
}

/** Cuts a text to a number of characters (code points), with an ellipsis where something is missing. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // A code point has at most two units: no need to take a text of a million characters apart.
  const points = [...text.slice(0, 2 * longest + 2)];
  if (points.length <= longest && text.length <= 2 * longest + 2) return text;
  return `${points.slice(0, Math.max(0, longest - 1)).join('')}…`;
}

/** A message on one line: printable, and where it is too long without its middle, for both ends say something. */
export function oneLine(text: string, longest: number = LIMITS.message): string {
  const lines = text.split(/[\r\n\u2028\u2029]/).map((line) => line.trim());
  const line = printable(lines.filter((line) => line !== '').join(' '));
  if (line.length <= longest) return line;
  const tail = Math.floor(longest / 3);
  // No half of a surrogate pair stays at either side of the gap.
  const begin = line.slice(0, longest - tail - 2).replace(/[\ud800-\udbff]$/, '');
  return `${begin}… ${line.slice(-tail).replace(/^[\udc00-\udfff]/, '')}`;
}

/** A name in quotes for a message, cut to a readable length. */
export function quoted(text: string, longest: number = LIMITS.quoted): string {
  return printable(JSON.stringify(cut(text, longest)));
}

/** Names for a message: the first few, and how many there are. */
export function quotedList(names: readonly string[], most = 10): string {
  const shown = names.slice(0, most).map((name) => quoted(name));
  if (shown.length === 0) return 'none';
  return names.length > most ? `${shown.join(', ')}, ... (${names.length})` : shown.join(', ');
}

/**
 * Any value for a message, as JSON where it has one: never longer than a quoted name, whatever its size or depth, without
 * running code of the value's own.
 */
export function show(value: unknown): string {
  const parts: string[] = [];
  let room = LIMITS.quoted + 1;
  const add = (text: string): boolean => {
    parts.push(text);
    room -= text.length;
    return room > 0;
  };
  const walk = (item: unknown, depth: number): boolean => {
    if (item === undefined) return add(depth === 0 ? 'nothing' : 'null');
    if (typeof item === 'string') return add(quoted(item));
    if (typeof item === 'bigint') return add(`${String(item)}n`);
    if (typeof item === 'function') return add('a function');
    if (typeof item === 'symbol') return add('a symbol');
    if (item === null || typeof item !== 'object') return add(String(item));
    if (ArrayBuffer.isView(item)) return add('a typed array');
    if (depth > 8) return add('...');
    if (Array.isArray(item)) {
      if (!add('[')) return false;
      for (let at = 0; at < item.length; at++) {
        if (at > 0 && !add(',')) return false;
        if (!walk(item[at], depth + 1)) return false;
      }
      return add(']');
    }
    if (!add('{')) return false;
    let first = true;
    for (const key in item) {
      if (!first && !add(',')) return false;
      first = false;
      if (!add(`${quoted(key)}:`)) return false;
      const field = Object.getOwnPropertyDescriptor(item, key);
      if (!walk(field === undefined || field.get ? '...' : field.value, depth + 1)) return false;
    }
    return add('}');
  };
  walk(value, 0);
  const text = parts.join('');
  return text.length <= LIMITS.quoted ? text : `${text.slice(0, LIMITS.quoted - 3)}...`;
}

/** A value in a message: short, and never the caller's whole data. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return ArrayBuffer.isView(value) ? 'a typed array' : typeof value === 'object' ? 'an object' : typeof value;
}
