import { reserve } from '../memory/arena';
import { copyRow, newNetwork, weightRow } from '../network/weights';
import { countNode, spend } from '../problem/limits';
import { groupCount, inputs, inputsPadded, kept, keptCount, label, layerCount, size } from '../problem/shape';
import { aimAtFewest, upperValue, writeUpper } from '../primal/upper-layers';
import { CODE_B, CODE_L, CODE_P, CODE_R, CODE_U, CODE_X, logHasRoom, put } from '../proof/log';
import { trailMark, trailRoom, undoTo } from '../state/trail';
import { freeNeuronBound } from './activation-tree';
import { boundOf, decideSide, lowOf, setBoundOf, setUpperBound, sideAt, startBound, startUpperBound, sumOfBounds, upOf, upperBoundNow } from './certified-state';
import { NO_VALUE, objective, offer, stage, STAGE_MM, STAGE_MW, STAGE_SM } from './incumbent';
import { aloneNeuron, aloneRow, aloneValue, forgetAlone, goOnAlone, isKnownAlone, reserveAlone } from './literal-alone';
import { branchedNeuron, LEMMA, makeChild, PAIR, ROW, WEIGHT } from './literal-branch';
import { beginLiteralNeurons, evaluate, narrowBoxes, pickedInput, pickedSplit, pickWeight, reserveLiteralNeuron, stands } from './literal-neuron';
import { clearLiterals, contradict, focus, hasMinus, isRowOut, reserveLiteralState, samplesOut, setFocus, undecidedNeuron } from './literal-state';
import { findUpper, reserveLiteralUpper, upperKnown } from './literal-upper';
import { everyPairListed, listRobustPairs, minusRow, plusRow, robustPairs } from './robust-pairs';

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
 * It proves that nothing beats `provedCut`; a better network that it meets raises that. Values are maximised (MW: minus
 * the non-zeros).
 */
const FRAME = 6; // kind, a, b, c, next child, trail mark
const MOST_DEPTH = 4096;
const NONE: i32 = i32.MIN_VALUE;

export const LITERALS_RUNNING = 0;
export const LITERALS_PROVED = 1;
/** Something does not fit (depth, upper layers too large to enumerate): nothing is proved. */
export const LITERALS_FAILED = 2;

export let literalState: i32 = LITERALS_FAILED;
export let provedCut: i64 = 0;
let shown: i64 = 0; // the best value that some closed node could not rule out
let logging: bool = false;
let frames: usize = 0;
let trial: usize = 0;
let depth: i32 = 0;
let entering: bool = true;
let dirty: i32 = -1; // the neuron whose bound the last branching may have changed
let lemmaNeuron: i32 = -1;
let lemmaCut: i32 = NONE;
let impossible: bool = false;
let ceiling: i32 = 0; // of a neuron's margin, where the search has a use for more
let plusKept: bool = false;
let minusKept: bool = false;

export function reserveLiteralTree(rowCount: i32): void {
  frames = reserve(<usize>(MOST_DEPTH * FRAME) << 2);
  reserveLiteralUpper();
  trial = newNetwork();
  reserveLiteralState(rowCount);
  reserveLiteralNeuron(rowCount);
  reserveAlone();
}

// @ts-ignore: decorator
@inline
function frame(field: i32): usize {
  return frames + (<usize>((depth - 1) * FRAME + field) << 2);
}

/** Starts a proof that nothing of the running stage beats `value` (MW: minus the non-zeros). */
export function beginLiteralTree(value: i64, withLog: bool): void {
  logging = withLog;
  provedCut = value;
  shown = i64.MIN_VALUE;
  depth = 0;
  entering = true;
  lemmaNeuron = -1;
  lemmaCut = NONE;
  dirty = -1;
  literalState = LITERALS_RUNNING;
  clearLiterals();
  forgetAlone();
  beginLiteralNeurons(withLog);
  listRobustPairs();
  lookAtLabels();
  ceiling = stage == STAGE_MM ? freeNeuronBound() : 0;
  for (let j = 0; j < size(1); j++) startBound(j, ceiling);
  startUpperBound(stage == STAGE_MW && plusKept && minusKept ? 1 - layerCount : 0);
  if (stage == STAGE_MW) aimAtFewest(0, 0);
  if (layerCount > 1 || stage == STAGE_SM) return;
  for (let k = 0; k < keptCount; k++) decideSide(0, k, label(kept(k)));
  dirty = 0;
}

