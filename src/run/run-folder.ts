import { join } from 'node:path';
import type { Calibration } from '../ensemble/model/calibration.js';
import { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import {
  planTraining,
  type RunOptions,
  runTraining,
  type TrainingPlan,
  type TrainResult,
} from '../ensemble/train/train.js';
import { checkTrainOptions } from '../ensemble/train/train-options.js';
import { checkPoolAsked } from '../ensemble/train/trained-pool.js';
import type { TrainingData, TrainOptions } from '../ensemble/types.js';
import { InputError } from '../errors.js';
import type { Part } from '../option-rows.js';
import { describe } from '../printable.js';
import {
  type CalibrateOptions,
  type CalibrationKind,
  calibrate,
  checkCalibrate,
  dealRows,
} from './calibrate.js';
import { holdFolder } from './held-folder.js';
import { pairToText } from './pair-file.js';
import { poolToText } from './pool-text.js';
import { MODEL_FILE, POOL_FILE, pairFile, REPORT_FILE, removeFiles } from './run-layout.js';
import { beginRun, type RunNote } from './run-start.js';

/**
 * A training with a folder to its name:
 *
 *     DIR/run.json               what is trained and by what: options, classes, fingerprint of the data, version, engine
 *     DIR/pairs/pair-0000.json   one file per finished pair, by its index; each names its run
 *     DIR/model.json             the model, at the end, or the best so far after an interrupt
 *     DIR/report.html            the report that belongs to it, where one is asked for
 *     DIR/pool.json              the networks to choose from, where they are asked for (docs/formats.md, "Pool of a training")
 *     DIR/run.lock               there while a process writes
 *
 * Every file is written under another name and renamed, so that whatever ends the process leaves whole files; and only
 * while the lock is this run's own, which is looked at again right before each rename. A pair that a signal cut short gets
 * no file: resumed, it is solved again from its own seed, and the model is the same, byte for byte, as without the
 * interrupt (as long as no time limit decides).
 */
export interface FolderOptions
  extends Omit<TrainOptions, 'completed'>,
    Pick<RunOptions, 'pool' | 'turn' | 'networks'> {
  /** Take over the finished pairs of the run in the folder. */
  readonly resume?: boolean;
  /**
   * Start anew where there is a run already. With `resume`: take its pairs over although another version of this package
   * began it, and train those again whose files belong to another run.
   */
  readonly force?: boolean;
  /** Train this share of the pairs only; `mergeFolders` makes one model of the folders of all shares. */
  readonly part?: Part;
  /**
   * Two classes: say probabilities, fitted on scores of held-out training rows (`calibrate.ts`). An interrupted training has none, and a
   * resumed one takes the scores anew.
   */
  readonly calibrate?: CalibrationKind;
  /** The text of `DIR/report.html`, made of the result; without it, the folder has none. */
  readonly report?: (result: FolderResult) => string | Promise<string>;
  /** What was found in the folder, before the training begins. */
  readonly onNote?: (note: RunNote) => void;
}

/** Throws `InputError` for what is no share. */
function checkPart(part: Part | undefined): void {
  if (part === undefined) return;
  const { index, of } = part;
  if (!Number.isInteger(index) || !Number.isInteger(of) || index < 1 || index > of) {
    throw new InputError(`part: expected index 1..of and a whole number of shares, got ${describe(part)}`);
  }
}

export interface FolderResult extends TrainResult {
  /** Path of the model file. */
  readonly modelFile: string;
  /** Pairs taken over from the earlier run. */
  readonly resumed: number;
}

/**
 * Trains in a folder, which is made where it does not exist. Throws as `train` does; `InputError` when the folder is in use
 * by another process, cannot be written, holds a run already (without `resume` and `force`), or (with `resume`) holds
 * one with other options, other data or of another version: the line names what differs; and `LockLostError` when another
 * run has taken the folder over in the meantime, after which nothing is written.
 */
export async function trainInFolder(
  data: TrainingData,
  directory: string,
  options: FolderOptions = {},
): Promise<FolderResult> {
  checkTrainOptions(options, {
    ...{ resume: true, force: true, part: true, report: true, onNote: true },
    ...{ pool: true, turn: true, calibrate: true, networks: true },
  });
  checkPart(options.part);
  const plan = planTraining(data, options);
  if (options.networks !== undefined) {
    checkPoolAsked(options.networks, plan.pairs.length, plan.config);
    const beside = (['resume', 'part', 'calibrate'] as const).find((name) => options[name]);
    if (beside !== undefined) throw new InputError(`${beside}: not with a pool`);
  }
  const { calibrate: kind } = options;
  if (kind === undefined) return trainPlanInFolder(plan, directory, options);
  if (options.part !== undefined) throw new InputError('calibrate: not with a part of the pairs');
  checkCalibrate(kind, plan.samples.classes, options.extra !== undefined);
  dealRows(data, asked(options)); // refuses before anything is trained
  return trainPlanInFolder(plan, directory, options, (signal) =>
    calibrate(data, kind, { ...asked(options), signal }),
  );
}

/** The options that say what is trained and where, without those of the folder and of who listens. */
function asked(options: FolderOptions): CalibrateOptions {
  const { resume, force, part, report, onNote, onProgress, extra, networks, calibrate: _, ...rest } = options;
  return rest;
}

/** The same for a training that is planned already; of the options only those that say where and how it runs. */
export async function trainPlanInFolder(
  plan: TrainingPlan,
  directory: string,
  options: FolderOptions,
  calibration?: (signal: AbortSignal) => Promise<Calibration | undefined>,
): Promise<FolderResult> {
  return holdFolder(directory, async (folder) => {
    const { write, mayWrite, lost } = folder;
    const { run, completed } = await beginRun(directory, plan, options, folder);
    const signal = options.signal === undefined ? lost : AbortSignal.any([options.signal, lost]);
    const trained = await runTraining(plan, {
      workers: options.workers,
      part: options.part,
      pool: options.pool,
      turn: options.turn,
      networks: options.networks,
      signal,
      onProgress: options.onProgress,
      completed,
      savePair: (pair, outcome) => write(pairFile(directory, pair), pairToText(pair, outcome, run)),
    }).catch((error) => {
      lost.throwIfAborted(); // the reason why it was interrupted
      throw error;
    });
    const modelFile = join(directory, MODEL_FILE);
    const calibrated = trained.interrupted ? undefined : await calibration?.(signal);
    lost.throwIfAborted();
    const classifier =
      calibrated === undefined
        ? trained.classifier
        : new EnsembleClassifier({ ...trained.classifier.model, calibration: calibrated });
    // Without the probabilities that were asked for the run is not whole.
    const interrupted = trained.interrupted || (calibration !== undefined && calibrated === undefined);
    const result = { ...trained, classifier, interrupted, modelFile, resumed: completed.size };
    const report = await options.report?.(result);
    // A report is never beside a model that it is not about: the old one goes before, the new one comes after.
    await removeFiles([join(directory, REPORT_FILE), join(directory, POOL_FILE)], mayWrite);
    await write(modelFile, `${JSON.stringify(result.classifier)}\n`);
    const networks = result.pairs[0]?.pool;
    if (networks !== undefined)
      await write(join(directory, POOL_FILE), poolToText(networks, result.classifier));
    if (report !== undefined) await write(join(directory, REPORT_FILE), report);
    return result;
  });
}
