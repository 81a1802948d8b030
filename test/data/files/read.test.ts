import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readBytes, readChunks, readText } from '../../../src/data/files/read.js';
import { InputError } from '../../../src/errors.js';

const folder = mkdtempSync(join(tmpdir(), 'fewbit-read-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('readBytes', () => {
  it('reads files of any size, chunk borders included', async () => {
    for (const size of [0, 1, 2 ** 18 - 1, 2 ** 18, 2 ** 18 + 1, 1_000_000]) {
      const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 31) % 256);
      const path = file('bytes', bytes);
      expect(Buffer.compare(await readBytes(path), bytes)).toBe(0);
      expect((await readBytes(path, size)).length).toBe(size);
      if (size > 0) await expect(readBytes(path, size - 1)).rejects.toThrow(InputError);
    }
  });

  it('refuses what is too large before it is read', async () => {
    const path = file('hole', '');
    truncateSync(path, 2 ** 40);
    await expect(readBytes(path)).rejects.toThrow(
      `${path}: more than 536870912 bytes, the most that are read`,
    );
  });

  it.runIf(process.platform === 'linux')('follows links to what is no file', async () => {
    const link = join(folder, 'link');
    symlinkSync('/dev/zero', link);
    await expect(readBytes(link)).rejects.toThrow(`${link}: is a device, not a file`);
    symlinkSync(link, join(folder, 'circle'));
    await expect(readBytes('a\0b')).rejects.toThrow(InputError);
  });

  it.runIf(process.platform === 'linux')('bounds files that say nothing of their size', async () => {
    await expect(readBytes('/proc/self/maps', 10)).rejects.toThrow(/more than 10 bytes/);
    expect((await readBytes('/proc/self/status')).length).toBeGreaterThan(100);
  });
});

describe('readChunks', () => {
  it('may be left early', async () => {
    const path = file('long', new Uint8Array(2 ** 20));
    for await (const chunk of readChunks(path)) {
      expect(chunk.length).toBe(2 ** 18);
      break;
    }
  });
});

describe('readText', () => {
  it('reads UTF-8, plain or gzip, up to a limit', async () => {
    const text = 'ä,label\n1,x\n';
    expect(await readText(file('plain', `\ufeff${text}`))).toBe(text);
    expect(await readText(file('packed', gzipSync(text)))).toBe(text);
    const twice = Buffer.concat([gzipSync('a,'), gzipSync('b')]);
    expect(await readText(file('members', twice))).toBe('a,b');
    const zeros = file('zeros', gzipSync(Buffer.alloc(100_000)));
    await expect(readText(zeros, 99_999)).rejects.toThrow(`${zeros}: unpacks to more than 99999 bytes`);
  });
});
