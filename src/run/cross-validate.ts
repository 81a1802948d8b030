import { join } from 'node:path';
import { foldsOf } from '../data/folds.js';
import { selectRows } from '../data/split.js';
import type { DataSet } from '../data/types.js';
import type { FoldResult } from '../ensemble/folds.js';
import { countOfPairs } from '../ensemble/pair-order.js';
import { InterruptedError } from '../ensemble/train/errors.js';
import { platform } from '../ensemble/train/platform.js';
import { type TrainResult, train } from '../ensemble/train/train.js';
import type { TrainOptions, VoteRule } from '../ensemble/types.js';
import { trainInFolder } from './run-folder.js';

export interface CrossValidation {
  /** What is tried: the options of one training each. */
  readonly settings: readonly TrainOptions[];
  readonly folds: number;
  readonly seed: number;
  readonly vote?: VoteRule;
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** A folder for every fold, in which its training can be resumed; without it nothing is written. */
  readonly out?: string;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly onFold?: (result: FoldResult) => void;
}

/**
 * Stratified cross-validation of some settings, all on the same folds. Whatever is fitted (scaling, features) is fitted on the rows of
 * the other folds alone. Folds run side by side where one training would leave cores idle; that changes no result of a work limit.
 *
 * A signal ends it with the folds that are done; a training in work is not judged, but its folder can be resumed. Throws what `train`
 * throws, and `InterruptedError` when no fold is done.
 */
export async function crossValidate(data: DataSet, options: CrossValidation): Promise<FoldResult[]> {
  const { settings, folds, signal } = options;
  const fold = foldsOf(data.labels, folds, options.seed);
  const jobs = settings.flatMap((_, setting) =>
    Array.from({ length: folds }, (_none, k) => ({ setting, fold: k })),
  );
  const cores = options.workers ?? platform().cores();
  const lanes = Math.max(1, Math.min(jobs.length, Math.ceil(cores / countOfPairs(data.classes.length))));
  // 0 asks for this very thread; otherwise every lane has a worker at least.
  const workers = cores === 0 ? 0 : Math.max(1, Math.floor(cores / lanes));
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const results: FoldResult[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs.length && !stop.aborted) {
      const job = jobs[next++];
      try {
        const result = await judgeFold(data, fold, job, { ...options, workers, signal: stop });
        if (result === undefined) return;
        results.push(result);
        options.onFold?.(result);
      } catch (error) {
        if (!(error instanceof InterruptedError)) failed.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  failed.signal.throwIfAborted();
  if (results.length === 0) throw new InterruptedError('interrupted before any fold was judged');
  return results.sort((a, b) => a.setting - b.setting || a.fold - b.fold);
}

/** `undefined`: interrupted. */
async function judgeFold(
  data: DataSet,
  fold: Uint16Array,
  { setting, fold: k }: { readonly setting: number; readonly fold: number },
  options: CrossValidation,
): Promise<FoldResult | undefined> {
  const { classes } = data;
  const part = (inside: boolean): DataSet => {
    const rows: number[] = [];
    for (let row = 0; row < fold.length; row++) if ((fold[row] === k) === inside) rows.push(row);
    return selectRows(data, { classes, rows });
  };
  const { out, workers, signal, resume, force } = options;
  const common = { ...options.settings[setting], workers, signal };
  let result: TrainResult;
  if (out === undefined) result = await train(part(false), common);
  else {
    const folder = options.settings.length === 1 ? out : join(out, `setting-${setting}`);
    result = await trainInFolder(part(false), join(folder, `fold-${k}`), { ...common, resume, force });
  }
  if (result.interrupted) return undefined;
  const judged = result.classifier.evaluate(part(true), { vote: options.vote });
  const { images: rows, correct, accuracy, balancedAccuracy, macroF1, auc = null } = judged;
  const { trainAccuracy, nonzero } = result;
  return {
    ...{ setting, fold: k, rows, correct, accuracy, balancedAccuracy, macroF1, auc },
    ...{ trainAccuracy, nonzero },
  };
}
