import { setI32 } from '../../base/trail';
import { Boxes } from '../../problem/boxes';
import { isUnsparing } from '../../problem/limits';
import { kept, keptCount, label, layerCount, marginScale, size } from '../../problem/shape';
import { CODE_G, CODE_L, CODE_S, CODE_X, put } from '../../record/log';
import { stage, STAGE_MM } from '../../record/incumbent';
import { freeNeuronBound } from '../../relax/exact/ceilings';
import { nodeDecided, readSides } from '../../search/sides/activation-node';
import { offerSettled } from '../../search/sides/activation-settle';
import { settleNeuron, settlingStands, startSettling } from '../../search/sides/neuron-settle';
import { boundAt, clearNodes, decide, dropSlot, exactOf, setTotal, setTouched, takeSlot } from '../../search/sides/node-pool';
import { clearPatterns, findPattern, patternMargin } from '../../search/sides/pattern-cache';
import { clearRelaxed, relaxedBound } from '../../search/sides/relaxed-table';
import { cellsWith, findWorst, readNeuron, Worst } from '../../search/sides/served-node';
import { servedTreeFits } from '../../search/sides/served-tree';
import { Ceilings, Functions, functionMinus, functionPlus, Settled, sides } from '../../search/sides/state';
import { cellsFor, valueOfFunction } from '../../search/sides/upper-functions';
import { boundOf, decidedOf, decideSide, Path, setUpperBound, sideAt, sumOfBounds, upperBoundNow, versionOf } from '../state';
import { closeNode, failTree, log3, open, openLemma, OWN_KINDS, raise, setDirty } from '../path';
import { evaluate } from './bound';
import { boundVersions, nodeFunction, nodeSums, SideTree } from './state';

/**
 * The served tree of MM (search/sides/served-tree.ts) depth first, written down: the function of the upper layers, then the side of the
 * row that is served worst, then lemmas about single neurons. What is chosen is chosen by what the search knows of such a node, its
 * relaxations and settled patterns; what is claimed is written by evaluate and by lemmas alone. With the claim known there is no
 * better order than depth first, and best first would have to keep every node's records until its parent's are written.
 */
export const FUNCTION = OWN_KINDS + 2;
const SERVED_KIND = OWN_KINDS; // SIDE of branch.ts, which stands on this file
const SETTLE_NODES = 60;
/** As in the served tree: relaxed weights serve a row that falls short by less, units of 1/D. */
const SLACK: f64 = 0.01;

/** Starts with nothing known, where the served tree is the one that searches. */
export function beginFunctions(): void {
  SideTree.byFunctions = stage == STAGE_MM && layerCount > 1 && !Boxes.ranged && isUnsparing() && servedTreeFits();
  store<i32>(nodeFunction, -1);
  if (!SideTree.byFunctions) return;
  clearNodes();
  clearPatterns();
  clearRelaxed();
  startSettling();
  Ceilings.free = freeNeuronBound();
  SideTree.mirror = takeSlot();
  SideTree.settling = false;
  memory.fill(boundVersions, 0, <usize>size(1) << 2);
}

function branchOnFunctions(): void {
  open(FUNCTION, 0, 0, 0);
  if (!Path.logging) return;
  put(CODE_G);
  put(Functions.count);
  for (let f = 0; f < Functions.count; f++) {
    put(load<i32>(functionPlus + (<usize>f << 2)));
    put(load<i32>(functionMinus + (<usize>f << 2)));
    put(valueOfFunction(f));
  }
}

/** A child of the root, as `entered` wants it. */
export function makeFunction(child: i32): i32 {
  if (child >= Functions.count) return -1;
  setI32(nodeFunction, child);
  setUpperBound(min(upperBoundNow(), valueOfFunction(child)));
  for (let k = 0; k < keptCount; k++) agreeOn(k);
  setDirty(-1);
  return 1;
}

/** A side under a function: what follows for the row's other sides. */
export function followSide(k: i32): void {
  if (load<i32>(nodeFunction) < 0) return;
  agreeOn(k);
  setDirty(-1);
}

/** Cells that row `k` may be in. */
function cellsOn(k: i32): i32 {
  let cells = cellsFor(load<i32>(nodeFunction), label(kept(k)));
  for (let j = 0; j < size(1); j++) {
    const side = sideAt(j, k);
    if (side != 0) cells &= side > 0 ? cellsWith(j) : ~cellsWith(j);
  }
  return cells;
}

function agreeOn(k: i32): void {
  const cells = cellsOn(k);
  if (cells == 0) return; // seen when the node is visited
  for (let j = 0; j < size(1); j++) {
    if (sideAt(j, k) != 0) continue;
    if ((cells & cellsWith(j)) == 0) decideSide(j, k, -1);
    else if ((cells & ~cellsWith(j)) == 0) decideSide(j, k, 1);
  }
}