function lookAtLabels(): void {
  plusKept = false;
  minusKept = false;
  for (let k = 0; k < keptCount; k++) {
    if (label(kept(k)) > 0) plusKept = true;
    else minusKept = true;
  }
}

/** Up to `count` nodes; stops early for a full log. */
export function stepLiteralTree(count: i32): void {
  for (let turn = 0; turn < count && literalState == LITERALS_RUNNING; turn++) {
    if (logging && !logHasRoom(16 * keptCount + 4096)) return;
    raise();
    if (aloneNeuron >= 0) {
      if (goOnAlone()) settle();
    } else if (entering) visit();
    else advance();
  }
}

/** What the finished tree shows, which may be more than it was asked to: that nothing is better than this. */
export function provedValue(): i64 {
  return max(min(provedCut, shown), objective);
}

/** The cut follows the incumbent, whoever has found it. */
function raise(): void {
  if (objective != NO_VALUE && objective > provedCut) provedCut = objective;
}

// ---- one node ----------------------------------------------------------------------------------------------------------

function visit(): void {
  countNode();
  impossible = false;
  if (dirty >= 0 && hasMinus(dirty)) impossible = !evaluate(dirty);
  if (closeOrGoOn()) return;
  if (lemmaNeuron >= 0) branchOnWeight(lemmaNeuron);
  else if (focus() >= 0) branchOnWeight(focus());
  else if (!branchOnPair()) settle();
}

/** What no network of the node exceeds. */
export function literalReach(): i64 {
  if (lemmaNeuron >= 0) return <i64>boundOf(lemmaNeuron);
  if (stage == STAGE_SM) return <i64>(groupCount - samplesOut());
  if (stage == STAGE_MM) {
    let least = <i64>ceiling;
    for (let j = 0; j < size(1); j++) least = min(least, <i64>boundOf(j));
    return least;
  }
  const first = sumOfBounds();
  const total = (plusKept && minusKept ? min<i64>(first, -1) : first) + <i64>upperBoundNow();
  return minusKept ? min<i64>(total, -1) : total;
}

/** Ends the node if its bound or an impossibility allows. */
function closeOrGoOn(): bool {
  const below = stage != STAGE_MW && dirty >= 0 && boundOf(dirty) < 0;
  const value = literalReach();
  if (!impossible && !below) {
    if (value > (lemmaNeuron >= 0 ? <i64>lemmaCut : provedCut)) return false;
    if (lemmaNeuron < 0) shown = max(shown, value);
  }
  log(impossible || below ? CODE_X : CODE_L);
  entering = false;
  return true;
}

function log(code: i32): void {
  if (logging) put(code);
}

function log3(code: i32, a: i32, b: i32): void {
  if (!logging) return;
  put(code);
  put(a);
  put(b);
}

// ---- branching on literals ---------------------------------------------------------------------------------------------

