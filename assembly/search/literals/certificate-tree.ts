import { CLOSED_BOUND, CLOSED_SETTLED, CLOSED_UPPER, IN_CERTIFICATES, LEFT_OPEN, ON_PAIR, ON_SETTLING, ON_SIDE, say, tellSaid, Trace } from '../../base/trace';
import { count, COUNT_CLOSED_CERTIFICATES, COUNT_NODES_CERTIFICATES } from '../../base/counts';
import { CHECKED } from '../../base/check';
import { countNode, spend } from '../../base/clock';
import { costOf, isUncapped, isUnsparing, signOf, spareOf, totalCost } from '../../problem/limits';
import { groupCount, groupOf, kept, keptCount, label, layerCount } from '../../problem/shape';
import { answerCompletions, askCompletions, spendCompletions, startCompletions } from '../../upper/completions';
import { declareInfeasible, improveBound, NO_VALUE, objective, stage, STAGE_SM } from '../../record/incumbent';
import { allowMore, beginSettling, boundBySides, forgetBounds, startSettling, stepSettling } from './certificate-settle';
import { boundAt, clearNodes, decide, dropSlot, popNode, pushNode, setTotal, sideOf, takeSlot, totalOf, watchNode } from '../sides/node-pool';
import { findPair, isCovered } from './next-pair';
import { listRobustPairs } from './robust-pairs';
import { isOut, isUntouched, isUnknown, literal, literalsOf, mayKnow, setLiteral, setOut, setUnknown } from './at-hand';
import { Pool } from '../sides/state';
import { Asked } from '../../upper/state';
import { certificateHolds, closingCertificate, closingCertificates, workedOnCertificate } from './literal-witness';
import { CertificateTree, literals, NextPair, RobustPairs, Settling } from './state';

/**
 * Robust MM, and robust SM with hidden layers (of one layer it is the literal tree's, proving/literals/, where that
 * fits), to proof: branch and bound over certificates. A node says of some rows and first-layer neurons that the
 * activation is known, and on which side (a literal), or that it is not known; what a neuron's literals allow at most
 * is its relaxation, and the least of them bounds the margin.
 *
 *     1  a pair of rows of unlike labels whose literals do not contradict each other: the completions would overlap, so some
 *        neuron must know both, on different sides. Children: which neuron, which way round. Neurons without literals
 *        are interchangeable: only the first of them. SM: or one of the two samples is left out
 *     2  all contradict: is there a function of the upper layers that is right on every completion? It is looked for among
 *        their functions, not weights (upper-layers.ts). If there is, the neurons' own trees give the node's value
 *     3  if not, some row has to know more: an open neuron of it is known +, known -, or not known (SM: or it is left out)
 *
 * The children of 1 overlap, which costs nodes but no truth. Nodes are kept as literals in one pool, best bound first.
 * What cannot be decided (too many rows to look at all pairs, too many completions, a full pool) stays open for ever: the
 * bound then never falls below it.
 */
const UPPER_EFFORT: i64 = 4000000;

/** Starts the tree over the kept rows. `knownCeiling` bounds any neuron's margin on any row. Returns the owner's mark. */
export function beginCertificateTree(knownCeiling: i32): i32 {
  CertificateTree.mark++;
  CertificateTree.ceiling = knownCeiling;
  CertificateTree.stuck = i64.MIN_VALUE;
  CertificateTree.settling = 0;
  startSettling();
  forgetBounds();
  clearNodes();
  listRobustPairs();
  CertificateTree.canEnd = RobustPairs.all;
  const root = takeSlot();
  for (let j = 0; j < CertificateTree.n1; j++) store<i32>(boundAt(root, j), CertificateTree.ceiling);
  setTotal(root, stage == STAGE_SM ? totalCost() : <i64>CertificateTree.ceiling);
  if (layerCount == 1) decideLabels(root);
  pushNode(root);
  CertificateTree.open = true;
  return CertificateTree.mark;
}

/** No tree: a neuron without literals would be one without weights, and some weight cannot be 0. Returns the owner's mark. */
export function skipCertificateTree(): i32 {
  CertificateTree.open = false;
  CertificateTree.canEnd = false;
  forgetBounds();
  return ++CertificateTree.mark;
}

/** Whether the tree that `mark` was given for has an open node. */
// @ts-ignore: decorator
@inline
export function certificatesOpen(mark: i32): bool {
  assert(mark == CertificateTree.mark); // else somebody else has begun a tree since
  return CertificateTree.open;
}

/** A single layer: the neuron is the output, every kept row a literal (MM; SM may leave rows out, so they come in turn). */
function decideLabels(root: usize): void {
  if (stage == STAGE_SM) return;
  for (let k = 0; k < keptCount; k++) decide(root, 0, k, label(kept(k)));
}

