import { reserve } from '../../base/arena';
import { inputs, inputsPadded, sampleCount } from '../../problem/shape';

/**
 * Everything that lasts in this room. K: kept samples; NP: inputs, padded; T: samples. All of it is integers, but for
 * multipliers before they are rounded and what a cut is divided by.
 *
 *     array           shape                      what, unit                                        writer             begun anew by
 *     boxLower, ..    i16 [NP]                   boxes of the weights that bounds are taken over,  safe-bound         resetBoxes
 *     boxUpper                                   within {-P..P}                                    (neuron-root, too)
 *     multipliers     i64 [K]                    rounded multipliers of the last bound, the        safe-bound         every bound
 *                                                certificate: 1.0 is `LastBound.scale`
 *     direction       i64 [NP]                   d of the last bound: combined rows, inputs times  safe-bound         every bound
 *                                                the scale
 *     cutMultipliers  f64 [MOST_CUTS]            multipliers of the integer rows in the last       neuron-rows        readMultipliers
 *                                                relaxation
 *     scales          f64 [MOST_CUTS]            divides a cut's coefficients to the size of a     cut-rows           setCut
 *                                                sample's
 *     alphas          i32 [MOST_CUTS][NP]        alpha.w - gamma * M >= beta, M the least signed   gomory, cut-rows   setCut
 *     gammas, betas   i64 [MOST_CUTS]            pre-activation, units of S                        cut-rows           setCut
 *     alphaSums       i64 [MOST_CUTS]            sum of |alpha|                                    cut-rows           setCut
 *     softCaps        i64 [K]                    what a row can lack at most, twice: no multiplier of a   soft-bound         measureSoft
 *                                                soft bound is larger
 *     softShares      i64 [K]                    multipliers of a row, of all neurons          soft-bound         beginSum
 *     sorted          i32 [inputs]               |x_ki| - radius of one sample, descending         count-bound        every sample
 *     slots           i32 [power of two >= 2 T]  first sample with these inputs + 1, or 0          contrary-samples   consistentSamples
 *     labelled        i32 [T][2]                 samples equal to a first one: + and -             contrary-samples   consistentSamples
 */
export let boxLower: usize = 0;
export let boxUpper: usize = 0;
export let multipliers: usize = 0;
export let direction: usize = 0;

export let cutMultipliers: usize = 0;
export let scales: usize = 0;
export let alphas: usize = 0;
export let gammas: usize = 0;
export let betas: usize = 0;
export let alphaSums: usize = 0;

export let softCaps: usize = 0;
export let softShares: usize = 0;
export let softGains: usize = 0;
export let softSorted: usize = 0;

export let sorted: usize = 0;
export let slots: usize = 0;
export let labelled: usize = 0;

/** The most cuts that a tree may have in use, with one place to derive the next. */
export const MOST_CUTS = 80;

/**
 * The bound that was evaluated last, for what follows from it: reduced costs, the log. Writer: safe-bound.ts, by
 * `maxMinBound` and `coverBound`, each its own; `scale` and `cutConstant` by both.
 */
export class LastBound {
  /** What 1.0 was rounded to. */
  static scale: i64 = 0;
  /** What the cuts' right sides add up to. */
  static cutConstant: i64 = 0;
  /** Max-min: the most that the boxes allow the combined rows; the multipliers' sum; eps times those of the - side. */
  static reach: i64 = 0;
  static total: i64 = 0;
  static minus: i64 = 0;
  /** Cover: the least of non-zeros, times the scale; the multipliers' sum. */
  static cover: i64 = 0;
  static coverTotal: i64 = 0;
}

/** The soft bound that was evaluated last. Writer: soft-bound.ts. */
export class LastSoft {
  /** What 1.0 is rounded to; set by `measureSoft` for all bounds of a stage. */
  static scale: i64 = 1;
  /** Four times the loss bound, times the scale squared; before it is rounded up. */
  static value: i64 = 0;
  /** The multipliers' sum. */
  static total: i64 = 0;
  /** Under a limit of non-zeros: weights that may still be other than 0, negative: there are too many; the least gain of those that the bound takes */
  static room: i32 = 0;
  static least: i64 = 0;
  /** and the largest of those that it does not; 0: none is positive. */
  static next: i64 = 0;
  /** Several neurons: their terms so far. */
  static sum: i64 = 0;
}

/** Checked build: faults that a test plants. Writer: assembly/test-door.ts. */
export class Planted {
  /** Bounds of margins are too low by so much, units of 1/D. */
  static lower: i32 = 0;
}

/** Writer: cut-rows.ts. */
export class Cuts {
  /** The first so many are in use: `useCuts`. They belong to one tree; every other relaxation begins by setting this to 0. */
  static inUse: i32 = 0;
  /** The largest |entry| of the samples: `measureInputs`, once a tree. */
  static largestInput: i32 = 1;
  /** The largest sum that any first-layer weights have on a sample: likewise. */
  static largestReach: i64 = 1;
}

/** Writer: `reserveTwins`. */
export class Twins {
  static slotCount: i32 = 1;
}

export function reserveSafeBound(rowCount: i32): void {
  multipliers = reserve(<usize>rowCount << 3);
  direction = reserve(<usize>inputsPadded << 3);
  boxLower = reserve(<usize>inputsPadded << 1);
  boxUpper = reserve(<usize>inputsPadded << 1);
}

export function reserveCuts(): void {
  cutMultipliers = reserve(MOST_CUTS << 3);
  scales = reserve(MOST_CUTS << 3);
  alphas = reserve((<usize>inputsPadded << 2) * MOST_CUTS);
  gammas = reserve(MOST_CUTS << 3);
  betas = reserve(MOST_CUTS << 3);
  alphaSums = reserve(MOST_CUTS << 3);
  Cuts.inUse = 0;
}

export function reserveSoftBound(rowCount: i32): void {
  softCaps = reserve(<usize>rowCount << 3);
  softShares = reserve(<usize>rowCount << 3);
  softGains = reserve(<usize>inputs << 3);
  softSorted = reserve(<usize>inputs << 3);
}

export function reserveCountBound(): void {
  sorted = reserve(<usize>inputs << 2);
}

export function reserveTwins(): void {
  Twins.slotCount = 1;
  while (Twins.slotCount < 2 * sampleCount) Twins.slotCount <<= 1;
  slots = reserve(<usize>Twins.slotCount << 2);
  labelled = reserve(<usize>sampleCount << 3);
}
