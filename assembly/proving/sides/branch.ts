import { Boxes } from '../../problem/boxes';
import { keptCount, size } from '../../problem/shape';
import { decidedOf, decideSide, sideAt } from '../state';
import { FUNCTION, followSide, makeFunction } from './functions';
import { firstOfItsClass, LEMMA, makeBox, makeLemma, OWN_KINDS, PAIR, setDirty, WEIGHT } from '../path';

/**
 * The children of a branching of the side tree, in the order that the proof file fixes (docs/proof.md): a pair of
 * unlike samples, an undecided side, an untouched neuron; weights and lemmas as in every tree.
 */
export const SIDE = OWN_KINDS;
export const TOUCH = OWN_KINDS + 1;

/** 1: the child stands; 0: there is no such child, try the next; -1: no more children. */
export function makeChild(kind: i32, a: i32, b: i32, c: i32, child: i32): i32 {
  if (kind == PAIR) {
    const j = child >> 1;
    if (j >= size(1)) return -1;
    if (isUntouched(j) && !firstOfItsClass(j, isUntouched)) return 0;
    const side = child & 1 ? -1 : 1;
    if (sideAt(j, a) == -side || sideAt(j, b) == side) return 0;
    decideSide(j, a, side);
    decideSide(j, b, -side);
    setDirty(j);
    return 1;
  }
  if (kind == SIDE) {
    if (child > 1) return -1;
    decideSide(a, b, child ? -1 : 1);
    setDirty(a);
    followSide(b);
    return 1;
  }
  if (kind == TOUCH) {
    if (child > 2 * (keptCount - 1)) {
      // All on the - side: elsewhere that is the first child, turned round.
      if (!Boxes.lopsided || child > 2 * keptCount - 1) return -1;
      for (let k = 0; k < keptCount; k++) decideSide(a, k, -1);
      setDirty(a);
      return 1;
    }
    const first = (child + 1) >> 1; // 0: constant; k: the first sample that differs
    const side = child & 1 || child == 0 ? 1 : -1;
    if (first == 0) for (let k = 0; k < keptCount; k++) decideSide(a, k, 1);
    else {
      for (let k = 0; k < first; k++) decideSide(a, k, side);
      decideSide(a, first, -side);
    }
    setDirty(a);
    return 1;
  }
  if (kind == FUNCTION) return makeFunction(child);
  if (kind == WEIGHT) return makeBox(a, b, c, child);
  if (kind == LEMMA) return makeLemma(a, b, child);
  return -1;
}

function isUntouched(j: i32): bool {
  return decidedOf(j) == 0;
}
