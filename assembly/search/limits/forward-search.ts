import { spend } from '../../base/clock';
import { breathe, perBreath } from '../../base/pause';
import { setWeight, weightRow } from '../../network/weights';
import { isCounted, isOptional, leastWeight, mostWeight, restWeight } from '../../problem/boxes';
import { Limits } from '../../problem/limits';
import { confidence, inputs } from '../../problem/shape';
import { objective, offer } from '../../record/incumbent';
import { bestBias, setUpBias } from './bias-worth';
import { inputAt, moveWeight } from './columns';
import { forwardBase, forwardFound, forwardGains, forwardLanes, forwardRow, forwardSums, ForwardWalk, FORWARD_ENTRY, KEPT, limitedCosts, limitedRows, LimitedTree, limitedTrial, SCREENED } from './state';

/**
 * Openings for SM of a single neuron with at most k weights other than 0: forward selection in the count itself. Of all inputs and values the one
 * that makes most samples confident comes in, with the bias that suits it best (bias-worth.ts), until there are k; then weights get other values,
 * and one goes out for another that comes in, as long as that gains. What goes on from there is swept-search.ts and limited-search.ts.
 *
 * What single weights gain says little where one label has most samples: to say that label always is the best that one input can do. So the
 * selections count a sample of the rarer label for more, as many times as the labels' ratio to the power of 1/2, 1 and 0, and drop that when the
 * k are chosen. On large tables candidates are looked at on a part of the samples, and the best few of each look are counted on all.
 *
 * adult, 32,561 samples, 157 inputs, k = 5: 24,720, one label for all, with heat alone in any time, 27,597 with this.
 */
const OPENINGS = 3;
const MOST_CIRCLES = 40;
/** Values of a weight that a newcomer is tried with: so many, their negatives, and the ends of its range. */
const LADDER = 6;
const FEW_VALUES = 16;

/** Some weights at most may be other than 0, and the selections are not through yet. */
export function opensForward(): bool {
  return ForwardWalk.fits && ForwardWalk.begun < OPENINGS;
}

/** The columns of limited-tree.ts must stand before `searchForward`, which lays the rest out. */
export function beginForward(): void {
  ForwardWalk.begun = 0;
  ForwardWalk.best = -1;
  ForwardWalk.pricePlus = 0;
  ForwardWalk.priceMinus = 0;
}

// @ts-ignore: decorator
@inline
function valueAt(d: i32): i32 {
  return <i32>load<i16>(forwardRow + (<usize>d << 1));
}

/** One selection and what it leads to. */
export function searchForward(): void {
  if (ForwardWalk.begun == 0) {
    setUpBias();
    chooseLanes();
  }
  const opening = ForwardWalk.begun++;
  rest();
  setGains(opening == 0 ? 0.5 : opening == 1 ? 1 : 0);
  keep();
  select();
  setGains(0);
  descend();
}

/** All weights as near to 0 as they may be. */
function rest(): void {
  for (let d = 0; d < inputs; d++) store<i16>(forwardRow + (<usize>d << 1), <i16>restWeight(inputAt(d)));
  sumUp();
}

/** The sums of the weights at hand, the bias left out. */
function sumUp(): void {
  const lanes = LimitedTree.lanes;
  memory.fill(forwardSums, 0, <usize>lanes << 2);
  ForwardWalk.nonzeros = 0;
  if (ForwardWalk.bias >= 0) store<i16>(forwardRow + (<usize>ForwardWalk.bias << 1), 0);
  for (let d = 0; d < inputs; d++) {
    const v = valueAt(d);
    if (v == 0) continue;
    breathe();
    if (isCounted(inputAt(d))) ForwardWalk.nonzeros++;
    moveWeight(forwardSums, forwardSums, d, 0, v);
  }
}

function give(d: i32, v: i32): void {
  const before = valueAt(d);
  if (isCounted(inputAt(d))) ForwardWalk.nonzeros += i32(v != 0) - i32(before != 0);
  store<i16>(forwardRow + (<usize>d << 1), <i16>v);
  moveWeight(forwardSums, forwardSums, d, before, v);
}

