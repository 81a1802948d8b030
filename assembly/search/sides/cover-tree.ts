import { IN_COVERS, tellSaid, Trace } from '../../base/trace';
import { count, COUNT_NODES_SIDES } from '../../base/counts';
import { CHECKED } from '../../base/check';
import { countNode } from '../../base/clock';
import { confidence, holds, keptCount, layerCount, size } from '../../problem/shape';
import { aimAtFewest } from '../../upper/state';
import { firstLayerNeeds } from '../../relax/exact/count-bound';
import { heldByNeuron, hold, HOLD_CONFIDENT, HOLD_MARGINS, objective } from '../../record/incumbent';
import { beginLeft, cannotPay, publishBound, setStuck } from './activation-node';
import { clearBounds } from './bound-table';
import { branchOnCover } from './cover-branch';
import { boundCover } from './cover-node';
import { pushFunctionRoots } from './cover-roots';
import { beginCoverSettling, reserveCoverSettling, settleCover } from './cover-settle';
import { anyOpen, beginChoice, takeNext } from './node-choice';
import { boundAt, clearNodes, decide, dropSlot, freeSlots, isComplete, pushNode, setTotal, takeSlot, totalOf, watchNode } from './node-pool';
import { listPairs } from './pair-order';
import { clearPatterns } from './pattern-cache';
import { findRowClasses, isForcedConstant } from './row-classes';
import { Ceilings, CoverTree, Left } from './state';
import { nodeHolds, workedOnSides } from './side-witness';

/**
 * Level A for MW with hidden layers: best-first search over the sides of the first-layer neurons, with the fewest non-zeros that
 * real weights hold the margins with as its oracle. Nodes, pool, choice, tables and pairs are those of MM's tree
 * (activation-tree.ts); values are minus the non-zeros.
 *
 *     0  what the held margins force: classes of rows, constant neurons (row-classes.ts); what the layer above can do (cover-roots.ts)
 *     1  a pair of unlike rows that no neuron separates yet, the one with the fewest ways; 2 an undecided side; 3 an untouched
 *        neuron (cover-branch.ts)
 *     4  the upper layers' fewest non-zeros that hold what they have to; 5 Level B for the neurons (cover-settle.ts)
 *
 * The bound of the best open node is proved at any time.
 */
export function reserveCoverTree(): void {
  CoverTree.active = false;
  if (layerCount > 1) reserveCoverSettling();
}

/** Whether the tree can still lift the bound. */
export function coverTreeOpen(): bool {
  return CoverTree.active && !Left.stuck && anyOpen();
}

/** Starts the tree over the kept samples; `upperNeeds`: non-zeros that the layers above the first need at least. */
export function beginCoverSides(upperNeeds: i32): void {
  clearNodes();
  clearPatterns();
  clearBounds();
  listPairs();
  beginLeft();
  beginChoice();
  beginCoverSettling();
  findRowClasses();
  aimAtFewest(hold == HOLD_MARGINS ? holds : 0, hold == HOLD_CONFIDENT ? confidence : 0);
  CoverTree.active = true;
  Ceilings.upper = -<i64>upperNeeds;
  pushRoot();
  publishBound(); // nothing may be left already
}

function pushRoot(): void {
  const root = takeSlot();
  let total = Ceilings.upper;
  for (let j = 0; j < size(1); j++) {
    const needs = -firstLayerNeeds(heldByNeuron(j));
    store<i32>(boundAt(root, j), needs);
    total += <i64>needs;
  }
  setTotal(root, total);
  for (let j = 0; j < size(1); j++) {
    if (!isForcedConstant(j)) continue;
    for (let k = 0; k < keptCount; k++) decide(root, j, k, 1);
    if (!boundCover(root, j)) return;
  }
  if (cannotPay(totalOf(root))) dropSlot(root);
  else if (!pushFunctionRoots(root)) pushNode(root);
}

/** One node. */
export function stepCoverSides(): void {
  if (!coverTreeOpen()) return;
  if (freeSlots() < 2 * size(1) + 2) {
    setStuck();
    return;
  }
  const node = takeNext();
  const held = CHECKED && nodeHolds(node);
  if (Trace.on) watchNode(node);
  if (cannotPay(totalOf(node))) dropSlot(node);
  else {
    countNode();
    count(COUNT_NODES_SIDES);
    if (isComplete(node)) settleCover(node);
    else branchOnCover(node);
  }
  if (Trace.on) tellSaid(IN_COVERS, 0, <f64>objective);
  if (CHECKED && held) workedOnSides('cover-tree: a node');
  publishBound();
}
