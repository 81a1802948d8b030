import { reserve } from '../../base/arena';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { inputs, kept, keptCount, label, radius, sampleRow, weightBound } from '../../problem/shape';

/**
 * The pairs of kept samples of opposite classes, closest first: for the activation tree (MM) and the side tree (proofs of MM
 * and MW). Some first-layer neuron must give the two different
 * activations, and with multipliers 1/2 and 1/2 weak duality bounds its margin by half their distance,
 * `P * sum_i max(|x_ki - x_k'i| / 2 - radius, 0)`: the closest pairs hurt most, so they are branched on first.
 */
export let pairCount: i32 = 0;
/** Pairs beyond the capacity are not listed: a node that separates all listed pairs may then still fail. */
export let allPairsListed: bool = true;

let pairs: usize = 0; // u32 [capacity]: kept positions, first << 16 | second
/**
 * u32 [capacity]: twice the distance bound, the sort key. A sum that weights and inputs can come to stays below 2^31 (checked
 * where a problem is read), the distance of two samples below 2^32.
 */
let distances: usize = 0;
let capacity: i32 = 0;

const MOST_PAIRS = 1 << 15;

export function reservePairs(samplesTotal: i32): void {
  const half = <i64>samplesTotal * <i64>samplesTotal / 4 + 1;
  capacity = <i32>min<i64>(half, MOST_PAIRS);
  pairs = reserve(<usize>capacity << 2);
  distances = reserve(<usize>capacity << 2);
}

export function listPairs(): void {
  pairCount = 0;
  allPairsListed = keptCount < 65536;
  if (!allPairsListed) return;
  for (let a = 0; a < keptCount; a++) {
    strain(<f64>(keptCount - a));
    breathe();
    for (let b = a + 1; b < keptCount; b++) {
      if (label(kept(a)) == label(kept(b))) continue;
      if (pairCount == capacity) {
        allPairsListed = false;
        break;
      }
      store<u32>(pairs + (<usize>pairCount << 2), (<u32>a << 16) | <u32>b);
      store<u32>(distances + (<usize>pairCount << 2), distance(kept(a), kept(b)));
      pairCount++;
      breathe();
    }
  }
  heapSort();
}

// @ts-ignore: decorator
@inline
export function pairFirst(p: i32): i32 {
  return <i32>(load<u32>(pairs + (<usize>p << 2)) >>> 16);
}

// @ts-ignore: decorator
@inline
export function pairSecond(p: i32): i32 {
  return <i32>(load<u32>(pairs + (<usize>p << 2)) & 0xffff);
}

/** Twice the least of both margins a neuron can have that separates the pair, in units of S. */
// @ts-ignore: decorator
@inline
export function pairDistance(p: i32): i64 {
  return <i64>load<u32>(distances + (<usize>p << 2));
}

/** Twice the most of both margins that a neuron can have which is not constant, in units of S: the widest pair. */
export function widestPair(): i64 {
  let widest: u32 = 0;
  if (keptCount > 2000) return <i64>u32.MAX_VALUE;
  for (let a = 0; a < keptCount; a++) {
    for (let b = a + 1; b < keptCount; b++) {
      breathe();
      widest = max(widest, distance(kept(a), kept(b)));
    }
  }
  return <i64>widest;
}

function distance(a: i32, b: i32): u32 {
  const rowA = sampleRow(a);
  const rowB = sampleRow(b);
  let sum: u32 = 0;
  for (let i: usize = 0; i < <usize>inputs; i++) {
    const gap = abs(<i32>load<i16>(rowA + (i << 1)) - <i32>load<i16>(rowB + (i << 1)));
    sum += <u32>max(gap - 2 * radius, 0);
  }
  spend(<f64>inputs / 2);
  return sum * <u32>weightBound;
}

function heapSort(): void {
  for (let root = (pairCount >> 1) - 1; root >= 0; root--) sift(root, pairCount);
  for (let end = pairCount - 1; end > 0; end--) {
    strain(80);
    breathe();
    swap(0, end);
    sift(0, end);
  }
}

function sift(root: i32, end: i32): void {
  for (;;) {
    let child = 2 * root + 1;
    if (child >= end) return;
    if (child + 1 < end && pairDistance(child) < pairDistance(child + 1)) child++;
    if (pairDistance(root) >= pairDistance(child)) return;
    swap(root, child);
    root = child;
  }
}

function swap(a: i32, b: i32): void {
  const atA = <usize>a << 2;
  const atB = <usize>b << 2;
  const p = load<u32>(pairs + atA);
  const d = load<u32>(distances + atA);
  store<u32>(pairs + atA, load<u32>(pairs + atB));
  store<u32>(distances + atA, load<u32>(distances + atB));
  store<u32>(pairs + atB, p);
  store<u32>(distances + atB, d);
}
