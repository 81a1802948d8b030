import { InputError } from '../../errors.js';
import {
  type BytesOf,
  channelsAsked,
  featureCount,
  featuresText,
  parseFeatures,
} from '../../features/index.js';
import { linkCount, nonzeroCount } from '../../network/links.js';
import type { Network } from '../../network/types.js';
import type { Part } from '../../option-rows.js';
import { certifiedSamples } from '../../problem/robust.js';
import { checkRange } from '../../problem/validate.js';
import type { StageProgress } from '../../stages/types.js';
import type { TrainingConfig } from '../config.js';
import type { DenseMatrix } from '../matrix.js';
import { mostWeightBytes, weightBytes } from '../model/bytes.js';
import { modelStage } from '../model/model.js';
import { EPSILON, resolveConfig, resolveWorkers } from '../options.js';
import { countOfPairs, type Pair, pairsOf } from '../pair-order.js';
import { EnsembleClassifier } from '../predict/classifier.js';
import { ColumnCertifier } from '../predict/column-certificate.js';
import type { PairResult, TrainEvent, TrainingData, TrainOptions, TrainSummary } from '../types.js';
import { withoutConstants } from './bias.js';
import { withColumnReach } from './column-reach.js';
import { checkConstraints, checkWeighing } from './constraints.js';
import { InterruptedError, NoNetworkError } from './errors.js';
import { checkExtra } from './extra.js';
import { adaptsReach, type BorneOutcome, solveBearable } from './ladder.js';
import { whatNetworksRead, withFeatures } from './mapped.js';
import { createPool, platform } from './platform.js';
import type { PairPool } from './pool.js';
import { checkData, chooseSamples } from './samples.js';
import { withDefaults } from './table-defaults.js';
import { tableEncode } from './table-encode.js';
import { checkTrainOptions } from './train-options.js';
import { checkPoolAsked, type PoolAsked, poolOfPair } from './trained-pool.js';
import type { TrainingSamples } from './training-samples.js';
import { inUnitsOfData } from './units.js';

/** What `train` resolves to: the classifier, and what there is to say about its making (contract, `train --json`). */
export interface TrainResult extends TrainSummary {
  readonly classifier: EnsembleClassifier;
}

/** A training with everything decided and nothing computed: what a run folder compares before it resumes. */
export interface TrainingPlan {
  readonly config: TrainingConfig;
  readonly samples: TrainingSamples;
  readonly pairs: readonly Pair[];
}

