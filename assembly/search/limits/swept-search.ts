import { Clock } from '../../base/state';
import { breathe } from '../../base/pause';
import { below } from '../../base/random';
import { setWeight, weightRow } from '../../network/weights';
import { isCounted, leastWeight, mostWeight, radiusOf, restWeight } from '../../problem/boxes';
import { isUnsparing, Limits } from '../../problem/limits';
import { inputs } from '../../problem/shape';
import { offer } from '../../record/incumbent';
import { sweepBias } from './bias-sweep';
import { inputAt, moveWeight } from './columns';
import { BiasSweep, LimitedTree, limitedTrial, swapBase, swapRow, swapSums, SweptWalk } from './state';

/**
 * Local search for SM of a single neuron with a swept weight (bias-sweep.ts): forward selection, then exchanges. One weight is taken out, and every
 * weight that may come in is tried with its values and the best bias of each; what is worth most comes in, of as many as are worth the same any. Once a
 * round of looks has found nothing a few weights are thrown out and the search goes on from there, now and then from nothing. The walk by single
 * values (limited-search.ts) has to move the bias after the weight: on heart, at most 5 weights to 3, it had 253 where this one has 257.
 */
const MOST_VALUES = 12; // of a weight that are tried: all, or the ends, the small ones and some between
const FROM_NOTHING = 8; // one start of so many
const ROUNDS = 3; // looks at every weight without gain before the next start

/** Starts at nothing. */
export function beginSweptSearch(): void {
  SweptWalk.best = -1;
  SweptWalk.start = 0;
  SweptWalk.turn = false;
  rest();
}

function rest(): void {
  SweptWalk.nonzeros = 0;
  SweptWalk.idle = 0;
  SweptWalk.worth = -1;
  memory.fill(swapSums, 0, <usize>LimitedTree.lanes << 2);
  for (let d = 0; d < inputs; d++) {
    store<i16>(swapRow + (<usize>d << 1), 0);
    if (d < inputs - 1) give(swapSums, d, restWeight(inputAt(d)));
  }
}

// @ts-ignore: decorator
@inline
function valueAt(d: i32): i32 {
  return <i32>load<i16>(swapRow + (<usize>d << 1));
}

/** Weight `d` becomes `v` in the weights and in `sums`. */
function give(sums: usize, d: i32, v: i32): void {
  const before = valueAt(d);
  if (v == before) return;
  if (isCounted(inputAt(d))) SweptWalk.nonzeros += i32(v != 0) - i32(before != 0);
  store<i16>(swapRow + (<usize>d << 1), <i16>v);
  moveWeight(sums, sums, d, before, v);
}

/** About `effort` more units of work, a look at least. */
export function searchSwept(effort: f64): void {
  const until = Clock.work + effort;
  do {
    if (SweptWalk.idle > ROUNDS * inputs) restart();
    look();
  } while (Clock.work < until);
}

/** Some weights go out, or all. */
function restart(): void {
  SweptWalk.start++;
  SweptWalk.idle = 0;
  if (SweptWalk.start % FROM_NOTHING == 0) {
    rest();
    return;
  }
  for (let out = 1 + below(max(1, min(3, SweptWalk.nonzeros))); out > 0; out--) {
    const d = somethingIn();
    if (d >= 0) give(swapSums, d, restWeight(inputAt(d)));
  }
  SweptWalk.worth = -1;
}

/** A weight that may go and is other than its rest; -1: none. */
function somethingIn(): i32 {
  if (inputs < 2) return -1;
  let d = below(inputs - 1);
  for (let n = 0; n < inputs - 1; n++) {
    if (valueAt(d) != restWeight(inputAt(d))) return d;
    if (++d == inputs - 1) d = 0;
  }
  return -1;
}

/** One weight out if there is no room, the best in. */
function look(): void {
  memory.copy(swapBase, swapSums, <usize>LimitedTree.lanes << 2);
  const isFull = !isUnsparing() && SweptWalk.nonzeros >= Limits.nonzeros;
  const out = isFull || below(2) == 0 ? somethingIn() : -1;
  if (out >= 0) give(swapBase, out, restWeight(inputAt(out)));
  let most: i64 = sweepBias(swapBase, inputs - 1, 0, 0, 0, 0, BiasSweep.low, BiasSweep.high, i64.MAX_VALUE);
  let bias = BiasSweep.pick;
  let pick = -1;
  let value = 0;
  let ties = 1;
  const room = isUnsparing() || SweptWalk.nonzeros < Limits.nonzeros;
  for (let d = 0; d < inputs - 1; d++) {
    const i = inputAt(d);
    const rest = restWeight(i);
    if (valueAt(d) != rest || (isCounted(i) && rest == 0 && !room)) continue;
    const low = leastWeight(i);
    const high = mostWeight(i);
    const step = max(1, (high - low + MOST_VALUES - 1) / MOST_VALUES);
    for (let v = low + (step > 1 ? below(step) : 0); v <= high; v += step) {
      if (v == rest) continue;
      breathe();
      const toll = v > 0 ? -radiusOf(i) : radiusOf(i);
      const worth = sweepBias(swapBase, d, v - rest, v - rest, toll, 0, BiasSweep.low, BiasSweep.high, i64.MAX_VALUE);
      if (worth < most) continue;
      ties = worth > most ? 1 : ties + 1;
      if (ties > 1 && below(ties) != 0) continue;
      most = worth;
      pick = d;
      value = v;
      bias = BiasSweep.pick;
    }
  }
  memory.copy(swapSums, swapBase, <usize>LimitedTree.lanes << 2);
  if (pick >= 0) give(swapSums, pick, value);
  SweptWalk.idle = most > SweptWalk.worth ? 0 : SweptWalk.idle + 1;
  SweptWalk.worth = most;
  if (most > SweptWalk.best) found(most, bias);
}

/** More than ever before. */
function found(worth: i64, bias: i32): void {
  SweptWalk.best = worth;
  const row = weightRow(limitedTrial, 0, 0);
  for (let d = 0; d < inputs - 1; d++) setWeight(row, inputAt(d), valueAt(d));
  setWeight(row, BiasSweep.input, bias);
  offer(limitedTrial);
}
