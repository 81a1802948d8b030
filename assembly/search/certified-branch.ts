import { keptCount, size } from '../problem/shape';
import { decidedOf, decideSide, lowOf, setBoxOf, sideAt, upOf } from './certified-state';
import { heldByNeuron } from './incumbent';

/**
 * The children of a branching of the certified tree, in the order that the proof file fixes (docs/proof.md): a pair of
 * unlike samples, an undecided side, an untouched neuron, a weight.
 */
export const PAIR = 1;
export const SIDE = 2;
export const TOUCH = 3;
export const WEIGHT = 4;
export const LEMMA = 5;

/** The neuron whose sides or boxes the last child changed. */
export let branchedNeuron: i32 = -1;

/** 1: the child stands; 0: there is no such child, try the next; -1: no more children. */
export function makeChild(kind: i32, a: i32, b: i32, c: i32, child: i32): i32 {
  if (kind == PAIR) {
    const j = child >> 1;
    if (j >= size(1)) return -1;
    if (decidedOf(j) == 0 && !firstOfItsClass(j)) return 0;
    const side = child & 1 ? -1 : 1;
    if (sideAt(j, a) == -side || sideAt(j, b) == side) return 0;
    decideSide(j, a, side);
    decideSide(j, b, -side);
    branchedNeuron = j;
    return 1;
  }
  if (kind == SIDE) {
    if (child > 1) return -1;
    decideSide(a, b, child ? -1 : 1);
    branchedNeuron = a;
    return 1;
  }
  if (kind == TOUCH) {
    if (child > 2 * (keptCount - 1)) return -1;
    const first = (child + 1) >> 1; // 0: constant; k: the first sample that differs
    const side = child & 1 || child == 0 ? 1 : -1;
    if (first == 0) for (let k = 0; k < keptCount; k++) decideSide(a, k, 1);
    else {
      for (let k = 0; k < first; k++) decideSide(a, k, side);
      decideSide(a, first, -side);
    }
    branchedNeuron = a;
    return 1;
  }
  if (kind == WEIGHT) {
    if (child > 1) return -1;
    if (child == 0) setBoxOf(a, b, lowOf(a, b), c);
    else setBoxOf(a, b, c + 1, upOf(a, b));
    branchedNeuron = a;
    return 1;
  }
  return -1;
}

/** Untouched neurons are interchangeable; under MW only where they hold the same margin. */
function firstOfItsClass(j: i32): bool {
  for (let other = 0; other < j; other++) {
    if (decidedOf(other) != 0) continue;
    if (heldByNeuron(other) == heldByNeuron(j)) return false;
  }
  return true;
}
