import { createHash } from 'node:crypto';
import type { DataSet } from '../../data/types.js';
import { spreadOf } from '../../ensemble/folds.js';
import type { DenseMatrix } from '../../ensemble/matrix.js';
import { canonicalJson } from '../../ensemble/model/canonical-json.js';
import { sha256 } from '../../ensemble/model/sha256.js';
import { InterruptedError } from '../../ensemble/train/errors.js';
import type { PairPool } from '../../ensemble/train/pool.js';
import { matrixFor, planTraining, type TrainingPlan } from '../../ensemble/train/train.js';
import type { Perturbations, TrainOptions, VoteRule } from '../../ensemble/types.js';
import { InputError } from '../../errors.js';
import { type FolderResult, trainPlanInFolder } from '../../run/run-folder.js';
import { fieldsOf, type Maker, runId, thisMaker } from '../../run/run-identity.js';
import { experimentPage } from '../page.js';
import { type ExperimentEvent, trialName } from '../progress.js';
import { rowOf, type TimedRow } from '../record.js';
import { type Results, resultsCsv, resultsText, timesCsv, withExperiment } from '../results.js';
import type { ExperimentSpec, Trial } from '../spec.js';
import { variedOptions } from '../summary.js';
import { type ExperimentFolder, NAME_DIGITS } from './folder.js';
import { PROBES, probeSeconds } from './probe.js';
import { Turns } from './turns.js';

/** How a training is judged. */
export interface Judging {
  readonly vote: VoteRule;
  /** Test samples of each class; `undefined`: all. */
  readonly perClass?: number;
  readonly perturb?: Perturbations;
  /** Radii to certify. */
  readonly radii?: readonly number[];
}

/** A trial with its data and with the values of its options. */
export interface PreparedTrial {
  readonly trial: Trial;
  readonly train: DataSet;
  readonly test: DataSet | null;
  readonly options: TrainOptions;
  readonly judging: Judging;
}

export interface ExperimentOptions {
  readonly spec: ExperimentSpec;
  readonly trials: readonly PreparedTrial[];
  readonly folder: ExperimentFolder;
  /** Where pairs are solved, whatever it is; it stays open. */
  readonly pool: PairPool;
  readonly signal: AbortSignal;
  readonly onEvent: (event: ExperimentEvent) => void;
}

export interface ExperimentResult {
  readonly results: Results;
  readonly seconds: ReadonlyMap<string, number>;
  /** Rows of this experiment that were there already, and those that are there now. */
  readonly there: number;
  readonly done: number;
  readonly planned: number;
  readonly failed: readonly { readonly trial: Trial; readonly message: string }[];
  readonly interrupted: boolean;
}

/** A trial with its names, and with the number of its networks. */
interface Entry extends PreparedTrial {
  readonly id: number;
  readonly run: string;
  readonly key: string;
  readonly networks: number;
}

/** Files of results are written again after this long, and at the end. */
const SAVE_MS = 5000;

/**
 * Runs what the folder does not have of an experiment, several trainings at a time on one pool. What is written does not depend on how many
 * workers there are, nor on when it was interrupted, as long as no time limit decides.
 *
 * @throws InputError, before anything is trained, for a trial that cannot be
 */
