import { reserve } from '../base/arena';
import { CHECKED } from '../base/check';
import { networkBytes } from '../network/state';
import { newNetwork } from '../network/weights';
import { groupCount, inputsPadded, sampleCount, size } from '../problem/shape';

/**
 * The debug solution of the checked build: a network that somebody knows, the *witness*. As long as it is better than the incumbent
 * no tree may lose it. Every place that throws something away (a node closed, a box narrowed, a cut added, a branch not
 * opened) asks whether the witness was in there, and the first that would lose it stops with its name:
 *
 *     rows.ts     Level B: its first-layer rows, each against what the tree says of it      search/weights/weight-witness.ts
 *     images.ts   its images under permutation of neurons, against what a node has decided  search/sides/, search/literals/, proving/
 *     here        its value, against every bound                                            record/incumbent.ts
 *
 * All calls stand behind `if (CHECKED)`: nothing of this room is in the release. It spends no work and writes nothing that a
 * technique reads, so the checked build gives the release's bytes with a witness too. After HiGHS' `HighsDebugSol.h`.
 *
 *     array            shape        what, unit                                              writer   begun anew by
 *     witness          network      the network itself, as the trees break symmetry         take.ts  takeWitness
 *     witnessRows      i16 [2 n1][NP]  its first-layer rows, and all of them turned round   take.ts  takeWitness
 *     treeRows         i16 [2 n1][NP]  the same in the tree of Level B that stands          weight-witness.ts  beginning of a tree
 *     rowValues        i32 [2 n1]   their values in the tree of Level B that stands         rows.ts  beginning of a tree
 *     witnessSides     i8 [n1][K]   sides of its neurons                                    take.ts  takeWitness
 *     witnessReach     i32 [n1][K]  distances of its neurons, units of 1/D                  take.ts  takeWitness
 *     witnessMargins   i32 [n1]     the least of them                                       take.ts  takeWitness
 *     witnessCounted   u8 [G]       robust: its samples that are certified at 0             take.ts  takeWitness
 *     fits             u8 [n1][n1]  witness neuron i may stand for the node's neuron j      images.ts  every look
 *     places, seen     i32, u8 [n1] matching: neuron at place j, -1; visited in this try    images.ts  every look
 *     pathHolds        u8 [DEPTH]   by depth of a proving tree: 1 an image is in there      images.ts  every node
 */
export let witness: usize = 0;
export let witnessRows: usize = 0;
export let treeRows: usize = 0;
export let rowValues: usize = 0;
export let witnessSides: usize = 0;
export let witnessReach: usize = 0;
export let witnessMargins: usize = 0;
export let witnessCounted: usize = 0;
export let fits: usize = 0;
export let places: usize = 0;
export let seen: usize = 0;
export let pathHolds: usize = 0;

export const DEEPEST = 4097;

/** Writer: `take.ts`; `beginStage` forgets it. */
export class Witness {
  /** There is one, and it is worth something to the running stage. */
  static known: bool = false;
  /** What it is worth there, as values are maximised. */
  static value: i64 = 0;
  /** Tests: to what closes nodes it is said to be worth so much more than it is, so that none may close it. */
  static more: i32 = 0;
}

/** Checked build only. */
export function reserveWitness(): void {
  Witness.known = false;
  if (!CHECKED) return;
  const n = <usize>size(1);
  witness = newNetwork();
  witnessRows = reserve((2 * n * <usize>inputsPadded) << 1);
  treeRows = reserve((2 * n * <usize>inputsPadded) << 1);
  rowValues = reserve(n << 3);
  witnessSides = reserve(n * <usize>sampleCount + 8);
  witnessReach = reserve((n * <usize>sampleCount) << 2);
  witnessMargins = reserve(n << 2);
  witnessCounted = reserve(<usize>groupCount + 8);
  fits = reserve(n * n);
  places = reserve(n << 2);
  seen = reserve(n);
  pathHolds = reserve(DEEPEST);
}

/** What the witness is said to be worth in the running stage. */
export function claimed(): i64 {
  return Witness.value + <i64>Witness.more;
}

/** The witness is better than `value`, so it must not be lost. */
export function witnessBeats(value: i64): bool {
  return Witness.known && claimed() > value;
}

/** Stops where something that has to hold of the witness does not. */
export function mustHold(holds: bool, place: string): void {
  assert(holds, place);
}

/** A bound of the running stage, or of all that is left of it; what a test adds to the witness' worth is not of interest here. */
export function keepsBelow(bound: i64, place: string): void {
  mustHold(!Witness.known || Witness.value <= bound, place);
}

/** Bytes of the network that the host writes; -1 in the release, which knows no witness. */
export function witnessBytes(): i32 {
  return CHECKED ? <i32>networkBytes : -1;
}
