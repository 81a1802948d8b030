import { join } from 'node:path';
import { kindOf } from '../data/files/paths.js';
import { readText } from '../data/files/read.js';
import type { TrainingPlan } from '../ensemble/train/train.js';
import type { PairResult } from '../ensemble/types.js';
import { InputError } from '../errors.js';
import type { FolderWriter } from './held-folder.js';
import { ForeignPairError, formOf, pairFromText } from './pair-file.js';
import { type EarlierMaker, type RunFile, readRunFile, runFileText } from './run-file.js';
import { differenceOf, fieldsOf, runId, sameMaker, thisMaker } from './run-identity.js';
import { pairFiles, RESULT_FILES, RUN_FILE, removeFiles } from './run-layout.js';

/** A line about what was found in the folder of a run. */
export interface RunNote {
  /** `taken-over`: all is well. `anew`: there was nothing to resume. `again`: a file is damaged or another run's. */
  readonly kind: 'taken-over' | 'anew' | 'again';
  readonly line: string;
}

export interface StartOptions {
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly onNote?: (note: RunNote) => void;
}

export interface BegunRun {
  /** What the files of pairs have to say. */
  readonly run: string;
  readonly completed: ReadonlyMap<number, PairResult>;
}

/**
 * Decides between what is in the folder and what is asked for, and leaves a `run.json` that is about this run. Throws
 * `InputError` where the one does not fit the other.
 */
export async function beginRun(
  directory: string,
  plan: TrainingPlan,
  options: StartOptions,
  writer: FolderWriter,
): Promise<BegunRun> {
  const maker = await thisMaker();
  const fields = fieldsOf(plan);
  const here: RunFile = {
    ...maker,
    run: runId(fields, maker),
    pairs: plan.pairs.length,
    fields,
    earlier: [],
    clearing: false,
  };
  if (options.resume !== true) {
    if (options.force !== true) await refuseRun(directory);
    return startAnew(directory, here, writer);
  }
  const path = join(directory, RUN_FILE);
  const there = await readRunFile(path);
  const earlier = there === undefined ? [] : earlierMakers(path, there, here, options);
  const files = await pairFiles(directory);
  if (there?.clearing === true || (there === undefined && files.length === 0)) {
    options.onNote?.(nothingIn(directory));
    return startAnew(directory, here, writer);
  }
  const completed = await takeOver(directory, plan, { ...here, earlier }, options, writer);
  // Only now: what was refused stays as it was.
  if (there === undefined || there.run !== here.run)
    await writer.write(path, runFileText({ ...here, earlier }));
  return { run: here.run, completed };
}

/** Finished pairs and results in a folder, in words; empty: none. */
export async function whatIsLeft(directory: string): Promise<string> {
  const count = (await pairFiles(directory)).length;
  const found = [count === 0 ? '' : count === 1 ? '1 finished pair' : `${count} finished pairs`];
  for (const name of RESULT_FILES) {
    if ((await kindOf(join(directory, name))) !== 'none') found.push(name);
  }
  return found.filter((name) => name !== '').join(', ');
}

/** Nothing of value is overwritten unasked: hours may stand there. */
async function refuseRun(directory: string): Promise<void> {
  const named = await whatIsLeft(directory);
  if (named === '') return;
  const there = await readRunFile(join(directory, RUN_FILE)).catch(() => undefined);
  if (there?.clearing === true) return;
  throw new InputError(
    `${directory}: holds a run already (${named}); --resume goes on with it, --force starts anew and removes it`,
  );
}

/**
 * The old run goes before the new one is there, and no moment shows the one under the name of the other: `clearing` says of
 * what is found that it counts for nothing.
 */
async function startAnew(
  directory: string,
  here: RunFile,
  { write, mayWrite }: FolderWriter,
): Promise<BegunRun> {
  const path = join(directory, RUN_FILE);
  const old = [
    ...RESULT_FILES.map((name) => join(directory, name)),
    ...(await pairFiles(directory)).map((file) => file.path),
  ];
  if ((await kindOf(path)) !== 'none') await write(path, runFileText({ ...here, clearing: true }));
  await removeFiles(old, mayWrite);
  await write(path, runFileText(here));
  return { run: here.run, completed: new Map() };
}

/** Checks that the run in the folder is this one; the other makers whose pairs may be taken over. */
function earlierMakers(path: string, there: RunFile, here: RunFile, { force }: StartOptions): EarlierMaker[] {
  if (!sameMaker(there, here) && force !== true) {
    const [began, now] =
      there.fewbit === here.fewbit
        ? [`another build of fewbit ${there.fewbit}`, 'its engine differs from this one']
        : [`fewbit ${there.fewbit}`, `this is ${here.fewbit}`];
    throw new InputError(
      `${path}: this run was begun by ${began}, and ${now}; --resume --force takes its pairs over all the same, --force starts anew`,
    );
  }
  const difference = differenceOf(there.fields, here.fields);
  if (difference !== undefined) {
    throw new InputError(
      `${path}: ${difference}; resume with what it began with, or use another folder (--force without --resume starts anew)`,
    );
  }
  const { fewbit, engine, run } = there;
  return run === here.run ? [...there.earlier] : [...there.earlier, { fewbit, engine, run }];
}

/** Reads the finished pairs. A damaged file is a pair that is not finished; another run's file is refused. */
async function takeOver(
  directory: string,
  plan: TrainingPlan,
  here: RunFile,
  { force, onNote }: StartOptions,
  { mayWrite }: FolderWriter,
): Promise<Map<number, PairResult>> {
  const versions = new Map([
    [here.run, here.fewbit],
    ...here.earlier.map(({ run, fewbit }) => [run, fewbit] as const),
  ]);
  const completed = new Map<number, PairResult>();
  const lines: string[] = [];
  const others: string[] = [];
  for (const { pair, path } of await pairFiles(directory)) {
    try {
      const { run, result } = pairFromText(
        await readText(path),
        formOf(plan),
        pair,
        new Set(versions.keys()),
        path,
      );
      completed.set(pair, result);
      if (run !== here.run) others.push(versions.get(run) ?? '');
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (error instanceof ForeignPairError && force !== true) {
        throw new InputError(`${error.message}; remove it, or --resume --force trains that pair again`);
      }
      lines.push(`${error.message}: this pair is trained again`);
      if (plan.pairs[pair] === undefined) await removeFiles([path], mayWrite);
    }
  }
  for (const line of lines) onNote?.({ kind: 'again', line });
  if (completed.size === 0) onNote?.(nothingIn(directory));
  else {
    const of = others.length === 0 ? '' : `, ${others.length} of them trained by ${named(others)}`;
    onNote?.({
      kind: 'taken-over',
      line: `${completed.size} of ${plan.pairs.length} pairs taken over${of}`,
    });
  }
  return completed;
}

function nothingIn(directory: string): RunNote {
  return { kind: 'anew', line: `nothing to resume in ${directory}: starting anew` };
}

function named(versions: readonly string[]): string {
  return [...new Set(versions)].map((version) => `fewbit ${version}`).join(' and ');
}
