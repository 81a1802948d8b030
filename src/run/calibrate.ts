import { classOrder } from '../data/classes.js';
import { foldsOf } from '../data/folds.js';
import { fewShotRows, selectRows } from '../data/split.js';
import type { Calibration } from '../ensemble/model/calibration.js';
import { InterruptedError, NoNetworkError } from '../ensemble/train/errors.js';
import { countScores, fitIsotonic } from '../ensemble/train/isotonic.js';
import { fitPlatt } from '../ensemble/train/platt.js';
import { planTraining, type RunOptions, runTraining } from '../ensemble/train/train.js';
import type { TrainingData, TrainOptions } from '../ensemble/types.js';
import { InputError } from '../errors.js';
import { within } from '../json-check.js';
import { checkChoice } from '../option-rows.js';
import { OPTIONS } from '../options.js';

/** Parts that the training rows are dealt into: a fifth is held out of each of the trainings that give the scores. */
export const CALIBRATION_FOLDS = 5;

export type CalibrationKind = (typeof OPTIONS)['calibrate']['choices'][number];

export interface CalibrateOptions
  extends Omit<TrainOptions, 'completed' | 'onProgress' | 'extra'>,
    Pick<RunOptions, 'pool' | 'turn'> {}

/**
 * Refuses what cannot be calibrated before anything is trained.
 *
 * @throws InputError for another kind, and for anything but two classes: of more there is no score that a probability could follow, only
 * votes
 */
export function checkCalibrate(kind: CalibrationKind, classes: readonly string[], extra: boolean): void {
  checkChoice(OPTIONS.calibrate, 'calibrate', kind);
  if (extra) throw new InputError('calibrate: not with extra samples, whose rows count in the whole data');
  if (classes.length === 2) return;
  throw new InputError(
    `calibrate: for two classes, but there are ${classes.length}; of more there are votes, and no probabilities`,
  );
}

/**
 * The rows that are trained on, dealt into parts.
 *
 * @throws InputError for fewer rows than parts, and for a class with a single row
 */
export function dealRows(data: TrainingData, { shots, instance, classes, seed }: CalibrateOptions) {
  const all = { labels: data.labels, classes: data.classes ?? classOrder(data.labels) };
  const chosen = fewShotRows(all, { classes, shots, instance });
  const rows = { ...selectRows(data, chosen), classes: chosen.classes };
  const dealer = seed ?? OPTIONS.seed.default;
  const fold = within('calibrate', () => foldsOf(rows.labels, CALIBRATION_FOLDS, dealer));
  return { rows, fold, seed: dealer };
}

/**
 * Fits probabilities to scores of rows that the network which gives the score has not seen: the rows of a training are dealt into five stratified parts,
 * and those of each are scored by a training, with the same options, on the others, which fits whatever it fits on these alone. The scores of all
 * parts together, with their classes, are what isotonic regression or Platt's curve is fitted to. Every row counts once, whatever its weight.
 *
 * With the same data, options and seed the result is the same, unless a time limit or a signal cuts in.
 *
 * @param data those of the training that is calibrated, and its options
 * @returns `undefined`: interrupted
 * @throws InputError for fewer rows than parts, for a class with a single row, and where a part cannot be trained
 */
export async function calibrate(
  data: TrainingData,
  kind: CalibrationKind,
  options: CalibrateOptions = {},
): Promise<Calibration | undefined> {
  const { shots, instance, classes, workers, signal, pool, turn, ...settings } = options;
  const { rows, fold, seed } = dealRows(data, options);
  const scores: number[] = [];
  const isFirst: boolean[] = [];
  for (let k = 0; k < CALIBRATION_FOLDS; k++) {
    const part = (inside: boolean): TrainingData => {
      const own: number[] = [];
      for (let row = 0; row < fold.length; row++) if ((fold[row] === k) === inside) own.push(row);
      return selectRows(rows, { classes: rows.classes, rows: own });
    };
    const trained = await runFold(part(false), settings, { workers, signal, pool, turn }, k);
    if (trained === undefined) return undefined;
    const held = part(true);
    for (const [row, scored] of trained.scoresOf(held.samples).entries()) {
      scores.push(scored[0]);
      isFirst.push(String(held.labels[row]) === trained.classes[0]);
    }
  }
  const counts = countScores(scores, isFirst);
  const common = { folds: CALIBRATION_FOLDS, seed };
  return kind === 'isotonic'
    ? { kind, ...common, steps: fitIsotonic(counts) }
    : { kind, ...common, ...fitPlatt(counts) };
}

async function runFold(data: TrainingData, settings: TrainOptions, run: RunOptions, k: number) {
  try {
    const { classifier, interrupted } = await runTraining(planTraining(data, settings), run);
    return interrupted ? undefined : classifier;
  } catch (error) {
    if (error instanceof InterruptedError) return undefined;
    if (error instanceof InputError) {
      const Kind = error instanceof NoNetworkError ? NoNetworkError : InputError;
      throw new Kind(`calibrate: part ${k + 1} of ${CALIBRATION_FOLDS}: ${error.message}`);
    }
    throw error;
  }
}