/** One node, or a slice of one, of the tree that `mark` was given for. */
export function stepCertificateTree(mark: i32): void {
  assert(mark == CertificateTree.mark);
  if (CertificateTree.settling) {
    if (stepSettling()) endSettling();
    return;
  }
  if (Pool.open == 0) {
    finish();
    return;
  }
  const node = popNode();
  if (totalOf(node) <= objective) {
    if (CHECKED) closingCertificate(node, 'certificate-tree: the bound of a node');
    if (CHECKED) closingCertificates('certificate-tree: the rest of the heap');
    clearNodes();
    finish();
    return;
  }
  improveBound(max(totalOf(node), CertificateTree.stuck));
  countNode();
  count(COUNT_NODES_CERTIFICATES);
  unpack(node);
  const held = CHECKED && certificateHolds(node);
  if (Trace.on) watchNode(node);
  if (!branchOnPair(node)) settle(node);
  if (Trace.on) tellSaid(IN_CERTIFICATES, CertificateTree.mark, <f64>objective);
  if (CHECKED && held) workedOnCertificate(CertificateTree.settling, CertificateTree.stuck, 'certificate-tree: a branching');
}

function finish(): void {
  CertificateTree.open = false;
  if (CertificateTree.stuck == i64.MIN_VALUE) {
    if (objective == NO_VALUE) declareInfeasible();
    else improveBound(objective);
  } else improveBound(max(objective, CertificateTree.stuck));
}

function leaveUndecided(node: usize): void {
  if (Trace.on) say(LEFT_OPEN);
  CertificateTree.stuck = max(CertificateTree.stuck, totalOf(node));
  dropSlot(node);
}

/** Unpacks a node's literals. */
function unpack(node: usize): void {
  for (let k = 0; k < keptCount; k++) {
    let mask: u32 = 0;
    for (let j = 0; j < CertificateTree.n1; j++) {
      setLiteral(j, k, sideOf(node, j, k));
      if (sideOf(node, CertificateTree.n1 + 1 + j, k) != 0) mask |= <u32>1 << j;
    }
    setUnknown(k, mask);
    setOut(k, sideOf(node, CertificateTree.n1, k) != 0);
  }
  spend(<f64>(keptCount * CertificateTree.n1 * 4));
}

/** Step 1; true when the node has been replaced by its children. */
function branchOnPair(node: usize): bool {
  if (!findPair()) return false;
  const k = NextPair.plus;
  const l = NextPair.minus;
  if (Trace.on) say(ON_PAIR, k, l);
  let fresh = false; // the first neuron without anything decided stands for all of them
  for (let j = 0; j < CertificateTree.n1; j++) {
    const isFresh = isUntouched(j);
    if (isFresh && fresh) continue;
    fresh = fresh || isFresh;
    tryPair(node, j, k, l, 1);
    if (layerCount > 1) tryPair(node, j, k, l, -1);
  }
  if (stage == STAGE_SM) {
    tryWithout(node, k);
    tryWithout(node, l);
  }
  dropSlot(node);
  return true;
}

function tryPair(node: usize, j: i32, k: i32, l: i32, side: i32): void {
  if (!mayKnow(j, k, side) || !mayKnow(j, l, -side)) return;
  const before = literal(j, k);
  const beforeOther = literal(j, l);
  setLiteral(j, k, side);
  setLiteral(j, l, -side);
  const bound = boundBySides(literalsOf(j), CertificateTree.ceiling);
  setLiteral(j, k, before);
  setLiteral(j, l, beforeOther);
  const child = openChild(node, j, bound);
  if (!child) return;
  decide(child, j, k, side);
  decide(child, j, l, -side);
  pushNode(child);
}

/** A copy of the node with neuron `j`'s bound lowered; 0 where that leaves nothing to gain, or no room. */
function openChild(node: usize, j: i32, bound: i32): usize {
  const own = min(load<i32>(boundAt(node, j)), bound);
  const total = stage == STAGE_SM ? totalOf(node) : min(totalOf(node), <i64>own);
  if (bound < 0 || total <= objective) {
    count(COUNT_CLOSED_CERTIFICATES);
    return 0;
  }
  const child = takeSlot();
  if (!child) {
    CertificateTree.stuck = max(CertificateTree.stuck, total);
    return 0;
  }
  memory.copy(child, node, Pool.slotBytes);
  store<i32>(boundAt(child, j), own);
  setTotal(child, total);
  return child;
}

/** SM: the child that leaves the sample of row `k` out. */
function tryWithout(node: usize, k: i32): void {
  const g = groupOf(kept(k));
  const total = totalOf(node) - <i64>costOf(g);
  if (total <= objective || !maySpare(k)) return;
  const child = takeSlot();
  if (!child) {
    CertificateTree.stuck = max(CertificateTree.stuck, total);
    return;
  }
  memory.copy(child, node, Pool.slotBytes);
  setTotal(child, total);
  for (let other = 0; other < keptCount; other++) {
    if (groupOf(kept(other)) == g) decide(child, CertificateTree.n1, other, 1);
  }
  pushNode(child);
}

