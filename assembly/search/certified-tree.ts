import { reserve } from '../memory/arena';
import { dotI16F64 } from '../kernels/simd';
import { copyNetwork, copyRow, newNetwork, weightRow } from '../network/weights';
import { countNode, spend } from '../problem/limits';
import { confidence, epsilon, holds, inputs, inputsPadded, kept, keptCount, label, layerCount, marginScale, sampleRow, size, weightBound } from '../problem/shape';
import { leastMargin, roundSolution } from '../primal/max-min-search';
import { covers } from '../primal/cover-search';
import { addVector, aimAtFewest, aimAtMargins, enumerable, finishUpper, nextVector, solveUpper, startUpper, upperComplete, upperValue } from '../primal/upper-layers';
import { firstLayerNeeds } from '../relax/count-bound';
import { isColumn, narrow, penalties, relaxCover, relaxMaxMin, resolveCover, resolveMaxMin, solution, tableauSession, UNREACHABLE } from '../relax/neuron-lp';
import { boxHigh, boxLow, coverCostBox, reducedCostBox, setBounds } from '../relax/safe-bound';
import { lastPenaltyDown, lastPenaltyUp } from '../relax/dual-simplex';
import { CODE_B, CODE_F, CODE_L, CODE_P, CODE_S, CODE_T, CODE_U, CODE_W, CODE_X, logHasRoom, put } from '../proof/log';
import { logMultipliers } from '../proof/multipliers';
import { trailMark, trailRoom, undoTo } from '../state/trail';
import { freeNeuronBound, upperLayersBound } from './activation-tree';
import { branchedNeuron, LEMMA, makeChild, PAIR, SIDE, TOUCH, WEIGHT } from './certified-branch';
import { boundOf, clearState, decidedOf, decideSide, isCompleteNow, lowOf, markComplete, setBoxOf, setBoundOf, setUpperBound, sideAt, sidesOf, startBound, startUpperBound, sumOfBounds, upOf, upperBoundNow, versionOf } from './certified-state';
import { heldByNeuron, hold, HOLD_CONFIDENT, HOLD_MARGINS, incumbent, NO_VALUE, objective, offer, STAGE_MW, stage } from './incumbent';
import { attainableOn, beginCoverTree, beginNeuronTree, neuronTreeOpen, stepNeuronTree, treeBound } from './neuron-tree';
import { listPairs, pairCount, pairFirst, pairSecond } from './pair-order';

/**
 * The certified tree: one depth-first search, for MM and MW, over sides and then weights, that writes down why every node
 * is closed while it closes it (docs/proof.md). It proves that no network beats `cut`; where it meets a better network it
 * offers it and raises the cut. Depth first, because the proof is then a stream and memory is one path.
 *
 * MM values are margins; MW's are minus non-zero weights, so that both maximise: `b_j`, `U` and `cut` are held in that
 * sense here and only written with their own sign.
 */
const FRAME = 7; // kind, a, b, c, next child, trail mark, cut of the lemma that the node stands in (or NONE)
const MOST_DEPTH = 4096;
const NONE: i32 = i32.MIN_VALUE;
const UPPER_EFFORT: i64 = 8000000;
const ALONE_NODES = 100000;

export const TREE_RUNNING = 0;
export const TREE_PROVED = 1;
/** Something does not fit (depth, upper layers too large to enumerate): nothing is proved. */
export const TREE_FAILED = 2;

export let certifiedState: i32 = TREE_FAILED;
/** Values up to this one are all that exists, once proved. */
export let cut: i64 = 0;
let minimise: bool = false;
let logging: bool = false;
let frames: usize = 0;
let depth: i32 = 0;
let entering: bool = true;
let dirty: i32 = -1; // neuron whose bound the last branching may have changed
let lemmaNeuron: i32 = -1; // inside a lemma: the neuron, and the bound to reach
let lemmaCut: i32 = NONE;
let required: usize = 0; // i32 [K]
let trial: usize = 0;
let row: usize = 0;
let tableauNeuron: i32 = -1;
let tableauVersion: i32 = -1;
let session: i32 = 0; // of the tableau; somebody else may have begun another since
let impossible: bool = false;
// What `solveAlone` found, valid while the neuron's sides are the same version.
let aloneRows: usize = 0; // i16 [n1][NP]
let aloneVersion: usize = 0; // i32 [n1]
let aloneTarget: usize = 0; // i32 [n1]
let aloneValue: usize = 0; // i32 [n1]
let aloneNeuron: i32 = -1; // the neuron that is being solved alone just now
let aloneNodes: i32 = 0;

