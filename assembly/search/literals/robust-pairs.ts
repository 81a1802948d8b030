import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { radiusOf } from '../../problem/boxes';
import { groupOf, inputs, keep, kept, keptCount, label, sampleRow, weightBound } from '../../problem/shape';
import { listedRows, MOST_PAIRS, pairDistances, pairs, RobustPairs } from './state';

/**
 * Pairs of kept rows of unlike labels, closest first: their certificates must contradict each other in some first-layer
 * neuron (certificate-tree.ts; the literal tree, proving/literals/, of all robust stages), and the closest pairs leave
 * that neuron the least margin. Few rows: all pairs. Many: the closest rows of every two samples; the others are
 * looked for behind them (next-pair.ts; the literal tree does so, too), and the tree is not expected to end. (With the first row of each sample instead of the closest, MM's bound on 3-8 with
 * families of 21 was 7342 instead of 4930.)
 */
const MOST_ROWS = 192;

// @ts-ignore: decorator
@inline
export function plusRow(p: i32): i32 {
  assert(<u32>p < <u32>RobustPairs.count);
  return <i32>(load<u32>(pairs + (<usize>p << 2)) >>> 16);
}

// @ts-ignore: decorator
@inline
export function minusRow(p: i32): i32 {
  assert(<u32>p < <u32>RobustPairs.count);
  return <i32>(load<u32>(pairs + (<usize>p << 2)) & 0xffff);
}

/** Lists the pairs of the kept rows, unless they are the rows of the list that stands. */
export function listRobustPairs(): void {
  const bytes = <usize>keptCount << 2;
  if (RobustPairs.rows == keptCount && memory.compare(listedRows, keep, bytes) == 0) return;
  RobustPairs.rows = keptCount;
  memory.copy(listedRows, keep, bytes);
  RobustPairs.count = 0;
  RobustPairs.all = keptCount <= MOST_ROWS;
  if (keptCount >= 65536) return;
  if (RobustPairs.all) listRows();
  else listSamples();
  sortPairs();
}

function listRows(): void {
  for (let a = 0; a < keptCount; a++) {
    if (label(kept(a)) < 0) continue;
    for (let b = 0; b < keptCount; b++) {
      if (label(kept(b)) > 0) continue;
      breathe();
      append(a, b, distance(kept(a), kept(b), u32.MAX_VALUE));
    }
  }
}

/** Rows of a sample need not be neighbours, but mostly are: a stretch of rows of one sample counts as one. */
function listSamples(): void {
  for (let a = 0; a < keptCount; a = endOf(a)) {
    if (label(kept(a)) < 0) continue;
    for (let b = 0; b < keptCount; b = endOf(b)) {
      if (RobustPairs.count == MOST_PAIRS) return; // no room for any more
      strain(8);
      breathe();
      if (label(kept(b)) < 0) listClosest(a, b);
    }
  }
}

function endOf(from: i32): i32 {
  let end = from + 1;
  while (end < keptCount && groupOf(kept(end)) == groupOf(kept(from))) end++;
  return end;
}

function listClosest(fromA: i32, fromB: i32): void {
  const endA = endOf(fromA);
  const endB = endOf(fromB);
  let closestA = fromA;
  let closestB = fromB;
  let least: u32 = u32.MAX_VALUE;
  for (let a = fromA; a < endA; a++) {
    for (let b = fromB; b < endB; b++) {
      breathe();
      const d = distance(kept(a), kept(b), least);
      if (d >= least) continue;
      least = d;
      closestA = a;
      closestB = b;
    }
  }
  append(closestA, closestB, least);
}

function append(a: i32, b: i32, d: u32): void {
  if (RobustPairs.count == MOST_PAIRS) {
    RobustPairs.all = false;
    return;
  }
  store<u32>(pairs + (<usize>RobustPairs.count << 2), (<u32>a << 16) | <u32>b);
  store<u32>(pairDistances + (<usize>RobustPairs.count << 2), d);
  RobustPairs.count++;
}

/** Twice the margin that a neuron of {-P..P} can have at most which tells the two apart, in units of S; `enough` or more: not less. An order only. */
function distance(k: i32, l: i32, enough: u32): u32 {
  const a = sampleRow(k);
  const b = sampleRow(l);
  let sum: u32 = 0;
  let i: usize = 0;
  for (; i < <usize>inputs && sum * <u32>weightBound < enough; i++) {
    const gap = abs(<i32>load<i16>(a + (i << 1)) - <i32>load<i16>(b + (i << 1)));
    sum += <u32>max(gap - 2 * radiusOf(<i32>i), 0);
  }
  spend(<f64>i / 2);
  return sum * <u32>weightBound;
}

/** Shell sort: thousands at most, once a stage. */
function sortPairs(): void {
  for (let gap = RobustPairs.count >> 1; gap > 0; gap >>= 1) {
    for (let i = gap; i < RobustPairs.count; i++) {
      const pair = load<u32>(pairs + (<usize>i << 2));
      const d = load<u32>(pairDistances + (<usize>i << 2));
      let at = i;
      while (at >= gap && load<u32>(pairDistances + (<usize>(at - gap) << 2)) > d) {
        store<u32>(pairs + (<usize>at << 2), load<u32>(pairs + (<usize>(at - gap) << 2)));
        store<u32>(pairDistances + (<usize>at << 2), load<u32>(pairDistances + (<usize>(at - gap) << 2)));
        at -= gap;
      }
      store<u32>(pairs + (<usize>at << 2), pair);
      store<u32>(pairDistances + (<usize>at << 2), d);
    }
    strain(<f64>RobustPairs.count * 4);
    breathe();
  }
  spend(<f64>RobustPairs.count * 40);
}
