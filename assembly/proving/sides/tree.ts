import { count, COUNT_NODES_PROOF } from '../../base/counts';
import { CHECKED } from '../../base/check';
import { enteredNode, leftNode } from '../../witness/images';
import { countNode } from '../../base/clock';
import { confidence, holds, kept, keptCount, label, layerCount, size } from '../../problem/shape';
import { firstLayerNeeds } from '../../relax/exact/count-bound';
import { logHasRoom } from '../../record/log';
import { freeNeuronBound, upperLayersBound } from '../../relax/exact/ceilings';
import { branchOnActivations } from './activations';
import { beginAlone, goOnAlone } from '../alone';
import { closeOrGoOn, evaluate } from './bound';
import { makeChild } from './branch';
import { beginFunctions, visitServed } from './functions';
import { Alone, clearNodeState, decidedOf, decideSide, isCompleteNow, markComplete, Path, startBound, startUpperBound, sumOfBounds, TREE_RUNNING, upperBoundNow } from '../state';
import { nodeHolds } from './side-witness';
import { branchOnWeight, branchOnWeights } from './weights';
import { heldByNeuron, hold, HOLD_CONFIDENT, HOLD_MARGINS } from '../../record/incumbent';
import { listPairs } from '../../search/sides/pair-order';
import { findRowClasses } from '../../search/sides/row-classes';
import { forgetTableau } from '../neuron';
import { advance, beginPath, failTree, raise, setDirty, setImpossible } from '../path';
import { aimAtFewest, aimAtMargins } from '../../upper/state';
import { SideTree } from './state';

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
 *     functions.ts     MM with few neurons: upper layers' functions first, rows served worst
 *     weights.ts       branching on weights                ../neuron.ts   a neuron's relaxation, written down
 */

/** Starts a proof that nothing of the running stage (MM or MW) beats `value` (MW: minus the non-zeros). Returns the owner's mark. */
export function beginSideTree(value: i64, withLog: bool): i32 {
  const mark = beginPath(value, withLog);
  forgetTableau();
  clearNodeState();
  listPairs();
  const n = size(1);
  if (Path.minimise) {
    const confident = hold == HOLD_CONFIDENT;
    beginAlone(0);
    aimAtFewest(hold == HOLD_MARGINS ? holds : 0, confident ? confidence : 0);
    for (let j = 0; j < n; j++) startBound(j, -firstLayerNeeds(heldByNeuron(j)));
    startUpperBound(-SideTree.upperNeeds);
    if (layerCount > 1) findRowClasses();
  } else {
    aimAtMargins();
    const free = freeNeuronBound();
    beginAlone(free);
    for (let j = 0; j < n; j++) startBound(j, free);
    const upper = upperLayersBound();
    if (upper > <i64>i32.MAX_VALUE) {
      failTree();
      return mark;
    }
    startUpperBound(layerCount == 1 ? 0 : <i32>upper);
  }
  beginFunctions();
  if (layerCount == 1) {
    for (let k = 0; k < keptCount; k++) decideSide(0, k, label(kept(k)));
    markComplete();
    setDirty(0);
  }
  return mark;
}

/** What no network of the node exceeds, in the sense in which values are maximised. */
export function sideReach(): i64 {
  return sumOfBounds() + <i64>upperBoundNow();
}

/** The stage counts what the upper layers need at least (it owns the rule); told before the tree begins. */
export function setUpperNeeds(needs: i32): void {
  SideTree.upperNeeds = needs;
}

/** Up to `count` nodes of the tree that `mark` was given for; stops early for a full log. */
export function stepSideTree(mark: i32, count: i32): void {
  assert(mark == Path.mark); // else somebody else has begun a tree since
  for (let turn = 0; turn < count && Path.state == TREE_RUNNING; turn++) {
    if (Path.logging && !logHasRoom(16 * keptCount + 4096)) return;
    raise();
    if (Alone.neuron >= 0) {
      if (goOnAlone()) branchOnWeights();
    } else if (Path.entering) visit();
    else {
      advance(makeChild);
      if (CHECKED && !Path.entering) leftNode(Path.depth, Path.cut, 'proving/sides: the children of a node');
    }
  }
}

function visit(): void {
  countNode();
  count(COUNT_NODES_PROOF);
  if (CHECKED) enteredNode(Path.depth, nodeHolds());
  setImpossible(false);
  if (SideTree.byFunctions && Path.lemmaNeuron < 0) {
    visitServed();
    return;
  }
  if (Path.dirty >= 0 && decidedOf(Path.dirty) > 0) evaluate(Path.dirty);
  if (closeOrGoOn()) return;
  if (Path.lemmaNeuron >= 0) {
    branchOnWeight(Path.lemmaNeuron);
    return;
  }
  if (!isCompleteNow()) {
    branchOnActivations();
    return;
  }
  branchOnWeights();
}
