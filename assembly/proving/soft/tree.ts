import { countNode } from '../../base/clock';
import { count, COUNT_NODES_PROOF } from '../../base/counts';
import { inputs, keptCount } from '../../problem/shape';
import { CODE_F, CODE_L, CODE_W, logHasRoom } from '../../record/log';
import { boxHigh, boxLow, setBounds } from '../../relax/exact/safe-bound';
import { boundNode, narrowNode, Pick, pickSoftWeight, someOpen } from '../../search/soft/soft-node';
import { boundRoot, lossWithoutWeights, openRoot } from '../../search/soft/soft-root';
import { rootWeights } from '../../search/soft/state';
import { logSoftMultipliers } from '../multipliers';
import { advance, beginPath, closeNode, failTree, log1, log3, makeBox, open, WEIGHT } from '../path';
import { clearNodeState, lowOf, Path, setBoxOf, TREE_RUNNING, upOf } from '../state';
import { trailRoom } from '../../base/trail';

/**
 * The tree that shows a bound of one neuron's soft loss, depth first: every node writes its multipliers (`a`), what they narrow (`f`), and
 * the weight it branches on (`w`) or that it is closed (`l`). Nodes are those of the searching tree; the claim is known here, so their
 * order is of no account.
 */
const ROOT_ROUNDS = 5;
const ROOT_TURNS = 12;

/** The loss that is shown at the root without a branching. */
let rootLoss: i64 = 0;

/** Starts at the root of a proof that no loss is below `-value`. */
export function beginSoftProof(value: i64): i32 {
  clearNodeState();
  const mark = beginPath(value, true);
  openRoot(rootWeights);
  for (let turn = 0; turn < ROOT_TURNS && !boundRoot(ROOT_ROUNDS); turn++) {}
  rootLoss = boundNode(i64.MAX_VALUE);
  rootLoss = min(rootLoss, lossWithoutWeights());
  if (lossWithoutWeights() < -value) failTree();
  return mark;
}

/** As a value: what the root shows. */
export function softReach(): i64 {
  return -rootLoss;
}

/** Up to `count` nodes; stops early for a full log. */
export function stepSoftProof(mark: i32, count: i32): void {
  assert(mark == Path.mark);
  for (let turn = 0; turn < count && Path.state == TREE_RUNNING; turn++) {
    if (!logHasRoom(2 * keptCount + 64)) return;
    if (Path.entering) visit();
    else advance(childOf);
  }
}

function visit(): void {
  countNode();
  count(COUNT_NODES_PROOF);
  for (let i = 0; i < inputs; i++) setBounds(i, lowOf(0, i), upOf(0, i));
  const bound = boundNode(-Path.cut);
  logSoftMultipliers(0);
  if (bound >= -Path.cut) {
    closeNode(CODE_L);
    return;
  }
  if (trailRoom() >= 2 * inputs + 64 && narrowNode(-Path.cut) > 0) {
    for (let i = 0; i < inputs; i++) setBoxOf(0, i, boxLow(i), boxHigh(i));
    log1(CODE_F);
    log1(0);
    if (!someOpen()) return; // one vector is left: the next look at it is exact
  }
  pickSoftWeight();
  if (Pick.input < 0) {
    failTree(); // a network is better than the claim
    return;
  }
  log3(CODE_W, 0, Pick.input);
  log1(Pick.split);
  open(WEIGHT, 0, Pick.input, Pick.split);
}

/** Weights are all that is branched on. */
function childOf(kind: i32, j: i32, i: i32, split: i32, child: i32): i32 {
  assert(kind == WEIGHT);
  return makeBox(j, i, split, child);
}
