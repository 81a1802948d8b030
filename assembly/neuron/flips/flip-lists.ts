import { addI16 } from '../../base/kernels/simd';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { below } from '../../base/random';
import { ENTRY_TAIL, flipCounts, flipInputs, FlipLists, flipPrices, flipRows, flipSteps, listed, lists, MOST_FLIPS, products, sampled, SAMPLES, scaled, scores, STRIDE } from './state';

/**
 * Two lists of small changes to one neuron's weights, for the join of `flip-join.ts`. A *flip* is one weight moved by one or
 * two steps; an entry is a set of at most three flips of different weights. The columns fall into two halves, so that any
 * entry of one list goes with any of the other: with n entries each, n^2 changes of up to six weights.
 *
 *     entry   | i16 [DP] what it adds to every row's S | f32 price | u8 [4] its flips, 255: none | 8 bytes free |
 *
 * Which sets are listed: those of least score, `priceWeight * price + sizeWeight * sum_r weight_r S_r^2`. The price is what
 * the change costs the relaxation (reduced costs): what is spent on it is not left for the rows. And short
 * changes meet more partners that cancel them than long ones do. The score of a set is a sum over its pairs, so all
 * triples are scored from one table of inner products, four at a time.
 */
const NONE: i32 = 255;

const NEVER: f32 = 1e30;

/** Starts two empty halves for rows of so many lanes. */
export function clearFlips(lanes: i32): void {
  FlipLists.lanes = lanes;
  FlipLists.largestPrice = 0;
  FlipLists.entryBytes = (<usize>lanes << 1) + ENTRY_TAIL;
  store<i32>(flipCounts, 0);
  store<i32>(flipCounts, 0, 4);
}

// @ts-ignore: decorator
@inline
function flipAt(half: i32, flip: i32): usize {
  assert((half & ~1) == 0 && <u32>flip < <u32>STRIDE);
  return <usize>(half * STRIDE + flip) << 2;
}

// @ts-ignore: decorator
@inline
function rowOfFlip(half: i32, flip: i32): usize {
  return flipRows + <usize>(half * STRIDE + flip) * (<usize>FlipLists.lanes << 1);
}

/** Adds a flip to a half; returns the address of its row (i16 [DP]) for the caller to fill, 0 where the half is full. */
export function addFlip(half: i32, input: i32, step: i32, price: f32): usize {
  const flip = load<i32>(flipCounts + (<usize>half << 2));
  if (flip == MOST_FLIPS) return 0;
  store<i32>(flipCounts + (<usize>half << 2), flip + 1);
  const at = flipAt(half, flip);
  store<i32>(flipInputs + at, input);
  store<i32>(flipSteps + at, step);
  store<f32>(flipPrices + at, price);
  FlipLists.largestPrice = max(FlipLists.largestPrice, abs(price));
  return rowOfFlip(half, flip);
}

// @ts-ignore: decorator
@inline
export function entryAt(half: i32, entry: i32): usize {
  assert((half & ~1) == 0 && <u32>entry < <u32>FlipLists.capacity);
  return lists + <usize>(half * FlipLists.capacity + entry) * FlipLists.entryBytes;
}

export function entryCount(half: i32): i32 {
  return load<i32>(listed + (<usize>half << 2));
}

// @ts-ignore: decorator
@inline
export function priceOf(entry: usize): f32 {
  return load<f32>(entry + (<usize>FlipLists.lanes << 1));
}

/** Input and step of the `which`-th flip of an entry (0..2); false where it has fewer. */
export function flipOf(half: i32, entry: usize, which: i32): bool {
  const flip = <i32>load<u8>(entry + (<usize>FlipLists.lanes << 1) + 4 + <usize>which);
  if (flip == NONE) return false;
  FlipLists.input = load<i32>(flipInputs + flipAt(half, flip));
  FlipLists.step = load<i32>(flipSteps + flipAt(half, flip));
  return true;
}

/** Lists the sets of least score of a half. `weights`: f32 [DP], what a row's size counts. */
export function listFlips(half: i32, priceWeight: f32, sizeWeight: f32, weights: usize): void {
  const count = load<i32>(flipCounts + (<usize>half << 2));
  scoreFlips(half, count, priceWeight, sizeWeight, weights);
  const most = threshold(count);
  store<i32>(listed + (<usize>half << 2), 0);
  put(half, NONE, NONE, NONE);
  for (let a = 0; a < count; a++) put(half, a, NONE, NONE);
  for (let a = 0; a < count; a++) {
    const rowA = products + (<usize>(a * STRIDE) << 2);
    const scoreA = load<f32>(scores + (<usize>a << 2));
    strain(<f64>(count * count) / 24);
    breathe();
    for (let b = a + 1; b < count; b++) {
      const base = scoreA + load<f32>(scores + (<usize>b << 2)) + load<f32>(rowA + (<usize>b << 2));
      if (base >= NEVER) continue;
      if (base <= most) put(half, a, b, NONE);
      listThirds(half, a, b, base, most, count);
    }
  }
  spend(<f64>(count * count) * <f64>count / 12);
}

