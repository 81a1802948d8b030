import { groupCount, groupOf, kept, keptCount, size } from '../../problem/shape';
import { objective, stage, STAGE_MM } from '../../record/incumbent';
import { allFit, setFit, witnessDistance, witnessSide } from '../../witness/images';
import { mustHold, Witness, witnessBeats, witnessCounted } from '../../witness/state';
import { openAt, sideOf } from '../sides/node-pool';
import { Pool } from '../sides/state';

/**
 * Checked build: the witness (assembly/witness/) before the certificate tree. Its rows know a neuron whose distance is at least the
 * threshold, which is 0 in SM and its own margin in MM. A node holds it where that agrees with every literal and with
 * everything that is said not to be known, and no sample is left out that it counts.
 */
export function threshold(): i32 {
  return stage == STAGE_MM ? <i32>Witness.value : 0;
}

/** Whether the witness' neuron `i` may be one of which row `k` knows `side` (0: nothing is said), or is said not to know it. */
export function agreesOn(i: i32, k: i32, side: i32, unknown: bool, from: i32): bool {
  const knows = witnessDistance(i, k) >= from;
  if (unknown) return !knows;
  return side == 0 || (knows && witnessSide(i, k) == side);
}

/** Whether kept row `k` is of a sample that the witness counts (SM). */
export function isCounted(k: i32): bool {
  return load<u8>(witnessCounted + <usize>groupOf(kept(k))) != 0;
}

export function certificateHolds(node: usize): bool {
  if (!Witness.known) return false;
  const n = size(1);
  for (let k = 0; k < keptCount; k++) if (sideOf(node, n, k) != 0 && isCounted(k)) return false;
  const from = threshold();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let may = true;
      for (let k = 0; k < keptCount && may; k++) {
        may = agreesOn(i, k, sideOf(node, j, k), sideOf(node, n + 1 + j, k) != 0, from);
      }
      setFit(i, j, may);
    }
  }
  return allFit();
}

/** `node` is closed, and nothing comes in its place. */
export function closingCertificate(node: usize, place: string): void {
  if (witnessBeats(objective)) mustHold(!certificateHolds(node), place);
}

/** All open nodes are closed. */
export function closingCertificates(place: string): void {
  if (witnessBeats(objective)) mustHold(!anyHolds(), place);
}

/** A node that held the witness has been worked on: an open one does, or `undecided`, which bounds what could not be. */
export function workedOnCertificate(node: usize, undecided: i64, place: string): void {
  if (!witnessBeats(max(objective, undecided))) return;
  mustHold((node != 0 && certificateHolds(node)) || anyHolds(), place);
}

function anyHolds(): bool {
  for (let at = 0; at < Pool.open; at++) if (certificateHolds(openAt(at))) return true;
  return false;
}

/** The witness counts all samples of a set, u8 [G], that no network holds together. */
export function foundConflict(conflict: usize, place: string): void {
  if (!Witness.known) return;
  let all = true;
  for (let g = 0; g < groupCount && all; g++) all = load<u8>(conflict + <usize>g) == 0 || load<u8>(witnessCounted + <usize>g) != 0;
  mustHold(!all, place);
}
