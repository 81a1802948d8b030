import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { refuseFolder } from '../data/files/paths.js';

/** The names in a run folder, and nothing about what the files say. */
export const RUN_FILE = 'run.json';
export const PAIR_FOLDER = 'pairs';
export const MODEL_FILE = 'model.json';
export const REPORT_FILE = 'report.html';
export const POOL_FILE = 'pool.json';
export const LOCK_FILE = 'run.lock';
/** What a run leaves at its end; of two runs only the later one's may be there. */
export const RESULT_FILES = [MODEL_FILE, REPORT_FILE, POOL_FILE] as const;

const PAIR_NAME = /^pair-(\d{4,})\.json$/;
/** What a killed process leaves of an atomic write; */
const LEFTOVER_NAME = /^\.(pair-\d{4,}\.json|run\.json|model\.json|report\.html|pool\.json)\..*\.tmp$/;
/** and of taking the lock, which others may be about at this moment. */
const LOCK_LEFTOVER_NAME = /^(\.run\.lock\..*\.tmp|run\.lock\.[\w-]+)$/;

/** Where the file of a pair is. */
export function pairFile(directory: string, pair: number): string {
  return join(directory, PAIR_FOLDER, `pair-${String(pair).padStart(4, '0')}.json`);
}

/** The files of pairs that are there, in order. */
export async function pairFiles(directory: string): Promise<{ pair: number; path: string }[]> {
  const names = await readdir(join(directory, PAIR_FOLDER));
  return names
    .flatMap((name) => {
      const match = PAIR_NAME.exec(name);
      return match === null ? [] : [{ pair: Number(match[1]), path: join(directory, PAIR_FOLDER, name) }];
    })
    .sort((a, b) => a.pair - b.pair);
}

/**
 * Only the holder of the lock writes here, so a temporary file that is there now is nobody's; or it is that of a run which
 * was suspended in the middle of a write and has lost the folder since: without the file its rename fails.
 *
 * @param isLeft whether a file with which the lock was to be taken is nobody's any more
 */
export async function sweep(directory: string, isLeft: (path: string) => Promise<boolean>): Promise<void> {
  for (const folder of [directory, join(directory, PAIR_FOLDER)]) {
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      if (LEFTOVER_NAME.test(name)) await rm(path, { force: true });
      else if (folder === directory && LOCK_LEFTOVER_NAME.test(name) && (await isLeft(path)))
        await rm(path, { force: true });
    }
  }
}

/** Names that files of the run have, or will have, must not be taken by folders: better said now than after the training. */
export async function refuseFolders(directory: string): Promise<void> {
  for (const name of [LOCK_FILE, RUN_FILE, MODEL_FILE, REPORT_FILE, POOL_FILE])
    await refuseFolder(join(directory, name));
  for (const { path } of await pairFiles(directory)) await refuseFolder(path);
}

/** Removes files, looking before each of them whether that is still allowed. */
export async function removeFiles(paths: readonly string[], mayWrite: () => void): Promise<void> {
  for (const path of paths) {
    mayWrite();
    await rm(path, { force: true });
  }
}