/** Samples of either label that candidates are looked at on first: every so manieth. */
function chooseLanes(): void {
  const most = SCREENED / 2;
  ForwardWalk.plusStride = (LimitedTree.plusLanes + most - 1) / most;
  ForwardWalk.minusStride = (LimitedTree.lanes - LimitedTree.plusLanes + most - 1) / most;
  let count = 0;
  for (let lane = 0; lane < LimitedTree.lanes; ) {
    const isPlus = lane < LimitedTree.plusLanes;
    store<i32>(forwardLanes + (<usize>count << 2), lane);
    count++;
    const next = lane + max(1, isPlus ? ForwardWalk.plusStride : ForwardWalk.minusStride);
    lane = isPlus ? min(next, LimitedTree.plusLanes) : next;
  }
  ForwardWalk.screened = count;
  spend(<f64>LimitedTree.lanes);
}

/** What samples count: their cost and their label's price; those of the rarer label for more, by `power`. */
function setGains(power: f64): void {
  let plus: f64 = 0;
  let minus: f64 = 0;
  for (let lane = 0; lane < LimitedTree.lanes; lane++) {
    const cost = <f64>load<i32>(limitedCosts + (<usize>lane << 2));
    if (lane < LimitedTree.plusLanes) plus += cost;
    else minus += cost;
  }
  const morePlus = plus > 0 && plus < minus ? Math.pow(minus / plus, power) : 1;
  const moreMinus = minus > 0 && minus < plus ? Math.pow(plus / minus, power) : 1;
  for (let lane = 0; lane < LimitedTree.lanes; lane++) {
    const at = <usize>lane << 2;
    const isPlus = lane < LimitedTree.plusLanes;
    const known = load<i32>(limitedRows + at) >= 0;
    const gain = <f64>load<i32>(limitedCosts + at) * (isPlus ? morePlus : moreMinus) + (isPlus ? ForwardWalk.pricePlus : ForwardWalk.priceMinus);
    store<f64>(forwardGains + (<usize>lane << 3), known ? gain : 0);
  }
  spend(<f64>LimitedTree.lanes * 2);
}

/** Adds weights until there are as many as there may be. */
function select(): void {
  while (ForwardWalk.nonzeros < Limits.nonzeros) {
    ForwardWalk.found = 0;
    for (let d = 0; d < inputs; d++) {
      if (valueAt(d) == 0 && isOptional(inputAt(d))) lookAt(forwardSums, -1, d);
    }
    if (!settle(-Infinity)) return;
    keep();
  }
}

/** Other values and exchanges, as long as they gain. */
function descend(): void {
  ForwardWalk.now = bestBias(forwardSums, -1, 0, false);
  keep();
  for (let circle = 0; circle < MOST_CIRCLES; circle++) {
    reweigh();
    ForwardWalk.found = 0;
    for (let out = 0; out < inputs; out++) {
      if (valueAt(out) == 0 || !isOptional(inputAt(out))) continue;
      moveWeight(forwardBase, forwardSums, out, valueAt(out), 0);
      for (let d = 0; d < inputs; d++) if (valueAt(d) == 0 && isOptional(inputAt(d))) lookAt(forwardBase, out, d);
    }
    if (!settle(ForwardWalk.now)) break;
    keep();
  }
  reprice();
}

/** Every weight in turn gets the value that is best for it, 0 too, until none gains. */
function reweigh(): void {
  for (let idle = 0, d = 0; idle < inputs; d = d + 1 == inputs ? 0 : d + 1) {
    idle++;
    const before = valueAt(d);
    const i = inputAt(d);
    if (d == ForwardWalk.bias || (before == 0 && isCounted(i))) continue;
    moveWeight(forwardBase, forwardSums, d, before, 0);
    let pick = before;
    for (let v = leastWeight(i); v <= mostWeight(i); v++) {
      if (v == before || !isWorthATry(i, v, before)) continue;
      const score = bestBias(forwardBase, d, v, false);
      if (score <= ForwardWalk.now) continue;
      ForwardWalk.now = score;
      pick = v;
    }
    if (pick == before) continue;
    give(d, pick);
    keep();
    idle = 0;
  }
}

/** All values of a small range; of a large one those of the ladder and those near the one at hand. */
function isWorthATry(i: i32, v: i32, before: i32): bool {
  if (mostWeight(i) - leastWeight(i) <= FEW_VALUES) return true;
  return abs(v - before) <= 3 || isOnLadder(i, v);
}

/** 1, 2, 3, 5, 8, 13, their negatives, 0 and the ends. */
function isOnLadder(i: i32, v: i32): bool {
  if (v == 0 || v == leastWeight(i) || v == mostWeight(i)) return true;
  let small = 1;
  let next = 2;
  for (let step = 0; step < LADDER; step++) {
    if (abs(v) == small) return true;
    const sum = small + next;
    small = next;
    next = sum;
  }
  return false;
}

