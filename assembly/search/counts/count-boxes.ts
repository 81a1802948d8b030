import { CHECKED } from '../../base/check';
import { setWeight, weightRow } from '../../network/weights';
import { countNode, spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { columnAt } from '../../neuron/count-search';
import { Boxes, leastWeight, mostWeight, radiusOf } from '../../problem/boxes';
import { confidence, inputs, sampleCount, weightBound } from '../../problem/shape';
import { bound, improveBound, objective, offer } from '../../record/incumbent';
import { closingBox } from './count-witness';
import { boxHighs, boxLows, boxPath, boxSizes, boxTops, CountBoxes, countTrial, FRAME } from './state';
import { CountColumns } from '../../neuron/state';

/**
 * SM for a single neuron by boxes of weights: a node is a box, and `top_k`, the most that sample k can reach in it, says
 * which samples are alive. A node with no more of them than is asked for is closed; any other is halved, at zero first,
 * along the weight that moves the samples most. The tree over values (count-tree.ts) has 2P + 1 children a node and
 * learns nothing from the first of them about the next; here log2(2P + 1) halvings do, and whole ranges close at once.
 *
 * The most a weight's range [lo, hi] lets sample k gain, with a = y_k * x_ki and r the input's radius, falls into a part that
 * only hi decides and one that only lo decides:
 *
 *     hi >= 0 ? max(a - r, 0) * hi : max(a + r, 0) * hi     -     (lo <= 0 ? max(-a - r, 0) * lo : max(r - a, 0) * lo)
 *
 * so halving changes every `top_k` by a column times a number, and going back up adds it again: one row of sums serves
 * the whole tree. |top_k| <= sum_i P_i * (|x_ki| + r_i) < 2^31, P_i the largest |w_i| (checked where a problem is read): 32 bits cannot overflow.
 *
 * Depth first, in passes: a pass asks for more than `aim` samples and, when it ends, has proved `aim`. The first passes
 * ask for nearly all samples and are short; each of the next goes about as far as costs a few times the one before. So
 * the bound falls while the search runs, for a third more work than the last pass alone.
 */
let depth: i32 = 0;
let alive: i32 = 0;
let aim: i64 = 0;
let stride: i64 = 1;
let passNodes: f64 = 0;
let lastNodes: f64 = 0;
let reached: bool = false; // the box is a single network. For the caller: `advance` never pauses
let prepared: i32 = 0;
/** Weights are multiples of it; `boxLows` and `boxHighs` count it. */
let unit: i32 = 1;

/** Passes that grow by less than this lengthen the stride; by more than four times as much shorten it. */
const GROWTH: f64 = 3;
const SHORT_PASS: f64 = 300;

/**
 * Starts the tree; the columns must stand. `coarse`: only over the multiples of P (no input has a range of its own), as a start for the tree over all
 * values: whatever ternary weights can do, scaled, and no bound.
 */
export function beginCountBoxes(coarse: bool): void {
  CountBoxes.open = inputs > 0;
  assert(!coarse || !Boxes.ranged);
  unit = coarse ? weightBound : 1;
  prepared = 0;
  reached = false;
  memory.fill(boxTops, 0, <usize>CountColumns.padded << 2);
}

export function stopCountBoxes(): void {
  CountBoxes.open = false;
}

export function countBoxesOpen(): bool {
  return CountBoxes.open;
}

/** About `effort` more units of work; false once the incumbent is proved. */
export function stepCountBoxes(effort: f64): bool {
  const turns = max(1, <i32>(effort / <f64>(CountColumns.padded + inputs + 8)));
  for (let turn = 0; turn < turns; turn++) {
    breathe();
    spend(<f64>(CountColumns.padded + inputs + 8));
    if (prepared < inputs) {
      prepare(prepared++);
      if (prepared == inputs) beginPasses();
      continue;
    }
    if (unit == 1 && aim >= bound) abandonPass(); // the tree over rows was faster
    if (!CountBoxes.open) return false;
    const more = advance();
    if (reached) offerPoint();
    if (!more) {
      endPass();
      if (!CountBoxes.open) return false;
    }
  }
  return true;
}

function prepare(i: i32): void {
  const column = columnAt(i);
  let sum: f64 = 0;
  for (let k = 0; k < sampleCount; k++) sum += <f64>abs(<i32>load<i16>(column + (<usize>k << 1)));
  store<f64>(boxSizes + (<usize>i << 3), sum);
  store<i32>(boxLows + (<usize>i << 2), 0);
  store<i32>(boxHighs + (<usize>i << 2), 0);
  moveHigh(i, 0, mostWeight(i) / unit);
  moveLow(i, 0, leastWeight(i) / unit);
}

function beginPasses(): void {
  if (unit == 1) improveBound(max<i64>(objective, alive));
  stride = 1;
  lastNodes = SHORT_PASS;
  beginPass();
}

function beginPass(): void {
  aim = unit == 1 ? max(objective, bound - stride) : objective;
  passNodes = 0;
  depth = 0;
  if (objective >= bound) CountBoxes.open = false;
  else enter();
}

function abandonPass(): void {
  while (depth > 0) {
    depth--;
    leave();
  }
  beginPass();
}

function endPass(): void {
  if (unit > 1) {
    CountBoxes.open = false;
    return;
  }
  improveBound(max(aim, objective));
  if (passNodes < GROWTH * lastNodes) stride *= 2;
  else if (passNodes > 4 * GROWTH * lastNodes) stride = max<i64>(1, stride >> 1);
  lastNodes = max(passNodes, SHORT_PASS);
  beginPass();
}

// @ts-ignore: decorator
@inline
function frame(d: i32): usize {
  return boxPath + <usize>d * FRAME;
}

/** Chooses what to halve at the current node. Where nothing is left to halve the box is a network, worth `alive`. */
function enter(): void {
  let pick = -1;
  let most: f64 = 0;
  for (let i = 0; i < inputs; i++) {
    const width = load<i32>(boxHighs + (<usize>i << 2)) - load<i32>(boxLows + (<usize>i << 2));
    const value = <f64>width * load<f64>(boxSizes + (<usize>i << 3));
    if (value > most) {
      most = value;
      pick = i;
    }
  }
  const at = frame(depth);
  store<i32>(at, pick);
  reached = pick < 0;
  if (reached) {
    store<i32>(at, 2, 12);
    return;
  }
  store<i32>(at, load<i32>(boxLows + (<usize>pick << 2)), 4);
  store<i32>(at, load<i32>(boxHighs + (<usize>pick << 2)), 8);
  store<i32>(at, 0, 12);
}

/** The next child of the current node, or back up; false when the pass is over. */
function advance(): bool {
  const at = frame(depth);
  const turn = load<i32>(at, 12);
  if (turn == 2) {
    if (depth == 0) return false;
    depth--;
    leave();
    return true;
  }
  store<i32>(at, turn + 1, 12);
  const i = load<i32>(at);
  const lo = load<i32>(at, 4);
  const hi = load<i32>(at, 8);
  const cut = lo < 0 && hi >= 0 ? -1 : (lo + hi) >> 1; // [lo, cut], [cut + 1, hi]
  // The half that is nearer to zero comes first where signs are decided, + before - elsewhere: no better than any other.
  const upper = (turn == 0) == (hi >= 0);
  if (upper) moveLow(i, lo, cut + 1);
  else moveHigh(i, hi, cut);
  countNode();
  passNodes++;
  if (<i64>alive > max(aim, objective)) {
    depth++;
    enter();
  } else {
    if (CHECKED) closingBox(unit, max(aim, objective), 'count-boxes: a box');
    leave();
  }
  return true;
}

/** Gives the weight that the frame of the current depth has narrowed its range back. */
function leave(): void {
  const at = frame(depth);
  const i = load<i32>(at);
  const lo = load<i32>(boxLows + (<usize>i << 2));
  const hi = load<i32>(boxHighs + (<usize>i << 2));
  if (lo != load<i32>(at, 4)) moveLow(i, lo, load<i32>(at, 4));
  if (hi != load<i32>(at, 8)) moveHigh(i, hi, load<i32>(at, 8));
}

function moveHigh(i: i32, from: i32, to: i32): void {
  store<i32>(boxHighs + (<usize>i << 2), to);
  const moved = radiusOf(i);
  if (moved == 0 || (from >= 0) == (to >= 0)) move(i, 1, from >= 0 ? -moved : moved, to - from);
  else {
    move(i, 1, from >= 0 ? -moved : moved, -from);
    move(i, 1, to >= 0 ? -moved : moved, to);
  }
}

function moveLow(i: i32, from: i32, to: i32): void {
  store<i32>(boxLows + (<usize>i << 2), to);
  const moved = radiusOf(i);
  if (moved == 0 || (from <= 0) == (to <= 0)) move(i, -1, from <= 0 ? -moved : moved, from - to);
  else {
    move(i, -1, from <= 0 ? -moved : moved, from);
    move(i, -1, to <= 0 ? -moved : moved, -to);
  }
}

/** `boxTops += by * unit * max(sign * column + shift, 0)`; counts the samples alive then. */
function move(i: i32, sign: i32, shift: i32, by: i32): void {
  const column = columnAt(i);
  const factor = i32x4.splat(by * unit);
  const offset = i32x4.splat(shift);
  const mirror = i32x4.splat(sign);
  const need = i32x4.splat(confidence);
  const zero = i32x4.splat(0);
  let total = i32x4.splat(0);
  for (let k = 0; k < CountColumns.padded; k += 4) {
    const at = boxTops + (<usize>k << 2);
    const x = i32x4.add(i32x4.mul(mirror, v128.load_ext<i16>(column + (<usize>k << 1))), offset);
    const top = i32x4.add(v128.load(at), i32x4.mul(factor, i32x4.max_s(x, zero)));
    v128.store(at, top);
    total = i32x4.sub(total, i32x4.ge_s(top, need));
  }
  alive = sumOf(total);
  // The padding moves like a sample of zeros.
  const last = CountColumns.padded - 1;
  if (last >= sampleCount && load<i32>(boxTops + (<usize>last << 2)) >= confidence) alive -= CountColumns.padded - sampleCount;
}

// @ts-ignore: decorator
@inline
function sumOf(lanes: v128): i32 {
  return i32x4.extract_lane(lanes, 0) + i32x4.extract_lane(lanes, 1) + i32x4.extract_lane(lanes, 2) + i32x4.extract_lane(lanes, 3);
}

function offerPoint(): void {
  reached = false;
  const row = weightRow(countTrial, 0, 0);
  for (let i = 0; i < inputs; i++) setWeight(row, i, unit * load<i32>(boxLows + (<usize>i << 2)));
  offer(countTrial);
}
