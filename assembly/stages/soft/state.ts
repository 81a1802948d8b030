import { inputsPadded, size } from '../../problem/shape';
import { newNetwork } from '../../network/weights';
import { reserve } from '../../base/arena';
/**
 * What the stages of soft margins keep between slices. NP: inputs, padded; n1: neurons of the first layer.
 *
 *     array          shape            what, unit                                                      writer    begun anew by
 *     softTrial      i16, a network   the network that is being made                                  soft      every fit
 *     softWeights    f64 [n1][NP]     its first layer, real and then whole                            soft      every fit
 *     thinTrial      i16, a network   the incumbent with fewer weights                                soft-mw   every round
 *     thinWeights    f64 [n1][NP]     its first layer                                                 soft-mw   every round
 *     weightPrices   f32 [n1][NP]     what the penalty gains by a weight's absence; DEAR: no weight,  soft-mw   a round with a new incumbent
 *                                     or taken already
 */

export const ENUMERATE = 0;
export const RELAX = 1;
export const SETTLE = 2;
export const IDLE = 3;
/** One layer: the relaxation is finished and says what it proves, before anything is rounded; */
export const ROOT = 4;
/** and a tree over the weights closes the gap between both. */
export const TREE = 5;
/** Hidden layers: what is proved given what rows rely on. */
export const GIVEN = 6;
/** Settled weights are improved by pairs, on what a row loses at its worst literal. */
export const POLISH = 7;
/** Hidden layers: real weights of all neurons together, and their rounding. */
export const TIE = 8;

export let softTrial: usize = 0;
export let softWeights: usize = 0;
export let thinTrial: usize = 0;
export let thinWeights: usize = 0;
export let weightPrices: usize = 0;

/** MM. Writer: soft.ts; set by `beginSoft`. */
export class Soft {
  /** ENUMERATE, RELAX, SETTLE, IDLE, ROOT, TREE, GIVEN, POLISH or TIE. */
  static phase: i32 = IDLE;
  /** The one at hand. */
  static neuron: i32 = 0;
  /** Over that neuron; 0: not packed yet. */
  static passes: i32 = 0;
  /** Of this phase. */
  static round: i32 = 0;
  /** Something has moved since the rows chose; and the work at which that ends where nobody asks for more. */
  static polished: bool = false;
  static polishUntil: f64 = 0;
  /** Work at which the tree ends where nobody asks for more. */
  static treeUntil: f64 = 0;
  /** One layer: the root's relaxation has come to its end. */
  static rootStands: bool = false;
  /** One layer: what settling the root's rounding took, and what the tree's next node takes, about. */
  static settlingTook: f64 = 0;
  static nextTakes: f64 = 0;
}

/** MW. Writer: soft-mw.ts; set by `beginSoftMw`. */
export class SoftMw {
  /** Everything is listed. */
  static enumerate: bool = false;
  /** One layer: the bound is being counted. */
  static counting: bool = false;
  /** The one at hand. */
  static neuron: i32 = 0;
  /** Weights to take out at once; 0: nothing is left to try. */
  static batch: i32 = 0;
  /** `weightPrices` are another incumbent's. */
  static stale: bool = true;
  /** The others settle after a batch has gone. */
  static removing: bool = false;
}

export function reserveSoftStages(): void {
  const n1 = <usize>size(1);
  softTrial = newNetwork();
  softWeights = reserve((n1 * <usize>inputsPadded) << 3);
  thinTrial = newNetwork();
  thinWeights = reserve((n1 * <usize>inputsPadded) << 3);
  weightPrices = reserve((n1 * <usize>inputsPadded) << 2);
}