/** The node at the end of the path, outside of lemmas. */
export function visitServed(): void {
  if (load<i32>(nodeFunction) < 0) {
    branchOnFunctions();
    return;
  }
  const resumed = SideTree.settling;
  SideTree.settling = false;
  if (!resumed) {
    for (let k = 0; k < keptCount; k++) {
      if (cellsOn(k) != 0) continue;
      closeNode(CODE_X);
      return;
    }
    mirrorNode();
  }
  if (boundsClose()) return;
  findWorst(SideTree.mirror);
  const settled = exactOf(SideTree.mirror) == (<u32>1 << <u32>size(1)) - 1;
  if (Worst.neuron >= 0 && Worst.shortage > (settled ? 0 : SLACK)) {
    const neuron = Worst.neuron;
    const row = Worst.row;
    open(SERVED_KIND, neuron, row, 0);
    log3(CODE_S, neuron, row);
  } else if (!settled) settleMirror();
  else {
    // The optima serve every row: a network of the node's value, or better.
    offerSettled(SideTree.mirror);
    raise();
    if (!boundsClose()) failTree();
  }
}

/** The node as one of the pool's, all its bounds as they are here. */
function mirrorNode(): void {
  dropSlot(SideTree.mirror);
  const slot = takeSlot();
  SideTree.mirror = slot;
  setTouched(slot, load<i32>(nodeFunction));
  for (let j = 0; j < size(1); j++) {
    store<i32>(boundAt(slot, j), boundOf(j));
    for (let k = 0; k < keptCount; k++) if (sideAt(j, k) != 0) decide(slot, j, k, sideAt(j, k));
  }
  setTotal(slot, sumOfBounds() + <i64>upperBoundNow());
}

/** The neurons' bounds, and what is known of them beyond, which takes a lemma: whether either closes the node, or a lemma is opened. */
function boundsClose(): bool {
  const slot = SideTree.mirror;
  for (let j = 0; j < size(1); j++) {
    if (decidedOf(j) == 0) {
      readNeuron(slot, j);
      continue;
    }
    readSides(slot, j);
    if (relaxedBound(nodeSums) < boundOf(j) && load<i32>(boundVersions + (<usize>j << 2)) != versionOf(j)) {
      evaluate(j);
      store<i32>(boundVersions + (<usize>j << 2), versionOf(j));
    }
    readNeuron(slot, j);
    if (boundOf(j) < load<i32>(boundAt(slot, j))) store<i32>(boundAt(slot, j), boundOf(j));
    if (boundOf(j) >= 0) continue;
    closeNode(CODE_X);
    return true;
  }
  const total = sumOfBounds() + <i64>upperBoundNow();
  if (total <= Path.cut) {
    closeNode(CODE_L);
    return true;
  }
  let known = <i64>upperBoundNow();
  for (let j = 0; j < size(1); j++) known += <i64>load<i32>(boundAt(slot, j));
  for (let j = 0; j < size(1); j++) {
    const bound = load<i32>(boundAt(slot, j));
    if (bound >= boundOf(j) || (bound >= 0 && known > Path.cut)) continue;
    // All that the node can spare goes to the first lemma: the weaker it is, the shorter.
    const spare = bound < 0 ? <i64>-1 - <i64>bound : Path.cut - known;
    openLemma(j, <i32>min<i64>(<i64>boundOf(j) - 1, <i64>bound + spare));
    return true;
  }
  return false;
}

/** A slice of Level B for the neuron that is not settled yet and has the least bound. */
function settleMirror(): void {
  const slot = SideTree.mirror;
  let pick = -1;
  let known = <i64>upperBoundNow();
  for (let j = 0; j < size(1); j++) {
    known += <i64>load<i32>(boundAt(slot, j));
    if (exactOf(slot) & (<u32>1 << <u32>j)) continue;
    if (pick < 0 || load<i32>(boundAt(slot, j)) < load<i32>(boundAt(slot, pick))) pick = j;
  }
  readSides(slot, pick);
  const bound = load<i32>(boundAt(slot, pick));
  const target = Path.cut - (known - <i64>bound);
  const ceiling = nodeDecided(slot, pick) ? bound : bound + 3 * marginScale;
  settleNeuron(sides, ceiling, <i32>max<i64>(min<i64>(target, <i64>bound - 1), -1), SETTLE_NODES);
  if (Settled.bound < bound) store<i32>(boundAt(slot, pick), Settled.bound);
  const gaveUp = !settlingStands() && patternMargin(findPattern(sides)) < Settled.bound;
  if (gaveUp && Settled.bound > <i32>max<i64>(target, -1)) failTree();
  SideTree.settling = true;
}
