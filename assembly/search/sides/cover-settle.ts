import { CLOSED_BOUND, ON_SETTLING, say, Trace } from '../../base/trace';
import { copyNetwork, copyRow, newNetwork, weightRow } from '../../network/weights';
import { size } from '../../problem/shape';
import { solveUpper } from '../../upper/upper-layers';
import { incumbent, objective, offer } from '../../record/incumbent';
import { beginCoverTree, growNeuronTree, improveNeuronTree, treeBound, treeMargin, treeOpen } from '../weights/neuron-tree';
import { cannotPay, leaveOpen, lowerBound } from './activation-node';
import { findCover, learnFromIncumbent } from './cover-weights';
import { kindOf, readCover } from './cover-node';
import { bestTotal, holdNode } from './node-choice';
import { boundAt, dropSlot, pushNode, totalOf } from './node-pool';
import { addEffort, findPattern, learnPattern, patternBound, patternEffort, patternMargin, patternRow } from './pattern-cache';
import { coverNeeds, coverRow, sides } from './state';

/**
 * The cover tree's nodes with all sides decided, their upper layers solved (`complete` in activation-settle.ts): the
 * true fewest non-zeros of one neuron after the other, by Level B. One tree over weights stands at a time and is lost to
 * the next, so a neuron's turns double; neurons with the same sides and hold share what is learnt.
 */
const SETTLE_NODES = 60;
const UPPER_EFFORT: i64 = 8000000;
/** Slices of a neuron's first turn. */
const FIRST_TURN = 8;
/** The effort of a neuron whose tree has given up: it has no more turns. */
const GIVEN_UP: i32 = 1 << 28;

let trial: usize = 0; // network under construction
let neuron: i32 = -1; // whose tree stands, -1: nobody's
let left: i32 = 0; // slices of its turn
let mark: i32 = 0; // of the tree over weights

export function reserveCoverSettling(): void {
  trial = newNetwork();
}

export function beginCoverSettling(): void {
  neuron = -1;
}

/** A slice of Level B for one neuron of a complete node; closes the node where that is enough. */
export function settleCover(node: usize): void {
  if (neuron < 0 && !beginTurn(node)) return;
  if (Trace.on) say(ON_SETTLING, neuron);
  readCover(node, neuron);
  const bound = load<i32>(boundAt(node, neuron));
  growNeuronTree(mark, SETTLE_NODES, usefulAbove(node, neuron));
  const better = treeMargin(mark) > patternMargin(findPattern(sides, kindOf(neuron)));
  learnPattern(sides, coverRow, treeMargin(mark), min(bound, treeBound(mark)), kindOf(neuron));
  const ended = !treeOpen(mark);
  if (ended && treeBound(mark) > max(treeMargin(mark), usefulAbove(node, neuron))) addEffort(findPattern(sides, kindOf(neuron)), GIVEN_UP);
  if (better) offerCovers(node);
  shareBounds(node);
  if (cannotPay(totalOf(node))) {
    if (Trace.on) say(CLOSED_BOUND);
    neuron = -1;
    dropSlot(node);
  } else if (!ended && (--left > 0 || goesOn(node))) holdNode(node);
  else {
    neuron = -1;
    pushNode(node);
  }
}

/** The turn is over: another one for the same tree, where nobody else is to have one. */
function goesOn(node: usize): bool {
  if (totalOf(node) < bestTotal()) return false;
  readCover(node, neuron);
  const known = findPattern(sides, kindOf(neuron));
  const effort = patternEffort(known);
  for (let j = 0; j < size(1); j++) {
    readCover(node, j);
    const other = findPattern(sides, kindOf(j));
    if (other == known) continue;
    if (other < 0 || (patternEffort(other) < effort && load<i32>(boundAt(node, j)) > patternMargin(other))) return false;
  }
  left = effort;
  addEffort(known, left);
  return true;
}

/** The value of neuron `j` that the node has to exceed to be of use. */
function usefulAbove(node: usize, j: i32): i32 {
  const others = totalOf(node) - <i64>load<i32>(boundAt(node, j));
  return <i32>max<i64>(objective - others, <i64>i32.MIN_VALUE + 1);
}

/** Bounds that other nodes, or neurons with the same sides, have learnt. */
function shareBounds(node: usize): void {
  for (let j = 0; j < size(1); j++) {
    readCover(node, j);
    const known = findPattern(sides, kindOf(j));
    if (known >= 0) lowerBound(node, j, patternBound(known));
  }
}

/**
 * Begins the tree of the neuron that has had the least, of those the one with most to lose. False where there is none: the
 * node is closed then.
 */
function beginTurn(node: usize): bool {
  shareBounds(node);
  if (cannotPay(totalOf(node))) {
    dropSlot(node);
    return false;
  }
  let pick = -1;
  let least = i32.MAX_VALUE;
  let most = 0;
  for (let j = 0; j < size(1); j++) {
    readCover(node, j);
    learnFromIncumbent(j);
    let known = findPattern(sides, kindOf(j));
    if (known < 0) {
      findCover(j, load<i32>(boundAt(node, j)));
      known = findPattern(sides, kindOf(j));
    }
    const gap = load<i32>(boundAt(node, j)) - max(patternMargin(known), -(1 << 28));
    const effort = patternEffort(known);
    if (gap <= 0 || effort >= GIVEN_UP || effort > least || (effort == least && gap <= most)) continue;
    pick = j;
    least = effort;
    most = gap;
  }
  offerCovers(node);
  if (pick < 0 || cannotPay(totalOf(node))) {
    // Every neuron is settled: its sparsest weights make a network of exactly this value.
    if (!cannotPay(totalOf(node))) leaveOpen(totalOf(node));
    dropSlot(node);
    return false;
  }
  readCover(node, pick);
  const known = findPattern(sides, kindOf(pick));
  left = max(FIRST_TURN, least);
  addEffort(known, left);
  copyRow(coverRow, patternRow(known), 0);
  mark = beginCoverTree(sides, coverRow, coverNeeds);
  if (patternMargin(known) > i32.MIN_VALUE) improveNeuronTree(mark, coverRow, patternMargin(known));
  neuron = pick;
  return true;
}

/** The sparsest weights known for all neurons of the node, as one network. */
function offerCovers(node: usize): void {
  copyNetwork(trial, incumbent);
  for (let j = 0; j < size(1); j++) {
    readCover(node, j);
    const known = findPattern(sides, kindOf(j));
    if (known < 0 || patternMargin(known) == i32.MIN_VALUE) return;
    copyRow(weightRow(trial, 0, j), patternRow(known), 0);
  }
  solveUpper(trial, UPPER_EFFORT);
  offer(trial);
}
