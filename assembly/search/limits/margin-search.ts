import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { below } from '../../base/random';
import { setWeight, weightRow } from '../../network/weights';
import { isCounted, leastWeight, mostWeight, radiusOf, restWeight } from '../../problem/boxes';
import { isUnsparing, Limits } from '../../problem/limits';
import { inputs, inputsPadded, kept, keptCount, label, marginScale, sampleRow } from '../../problem/shape';
import { bound, NO_BOUND, offer } from '../../record/incumbent';
import { limitedTrial, MarginWalk, searchRow, searchSums, searchTabu } from './state';

/**
 * Local search for MM of a single neuron under a limit of non-zeros: one weight goes out (or none, where there is room), and of all weights and their best
 * values the one comes in that leaves least of
 *
 *     sum_k max(0, target - (y_k * S_k - radius * |w|_1))^2,      target beyond what the least row has had so far,
 *
 * the best value of a weight being that of least squares over the rows that lack something, rounded. What went out stays out for some moves; a search
 * that does not gain for a while starts from nothing.
 */
const PATIENCE = 60;
const TENURE = 4;


export function beginMarginSearch(): void {
  MarginWalk.most = -1;
  MarginWalk.move = 0;
  memory.fill(searchTabu, 0, <usize>inputs << 2);
  restart();
}

function restart(): void {
  MarginWalk.nonzeros = 0;
  MarginWalk.idle = 0;
  MarginWalk.least = Infinity;
  aim();
  memory.fill(searchSums, 0, <usize>keptCount << 3);
  for (let i = 0; i < inputs; i++) {
    store<i16>(searchRow + (<usize>i << 1), 0);
    give(i, restWeight(i));
  }
}

/** Somewhere between the least row's sum so far and what is proved: steps to the next unit alone would be rounded to none. */
function aim(): void {
  const ceiling = bound == NO_BOUND ? MarginWalk.most + 1 : bound / <i64>marginScale;
  MarginWalk.target = MarginWalk.most + 1 + (<i64>(1 + below(8)) * max<i64>(0, ceiling - MarginWalk.most - 1)) / 8;
}

// @ts-ignore: decorator
@inline
function valueOf(i: i32): i32 {
  return <i32>load<i16>(searchRow + (<usize>i << 1));
}

// @ts-ignore: decorator
@inline
function cell(index: i32, i: i32): i32 {
  const k = kept(index);
  return label(k) * <i32>load<i16>(sampleRow(k) + (<usize>i << 1));
}

function give(i: i32, v: i32): void {
  const before = valueOf(i);
  if (before == v) return;
  if (isCounted(i)) MarginWalk.nonzeros += i32(v != 0) - i32(before != 0);
  store<i16>(searchRow + (<usize>i << 1), <i16>v);
  const toll = radiusOf(i) * (abs(v) - abs(before));
  for (let index = 0; index < keptCount; index++) {
    const at = searchSums + (<usize>index << 3);
    store<i64>(at, load<i64>(at) + <i64>(cell(index, i) * (v - before) - toll));
  }
  spend(<f64>keptCount * 2);
}

/** What the rows lack to the target if weight `i`, which is at `before`, is `v`. */
function lackAt(i: i32, v: i32, before: i32): f64 {
  const toll = <i64>(radiusOf(i) * (abs(v) - abs(before)));
  let lack: f64 = 0;
  for (let index = 0; index < keptCount; index++) {
    const sum = load<i64>(searchSums + (<usize>index << 3)) + <i64>(cell(index, i) * (v - before)) - toll;
    const short = <f64>max<i64>(0, MarginWalk.target - sum);
    lack += short * short;
  }
  spend(<f64>keptCount * 2);
  return lack;
}

/** The value of weight `i`, now `before`, that least squares over the rows in want propose. */
function valueFor(i: i32, before: i32): i32 {
  let above: f64 = 0;
  let squares: f64 = 0;
  for (let index = 0; index < keptCount; index++) {
    const a = <f64>cell(index, i);
    const short = <f64>(MarginWalk.target - load<i64>(searchSums + (<usize>index << 3))) + a * <f64>before;
    if (short - a * <f64>before <= 0) continue;
    above += a * short;
    squares += a * a;
  }
  spend(<f64>keptCount * 2);
  if (squares > 0 && abs(above) < squares / 2) return min(max(above > 0 ? 1 : -1, leastWeight(i)), mostWeight(i));
  const v = squares > 0 ? <i32>nearest(min<f64>(max<f64>(above / squares, -127), 127)) : 0;
  return min(max(v, leastWeight(i)), mostWeight(i));
}

/** About `effort` more units of work, a move at least. */
export function searchMargins(effort: f64): void {
  const moves = max(1, <i32>(effort / <f64>(6 * inputs * keptCount + 64)));
  for (let turn = 0; turn < moves; turn++) step();
}

function step(): void {
  MarginWalk.move++;
  const full = !isUnsparing() && MarginWalk.nonzeros >= Limits.nonzeros;
  const out = full || below(4) == 0 ? leaving() : -1;
  if (out >= 0) {
    give(out, 0);
    store<i32>(searchTabu + (<usize>out << 2), MarginWalk.move + TENURE);
  }
  let pick = -1;
  let value = 0;
  let best = Infinity;
  for (let i = 0; i < inputs; i++) {
    if ((i & 31) == 0) breathe();
    const before = valueOf(i);
    if (load<i32>(searchTabu + (<usize>i << 2)) > MarginWalk.move) continue;
    if (before == 0 && isCounted(i) && !isUnsparing() && MarginWalk.nonzeros >= Limits.nonzeros) continue;
    const v = valueFor(i, before);
    if (v == before) continue;
    const lack = lackAt(i, v, before);
    if (lack >= best) continue;
    best = lack;
    pick = i;
    value = v;
  }
  if (pick >= 0) give(pick, value);
  measure();
  if (best < MarginWalk.least) {
    MarginWalk.least = best;
    MarginWalk.idle = 0;
  } else if (++MarginWalk.idle > PATIENCE) restart();
}

/** One of the weights that may go out, at random; -1: there is none. */
function leaving(): i32 {
  let pick = -1;
  let seen = 0;
  for (let i = 0; i < inputs; i++) {
    if (valueOf(i) == 0 || !isCounted(i) || leastWeight(i) > 0 || mostWeight(i) < 0) continue;
    if (below(++seen) == 0) pick = i;
  }
  spend(<f64>inputs);
  return pick;
}

function measure(): void {
  let sum = i64.MAX_VALUE;
  for (let index = 0; index < keptCount; index++) sum = min(sum, load<i64>(searchSums + (<usize>index << 3)));
  if (sum <= MarginWalk.most) return;
  MarginWalk.most = sum;
  MarginWalk.target = max(MarginWalk.target, MarginWalk.most + 1);
  MarginWalk.least = Infinity;
  MarginWalk.idle = 0;
  const row = weightRow(limitedTrial, 0, 0);
  memory.fill(row, 0, <usize>inputsPadded << 1);
  for (let i = 0; i < inputs; i++) setWeight(row, i, valueOf(i));
  offer(limitedTrial);
}
