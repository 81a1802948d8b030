import { setWeight, weightAt, weightRow } from '../../network/weights';
import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { confidence, layerCount, networkLayerBytes, paddedInputs, size, weightBound } from '../../problem/shape';
import { Answers, answerMinus, answerNeurons, answerPlus, answerTrial, answerWeights, cellMaps, layerCodes, layerCounts, layerMasks, layerSums, layerTuples, LAYER_MASKS, MOST_ANSWERS, SEEN, seenMinus, seenPlus } from './state';

/**
 * What the layers above the first can say confidently, as functions. n1 neurons have 2^n1 answers, *cells* (bit j: neuron j is
 * at +1), so a neuron of a layer above is a mask over cells, and a confident answer two: where the output is at least
 * `confidence` and where at most minus that. SM of a network with tabulated first layer is the best choice of patterns under one
 * of them. Weights are enumerated once; of the functions only those stay that no other includes, up to exchanges of
 * neurons: with two neurons and odd confidence nothing but one neuron alone or its mirror image is left.
 */

/** Cells looked at, at most; a tenth of a second. */
const MOST_WORK: f64 = 6e7;

let spent: f64 = 0;
let unit: i32 = 1;
let cells: i32 = 1;
let maps: i32 = 0;

/** Lists the answers, of multiples of P where there are too many others; none where those are too many as well. */
export function listAnswers(): void {
  Answers.whole = list(false);
  if (!Answers.whole && !list(true)) Answers.count = 0;
}

function list(coarse: bool): bool {
  Answers.count = 0;
  Answers.seen = 0;
  if (!Answers.fits) return false;
  unit = coarse ? weightBound : 1;
  cells = 1 << size(1);
  spent = 0;
  memory.fill(seenPlus, 0, SEEN << 3);
  memory.fill(seenMinus, 0, SEEN << 3);
  listMaps();
  for (let j = 0; j < size(1); j++) {
    let mask: u64 = 0;
    for (let c = 0; c < cells; c++) mask |= <u64>((c >> j) & 1) << <u64>c;
    store<u64>(tupleAt(1, j), mask);
  }
  if (!descend(1)) return false;
  for (let a = 0; a < Answers.count; a++) sortNeurons(a);
  return true;
}

/** Neurons that decide most come first, those that decide nothing last: an exchange of neurons. */
function sortNeurons(a: i32): void {
  const n = size(1);
  for (let j = 1; j < n; j++) {
    for (let i = j; i > 0 && influence(a, i) > influence(a, i - 1); i--) exchange(a, i - 1, i);
  }
  let relevant = 0;
  while (relevant < n && influence(a, relevant) > 0) relevant++;
  store<i32>(answerNeurons + (<usize>a << 2), relevant);
}

/** In how many cells the sign of neuron `j` makes a difference. */
function influence(a: i32, j: i32): i64 {
  const half = <u64>(1 << j);
  let low: u64 = 0;
  for (let c = 0; c < cells; c++) low |= <u64>(((c >> j) & 1) ^ 1) << <u64>c;
  const plus = plusOf(a);
  const minus = minusOf(a);
  return popcnt<i64>((plus ^ (plus >>> half)) & low) + popcnt<i64>((minus ^ (minus >>> half)) & low);
}

function exchange(a: i32, i: i32, j: i32): void {
  store<u64>(answerPlus + (<usize>a << 3), exchangedCells(plusOf(a), i, j));
  store<u64>(answerMinus + (<usize>a << 3), exchangedCells(minusOf(a), i, j));
  for (let above = 0; above < size(2); above++) {
    const row = answerWeights + <usize>a * networkLayerBytes(1) + (<usize>(above * paddedInputs(1)) << 1);
    const w = weightAt(row, i);
    setWeight(row, i, weightAt(row, j));
    setWeight(row, j, w);
  }
}

function exchangedCells(mask: u64, i: i32, j: i32): u64 {
  let image: u64 = 0;
  for (let c = 0; c < cells; c++) {
    const differ = ((c >> i) ^ (c >> j)) & 1;
    image |= ((mask >>> <u64>c) & 1) << <u64>(c ^ (differ << i) ^ (differ << j));
  }
  return image;
}

/** How many neurons the answer depends on: the first ones. */
// @ts-ignore: decorator
@inline
export function neuronsOf(a: i32): i32 {
  return load<i32>(answerNeurons + (<usize>a << 2));
}

/** About the work that listing them takes where layers are wide: of the output's weights, or of the widest neuron's. */
export function answersCost(): f64 {
  let most: f64 = 1;
  for (let l = 1; l < layerCount; l++) most = max(most, Math.pow(<f64>(2 * weightBound + 1), <f64>size(l)));
  return most * <f64>(4 << size(1)) * <f64>(layerCount > 2 ? 8 : 1);
}

