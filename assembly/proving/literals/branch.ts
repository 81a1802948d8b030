import { groupOf, kept, keptCount, label, layerCount, size } from '../../problem/shape';
import { decideSide, sideAt } from '../state';
import { stage, STAGE_SM } from '../../record/incumbent';
import { declareUnknown, isUntouched, leaveRowOut, mayKnow } from './state';
import { firstOfItsClass, LEMMA, makeBox, makeLemma, OWN_KINDS, PAIR, setDirty, WEIGHT } from '../path';

/**
 * The children of a branching of the literal tree, in the order that the proof file fixes (docs/proof.md, "Robust
 * trees"): a pair of rows of unlike labels, a row and a neuron; weights and lemmas as in every tree.
 */
export const ROW = OWN_KINDS;

/** 1: the child stands; 0: there is no such child, try the next; -1: no more children. */
export function makeChild(kind: i32, a: i32, b: i32, c: i32, child: i32): i32 {
  if (kind == WEIGHT) return makeBox(a, b, c, child);
  if (kind == LEMMA) return makeLemma(a, b, child);
  setDirty(-1); // where nothing is said of a neuron
  if (kind == PAIR) return makePair(a, b, child);
  return layerCount == 1 ? makeLabels(b, child) : makeRow(a, b, child);
}

/** Which neuron tells rows `k` and `l` apart, and which way round; SM: or one of their samples is left out. */
function makePair(k: i32, l: i32, child: i32): i32 {
  const j = child >> 1;
  if (j == size(1) && stage == STAGE_SM) {
    leaveRowOut(child & 1 ? l : k);
    return 1;
  }
  if (j >= size(1)) return -1;
  if (isUntouched(j) && !firstOfItsClass(j, isUntouched)) return 0;
  const side = child & 1 ? -1 : 1;
  if (!mayKnow(j, k, side) || !mayKnow(j, l, -side)) return 0;
  decideSide(j, k, side);
  decideSide(j, l, -side);
  setDirty(j);
  return 1;
}

/** Row `k` knows neuron `j` on the + side, on the - side, or does not know it; SM: or its sample is left out. */
function makeRow(j: i32, k: i32, child: i32): i32 {
  if (child < 2) {
    decideSide(j, k, child ? -1 : 1);
    setDirty(j);
    return 1;
  }
  if (child == 2) {
    declareUnknown(j, k);
    return 1;
  }
  if (child > 3 || stage != STAGE_SM) return -1;
  leaveRowOut(k);
  return 1;
}

/** One layer: all rows of the sample of `k` know the neuron on the side of their label; SM: or it is left out. */
function makeLabels(k: i32, child: i32): i32 {
  if (child == 0) {
    const sample = groupOf(kept(k));
    for (let other = 0; other < keptCount; other++) {
      if (groupOf(kept(other)) == sample && sideAt(0, other) == 0) decideSide(0, other, label(kept(other)));
    }
    setDirty(0);
    return 1;
  }
  if (child > 1 || stage != STAGE_SM) return -1;
  leaveRowOut(k);
  return 1;
}
