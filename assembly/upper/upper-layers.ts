import { reserve } from '../base/arena';
import { setWeight, weightAt, weightRow } from '../network/weights';
import { spend, strain } from '../base/clock';
import { breathe } from '../base/pause';
import {
  epsilon,
  kept,
  keptCount,
  label,
  layerCount,
  marginScale,
  paddedInputs,
  sampleRow,
  size,
  weightBound,
} from '../problem/shape';
import { dotI16 } from '../base/kernels/simd';

/**
 * The best upper layers for given first-layer weights, by enumeration. The kept samples collapse to a few distinct
 * activation vectors; a neuron of the next layer is worth only its activation pattern over those vectors and its margin,
 * so weights are enumerated once, patterns are kept with their best margin, and multisets of patterns are searched
 * with the bound "what is left cannot beat the incumbent" (enumerate functions, not weights: design section 2.2).
 *
 * For min-weight the value of a neuron is minus its non-zero weights, and only weights that keep its held margin count;
 * then a pattern is kept once per useful trade of margin against weights.
 *
 * Where a neuron has too many weight vectors, the weights are multiples of a step, the finest that leaves few enough.
 *
 * Exact when `upperComplete` stays true; where the enumeration would be too large it answers false or stops at its
 * budget with the best so far.
 */
export const MOST_VECTORS = 64;
const MOST_PATTERNS = 1024;
const MOST_WEIGHTS = 20000;
const MOST_IN_STEPS = 1000; // where not all weights can be looked at, which proves nothing, a few have to do

export let upperComplete: bool = true;
/** Sum of the upper margins of the last solution, units of 1/D. */
export let upperValue: i64 = 0;

// One set per weight layer l = 1..L-1, laid out [layer][...].
let vectors: usize = 0; // i16 [L][MOST_VECTORS][pad]
let vectorLabels: usize = 0; // i8 [L][MOST_VECTORS]
let vectorCount: usize = 0; // i32 [L]
let patternMask: usize = 0; // u64 [L][MOST_PATTERNS]: bit v set = +1 on vector v
let patternMargin: usize = 0; // i32 [L][MOST_PATTERNS]
let patternValue: usize = 0; // i32 [L][MOST_PATTERNS]: the margin, or minus the non-zeros
let patternWeights: usize = 0; // i16 [L][MOST_PATTERNS][pad]
let patternCount: usize = 0; // i32 [L]
let chosen: usize = 0; // i32 [L][pad]: pattern of every neuron while searching
let bestChosen: usize = 0; // i16 [L][pad][pad]: best rows found
let outputRow: usize = 0; // i16 [pad]: odometer
let pad: i32 = 8; // widest hidden layer, padded to 8
let budget: i64 = 0;
let found: bool = false;
/** Two samples of unlike labels had equal activations. */
export let contradiction: bool = false;
let bestTotal: i64 = 0;

let sparse: bool = false; // min-weight
let heldMargins: usize = 0; // i32 [neurons of all layers], 0: margins need only be right
let outputReach: i32 = 0; // least y * S of the output

/** Max-margin is what the upper layers are searched for, until `aimAtFewest` is called. */
export function aimAtMargins(): void {
  unit = finest;
  sparse = false;
  heldMargins = 0;
  outputReach = 0;
}

/** Fewest non-zeros that keep `held` (i32 per neuron of all layers, or 0: right is enough) and y * S >= `reach`. */
export function aimAtFewest(held: usize, reach: i32): void {
  sparse = true;
  heldMargins = held;
  outputReach = reach;
}

/** The margin that neuron `j` of weight layer `l` has to keep. */
function heldOf(l: i32, j: i32): i32 {
  if (!heldMargins) return 0;
  let before = j;
  for (let below = 0; below < l; below++) before += size(below + 1);
  return load<i32>(heldMargins + (<usize>before << 2));
}

/** Shapes whose upper layers are worth enumerating, all of their weights. */
export let enumerable: bool = false;
/** Shapes whose upper layers are worth enumerating at least in multiples of P: a start, and no proof. */
export let enumerableCoarsely: bool = false;

/** Weights are multiples of it: of the finest step at which a neuron has few enough, or of P. */
let unit: i32 = 1;
let finest: i32 = 1;

/** Upper layers of multiples of P only (ternary weights, scaled) until they are asked for at their finest again. */
export function searchCoarsely(coarsely: bool): void {
  unit = coarsely ? weightBound : finest;
}

