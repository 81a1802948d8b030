import { InputError } from '../errors.js';

declare global {
  /** Neither the language's own types nor those of Node know it; with those of a browser this adds nothing. */
  namespace WebAssembly {
    interface Module {}
  }
}

/** What a server's answer has to offer: `Response` of any realm, of node-fetch, undici and the like. */
export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The bytes of engine.wasm, the compiled module, or a server's answer with the bytes; each of any realm. */
export type EngineSource = ArrayBuffer | ArrayBufferView | WebAssembly.Module | ResponseLike;

/**
 * Compiles the engine once; the module can be shared with any number of workers.
 *
 * Told apart by what they can do, never by `instanceof`: another window, a vm context and a polyfill have classes of
 * their own.
 *
 * @throws InputError that says what the source is where it is not the engine
 */
export async function compileEngine(source: EngineSource): Promise<WebAssembly.Module> {
  if (isModule(source)) return ours(source);
  if (isResponse(source)) return compileBytes(await bodyOf(source));
  const bytes = bytesOf(source);
  if (bytes !== undefined) return compileBytes(bytes);
  throw new InputError(`engine.wasm: ${kindOf(source)} is not its bytes, a compiled module or a response`);
}

/** `WebAssembly.Module.exports` looks at the object itself and refuses everything else. */
function isModule(source: unknown): source is WebAssembly.Module {
  try {
    WebAssembly.Module.exports(source as WebAssembly.Module);
    return true;
  } catch {
    return false;
  }
}

function isResponse(source: unknown): source is ResponseLike {
  return typeof (source as Partial<ResponseLike> | null)?.arrayBuffer === 'function';
}

async function bodyOf(response: ResponseLike): Promise<Uint8Array<ArrayBuffer>> {
  if (response.ok === false) throw new InputError(`engine.wasm: the server answered ${response.status}`);
  let body: ArrayBuffer;
  try {
    body = await response.arrayBuffer();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`engine.wasm: the body of the response could not be read (${why})`);
  }
  const bytes = bytesOf(body);
  if (bytes === undefined) throw new InputError(`engine.wasm: the body of the response is ${kindOf(body)}`);
  return bytes;
}

/** Views and buffers have slots that any realm's built-ins can read. */
function bytesOf(source: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
  }
  const tag = Object.prototype.toString.call(source);
  if (tag !== '[object ArrayBuffer]' && tag !== '[object SharedArrayBuffer]') return undefined;
  return new Uint8Array(source as ArrayBuffer);
}

async function compileBytes(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  if (bytes.length === 0) throw new InputError('engine.wasm: empty, no byte in it');
  if (MAGIC.some((byte, n) => bytes[n] !== byte)) throw new InputError(`engine.wasm: ${notWasm(bytes)}`);
  let module: WebAssembly.Module;
  try {
    module = await WebAssembly.compile(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`engine.wasm: damaged or cut off, or too new for this runtime (${why})`);
  }
  return ours(module);
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d]; // \0asm
const GZIP = [0x1f, 0x8b];

function notWasm(bytes: Uint8Array): string {
  if (GZIP.every((byte, n) => bytes[n] === byte)) return 'compressed with gzip; serve it unpacked';
  const text = Array.from(bytes.subarray(0, 32), (byte) => String.fromCharCode(byte)).join('');
  const start = /^(?:\xef\xbb\xbf)?\s*([ -~]*)/.exec(text)?.[1] ?? '';
  const tag = /^<[^\s>]*>?/.exec(start);
  if (tag !== null) return `starts with "${tag[0]}": that is a web page, not the engine`;
  if (start !== '') return `starts with "${start.slice(0, 16)}": that is not the engine`;
  return 'not a WebAssembly file';
}

/** Some doors that every version has; a program of somebody else has none of them. */
const DOORS = ['loadProblem', 'beginStage', 'step', 'incumbentAt'];

function ours(module: WebAssembly.Module): WebAssembly.Module {
  const names = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  if (DOORS.every((name) => names.has(name))) return module;
  throw new InputError("engine.wasm: a WebAssembly program, but not fewbit's engine");
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string')
    return 'a string (an address has to be fetched first: initialise(fetch(address)))';
  if (Object.prototype.toString.call(value) === '[object URL]') {
    return 'a URL (it has to be fetched first: initialise(fetch(url)))';
  }
  return typeof value === 'object' ? 'this object' : `a ${typeof value}`;
}
