import { CHECKED } from '../../base/check';
import { setWeight, weightRow } from '../../network/weights';
import { countNode, spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { confidence, inputs, label, radius, sampleCount, sampleRow, weightBound } from '../../problem/shape';
import { improveBound, objective, offer } from '../../record/incumbent';
import { closingValue } from './count-witness';
import { countTrial, CountTree, treeAlive, treeChoices, treeColumns, treeOrder, treeReach, treeSums, treeTotals, treeTurns } from './state';
import { CountColumns } from '../../neuron/state';

/**
 * SM for a single neuron: depth-first over the weights with an interval bound on every sample at once.
 *
 * After d weights sample k stands at `s_k = y_k * partial sum - confidence`, and the weights to come can lift it by at
 * most `reach_k(d)`; it is lost where `s_k + reach_k(d) < 0`. A node with no more samples alive than the incumbent has
 * is closed. The bound is weak near the root but costs a handful of SIMD instructions (eight samples a lane), so some
 * hundred million nodes a second-scale search beat a relaxation with big-M rows, whose bound is as weak and dear
 * (random labels, 20 inputs, 40 samples: HiGHS needs minutes).
 *
 * Its place are ternary weights with sums of 16 bits. With more values a weight, or wider sums, count-boxes.ts is faster.
 *
 * Inputs are taken in falling order of their total size, so that reaches shrink early; children in falling order of
 * samples alive, so that the first dive is greedy.
 */
let depth: i32 = 0;

/** Starts the tree; false when the sums do not fit 16 bits (count-boxes.ts has 32) or the shape is not one neuron. */
export function beginCountTree(): bool {
  CountTree.open = false;
  if (!CountTree.fits) return false;
  let most: i64 = 0;
  for (let k = 0; k < sampleCount; k++) {
    breathe();
    strain(<f64>inputs);
    let sum: i64 = 0;
    for (let i = 0; i < inputs; i++) {
      sum += <i64>weightBound * (<i64>abs(<i32>load<i16>(sampleRow(k) + (<usize>i << 1))) + <i64>radius);
    }
    most = max(most, sum);
  }
  if (2 * most + <i64>confidence > 32000) return false;
  sortInputs();
  fillColumns();
  depth = 0;
  const root = treeSums;
  for (let k = 0; k < CountColumns.padded; k++) {
    store<i16>(root + (<usize>k << 1), k < sampleCount ? <i16>-confidence : -32000);
  }
  rankChildren();
  CountTree.open = true;
  return true;
}

export function stopCountTree(): void {
  CountTree.open = false;
}

export function countTreeOpen(): bool {
  return CountTree.open;
}

// @ts-ignore: decorator
@inline
function lane(base: usize, d: i32): usize {
  return base + (<usize>(d * CountColumns.padded) << 1);
}

/** About `effort` more units of work; false once the tree is exhausted and the incumbent is the optimum. */
export function stepCountTree(effort: f64): bool {
  const count = max(1, <i32>(2 * effort / <f64>CountColumns.padded));
  const values = 2 * weightBound + 1;
  for (let turn = 0; turn < count; turn++) {
    breathe();
    spend(<f64>CountColumns.padded / 2);
    const next = load<i32>(treeTurns + (<usize>depth << 2));
    if (next == values) {
      if (depth == 0) {
        CountTree.open = false;
        improveBound(objective);
        return false;
      }
      depth--;
      continue;
    }
    store<i32>(treeTurns + (<usize>depth << 2), next + 1);
    const v = <i32>load<i16>(treeChoices + (<usize>(depth * values + next) << 1));
    if (move(depth, v) <= <i32>objective) {
      if (CHECKED) closingValue(depth, objective, 'count-tree: a value');
      continue;
    }
    countNode();
    if (depth + 1 == inputs) {
      offerLeaf();
      continue;
    }
    depth++;
    rankChildren();
  }
  return true;
}

/** The share of the tree that is done, if all children of a node were as large. */
export function countTreeDone(): f64 {
  const values = <f64>(2 * weightBound + 1);
  let part: f64 = 1;
  let done: f64 = 0;
  for (let d = 0; d <= depth; d++) {
    part /= values;
    const turns = load<i32>(treeTurns + (<usize>d << 2));
    done += part * <f64>(d < depth ? turns - 1 : turns);
  }
  return done;
}

/** State of the child that gives weight `d` the value `v`; returns how many samples are alive in it. */
function move(d: i32, v: i32): i32 {
  const from = lane(treeSums, d);
  const to = lane(treeSums, d + 1);
  const column = lane(treeColumns, d);
  const rest = lane(treeReach, d + 1);
  const factor = i16x8.splat(<i16>v);
  const toll = i16x8.splat(<i16>(radius * abs(v)));
  const bytes = <usize>CountColumns.padded << 1;
  let alive = 0;
  for (let at: usize = 0; at < bytes; at += 16) {
    const s = i16x8.sub(i16x8.add(v128.load(from + at), i16x8.mul(factor, v128.load(column + at))), toll);
    v128.store(to + at, s);
    alive += popcnt<i32>(i16x8.bitmask(i16x8.ge_s(i16x8.add(s, v128.load(rest + at)), i16x8.splat(0))));
  }
  return alive;
}

/** Orders the values of the weight at `depth` by the samples that stay alive. */
function rankChildren(): void {
  const values = 2 * weightBound + 1;
  const row = treeChoices + (<usize>(depth * values) << 1);
  for (let c = 0; c < values; c++) {
    const v = c - weightBound;
    const alive = move(depth, v);
    let at = c;
    while (at > 0 && load<i32>(treeAlive + (<usize>(at - 1) << 2)) < alive) {
      store<i32>(treeAlive + (<usize>at << 2), load<i32>(treeAlive + (<usize>(at - 1) << 2)));
      store<i16>(row + (<usize>at << 1), load<i16>(row + (<usize>(at - 1) << 1)));
      at--;
    }
    store<i32>(treeAlive + (<usize>at << 2), alive);
    store<i16>(row + (<usize>at << 1), <i16>v);
  }
  store<i32>(treeTurns + (<usize>depth << 2), 0);
  spend(<f64>(values * CountColumns.padded) / 2);
}

function offerLeaf(): void {
  const values = 2 * weightBound + 1;
  const row = weightRow(countTrial, 0, 0);
  for (let d = 0; d < inputs; d++) {
    const taken = load<i32>(treeTurns + (<usize>d << 2)) - 1;
    setWeight(row, load<i32>(treeOrder + (<usize>d << 2)), <i32>load<i16>(treeChoices + (<usize>(d * values + taken) << 1)));
  }
  offer(countTrial);
}

function sortInputs(): void {
  for (let i = 0; i < inputs; i++) {
    breathe();
    strain(<f64>(2 * sampleCount + inputs));
    const total = totalOf(i);
    store<i32>(treeTotals + (<usize>i << 2), total);
    let at = i;
    while (at > 0 && load<i32>(treeTotals + (<usize>load<i32>(treeOrder + (<usize>(at - 1) << 2)) << 2)) < total) {
      store<i32>(treeOrder + (<usize>at << 2), load<i32>(treeOrder + (<usize>(at - 1) << 2)));
      at--;
    }
    store<i32>(treeOrder + (<usize>at << 2), i);
  }
}

function totalOf(i: i32): i32 {
  let sum = 0;
  for (let k = 0; k < sampleCount; k++) sum += abs(<i32>load<i16>(sampleRow(k) + (<usize>i << 1)));
  return sum;
}

function fillColumns(): void {
  for (let d = inputs - 1; d >= 0; d--) {
    const i = <usize>load<i32>(treeOrder + (<usize>d << 2));
    breathe();
    strain(<f64>(4 * CountColumns.padded));
    for (let k = 0; k < CountColumns.padded; k++) {
      const x = k < sampleCount ? label(k) * <i32>load<i16>(sampleRow(k) + (i << 1)) : 0;
      store<i16>(lane(treeColumns, d) + (<usize>k << 1), <i16>x);
      const above = <i32>load<i16>(lane(treeReach, d + 1) + (<usize>k << 1));
      const gain = weightBound * max(abs(x) - radius, 0);
      store<i16>(lane(treeReach, d) + (<usize>k << 1), <i16>(d == inputs - 1 ? gain : above + gain));
    }
  }
  memory.fill(lane(treeReach, inputs), 0, <usize>CountColumns.padded << 1);
}
