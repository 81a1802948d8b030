import { countNode } from '../../base/clock';
import { inputs, keptCount } from '../../problem/shape';
import { CODE_F, CODE_L, CODE_W, logHasRoom } from '../../record/log';
import { boxHigh, boxLow, setBounds } from '../../relax/exact/safe-bound';
import { boundNode, narrowNode, Pick, pickSoftWeight } from '../../search/soft/soft-node';
import { boundRoot, lossWithoutWeights, openRoot } from '../../search/soft/soft-root';
import { rootWeights } from '../../search/soft/state';
import { logSoftMultipliers } from '../multipliers';
import { beginPath, closeNode, cut, entered, entering, failTree, log1, log3, makeBox, nextChild, open, openA, openB, openC, takeBack, treeState, TREE_RUNNING, WEIGHT } from '../path';
import { clearNodeState, lowOf, setBoxOf, upOf } from '../state';
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
export function beginSoftProof(value: i64): void {
  clearNodeState();
  beginPath(value, true);
  openRoot(rootWeights);
  for (let turn = 0; turn < ROOT_TURNS && !boundRoot(ROOT_ROUNDS); turn++) {}
  rootLoss = boundNode(i64.MAX_VALUE);
  rootLoss = min(rootLoss, lossWithoutWeights());
  if (lossWithoutWeights() < -value) failTree();
}

/** As a value: what the root shows. */
export function softReach(): i64 {
  return -rootLoss;
}

/** Up to `count` nodes; stops early for a full log. */
export function stepSoftProof(count: i32): void {
  for (let turn = 0; turn < count && treeState == TREE_RUNNING; turn++) {
    if (!logHasRoom(2 * keptCount + 64)) return;
    if (entering) visit();
    else advance();
  }
}

function visit(): void {
  countNode();
  for (let i = 0; i < inputs; i++) setBounds(i, lowOf(0, i), upOf(0, i));
  const bound = boundNode(-cut);
  logSoftMultipliers(0);
  if (bound >= -cut) {
    closeNode(CODE_L);
    return;
  }
  if (trailRoom() >= 2 * inputs + 64 && narrowNode(-cut) > 0) {
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

function someOpen(): bool {
  for (let i = 0; i < inputs; i++) if (boxLow(i) < boxHigh(i)) return true;
  return false;
}

/** To the next child of the deepest branching that has one. */
function advance(): void {
  if (!takeBack()) return;
  while (!entered(makeBox(openA, openB, openC, nextChild()))) {}
}
