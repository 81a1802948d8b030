import { withoutMark } from './decode-text.js';
import { InputError } from './errors.js';
import { LIMITS } from './limits.js';
import { cut, show } from './printable.js';

/** What a JSON text may ask for; everything is counted before anything is built. */
export interface JsonLimits {
  /** Characters. */
  readonly characters: number;
  readonly depth: number;
  /** Lists and objects. */
  readonly containers: number;
  /** Values of any kind. */
  readonly values: number;
}

const JSON_LIMITS: JsonLimits = {
  characters: LIMITS.jsonBytes,
  depth: LIMITS.jsonDepth,
  containers: LIMITS.jsonContainers,
  values: LIMITS.jsonValues,
};

/**
 * Parses a JSON text from anywhere, with or without a byte order mark, in bounded memory: `JSON.parse` alone takes a few
 * megabytes of brackets for gigabytes of objects, or for the end of the stack.
 *
 * @param where the start of the error line
 * @throws InputError for text that is no JSON, or beyond a limit
 */
export function parseJson(text: string, where: string, limits: Partial<JsonLimits> = {}): unknown {
  if (typeof text !== 'string') throw new InputError(`${where}: expected a text, got ${show(text)}`);
  const most = { ...JSON_LIMITS, ...limits };
  if (text.length > most.characters) {
    throw new InputError(`${where}: ${text.length} characters are more than the limit of ${most.characters}`);
  }
  checkSize(text, where, most);
  try {
    return JSON.parse(withoutMark(text));
  } catch (error) {
    if (text.trim() === '') throw new InputError(`${where}: no JSON, the text is empty`);
    throw new InputError(`${where}: no JSON (${cut((error as Error).message, 120)})`);
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Counts what stands outside strings. Of a text that is no JSON the counts mean little, and the parser will say so. */
function checkSize(text: string, where: string, most: JsonLimits): void {
  let depth = 0;
  let containers = 0;
  let commas = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COMMA:
        commas++;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        containers++;
        if (++depth > most.depth) {
          throw new InputError(`${where}: JSON nested deeper than ${most.depth} levels`);
        }
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
    }
  }
  if (containers > most.containers) {
    throw new InputError(`${where}: ${containers} lists and objects; at most ${most.containers} are read`);
  }
  if (commas + containers > most.values) {
    throw new InputError(`${where}: ${commas + containers} values; at most ${most.values} are read`);
  }
}

/** Where the string that begins at `start` ends; of one that does not end, the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
}

/**
 * JSON in which no number is lost: JSON has none for infinities and "not a number", and `JSON.stringify` makes them `null`
 * without a word. Here they are the texts "Infinity", "-Infinity" and "NaN", which `Number(text)` reads back.
 */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, item: unknown) => jsonNumber(item), indent);
}

/** A number that JSON has not, as its text; anything else as it is. */
export function jsonNumber(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