export function reserveUpperLayers(): void {
  enumerable = false;
  enumerableCoarsely = false;
  if (layerCount < 2 || layerCount > 4) return;
  let widest = 1;
  for (let l = 1; l < layerCount; l++) widest = max(widest, size(l));
  let most = weightBound; // a weight's multiples of the step, to each side
  enumerable = fewEnough(most, widest, MOST_WEIGHTS);
  if (!enumerable) while (most > 1 && !fewEnough(most, widest, MOST_IN_STEPS)) most >>= 1;
  enumerableCoarsely = fewEnough(most, widest, MOST_WEIGHTS);
  finest = weightBound / most;
  unit = finest;
  if (!enumerableCoarsely) return;
  pad = (widest + 7) & ~7;
  const L = <usize>layerCount;
  vectors = reserve((L * MOST_VECTORS * <usize>pad) << 1);
  vectorLabels = reserve(L * MOST_VECTORS);
  vectorCount = reserve(L << 2);
  patternMask = reserve((L * MOST_PATTERNS) << 3);
  patternMargin = reserve((L * MOST_PATTERNS) << 2);
  patternValue = reserve((L * MOST_PATTERNS) << 2);
  patternWeights = reserve((L * MOST_PATTERNS * <usize>pad) << 1);
  patternCount = reserve(L << 2);
  chosen = reserve((L * <usize>pad) << 2);
  bestChosen = reserve((L * <usize>(pad * pad)) << 1);
  outputRow = reserve(<usize>pad << 1);
}

