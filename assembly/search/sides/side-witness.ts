import { keptCount, size } from '../../problem/shape';
import { heldByNeuron, NO_VALUE, objective, stage, STAGE_MM, STAGE_MW } from '../../record/incumbent';
import { allFit, setFit, witnessSide } from '../../witness/images';
import { claimed, mustHold, Witness, witnessMargins } from '../../witness/state';
import { anyOpenHolds } from './node-choice';
import { isTurnSymmetric } from './row-classes';
import { boundAt, sideOf, touchedOf, turnableOf } from './node-pool';
import { Left } from './state';

/**
 * Checked build: the witness (assembly/witness/) before Level A, MM and MW. A node holds it where its neurons can be put in the place of the node's:
 * those that are decided on the sides that it has, one that may be turned on these or all others, one that is untouched on
 * any, and none worth more than the node's bound for it (the last neuron of a set of patterns is the least). Orientation is
 * branched on and is no symmetry; a neuron that is - everywhere has been turned before.
 */
export function nodeHolds(node: usize): bool {
  if (!Witness.known) return false;
  const n = size(1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const turnable = stage == STAGE_MW ? isTurnSymmetric(j) : j < 32 && (turnableOf(node) & (<u32>1 << <u32>j)) != 0;
      const free = stage == STAGE_MM && j >= touchedOf(node);
      const stands = free || agrees(node, i, j, 1) || (turnable && agrees(node, i, j, -1));
      setFit(i, j, stands && mayStandAt(node, i, j));
    }
  }
  return allFit();
}

/** MM: no more than the node's bound; MW: no less than what the place holds. */
function mayStandAt(node: usize, i: i32, j: i32): bool {
  const margin = load<i32>(witnessMargins + (<usize>i << 2));
  return stage == STAGE_MM ? margin <= load<i32>(boundAt(node, j)) : margin >= heldByNeuron(j);
}

function agrees(node: usize, i: i32, j: i32, sign: i32): bool {
  for (let k = 0; k < keptCount; k++) if (sideOf(node, j, k) * sign * witnessSide(i, k) < 0) return false;
  return true;
}

function beatsIncumbent(): bool {
  return Witness.known && (objective == NO_VALUE || claimed() > objective);
}

/** `node` is closed, and nothing comes in its place. */
export function closingSides(node: usize, place: string): void {
  if (beatsIncumbent()) mustHold(!nodeHolds(node), place);
}

/** A node that held the witness has been worked on: some open node holds it now, or one that could not be taken further. */
export function workedOnSides(place: string): void {
  if (beatsIncumbent() && claimed() > Left.waiting) mustHold(anyOpenHolds(), place);
}

/** MM: `bound` is remembered of `sides`, 0 where one is open, whoever asks again: no neuron of the witness with these sides has more. */
export function rememberedOfSides(sides: usize, bound: i32, place: string): void {
  if (!Witness.known || stage != STAGE_MM) return;
  for (let i = 0; i < size(1); i++) {
    let agrees = true;
    for (let k = 0; k < keptCount && agrees; k++) agrees = <i32>load<i8>(sides + <usize>k) * witnessSide(i, k) >= 0;
    if (agrees) mustHold(load<i32>(witnessMargins + (<usize>i << 2)) <= bound, place);
  }
}

/**
 * The list of patterns leaves out what begins with `sides`: no neuron of the witness may begin so, either way round, that is
 * worth more than the floor. (Of a better network all neurons but the least are.)
 */
export function unlisted(sides: usize, floor: i32, place: string): void {
  if (!beatsIncumbent()) return;
  for (let i = 0; i < size(1); i++) {
    if (load<i32>(witnessMargins + (<usize>i << 2)) + Witness.more <= floor) continue;
    const sign = witnessSide(i, 0);
    let begins = true;
    for (let k = 0; k < keptCount && begins; k++) begins = <i32>load<i8>(sides + <usize>k) * sign * witnessSide(i, k) >= 0;
    mustHold(!begins, place);
  }
}
