import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { compileEngine, Engine, type EngineSource } from '../../src/engine/index.js';
import { InputError } from '../../src/errors.js';
import { builtFile } from '../../src/run/wasm-file.js';

const bytes = readFileSync(builtFile('engine.wasm'));
const plain = new Uint8Array(bytes).buffer;
const given = (value: unknown) => compileEngine(value as EngineSource);
/** What another window, or a test runner's sandbox, would hand in. */
const elsewhere = (code: string) => runInContext(code, createContext({ numbers: [...bytes] })) as unknown;

describe('compileEngine', () => {
  it.each<[string, () => unknown]>([
    ['a Buffer', () => bytes],
    ['an ArrayBuffer', () => plain],
    ['a DataView in the middle of a buffer', () => inTheMiddle('view')],
    ['a view of 8 bits in the middle of a buffer', () => inTheMiddle('bytes')],
    ['shared memory', () => shared()],
    ['a module', () => new WebAssembly.Module(plain)],
    ['a Response', () => new Response(plain, { headers: { 'content-type': 'text/html' } })],
    ['a Blob', () => new Blob([plain])],
    ['a response of another library', () => ({ ok: true, status: 200, arrayBuffer: async () => plain })],
    ['a response whose body is a Buffer', () => ({ ok: true, status: 200, arrayBuffer: async () => bytes })],
    ['bytes of another realm', () => elsewhere('new Uint8Array(numbers)')],
    ['a buffer of another realm', () => elsewhere('new Uint8Array(numbers).buffer')],
    ['a module of another realm', () => elsewhere('new WebAssembly.Module(new Uint8Array(numbers))')],
    [
      'a response of another realm',
      () => elsewhere('({ ok: true, status: 200, arrayBuffer: async () => new Uint8Array(numbers).buffer })'),
    ],
  ])('takes %s', async (_, make) => {
    const engine = await Engine.create(await given(make()));
    expect(engine.bytes).toBeGreaterThan(0);
  });

  const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  it.each<[string, () => unknown, string]>([
    [
      'a page in its place, status 200',
      () => new Response('<!DOCTYPE html><p>app'),
      'starts with "<!DOCTYPE": that is a web page, not the engine',
    ],
    [
      'a page after a byte order mark and blanks',
      () => latin('\xef\xbb\xbf \n<html><head>'),
      'starts with "<html>": that is a web page, not the engine',
    ],
    [
      'the pointer of a large file',
      () => latin('version https://git-lfs.github.com/spec/v1\n'),
      'starts with "version https://": that is not the engine',
    ],
    ['bytes of something else', () => Uint8Array.of(7, 200, 9), 'not a WebAssembly file'],
    ['no byte', () => new Uint8Array(0), 'empty, no byte in it'],
    ['a compressed file', () => Uint8Array.of(0x1f, 0x8b, 8, 0), 'compressed with gzip; serve it unpacked'],
    ['a file cut off', () => bytes.subarray(0, 5000), 'damaged or cut off, or too new for this runtime ('],
    [
      'a program of somebody else',
      () => Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
      "a WebAssembly program, but not fewbit's engine",
    ],
    ['404', () => new Response('no', { status: 404 }), 'the server answered 404'],
    [
      '404 of another library',
      () => ({ ok: false, status: 404, arrayBuffer: async () => plain }),
      'the server answered 404',
    ],
    ['a body read before', () => readBefore(), 'the body of the response could not be read ('],
    ['an address', () => './engine.wasm', 'a string (an address has to be fetched first: initialise(fetch('],
    ['a URL', () => new URL('file:///engine.wasm'), 'a URL (it has to be fetched first: initialise(fetch('],
    ['nothing', () => undefined, 'undefined is not its bytes, a compiled module or a response'],
    ['null', () => null, 'null is not its bytes, a compiled module or a response'],
    ['numbers', () => [0, 1], 'this object is not its bytes, a compiled module or a response'],
    [
      'a body of text',
      () => ({ ok: true, arrayBuffer: async () => 'x' }),
      'the body of the response is a string',
    ],
  ])('says what %s is', async (_, make, message) => {
    const error = await given(make()).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toContain(`engine.wasm: ${message}`);
    expect((error as Error).message).not.toMatch(/\n/);
  });
});

function inTheMiddle(as: 'view' | 'bytes'): unknown {
  const around = new Uint8Array(bytes.length + 20).fill(60);
  around.set(bytes, 7);
  const { buffer } = around;
  return as === 'view' ? new DataView(buffer, 7, bytes.length) : new Uint8Array(buffer, 7, bytes.length);
}

function shared(): unknown {
  const view = new Uint8Array(new SharedArrayBuffer(bytes.length));
  view.set(bytes);
  return view;
}

function readBefore(): Response {
  const response = new Response(plain);
  void response.arrayBuffer();
  return response;
}