function fewEnough(most: i32, weights: i32, limit: i32): bool {
  let count = 1;
  for (let i = 0; i < weights; i++) {
    count *= 2 * most + 1;
    if (count > limit) return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function vectorAt(l: i32, v: i32): usize {
  return vectors + (<usize>((l * MOST_VECTORS + v) * pad) << 1);
}

// @ts-ignore: decorator
@inline
function countOf(base: usize, l: i32): i32 {
  return load<i32>(base + (<usize>l << 2));
}

/**
 * Replaces all upper weights of `network` by the best ones for its first layer, over the kept samples. False when the
 * activation vectors do not allow any (or the shape is not enumerable, in steps either); the network is then unchanged.
 */
export function solveUpper(network: usize, effort: i64): bool {
  if (!enumerableCoarsely) return false;
  startUpper();
  for (let index = 0; index < keptCount; index++) {
    const k = kept(index);
    breathe();
    const vector = nextVector();
    if (!vector) return false;
    strain(<f64>(size(1) * paddedInputs(0)) / 8);
    for (let j = 0; j < size(1); j++) {
      const s = dotI16(weightRow(network, 0, j), sampleRow(k), paddedInputs(0));
      store<i16>(vector + (<usize>j << 1), s >= 0 ? 1 : -1);
    }
    if (!addVector(label(k))) return false;
  }
  spend(<f64>(keptCount * size(1) * paddedInputs(0)) / 8);
  if (!finishUpper(effort)) return false;
  writeUpper(network);
  return true;
}

/** For activations that no weights stand behind yet: start, then `nextVector` and `addVector` a sample, then finish. */
export function startUpper(): void {
  store<i32>(vectorCount + 4, 0);
  contradiction = false;
}

/** Where to write the activations of the next sample (i16 per first-layer neuron, padding zero), or 0: too many. */
export function nextVector(): usize {
  const count = countOf(vectorCount, 1);
  if (count == MOST_VECTORS) return 0;
  const vector = vectorAt(1, count);
  memory.fill(vector, 0, <usize>pad << 1);
  return vector;
}

/** Takes the vector just written; false when it contradicts an equal one of the other label. */
export function addVector(y: i32): bool {
  if (mergeVector(1, y)) return true;
  contradiction = true;
  return false;
}

/** Searches the upper layers for the vectors given; `upperValue` and `upperComplete` tell the outcome. */
export function finishUpper(effort: i64): bool {
  upperComplete = unit == 1;
  budget = effort;
  found = false;
  bestTotal = i64.MIN_VALUE;
  counted = effort;
  descend(1, 0);
  spend(<f64>(counted - budget));
  breathe(); // a tree asks for thousands of these, each too short to come to a breath of its own
  if (budget <= 0) upperComplete = false;
  upperValue = bestTotal;
  return found;
}

let counted: i64 = 0; // of the budget: what has been told to the clock so far

/** Tells the clock, now and then, what the enumeration has taken. */
function breatheUpper(): void {
  if (counted - budget < 65536) return;
  spend(<f64>(counted - budget));
  counted = budget;
  breathe();
}

/** Writes the upper layers found last into a network. */
export function writeUpper(network: usize): void {
  for (let l = 1; l < layerCount; l++) {
    for (let j = 0; j < size(l + 1); j++) {
      const row = weightRow(network, l, j);
      const from = bestChosen + (<usize>((l * pad + j) * pad) << 1);
      for (let i = 0; i < size(l); i++) setWeight(row, i, weightAt(from, i));
    }
  }
}

/** The vector written behind the last one of layer `l` becomes one of them, unless it is there already. */
function mergeVector(l: i32, y: i32): bool {
  const count = countOf(vectorCount, l);
  const fresh = vectorAt(l, count);
  for (let v = 0; v < count; v++) {
    if (memory.compare(vectorAt(l, v), fresh, <usize>pad << 1) == 0) {
      return <i32>load<i8>(vectorLabels + <usize>(l * MOST_VECTORS + v)) == y;
    }
  }
  store<i8>(vectorLabels + <usize>(l * MOST_VECTORS + count), <i8>y);
  store<i32>(vectorCount + (<usize>l << 2), count + 1);
  return true;
}

/** Layers `l`.. on the vectors of layer `l`; `sum` is what the layers below are worth. */
function descend(l: i32, sum: i64): void {
  if (l == layerCount - 1) {
    bestOutput(l, sum);
    return;
  }
  listPatterns(l);
  choose(l, 0, 0, sum);
}

/** What layers above `l` could add at most. */
function ceilingAbove(l: i32): i64 {
  let most: i64 = 0;
  if (sparse) return 0;
  for (let above = l + 1; above < layerCount; above++) {
    most += <i64>size(above + 1) * <i64>(marginScale * weightBound * size(above));
  }
  return most;
}

/** Neurons `j`.. of layer `l` take patterns number `from`.. (neurons of a layer may be permuted: ascending order). */
function choose(l: i32, j: i32, from: i32, sum: i64): void {
  const n = size(l + 1);
  const rest = ceilingAbove(l);
  if (j == n) {
    if (sum + rest <= bestTotal) return;
    const count = countOf(vectorCount, l);
    store<i32>(vectorCount + (<usize>(l + 1) << 2), 0);
    for (let v = 0; v < count; v++) {
      const next = countOf(vectorCount, l + 1);
      const fresh = vectorAt(l + 1, next);
      memory.fill(fresh, 0, <usize>pad << 1);
      for (let i = 0; i < n; i++) {
        const p = load<i32>(chosen + (<usize>(l * pad + i) << 2));
        const mask = load<u64>(patternMask + (<usize>(l * MOST_PATTERNS + p) << 3));
        store<i16>(fresh + (<usize>i << 1), (mask >>> <u64>v) & 1 ? 1 : -1);
      }
      if (!mergeVector(l + 1, <i32>load<i8>(vectorLabels + <usize>(l * MOST_VECTORS + v)))) return;
    }
    budget -= <i64>(count * n);
    descend(l + 1, sum);
    return;
  }
  const patterns = countOf(patternCount, l);
  const held = heldOf(l, j);
  const alike = j + 1 < n && heldOf(l, j + 1) == held;
  for (let p = from; p < patterns; p++) {
    if (budget <= 0) return;
    breatheUpper();
    const value = <i64>load<i32>(patternValue + (<usize>(l * MOST_PATTERNS + p) << 2));
    // Patterns stand in falling order of value, so no later one can do better either. (Min-weight: the neurons to come
    // may stand under other holds; minus their non-zeros is at most 0.)
    const most = sparse ? value : value * <i64>(n - j);
    if (sum + most + rest <= bestTotal) return;
    budget--;
    if (load<i32>(patternMargin + (<usize>(l * MOST_PATTERNS + p) << 2)) < held) continue;
    store<i32>(chosen + (<usize>(l * pad + j) << 2), p);
    choose(l, j + 1, alike || !sparse ? p : 0, sum + value);
  }
}

/** All distinct patterns of a neuron of layer `l`, best margin each, in falling order of margin. */
function listPatterns(l: i32): void {
  const n = size(l);
  const count = countOf(vectorCount, l);
  store<i32>(patternCount + (<usize>l << 2), 0);
  startOdometer(n);
  while (listSome(l, n, count)) breatheUpper();
}

/** Weight vectors that are looked at between two breaths; a function of its own, so that it is not rewritten (pause.ts). */
const SOME = 512;

function listSome(l: i32, n: i32, count: i32): bool {
  for (let turn = 0; turn < SOME; turn++) {
    let mask: u64 = 0;
    let margin = i32.MAX_VALUE;
    for (let v = 0; v < count; v++) {
      const s = dotI16(outputRow, vectorAt(l, v), pad);
      if (s >= 0) {
        mask |= <u64>1 << <u64>v;
        margin = min(margin, marginScale * s);
      } else margin = min(margin, -marginScale * s - epsilon);
    }
    insertPattern(l, mask, margin, sparse ? -nonzeroDigits(n) : margin);
    budget -= <i64>(count + 1 + (countOf(patternCount, l) >> 1));
    if (!nextOdometer(n)) return false;
  }
  return true;
}

/** Keeps the entry unless a known one of the same mask is at least as good in margin and value. */
function insertPattern(l: i32, mask: u64, margin: i32, value: i32): void {
  const base = l * MOST_PATTERNS;
  let count = countOf(patternCount, l);
  for (let at = 0; at < count; at++) {
    if (load<u64>(patternMask + (<usize>(base + at) << 3)) != mask) continue;
    const knownMargin = load<i32>(patternMargin + (<usize>(base + at) << 2));
    const knownValue = load<i32>(patternValue + (<usize>(base + at) << 2));
    if (knownMargin >= margin && knownValue >= value) return;
    if (knownMargin > margin || knownValue > value) continue;
    for (let i = at; i + 1 < count; i++) movePattern(base + i, base + i + 1);
    count--;
    at--;
  }
  if (count == MOST_PATTERNS) {
    upperComplete = false;
    store<i32>(patternCount + (<usize>l << 2), count);
    return;
  }
  let place = count;
  while (place > 0 && load<i32>(patternValue + (<usize>(base + place - 1) << 2)) < value) {
    movePattern(base + place, base + place - 1);
    place--;
  }
  store<u64>(patternMask + (<usize>(base + place) << 3), mask);
  store<i32>(patternMargin + (<usize>(base + place) << 2), margin);
  store<i32>(patternValue + (<usize>(base + place) << 2), value);
  memory.copy(patternWeights + (<usize>((base + place) * pad) << 1), outputRow, <usize>pad << 1);
  store<i32>(patternCount + (<usize>l << 2), count + 1);
}

function nonzeroDigits(n: i32): i32 {
  let count = 0;
  for (let i = 0; i < n; i++) count += i32(weightAt(outputRow, i) != 0);
  return count;
}

function movePattern(to: i32, from: i32): void {
  store<u64>(patternMask + (<usize>to << 3), load<u64>(patternMask + (<usize>from << 3)));
  store<i32>(patternMargin + (<usize>to << 2), load<i32>(patternMargin + (<usize>from << 2)));
  store<i32>(patternValue + (<usize>to << 2), load<i32>(patternValue + (<usize>from << 2)));
  memory.copy(patternWeights + (<usize>(to * pad) << 1), patternWeights + (<usize>(from * pad) << 1), <usize>pad << 1);
}

/** The output neuron on the vectors of layer `l`: all weights, best value; records the whole upper network. */
function bestOutput(l: i32, sum: i64): void {
  const n = size(l);
  const count = countOf(vectorCount, l);
  const held = heldOf(l, 0);
  startOdometer(n);
  while (tryOutputs(l, n, count, held, sum)) breatheUpper();
}

function tryOutputs(l: i32, n: i32, count: i32, held: i32, sum: i64): bool {
  for (let turn = 0, more = true; more; turn++, more = nextOdometer(n)) {
    if (turn == SOME) return true;
    let margin = i32.MAX_VALUE;
    for (let v = 0; v < count && margin >= held; v++) {
      const s = dotI16(outputRow, vectorAt(l, v), pad);
      const y = <i32>load<i8>(vectorLabels + <usize>(l * MOST_VECTORS + v));
      margin = min(margin, y > 0 ? marginScale * s : -marginScale * s - epsilon);
      if (y * s < outputReach) margin = -1;
    }
    budget -= <i64>(count + 1);
    if (margin < held) continue;
    const value = sum + <i64>(sparse ? -nonzeroDigits(n) : margin);
    if (value <= bestTotal) continue;
    bestTotal = value;
    found = true;
    for (let layer = 1; layer < l; layer++) {
      for (let j = 0; j < size(layer + 1); j++) {
        const p = load<i32>(chosen + (<usize>(layer * pad + j) << 2));
        memory.copy(
          bestChosen + (<usize>((layer * pad + j) * pad) << 1),
          patternWeights + (<usize>((layer * MOST_PATTERNS + p) * pad) << 1),
          <usize>pad << 1,
        );
      }
    }
    memory.copy(bestChosen + (<usize>(l * pad * pad) << 1), outputRow, <usize>pad << 1);
  }
  return false;
}

function startOdometer(n: i32): void {
  memory.fill(outputRow, 0, <usize>pad << 1);
  for (let i = 0; i < n; i++) setWeight(outputRow, i, -(weightBound / unit) * unit);
}

function nextOdometer(n: i32): bool {
  for (let i = 0; i < n; i++) {
    const w = weightAt(outputRow, i);
    if (w + unit <= weightBound) {
      setWeight(outputRow, i, w + unit);
      return true;
    }
    setWeight(outputRow, i, -(weightBound / unit) * unit);
  }
  return false;
}
