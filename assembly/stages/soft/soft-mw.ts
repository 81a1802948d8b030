import { prepareSoft } from '../../network/soft';
import { copyNetwork, setWeight, weightAt, weightRow } from '../../network/weights';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { countedAs, isOptional } from '../../problem/boxes';
import { inputs, inputsPadded, keptCount, layerCount, size } from '../../problem/shape';
import { owedBy } from '../../build/clusters';
import { chooseLiterals } from '../../build/soft-literals';
import { Few } from '../../neuron/state';
import { packSoft, penaltyNow, penaltyWithout, settleSoft } from '../../neuron/soft-neuron';
import { beginSoftCount, stepSoftCount } from '../../search/soft/soft-count';
import { SoftCount } from '../../search/soft/state';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../../search/tables/enumerate';
import { closed, improveBound, incumbent, NO_VALUE, objective, offer } from '../../record/incumbent';
import { SoftMw, thinTrial, thinWeights, weightPrices } from './state';

/**
 * Robust MW after soft margins: fewest non-zero weights within a limit of the loss (docs/robust.md). From the incumbent the
 * cheapest weights of all first-layer neurons are taken out together, the others settle again, and the whole is recounted;
 * a batch that costs too much is halved. One layer has a bound, counted first (search/soft/soft-count.ts).
 */
const FIRST_SHARE = 12;
const SETTLE_PASSES = 2;
const DEAR: f32 = f32.MAX_VALUE;

export function beginSoftMw(): void {
  Few.price = 0;
  Few.budget = i32.MAX_VALUE;
  improveBound(0);
  SoftMw.enumerate = isTiny();
  if (SoftMw.enumerate) {
    beginEnumeration();
    return;
  }
  SoftMw.batch = max(1, firstLayerNonzeros() / FIRST_SHARE);
  SoftMw.counting = layerCount == 1 && objective != NO_VALUE;
  if (SoftMw.counting) beginCounting();
  else beginRound(true);
}

/** The bound comes first: it takes what MM's relaxation takes, and the search begins anew behind it. */
function beginCounting(): void {
  const row = weightRow(incumbent, 0, 0);
  for (let i = 0; i < inputs; i++) store<f64>(weightsOf(0) + (<usize>i << 3), <f64>weightAt(row, i));
  beginSoftCount(weightsOf(0));
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepSoftMw(): bool {
  if (SoftMw.enumerate) return stepEnumeration(500) && enumerating;
  if (SoftMw.counting) {
    SoftMw.counting = stepSoftCount(i32.MAX_VALUE);
    improveBound(-<i64>SoftCount.least);
    if (!SoftMw.counting) beginRound(true);
    return !closed();
  }
  if (closed() || objective == NO_VALUE || SoftMw.batch == 0) return false;
  if (SoftMw.neuron < size(1)) {
    if (SoftMw.removing) settleNext();
    else priceNext();
    return true;
  }
  if (!SoftMw.removing) {
    takeOut();
    SoftMw.removing = true;
    SoftMw.neuron = 0;
    return true;
  }
  for (let j = 0; j < size(1); j++) {
    const row = weightRow(thinTrial, 0, j);
    for (let i = 0; i < inputs; i++) setWeight(row, i, <i32>load<f64>(weightsOf(j) + (<usize>i << 3)));
  }
  const taken = offer(thinTrial);
  if (!taken) SoftMw.batch >>= 1;
  if (SoftMw.batch > 0) beginRound(taken);
  return SoftMw.batch > 0 && !closed();
}

// @ts-ignore: decorator
@inline
function weightsOf(j: i32): usize {
  return thinWeights + ((<usize>j * <usize>inputsPadded) << 3);
}

// @ts-ignore: decorator
@inline
function priceOf(j: i32, i: i32): usize {
  return weightPrices + (<usize>(j * inputsPadded + i) << 2);
}

function firstLayerNonzeros(): i32 {
  let count = 0;
  for (let j = 0; j < size(1); j++) {
    for (let i = 0; i < inputs; i++) count += countedAs(i, weightAt(weightRow(incumbent, 0, j), i));
  }
  return count;
}

/** From the incumbent's weights; `isNew`: they have changed, and so have the rows that rely on each. */
function beginRound(isNew: bool): void {
  copyNetwork(thinTrial, incumbent);
  for (let j = 0; j < size(1); j++) {
    for (let i = 0; i < inputs; i++) {
      store<f64>(weightsOf(j) + (<usize>i << 3), <f64>weightAt(weightRow(thinTrial, 0, j), i));
    }
  }
  prepareSoft(thinTrial);
  if (isNew) chooseLiterals(thinWeights, size(1));
  SoftMw.stale = isNew;
  SoftMw.removing = false;
  SoftMw.neuron = SoftMw.stale ? 0 : size(1);
}

function priceNext(): void {
  const j = SoftMw.neuron++;
  const mine = weightsOf(j);
  packSoft(owedBy(j), mine);
  const now = penaltyNow();
  let count = 0;
  for (let i = 0; i < inputs; i++) {
    breathe();
    strain(<f64>keptCount / 2);
    const has = load<f64>(mine + (<usize>i << 3)) != 0 && isOptional(i);
    store<f32>(priceOf(j, i), has ? penaltyWithout(mine, i) - now : DEAR);
    count += i32(has);
  }
  spend(<f64>(count * inputs) / 2);
}

/** The `batch` cheapest weights go (all of one price together). Prices stay as they are for a smaller batch. */
function takeOut(): void {
  const bar = barOf(SoftMw.batch);
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
  const j = SoftMw.neuron++;
  packSoft(owedBy(j), weightsOf(j));
  settleSoft(weightsOf(j), SETTLE_PASSES, true);
}