export async function runExperiment(options: ExperimentOptions): Promise<ExperimentResult> {
  const { folder, pool, onEvent, spec } = options;
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, folder.lost, failure.signal]);
  const maker = await thisMaker();
  const planner = new Planner(maker);
  const entries = options.trials.map((trial, id) => planner.entry(withShare(trial, options), id));
  const planned = [...new Set(entries.map(({ key }) => key))];
  const before = await folder.results();
  const done = new Map<string, TimedRow>();
  for (const { run, key } of entries) {
    const row = await folder.row(run, key);
    if (row !== undefined) done.set(key, row);
  }
  const jobs = jobsOf(entries);
  const waiting = jobs.filter((job) => job.some(({ key }) => !done.has(key)));
  const there = done.size;
  const seconds = new Map<string, number>();
  for (const [key, { searchSeconds }] of done) seconds.set(key, searchSeconds);
  const networksOf = (some: readonly Entry[][]): number =>
    some.reduce((sum, [{ networks }]) => sum + networks, 0);
  onEvent({
    type: 'plan',
    name: spec.name,
    trainings: planned.length,
    networks: networksOf(jobs),
    trainingsThere: there,
    networksThere: networksOf(jobs) - networksOf(waiting),
    workers: pool.cores ?? pool.size,
    varied: variedOptions(entries.map(({ trial }) => trial.setting)),
    seconds: await expectedSeconds(waiting, planner, pool, signal),
  });
  const counted = new Set(waiting);
  for (const job of jobs) {
    for (const [at, { id, key }] of job.entries()) {
      const row = done.get(key)?.row;
      const networks = at === 0 && !counted.has(job) ? job[0].networks : 0;
      if (row !== undefined) onEvent({ type: 'row', id, row, networks, fresh: false });
    }
  }

  let saved = performance.now();
  const save = async (): Promise<Results> => {
    saved = performance.now();
    const rows = new Map([...done].map(([key, { row }]) => [key, row]));
    const results = withExperiment(before, spec, planned, rows);
    for (const { key, run } of results.rows) {
      if (!seconds.has(key)) seconds.set(key, (await folder.row(run, key))?.searchSeconds ?? 0);
    }
    await folder.save('json', resultsText(results));
    await folder.save('csv', resultsCsv(results));
    await folder.save('times', timesCsv(results.rows, seconds));
    await folder.save('report', experimentPage(results, seconds));
    return results;
  };
  const failed: { trial: Trial; message: string }[] = [];
  const turns = new Turns(() => pool.size);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < waiting.length && !signal.aborted) {
      const job = waiting[next++];
      try {
        const trained = await trainJob(job[0], planner, turns, { ...options, signal });
        if (trained.interrupted) return;
        for (const entry of job) {
          if (done.has(entry.key)) continue;
          const timed = judge(entry, trained, maker);
          await folder.saveRow(timed);
          done.set(entry.key, timed);
          seconds.set(entry.key, timed.searchSeconds);
          onEvent({ type: 'row', id: entry.id, row: timed.row, networks: 0, fresh: true });
        }
        if (performance.now() - saved > SAVE_MS) await save();
      } catch (error) {
        if (error instanceof InterruptedError) return;
        if (!(error instanceof InputError)) failure.abort(error);
        else {
          const { id, trial } = job[0];
          failed.push({ trial, message: error.message });
          onEvent({ type: 'failed', id, trial, message: error.message });
        }
      }
    }
  };
  // One more than fill the pool, so that the last pairs of a training leave no worker idle.
  const least = Math.min(...waiting.map(([{ networks }]) => networks), Number.MAX_SAFE_INTEGER);
  const lanes = Math.min(waiting.length, Math.ceil(Math.max(1, pool.size) / least) + 1);
  await Promise.all(Array.from({ length: lanes }, lane));
  failure.signal.throwIfAborted();
  folder.lost.throwIfAborted();
  const results = await save();
  return {
    ...{ results, seconds, there, failed },
    done: planned.filter((key) => done.has(key)).length,
    planned: planned.length,
    interrupted: options.signal.aborted && done.size + failed.length < planned.length,
  };
}

/** A budget of work is shared by all networks alike: the same limit for each of them. */
function withShare(prepared: PreparedTrial, { spec, trials }: ExperimentOptions): PreparedTrial {
  const { work } = spec.budget;
  if (work === undefined) return prepared;
  const pairs = ({ options, train }: PreparedTrial): number => {
    const classes = options.classes?.length ?? train.classes.length;
    return (classes * (classes - 1)) / 2;
  };
  const networks = trials.reduce((sum, trial) => sum + pairs(trial), 0);
  return { ...prepared, options: { ...prepared.options, workLimit: Math.floor(work / networks) } };
}

/** Trainings, each with all its judgings. */
function jobsOf(entries: readonly Entry[]): Entry[][] {
  const jobs = new Map<string, Entry[]>();
  for (const entry of entries) {
    const job = jobs.get(entry.run);
    if (job === undefined) jobs.set(entry.run, [entry]);
    else if (!job.some(({ key }) => key === entry.key)) job.push(entry);
  }
  return [...jobs.values()];
}

