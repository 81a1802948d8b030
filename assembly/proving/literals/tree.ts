import { Trace } from '../../base/trace';
import { count, COUNT_NODES_PROOF } from '../../base/counts';
import { enteredNode, leftNode } from '../../witness/images';
import { CHECKED } from '../../base/check';
import { copyRow, weightRow } from '../../network/weights';
import { countNode, spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { Boxes } from '../../problem/boxes';
import { totalCost } from '../../problem/limits';
import { inputsPadded, kept, keptCount, label, layerCount, size } from '../../problem/shape';
import { writeUpper } from '../../upper/upper-layers';
import { CODE_L, CODE_P, CODE_R, CODE_U, CODE_X, logHasRoom } from '../../record/log';
import { freeNeuronBound } from '../../relax/exact/ceilings';
import { Alone, boundOf, decideSide, Path, Picked, setUpperBound, sideAt, startBound, startUpperBound, sumOfBounds, TREE_RUNNING, upperBoundNow } from '../state';
import { objective, offer, stage, STAGE_MM, STAGE_MW, STAGE_SM } from '../../record/incumbent';
import { aloneRow, aloneValue, beginAlone, goOnAlone, isKnownAlone } from '../alone';
import { makeChild, ROW } from './branch';
import { clearLiterals, contradict, focus, hasMinus, isRowOut, LiteralTree, leavesTooMany, literalTrial, lostByOut, setFocus, undecidedNeuron } from './state';
import { closingNode, narrowedNode, nodeHolds } from './literal-witness';
import { findUpper } from './upper';
import { boundNeuron, boxesOpen, forgetTableau, narrowBoxes, pickWeight, tableauStands } from '../neuron';
import { advance, beginPath, closeNode, failTree, log1, log3, open, openLemma, PAIR, raise, setDirty, setImpossible, WEIGHT } from '../path';
import { listRobustPairs, minusRow, plusRow } from '../../search/literals/robust-pairs';
import { aimAtFewest, Asked, Upper } from '../../upper/state';
import { undecidedRow } from '../../search/literals/sample-conflicts';
import { RobustPairs } from '../../search/literals/state';

/**
 * The literal tree: the proof of a robust bound (docs/proof.md, "Robust trees"), for all three stages, depth first, written
 * down while it closes its nodes. A literal says that a row knows a neuron on one side: at the threshold asked for (SM 0,
 * MW the held ones, MM whatever margin would beat the claim), over the whole box. The search for MM's and, with hidden layers, SM's bounds is the
 * best-first certificate tree, which branches alike; this pass knows what it has to show, so a node ends as soon as the claim holds.
 * MW is searched by this tree itself, claim after claim (stages/sparsity-bound.ts), and SM of one layer.
 *
 *     1  a pair of rows of unlike labels that does not contradict itself: some neuron tells them apart, either way round
 *     2  upper layers that are right on all completions, undecided taken for not known: then some neuron's weights decide,
 *        which the tree over them shows (MW: the sum of what each needs, one lemma a neuron)
 *     3  no such upper layers: undecided activations of a row; where the decided rows alone allow none, nothing is here
 *
 * It proves that nothing beats `cut`; a better network that it meets raises that. Values are maximised (MW: minus
 * the non-zeros).
 */

/** Starts a proof that nothing of the running stage beats `value` (MW: minus the non-zeros). Returns the owner's mark. */
export function beginLiteralTree(value: i64, withLog: bool): i32 {
  const mark = beginPath(value, withLog);
  LiteralTree.shown = i64.MIN_VALUE;
  clearLiterals();
  forgetTableau();
  listRobustPairs();
  lookAtLabels();
  LiteralTree.ceiling = stage == STAGE_MM ? ceilingOfMargins() : 0;
  beginAlone(LiteralTree.ceiling);
  for (let j = 0; j < size(1); j++) startBound(j, LiteralTree.ceiling);
  startUpperBound(stage == STAGE_MW && LiteralTree.plusKept && LiteralTree.minusKept ? 1 - layerCount : 0);
  if (stage == STAGE_MW) aimAtFewest(0, 0);
  if (layerCount > 1 || stage == STAGE_SM) return mark;
  for (let k = 0; k < keptCount; k++) decideSide(0, k, label(kept(k)));
  setDirty(0);
  return mark;
}

/** What a row allows a neuron; with one label and hidden layers nobody has to know a neuron, so that there may be a network at 0 all the same. */
function ceilingOfMargins(): i32 {
  const free = freeNeuronBound();
  return layerCount > 1 && LiteralTree.plusKept != LiteralTree.minusKept ? max(free, 0) : free;
}

function lookAtLabels(): void {
  LiteralTree.plusKept = false;
  LiteralTree.minusKept = false;
  for (let k = 0; k < keptCount; k++) {
    if (label(kept(k)) > 0) LiteralTree.plusKept = true;
    else LiteralTree.minusKept = true;
  }
}

/** Up to `count` nodes of the tree that `mark` was given for; stops early for a full log. */
export function stepLiteralTree(mark: i32, count: i32): void {
  assert(mark == Path.mark); // else somebody else has begun a tree since
  for (let turn = 0; turn < count && Path.state == TREE_RUNNING; turn++) {
    if (Path.logging && !logHasRoom(16 * keptCount + 4096)) return;
    raise();
    if (Alone.neuron >= 0) {
      if (goOnAlone()) settle();
    } else if (Path.entering) visit();
    else {
      advance(makeChild);
      if (CHECKED && !Path.entering) leftNode(Path.depth, Path.cut, 'proving/literals: the children of a node');
    }
  }
}

/** What the finished tree shows, which may be more than it was asked to: that nothing is better than this. */
export function provedValue(): i64 {
  return max(min(Path.cut, LiteralTree.shown), objective);
}

// ---- one node ----------------------------------------------------------------------------------------------------------

function visit(): void {
  countNode();
  count(COUNT_NODES_PROOF);
  if (CHECKED) enteredNode(Path.depth, nodeHolds());
  setImpossible(false);
  if (Path.dirty >= 0 && hasMinus(Path.dirty)) setImpossible(!boundNeuron(Path.dirty));
  if (closeOrGoOn()) return;
  if (Path.lemmaNeuron >= 0) branchOnWeight(Path.lemmaNeuron);
  else if (focus() >= 0) branchOnWeight(focus());
  else if (!branchOnPair()) settle();
}

/** What no network of the node exceeds. */
export function literalReach(): i64 {
  if (Path.lemmaNeuron >= 0) return <i64>boundOf(Path.lemmaNeuron);
  if (stage == STAGE_SM) return totalCost() - lostByOut();
  if (stage == STAGE_MM) {
    let least = <i64>LiteralTree.ceiling;
    for (let j = 0; j < size(1); j++) least = min(least, <i64>boundOf(j));
    return least;
  }
  const first = sumOfBounds();
  // Both labels need a weight of the first layer, which may be one that is not counted.
  const total = (LiteralTree.plusKept && LiteralTree.minusKept && !Boxes.freed ? min<i64>(first, -1) : first) + <i64>upperBoundNow();
  return LiteralTree.minusKept && (layerCount > 1 || !Boxes.freed) ? min<i64>(total, -1) : total;
}

/** Ends the node if its bound or an impossibility allows. */
function closeOrGoOn(): bool {
  const below = stage != STAGE_MW && Path.dirty >= 0 && boundOf(Path.dirty) < 0;
  if (stage == STAGE_SM && leavesTooMany()) setImpossible(true);
  const value = literalReach();
  if (Trace.on) Trace.bound = <f64>value;
  if (!Path.impossible && !below) {
    if (value > (Path.lemmaNeuron >= 0 ? <i64>Path.lemmaCut : Path.cut)) return false;
    if (Path.lemmaNeuron < 0) LiteralTree.shown = max(LiteralTree.shown, value);
  }
  if (CHECKED) closingNode(Path.impossible || below ? 'proving/literals: an impossible node' : 'proving/literals: the bound of a node');
  closeNode(Path.impossible || below ? CODE_X : CODE_L);
  return true;
}

// ---- branching on literals ---------------------------------------------------------------------------------------------

/** Step 1; with one layer, samples of which nothing is said yet, those of a known conflict first. */
function branchOnPair(): bool {
  if (layerCount == 1 && stage == STAGE_SM) {
    const row = undecidedRow(isRowOut, isRowHeld);
    if (row >= 0) return trySample(row);
  }
  for (let p = 0; p < RobustPairs.count; p++) if (tryPair(plusRow(p), minusRow(p))) return true;
  if (RobustPairs.all) return false;
  for (let k = 0; k < keptCount; k++) {
    if (label(kept(k)) < 0) continue;
    for (let l = 0; l < keptCount; l++) if (label(kept(l)) < 0 && tryPair(k, l)) return true;
    spend(<f64>(keptCount * size(1)));
    breathe();
  }
  return false;
}

function tryPair(k: i32, l: i32): bool {
  if (layerCount == 1) return trySample(k) || trySample(l);
  if (isRowOut(k) || isRowOut(l) || contradict(k, l)) return false;
  open(PAIR, k, l, 0);
  log3(CODE_P, k, l);
  return true;
}

function isRowHeld(k: i32): bool {
  return sideAt(0, k) != 0;
}

function trySample(k: i32): bool {
  if (isRowOut(k) || sideAt(0, k) != 0) return false;
  open(ROW, 0, k, 0);
  log3(CODE_R, 0, k);
  return true;
}

/** Steps 2 and 3. Entered again when a neuron has been looked at alone. */
function settle(): void {
  if (layerCount == 1) {
    for (let k = 0; k < keptCount; k++) if (trySample(k)) return; // SM, one label: no pairs
    settleNeurons();
    return;
  }
  if (findUpper(false)) {
    writeUpper(literalTrial);
    if (!settleNeurons()) return;
  }
  if (countUpper()) return;
  for (let k = 0; k < keptCount; k++) {
    if (isRowOut(k)) continue;
    const j = undecidedNeuron(k);
    if (j < 0) continue;
    open(ROW, j, k, 0);
    log3(CODE_R, j, k);
    return;
  }
  for (let j = 0; j < size(1); j++) {
    if (!hasMinus(j) || !boxesOpen(j)) continue;
    branchOnWeight(j);
    return;
  }
  failTree();
}

/** The upper layers of the decided rows: none, or MW's fewest weights. True when that ends the node. */
function countUpper(): bool {
  const found = findUpper(true);
  if (!Asked.known || (found && (stage != STAGE_MW || <i32>Upper.value >= upperBoundNow()))) return false;
  log1(CODE_U);
  if (found) setUpperBound(<i32>Upper.value);
  else setImpossible(true);
  return closeOrGoOn();
}

// ---- branching on weights ----------------------------------------------------------------------------------------------

/**
 * The neurons one by one, by themselves. MM, SM: one of them settles the node, or their weights together are a better
 * network. MW: a neuron that needs more than its bound says gets a lemma; what they need in all is offered with the upper
 * layers in `trial`. True when the node is still open and has not been branched.
 */
function settleNeurons(): bool {
  const fewest = stage == STAGE_MW;
  let pick = -1;
  for (let j = 0; j < size(1); j++) {
    if (!hasMinus(j)) continue;
    const target = targetOf(j);
    if (!isKnownAlone(j, target)) return false; // comes back to `settle` when it is
    const value = aloneValue(j);
    if (fewest && size(1) > 1 && value < boundOf(j)) {
      openLemma(j, value);
      return false;
    }
    if (pick < 0 || value < aloneValue(pick)) pick = j;
    if (!fewest && value <= target) break;
  }
  if (!fewest && pick >= 0 && aloneValue(pick) <= targetOf(pick)) return focusOn(pick);
  offerAlone();
  if (closeOrGoOn()) return false;
  if (fewest && layerCount > 1) return true;
  if (pick >= 0) return focusOn(pick);
  failTree(); // no neuron has weights for certain, and yet a network of this node was no better
  return false;
}

/** Values of neuron `j` up to this one close the node. */
function targetOf(j: i32): i32 {
  if (stage == STAGE_SM) return -1;
  if (stage == STAGE_MM) return <i32>Path.cut;
  const others = sumOfBounds() + <i64>upperBoundNow() - <i64>boundOf(j);
  return <i32>max<i64>(Path.cut - others, <i64>(i32.MIN_VALUE + 1));
}

function focusOn(j: i32): bool {
  setFocus(j);
  branchOnWeight(j);
  return false;
}

/** The best weights of every neuron alone, with the upper layers of `trial`. */
function offerAlone(): void {
  memory.fill(weightRow(literalTrial, 0, 0), 0, <usize>(size(1) * inputsPadded) << 1);
  for (let j = 0; j < size(1); j++) if (hasMinus(j)) copyRow(weightRow(literalTrial, 0, j), aloneRow(j), 0);
  offer(literalTrial);
  raise();
  setDirty(-1);
}

function branchOnWeight(j: i32): void {
  if (!tableauStands(j) || Path.dirty != j) {
    setDirty(j);
    setImpossible(!boundNeuron(j));
    if (closeOrGoOn()) return;
  }
  const held = CHECKED && nodeHolds();
  if (narrowBoxes(j, limitOf(j)) && Path.lemmaNeuron < 0) LiteralTree.shown = Path.cut; // what was cut off is known to be no better
  if (CHECKED) narrowedNode(held, 'proving/literals: reduced costs');
  pickWeight(j);
  if (Picked.input >= 0) {
    open(WEIGHT, j, Picked.input, Picked.split);
    return;
  }
  setImpossible(!boundNeuron(j)); // reduced costs have left one point, which the last bound has not seen yet
  if (closeOrGoOn()) return;
  if (Path.lemmaNeuron >= 0 || stage != STAGE_MW || layerCount == 1) {
    failTree(); // the neuron by itself was said not to reach this
    return;
  }
  for (let other = 0; other < size(1); other++) {
    if (!hasMinus(other) || !boxesOpen(other)) continue;
    branchOnWeight(other);
    return;
  }
  failTree();
}

/** The neuron's own values that the node is closed at. */
function limitOf(j: i32): i64 {
  if (Path.lemmaNeuron >= 0) return <i64>Path.lemmaCut;
  if (stage == STAGE_SM) return -1;
  if (stage == STAGE_MM) return Path.cut;
  return Path.cut - (sumOfBounds() + <i64>upperBoundNow() - <i64>boundOf(j));
}
