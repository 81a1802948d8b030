import { Boxes } from '../../problem/boxes';
import { inputsPadded, kept, keptCount, label, targetOf } from '../../problem/shape';
import { packSoft } from '../../neuron/soft-neuron';
import { improveBound } from '../../record/incumbent';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { measureSoft } from '../../relax/exact/soft-bound';
import { boundOfFit, fitBox, isTight } from './box-fit';
import { boundFew, forgetPrice, isFew } from './few';
import { allSides, boxWeights, rootWeights } from './state';

/**
 * The root of one neuron's tree over its weights, under soft margins: the relaxation over all boxes, and what it proves. Every
 * row's label is its side.
 */

/** Opens the root at real weights `start` (f64 [NP], within the boxes); `boxWeights` are the root's from then on. */
/** Under a limit of non-zeros: turns a slice. */
const FEW_TURNS = 8;

export function openRoot(start: usize): void {
  resetBoxes();
  forgetPrice();
  measureSoft();
  for (let k = 0; k < keptCount; k++) store<i8>(allSides + <usize>k, <i8>label(kept(k)));
  memory.copy(boxWeights, start, <usize>inputsPadded << 3);
  packSoft(allSides, boxWeights);
}

/** What the network without weights loses: its neuron is + whatever comes. The bound speaks of neurons with weights. */
export function lossWithoutWeights(): i64 {
  if (Boxes.forced) return i64.MAX_VALUE; // there is none
  let loss: i64 = 0;
  for (let k = 0; k < keptCount; k++) {
    if (label(kept(k)) > 0) continue;
    const lack = <i64>targetOf(kept(k)) + 1;
    loss += lack * lack;
  }
  return loss;
}

/** Some rounds of the root's relaxation, then its bound, which goes into the record; true when more rounds gain nothing. */
export function boundRoot(rounds: i32): bool {
  const few = isFew();
  const still = !few && fitBox(boxWeights, rounds);
  const bound = few ? boundFew(FEW_TURNS, rounds, i64.MAX_VALUE) : boundOfFit(allSides, boxWeights);
  improveBound(-min(bound, lossWithoutWeights()));
  memory.copy(rootWeights, boxWeights, <usize>inputsPadded << 3);
  return still || (!few && isTight(bound));
}