export function reserveCertifiedTree(rowCount: i32): void {
  frames = reserve(<usize>(MOST_DEPTH * FRAME) << 2);
  required = reserve(<usize>rowCount << 2);
  trial = newNetwork();
  row = reserve(<usize>inputsPadded << 1);
  const n = <usize>size(1);
  aloneRows = reserve((n * <usize>inputsPadded) << 1);
  aloneVersion = reserve(n << 2);
  aloneTarget = reserve(n << 2);
  aloneValue = reserve(n << 2);
}


// @ts-ignore: decorator
@inline
function frame(field: i32): usize {
  return frames + (<usize>((depth - 1) * FRAME + field) << 2);
}

/** Starts a proof that nothing of the running stage (MM or MW) beats `value` (MW: minus the non-zeros). */
export function beginCertifiedTree(value: i64, withLog: bool): void {
  minimise = stage == STAGE_MW;
  logging = withLog;
  cut = value;
  depth = 0;
  entering = true;
  lemmaNeuron = -1;
  aloneNeuron = -1;
  tableauNeuron = -1;
  dirty = -1;
  certifiedState = TREE_RUNNING;
  clearState();
  memory.fill(aloneVersion, 0, <usize>size(1) << 2);
  listPairs();
  const n = size(1);
  if (minimise) {
    const confident = hold == HOLD_CONFIDENT;
    aimAtFewest(hold == HOLD_MARGINS ? holds : 0, confident ? confidence : 0);
    for (let j = 0; j < n; j++) startBound(j, -firstLayerNeeds(heldByNeuron(j)));
    startUpperBound(-upperNeedsAtRoot());
  } else {
    aimAtMargins();
    const free = freeNeuronBound();
    for (let j = 0; j < n; j++) startBound(j, free);
    const upper = upperLayersBound();
    if (upper > <i64>i32.MAX_VALUE) {
      certifiedState = TREE_FAILED;
      return;
    }
    startUpperBound(layerCount == 1 ? 0 : <i32>upper);
  }
  if (layerCount == 1) {
    for (let k = 0; k < keptCount; k++) decideSide(0, k, label(kept(k)));
    markComplete();
    dirty = 0;
  }
}

let upperRoot: i32 = 0;
/** The stage counts what the upper layers need at least (it owns the rule); told before the tree begins. */
export function setUpperNeeds(needs: i32): void {
  upperRoot = needs;
}
function upperNeedsAtRoot(): i32 {
  return upperRoot;
}

/** Up to `count` nodes; stops early for a full log. */
export function stepCertifiedTree(count: i32): void {
  for (let turn = 0; turn < count && certifiedState == TREE_RUNNING; turn++) {
    if (logging && !logHasRoom(16 * keptCount + 4096)) return;
    raise();
    if (aloneNeuron >= 0) goOnAlone();
    else if (entering) visit();
    else advance();
  }
}

// ---- one node ----------------------------------------------------------------------------------------------------------

function visit(): void {
  countNode();
  impossible = false;
  if (dirty >= 0 && decidedOf(dirty) > 0) evaluate(dirty);
  if (closeOrGoOn()) return;
  if (lemmaNeuron >= 0) {
    branchOnWeight(lemmaNeuron);
    return;
  }
  if (!isCompleteNow()) {
    branchOnActivations();
    return;
  }
  branchOnWeights();
}

/** Ends the node if its bound or an impossibility allows. */
function closeOrGoOn(): bool {
  if (impossible || (!minimise && dirty >= 0 && boundOf(dirty) < 0)) {
    log1(CODE_X);
    leave();
    return true;
  }
  const reached =
    lemmaNeuron >= 0 ? boundOf(lemmaNeuron) <= lemmaCut : sumOfBounds() + <i64>upperBoundNow() <= cut;
  if (!reached) return false;
  log1(CODE_L);
  leave();
  return true;
}

function leave(): void {
  entering = false;
}

function log1(code: i32): void {
  if (logging) put(code);
}

function log3(code: i32, a: i32, b: i32): void {
  if (!logging) return;
  put(code);
  put(a);
  put(b);
}

