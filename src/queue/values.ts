import { InputError } from '../errors.js';
import { parseJson } from '../json.js';

/**
 * Plain values with typed arrays and every number, as JSON: what goes over the queue is read by another process, on another machine, of
 * another version of Node perhaps, so it is neither a structured clone nor anything that could run. Arrays of whole numbers are base64 of
 * their little-endian bytes; numbers that JSON lacks are texts under `$number`.
 */
export function encodeValue(value: unknown): unknown {
  if (value instanceof Int32Array) return { $int32: bytesOf(value).toString('base64') };
  if (value instanceof Int8Array) return { $int8: bytesOf(value).toString('base64') };
  if (ArrayBuffer.isView(value)) throw new Error(`no form for ${value.constructor.name}`);
  if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
  if (Array.isArray(value)) return value.map(encodeValue);
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(entries.map(([key, item]) => [key, encodeValue(item)]));
  }
  return value;
}

/** The value of a text that `encodeValue` and JSON made. Throws `InputError` for anything else. */
export function decodeText(text: string, where: string): unknown {
  return decodeValue(parseJson(text, where), where);
}

function decodeValue(value: unknown, where: string): unknown {
  if (Array.isArray(value)) return value.map((item) => decodeValue(item, where));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first[0].startsWith('$')) return decodeForm(first[0], first[1], where);
  return Object.fromEntries(entries.map(([key, item]) => [key, decodeValue(item, where)]));
}

function decodeForm(form: string, content: unknown, where: string): unknown {
  if (typeof content === 'string') {
    if (form === '$number') return Number(content);
    const bytes = Buffer.from(content, 'base64');
    if (form === '$int8') return Int8Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    if (form === '$int32' && bytes.length % 4 === 0) return int32Of(bytes);
  }
  throw new InputError(`${where}: no value of the form ${form}`);
}

/** The little-endian bytes of an array, sharing its memory: typed arrays are little-endian wherever WebAssembly runs. */
export function bytesOf(array: Int32Array | Int8Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** A new array of these bytes. */
export function int32Of(bytes: Uint8Array): Int32Array {
  const copy = new Uint8Array(bytes); // aligned
  return new Int32Array(copy.buffer, 0, copy.length >> 2);
}
