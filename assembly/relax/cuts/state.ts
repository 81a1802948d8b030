import { reserve } from '../../base/arena';
import { inputsPadded } from '../../problem/shape';
import { MOST_CUTS } from '../exact/state';

/**
 * Everything that lasts in this room, all of it scratch of a round of separation (gomory.ts writes it, and begins it anew with
 * every round or cut). NP: inputs, padded; rows: those that a tableau may have.
 *
 *     array      shape             what, unit                                                            begun anew by
 *     combined   i64 [NP]          A, the weights' coefficients in the identity, times Q                 derive
 *     weights    f64 [rows]        the combination of rows to try                                        fromTableau, fromRows
 *     factors    i64 [rows]        p, the same times Q, rounded                                          derive
 *     fresh      i64 [NP]          alpha of the cut in the making                                        derive
 *     tight      i32 [PARTNERS]    rows of the largest multipliers, falling                              listTight
 *     depths     f64 [MOST_CUTS]   of this round's cuts: distance in the space of the weights and M      attempt
 */
export const PARTNERS = 20;

export let combined: usize = 0;
export let weights: usize = 0;
export let factors: usize = 0;
export let fresh: usize = 0;
export let tight: usize = 0;
export let depths: usize = 0;

export function reserveGomory(mostRows: i32): void {
  combined = reserve(<usize>inputsPadded << 3);
  fresh = reserve(<usize>inputsPadded << 3);
  factors = reserve(<usize>(mostRows + MOST_CUTS) << 3);
  weights = reserve(<usize>(mostRows + MOST_CUTS) << 3);
  tight = reserve(PARTNERS << 2);
  depths = reserve(MOST_CUTS << 3);
}

/** The round of separation. Writer: gomory.ts; set by `separateCuts`. */
export class Round {
  /** Cuts in use before it, */
  static before: i32 = 0;
  /** and with those of the round. */
  static count: i32 = 0;
}