/** Re-bounds neuron `j` over its decided rows and boxes and writes the multipliers down. */
function evaluate(j: i32): void {
  let warm = session == tableauSession && tableauNeuron == j && tableauVersion == versionOf(j);
  for (let i = 0; i < inputs; i++) {
    const low = lowOf(j, i);
    const up = upOf(j, i);
    if (boxLow(i) == low && boxHigh(i) == up) continue;
    setBounds(i, low, up);
    if (warm && !isColumn(i)) warm = false; // fixed where the tableau was begun, open again here
    if (warm) narrow(i);
  }
  spend(<f64>inputs);
  const sides = sidesOf(j);
  if (minimise) {
    readRequired(j);
    const needs = warm ? resolveCover(sides, required) : relaxCover(sides, required, weightBound);
    if (needs == UNREACHABLE) {
      if (logging) logMultipliers(j, 0, false);
      impossible = true;
    } else {
      if (logging) logMultipliers(j, 1, true);
      setBoundOf(j, min(boundOf(j), -needs));
    }
  } else {
    const relaxed = warm ? resolveMaxMin(sides, i32.MAX_VALUE) : relaxMaxMin(sides, boundOf(j));
    if (logging) logMultipliers(j, 0, true);
    if (relaxed < boundOf(j)) setBoundOf(j, min(boundOf(j), attainableOn(sides, relaxed)));
  }
  tableauNeuron = j;
  tableauVersion = versionOf(j);
  session = tableauSession;
}

function readRequired(j: i32): void {
  const held = heldByNeuron(j);
  const whole = layerCount == 1 && hold == HOLD_CONFIDENT;
  for (let k = 0; k < keptCount; k++) {
    const asks = sideAt(j, k) > 0 || whole ? held : held + epsilon;
    store<i32>(required + (<usize>k << 2), asks <= 0 ? 0 : (asks - 1) / marginScale + 1);
  }
}

// ---- branching on activations ------------------------------------------------------------------------------------------

function branchOnActivations(): void {
  const n = size(1);
  const pair = firstUnseparated();
  if (pair >= 0) {
    open(PAIR, pairFirst(pair), pairSecond(pair), 0);
    log3(CODE_P, pairFirst(pair), pairSecond(pair));
    return;
  }
  for (let j = 0; j < n; j++) {
    if (decidedOf(j) == 0 || decidedOf(j) == keptCount) continue;
    const k = mostViolated(j);
    open(SIDE, j, k, 0);
    log3(CODE_S, j, k);
    return;
  }
  for (let j = 0; j < n; j++) {
    if (decidedOf(j) != 0) continue;
    open(TOUCH, j, 0, 0);
    if (logging) {
      put(CODE_T);
      put(j);
    }
    return;
  }
  finishActivations();
}

/** The pairs are listed closest first; pairs that the list had no room for end the proof when they are needed. */
function firstUnseparated(): i32 {
  for (let p = 0; p < pairCount; p++) {
    const a = pairFirst(p);
    const b = pairSecond(p);
    let apart = false;
    for (let j = 0; j < size(1) && !apart; j++) apart = sideAt(j, a) * sideAt(j, b) < 0;
    if (!apart) return p;
  }
  return -1;
}

function mostViolated(j: i32): i32 {
  if (session != tableauSession || tableauNeuron != j || tableauVersion != versionOf(j)) evaluate(j);
  let pick = -1;
  let least: f64 = f64.MAX_VALUE;
  for (let k = 0; k < keptCount; k++) {
    if (sideAt(j, k) != 0) continue;
    const s = abs(dotI16F64(sampleRow(kept(k)), solution, inputsPadded));
    if (s < least) {
      least = s;
      pick = k;
    }
  }
  return pick;
}

/** All sides are decided: the upper layers' true optimum for them. */
function finishActivations(): void {
  if (!enumerable) {
    certifiedState = TREE_FAILED;
    return;
  }
  startUpper();
  let contradiction = false;
  for (let k = 0; k < keptCount && !contradiction; k++) {
    const vector = nextVector();
    if (!vector) {
      certifiedState = TREE_FAILED;
      return;
    }
    for (let j = 0; j < size(1); j++) store<i16>(vector + (<usize>j << 1), <i16>sideAt(j, k));
    contradiction = !addVector(label(kept(k)));
  }
  const found = !contradiction && finishUpper(UPPER_EFFORT);
  if (!contradiction && !upperComplete) {
    certifiedState = TREE_FAILED;
    return;
  }
  log1(CODE_U);
  if (!found) {
    log1(CODE_X);
    leave();
    return;
  }
  setUpperBound(<i32>upperValue);
  markComplete();
  dirty = -1;
  if (!closeOrGoOn()) branchOnWeights();
}