// @ts-ignore: decorator
@inline
function tupleAt(l: i32, j: i32): usize {
  return layerTuples + (<usize>(l * 8 + j) << 3);
}

/** Layers `l`.. on what the neurons below are as masks. */
function descend(l: i32): bool {
  if (l == layerCount - 1) return listOutputs(l);
  if (!listMasks(l)) return false;
  return choose(l, 0, 0);
}

/** Neurons `j`.. of weight layer `l` take masks number `from`..: they may be permuted. */
function choose(l: i32, j: i32, from: i32): bool {
  if (j == size(l + 1)) return descend(l + 1);
  const count = load<i32>(layerCounts + (<usize>l << 2));
  for (let m = from; m < count; m++) {
    const at = <usize>(l * LAYER_MASKS + m);
    store<u64>(tupleAt(l + 1, j), load<u64>(layerMasks + (at << 3)));
    decode(l, j, load<i32>(layerCodes + (at << 2)));
    if (!choose(l, j + 1, m)) return false;
  }
  return true;
}

function decode(l: i32, j: i32, code: i32): void {
  const row = weightRow(answerTrial, l, j);
  const most = weightBound / unit;
  for (let i = 0; i < size(l); i++) {
    setWeight(row, i, ((code % (2 * most + 1)) - most) * unit);
    code /= 2 * most + 1;
  }
}

/** All weights of a neuron of weight layer `l`, from -P: `layerSums` are its sums, cell by cell. */
function startOdometer(l: i32, row: usize): void {
  memory.fill(layerSums, 0, 64 << 2);
  for (let i = 0; i < size(l); i++) {
    const w = -(weightBound / unit) * unit;
    setWeight(row, i, w);
    add(l, i, w);
  }
}

function nextOdometer(l: i32, row: usize): bool {
  for (let i = 0; i < size(l); i++) {
    const w = weightAt(row, i);
    const next = w + unit <= weightBound ? w + unit : -(weightBound / unit) * unit;
    setWeight(row, i, next);
    add(l, i, next - w);
    if (next > w) return true;
  }
  return false;
}

function add(l: i32, i: i32, by: i32): void {
  const mask = load<u64>(tupleAt(l, i));
  for (let c = 0; c < cells; c++) {
    const at = layerSums + (<usize>c << 2);
    store<i32>(at, load<i32>(at) + ((mask >>> <u64>c) & 1 ? by : -by));
  }
}

function tooMuch(work: i32): bool {
  spent += <f64>work;
  spend(<f64>work);
  breathe();
  return spent > MOST_WORK;
}

/** The distinct masks that one neuron of weight layer `l` can be, and weights for each. */
function listMasks(l: i32): bool {
  const row = weightRow(answerTrial, l, 0);
  let count = 0;
  startOdometer(l, row);
  for (let code = 0; ; code++) {
    const mask = cellsFrom(0, 1);
    let known = false;
    for (let m = 0; m < count && !known; m++) known = load<u64>(layerMasks + (<usize>(l * LAYER_MASKS + m) << 3)) == mask;
    if (!known) {
      if (count == LAYER_MASKS) return false;
      store<u64>(layerMasks + (<usize>(l * LAYER_MASKS + count) << 3), mask);
      store<i32>(layerCodes + (<usize>(l * LAYER_MASKS + count) << 2), code);
      count++;
    }
    if (tooMuch(2 * cells + count)) return false;
    if (!nextOdometer(l, row)) break;
  }
  store<i32>(layerCounts + (<usize>l << 2), count);
  return true;
}

/** Cells of which `sign` times the sum is at least `least`. */
function cellsFrom(least: i32, sign: i32): u64 {
  let mask: u64 = 0;
  for (let c = 0; c < cells; c++) mask |= u64(sign * load<i32>(layerSums + (<usize>c << 2)) >= least) << <u64>c;
  return mask;
}

function listOutputs(l: i32): bool {
  const row = weightRow(answerTrial, l, 0);
  startOdometer(l, row);
  do {
    if (tooMuch(3 * cells)) return false;
    if (!take(cellsFrom(confidence, 1), cellsFrom(confidence, -1))) return false;
  } while (nextOdometer(l, row));
  return true;
}

/** All exchanges of the first layer's neurons, each as a map of cells. */
function listMaps(): void {
  maps = 0;
  const n = size(1);
  let order: u64 = 0; // four bits a place
  for (let j = 0; j < n; j++) order |= <u64>j << <u64>(4 * j);
  for (;;) {
    const map = cellMaps + <usize>(maps << 6);
    for (let c = 0; c < cells; c++) {
      let to = 0;
      for (let j = 0; j < n; j++) to |= ((c >> j) & 1) << <i32>((order >>> <u64>(4 * j)) & 15);
      store<u8>(map + <usize>c, <u8>to);
    }
    maps++;
    const next = nextOrder(order, n);
    if (next == order) return;
    order = next;
  }
}

