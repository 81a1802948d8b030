import { join } from 'node:path';
import { kindOf } from '../data/files/paths.js';
import { readText } from '../data/files/read.js';
import { canonicalJson } from '../ensemble/model/canonical-json.js';
import { modelStage } from '../ensemble/model/model.js';
import { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import type { PairResult } from '../ensemble/types.js';
import { InputError } from '../errors.js';
import { holdFolder } from './held-folder.js';
import { type PairForm, pairFromText } from './pair-file.js';
import { type RunFile, readRunFile, runFileText } from './run-file.js';
import { differenceOf, sameMaker } from './run-identity.js';
import { MODEL_FILE, pairFile, pairFiles, RESULT_FILES, RUN_FILE, removeFiles } from './run-layout.js';
import { whatIsLeft } from './run-start.js';

/** Two folders have trained the same pair, and not to the same network: one of them is damaged, or a time limit decided. */
export class UnequalPairsError extends Error {
  override readonly name = 'UnequalPairsError';
}

export interface MergeOptions {
  /** Start anew where the folder holds another run already. */
  readonly force?: boolean;
}

export interface Merged {
  readonly classifier: EnsembleClassifier;
  readonly pairs: readonly PairResult[];
  /** Pairs that more than one folder had; they were equal. */
  readonly twice: number;
  readonly modelFile: string;
}

interface Found {
  readonly text: string;
  readonly result: PairResult;
  readonly path: string;
}

/**
 * Makes one run of folders that have trained shares of the same pairs (`FolderOptions.part`), on one machine or many: `run.json`, the pairs,
 * and the model, byte for byte that of one process, as long as no time limit decides. A report is about training rows, which are not at hand here.
 *
 * Folders must be of the same run: same options, data, version and engine. Pairs that come twice must be equal, their seconds aside.
 *
 * @throws InputError naming the folder that is no part of the same run, or the pairs that no folder has; `UnequalPairsError`
 */
export async function mergeFolders(
  folders: readonly string[],
  directory: string,
  options: MergeOptions = {},
): Promise<Merged> {
  if (folders.length === 0) throw new InputError('merge: no folder is given');
  const runs = await Promise.all(folders.map(runOf));
  const [first] = runs;
  for (const [k, run] of runs.entries()) refuseOther(first, folders[0], run, folders[k]);
  const earlier = runs.flatMap((run) => run.earlier);
  const names = new Set([first.run, ...earlier.map(({ run }) => run)]);
  const head = EnsembleClassifier.load(...(await someModel(folders))).model;
  const form: PairForm = head;
  const found = new Map<number, Found>();
  let twice = 0;
  for (const folder of folders) {
    for (const { pair, path } of await pairFiles(folder)) {
      const text = await readText(path);
      const { result } = pairFromText(text, form, pair, names, path);
      const there = found.get(pair);
      if (there === undefined) found.set(pair, { text, result, path });
      else {
        twice++;
        refuseUnequal(there, { text, result, path });
      }
    }
  }
  refuseMissing(form, found);
  const pairs = form.pairs.map((_, pair) => (found.get(pair) as Found).result);
  if (pairs.every(({ network }) => network === null)) {
    throw new InputError('merge: no pair has a network; add the stage sm, or allow more time');
  }
  const classifier = new EnsembleClassifier({
    ...head,
    pairs: pairs.map((pair) => ({ ...pair, stages: pair.stages.map(modelStage) })),
  });
  const distinct = [...new Map(earlier.map((maker) => [maker.run, maker])).values()];
  await writeRun(
    directory,
    { ...first, earlier: distinct },
    found,
    `${JSON.stringify(classifier)}\n`,
    options,
  );
  return { classifier, pairs, twice, modelFile: join(directory, MODEL_FILE) };
}

async function runOf(folder: string): Promise<RunFile> {
  const path = join(folder, RUN_FILE);
  const run = await readRunFile(path);
  if (run === undefined || run.clearing) throw new InputError(`${folder}: holds no run (no ${RUN_FILE})`);
  return run;
}

/** A share that was cut short has pairs but no model: any of them has the head that all have in common. */
async function someModel(folders: readonly string[]): Promise<[text: string, path: string]> {
  for (const folder of folders) {
    const path = join(folder, MODEL_FILE);
    if ((await kindOf(path)) === 'file') return [await readText(path), path];
  }
  throw new InputError(`${folders[0]}: no ${MODEL_FILE}, and none in the other folders: no share has ended`);
}

function refuseOther(first: RunFile, firstFolder: string, other: RunFile, folder: string): void {
  if (other.run === first.run) return;
  const difference = differenceOf(first.fields, other.fields);
  if (difference !== undefined) {
    throw new InputError(
      `${folder}: not of the same run as ${firstFolder}: ${difference.replace(/ now$/, '')}`,
    );
  }
  const maker = sameMaker(first, other)
    ? 'their files name different runs'
    : 'another version or engine of fewbit';
  throw new InputError(`${folder}: not of the same run as ${firstFolder}: ${maker}`);
}

/** Equal in all that a model says. */
function refuseUnequal(a: Found, b: Found): void {
  const told = ({ result }: Found): string =>
    canonicalJson({ ...result, stages: result.stages.map(modelStage) } as never);
  if (told(a) === told(b)) return;
  throw new UnequalPairsError(
    `${a.path} and ${b.path}: the same pair with different results; one is damaged, or a time limit decided (limits by work are the same everywhere)`,
  );
}

const NAMED = 5;

function refuseMissing({ pairs }: PairForm, found: ReadonlyMap<number, unknown>): void {
  const missing = [...pairs.keys()].filter((pair) => !found.has(pair));
  if (missing.length === 0) return;
  const names = missing.slice(0, NAMED).map((pair) => `${pair} (${pairs[pair].classes.join(' against ')})`);
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  throw new InputError(
    `merge: ${missing.length} of ${pairs.length} pairs are in no folder: ${names.join(', ')}${more}; is a share missing, or not at its end?`,
  );
}

function writeRun(
  directory: string,
  run: RunFile,
  found: ReadonlyMap<number, Found>,
  model: string,
  { force }: MergeOptions,
): Promise<void> {
  return holdFolder(directory, async ({ write, mayWrite }) => {
    const runPath = join(directory, RUN_FILE);
    const there = await readRunFile(runPath).catch((error) => {
      if (force === true && error instanceof InputError) return undefined;
      throw error;
    });
    const isOther = there?.run !== run.run;
    if (isOther && there?.clearing !== true && force !== true) {
      if (there !== undefined)
        throw new InputError(`${directory}: holds another run already; --force removes it`);
      const named = await whatIsLeft(directory);
      if (named !== '')
        throw new InputError(`${directory}: holds a run already (${named}); --force removes it`);
    }
    const old = (await pairFiles(directory)).filter(({ pair }) => !found.has(pair)).map(({ path }) => path);
    const results = RESULT_FILES.map((name) => join(directory, name));
    if (isOther && (await kindOf(runPath)) !== 'none') {
      await write(runPath, runFileText({ ...run, clearing: true }));
    }
    await removeFiles([...results, ...old], mayWrite);
    for (const [pair, { text }] of found) await write(pairFile(directory, pair), text);
    await write(runPath, runFileText(run));
    await write(join(directory, MODEL_FILE), model);
  });
}
