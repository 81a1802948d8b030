import { countNode } from '../../base/clock';
import { confidence, holds, kept, keptCount, label, layerCount, size } from '../../problem/shape';
import { aimAtFewest, aimAtMargins } from '../../upper/upper-layers';
import { firstLayerNeeds } from '../../relax/exact/count-bound';
import { logHasRoom } from '../../record/log';
import { freeNeuronBound, upperLayersBound } from '../../relax/exact/ceilings';
import { branchOnActivations } from './activations';
import { aloneNeuron, beginAlone, goOnAlone, reserveAlone } from './alone';
import { closeOrGoOn, evaluate, reserveCertifiedBound } from './bound';
import { makeChild } from './branch';
import { clearState, decidedOf, decideSide, isCompleteNow, markComplete, startBound, startUpperBound, sumOfBounds, upperBoundNow } from '../node-state';
import { branchOnWeight, branchOnWeights, reserveCertifiedWeights } from './weights';
import { heldByNeuron, hold, HOLD_CONFIDENT, HOLD_MARGINS } from '../../record/incumbent';
import { listPairs } from '../../search/sides/pair-order';
import { forgetTableau } from '../proof-neuron';
import { beginPath, dirty, entered, entering, failTree, lemmaNeuron, logging, minimise, nextChild, openA, openB, openC, openKind, raise, reservePath, setDirty, setImpossible, takeBack, TREE_RUNNING, treeState } from '../proof-path';

/**
 * The certified tree: one depth-first search, for MM and MW, over sides and then weights, that writes down why every node
 * is closed while it closes it (docs/proof.md). It proves that no network beats `cut`; where it meets a better network it
 * offers it and raises the cut. Depth first, because the proof is then a stream and memory is one path.
 *
 * MM values are margins; MW's are minus non-zero weights, so that both maximise: `b_j`, `U` and `cut` are held in that
 * sense here and only written with their own sign.
 *
 *     proof-path.ts              frames, weights, lemmas              certified-state.ts    what the trail undoes
 *     certified-bound.ts         bounds, what closes a node           certified-branch.ts   children, in the proof's order
 *     certified-activations.ts   branching on sides                   certified-alone.ts    a neuron's true optimum
 *     certified-weights.ts       branching on weights           proof-neuron.ts       a neuron's relaxation, written down
 */
export function reserveCertifiedTree(rowCount: i32): void {
  reservePath();
  reserveCertifiedBound(rowCount);
  reserveCertifiedWeights();
  reserveAlone();
}

/** Starts a proof that nothing of the running stage (MM or MW) beats `value` (MW: minus the non-zeros). */
export function beginCertifiedTree(value: i64, withLog: bool): void {
  beginPath(value, withLog);
  beginAlone();
  forgetTableau();
  clearState();
  listPairs();
  const n = size(1);
  if (minimise) {
    const confident = hold == HOLD_CONFIDENT;
    aimAtFewest(hold == HOLD_MARGINS ? holds : 0, confident ? confidence : 0);
    for (let j = 0; j < n; j++) startBound(j, -firstLayerNeeds(heldByNeuron(j)));
    startUpperBound(-upperNeeds);
  } else {
    aimAtMargins();
    const free = freeNeuronBound();
    for (let j = 0; j < n; j++) startBound(j, free);
    const upper = upperLayersBound();
    if (upper > <i64>i32.MAX_VALUE) {
      failTree();
      return;
    }
    startUpperBound(layerCount == 1 ? 0 : <i32>upper);
  }
  if (layerCount == 1) {
    for (let k = 0; k < keptCount; k++) decideSide(0, k, label(kept(k)));
    markComplete();
    setDirty(0);
  }
}

/** What no network of the node exceeds, in the sense in which values are maximised. */
export function certifiedReach(): i64 {
  return sumOfBounds() + <i64>upperBoundNow();
}

let upperNeeds: i32 = 0;
/** The stage counts what the upper layers need at least (it owns the rule); told before the tree begins. */
export function setUpperNeeds(needs: i32): void {
  upperNeeds = needs;
}

/** Up to `count` nodes; stops early for a full log. */
export function stepCertifiedTree(count: i32): void {
  for (let turn = 0; turn < count && treeState == TREE_RUNNING; turn++) {
    if (logging && !logHasRoom(16 * keptCount + 4096)) return;
    raise();
    if (aloneNeuron >= 0) {
      if (goOnAlone()) branchOnWeights();
    } else if (entering) visit();
    else advance();
  }
}

function visit(): void {
  countNode();
  setImpossible(false);
  if (dirty >= 0 && decidedOf(dirty) > 0) evaluate(dirty);
  if (closeOrGoOn()) return;
  if (lemmaNeuron >= 0) {
    branchOnWeight(lemmaNeuron);
    return;
  }
  if (!isCompleteNow()) {
    branchOnActivations();
    return;
  }
  branchOnWeights();
}

/** Takes back the last child and enters the next one; closes the branching when there is none. */
function advance(): void {
  if (!takeBack()) return;
  while (!entered(makeChild(openKind, openA, openB, openC, nextChild()))) {}
}