/** The next permutation of `n` places of four bits, in lexicographic order; the same where there is none. */
function nextOrder(order: u64, n: i32): u64 {
  let p = n - 2;
  while (p >= 0 && placeOf(order, p) > placeOf(order, p + 1)) p--;
  if (p < 0) return order;
  let q = n - 1;
  while (placeOf(order, q) < placeOf(order, p)) q--;
  let next = exchanged(order, p, q);
  for (let a = p + 1, b = n - 1; a < b; a++, b--) next = exchanged(next, a, b);
  return next;
}

function placeOf(order: u64, p: i32): u64 {
  return (order >>> <u64>(4 * p)) & 15;
}

function exchanged(order: u64, p: i32, q: i32): u64 {
  const both = placeOf(order, p) ^ placeOf(order, q);
  return order ^ (both << <u64>(4 * p)) ^ (both << <u64>(4 * q));
}

function mapped(mask: u64, map: i32): u64 {
  let image: u64 = 0;
  for (let c = 0; c < cells; c++) {
    image |= ((mask >>> <u64>c) & 1) << <u64>load<u8>(cellMaps + (<usize>map << 6) + <usize>c);
  }
  return image;
}

/** True where the pair was met before; false, and it is noted, otherwise. */
function isSeen(plus: u64, minus: u64): bool {
  let at = <i32>(((plus ^ rotl<u64>(minus, 29)) * 0x9e3779b97f4a7c15) >>> 40) & (SEEN - 1);
  for (;;) {
    const p = load<u64>(seenPlus + (<usize>at << 3));
    const m = load<u64>(seenMinus + (<usize>at << 3));
    if (p == plus && m == minus) return true;
    if ((p | m) == 0) break;
    at = (at + 1) & (SEEN - 1);
  }
  store<u64>(seenPlus + (<usize>at << 3), plus);
  store<u64>(seenMinus + (<usize>at << 3), minus);
  Answers.seen++;
  return false;
}

/** The pair joins the list unless one of it includes it; what it includes itself leaves. False: too many. */
function take(plus: u64, minus: u64): bool {
  if ((plus | minus) == 0 || isSeen(plus, minus)) return true;
  if (Answers.seen > SEEN >> 1) return false;
  if (tooMuch(maps * (cells + Answers.count))) return false;
  for (let map = 0; map < maps; map++) {
    const p = mapped(plus, map);
    const m = mapped(minus, map);
    for (let a = 0; a < Answers.count; a++) {
      if ((p & ~plusOf(a)) == 0 && (m & ~minusOf(a)) == 0) return true;
    }
  }
  for (let map = 0; map < maps; map++) {
    const p = mapped(plus, map);
    const m = mapped(minus, map);
    for (let a = Answers.count - 1; a >= 0; a--) {
      if ((plusOf(a) & ~p) == 0 && (minusOf(a) & ~m) == 0) drop(a);
    }
  }
  if (Answers.count == MOST_ANSWERS) return false;
  const a = <usize>Answers.count;
  Answers.count++;
  store<u64>(answerPlus + (a << 3), plus);
  store<u64>(answerMinus + (a << 3), minus);
  memory.copy(answerWeights + a * networkLayerBytes(1), weightRow(answerTrial, 1, 0), networkLayerBytes(1));
  return true;
}

function drop(a: i32): void {
  Answers.count--;
  const last = <usize>Answers.count;
  store<u64>(answerPlus + (<usize>a << 3), load<u64>(answerPlus + (last << 3)));
  store<u64>(answerMinus + (<usize>a << 3), load<u64>(answerMinus + (last << 3)));
  const bytes = networkLayerBytes(1);
  memory.copy(answerWeights + <usize>a * bytes, answerWeights + last * bytes, bytes);
}

/** Cells that the answer says + to, confidently. */
// @ts-ignore: decorator
@inline
export function plusOf(a: i32): u64 {
  return load<u64>(answerPlus + (<usize>a << 3));
}

/** Cells that it says - to. */
// @ts-ignore: decorator
@inline
export function minusOf(a: i32): u64 {
  return load<u64>(answerMinus + (<usize>a << 3));
}

/** Writes the layers above the first that stand behind an answer. */
export function writeAnswer(a: i32, network: usize): void {
  const bytes = networkLayerBytes(1);
  memory.copy(weightRow(network, 1, 0), answerWeights + <usize>a * bytes, bytes);
}

/** Whether an answer stays as it is with neurons j - 1 and j exchanged. */
export function isAlike(a: i32, j: i32): bool {
  return exchangedCells(plusOf(a), j - 1, j) == plusOf(a) && exchangedCells(minusOf(a), j - 1, j) == minusOf(a);
}
