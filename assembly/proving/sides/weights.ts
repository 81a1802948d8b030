import { copyNetwork, copyRow, weightRow } from '../../network/weights';
import { inputs, layerCount, size } from '../../problem/shape';
import { covers } from '../../neuron/cover-search';
import { leastMargin, roundSolution } from '../../neuron/max-min-search';
import { solveUpper } from '../../upper/upper-layers';
import { solution } from '../../relax/lp/neuron-lp';
import { aloneRow, aloneValue, isKnownAlone } from '../alone';
import { closeOrGoOn, evaluate, fix } from './bound';
import { boundOf, lowOf, Path, Picked, sidesOf, sumOfBounds, upperBoundNow } from '../state';
import { incumbent, offer } from '../../record/incumbent';
import { boxesOpen, pickWeight, requirements, tableauStands } from '../neuron';
import { failTree, open, openLemma, raise, setDirty, WEIGHT } from '../path';
import { sideRow, sideTrial } from './state';

/**
 * Branching on weights in the side tree: lemmas about single neurons where they suffice, the weight with the best
 * penalties elsewhere, and what a node whose weights are all fixed is worth.
 */
export const UPPER_EFFORT: i64 = 8000000;

/**
 * All sides are decided and the total is still too good. A neuron whose true optimum (found by the best-first tree, which
 * writes nothing) is worse than its bound gets a lemma. When all bounds are true, their rows together are a network of
 * that value. Only where the best-first tree gave up are weights branched on in the whole.
 */
export function branchOnWeights(): void {
  const n = size(1);
  if (n == 1) {
    branchOnWeight(0);
    return;
  }
  const total = sumOfBounds() + <i64>upperBoundNow();
  for (let j = 0; j < n; j++) {
    const target = Path.cut - (total - <i64>boundOf(j));
    if (!isKnownAlone(j, <i32>max<i64>(target, <i64>(i32.MIN_VALUE + 1)))) return; // comes back here when it is
    if (aloneValue(j) >= boundOf(j)) continue;
    openLemma(j, aloneValue(j));
    return;
  }
  copyNetwork(sideTrial, incumbent);
  for (let j = 0; j < n; j++) copyRow(weightRow(sideTrial, 0, j), aloneRow(j), 0);
  solveUpper(sideTrial, UPPER_EFFORT);
  offer(sideTrial);
  raise();
  setDirty(-1);
  if (closeOrGoOn()) return;
  for (let j = 0; j < n; j++) {
    if (!boxesOpen(j)) continue;
    branchOnWeight(j);
    return;
  }
  pointReached();
}

/** Opens both children of the most promising weight of neuron `j`. */
export function branchOnWeight(j: i32): void {
  if (!tableauStands(j) || Path.dirty != j) {
    evaluate(j);
    setDirty(j);
    if (closeOrGoOn()) return;
  }
  tryRounding(j);
  if (closeOrGoOn()) return;
  fix(j);
  pickWeight(j);
  if (Picked.input >= 0) {
    open(WEIGHT, j, Picked.input, Picked.split);
    return;
  }
  // Reduced costs have left one point, which the last bound has not seen yet.
  evaluate(j);
  setDirty(j);
  if (closeOrGoOn()) return;
  if (Path.lemmaNeuron >= 0) {
    failTree(); // the lemma asked for more than is true
    return;
  }
  for (let other = 0; other < size(1); other++) {
    if (!boxesOpen(other)) continue;
    branchOnWeight(other);
    return;
  }
  pointReached();
}

/** The relaxation rounded, in the place of the incumbent's neuron. */
function tryRounding(j: i32): void {
  roundSolution(solution, sideRow);
  const sides = sidesOf(j);
  if (Path.minimise) {
    if (!covers(sideRow, sides, requirements(j))) return;
  } else if (leastMargin(sideRow, sides) < 0) return;
  copyNetwork(sideTrial, incumbent);
  copyRow(weightRow(sideTrial, 0, j), sideRow, 0);
  offer(sideTrial);
  raise();
}

/** Every weight of the first layer is fixed: this is one network (up to the upper layers), and its value is exact. */
function pointReached(): void {
  copyNetwork(sideTrial, incumbent);
  for (let j = 0; j < size(1); j++) {
    const to = weightRow(sideTrial, 0, j);
    for (let i = 0; i < inputs; i++) store<i16>(to + (<usize>i << 1), <i16>lowOf(j, i));
  }
  if (layerCount > 1) solveUpper(sideTrial, UPPER_EFFORT);
  offer(sideTrial);
  raise();
  for (let j = 0; j < size(1); j++) {
    setDirty(j);
    evaluate(j);
    if (closeOrGoOn()) return;
  }
  failTree();
}
