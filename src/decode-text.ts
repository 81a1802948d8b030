import { InputError } from './errors.js';

/**
 * The one decoder of all text files: UTF-8, with or without a byte order mark. Other encodings are named, not guessed at.
 *
 * @param where the start of the error line, for instance the file name
 * @throws InputError for UTF-16, UTF-32 and bytes that are no UTF-8
 */
export function decodeText(bytes: Uint8Array, where: string): string {
  const other = otherEncoding(bytes);
  if (other !== undefined) throw new InputError(`${where}: text in ${other}; save it as UTF-8`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new InputError(`${where}: not text in UTF-8`);
    throw new InputError(`${where}: ${bytes.length} bytes are more text than can be held`);
  }
}

/** By the byte order mark, or by the zeros that two or four bytes a character leave beside the first letters. */
function otherEncoding(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && bytes.length > 3 ? 'UTF-32' : 'UTF-16';
  if (a === 0xfe && b === 0xff) return 'UTF-16';
  if (a === 0 && b === 0 && ((c === 0xfe && d === 0xff) || (c === 0 && d > 0))) return 'UTF-32';
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined;
  if (a > 0 && b === 0 && c === 0 && d === 0) return 'UTF-32';
  if ((a > 0 && b === 0 && c > 0 && d === 0) || (a === 0 && b > 0 && c === 0 && d > 0)) return 'UTF-16';
  return undefined;
}

/** Text without its byte order mark, for readers that are given text and not bytes. */
export function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** The same decoder for text that comes piece by piece; what a piece cuts in two comes with the next one. */
export class TextPieces {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private isFirst = true;

  constructor(private readonly where: string) {}

  /** @param last whether nothing follows */
  decode(bytes: Uint8Array, last = false): string {
    if (this.isFirst && bytes.length > 0) {
      const other = otherEncoding(bytes);
      if (other !== undefined) throw new InputError(`${this.where}: text in ${other}; save it as UTF-8`);
      this.isFirst = false;
    }
    try {
      return this.decoder.decode(bytes, { stream: !last });
    } catch (error) {
      if (error instanceof TypeError) throw new InputError(`${this.where}: not text in UTF-8`);
      throw error;
    }
  }
}