/** Whether one sample more of the label of row `k` may be left out. */
function maySpare(k: i32): bool {
  if (isUncapped()) return true;
  let out = 0;
  for (let g = 0; g < groupCount; g++) out += i32(isOutSample(g) && signOf(g) == label(kept(k)));
  return out < spareOf(kept(k));
}

function isOutSample(g: i32): bool {
  for (let k = 0; k < keptCount; k++) if (groupOf(kept(k)) == g) return isOut(k);
  return false;
}

/** Steps 2 and 3. */
function settle(node: usize): void {
  if (!isCovered()) {
    leaveUndecided(node);
    return;
  }
  if (layerCount == 1) {
    if (stage == STAGE_SM && branchOnLabels(node)) return;
    settleNeurons(node);
    return;
  }
  const found = findUpper();
  if (found) settleNeurons(node);
  else if (!Asked.known) leaveUndecided(node);
  else branchOnRow(node);
}

/** A single layer under SM: rows that no pair has touched take their label's side now, or their sample is left out. */
function branchOnLabels(node: usize): bool {
  for (let k = 0; k < keptCount; k++) {
    if (isOut(k) || literal(0, k) != 0) continue;
    if (Trace.on) say(ON_SIDE, 0, k);
    tryLiteral(node, 0, k, label(kept(k)));
    tryWithout(node, k);
    dropSlot(node);
    return true;
  }
  return false;
}

/** Asks of the upper layers what every completion of every row has to give; whether some do. */
function findUpper(): bool {
  startCompletions();
  for (let k = 0; k < keptCount; k++) {
    if (isOut(k)) continue;
    let plus: u32 = 0;
    let free: u32 = 0;
    for (let j = 0; j < CertificateTree.n1; j++) {
      const side = literal(j, k);
      if (side == 0) free |= <u32>1 << j;
      else if (side > 0) plus |= <u32>1 << j;
    }
    askCompletions(plus, free, label(kept(k)));
  }
  spendCompletions(keptCount);
  return answerCompletions(UPPER_EFFORT);
}

/** Step 3: a row whose completions are more than one, and a neuron that it may come to know. */
function branchOnRow(node: usize): void {
  for (let k = 0; k < keptCount; k++) {
    if (isOut(k)) continue;
    for (let j = 0; j < CertificateTree.n1; j++) {
      if (literal(j, k) != 0 || isUnknown(j, k)) continue;
      if (Trace.on) say(ON_SIDE, j, k);
      tryLiteral(node, j, k, 1);
      tryLiteral(node, j, k, -1);
      const child = openChild(node, j, i32.MAX_VALUE);
      if (child) {
        decide(child, CertificateTree.n1 + 1 + j, k, 1);
        pushNode(child);
      }
      if (stage == STAGE_SM) tryWithout(node, k);
      dropSlot(node);
      return;
    }
  }
  if (Trace.on) say(CLOSED_UPPER);
  dropSlot(node); // every activation is decided, and no upper layers are right: nothing is in here
}

function tryLiteral(node: usize, j: i32, k: i32, side: i32): void {
  setLiteral(j, k, side);
  const bound = boundBySides(literalsOf(j), CertificateTree.ceiling);
  setLiteral(j, k, 0);
  const child = openChild(node, j, bound);
  if (!child) return;
  decide(child, j, k, side);
  pushNode(child);
}

/** Step 2: the neurons' own trees, in slices (certificate-settle.ts). */
function settleNeurons(node: usize): void {
  if (Trace.on) say(ON_SETTLING);
  if (stage != STAGE_SM && layerCount == 1 && CertificateTree.remembers) relaxOnly(node);
  CertificateTree.settling = node;
  beginSettling(node, literals, CertificateTree.sidesBytes, CertificateTree.ceiling);
}

/** MM of a single neuron: its one node is bounded by the relaxation at once. The tree over its weights may take all the work there is for its first nodes. */
function relaxOnly(node: usize): void {
  const own = <i64>boundBySides(literalsOf(0), CertificateTree.ceiling);
  if (own <= objective) return; // settling closes it
  setTotal(node, min(totalOf(node), own));
  improveBound(max(totalOf(node), CertificateTree.stuck));
}

function endSettling(): void {
  const node = CertificateTree.settling;
  CertificateTree.settling = 0;
  if (Trace.on) {
    watchNode(node);
    say(Settling.all ? CLOSED_SETTLED : Settling.value <= objective ? CLOSED_BOUND : ON_SETTLING);
    tellSaid(IN_CERTIFICATES, CertificateTree.mark, <f64>objective);
  }
  if (Settling.all || Settling.value <= objective) {
    if (Settling.all && !isUnsparing() && Settling.value > objective) {
      setTotal(node, min(totalOf(node), Settling.value));
      leaveUndecided(node); // the network that the neurons make has too many weights
      return;
    }
    if (CHECKED) closingCertificate(node, 'certificate-settle: the neurons of a node');
    dropSlot(node);
    return;
  }
  allowMore();
  setTotal(node, min(totalOf(node), Settling.value));
  pushNode(node);
}
