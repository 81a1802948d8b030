import { spend } from '../../base/clock';
import { breathe, perBreath } from '../../base/pause';
import { isCounted, leastWeight, mostWeight, radiusOf } from '../../problem/boxes';
import { confidence, inputs } from '../../problem/shape';
import { columnAt, inputAt } from './columns';
import { forwardGains, forwardLanes, forwardTallies, ForwardWalk, limitedRows, LimitedTree } from './state';

/**
 * What the samples are worth that some weights make confident with the best bias there is: a free input that is the same in every sample. With all
 * else fixed a sample of label + is confident from some bias on, one of label - up to some bias, so one pass over the samples tallies where that is,
 * and the running sum of the tallies is what every bias is worth.
 */

/** Finds the bias: of the free inputs that are the same positive number everywhere, and have no radius, the one that moves sums most. */
export function setUpBias(): void {
  ForwardWalk.bias = -1;
  ForwardWalk.constant = 1;
  let most: i64 = 0;
  for (let d = 0; d < inputs; d++) {
    const i = inputAt(d);
    if (isCounted(i) || radiusOf(i) != 0 || leastWeight(i) > 0 || mostWeight(i) < 0) continue;
    breathe();
    const value = constantOf(d);
    const span = <i64>value * (mostWeight(i) - leastWeight(i));
    if (span <= most) continue;
    most = span;
    ForwardWalk.bias = d;
    ForwardWalk.constant = value;
    ForwardWalk.leastBias = leastWeight(i);
    ForwardWalk.mostBias = mostWeight(i);
  }
  if (ForwardWalk.bias >= 0) return;
  ForwardWalk.leastBias = 0;
  ForwardWalk.mostBias = 0;
}

/** The value of input `d`, in the tree's order, in every sample; 0 where it is none or not the same. */
function constantOf(d: i32): i32 {
  const column = columnAt(d);
  let value = 0;
  for (let lane = 0; lane < LimitedTree.lanes; lane++) {
    if (load<i32>(limitedRows + (<usize>lane << 2)) < 0) continue; // padding
    const x = <i32>load<i16>(column + (<usize>lane << 1)) * (lane < LimitedTree.plusLanes ? 1 : -1);
    if (value == 0) value = x;
    if (x != value || x <= 0) return 0;
  }
  spend(<f64>LimitedTree.lanes);
  return value;
}

// @ts-ignore: decorator
@inline
function floorOf(a: i32, by: i32): i32 {
  return a >= 0 ? a / by : -((by - 1 - a) / by);
}

/**
 * The most that the samples come to, over all biases, with weight `d` at `v` besides the sums `base`, in which it is 0; `d` < 0: with these alone.
 * The bias is `ForwardWalk.threshold` then. `screened`: on a part of the samples, each for those that it stands for.
 */
export function bestBias(base: usize, d: i32, v: i32, screened: bool): f64 {
  const low = ForwardWalk.leastBias;
  const high = ForwardWalk.mostBias;
  const span = high - low;
  memory.fill(forwardTallies, 0, <usize>(span + 2) << 3);
  const lanes = screened ? ForwardWalk.screened : LimitedTree.lanes;
  const column = columnAt(max(d, 0));
  const toll = d < 0 ? 0 : radiusOf(inputAt(d)) * abs(v);
  const factor = d < 0 ? 0 : v;
  const block = perBreath(8);
  let always: f64 = 0;
  for (let from = 0; from < lanes; from += block) {
    breathe();
    const to = min(lanes, from + block);
    for (let n = from; n < to; n++) {
      const lane = screened ? load<i32>(forwardLanes + (<usize>n << 2)) : n;
      let gain = load<f64>(forwardGains + (<usize>lane << 3));
      const lack = confidence + toll - load<i32>(base + (<usize>lane << 2)) - factor * <i32>load<i16>(column + (<usize>lane << 1));
      if (lane < LimitedTree.plusLanes) {
        if (screened) gain *= <f64>ForwardWalk.plusStride;
        const least = -floorOf(-lack, ForwardWalk.constant);
        if (least <= high) tally(max(least, low) - low, gain);
      } else {
        if (screened) gain *= <f64>ForwardWalk.minusStride;
        const most = floorOf(-lack, ForwardWalk.constant);
        if (most < low) continue;
        always += gain;
        if (most < high) tally(most + 1 - low, -gain);
      }
    }
    spend(<f64>(8 * (to - from)));
  }
  return highest(always, span);
}

// @ts-ignore: decorator
@inline
function tally(at: i32, gain: f64): void {
  const place = forwardTallies + (<usize>at << 3);
  store<f64>(place, load<f64>(place) + gain);
}

/** The largest running sum; of several the middle one of the first stretch. */
function highest(always: f64, span: i32): f64 {
  let running = always;
  let most = -Infinity;
  let first = 0;
  let last = 0;
  for (let b = 0; b <= span; b++) {
    running += load<f64>(forwardTallies + (<usize>b << 3));
    if (running > most) {
      most = running;
      first = b;
      last = b;
    } else if (running == most && last == b - 1) last = b;
  }
  spend(<f64>(2 * span + 16));
  ForwardWalk.threshold = ForwardWalk.leastBias + ((first + last) >> 1);
  return most;
}
