import { reserve } from '../memory/arena';
import { spend } from '../problem/limits';
import { groupOf, inputs, kept, keptCount, label, radius, sampleRow, weightBound } from '../problem/shape';

/**
 * Pairs of kept rows of unlike labels, closest first: their certificates must contradict each other in some first-layer
 * neuron (certificate-tree.ts), and the closest pairs leave that neuron the least margin. Few rows: all pairs. Many: the
 * first row of every sample with those of all others; a tree over these bounds the optimum, but cannot end.
 */
const MOST_ROWS = 192;
const MOST_PAIRS = 1 << 14;

export let robustPairs: i32 = 0;
export let everyPairListed: bool = true;

let pairs: usize = 0; // u32 [MOST_PAIRS]: kept positions, + row << 16 | - row
let distances: usize = 0; // i32 [MOST_PAIRS]

export function reserveRobustPairs(): void {
  pairs = reserve(MOST_PAIRS << 2);
  distances = reserve(MOST_PAIRS << 2);
}

// @ts-ignore: decorator
@inline
export function plusRow(p: i32): i32 {
  return <i32>(load<u32>(pairs + (<usize>p << 2)) >>> 16);
}

// @ts-ignore: decorator
@inline
export function minusRow(p: i32): i32 {
  return <i32>(load<u32>(pairs + (<usize>p << 2)) & 0xffff);
}

export function listRobustPairs(): void {
  robustPairs = 0;
  everyPairListed = keptCount <= MOST_ROWS;
  if (keptCount >= 65536) return;
  for (let a = 0; a < keptCount; a++) {
    if (label(kept(a)) < 0 || !stands(a)) continue;
    for (let b = 0; b < keptCount; b++) {
      if (label(kept(b)) > 0 || !stands(b)) continue;
      if (robustPairs == MOST_PAIRS) {
        everyPairListed = false;
        break;
      }
      store<u32>(pairs + (<usize>robustPairs << 2), (<u32>a << 16) | <u32>b);
      store<i32>(distances + (<usize>robustPairs << 2), distance(kept(a), kept(b)));
      robustPairs++;
    }
  }
  sortPairs();
}

/** Whether a row takes part: all of few rows, else the first of each sample. */
function stands(a: i32): bool {
  if (everyPairListed) return true;
  return a == 0 || groupOf(kept(a)) != groupOf(kept(a - 1));
}

/** Twice the margin that a neuron can have at most which tells the two apart, in units of S. */
function distance(k: i32, l: i32): i32 {
  const a = sampleRow(k);
  const b = sampleRow(l);
  let sum = 0;
  for (let i: usize = 0; i < <usize>inputs; i++) {
    const gap = abs(<i32>load<i16>(a + (i << 1)) - <i32>load<i16>(b + (i << 1)));
    sum += max(gap - 2 * radius, 0);
  }
  spend(<f64>inputs / 2);
  return sum * weightBound;
}

/** Shell sort: thousands at most, once a stage. */
function sortPairs(): void {
  for (let gap = robustPairs >> 1; gap > 0; gap >>= 1) {
    for (let i = gap; i < robustPairs; i++) {
      const pair = load<u32>(pairs + (<usize>i << 2));
      const d = load<i32>(distances + (<usize>i << 2));
      let at = i;
      while (at >= gap && load<i32>(distances + (<usize>(at - gap) << 2)) > d) {
        store<u32>(pairs + (<usize>at << 2), load<u32>(pairs + (<usize>(at - gap) << 2)));
        store<i32>(distances + (<usize>at << 2), load<i32>(distances + (<usize>(at - gap) << 2)));
        at -= gap;
      }
      store<u32>(pairs + (<usize>at << 2), pair);
      store<i32>(distances + (<usize>at << 2), d);
    }
  }
  spend(<f64>robustPairs * 40);
}
