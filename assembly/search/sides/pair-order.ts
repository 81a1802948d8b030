import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { radiusOf } from '../../problem/boxes';
import { inputs, kept, keptCount, label, sampleRow, weightBound } from '../../problem/shape';
import { distances, pairs, Pairs } from './state';

/**
 * The pairs of kept samples of opposite classes, closest first: for the activation tree (MM) and the side tree (proofs
 * of MM and MW). Some first-layer neuron must give the two different activations, and with multipliers 1/2 and 1/2 weak
 * duality bounds its margin by half their distance, `sum_i P_i * max(|x_ki - x_k'i| / 2 - r_i, 0)`: the closest pairs
 * hurt most, so they are branched on first.
 */
export function listPairs(): void {
  Pairs.count = 0;
  Pairs.all = keptCount < 65536;
  if (!Pairs.all) return;
  for (let a = 0; a < keptCount; a++) {
    strain(<f64>(keptCount - a));
    breathe();
    for (let b = a + 1; b < keptCount; b++) {
      if (label(kept(a)) == label(kept(b))) continue;
      if (Pairs.count == Pairs.capacity) {
        Pairs.all = false;
        break;
      }
      store<u32>(pairs + (<usize>Pairs.count << 2), (<u32>a << 16) | <u32>b);
      store<u32>(distances + (<usize>Pairs.count << 2), distance(kept(a), kept(b)));
      Pairs.count++;
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

/** The same as `pairDistance` for any two kept rows. */
export function rowDistance(a: i32, b: i32): i64 {
  return <i64>distance(kept(a), kept(b));
}

function distance(a: i32, b: i32): u32 {
  const rowA = sampleRow(a);
  const rowB = sampleRow(b);
  let sum: u32 = 0;
  for (let i: usize = 0; i < <usize>inputs; i++) {
    const gap = abs(<i32>load<i16>(rowA + (i << 1)) - <i32>load<i16>(rowB + (i << 1)));
    sum += <u32>max(gap - 2 * radiusOf(<i32>i), 0);
  }
  spend(<f64>inputs / 2);
  return sum * <u32>weightBound; // where inputs have ranges of their own, an order and no more
}

function heapSort(): void {
  for (let root = (Pairs.count >> 1) - 1; root >= 0; root--) sift(root, Pairs.count);
  for (let end = Pairs.count - 1; end > 0; end--) {
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
