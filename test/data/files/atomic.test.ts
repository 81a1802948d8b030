import { lstat, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../../src/data/files/atomic.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fewbit-atomic-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('writeFileAtomic', () => {
  it('writes and replaces, text and bytes, and leaves nothing else behind', async () => {
    const path = join(folder, 'model.json');
    await writeFileAtomic(path, 'one');
    await writeFileAtomic(path, Uint8Array.of(116, 119, 111));
    expect(await readFile(path, 'utf8')).toBe('two');
    expect(await readdir(folder)).toEqual(['model.json']);
  });

  it('leaves the old file when writing fails, and no temporary one', async () => {
    const path = join(folder, 'model.json');
    await writeFileAtomic(path, 'old');
    await expect(writeFileAtomic(path, { not: 'content' } as never)).rejects.toThrow();
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['model.json']);
    await expect(writeFileAtomic(join(folder, 'none', 'x'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('follows a link and leaves it a link', async () => {
    const target = join(folder, 'target');
    const link = join(folder, 'link');
    await writeFileAtomic(target, 'old');
    await symlink(target, link);
    await writeFileAtomic(link, 'new');
    expect(await readFile(target, 'utf8')).toBe('new');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['link', 'target']);
  });

  it.runIf(process.platform !== 'win32')('writes into a device and does not replace it', async () => {
    await writeFileAtomic('/dev/null', 'gone');
    expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('gives each of many writers at once a whole file', async () => {
    const path = join(folder, 'model.json');
    const texts = Array.from({ length: 20 }, (_, k) => String(k).repeat(5000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    expect(texts).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['model.json']);
  });
});
