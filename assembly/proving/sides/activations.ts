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
  const pair = firstUnseparated();
  if (pair >= 0) {
    open(PAIR, pairFirst(pair), pairSecond(pair), 0);
    log3(CODE_P, pairFirst(pair), pairSecond(pair));
    return;
  }
  for (let j = 0; j < n; j++) {
    if (decidedOf(j) == 0 || decidedOf(j) == keptCount) continue;
    const k = mostViolated(j);
    open(SIDE, j, k, 0);
    log3(CODE_S, j, k);
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
  return pick;
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
