import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../data/files/atomic.js';
import { makeFolder, refuseFolder } from '../data/files/paths.js';
import { canonicalJson } from '../ensemble/canonical-json.js';
import * as check from '../ensemble/json-check.js';
import { describe } from '../ensemble/matrix.js';
import { planTraining, runTraining, type TrainingPlan, type TrainResult } from '../ensemble/train.js';
import type { PairResult, TrainingData, TrainOptions } from '../ensemble/types.js';
import { InputError } from '../errors.js';
import { VERSION } from '../version.js';
import { pairFromText, pairToText } from './pair-file.js';
import { RunLock } from './run-lock.js';

/**
 * A training with a folder to its name:
 *
 *     DIR/run.json               what is trained: version, options, classes, fingerprint of the data
 *     DIR/pairs/pair-0000.json   one file per finished pair, by its index
 *     DIR/model.json             the model, at the end, or the best so far after an interrupt
 *     DIR/run.lock               there while a process writes
 *
 * Every file is written under another name and renamed, so that whatever ends the process leaves whole files. A pair that
 * a signal cut short gets no file: resumed, it is solved again from its own seed, and the model is the same, byte for
 * byte, as without the interrupt (as long as no time limit decides).
 */
export interface FolderOptions extends Omit<TrainOptions, 'completed'> {
  /** Take over the finished pairs of the run in the folder. Without it, a run in the folder is started anew. */
  readonly resume?: boolean;
}

export interface FolderResult extends TrainResult {
  /** Path of the model file. */
  readonly modelFile: string;
  /** Pairs taken over from the earlier run. */
  readonly resumed: number;
}

const RUN_FORMAT = 'fewbit-run';
const RUN_VERSION = 1;
const RUN_FILE = 'run.json';
const PAIR_FOLDER = 'pairs';
const MODEL_FILE = 'model.json';
const LOCK_FILE = 'run.lock';
const PAIR_NAME = /^pair-(\d{4,})\.json$/;
/** What a killed process leaves of an atomic write. */
const LEFTOVER_NAME = /^\.(pair-\d{4,}|run|model)\.json\..*\.tmp$/;

/**
 * Trains in a folder, which is made where it does not exist. Throws as `train` does, and `InputError` when the folder is
 * in use by another process, cannot be written, or (with `resume`) holds a run with other options or data: the line names
 * the field that differs.
 */
export async function trainInFolder(
  data: TrainingData,
  directory: string,
  options: FolderOptions = {},
): Promise<FolderResult> {
  const plan = planTraining(data, options);
  await makeFolder(join(directory, PAIR_FOLDER));
  await refuseFolders(directory);
  const lock = await RunLock.acquire(join(directory, LOCK_FILE));
  try {
    await removeLeftovers(directory);
    const completed =
      options.resume === true ? await resume(directory, plan) : await startAnew(directory, plan);
    const result = await runTraining(plan, {
      workers: options.workers,
      signal: options.signal,
      onProgress: options.onProgress,
      completed,
      savePair: (pair, outcome) => writeFileAtomic(pairFile(directory, pair), pairToText(pair, outcome)),
    });
    const modelFile = join(directory, MODEL_FILE);
    await writeFileAtomic(modelFile, `${JSON.stringify(result.classifier)}\n`);
    return { ...result, modelFile, resumed: completed.size };
  } finally {
    await lock.release();
  }
}

/** Where the file of a pair is. */
export function pairFile(directory: string, pair: number): string {
  return join(directory, PAIR_FOLDER, `pair-${String(pair).padStart(4, '0')}.json`);
}

/** Only the holder of the lock writes here, so a temporary file that is there now is nobody's. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const folder of [directory, join(directory, PAIR_FOLDER)]) {
    for (const name of await readdir(folder)) {
      if (LEFTOVER_NAME.test(name)) await rm(join(folder, name), { force: true });
    }
  }
}

/** Names that files of the run have, or will have, must not be taken by folders: better said now than after the training. */
async function refuseFolders(directory: string): Promise<void> {
  for (const name of [LOCK_FILE, RUN_FILE, MODEL_FILE]) await refuseFolder(join(directory, name));
  for (const name of await readdir(join(directory, PAIR_FOLDER))) {
    if (PAIR_NAME.test(name)) await refuseFolder(join(directory, PAIR_FOLDER, name));
  }
}

/** What must agree for finished pairs to be worth anything. */
function identityOf(plan: TrainingPlan): Record<string, unknown> {
  const { config, samples } = plan;
  return {
    ...Object.fromEntries(Object.entries(config).map(([name, value]) => [`options.${name}`, value])),
    classes: samples.classes,
    inputs: samples.columns,
    scaling: samples.scaling,
    samples: samples.labels.length,
    data: samples.fingerprint,
  };
}

async function startAnew(directory: string, plan: TrainingPlan): Promise<Map<number, PairResult>> {
  // The old run goes first and run.json comes last: no moment shows old pairs under new options.
  await rm(join(directory, RUN_FILE), { force: true });
  await rm(join(directory, MODEL_FILE), { force: true });
  for (const name of await readdir(join(directory, PAIR_FOLDER))) {
    if (PAIR_NAME.test(name)) await rm(join(directory, PAIR_FOLDER, name), { force: true });
  }
  const document = {
    format: RUN_FORMAT,
    version: RUN_VERSION,
    fewbit: VERSION,
    pairs: plan.pairs.length,
    identity: identityOf(plan),
  };
  await writeFileAtomic(join(directory, RUN_FILE), `${JSON.stringify(document, null, 2)}\n`);
  return new Map();
}

async function resume(directory: string, plan: TrainingPlan): Promise<Map<number, PairResult>> {
  const path = join(directory, RUN_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return startAnew(directory, plan);
    throw error;
  }
  checkIdentity(text, plan, path);
  const completed = new Map<number, PairResult>();
  for (const name of await readdir(join(directory, PAIR_FOLDER))) {
    const index = Number(PAIR_NAME.exec(name)?.[1] ?? -1);
    if (plan.pairs[index] === undefined) continue;
    const file = join(directory, PAIR_FOLDER, name);
    try {
      completed.set(index, pairFromText(await readFile(file, 'utf8'), plan, index, file));
    } catch (error) {
      // A damaged file is a pair not finished; it is trained again and its file replaced.
      if (!(error instanceof InputError)) throw error;
    }
  }
  return completed;
}

function checkIdentity(text: string, plan: TrainingPlan, path: string): void {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new InputError(`${path}: no JSON; train without resume to start anew`);
  }
  const document = check.object(raw, path);
  if (document.format !== RUN_FORMAT || document.version !== RUN_VERSION) {
    throw new InputError(`${path}: not a run of this version of fewbit; train without resume to start anew`);
  }
  const there = check.object(document.identity, `${path}: identity`);
  for (const [field, here] of Object.entries(identityOf(plan))) {
    const value = Object.hasOwn(there, field) ? there[field] : undefined;
    if (canonicalJson(value) === canonicalJson(here)) continue;
    throw new InputError(
      `${path}: ${field} is ${brief(value)} in this run and ${brief(here)} now; resume with what it began with, or use another folder`,
    );
  }
}

function brief(value: unknown): string {
  if (value === null || typeof value !== 'object') return describe(value);
  const text = canonicalJson(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