// ---- branching on weights ----------------------------------------------------------------------------------------------

/**
 * All sides are decided and the total is still too good. A neuron whose true optimum (found by the best-first tree, which
 * writes nothing) is worse than its bound gets a lemma. When all bounds are true, their rows together are a network of
 * that value. Only where the best-first tree gave up are weights branched on in the whole.
 */
function branchOnWeights(): void {
  const n = size(1);
  if (n == 1) {
    branchOnWeight(0);
    return;
  }
  const total = sumOfBounds() + <i64>upperBoundNow();
  for (let j = 0; j < n; j++) {
    const target = cut - (total - <i64>boundOf(j));
    const value = solveAlone(j, <i32>max<i64>(target, <i64>(i32.MIN_VALUE + 1)));
    if (aloneNeuron >= 0) return; // under way: comes back here when it is done
    if (value >= boundOf(j)) continue;
    startLemma(j, value);
    return;
  }
  copyNetwork(trial, incumbent);
  for (let j = 0; j < n; j++) copyRow(weightRow(trial, 0, j), aloneRow(j), 0);
  solveUpper(trial, UPPER_EFFORT);
  offer(trial);
  raise();
  dirty = -1;
  if (closeOrGoOn()) return;
  for (let j = 0; j < n; j++) {
    if (!boxesOpen(j)) continue;
    branchOnWeight(j);
    return;
  }
  pointReached();
}

// @ts-ignore: decorator
@inline
function aloneRow(j: i32): usize {
  return aloneRows + <usize>(j * inputsPadded) * 2;
}

/**
 * The best value that neuron `j` can have with its sides, or a bound of it, by the best-first tree; good weights go to
 * `aloneRow(j)`. Values at or below `target` need not be told apart.
 */
function solveAlone(j: i32, target: i32): i32 {
  const at = <usize>j << 2;
  if (load<i32>(aloneVersion + at) == versionOf(j) && load<i32>(aloneTarget + at) <= target) {
    return load<i32>(aloneValue + at);
  }
  const sides = sidesOf(j);
  copyRow(aloneRow(j), weightRow(incumbent, 0, j), 0);
  if (minimise) {
    readRequired(j);
    beginCoverTree(sides, aloneRow(j), required);
  } else beginNeuronTree(sides, aloneRow(j), freeNeuronBound());
  aloneNeuron = j;
  aloneNodes = 0;
  store<i32>(aloneTarget + at, target);
  return boundOf(j);
}

/** A slice of the best-first tree that `solveAlone` began; then the node goes on where it left off. */
function goOnAlone(): void {
  const at = <usize>aloneNeuron << 2;
  const target = load<i32>(aloneTarget + at);
  for (let n = 0; n < 20 && neuronTreeOpen && treeBound > target; n++) {
    stepNeuronTree(target);
    aloneNodes++;
  }
  if (neuronTreeOpen && treeBound > target && aloneNodes < ALONE_NODES) return;
  store<i32>(aloneVersion + at, versionOf(aloneNeuron));
  store<i32>(aloneValue + at, treeBound);
  aloneNeuron = -1;
  branchOnWeights();
}

function startLemma(j: i32, value: i32): void {
  open(LEMMA, j, value, 0);
  if (logging) {
    put(CODE_B);
    put(j);
    put(minimise ? -value : value);
  }
}

function boxesOpen(j: i32): bool {
  for (let i = 0; i < inputs; i++) if (lowOf(j, i) < upOf(j, i)) return true;
  return false;
}

