import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  engineModule,
  initialise,
  type Platform,
  setPlatform,
} from '../../../src/ensemble/train/platform.js';
import { builtFile } from '../../../src/run/wasm-file.js';

const bytes = readFileSync(builtFile('engine.wasm'));
const bare: Platform = {
  loadEngine: async () => {
    throw new Error('not found by itself');
  },
  cores: () => 0,
};
const before = setPlatform(bare);
setPlatform(before);
afterEach(() => void setPlatform(before));

describe('initialise', () => {
  it('takes a promise of any make', async () => {
    setPlatform(bare);
    const response = { ok: true, status: 200, arrayBuffer: async () => new Uint8Array(bytes).buffer };
    // biome-ignore lint/suspicious/noThenProperty: promises of other libraries are no more than that
    const thenable = { then: (take: (value: unknown) => void) => take(response) };
    await initialise(thenable as PromiseLike<typeof response>);
    expect(await engineModule()).toBeInstanceOf(WebAssembly.Module);
  });

  it('is waited for by what begins before it is done', async () => {
    setPlatform(bare);
    const ready = initialise(new Promise((resolve) => setTimeout(() => resolve(bytes), 20)));
    expect(await engineModule()).toBeInstanceOf(WebAssembly.Module);
    await ready;
  });

  it('changes nothing where it fails: the platform, or what was handed in before, serves on', async () => {
    const own = new WebAssembly.Module(bytes);
    setPlatform({ ...bare, loadEngine: async () => own });
    await expect(initialise(new Response('<html>'))).rejects.toThrow(/web page/);
    expect(await engineModule()).toBe(own);
    const second = new WebAssembly.Module(bytes);
    await initialise(second);
    await expect(initialise(Promise.reject(new Error('offline')))).rejects.toThrow('offline');
    expect(await engineModule()).toBe(second);
  });

  it('leaves the last word to the last that was called', async () => {
    setPlatform(bare);
    const late = new WebAssembly.Module(bytes);
    const slow = initialise(new Promise((_, reject) => setTimeout(() => reject(new Error('slow')), 30)));
    const fast = initialise(late);
    await expect(slow).rejects.toThrow('slow');
    await fast;
    expect(await engineModule()).toBe(late);
  });
});
