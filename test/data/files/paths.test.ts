import { chmod, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkTarget, kindOf, makeFolder, pathError, refuseFolder } from '../../../src/data/files/paths.js';
import { InputError } from '../../../src/errors.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fewbit-paths-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const fault = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message;
};
const linux = process.platform === 'linux';

describe('kindOf', () => {
  it('tells files, folders, devices and nothing apart', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await kindOf(folder)).toBe('folder');
    expect(await kindOf(join(folder, 'file'))).toBe('file');
    expect(await kindOf(join(folder, 'none'))).toBe('none');
    expect(await kindOf(join(folder, 'file', 'below'))).toBe('none');
    if (process.platform !== 'win32') expect(await kindOf('/dev/null')).toBe('special');
  });
});

describe('makeFolder', () => {
  it('makes all that is missing, also twice and at the same time', async () => {
    const deep = join(folder, 'a', 'b', 'c');
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(deep)));
    await makeFolder(deep);
    expect((await lstat(deep)).isDirectory()).toBe(true);
  });

  it('names the part that is a file', async () => {
    const file = join(folder, 'file');
    await writeFile(file, 'kept');
    const message = `${file}: is a file, and a folder is needed`;
    expect(await fault(makeFolder(file))).toBe(message);
    expect(await fault(makeFolder(join(file, 'x', 'y')))).toBe(message);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('names a link that leads nowhere', async () => {
    const link = join(folder, 'link');
    await symlink(join(folder, 'gone'), link);
    expect(await fault(makeFolder(join(link, 'x')))).toBe(`${link}: no folder can be made here`);
  });

  it.runIf(linux)('ends where the system has no room for folders', async () => {
    expect(await fault(makeFolder('/proc/fewbit/pairs'))).toBe('/proc/fewbit: no folder can be made here');
  });
});

describe('checkTarget', () => {
  it('leaves nothing behind, and a file that is there alone', async () => {
    await checkTarget(join(folder, 'new'));
    await writeFile(join(folder, 'old'), 'old');
    await checkTarget(join(folder, 'old'));
    expect(await readdir(folder)).toEqual(['old']);
  });

  it('names what cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'taken'));
    const check = (...parts: string[]) => fault(checkTarget(join(folder, ...parts)));
    expect(await check('taken')).toContain('taken: is a folder, not a file');
    expect(await check('new/')).toContain('is a folder, not a file');
    expect(await check('none', 'x')).toContain(`there is no folder ${join(folder, 'none')}`);
    expect(await check('file', 'x')).toContain('a part of the path is not a folder');
    expect(await fault(refuseFolder(join(folder, 'taken')))).toContain('is a folder, not a file');
    await refuseFolder(join(folder, 'file'));
  });

  it.runIf(linux)('knows devices, and folders that take no files', async () => {
    await checkTarget('/dev/null');
    expect(await fault(checkTarget('/proc/fewbit.json'))).toBe('/proc/fewbit.json: no file can be made here');
  });

  // Whoever is root may write everywhere.
  it.runIf(process.getuid !== undefined && process.getuid() !== 0)('knows a read-only folder', async () => {
    await chmod(folder, 0o500);
    expect(await fault(checkTarget(join(folder, 'x')))).toContain('x: permission denied');
    expect(await fault(makeFolder(join(folder, 'x')))).toContain('x: permission denied');
    await chmod(folder, 0o700);
  });
});

describe('pathError', () => {
  it('turns what a person can mend into a line, and nothing else', () => {
    const system = (code: string) => Object.assign(new Error(code), { code });
    expect(pathError(system('EROFS'), 'x')).toMatchObject({ message: 'x: the file system is read-only' });
    const full = system('ENOSPC');
    expect(pathError(full, 'x')).toBe(full);
    expect(pathError(undefined, 'x')).toBeUndefined();
  });
});
