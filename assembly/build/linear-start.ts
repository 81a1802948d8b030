import { dotI16, dotI16F64 } from '../base/kernels/simd';
import { spend, strain } from '../base/clock';
import { Clock } from '../base/state';
import { breathe, perBreath } from '../base/pause';
import { setWeight, tollOfRow } from '../network/weights';
import { leastWeight, mostWeight } from '../problem/boxes';
import { confidence, inputs, inputsPadded, label, layerCount, sampleCount, sampleRow, weightBound } from '../problem/shape';
import { repairLinear } from '../neuron/linear-repair';
import { sidesFromLabels } from './separator';
import { linearBest, linearRow, linearSizes, Linear, linearTimes, linearWeights, neuronSides } from './state';

/**
 * The cheapest way to weights of one neuron that has most rows: a linear support vector machine, rounded. Dual coordinate
 * ascent (Hsieh et al. 2008), a row at a time: the multiplier of a row goes to where its margin is 1, within [0, C / |x|^2],
 * and the weights are the sum of the rows by their multipliers. After 1, 2, 4, 8 .. passes the weights are rounded in a few
 * scales, and the row that counts most samples is kept; many of those that it lacks are won back by some moves
 * (neuron/linear-repair.ts). A pass costs what one look at all rows for a relaxation costs, a pivot
 * of which costs as much again; on images the first passes have all rows.
 *
 * Weights are f64 and guide only: whoever takes a row offers it, which recounts.
 */
/** Passes before a repair, */
const PASSES = 8;
/** and those in all, where it has left no more than this share of the rows. */
const MOST_PASSES = 16;
const FEW: f64 = 0.03;
const REPAIRED = 2; // of the scales: which is
/** What it may cost: with a hundred thousand rows some passes. */
const EFFORT: f64 = 1e7;
/** C, of rows of length 1: what a row that cannot be had may cost the others. Ten is too little for the closest pairs of images. */
const SOFTNESS: f64 = 1000;
const SCALES = 5;
/** Largest change of a multiplier in a pass, as a share of what it may have, that is none. */
const STILL: f64 = 1e-6;

/** Nothing is known of the rows. */
export function beginLinear(): void {
  memory.fill(linearWeights, 0, <usize>inputsPadded << 3);
  memory.fill(linearTimes, 0, <usize>sampleCount << 3);
  memory.fill(linearSizes, 0, <usize>sampleCount << 3);
  memory.fill(linearBest, 0, <usize>inputsPadded << 1);
  sidesFromLabels();
  Linear.until = Clock.work + EFFORT;
  Linear.passes = 0;
  Linear.count = 0;
  Linear.stride = strideOf(sampleCount);
}

/** Some passes and a look; false when no more is to come of it: all rows count, nothing moves, or it has had its passes. */
export function stepLinear(): bool {
  const passes = max(1, Linear.passes);
  let most: f64 = 0;
  for (let p = 0; p < passes && (p == 0 || Clock.work < Linear.until); p++) most = pass();
  Linear.passes += passes;
  for (let s = 0; s < SCALES; s++) {
    round(s);
    const count = counted();
    if (count <= Linear.count) continue;
    Linear.count = count;
    memory.copy(linearBest, linearRow, <usize>inputsPadded << 1);
  }
  if (Linear.count == sampleCount) return false;
  const goesOn = most > STILL && Linear.passes < MOST_PASSES && Clock.work < Linear.until;
  if (goesOn && Linear.passes < PASSES) return true;
  repair();
  return goesOn && Linear.count < sampleCount && <f64>(sampleCount - Linear.count) <= FEW * <f64>sampleCount;
}

function repair(): void {
  round(REPAIRED);
  const asked = layerCount == 1 ? max(1, confidence) : 1;
  const aim = max(2 * asked, (weightBound * (inputs + 1)) / 2);
  const count = repairLinear(neuronSides, linearRow, linearWeights, factorOf(REPAIRED), asked, aim, Linear.until);
  if (count <= Linear.count) return;
  Linear.count = count;
  memory.copy(linearBest, linearRow, <usize>inputsPadded << 1);
}