function scoreFlips(half: i32, count: i32, priceWeight: f32, sizeWeight: f32, weights: usize): void {
  for (let a = 0; a < count; a++) {
    const rowA = rowOfFlip(half, a);
    breathe();
    strain(<f64>(count * FlipLists.lanes) / 8);
    for (let r = 0; r < FlipLists.lanes; r++) {
      const x = <f32>load<i16>(rowA + (<usize>r << 1)) * load<f32>(weights + (<usize>r << 2)) * sizeWeight;
      store<f32>(scaled + (<usize>r << 2), x);
    }
    for (let b = a; b < count; b++) {
      const product = inner(scaled, rowOfFlip(half, b));
      if (a == b) {
        store<f32>(scores + (<usize>a << 2), priceWeight * load<f32>(flipPrices + flipAt(half, a)) + product);
        continue;
      }
      const same = load<i32>(flipInputs + flipAt(half, a)) == load<i32>(flipInputs + flipAt(half, b));
      const value = same ? NEVER : 2 * product;
      store<f32>(products + (<usize>(a * STRIDE + b) << 2), value);
      store<f32>(products + (<usize>(b * STRIDE + a) << 2), value);
    }
  }
  for (let at = count; at < min(count + 4, STRIDE); at++) store<f32>(scores + (<usize>at << 2), NEVER);
  spend(<f64>(count * count) * <f64>FlipLists.lanes / 8);
}

function inner(x: usize, row: usize): f32 {
  let acc = f32x4.splat(0);
  for (let r = 0; r < FlipLists.lanes; r += 8) {
    const v = v128.load(row + (<usize>r << 1));
    const at = x + (<usize>r << 2);
    acc = f32x4.add(acc, f32x4.mul(v128.load(at), f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(v))));
    acc = f32x4.add(acc, f32x4.mul(v128.load(at, 16), f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(v))));
  }
  return f32x4.extract_lane(acc, 0) + f32x4.extract_lane(acc, 1) + (f32x4.extract_lane(acc, 2) + f32x4.extract_lane(acc, 3));
}

/** The score up to which triples fit the list: a quantile of random ones. */
function threshold(count: i32): f32 {
  const triples = (<f64>count * <f64>(count - 1) * <f64>(count - 2)) / 6;
  const share = (0.9 * <f64>(FlipLists.capacity - count * 4)) / max<f64>(triples, 1);
  if (share >= 1 || count < 6) return NEVER * 0.5;
  for (let n = 0; n < SAMPLES; n++) {
    const a = below(count);
    let b = below(count);
    while (b == a) b = below(count);
    let c = below(count);
    while (c == a || c == b) c = below(count);
    const sum =
      load<f32>(scores + (<usize>a << 2)) +
      load<f32>(scores + (<usize>b << 2)) +
      load<f32>(scores + (<usize>c << 2)) +
      load<f32>(products + (<usize>(a * STRIDE + b) << 2)) +
      load<f32>(products + (<usize>(a * STRIDE + c) << 2)) +
      load<f32>(products + (<usize>(b * STRIDE + c) << 2));
    store<f32>(sampled + (<usize>n << 2), sum);
  }
  spend(<f64>(SAMPLES * 16));
  return min(nth(<i32>(share * SAMPLES)), NEVER * 0.5); // never those of one weight: they lie at NEVER
}

/** The n-th smallest of the samples, by partitions (Hoare's FIND). */
function nth(n: i32): f32 {
  let low = 0;
  let high = SAMPLES - 1;
  while (low < high) {
    const pivot = load<f32>(sampled + (<usize>((low + high) >> 1) << 2));
    let i = low;
    let j = high;
    while (i <= j) {
      while (load<f32>(sampled + (<usize>i << 2)) < pivot) i++;
      while (load<f32>(sampled + (<usize>j << 2)) > pivot) j--;
      if (i > j) break;
      const x = load<f32>(sampled + (<usize>i << 2));
      store<f32>(sampled + (<usize>i << 2), load<f32>(sampled + (<usize>j << 2)));
      store<f32>(sampled + (<usize>j << 2), x);
      i++;
      j--;
    }
    if (n <= j) high = j;
    else if (n >= i) low = i;
    else break;
  }
  return load<f32>(sampled + (<usize>n << 2));
}

/** All thirds behind `b` that keep the set within the score, four at a time. */
function listThirds(half: i32, a: i32, b: i32, base: f32, most: f32, count: i32): void {
  const rowA = products + (<usize>(a * STRIDE) << 2);
  const rowB = products + (<usize>(b * STRIDE) << 2);
  const left = f32x4.splat(most - base);
  for (let c = b + 1; c < count; c += 4) {
    const at = <usize>c << 2;
    const sum = f32x4.add(v128.load(scores + at), f32x4.add(v128.load(rowA + at), v128.load(rowB + at)));
    let fits = i32x4.bitmask(f32x4.le(sum, left));
    while (fits) {
      const third = c + ctz(fits);
      fits &= fits - 1;
      if (third < count) put(half, a, b, third);
    }
  }
}

function put(half: i32, a: i32, b: i32, c: i32): void {
  const at = load<i32>(listed + (<usize>half << 2));
  if (at >= FlipLists.capacity) return;
  store<i32>(listed + (<usize>half << 2), at + 1);
  const entry = entryAt(half, at);
  const tail = entry + (<usize>FlipLists.lanes << 1);
  let price: f32 = 0;
  if (a == NONE) memory.fill(entry, 0, <usize>FlipLists.lanes << 1);
  else {
    price += load<f32>(flipPrices + flipAt(half, a));
    memory.copy(entry, rowOfFlip(half, a), <usize>FlipLists.lanes << 1);
  }
  if (b != NONE) {
    price += load<f32>(flipPrices + flipAt(half, b));
    addI16(entry, entry, rowOfFlip(half, b), FlipLists.lanes);
  }
  if (c != NONE) {
    price += load<f32>(flipPrices + flipAt(half, c));
    addI16(entry, entry, rowOfFlip(half, c), FlipLists.lanes);
  }
  store<f32>(tail, price);
  store<u8>(tail, <u8>a, 4);
  store<u8>(tail, <u8>b, 5);
  store<u8>(tail, <u8>c, 6);
  store<u8>(tail, 0, 7);
  spend(2);
}