/** Step 1; with one layer, samples of which nothing is said yet. */
function branchOnPair(): bool {
  for (let p = 0; p < robustPairs; p++) if (tryPair(plusRow(p), minusRow(p))) return true;
  if (everyPairListed) return false;
  for (let k = 0; k < keptCount; k++) {
    if (label(kept(k)) < 0) continue;
    for (let l = 0; l < keptCount; l++) if (label(kept(l)) < 0 && tryPair(k, l)) return true;
    spend(<f64>(keptCount * size(1)));
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
    writeUpper(trial);
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
  literalState = LITERALS_FAILED;
}

/** The upper layers of the decided rows: none, or MW's fewest weights. True when that ends the node. */
function countUpper(): bool {
  const found = findUpper(true);
  if (!upperKnown || (found && (stage != STAGE_MW || <i32>upperValue >= upperBoundNow()))) return false;
  log(CODE_U);
  if (found) setUpperBound(<i32>upperValue);
  else impossible = true;
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
    if (!isKnownAlone(j, target, ceiling)) return false; // comes back to `settle` when it is
    const value = aloneValue(j);
    if (fewest && size(1) > 1 && value < boundOf(j)) {
      startLemma(j, value);
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
  literalState = LITERALS_FAILED; // no neuron has weights for certain, and yet a network of this node was no better
  return false;
}

/** Values of neuron `j` up to this one close the node. */
function targetOf(j: i32): i32 {
  if (stage == STAGE_SM) return -1;
  if (stage == STAGE_MM) return <i32>provedCut;
  const others = sumOfBounds() + <i64>upperBoundNow() - <i64>boundOf(j);
  return <i32>max<i64>(provedCut - others, <i64>(NONE + 1));
}

function focusOn(j: i32): bool {
  setFocus(j);
  branchOnWeight(j);
  return false;
}

/** The best weights of every neuron alone, with the upper layers of `trial`. */
function offerAlone(): void {
  memory.fill(weightRow(trial, 0, 0), 0, <usize>(size(1) * inputsPadded) << 1);
  for (let j = 0; j < size(1); j++) if (hasMinus(j)) copyRow(weightRow(trial, 0, j), aloneRow(j), 0);
  offer(trial);
  raise();
  dirty = -1;
}

function startLemma(j: i32, value: i32): void {
  open(LEMMA, j, value, 0);
  log3(CODE_B, j, -value);
}

function boxesOpen(j: i32): bool {
  for (let i = 0; i < inputs; i++) if (lowOf(j, i) < upOf(j, i)) return true;
  return false;
}

function branchOnWeight(j: i32): void {
  if (!stands(j) || dirty != j) {
    dirty = j;
    impossible = !evaluate(j);
    if (closeOrGoOn()) return;
  }
  if (narrowBoxes(j, limitOf(j)) && lemmaNeuron < 0) shown = provedCut; // what was cut off is known to be no better
  pickWeight(j);
  if (pickedInput >= 0) {
    open(WEIGHT, j, pickedInput, pickedSplit);
    return;
  }
  impossible = !evaluate(j); // reduced costs have left one point, which the last bound has not seen yet
  if (closeOrGoOn()) return;
  if (lemmaNeuron >= 0 || stage != STAGE_MW || layerCount == 1) {
    literalState = LITERALS_FAILED; // the neuron by itself was said not to reach this
    return;
  }
  for (let other = 0; other < size(1); other++) {
    if (!hasMinus(other) || !boxesOpen(other)) continue;
    branchOnWeight(other);
    return;
  }
  literalState = LITERALS_FAILED;
}

/** The neuron's own values that the node is closed at. */
function limitOf(j: i32): i64 {
  if (lemmaNeuron >= 0) return <i64>lemmaCut;
  if (stage == STAGE_SM) return -1;
  if (stage == STAGE_MM) return provedCut;
  return provedCut - (sumOfBounds() + <i64>upperBoundNow() - <i64>boundOf(j));
}

// ---- the path ----------------------------------------------------------------------------------------------------------

function open(kind: i32, a: i32, b: i32, c: i32): void {
  if (depth == MOST_DEPTH || trailRoom() < 4 * keptCount + 64) {
    literalState = LITERALS_FAILED;
    return;
  }
  depth++;
  store<i32>(frame(0), kind);
  store<i32>(frame(1), a);
  store<i32>(frame(2), b);
  store<i32>(frame(3), c);
  store<i32>(frame(4), 0);
  store<i32>(frame(5), trailMark());
  entering = false;
}

/** Takes back the last child and enters the next one; closes the frame when there is none. */
function advance(): void {
  if (depth == 0) {
    literalState = LITERALS_PROVED;
    return;
  }
  undoTo(load<i32>(frame(5)));
  const kind = load<i32>(frame(0));
  const a = load<i32>(frame(1));
  const b = load<i32>(frame(2));
  if (kind == LEMMA) {
    lemmaNeuron = -1;
    lemmaCut = NONE;
  }
  for (;;) {
    const child = load<i32>(frame(4));
    store<i32>(frame(4), child + 1);
    const made = kind == LEMMA ? enterLemma(a, b, child) : makeChild(kind, a, b, load<i32>(frame(3)), child);
    if (kind != LEMMA) dirty = branchedNeuron;
    if (made > 0) {
      entering = true;
      return;
    }
    if (made < 0) break;
  }
  depth--;
}

/** A lemma's children: the neuron's bound on its own, then the node with that bound. */
function enterLemma(j: i32, value: i32, child: i32): i32 {
  if (child > 1) return -1;
  dirty = -1;
  if (child == 0) {
    lemmaNeuron = j;
    lemmaCut = value;
    dirty = j;
  } else setBoundOf(j, min(boundOf(j), value));
  return 1;
}
