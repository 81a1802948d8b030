import { count, COUNT_TABU, COUNT_TABU_FOUND } from '../base/counts';
import { dotI16 } from '../base/kernels/simd';
import { setWeight, tollOfRow, weightAt } from '../network/weights';
import { spend, strain } from '../base/clock';
import { breathe, perBreath } from '../base/pause';
import { below } from '../base/random';
import { leastWeight, mostWeight } from '../problem/boxes';
import { epsilon, inputs, inputsPadded, kept, keptCount, marginOf, marginScale, sampleRow } from '../problem/shape';
import { boxHigh, boxLow, directionAt } from '../relax/exact/safe-bound';
import { closeLacks, insertColumn, packColumn, packRows, rowAt, sumAt, tollOf } from './packing';
import { MaxMin, Move, Packing, Packings, roundedRow } from './state';
import { chooseStep, highest, inputAt, lowest, makeMove } from './tabu';

/**
 * Tabu search for one neuron with decided sides: raise its least margin. Minimises `sum_k max(0, target - margin_k)^2`
 * over moves `w_i +- 1`, the target one step above the best margin found (design section 3, "Primal"). Only the columns
 * near the relaxation's optimum are tried, those of small |reduced cost|: the others stand on the bound that every
 * good solution shares. What rows lack, squared, in f32, guides; a margin is accepted only after an exact recount.
 */

/** Least margin (exact, units of 1/D) of a weight row over the rows with a side. */
export function leastMargin(weights: usize, sides: usize): i32 {
  const slack = tollOfRow(weights);
  let least = i32.MAX_VALUE;
  const block = perBreath(inputsPadded);
  for (let from = 0; from < keptCount; from += block) {
    breathe();
    const to = min(keptCount, from + block);
    for (let k = from; k < to; k++) {
      const side = <i32>load<i8>(sides + <usize>k);
      if (side == 0) continue;
      least = min(least, marginOf(dotI16(weights, sampleRow(kept(k)), inputsPadded), side, slack));
    }
    spend(<f64>((to - from) * inputsPadded) / 8);
  }
  return least;
}

/** Nearest integers to a relaxation's solution, within the boxes. */
export function roundSolution(solution: usize, weights: usize): void {
  for (let i = 0; i < inputs; i++) {
    const w = <i32>nearest(load<f64>(solution + (<usize>i << 3)));
    setWeight(weights, i, min(max(w, boxLow(i)), boxHigh(i)));
  }
  for (let i = inputs; i < inputsPadded; i++) setWeight(weights, i, 0);
}

/**
 * Rounds a relaxation's solution twice and keeps the better row: to the nearest integers; and with every weight that the
 * relaxation is indifferent to (or left between integers) turned to where it helps the rows in sum. The second is what a
 * constant neuron needs: there the dimmest row alone decides, and the columns it does not see are worth nothing to the
 * relaxation but much to the other rows.
 */
export function roundBest(solution: usize, sides: usize, weights: usize): void {
  roundSolution(solution, weights);
  memory.copy(roundedRow, weights, <usize>inputsPadded << 1);
  for (let i = 0; i < inputs; i++) {
    const x = load<f64>(solution + (<usize>i << 3));
    if (directionAt(i) != 0 && abs(x - nearest(x)) < 1e-6) continue;
    let sum = 0;
    breathe();
    strain(<f64>keptCount);
    for (let k = 0; k < keptCount; k++) {
      sum += <i32>load<i8>(sides + <usize>k) * <i32>load<i16>(sampleRow(kept(k)) + (<usize>i << 1));
    }
    setWeight(roundedRow, i, sum >= 0 ? boxHigh(i) : boxLow(i));
  }
  spend(<f64>(inputs * 4));
  if (leastMargin(roundedRow, sides) > leastMargin(weights, sides)) {
    memory.copy(weights, roundedRow, <usize>inputsPadded << 1);
  }
}

/**
 * Prepares a search over the rows with a side, from `weights`; returns the owner's mark. `prices` (f64 per input, any scale) orders the
 * columns: the `width` smallest may move, anywhere in what the problem allows or (`inBoxes`) in the boxes of the moment.
 */
