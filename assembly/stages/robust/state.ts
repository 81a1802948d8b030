import { inputsPadded, size } from '../../problem/shape';
import { newNetwork } from '../../network/weights';
import { reserve } from '../../base/arena';
/**
 * What the robust stages keep between slices. One stage runs at a time; each begins with its own `begin..`. K: kept rows; NP: inputs, padded.
 *
 *     array        shape            what, unit                                     writer      begun anew by
 *     fitTrial     i16, a network   the network that is being fitted               robust      every fit
 *     freshRow     i16 [NP]         weights of a neuron that is fitted anew        robust      every neuron
 *     thinTrial    i16, a network   a sparser network                              robust-mw   every use
 *     thinSides    i8 [n1][bytes]   certificates: what rows rely on                robust-mw   every neuron
 *     thinActive   i8 [K]           the rows that the search sees                  robust-mw   every neuron
 *     thinNeeds    i32 [K]          what the neuron has to reach, units of S       robust-mw   every neuron
 *     thinRow      i16 [NP]         its weights in the search                      robust-mw   every neuron
 */

export const ENUMERATE = 0;
export const FIT = 1;
export const POLISH = 2;
export const IDLE = 3;

export let fitTrial: usize = 0;
export let freshRow: usize = 0;
export let thinTrial: usize = 0;
export let thinSides: usize = 0;
export let thinActive: usize = 0;
export let thinNeeds: usize = 0;
export let thinRow: usize = 0;

/** SM and MM. Writer: robust.ts; set by `beginRobust`. */
export class Robust {
  /** Mark of the literal tree, */
  static literals: i32 = 0;
  /** and of the certificate tree. */
  static certificates: i32 = 0;
  /** ENUMERATE, FIT, POLISH or IDLE. */
  static phase: i32 = FIT;
  /** Of any neuron's margin on any row, units of 1/D. */
  static ceiling: i32 = 0;
  /** The tree is the literal tree. */
  static byLiterals: bool = false;
  /** One neuron's SM: conflicts of samples are looked for, before the tree. */
  static byConflicts: bool = false;
  /** The sample that its last relaxation rests on most; -1: there was none. */
  static blamed: i32 = -1;
  /** The one to fit next. */
  static neuron: i32 = 0;
  /** Of this fit. */
  static round: i32 = 0;
  /** Fits so far. */
  static restart: i32 = 0;
  /** Polish: turns over all neurons without a gain. */
  static turn: i32 = 0;
  /** Something was gained in this one. */
  static gained: bool = false;
  /** Work for bounds given what rows rely on. */
  static givenWork: f64 = 0;
  /** From the incumbent's own clusters, instead of fresh ones. */
  static startFrom: bool = false;
}

/** MW. Writer: robust-mw.ts; set by `beginRobustMw`. */
export class RobustMw {
  /** Everything is listed. */
  static enumerate: bool = false;
  /** Of a row of `thinSides`. Set by `reserveRobustStages`. */
  static sidesBytes: usize = 0;
  /** Mark of the search. */
  static cover: i32 = 0;
  /** The one that is thinned; -1: none yet. */
  static neuron: i32 = -1;
  /** Non-zeros that its relaxation allows at least. */
  static goal: i32 = 0;
  /** Work up to which its turn lasts; 0: it is over. */
  static until: f64 = 0;
  /** Neurons in a row without a gain. */
  static idle: i32 = 0;
}

/** The bound of MW. Writer: sparsity-bound.ts; set by `beginSparsityBound`. */
export class Claims {
  /** Mark of its tree. */
  static mark: i32 = 0;
  /** There is a claim under way. */
  static open: bool = false;
}

export function reserveRobustStages(rowCount: i32): void {
  fitTrial = newNetwork();
  freshRow = reserve(<usize>inputsPadded << 1);
  thinTrial = newNetwork();
  RobustMw.sidesBytes = (<usize>rowCount + 15) & ~(<usize>15);
  thinSides = reserve(RobustMw.sidesBytes * <usize>size(1));
  thinActive = reserve(<usize>rowCount + 8);
  thinNeeds = reserve(<usize>rowCount << 2);
  thinRow = reserve(<usize>inputsPadded << 1);
}
