import { randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../../errors.js';

/** What can be wrong with a path that a person typed; anything else is a failure of the run. */
const PATH_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'is a folder, not a file',
  ERR_FS_EISDIR: 'is a folder, not a file',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'links that lead in a circle',
  ENXIO: 'is a socket or a device that is not there',
  ERR_INVALID_ARG_VALUE: 'no path has a zero byte',
};

/** A fault of a path that a person typed, as one line; any other error as it is. */
export function pathError(error: unknown, path: string): unknown {
  const fault = PATH_FAULTS[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  return fault === undefined ? error : new InputError(`${path}: ${fault}`);
}

/** What the disk may say while a file is written; no fault of the path. */
const DISK_FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EIO: 'the disk cannot be written',
};

/** A fault of the disk with the path in its message, which the system leaves out of writes; any other error as it is. */
export function diskError(error: unknown, path: string): unknown {
  const fault = DISK_FAULTS[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  if (fault === undefined) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return Object.assign(new Error(`${path}: ${fault}`, { cause: error }), { code, syscall, path });
}

/** What a path leads to: `special` is a device or a pipe, `none` nothing. Throws `InputError` where that cannot be told. */
export async function kindOf(path: string): Promise<'file' | 'folder' | 'special' | 'none'> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return 'folder';
    return found.isFile() ? 'file' : 'special';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'none';
    throw pathError(error, path);
  }
}

/** The place of a file that is there or could be, links followed: the same text for every way to write it. Folders, devices and pipes have none. */
export async function trueName(path: string): Promise<string | undefined> {
  const kind = await kindOf(path);
  if (kind === 'file') return realpath(path);
  return kind === 'none' ? join(await realpath(dirname(path)), basename(path)) : undefined;
}

/**
 * Makes a folder and those above it; one that is there is left alone. Folder by folder, because Node's own recursive
 * `mkdir` never ends where the system says that a folder to be made in an existing one does not exist, as `/proc` does.
 *
 * @throws InputError naming the folder that cannot be made
 */
export async function makeFolder(path: string): Promise<void> {
  if (await hasFolder(path)) return;
  const above = dirname(path);
  if (above !== path) await makeFolder(above);
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await kindOf(path)) === 'folder') return; // somebody else was quicker
    if (code === 'EEXIST' || code === 'ENOENT') throw new InputError(`${path}: no folder can be made here`);
    throw pathError(error, path);
  }
}

/**
 * Makes sure, before any work is done for it, that a file can be written at `path`. Permissions and file systems say so
 * only when asked to make one, so a file of another name is made beside it and removed.
 *
 * @throws InputError naming the path
 */
export async function checkTarget(path: string): Promise<void> {
  const kind = await kindOf(path);
  if (kind === 'special') return;
  if (kind === 'folder' || /[\\/]$/.test(path)) throw new InputError(`${path}: is a folder, not a file`);
  const folder = dirname(path);
  if ((await kindOf(folder)) === 'none') throw new InputError(`${path}: there is no folder ${folder}`);
  const trial = temporaryName(path);
  try {
    await (await open(trial, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new InputError(`${path}: no file can be made here`);
    }
    throw pathError(error, path);
  }
  await rm(trial, { force: true });
}

/** Where a file belongs there must be no folder; permissions are not looked at. Throws `InputError` naming the path. */
export async function refuseFolder(path: string): Promise<void> {
  if ((await kindOf(path)) === 'folder') throw new InputError(`${path}: is a folder, not a file`);
}

/** Where a folder belongs there must be no file; a folder that is not there yet is none. Throws `InputError` naming the path. */
export async function refuseFile(path: string): Promise<void> {
  await hasFolder(path);
}

async function hasFolder(path: string): Promise<boolean> {
  const kind = await kindOf(path);
  if (kind === 'file' || kind === 'special')
    throw new InputError(`${path}: is a file, and a folder is needed`);
  return kind === 'folder';
}

/** A name in the same folder that no scan for real names finds: it starts with a dot and ends in `.tmp`. */
export function temporaryName(path: string): string {
  const random = randomBytes(6).toString('hex');
  return join(dirname(path), `.${basename(path)}.${process.pid}-${random}.tmp`);
}