export function beginMaxMin(sides: usize, weights: usize, prices: usize, width: i32, inBoxes: bool): i32 {
  assert(width > 0);
  const packing = Packings.maxMin;
  for (let i = 0; i < inputs; i++) {
    store<i16>(packing.lows + (<usize>i << 1), <i16>(inBoxes ? boxLow(i) : leastWeight(i)));
    store<i16>(packing.highs + (<usize>i << 1), <i16>(inBoxes ? boxHigh(i) : mostWeight(i)));
  }
  MaxMin.mark++;
  packRows(packing, sides);
  packing.columns = 0;
  for (let i = 0; i < inputs; i++) {
    if (lowest(packing, i) == highest(packing, i)) continue;
    insertColumn(packing, i, load<f64>(prices + (<usize>i << 3)), width);
  }
  for (let c = 0; c < packing.columns; c++) packColumn(packing, sides, c, inputAt(packing, c));
  memory.copy(packing.moving, weights, <usize>inputsPadded << 1);
  MaxMin.stale = 0;
  MaxMin.best = leastMargin(weights, sides);
  MaxMin.penalty = packing.rows ? retarget(packing, sides, MaxMin.best + 1) : 0;
  return MaxMin.mark;
}

/** Whether the search that stands is still the one that `mark` was given for. */
// @ts-ignore: decorator
@inline
export function maxMinIs(mark: i32): bool {
  return mark == MaxMin.mark;
}

/**
 * Up to `iterations` more moves; `weights` always holds the best found, whose margin is returned. `goal`: stop as soon
 * as this margin is reached (a bound). `mark`: from `beginMaxMin` with the same sides; `weights` as they were left.
 */
export function searchMaxMin(mark: i32, sides: usize, weights: usize, iterations: i32, goal: i32): i32 {
  assert(maxMinIs(mark)); // else somebody else has begun a search since
  const packing = Packings.maxMin;
  if (packing.columns == 0 || packing.rows == 0 || MaxMin.best >= goal) return MaxMin.best;
  count(COUNT_TABU);
  let found = false;
  const patience = 60 + 4 * packing.columns;
  const end = packing.turn + iterations;
  while (packing.turn < end) {
    packing.turn++;
    chooseStep(packing, true, 4);
    if (Move.column < 0) continue;
    makeMove(packing, inputAt(packing, Move.column), 6, 8);
    MaxMin.stale = Move.penalty < MaxMin.penalty ? 0 : MaxMin.stale + 1;
    MaxMin.penalty = min(MaxMin.penalty, Move.penalty);
    if (Move.penalty == 0) {
      const margin = leastMargin(packing.moving, sides);
      if (margin > MaxMin.best) {
        if (!found) count(COUNT_TABU_FOUND);
        found = true;
        MaxMin.best = margin;
        memory.copy(weights, packing.moving, <usize>inputsPadded << 1);
        if (margin >= goal) return margin;
        MaxMin.stale = 0;
      }
      MaxMin.penalty = retarget(packing, sides, MaxMin.best + 1);
    } else if (MaxMin.stale > patience) {
      memory.copy(packing.moving, weights, <usize>inputsPadded << 1);
      kick(packing, 6 + below(10));
      MaxMin.penalty = retarget(packing, sides, MaxMin.best + 1);
      MaxMin.stale = 0;
    }
  }
  return MaxMin.best;
}

/** Measures what the moving weights lack to a margin (units of 1/D); returns the penalty. */
function retarget(packing: Packing, sides: usize, target: i32): f32 {
  const goal = <f64>target / <f64>marginScale;
  const toll = <f64>tollOf(packing);
  const offset = <f64>epsilon / <f64>marginScale;
  const rows = packing.rows;
  const block = perBreath(inputsPadded);
  let sum: f32 = 0;
  for (let from = 0; from < rows; from += block) {
    breathe();
    const to = min(rows, from + block);
    for (let r = from; r < to; r++) {
      const side = <i32>load<i8>(sides + <usize>rowAt(packing, r));
      const s = <f64>sumAt(packing, sides, r) - toll;
      // S is an integer, so the target of a row rounds up to one.
      const d = <f32>(ceil(goal + (side < 0 ? offset : 0) - 1e-9) - s);
      store<f32>(packing.lacks + (<usize>r << 2), d);
      if (d > 0) sum += d * d;
    }
    spend(<f64>((to - from) * inputsPadded) / 8);
  }
  closeLacks(packing);
  return sum;
}

/** A few random moves among the cheapest columns, to leave a basin. */
function kick(packing: Packing, moves: i32): void {
  for (let turn = 0; turn < moves; turn++) {
    const c = below(packing.columns);
    const i = inputAt(packing, c);
    const w = weightAt(packing.moving, i) + (below(2) ? 1 : -1);
    if (w >= lowest(packing, i) && w <= highest(packing, i)) setWeight(packing.moving, i, w);
  }
}