/** Opens both children of the most promising weight of neuron `j`. */
function branchOnWeight(j: i32): void {
  if (session != tableauSession || tableauNeuron != j || tableauVersion != versionOf(j) || dirty != j) {
    evaluate(j);
    dirty = j;
    if (closeOrGoOn()) return;
  }
  tryRounding(j);
  if (closeOrGoOn()) return;
  fix(j);
  let pick = -1;
  let at: f64 = 0;
  let score: f64 = -1;
  for (let i = 0; i < inputs; i++) {
    if (lowOf(j, i) == upOf(j, i)) continue;
    const x = load<f64>(solution + (<usize>i << 3));
    const fraction = x - Math.floor(x);
    if (fraction < 1e-6 || fraction > 1 - 1e-6) continue;
    penalties(i, fraction);
    const product = max<f64>(lastPenaltyDown, 1e-6) * max<f64>(lastPenaltyUp, 1e-6);
    if (product > score) {
      score = product;
      pick = i;
      at = x;
    }
  }
  for (let i = 0; i < inputs && pick < 0; i++) {
    if (lowOf(j, i) == upOf(j, i)) continue;
    pick = i;
    at = max(load<f64>(solution + (<usize>i << 3)) - 0.5, <f64>lowOf(j, i) + 0.5);
  }
  if (pick < 0) {
    // Reduced costs have left one point, which the last bound has not seen yet.
    evaluate(j);
    dirty = j;
    if (closeOrGoOn()) return;
    if (lemmaNeuron >= 0) {
      certifiedState = TREE_FAILED; // the lemma asked for more than is true
      return;
    }
    for (let other = 0; other < size(1); other++) {
      if (!boxesOpen(other)) continue;
      branchOnWeight(other);
      return;
    }
    pointReached();
    return;
  }
  const split = min(max(<i32>Math.floor(at), lowOf(j, pick)), upOf(j, pick) - 1);
  open(WEIGHT, j, pick, split);
  if (logging) {
    put(CODE_W);
    put(j);
    put(pick);
    put(split);
  }
}

/** The relaxation rounded, in the place of the incumbent's neuron. */
function tryRounding(j: i32): void {
  roundSolution(solution, row);
  const sides = sidesOf(j);
  if (minimise) {
    readRequired(j);
    if (!covers(row, sides, required)) return;
  } else if (leastMargin(row, sides) < 0) return;
  copyNetwork(trial, incumbent);
  copyRow(weightRow(trial, 0, j), row, 0);
  offer(trial);
  raise();
}

/** The cut follows the incumbent, whoever has found it: the search beside the tree does, too. */
function raise(): void {
  if (objective != NO_VALUE && objective > cut) cut = objective;
}

/** Reduced-cost fixing, written down as such. */
function fix(j: i32): void {
  if (trailRoom() < 2 * inputs + 64) return;
  const others = sumOfBounds() + <i64>upperBoundNow() - <i64>boundOf(j);
  const limit = lemmaNeuron >= 0 ? <i64>lemmaCut : cut - others;
  if (limit < <i64>(i32.MIN_VALUE / 2) || limit > <i64>(i32.MAX_VALUE / 2)) return;
  let any = false;
  for (let i = 0; i < inputs; i++) {
    if (boxLow(i) == boxHigh(i)) continue;
    const shrank = minimise ? coverCostBox(i, -<i32>limit) : reducedCostBox(i, <i32>limit);
    if (!shrank) continue;
    setBoxOf(j, i, boxLow(i), boxHigh(i));
    narrow(i);
    any = true;
  }
  if (any && logging) {
    put(CODE_F);
    put(j);
  }
}

/** Every weight of the first layer is fixed: this is one network (up to the upper layers), and its value is exact. */
function pointReached(): void {
  copyNetwork(trial, incumbent);
  for (let j = 0; j < size(1); j++) {
    const to = weightRow(trial, 0, j);
    for (let i = 0; i < inputs; i++) store<i16>(to + (<usize>i << 1), <i16>lowOf(j, i));
  }
  if (layerCount > 1) solveUpper(trial, UPPER_EFFORT);
  offer(trial);
  raise();
  for (let j = 0; j < size(1); j++) {
    dirty = j;
    evaluate(j);
    if (closeOrGoOn()) return;
  }
  certifiedState = TREE_FAILED;
}

// ---- the path ----------------------------------------------------------------------------------------------------------

function open(kind: i32, a: i32, b: i32, c: i32): void {
  if (depth == MOST_DEPTH || trailRoom() < 4 * keptCount + 64) {
    certifiedState = TREE_FAILED;
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
    certifiedState = TREE_PROVED;
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
  if (child == 0) {
    lemmaNeuron = j;
    lemmaCut = value;
    dirty = j;
  } else {
    setBoundOf(j, min(boundOf(j), value));
    dirty = -1;
  }
  return 1;
}