/** Rows of one class follow each other, and two in turn should not be alike: a step near the golden section, prime to the number of rows. */
function strideOf(rows: i32): i32 {
  let stride = max(1, <i32>(0.618 * <f64>rows));
  while (divisor(stride, rows) > 1) stride--;
  return stride;
}

function divisor(a: i32, b: i32): i32 {
  while (b > 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** Every row once; the largest change of a multiplier, of what it may have. */
function pass(): f64 {
  let most: f64 = 0;
  let k = 0;
  for (let turn = 0; turn < sampleCount; turn++) {
    k += Linear.stride;
    if (k >= sampleCount) k -= sampleCount;
    breathe();
    most = max(most, serve(k));
  }
  return most;
}

/** The multiplier of row `k` to where its margin is 1. */
function serve(k: i32): f64 {
  const row = sampleRow(k);
  const size = sizeOf(k, row);
  if (size == 0) return 0;
  const y = <f64>label(k);
  const at = linearTimes + (<usize>k << 3);
  const before = load<f64>(at);
  const top = SOFTNESS / size;
  spend(<f64>inputsPadded / 4);
  const after = min(max(before + (1 - y * dotI16F64(row, linearWeights, inputsPadded)) / size, 0), top);
  if (after == before) return 0;
  store<f64>(at, after);
  const by = (after - before) * y;
  for (let i = 0; i < inputs; i++) {
    const to = linearWeights + (<usize>i << 3);
    store<f64>(to, load<f64>(to) + by * <f64>load<i16>(row + (<usize>i << 1)));
  }
  spend(<f64>inputsPadded / 2);
  return abs(after - before) / top;
}

/** Its squared length, worked out once. */
function sizeOf(k: i32, row: usize): f64 {
  const at = linearSizes + (<usize>k << 3);
  let size = load<f64>(at);
  if (size > 0) return size;
  for (let i = 0; i < inputs; i++) {
    const x = <f64>load<i16>(row + (<usize>i << 1));
    size += x * x;
  }
  strain(<f64>inputs);
  store<f64>(at, size);
  return size;
}

/** Means of the weights' size at which a weight is worth P: half of that and more is not 0 with P = 1. */
function scaleOf(s: i32): f64 {
  return s == 0 ? 1 : s == 1 ? 0.4 : s == 2 ? 1.8 : s == 3 ? 3 : 6;
}

function factorOf(s: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < inputs; i++) sum += abs(load<f64>(linearWeights + (<usize>i << 3)));
  spend(<f64>inputs);
  return sum > 0 ? (<f64>weightBound * <f64>inputs) / (scaleOf(s) * sum) : 0;
}

/** The weights in one of the scales, to the nearest that are allowed. */
function round(s: i32): void {
  const factor = factorOf(s);
  for (let i = 0; i < inputs; i++) {
    const low = leastWeight(i);
    const high = mostWeight(i);
    const w = min(max(factor * load<f64>(linearWeights + (<usize>i << 3)), <f64>low), <f64>high);
    setWeight(linearRow, i, <i32>nearest(w));
  }
  spend(<f64>inputs * 2);
}

/** Samples that `linearRow` has: confidently, or with layers above on their label's side. */
function counted(): i32 {
  const toll = tollOfRow(linearRow);
  const block = perBreath(inputsPadded);
  let count = 0;
  for (let from = 0; from < sampleCount; from += block) {
    breathe();
    const to = min(sampleCount, from + block);
    for (let k = from; k < to; k++) {
      const y = label(k);
      const asked = layerCount == 1 ? confidence : i32(y < 0);
      count += i32(y * dotI16(linearRow, sampleRow(k), inputsPadded) - toll >= asked);
    }
    spend(<f64>((to - from) * inputsPadded) / 8);
  }
  return count;
}
