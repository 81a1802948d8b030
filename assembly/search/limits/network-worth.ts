import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { isCounted } from '../../problem/boxes';
import { costOf, Limits } from '../../problem/limits';
import { confidence, epsilon, holds, inputs, kept, keptCount, label, layerCount, marginScale, neuronCount, paddedInputs, size } from '../../problem/shape';
import { hold, HOLD_CONFIDENT, HOLD_MARGINS, stage, STAGE_MM, STAGE_SM } from '../../record/incumbent';
import { boxedCeilings, boxedHighs, boxedLows, minusTops, NetworkWorth, plusTops, sidesAbove, sidesBelow } from './state';

/**
 * What no network in the boxes at hand (network-tree.ts) is worth more than, row by row in intervals: a neuron of the first layer is + on a
 * row only where S - radius * |w|_1 can be 0 or more, and - only where -S - radius * |w|_1 can be 1 or more; one above by what the
 * boxes of its weights and the sides below leave. SM counts what the rows cost that can be confident; MM adds the neurons up, each at its worst
 * row; MW says how many weights cannot be 0, where every row can have what is held. i64.MIN_VALUE: nothing in there is allowed.
 */
const PLUS: u8 = 1;
const MINUS: u8 = 2;


/** Rows have to be confident, and not just right. */
// @ts-ignore: decorator
@inline
function asksConfidence(): bool {
  return stage == STAGE_SM || (stage != STAGE_MM && hold == HOLD_CONFIDENT);
}

export function worthOfBoxes(): i64 {
  let worth: i64 = 0;
  let wrongPlus = 0;
  let wrongMinus = 0;
  const counts = stage == STAGE_SM;
  for (let n = 0; n < neuronCount; n++) store<i32>(boxedCeilings + (<usize>n << 2), i32.MAX_VALUE);
  for (let index = 0; index < keptCount; index++) {
    breathe();
    lookAt(index);
    if (!counts) {
      if (!NetworkWorth.reachable) return i64.MIN_VALUE;
      continue;
    }
    const k = kept(index);
    if (NetworkWorth.reachable) worth += <i64>costOf(k);
    else if (label(k) > 0) wrongPlus++;
    else wrongMinus++;
  }
  if (counts) return wrongPlus > Limits.wrongPlus || wrongMinus > Limits.wrongMinus ? i64.MIN_VALUE : worth;
  for (let n = 0; n < neuronCount; n++) {
    const ceiling = load<i32>(boxedCeilings + (<usize>n << 2));
    if (stage == STAGE_MM) worth += <i64>ceiling;
    else if (hold == HOLD_MARGINS && ceiling < load<i32>(holds + (<usize>n << 2))) return i64.MIN_VALUE;
  }
  return stage == STAGE_MM ? worth : -<i64>needed();
}

/** One kept row: whether it can be what it is asked to be, and what it leaves of the neurons' margins. */
function lookAt(index: i32): void {
  const k = kept(index);
  NetworkWorth.reachable = true;
  let below = sidesBelow;
  let above = sidesAbove;
  let neuron = 0;
  let lows = boxedLows;
  let highs = boxedHighs;
  for (let l = 0; l < layerCount; l++) {
    const width = size(l + 1);
    const length = <usize>paddedInputs(l) << 1;
    for (let j = 0; j < width; j++) {
      let plus = 0;
      let minus = 0;
      if (l == 0) {
        const at = <usize>(j * keptCount + index) << 2;
        plus = load<i32>(plusTops + at);
        minus = load<i32>(minusTops + at);
      } else {
        plus = mostAbove(lows, highs, below, l, 1);
        minus = mostAbove(lows, highs, below, l, -1);
      }
      lows += length;
      highs += length;
      let sides = (plus >= 0 ? PLUS : 0) | (minus >= 1 ? MINUS : 0);
      if (l == layerCount - 1) {
        const y = label(k);
        const confident = (y > 0 ? plus : minus) >= confidence;
        sides &= y > 0 ? PLUS : MINUS;
        // At confidence 0 a sum of 0 does for both labels.
        if (asksConfidence()) sides = confident ? PLUS : 0;
      }
      if (sides == 0) {
        NetworkWorth.reachable = false;
        return;
      }
      store<u8>(above + <usize>j, sides);
      let ceiling = i32.MIN_VALUE;
      if (sides & PLUS) ceiling = marginScale * plus;
      if (sides & MINUS) ceiling = max(ceiling, marginScale * minus - epsilon);
      const at = boxedCeilings + (<usize>(neuron++) << 2);
      if (ceiling < load<i32>(at)) store<i32>(at, ceiling);
    }
    const swap = below;
    below = above;
    above = swap;
  }
  spend(<f64>(8 * neuronCount));
}

/** The most of `sign * S` of an upper neuron. */
// @ts-ignore: decorator
@inline
function mostAbove(lows: usize, highs: usize, below: usize, l: i32, sign: i32): i32 {
  let sum = 0;
  const n = size(l);
  for (let i = 0; i < n; i++) {
    const low = <i32>load<i16>(lows + (<usize>i << 1));
    const high = <i32>load<i16>(highs + (<usize>i << 1));
    const sides = load<u8>(below + <usize>i);
    let most = i32.MIN_VALUE;
    if (sides & PLUS) most = sign > 0 ? high : -low;
    if (sides & MINUS) most = max(most, sign > 0 ? -low : high);
    sum += most;
  }
  spend(<f64>n / 2);
  return sum;
}

/** Weights that cannot be 0, as MW counts them. */
function needed(): i32 {
  let count = 0;
  let at: usize = 0;
  for (let l = 0; l < layerCount; l++) {
    for (let j = 0; j < size(l + 1); j++) {
      for (let i = 0; i < size(l); i++) {
        const place = at + (<usize>i << 1);
        const is = load<i16>(boxedLows + place) > 0 || load<i16>(boxedHighs + place) < 0;
        if (is && (l > 0 || isCounted(i))) count++;
      }
      at += <usize>paddedInputs(l) << 1;
    }
  }
  spend(<f64>(inputs * size(1)) / 2);
  return count;
}
