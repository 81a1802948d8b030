import { countNode } from '../../base/clock';
import { confidence, holds, kept, keptCount, label, layerCount, size } from '../../problem/shape';
import { firstLayerNeeds } from '../../relax/exact/count-bound';
import { logHasRoom } from '../../record/log';
import { freeNeuronBound, upperLayersBound } from '../../relax/exact/ceilings';
import { branchOnActivations } from './activations';
import { aloneNeuron, beginAlone, goOnAlone, reserveAlone } from '../alone';
import { closeOrGoOn, evaluate } from './bound';
import { makeChild } from './branch';
import { clearNodeState, decidedOf, decideSide, isCompleteNow, markComplete, startBound, startUpperBound, sumOfBounds, upperBoundNow } from '../state';
import { branchOnWeight, branchOnWeights, reserveSideWeights } from './weights';
import { heldByNeuron, hold, HOLD_CONFIDENT, HOLD_MARGINS } from '../../record/incumbent';
import { listPairs } from '../../search/sides/pair-order';
import { forgetTableau, reserveProofNeuron } from '../neuron';
import { beginPath, dirty, entered, entering, failTree, lemmaNeuron, logging, minimise, nextChild, openA, openB, openC, openKind, raise, reservePath, setDirty, setImpossible, takeBack, TREE_RUNNING, treeState } from '../path';
import { aimAtFewest, aimAtMargins } from '../../upper/state';

/**
 * The side tree: one depth-first search over sides and then weights that writes down why every node is closed while it closes
 * it (docs/proof.md). It proves that no network beats `cut`; where it meets a better network it offers it and raises the cut.
 * Depth first, because the proof is then a stream and memory is one path.
 *
 * It serves the paper's stages: under `--proof` MM and MW write theirs with it, and MW with hidden layers searches its bound
 * by it, without a log (stages/paper/mw.ts). MM's bound is searched by the activation tree (search/sides/), best first.
 *
 * MM values are margins; MW's are minus non-zero weights, so that both maximise: `b_j`, `U` and `cut` are held in that
 * sense here and only written with their own sign.
 *
 *     ../path.ts       frames, weights, lemmas             ../state.ts    what the trail undoes
 *     bound.ts         bounds, what closes a node          branch.ts      children, in the proof's order
 *     activations.ts   branching on sides                  ../alone.ts    a neuron's true optimum
 *     weights.ts       branching on weights                ../neuron.ts   a neuron's relaxation, written down
 */
export function reserveSideTree(rowCount: i32): void {
  reservePath();
  reserveProofNeuron(rowCount);
  reserveSideWeights();
  reserveAlone();
}

/** Starts a proof that nothing of the running stage (MM or MW) beats `value` (MW: minus the non-zeros). */
export function beginSideTree(value: i64, withLog: bool): void {
  beginPath(value, withLog);
  forgetTableau();
  clearNodeState();
  listPairs();
  const n = size(1);
  if (minimise) {
    const confident = hold == HOLD_CONFIDENT;
    beginAlone(0);
    aimAtFewest(hold == HOLD_MARGINS ? holds : 0, confident ? confidence : 0);
    for (let j = 0; j < n; j++) startBound(j, -firstLayerNeeds(heldByNeuron(j)));
    startUpperBound(-upperNeeds);
  } else {
    aimAtMargins();
    const free = freeNeuronBound();
    beginAlone(free);
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
export function sideReach(): i64 {
  return sumOfBounds() + <i64>upperBoundNow();
}

let upperNeeds: i32 = 0;
/** The stage counts what the upper layers need at least (it owns the rule); told before the tree begins. */
export function setUpperNeeds(needs: i32): void {
  upperNeeds = needs;
}

/** Up to `count` nodes; stops early for a full log. */
export function stepSideTree(count: i32): void {
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