/** Weight `d`, which is at 0 in the sums `base`, at its best value of the ladder, may come into the list. */
function lookAt(base: usize, out: i32, d: i32): void {
  breathe();
  const i = inputAt(d);
  let most = -Infinity;
  let pick = 0;
  for (let v = leastWeight(i); v <= mostWeight(i); v++) {
    if (v == 0 || !isOnLadder(i, v)) continue;
    const score = bestBias(base, d, v, true);
    if (score <= most) continue;
    most = score;
    pick = v;
  }
  if (pick == 0) return;
  let at = ForwardWalk.found;
  while (at > 0 && load<f64>(entry(at - 1)) < most) at--;
  if (at == KEPT) return;
  if (ForwardWalk.found < KEPT) ForwardWalk.found++;
  for (let to = ForwardWalk.found - 1; to > at; to--) memory.copy(entry(to), entry(to - 1), FORWARD_ENTRY);
  store<f64>(entry(at), most);
  store<i32>(entry(at), out, 8);
  store<i32>(entry(at), d, 12);
  store<i32>(entry(at), pick, 16);
}

// @ts-ignore: decorator
@inline
function entry(n: i32): usize {
  return forwardFound + <usize>n * FORWARD_ENTRY;
}

/** The best of the list, counted on all samples, comes in where it is worth more than `now`. */
function settle(now: f64): bool {
  let most = now;
  let pick = -1;
  for (let n = 0; n < ForwardWalk.found; n++) {
    const out = load<i32>(entry(n), 8);
    if (out >= 0) moveWeight(forwardBase, forwardSums, out, valueAt(out), 0);
    const score = bestBias(out < 0 ? forwardSums : forwardBase, load<i32>(entry(n), 12), load<i32>(entry(n), 16), false);
    if (score <= most) continue;
    most = score;
    pick = n;
  }
  if (pick < 0) return false;
  if (load<i32>(entry(pick), 8) >= 0) give(load<i32>(entry(pick), 8), 0);
  give(load<i32>(entry(pick), 12), load<i32>(entry(pick), 16));
  ForwardWalk.now = most;
  return true;
}

/** The weights at hand with the bias that suits them: exactly counted and, where they keep the limits and are the best so far, offered. */
function keep(): void {
  bestBias(forwardSums, -1, 0, false);
  const constant = ForwardWalk.constant * ForwardWalk.threshold;
  let wrongPlus = 0;
  let wrongMinus = 0;
  let cost: i64 = 0;
  const block = perBreath(2);
  for (let from = 0; from < LimitedTree.lanes; from += block) {
    breathe();
    for (let lane = from; lane < min(LimitedTree.lanes, from + block); lane++) {
      const at = <usize>lane << 2;
      if (load<i32>(limitedRows + at) < 0) continue;
      const isPlus = lane < LimitedTree.plusLanes;
      if (load<i32>(forwardSums + at) + (isPlus ? constant : -constant) >= confidence) cost += <i64>load<i32>(limitedCosts + at);
      else if (isPlus) wrongPlus++;
      else wrongMinus++;
    }
  }
  spend(<f64>LimitedTree.lanes);
  ForwardWalk.tooManyPlus = wrongPlus > Limits.wrongPlus;
  ForwardWalk.tooManyMinus = wrongMinus > Limits.wrongMinus;
  if (cost <= ForwardWalk.best || ForwardWalk.tooManyPlus || ForwardWalk.tooManyMinus || ForwardWalk.nonzeros > Limits.nonzeros) return;
  ForwardWalk.best = cost;
  if (cost <= objective) return;
  const row = weightRow(limitedTrial, 0, 0);
  for (let d = 0; d < inputs; d++) setWeight(row, inputAt(d), d == ForwardWalk.bias ? ForwardWalk.threshold : valueAt(d));
  offer(limitedTrial);
}

/** A label that lost too many is dearer the next time, any other one cheaper. */
function reprice(): void {
  ForwardWalk.pricePlus = priceAfter(ForwardWalk.pricePlus, ForwardWalk.tooManyPlus);
  ForwardWalk.priceMinus = priceAfter(ForwardWalk.priceMinus, ForwardWalk.tooManyMinus);
}

function priceAfter(price: f64, broken: bool): f64 {
  if (broken) return max(price * 2, 0.5);
  return price < 0.1 ? 0 : price * 0.7;
}