/** Where and how to run a plan; none of it changes the result. */
export interface RunOptions extends Pick<TrainOptions, 'workers' | 'signal' | 'onProgress' | 'completed'> {
  /** Called and awaited for every pair that finished by itself (not when a signal cut it short). */
  readonly savePair?: (pair: number, result: PairResult) => Promise<void>;
  /** The best networks of the only pair, to choose from. */
  readonly networks?: PoolAsked;
  /** Train these pairs only; the others have no network. */
  readonly part?: Part;
  /** Where pairs are solved, instead of a pool of this run's own; it stays open. `workers` says nothing then. */
  readonly pool?: PairPool;
  /** Says when a pair may begin and is told when it has ended: what several runs that share a pool take turns by. */
  readonly turn?: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Trains an ensemble: one few-bit network for every pair of classes (Bernardelli et al., section 4).
 *
 * With the same data, options and seed the result is the same, byte for byte, whatever the number of workers, unless a
 * time limit or a signal cuts in. A signal ends the training with the best so far: pairs in work keep their best network,
 * pairs not begun have none and abstain from the vote; the summary says `interrupted`.
 *
 * Throws `InputError` (one line naming the option, row or column) for bad data or options, and `InterruptedError` when a
 * signal came before any pair had a network.
 */
export async function train(data: TrainingData, options: TrainOptions = {}): Promise<TrainResult> {
  checkTrainOptions(options);
  return runTraining(planTraining(data, options), options);
}

/**
 * Checks data and options, chooses and scales the samples. Throws `InputError`.
 *
 * @param matrix the data's (`matrixFor`), where many trainings of the same data are planned
 */
export function planTraining(
  data: TrainingData,
  options: TrainOptions = {},
  matrix: DenseMatrix = matrixFor(data, options),
): TrainingPlan {
  const spec =
    options.features === undefined
      ? undefined
      : parseFeatures(options.features, data.image, bytesOf(data, options));
  const inputs =
    spec === undefined || data.image === undefined ? matrix.columns : featureCount(spec, data.image);
  const features = spec === undefined ? undefined : featuresText(spec);
  const isImage = data.image !== undefined;
  const isTable = !isImage && data.columns !== undefined;
  const config = resolveConfig(
    withDefaults({ ...options, features }, isTable, data.weights !== undefined, (moves) =>
      tableEncode(data, matrix, options, moves),
    ),
    inputs,
    isImage,
  );
  checkWeighing(data, config);
  const extra = options.extra === undefined ? undefined : checkExtra(options.extra, matrix);
  const chosen = chooseSamples(data, matrix, options.classes, config, extra, options.maxClasses, inputs);
  const reached = withColumnReach(chosen, config.perturb);
  const isGiven = options.perturb !== undefined || reached.reach !== undefined;
  const scaled = isGiven ? { config, samples: reached } : inUnitsOfData(config, reached);
  const plan =
    spec === undefined ? scaled : { ...scaled, samples: withFeatures(scaled.samples, scaled.config, spec) };
  const { hidden, weightBound, perturb } = plan.config;
  const layers = [plan.samples.inputs, ...hidden, 1];
  checkConstraints(plan.config, plan.samples);
  // Before the work: whatever the samples' copies are, this much is certain of the samples themselves.
  checkRange(
    {
      ...{
        samples: whatNetworksRead(plan.samples),
        layers,
        weightBound,
        linf: perturb.linf,
        epsilon: EPSILON,
      },
      ...(plan.samples.reach === undefined ? {} : { radii: plan.samples.reach.inputs }),
    },
    'scaled data',
  );
  return { ...plan, pairs: pairsOf(chosen.classes) };
}

/** What all networks of a training have at most on so many features; looked up only where a map is chosen by it. */
function bytesOf(data: TrainingData, options: TrainOptions): BytesOf {
  return (features) => {
    const { hidden, weightBound } = resolveConfig({ ...options, features: 'hog' }, features, true);
    const given = options.classes ?? data.classes;
    const classes = Array.isArray(given) ? given.length : new Set(Array.from(data.labels, String)).size;
    return mostWeightBytes(countOfPairs(classes), [features, ...hidden, 1], weightBound);
  };
}

/** The values of the data, checked; the same for all options but `features`. Throws `InputError`. */
export function matrixFor(data: TrainingData, { features }: TrainOptions): DenseMatrix {
  return checkData(data, channelsAsked(features));
}

/** Runs a plan. See `train` for what it promises. */
export async function runTraining(plan: TrainingPlan, options: RunOptions = {}): Promise<TrainResult> {
  const began = performance.now();
  const { networks } = options;
  if (networks !== undefined) checkPoolAsked(networks, plan.pairs.length, plan.config);
  const workers =
    options.pool?.cores ?? options.pool?.size ?? resolveWorkers(options.workers, platform().cores());
  const stop = options.signal ?? new AbortController().signal;
  const results = takeOver(plan, options.completed);
  // The first failure, a listener's too, ends the run, but not in the middle of the other pairs: they are stopped, and
  // only then is it thrown.
  const failed = new AbortController();
  const report = (event: TrainEvent): void => {
    try {
      options.onProgress?.(event);
    } catch (error) {
      failed.abort(error);
    }
  };
  const asked = plan.pairs.filter(({ index }) => isInPart(index, options.part));
  const total = asked.length;
  const { classes, summary } = plan.samples;
  report({ type: 'start', pairs: total, workers, classes, scaling: summary });
  let done = 0;
  for (const [pair, result] of [...results].sort(([a], [b]) => a - b)) {
    report({ type: 'pair-done', pair, result, done: ++done, total });
  }
  const waiting = asked.filter((pair) => !results.has(pair.index));
  if (waiting.length > 0 && !stop.aborted && !failed.signal.aborted) {
    const pool = options.pool ?? (await createPool(Math.min(workers, waiting.length)));
    const either = AbortSignal.any([stop, failed.signal]);
    const finish = async (pair: Pair, alone: BorneOutcome): Promise<void> => {
      const pooled =
        networks === undefined || alone.outcome.network === null
          ? undefined
          : await poolOfPair(pair, plan.samples, plan.config, alone, networks, pool, either);
      const result: PairResult = {
        ...resultOf(plan, pair, pooled?.solved ?? alone),
        ...(pooled === undefined ? {} : { pool: pooled.pool }),
      };
      results.set(pair.index, result);
      // A network that somebody chose is not what the same run without a choice would have.
      if (!isCutShort(result) && networks === undefined) {
        await options.savePair?.(pair.index, result);
      }
      report({ type: 'pair-done', pair: pair.index, result, done: ++done, total });
    };
    try {
      await solveAll(
        plan,
        waiting,
        { pool, turn: options.turn ?? ((work) => work()) },
        stop,
        failed,
        report,
        finish,
      );
    } finally {
      if (pool !== options.pool) await pool.close();
    }
  }
  failed.signal.throwIfAborted();
  return summarise(plan, asked, results, stop.aborted, (performance.now() - began) / 1000);
}

/** Whether a pair, by its place in the order, belongs to a share of them. */
export function isInPart(pair: number, part: Part | undefined): boolean {
  return part === undefined || pair % part.of === part.index - 1;
}

/** The results of an earlier run, checked to be pairs of this one. */
function takeOver(plan: TrainingPlan, completed: RunOptions['completed']): Map<number, PairResult> {
  const results = new Map<number, PairResult>();
  for (const [index, result] of completed ?? []) {
    const pair = plan.pairs[index];
    if (pair === undefined || !pair.classes.every((name, side) => name === result.classes[side])) {
      throw new InputError(
        `completed: ${index} (${result.classes.join(' against ')}) is no pair of this training`,
      );
    }
    results.set(index, result);
  }
  return results;
}

/** Hands out the pairs in order, `size` of them at a time, and takes in the outcomes as they come. */
async function solveAll(
  plan: TrainingPlan,
  waiting: readonly Pair[],
  { pool, turn }: Required<Pick<RunOptions, 'pool' | 'turn'>>,
  stop: AbortSignal,
  failed: AbortController,
  report: (event: TrainEvent) => void,
  finish: (pair: Pair, solved: BorneOutcome) => Promise<void>,
): Promise<void> {
  const either = AbortSignal.any([stop, failed.signal]);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < waiting.length && !either.aborted) {
      const pair = waiting[next++];
      try {
        await turn(async () => {
          if (!either.aborted) await finish(pair, await solveOne(plan, pair, pool, either, report));
        });
      } catch (error) {
        failed.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(pool.size, waiting.length)) }, lane));
}

