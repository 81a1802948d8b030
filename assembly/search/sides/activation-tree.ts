import { IN_SIDES, tellSaid, Trace } from '../../base/trace';
import { count, COUNT_NODES_SIDES } from '../../base/counts';
import { CHECKED } from '../../base/check';
import { countNode } from '../../base/clock';
import { keptCount, layerCount, size } from '../../problem/shape';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { branchOnPair, branchOnSide, beginSideBranching, firstUnseparated, reserveSideBranching } from './activation-branch';
import { beginNodeBounds, publishBound, setStuck } from './activation-node';
import { beginNodeSettling, reserveNodeSettling, settle } from './activation-settle';
import { clearBounds } from './bound-table';
import { improveBound, NO_VALUE, objective } from '../../record/incumbent';
import { startSettling } from './neuron-settle';
import { anyOpen, beginChoice, takeNext } from './node-choice';
import { closingSides, nodeHolds, workedOnSides } from './side-witness';
import { boundAt, clearNodes, dropSlot, freeSlots, isComplete, pushNode, setTotal, takeSlot, totalOf, watchNode } from './node-pool';
import { listPairs } from './pair-order';
import { clearPatterns } from './pattern-cache';
import { beginPatternList, stepPatternList } from './pattern-list';
import { beginPatternSets, stepPatternSets } from './pattern-sets';
import { Ceilings, Left, MOST_SAMPLES, PatternList, PatternSets, reserveNodes, reserveTree } from './state';

/**
 * Level A for max-margin: best-first search over the sides of the first-layer neurons. It serves the paper's MM with hidden
 * layers where no table fits (stages/paper/mm.ts), and writes nothing: proofs are the side tree's (proving/sides/).
 *
 * A node decides, for some neurons and samples, the sign of the pre-activation. Each neuron then is a max-min problem
 * over its decided rows only, whose relaxation bounds its margin; a neuron with no decided row is bounded by what the
 * dimmest sample allows. The node's bound is the sum, plus what the upper layers can add at most.
 *
 *     1  a pair of opposite samples that no neuron separates yet (closest first): some neuron must, in one of two
 *        orientations. Untouched neurons are interchangeable (permuting neurons of a layer is an exact symmetry; flipping
 *        signs is not, margins are asymmetric), so one of them stands for all.
 *     2  an untouched neuron: constant, where a neuron that is not constant could not pay; else by its sides.
 *        (Constant means + everywhere: the all-minus neuron has the same upper layers, mirrored, and epsilon less.)
 *     3  an undecided side: the one that the relaxed weights violate most.
 *     4  all sides decided: the upper layers' true optimum replaces its bound.
 *     5  the weights of the neurons, one after the other, by Level B (`neuron-settle.ts`).
 *
 * A node with all neurons settled is a network; the incumbent has it already, and the node is closed.
 *
 * Steps 1 to 3 stand in `activation-branch.ts`, 4 and 5 in `activation-settle.ts`, bounds and the making of children in
 * `activation-node.ts`; which node comes next is `node-choice.ts`.
 */
let active: bool = false;
let byPatterns: bool = false; // the root is still being replaced by sets of listed patterns

/** Whether the tree can still lift the bound. */
export function treeOpen(): bool {
  return active && !Left.stuck && (byPatterns || anyOpen());
}

export function reserveActivationTree(rowCount: i32, bytes: usize): void {
  active = false;
  if (layerCount < 2) return;
  reserveTree(rowCount);
  reserveSideBranching();
  reserveNodeSettling();
  reserveNodes(size(1), rowCount, bytes);
}

/** Starts the tree over the kept samples. */
export function beginActivationTree(): void {
  clearNodes();
  clearPatterns();
  clearBounds();
  startSettling();
  listPairs();
  resetBoxes();
  beginNodeBounds();
  active = true;
  beginChoice();
  beginSideBranching();
  beginNodeSettling();
  improveBound(<i64>size(1) * <i64>Ceilings.free + Ceilings.upper);
  byPatterns = keptCount <= MOST_SAMPLES && keptCount > 1 && size(1) >= 2 && size(1) <= 32 && objective != NO_VALUE;
  if (byPatterns) beginPatternList(Ceilings.free);
  else pushRoot();
}

function pushRoot(): void {
  const root = takeSlot();
  const n = size(1);
  for (let j = 0; j < n; j++) store<i32>(boundAt(root, j), Ceilings.free);
  setTotal(root, <i64>n * <i64>Ceilings.free + Ceilings.upper);
  pushNode(root);
}

/**
 * Few samples: list the patterns that can matter, then all sets of them; both are quick where the incumbent is good, and
 * the tree then starts with decided neurons. Where they are not quick, the tree starts from nothing decided.
 */
function stepPatterns(): void {
  if (PatternList.open) {
    const others = <i64>(size(1) - 2) * <i64>Ceilings.free;
    const floor = (objective - Ceilings.upper - others) >> 1; // towards minus infinity
    stepPatternList(4, <i32>max<i64>(min<i64>(floor, <i64>Ceilings.free), -1));
    if (PatternList.open) return;
    if (!PatternList.givenUp) {
      beginPatternSets();
      return;
    }
  } else {
    stepPatternSets(2000, Ceilings.upper, objective);
    if (PatternSets.open) return;
    if (!PatternSets.overflow) {
      byPatterns = false;
      if (CHECKED) workedOnSides('pattern-sets: the sets of patterns');
      publishBound();
      return;
    }
    clearNodes();
  }
  byPatterns = false;
  pushRoot();
}

/** One node: pop, then the first of the steps 1 to 5 that applies. */
export function stepActivationTree(): void {
  if (!treeOpen()) return;
  if (byPatterns) {
    stepPatterns();
    return;
  }
  if (freeSlots() < 2 * size(1) + 2) {
    setStuck();
    return;
  }
  const node = takeNext();
  if (Trace.on) watchNode(node);
  const spent = objective != NO_VALUE && totalOf(node) <= objective;
  if (CHECKED && spent) closingSides(node, 'activation-tree: the bound of a node');
  if (spent) dropSlot(node);
  else {
    countNode();
    count(COUNT_NODES_SIDES);
    expand(node);
  }
  if (Trace.on) tellSaid(IN_SIDES, 0, <f64>objective);
  publishBound();
}

function expand(node: usize): void {
  const held = CHECKED && nodeHolds(node);
  branchOn(node);
  if (CHECKED && held) workedOnSides('activation-tree: a branching');
}

function branchOn(node: usize): void {
  if (isComplete(node)) {
    settle(node);
    return;
  }
  const pair = firstUnseparated(node);
  if (pair >= 0) branchOnPair(node, pair);
  else branchOnSide(node);
}
