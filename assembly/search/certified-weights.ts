import { reserve } from '../memory/arena';
import { copyNetwork, copyRow, newNetwork, weightRow } from '../network/weights';
import { inputs, inputsPadded, layerCount, size } from '../problem/shape';
import { covers } from '../primal/cover-search';
import { leastMargin, roundSolution } from '../primal/max-min-search';
import { solveUpper } from '../primal/upper-layers';
import { lastPenaltyDown, lastPenaltyUp } from '../relax/dual-simplex';
import { penalties, solution } from '../relax/neuron-lp';
import { CODE_B, CODE_W, put } from '../proof/log';
import { aloneNeuron, aloneRow, solveAlone } from './certified-alone';
import { evaluate, fix, requiredOf, tableauStands } from './certified-bound';
import { LEMMA, WEIGHT } from './certified-branch';
import { closeOrGoOn, cut, dirty, failTree, lemmaNeuron, logging, minimise, open, raise, setDirty } from './certified-path';
import { boundOf, lowOf, sidesOf, sumOfBounds, upOf, upperBoundNow } from './certified-state';
import { incumbent, offer } from './incumbent';

/**
 * Branching on weights in the certified tree: lemmas about single neurons where they suffice, the weight with the best
 * penalties elsewhere, and what a node whose weights are all fixed is worth.
 */
export const UPPER_EFFORT: i64 = 8000000;

let trial: usize = 0; // network under construction
let row: usize = 0; // i16 [NP]

export function reserveCertifiedWeights(): void {
  trial = newNetwork();
  row = reserve(<usize>inputsPadded << 1);
}

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
    const target = cut - (total - <i64>boundOf(j));
    const value = solveAlone(j, <i32>max<i64>(target, <i64>(i32.MIN_VALUE + 1)));
    if (aloneNeuron >= 0) return; // under way: comes back here when it is done
    if (value >= boundOf(j)) continue;
    startLemma(j, value);
    return;
  }
  copyNetwork(trial, incumbent);
  for (let j = 0; j < n; j++) copyRow(weightRow(trial, 0, j), aloneRow(j), 0);
  solveUpper(trial, UPPER_EFFORT);
  offer(trial);
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

function startLemma(j: i32, value: i32): void {
  open(LEMMA, j, value, 0);
  if (logging) {
    put(CODE_B);
    put(j);
    put(minimise ? -value : value);
  }
}

function boxesOpen(j: i32): bool {
  for (let i = 0; i < inputs; i++) if (lowOf(j, i) < upOf(j, i)) return true;
  return false;
}

/** Opens both children of the most promising weight of neuron `j`. */
export function branchOnWeight(j: i32): void {
  if (!tableauStands(j) || dirty != j) {
    evaluate(j);
    setDirty(j);
    if (closeOrGoOn()) return;
  }
  tryRounding(j);
  if (closeOrGoOn()) return;
  fix(j);
  let pick = -1;
  let at: f64 = 0;
  let score: f64 = -1;
  for (let i = 0; i < inputs; i++) {
    if (lowOf(j, i) == upOf(j, i)) continue;
    const x = load<f64>(solution + (<usize>i << 3));
    const fraction = x - Math.floor(x);
    if (fraction < 1e-6 || fraction > 1 - 1e-6) continue;
    penalties(i, fraction);
    const product = max<f64>(lastPenaltyDown, 1e-6) * max<f64>(lastPenaltyUp, 1e-6);
    if (product > score) {
      score = product;
      pick = i;
      at = x;
    }
  }
  for (let i = 0; i < inputs && pick < 0; i++) {
    if (lowOf(j, i) == upOf(j, i)) continue;
    pick = i;
    at = max(load<f64>(solution + (<usize>i << 3)) - 0.5, <f64>lowOf(j, i) + 0.5);
  }
  if (pick < 0) {
    // Reduced costs have left one point, which the last bound has not seen yet.
    evaluate(j);
    setDirty(j);
    if (closeOrGoOn()) return;
    if (lemmaNeuron >= 0) {
      failTree(); // the lemma asked for more than is true
      return;
    }
    for (let other = 0; other < size(1); other++) {
      if (!boxesOpen(other)) continue;
      branchOnWeight(other);
      return;
    }
    pointReached();
    return;
  }
  const split = min(max(<i32>Math.floor(at), lowOf(j, pick)), upOf(j, pick) - 1);
  open(WEIGHT, j, pick, split);
  if (logging) {
    put(CODE_W);
    put(j);
    put(pick);
    put(split);
  }
}

/** The relaxation rounded, in the place of the incumbent's neuron. */
function tryRounding(j: i32): void {
  roundSolution(solution, row);
  const sides = sidesOf(j);
  if (minimise) {
    if (!covers(row, sides, requiredOf(j))) return;
  } else if (leastMargin(row, sides) < 0) return;
  copyNetwork(trial, incumbent);
  copyRow(weightRow(trial, 0, j), row, 0);
  offer(trial);
  raise();
}

/** Every weight of the first layer is fixed: this is one network (up to the upper layers), and its value is exact. */
function pointReached(): void {
  copyNetwork(trial, incumbent);
  for (let j = 0; j < size(1); j++) {
    const to = weightRow(trial, 0, j);
    for (let i = 0; i < inputs; i++) store<i16>(to + (<usize>i << 1), <i16>lowOf(j, i));
  }
  if (layerCount > 1) solveUpper(trial, UPPER_EFFORT);
  offer(trial);
  raise();
  for (let j = 0; j < size(1); j++) {
    setDirty(j);
    evaluate(j);
    if (closeOrGoOn()) return;
  }
  failTree();
}
