import { join } from 'node:path';
import { writeFileAtomic } from '../../data/files/atomic.js';
import { kindOf, makeFolder, pathError, refuseFolder } from '../../data/files/paths.js';
import { readText } from '../../data/files/read.js';
import { InputError } from '../../errors.js';
import { RunLock } from '../../run/run-lock.js';
import type { TimedRow } from '../record.js';
import { NO_RESULTS, type Results, readResults, readTimedRow, timedRowText } from '../results.js';

/*
 * The folder of experiments:
 *
 *     DIR/results.csv, results.json, report.html   what all experiments of the folder came to
 *     DIR/times.csv                                what a clock said; nothing else of the results does
 *     DIR/trainings/ID/                            the run folder of a training, by the name of its run
 *     DIR/trainings/ID/row-KEY.json                a row of the results, by training and judging
 *     DIR/experiment.lock                          there while a process writes
 *
 * Whatever is there is taken over by the names of runs and rows, which are hashes over all that decides them.
 */
const FILES = {
  json: 'results.json',
  csv: 'results.csv',
  times: 'times.csv',
  report: 'report.html',
} as const;
const LOCK = 'experiment.lock';
/** Hexadecimal digits of a hash that name a folder or a row. */
export const NAME_DIGITS = 16;

export type ResultFile = keyof typeof FILES;

export class ExperimentFolder {
  private constructor(
    readonly path: string,
    private readonly lock: RunLock,
  ) {}

  /** Makes the folder where there is none. @throws InputError where another process is at work in it, or it cannot be written */
  static async open(path: string): Promise<ExperimentFolder> {
    await makeFolder(join(path, 'trainings'));
    for (const name of [LOCK, ...Object.values(FILES)]) await refuseFolder(join(path, name));
    return new ExperimentFolder(path, await RunLock.acquire(join(path, LOCK)));
  }

  /** Aborted where another process has taken the folder over. */
  get lost(): AbortSignal {
    return this.lock.lost;
  }

  close(): Promise<void> {
    return this.lock.release();
  }

  /** Where the training of this run is. */
  training(run: string): string {
    return join(this.path, 'trainings', shortName(run));
  }

  file(which: ResultFile): string {
    return join(this.path, FILES[which]);
  }

  async results(): Promise<Results> {
    const path = this.file('json');
    return (await kindOf(path)) === 'none' ? NO_RESULTS : readResults(await readText(path), path);
  }

  /** The row of an earlier time, `undefined` where there is none; a damaged one is judged again. */
  async row(run: string, key: string): Promise<TimedRow | undefined> {
    const path = this.rowFile(run, key);
    if ((await kindOf(path)) === 'none') return undefined;
    try {
      const found = readTimedRow(await readText(path), path);
      return found.row.key === key && found.row.run === run ? found : undefined;
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }

  saveRow(timed: TimedRow): Promise<void> {
    return this.write(this.rowFile(timed.row.run, timed.row.key), timedRowText(timed));
  }

  save(which: ResultFile, text: string): Promise<void> {
    return this.write(this.file(which), text);
  }

  private rowFile(run: string, key: string): string {
    return join(this.training(run), `row-${key}.json`);
  }

  private async write(path: string, text: string): Promise<void> {
    try {
      await writeFileAtomic(path, text, () => this.lock.verify());
    } catch (error) {
      this.lock.verify();
      throw pathError(error, path);
    }
  }
}

/** `sha256:0123..` cut to what names a folder. */
function shortName(hash: string): string {
  return hash.replace(/^sha256:/, '').slice(0, NAME_DIGITS);
}