function solveOne(
  plan: TrainingPlan,
  pair: Pair,
  pool: PairPool,
  stop: AbortSignal,
  report: (event: TrainEvent) => void,
): Promise<BorneOutcome> {
  const { index, classes } = pair;
  report({ type: 'pair-start', pair: index, classes });
  const onProgress = (progress: StageProgress): void =>
    report({ type: 'pair-progress', pair: index, classes, progress });
  return solveBearable(pair, plan.samples, plan.config, pool, onProgress, stop);
}

function resultOf(plan: TrainingPlan, pair: Pair, solved: BorneOutcome): PairResult {
  const { outcome, share, problem } = solved;
  const { config } = plan;
  const { inputs } = plan.samples;
  const network =
    outcome.network === null || config.bias !== true
      ? outcome.network
      : withoutConstants(outcome.network, problem, inputs, config.weightBound, config.fineness ?? 1);
  return {
    classes: pair.classes,
    // The block of the contract: what the engine may know beyond it (a network of every stage) stays out of the files.
    stages: outcome.stages.map((stage) => ({
      ...modelStage(stage),
      seconds: stage.seconds,
      ...(stage.counters === undefined ? {} : { counters: stage.counters }),
      ...(stage.history === undefined ? {} : { history: stage.history }),
    })),
    nonzero: network === null ? 0 : nonzeroCount(network),
    links: linkCount([plan.samples.inputs, ...plan.config.hidden, 1]),
    network,
    ...(config.adapt === undefined || adaptsReach(config) ? {} : { share }),
    ...(config.objective === 'robust'
      ? { uncertified: uncertifiedSamples(plan, pair, solved, network) }
      : {}),
  };
}