/** Plans trainings, and looks at the values of each data set once. */
class Planner {
  private readonly matrices = new Map<DataSet, Map<string, DenseMatrix>>();
  private readonly prints = new Map<DataSet, string>();

  constructor(private readonly maker: Maker) {}

  plan({ train, options, trial }: PreparedTrial): TrainingPlan {
    const features = options.features ?? 'none';
    let matrices = this.matrices.get(train);
    if (matrices === undefined) {
      matrices = new Map();
      this.matrices.set(train, matrices);
    }
    let matrix = matrices.get(features);
    if (matrix === undefined) {
      matrix = matrixFor(train, options);
      matrices.set(features, matrix);
    }
    try {
      return planTraining(train, options, matrix);
    } catch (error) {
      throw error instanceof InputError ? new InputError(`${trialName(trial)}: ${error.message}`) : error;
    }
  }

  entry(prepared: PreparedTrial, id: number): Entry {
    const plan = this.plan(prepared);
    const run = runId(fieldsOf(plan), this.maker);
    const { test, judging, trial } = prepared;
    // The words too: what two experiments say otherwise is a row each, or the first to be run would name both.
    const about = { run, judging, test: test === null ? null : this.print(test), trial };
    return {
      ...prepared,
      id,
      run,
      key: sha256(canonicalJson(about)).slice(0, NAME_DIGITS),
      networks: plan.pairs.length,
    };
  }

  private print(data: DataSet): string {
    let print = this.prints.get(data);
    if (print === undefined) {
      const { values } = data.samples;
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      const { samples: _values, ...rest } = data;
      const hash = createHash('sha256')
        .update(canonicalJson({ ...rest, rows: data.samples.rows }))
        .update(bytes);
      print = hash.digest('hex');
      this.prints.set(data, print);
    }
    return print;
  }
}

async function trainJob(
  entry: Entry,
  planner: Planner,
  turns: Turns,
  { folder, pool, signal, onEvent }: ExperimentOptions,
): Promise<FolderResult> {
  const { id, trial, run } = entry;
  return trainPlanInFolder(planner.plan(entry), folder.training(run), {
    ...{ pool, signal, resume: true },
    turn: (work) => turns.take(id, work),
    onProgress: (event) => onEvent({ type: 'train', id, trial, event }),
  });
}

function judge(entry: Entry, trained: FolderResult, { fewbit, engine }: Maker): TimedRow {
  const { trial, test, judging, run, key } = entry;
  const { classifier } = trained;
  const { vote, perClass, perturb, radii } = judging;
  const judged = test === null ? null : classifier.evaluate(test, { vote, perClass, perturb });
  const certificates =
    test === null || radii === undefined
      ? undefined
      : classifier.evaluateCertificates(test, { vote, perClass, radii, attack: 0 });
  const networks = classifier.pairs.map(({ network }) => network);
  const { model } = classifier;
  return rowOf(trial, { key, run, fewbit, engine }, { ...trained, networks, model }, judged, certificates);
}

/** From some trainings apart in the plan. */
async function expectedSeconds(
  waiting: readonly (readonly Entry[])[],
  planner: Planner,
  pool: PairPool,
  signal: AbortSignal,
): Promise<number | null> {
  const count = Math.min(PROBES, waiting.length);
  const chosen = Array.from(
    { length: count },
    (_, k) => waiting[Math.floor(((k + 0.5) / count) * waiting.length)],
  );
  // One after another: those that wait for a worker would count the waiting as their own slowness.
  const probes: (number | null)[] = [];
  for (const [entry] of chosen) {
    probes.push(await probeSeconds(planner.plan(entry), pool, signal).catch(() => null));
    if (probes[probes.length - 1] === null) break;
  }
  const known = spreadOf(probes);
  if (known === null) return null;
  const networks = waiting.reduce((sum, [entry]) => sum + entry.networks, 0);
  return (known.mean * networks) / Math.max(1, pool.cores ?? pool.size);
}
