import { InputError } from '../../errors.js';
import * as check from '../../json-check.js';
import { LIMITS } from '../../limits.js';
import { describe } from '../../printable.js';

/*
 * What scores of a model of two classes say about probabilities: the block `calibration` of a model (docs/formats.md, "Calibration"). It
 * decides no label, so readers that pass over it give the same answers.
 */

/** Scores from `from` on (`null`: all below the next step), of which `first` of `rows` held-out rows were of the first class. */
export interface IsotonicStep {
  readonly from: number | null;
  readonly first: number;
  readonly rows: number;
}

interface Held {
  /** Parts that the training rows were dealt into, and the seed that dealt them. */
  readonly folds: number;
  readonly seed: number;
}

/** `from` and `first / rows` ascend, both strictly. */
export interface IsotonicCalibration extends Held {
  readonly kind: 'isotonic';
  readonly steps: readonly IsotonicStep[];
}

/** `1 / (1 + exp(-(slope * score / scale + intercept)))`; slope and intercept have at most nine decimals. */
export interface PlattCalibration extends Held {
  readonly kind: 'platt';
  readonly rows: number;
  /** The largest magnitude of a held-out score, 1 where all were 0. */
  readonly scale: number;
  readonly slope: number;
  readonly intercept: number;
}

export type Calibration = IsotonicCalibration | PlattCalibration;

/** Probabilities are given in whole millionths, so that those of both classes have the sum 1. */
export const MILLION = 1_000_000;
/** What slope and intercept are whole multiples of. */
const BILLION = 1_000_000_000;
/** Beyond it every probability is 0 or 1 anyway. */
export const MOST_LOGIT = 1_000_000;

/** A number to nine decimals, the double nearest to that decimal; no minus zero. */
export function toBillionths(value: number): number {
  return Math.round(value * BILLION) / BILLION + 0;
}

/** The probability of the first class in millionths, 0..1000000. */
export function millionthsOf(calibration: Calibration, score: number): number {
  if (calibration.kind === 'platt') {
    const { slope, scale, intercept } = calibration;
    return Math.round(MILLION / (1 + Math.exp(-((slope * score) / scale + intercept))));
  }
  const { steps } = calibration;
  // The last step that begins at the score or before.
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((steps[middle].from as number) <= score) low = middle;
    else high = middle - 1;
  }
  const { first, rows } = steps[low];
  // Whole numbers, halves up; a quotient that is no whole number is farther from the next one than doubles err.
  return Math.floor((2 * MILLION * first + rows) / (2 * rows));
}

/** The probability of each class, at a score of the first. */
export function probabilitiesOf(calibration: Calibration, score: number): [number, number] {
  const first = millionthsOf(calibration, score);
  return [first / MILLION, (MILLION - first) / MILLION];
}

/** Reads the block back, trusting nothing. Throws `InputError` that begins with `where`. */
export function readCalibration(raw: unknown, classes: number, where: string): Calibration {
  const fields = check.object(raw, where);
  if (classes !== 2) throw new InputError(`${where}: for two classes, but the model has ${classes}`);
  const kind = check.oneOf(fields.kind, ['isotonic', 'platt'] as const, `${where}.kind`);
  const folds = check.integer(fields.folds, `${where}.folds`, 2, LIMITS.rows);
  const seed = check.integer(fields.seed, `${where}.seed`, 0);
  if (kind === 'isotonic') return { kind, folds, seed, steps: readSteps(fields.steps, `${where}.steps`) };
  return {
    kind,
    folds,
    seed,
    rows: check.integer(fields.rows, `${where}.rows`, 1, LIMITS.rows),
    scale: check.integer(fields.scale, `${where}.scale`, 1),
    slope: readDecimal(fields.slope, 0, `${where}.slope`),
    intercept: readDecimal(fields.intercept, -MOST_LOGIT, `${where}.intercept`),
  };
}

function readSteps(raw: unknown, where: string): IsotonicStep[] {
  const list = check.array(raw, where);
  if (list.length === 0) throw new InputError(`${where}: there are none`);
  let before: IsotonicStep | undefined;
  return list.map((entry, k) => {
    const at = `${where}[${k}]`;
    const fields = check.object(entry, at);
    const rows = check.integer(fields.rows, `${at}.rows`, 1, LIMITS.rows);
    const first = check.integer(fields.first, `${at}.first`, 0, rows);
    if (before === undefined) {
      if (fields.from !== null) {
        throw new InputError(`${at}.from: expected null, got ${describe(fields.from)}`);
      }
    } else {
      const least = before.from === null ? Number.MIN_SAFE_INTEGER : before.from + 1;
      check.integer(fields.from, `${at}.from`, least);
      // Products of two numbers of rows are exact.
      if (first * before.rows <= before.first * rows) {
        throw new InputError(`${at}: ${first} of ${rows} is no more than the step before has`);
      }
    }
    before = { from: fields.from as number | null, first, rows };
    return before;
  });
}

function readDecimal(raw: unknown, least: number, where: string): number {
  const value = check.numberOrNull(raw, where);
  if (value === null || value < least || value > MOST_LOGIT) {
    throw new InputError(`${where}: expected a number in ${least}..${MOST_LOGIT}, got ${describe(raw)}`);
  }
  if (toBillionths(value) !== value) throw new InputError(`${where}: ${value} has more than nine decimals`);
  return value;
}
