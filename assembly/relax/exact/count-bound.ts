import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { Boxes, countedAs, isCounted, isPlain, leastWeight, mostOf, mostWeight, radiusOf, restWeight } from '../../problem/boxes';
import { inputs, kept, keptCount, label, marginScale, radius, sampleRow, weightBound } from '../../problem/shape';
import { sorted } from './state';

/**
 * Lower bounds on non-zero weights that need no sides: however a neuron answers, a pre-activation of size r on sample k
 * takes at least as many weights as the largest |x_ki| need to add up to r / P. Exact integers; valid for every
 * activation pattern, which MW is free to change. For a neuron that is constant this is the whole truth.
 */
/** Non-zeros that a first-layer neuron needs for margin `held` (units of 1/D) on every kept sample; without any it needs those that cannot be 0. */
export function firstLayerNeeds(held: i32): i32 {
  const reach = ceilDivide(held, marginScale);
  if (reach <= 0) return forcedWeights();
  let most = forcedWeights();
  for (let index = 0; index < keptCount; index++) {
    breathe();
    most = max(most, sampleNeeds(kept(index), reach));
  }
  return most;
}

/** Non-zeros that an upper neuron needs for margin `held`: every input is +1 or -1. */
export function upperNeeds(held: i32): i32 {
  const reach = ceilDivide(held, marginScale);
  return reach <= 0 ? 0 : ceilDivide(reach, weightBound);
}

/** Whether both labels occur among the kept samples: then every layer needs a neuron that is not all zero. */
export function bothLabels(): bool {
  let plus = false;
  let minus = false;
  for (let index = 0; index < keptCount; index++) {
    if (label(kept(index)) > 0) plus = true;
    else minus = true;
  }
  return plus && minus;
}

/** First-layer weights of a neuron that are not 0 whatever it does. */
function forcedWeights(): i32 {
  let count = 0;
  if (Boxes.ranged) for (let i = 0; i < inputs; i++) count += countedAs(i, restWeight(i));
  return count;
}

/**
 * Where inputs have boxes of their own, on one side: what is not counted, or cannot be 0, does its best; of the rest those come first that
 * add most.
 */
function boxedNeeds(k: i32, side: i32, reach: i32): i32 {
  const row = sampleRow(k);
  let sum: i64 = 0;
  let n = 0;
  for (let i = 0; i < inputs; i++) {
    const x = side * <i32>load<i16>(row + (<usize>i << 1));
    const most = <i32>mostOf(<i64>x, <i64>leastWeight(i), <i64>mostWeight(i), <i64>radiusOf(i));
    if (!isCounted(i) || restWeight(i) != 0) sum += <i64>most;
    else if (most > 0) {
      store<i32>(sorted + (<usize>n << 2), most);
      n++;
    }
  }
  sortDescending(n);
  let c = 0;
  for (; c < n && sum < <i64>reach; c++) sum += <i64>load<i32>(sorted + (<usize>c << 2));
  return c;
}

function sampleNeeds(k: i32, reach: i32): i32 {
  if (!isPlain()) return forcedWeights() + min(boxedNeeds(k, 1, reach), boxedNeeds(k, -1, reach));
  const row = sampleRow(k);
  let n = 0;
  for (let i: usize = 0; i < <usize>inputs; i++) {
    const x = abs(<i32>load<i16>(row + (i << 1))) - radius;
    if (x > 0) {
      store<i32>(sorted + (<usize>n << 2), x);
      n++;
    }
  }
  sortDescending(n);
  let sum: i64 = 0;
  for (let c = 0; c < n; c++) {
    if (sum >= <i64>reach) return c;
    sum += <i64>weightBound * <i64>load<i32>(sorted + (<usize>c << 2));
  }
  return n; // if even all of them do not suffice the hold itself is unreachable, and n is still a bound
}

function sortDescending(n: i32): void {
  for (let gap = n >> 1; gap > 0; gap >>= 1) {
    for (let i = gap; i < n; i++) {
      const x = load<i32>(sorted + (<usize>i << 2));
      let j = i;
      while (j >= gap && load<i32>(sorted + (<usize>(j - gap) << 2)) < x) {
        store<i32>(sorted + (<usize>j << 2), load<i32>(sorted + (<usize>(j - gap) << 2)));
        j -= gap;
      }
      store<i32>(sorted + (<usize>j << 2), x);
    }
  }
  spend(<f64>(n * 8));
  strain(<f64>(n * 24));
}

function ceilDivide(a: i32, b: i32): i32 {
  return a <= 0 ? 0 : (a - 1) / b + 1;
}
