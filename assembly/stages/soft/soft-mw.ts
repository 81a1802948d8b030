import { reserve } from '../../base/arena';
import { prepareSoft } from '../../network/soft';
import { copyNetwork, newNetwork, setWeight, weightAt, weightRow } from '../../network/weights';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { inputs, inputsPadded, keptCount, size } from '../../problem/shape';
import { owedBy } from '../../build/clusters';
import { chooseLiterals } from '../../build/soft-literals';
import { packSoft, penaltyNow, penaltyWithout, settleSoft } from '../../neuron/soft-neuron';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../../search/tables/enumerate';
import { closed, improveBound, incumbent, NO_VALUE, objective, offer } from '../../record/incumbent';

/**
 * Robust MW after soft margins: fewest non-zero weights within a limit of the loss (docs/robust.md). From the incumbent the
 * cheapest weights of all first-layer neurons are taken out together, the others settle again, and the whole is recounted;
 * a batch that costs too much is halved.
 *
 *     prices    f32 [n1][NP]   what the penalty gains by a weight's absence; DEAR: no weight, or taken already
 */
const FIRST_SHARE = 12;
const SETTLE_PASSES = 2;
const DEAR: f32 = f32.MAX_VALUE;

let enumerate: bool = false;
let trial: usize = 0;
let weights: usize = 0; // f64 [n1][NP]
let prices: usize = 0;
let neuron: i32 = 0;
let batch: i32 = 0;
let stale: bool = true; // prices are another incumbent's
let removing: bool = false;

export function reserveSoftMw(): void {
  trial = newNetwork();
  weights = reserve((<usize>size(1) * <usize>inputsPadded) << 3);
  prices = reserve((<usize>size(1) * <usize>inputsPadded) << 2);
}

export function beginSoftMw(): void {
  improveBound(0);
  enumerate = isTiny();
  if (enumerate) {
    beginEnumeration();
    return;
  }
  batch = max(1, firstLayerNonzeros() / FIRST_SHARE);
  beginRound(true);
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepSoftMw(): bool {
  if (enumerate) return stepEnumeration(500) && enumerating;
  if (closed() || objective == NO_VALUE || batch == 0) return false;
  if (neuron < size(1)) {
    if (removing) settleNext();
    else priceNext();
    return true;
  }
  if (!removing) {
    takeOut();
    removing = true;
    neuron = 0;
    return true;
  }
  for (let j = 0; j < size(1); j++) {
    const row = weightRow(trial, 0, j);
    for (let i = 0; i < inputs; i++) setWeight(row, i, <i32>load<f64>(weightsOf(j) + (<usize>i << 3)));
  }
  const taken = offer(trial);
  if (!taken) batch >>= 1;
  if (batch > 0) beginRound(taken);
  return batch > 0 && !closed();
}

// @ts-ignore: decorator
@inline
function weightsOf(j: i32): usize {
  return weights + ((<usize>j * <usize>inputsPadded) << 3);
}

// @ts-ignore: decorator
@inline
function priceOf(j: i32, i: i32): usize {
  return prices + (<usize>(j * inputsPadded + i) << 2);
}

function firstLayerNonzeros(): i32 {
  let count = 0;
  for (let j = 0; j < size(1); j++) {
    for (let i = 0; i < inputs; i++) count += i32(weightAt(weightRow(incumbent, 0, j), i) != 0);
  }
  return count;
}

/** From the incumbent's weights; `isNew`: they have changed, and so have the rows that rely on each. */
function beginRound(isNew: bool): void {
  copyNetwork(trial, incumbent);
  for (let j = 0; j < size(1); j++) {
    for (let i = 0; i < inputs; i++) {
      store<f64>(weightsOf(j) + (<usize>i << 3), <f64>weightAt(weightRow(trial, 0, j), i));
    }
  }
  prepareSoft(trial);
  if (isNew) chooseLiterals(weights, size(1));
  stale = isNew;
  removing = false;
  neuron = stale ? 0 : size(1);
}

function priceNext(): void {
  const j = neuron++;
  const mine = weightsOf(j);
  packSoft(owedBy(j), mine);
  const now = penaltyNow();
  let count = 0;
  for (let i = 0; i < inputs; i++) {
    breathe();
    strain(<f64>keptCount / 2);
    const has = load<f64>(mine + (<usize>i << 3)) != 0;
    store<f32>(priceOf(j, i), has ? penaltyWithout(mine, i) - now : DEAR);
    count += i32(has);
  }
  spend(<f64>(count * inputs) / 2);
}

/** The `batch` cheapest weights go (all of one price together). Prices stay as they are for a smaller batch. */
function takeOut(): void {
  const bar = barOf(batch);
  for (let j = 0; j < size(1); j++) {
    for (let i = 0; i < inputs; i++) {
      if (load<f32>(priceOf(j, i)) <= bar) store<f64>(weightsOf(j) + (<usize>i << 3), 0);
    }
  }
}

/** A price that about `count` weights do not exceed, one at least: by bisection over the prices. */
function barOf(count: i32): f32 {
  let low = DEAR;
  let high: f32 = -DEAR;
  for (let j = 0; j < size(1); j++) {
    for (let i = 0; i < inputs; i++) {
      const price = load<f32>(priceOf(j, i));
      if (price == DEAR) continue;
      low = min(low, price);
      high = max(high, price);
    }
  }
  for (let turn = 0; turn < 40; turn++) {
    const middle = (low + high) / 2;
    if (notAbove(middle) <= count) low = middle;
    else high = middle;
  }
  spend(<f64>(size(1) * inputs) * 40);
  return low;
}

function notAbove(bar: f32): i32 {
  let count = 0;
  for (let j = 0; j < size(1); j++) {
    for (let i = 0; i < inputs; i++) count += i32(load<f32>(priceOf(j, i)) <= bar);
  }
  return count;
}

/** The weights that are left make up for those that went. */
function settleNext(): void {
  const j = neuron++;
  packSoft(owedBy(j), weightsOf(j));
  settleSoft(weightsOf(j), SETTLE_PASSES, true);
}
