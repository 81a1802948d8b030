import { CHECKED } from '../../base/check';
import { dotI16F64 } from '../../base/kernels/simd';
import { inputsPadded, kept, keptCount, label, sampleRow, size } from '../../problem/shape';
import { addVector, finishUpper, nextVector, startUpper } from '../../upper/upper-layers';
import { solution } from '../../relax/lp/neuron-lp';
import { CODE_P, CODE_S, CODE_T, CODE_U, CODE_X, put } from '../../record/log';
import { closeOrGoOn, evaluate } from './bound';
import { SIDE, TOUCH } from './branch';
import { decidedOf, markComplete, Path, setUpperBound, sideAt } from '../state';
import { branchOnWeights, UPPER_EFFORT } from './weights';
import { pairFirst, pairSecond } from '../../search/sides/pair-order';
import { closingNode } from './side-witness';
import { isForcedConstant, rowClassOf } from '../../search/sides/row-classes';
import { tableauStands } from '../neuron';
import { closeNode, failTree, log1, log3, open, PAIR, setDirty } from '../path';
import { Pairs } from '../../search/sides/state';
import { Upper } from '../../upper/state';

/**
 * Branching on activations in the side tree: a pair of unlike samples that no neuron separates yet, then the sides of
 * touched neurons, then untouched neurons. With all sides decided the upper layers are solved to their optimum and the
 * weights come next.
 */
export function branchOnActivations(): void {
  const n = size(1);
  if (Path.minimise && followClasses()) return;
  const pair = Path.minimise ? tightestPair() : firstUnseparated();
  if (pair >= 0) {
    open(PAIR, pairFirst(pair), pairSecond(pair), 0);
    log3(CODE_P, pairFirst(pair), pairSecond(pair));
    return;
  }
  let side = -1;
  let row = -1;
  for (let j = 0; j < n && (Path.minimise || side < 0); j++) {
    if (decidedOf(j) == 0 || decidedOf(j) == keptCount) continue;
    const before = Violated.least;
    const k = mostViolated(j);
    if (side >= 0 && Violated.least >= before) {
      Violated.least = before;
      continue;
    }
    side = j;
    row = k;
  }
  if (side >= 0) {
    openSide(side, row);
    return;
  }
  for (let j = 0; j < n; j++) {
    if (decidedOf(j) != 0) continue;
    open(TOUCH, j, 0, 0);
    if (Path.logging) {
      put(CODE_T);
      put(j);
    }
    return;
  }
  finishActivations();
}

function openSide(j: i32, k: i32): void {
  open(SIDE, j, k, 0);
  log3(CODE_S, j, k);
}

/**
 * MW: what held margins force (search/sides/row-classes.ts), before anything else: a neuron all of whose rows are one class is
 * constant, and rows follow the others of their class. The other children are out of reach by one `i` each.
 */
function followClasses(): bool {
  for (let j = 0; j < size(1); j++) {
    if (decidedOf(j) == keptCount) continue;
    if (decidedOf(j) == 0) {
      if (!isForcedConstant(j)) continue;
      open(TOUCH, j, 0, 0);
      if (Path.logging) {
        put(CODE_T);
        put(j);
      }
      return true;
    }
    for (let k = 0; k < keptCount; k++) {
      if (sideAt(j, k) != 0) continue;
      for (let other = 0; other < keptCount; other++) {
        if (sideAt(j, other) == 0 || rowClassOf(j, other) != rowClassOf(j, k)) continue;
        openSide(j, k);
        return true;
      }
    }
  }
  return false;
}

/** MW: the unseparated pair that can be separated in the fewest ways, as the cover tree has it; of those the closest. */
function tightestPair(): i32 {
  let pick = -1;
  let least = i32.MAX_VALUE;
  for (let p = 0; p < Pairs.count && least > 0; p++) {
    const a = pairFirst(p);
    const b = pairSecond(p);
    let ways = 0;
    for (let j = 0; j < size(1) && ways < least; j++) {
      const product = sideAt(j, a) * sideAt(j, b);
      if (product < 0) ways = i32.MAX_VALUE;
      else if (product == 0 && rowClassOf(j, a) != rowClassOf(j, b)) ways += sideAt(j, a) == 0 && sideAt(j, b) == 0 ? 2 : 1;
    }
    if (ways >= least) continue;
    least = ways;
    pick = p;
  }
  return pick;
}

/** The pairs are listed closest first; pairs that the list had no room for end the proof when they are needed. */
function firstUnseparated(): i32 {
  for (let p = 0; p < Pairs.count; p++) {
    const a = pairFirst(p);
    const b = pairSecond(p);
    let apart = false;
    for (let j = 0; j < size(1) && !apart; j++) apart = sideAt(j, a) * sideAt(j, b) < 0;
    if (!apart) return p;
  }
  return -1;
}

function mostViolated(j: i32): i32 {
  if (!tableauStands(j)) evaluate(j);
  let pick = -1;
  let least: f64 = f64.MAX_VALUE;
  for (let k = 0; k < keptCount; k++) {
    if (sideAt(j, k) != 0) continue;
    const s = abs(dotI16F64(sampleRow(kept(k)), solution, inputsPadded));
    if (s < least) {
      least = s;
      pick = k;
    }
  }
  Violated.least = least;
  return pick;
}

/** What `mostViolated` has found. */
class Violated {
  static least: f64 = 0;
}

/** All sides are decided: the upper layers' true optimum for them. */
function finishActivations(): void {
  if (!Upper.enumerable) {
    failTree();
    return;
  }
  startUpper();
  let contradiction = false;
  for (let k = 0; k < keptCount && !contradiction; k++) {
    const vector = nextVector();
    if (!vector) {
      failTree();
      return;
    }
    for (let j = 0; j < size(1); j++) store<i16>(vector + (<usize>j << 1), <i16>sideAt(j, k));
    contradiction = !addVector(label(kept(k)));
  }
  const found = !contradiction && finishUpper(UPPER_EFFORT);
  if (!contradiction && !Upper.complete) {
    failTree();
    return;
  }
  log1(CODE_U);
  if (!found) {
    if (CHECKED) closingNode('proving/sides: no upper layers');
    closeNode(CODE_X);
    return;
  }
  setUpperBound(<i32>Upper.value);
  markComplete();
  setDirty(-1);
  if (!closeOrGoOn()) branchOnWeights();
}