/** The pair's training samples that its network does not hold on their whole families, as positions in the data used. */
function uncertifiedSamples(
  plan: TrainingPlan,
  pair: Pair,
  { outcome, problem }: BorneOutcome,
  network: Network | null,
): number[] {
  const { labels, reach, values } = plan.samples;
  const own: number[] = [];
  labels.forEach((label, sample) => {
    if (label === pair.first || label === pair.second) own.push(sample);
  });
  if (reach !== undefined) {
    // Copies of thermometers are some of all that the box has; this is all of it.
    const certifier = new ColumnCertifier(plan.samples, [network], 2, reach.columns);
    return own.flatMap((sample, index) => {
      const [answer] = certifier.answers(values, sample * reach.columns.length);
      return answer === (labels[sample] === pair.first ? 1 : -1) ? [] : [index];
    });
  }
  const certified = new Set(outcome.network === null ? [] : certifiedSamples(problem, outcome.network));
  return own.filter((_, index) => !certified.has(index));
}

/** Whether a signal kept the pair from its full share of work. */
function isCutShort(result: Pick<PairResult, 'stages'>): boolean {
  return result.stages.length === 0 || result.stages.some((stage) => stage.stopReason === 'interrupted');
}

function noNetwork(pairs: readonly Pick<PairResult, 'stages'>[]): InputError {
  const proved = pairs.every(({ stages }) => stages.at(-1)?.status === 'infeasible');
  return proved
    ? new InputError(
        'no pair has a network: without the stage sm every training sample must be separable, and they are not; add sm',
      )
    : new NoNetworkError('no pair has a network: none was found within the limits; allow more time or work');
}

function summarise(
  plan: TrainingPlan,
  asked: readonly Pair[],
  results: ReadonlyMap<number, PairResult>,
  stopped: boolean,
  seconds: number,
): TrainResult {
  const { config, samples } = plan;
  const layers = [samples.inputs, ...config.hidden, 1];
  const nothing = { stages: [], nonzero: 0, links: linkCount(layers), network: null };
  const pairs = plan.pairs.map(({ index, classes }) => results.get(index) ?? { classes, ...nothing });
  if (pairs.every((pair) => pair.network === null)) {
    if (stopped) throw new InterruptedError('interrupted before any pair had a network');
    // What the other shares have is not known here.
    if (asked.length === pairs.length) throw noNetwork(pairs);
  }
  const classifier = new EnsembleClassifier({
    classes: samples.classes,
    layers,
    weightBound: config.weightBound,
    scaling: samples.scaling,
    ...(samples.encoding === undefined ? {} : { encoding: samples.encoding }),
    ...(samples.image === undefined ? {} : { image: samples.image }),
    ...(samples.features === undefined ? {} : { features: samples.features }),
    ...(samples.columnNames === undefined ? {} : { columns: samples.columnNames }),
    ...(samples.labelColumn === undefined ? {} : { labelColumn: samples.labelColumn }),
    ...(samples.dropped === undefined ? {} : { dropped: samples.dropped }),
    ...(samples.leftOut === undefined ? {} : { leftOut: samples.leftOut }),
    ...(samples.deviations === undefined ? {} : { deviations: samples.deviations }),
    training: config,
    data: { samples: samples.labels.length, fingerprint: samples.fingerprint },
    pairs: pairs.map((pair) => ({ ...pair, stages: pair.stages.map(modelStage) })),
  });
  return {
    pairs: pairs.map(({ network: _, ...pair }) => pair),
    seconds,
    nonzero: pairs.reduce((sum, pair) => sum + pair.nonzero, 0),
    // A pair that an interrupt left without a network has no weights to count.
    links: pairs.reduce((sum, pair) => sum + (pair.network === null ? 0 : pair.links), 0),
    bytes: weightBytes(classifier.pairs, config.weightBound),
    trainAccuracy: classifier.score(
      { values: samples.values, rows: samples.labels.length, columns: samples.sources ?? samples.columns },
      Array.from(samples.labels, (label) => samples.classes[label]),
    ),
    scaling: samples.summary,
    ...(samples.columnSummary === undefined ? {} : { columns: samples.columnSummary }),
    interrupted: stopped && asked.some(({ index }) => isCutShort(pairs[index])),
    classifier,
  };
}
