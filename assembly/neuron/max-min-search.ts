import { axpyF32, dotI16, penaltyF32 } from '../base/kernels/simd';
import { reserve, reserveRaw } from '../base/arena';
import { absSum, setWeight, weightAt } from '../network/weights';
import { spend, strain } from '../base/clock';
import { breathe, perBreath } from '../base/pause';
import { below } from '../base/random';
import {
  epsilon,
  inputs,
  inputsPadded,
  kept,
  keptCount,
  marginOf,
  marginScale,
  radius,
  sampleRow,
  weightBound,
} from '../problem/shape';
import { boxHigh, boxLow, directionAt } from '../relax/exact/safe-bound';

/**
 * Tabu search for one neuron with decided sides: raise its least margin. Minimises `sum_k max(0, target - margin_k)^2`
 * over moves `w_i +- 1`, the target one step above the best margin found (design section 3, "Primal"). Only the columns
 * near the relaxation's optimum are tried, those of small |reduced cost|: the others stand on the bound that every
 * good solution shares. The squared deficit in f32 guides; a margin is accepted only after an exact recount.
 */
let matrix: usize = 0; // f32 [candidates][rowsPadded]: side_k * x_ki of the candidate columns
let deficit: usize = 0; // f32 [rowsPadded]: target - margin, in units of S
let rowOf: usize = 0; // i32 [K]: kept position of a search row
let candidates: usize = 0; // i32 [inputs]: columns that may move
let lows: usize = 0; // i16 [inputs]: where weights may move
let highs: usize = 0; // i16 [inputs]
let tabuUntil: usize = 0; // i32 [inputs], by candidate
let order: usize = 0; // f64 [inputs]: sort keys of the candidates
let work16: usize = 0; // i16 [NP]: the moving weights
let rowCount: i32 = 0;
let rowsPadded: i32 = 0;
let candidateCount: i32 = 0;
/** Changes with every `beginMaxMin`: tells an owner whether the search that stands is still its own. */
export let searchSession: i32 = 0;
let iteration: i32 = 0;
let stale: i32 = 0;
let penalty: f32 = 0;
let best: i32 = 0;

const OUT: f32 = -1e18;

export function reserveMaxMinSearch(mostRows: i32): void {
  matrix = reserveRaw((<usize>inputs * <usize>((mostRows + 3) & ~3)) << 2);
  deficit = reserve(<usize>(mostRows + 4) << 2);
  rowOf = reserve(<usize>mostRows << 2);
  candidates = reserve(<usize>inputs << 2);
  tabuUntil = reserve(<usize>inputs << 2);
  lows = reserve(<usize>inputs << 1);
  highs = reserve(<usize>inputs << 1);
  order = reserve(<usize>inputs << 3);
  work16 = reserve(<usize>inputsPadded << 1);
}

// @ts-ignore: decorator
@inline
function lowest(i: i32): i32 {
  return <i32>load<i16>(lows + (<usize>i << 1));
}
// @ts-ignore: decorator
@inline
function highest(i: i32): i32 {
  return <i32>load<i16>(highs + (<usize>i << 1));
}

/** Least margin (exact, units of 1/D) of a weight row over the rows with a side. */
export function leastMargin(weights: usize, sides: usize): i32 {
  const slack = radius ? radius * absSum(weights) : 0;
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
  memory.copy(work16, weights, <usize>inputsPadded << 1);
  for (let i = 0; i < inputs; i++) {
    const x = load<f64>(solution + (<usize>i << 3));
    if (directionAt(i) != 0 && abs(x - nearest(x)) < 1e-6) continue;
    let sum = 0;
    breathe();
    strain(<f64>keptCount);
    for (let k = 0; k < keptCount; k++) {
      sum += <i32>load<i8>(sides + <usize>k) * <i32>load<i16>(sampleRow(kept(k)) + (<usize>i << 1));
    }
    setWeight(work16, i, sum >= 0 ? boxHigh(i) : boxLow(i));
  }
  spend(<f64>(inputs * 4));
  if (leastMargin(work16, sides) > leastMargin(weights, sides)) {
    memory.copy(weights, work16, <usize>inputsPadded << 1);
  }
}

/**
 * Prepares a search over the rows with a side, from `weights`. `prices` (f64 per input, any scale) orders the columns: the `width`
 * smallest may move, anywhere in {-P..P} or (`inBoxes`) in the boxes of the moment.
 */
export function beginMaxMin(sides: usize, weights: usize, prices: usize, width: i32, inBoxes: bool): void {
  for (let i = 0; i < inputs; i++) {
    store<i16>(lows + (<usize>i << 1), <i16>(inBoxes ? boxLow(i) : -weightBound));
    store<i16>(highs + (<usize>i << 1), <i16>(inBoxes ? boxHigh(i) : weightBound));
  }
  searchSession++;
  rowCount = 0;
  for (let k = 0; k < keptCount; k++) {
    if (load<i8>(sides + <usize>k) == 0) continue;
    store<i32>(rowOf + (<usize>rowCount << 2), k);
    rowCount++;
  }
  rowsPadded = (rowCount + 3) & ~3;
  candidateCount = 0;
  for (let i = 0; i < inputs; i++) {
    if (lowest(i) == highest(i)) continue;
    insertByPrice(i, load<f64>(prices + (<usize>i << 3)), width);
  }
  for (let c = 0; c < candidateCount; c++) {
    const i = load<i32>(candidates + (<usize>c << 2));
    const column = matrix + (<usize>(c * rowsPadded) << 2);
    breathe();
    spend(<f64>rowCount);
    for (let r = 0; r < rowCount; r++) {
      const k = load<i32>(rowOf + (<usize>r << 2));
      const x = <i32>load<i16>(sampleRow(kept(k)) + (<usize>i << 1));
      store<f32>(column + (<usize>r << 2), <f32>(<i32>load<i8>(sides + <usize>k) * x));
    }
    for (let r = rowCount; r < rowsPadded; r++) store<f32>(column + (<usize>r << 2), 0);
    store<i32>(tabuUntil + (<usize>c << 2), 0);
  }
  memory.copy(work16, weights, <usize>inputsPadded << 1);
  iteration = 0;
  stale = 0;
  best = leastMargin(weights, sides);
  penalty = rowCount ? retarget(sides, best + 1) : 0;
}

/** Keeps `candidates` the `width` cheapest so far, ascending. */
function insertByPrice(i: i32, price: f64, width: i32): void {
  if (candidateCount == width && price >= load<f64>(order + (<usize>(width - 1) << 3))) return;
  let at = candidateCount < width ? candidateCount++ : width - 1;
  while (at > 0 && load<f64>(order + (<usize>(at - 1) << 3)) > price) {
    store<f64>(order + (<usize>at << 3), load<f64>(order + (<usize>(at - 1) << 3)));
    store<i32>(candidates + (<usize>at << 2), load<i32>(candidates + (<usize>(at - 1) << 2)));
    at--;
  }
  store<f64>(order + (<usize>at << 3), price);
  store<i32>(candidates + (<usize>at << 2), i);
}

/**
 * Up to `iterations` more moves; `weights` always holds the best found, whose margin is returned. `goal`: stop as soon
 * as this margin is reached (a bound). Call `beginMaxMin` first and hand in the same sides and weights.
 */
export function searchMaxMin(sides: usize, weights: usize, iterations: i32, goal: i32): i32 {
  if (candidateCount == 0 || rowCount == 0 || best >= goal) return best;
  const patience = 60 + 4 * candidateCount;
  const block = perBreath(rowsPadded);
  const end = iteration + iterations;
  while (iteration < end) {
    iteration++;
    let least: f32 = f32.MAX_VALUE;
    let pick = -1;
    let step = 0;
    for (let from = 0; from < candidateCount; from += block) {
      breathe();
      const to = min(candidateCount, from + block);
      for (let c = from; c < to; c++) {
        const i = load<i32>(candidates + (<usize>c << 2));
        const w = weightAt(work16, i);
        const column = matrix + (<usize>(c * rowsPadded) << 2);
        const tabu = load<i32>(tabuUntil + (<usize>c << 2)) > iteration;
        if (w < highest(i)) {
          const after = penaltyF32(deficit, column, <f32>(radius * (w >= 0 ? 1 : -1)), 1, rowsPadded);
          if (after < least && (!tabu || after == 0)) {
            least = after;
            pick = c;
            step = 1;
          }
        }
        if (w > lowest(i)) {
          const after = penaltyF32(deficit, column, <f32>(radius * (w > 0 ? -1 : 1)), -1, rowsPadded);
          if (after < least && (!tabu || after == 0)) {
            least = after;
            pick = c;
            step = -1;
          }
        }
      }
      spend(<f64>((to - from) * (rowsPadded + 4)) / 2);
    }
    if (pick < 0) continue;
    apply(pick, step);
    store<i32>(tabuUntil + (<usize>pick << 2), iteration + 6 + below(8));
    stale = least < penalty ? 0 : stale + 1;
    penalty = min(penalty, least);
    if (least == 0) {
      const margin = leastMargin(work16, sides);
      if (margin > best) {
        best = margin;
        memory.copy(weights, work16, <usize>inputsPadded << 1);
        if (best >= goal) return best;
        stale = 0;
      }
      penalty = retarget(sides, best + 1);
    } else if (stale > patience) {
      memory.copy(work16, weights, <usize>inputsPadded << 1);
      kick(6 + below(10));
      penalty = retarget(sides, best + 1);
      stale = 0;
    }
  }
  return best;
}

/** Rebuilds the deficits of the moving weights for a target margin (units of 1/D); returns the penalty. */
function retarget(sides: usize, target: i32): f32 {
  const goal = <f64>target / <f64>marginScale;
  const slack = <f64>(radius ? radius * absSum(work16) : 0);
  const offset = <f64>epsilon / <f64>marginScale;
  const block = perBreath(inputsPadded);
  let sum: f32 = 0;
  for (let from = 0; from < rowCount; from += block) {
    breathe();
    const to = min(rowCount, from + block);
    for (let r = from; r < to; r++) {
      const k = load<i32>(rowOf + (<usize>r << 2));
      const side = <i32>load<i8>(sides + <usize>k);
      const s = <f64>(side * dotI16(work16, sampleRow(kept(k)), inputsPadded)) - slack;
      // S is an integer, so the target of a row rounds up to one.
      const d = <f32>(ceil(goal + (side < 0 ? offset : 0) - 1e-9) - s);
      store<f32>(deficit + (<usize>r << 2), d);
      if (d > 0) sum += d * d;
    }
    spend(<f64>((to - from) * inputsPadded) / 8);
  }
  for (let r = rowCount; r < rowsPadded; r++) store<f32>(deficit + (<usize>r << 2), OUT);
  return sum;
}

function apply(c: i32, step: i32): void {
  const i = load<i32>(candidates + (<usize>c << 2));
  const before = weightAt(work16, i);
  setWeight(work16, i, before + step);
  axpyF32(deficit, matrix + (<usize>(c * rowsPadded) << 2), <f32>-step, rowsPadded);
  const toll = radius * (abs(before + step) - abs(before));
  if (toll) {
    for (let r = 0; r < rowCount; r++) {
      const at = deficit + (<usize>r << 2);
      store<f32>(at, load<f32>(at) + <f32>toll);
    }
  }
}

/** A few random moves among the cheapest columns, to leave a basin. */
function kick(moves: i32): void {
  for (let turn = 0; turn < moves; turn++) {
    const c = below(candidateCount);
    const i = load<i32>(candidates + (<usize>c << 2));
    const w = weightAt(work16, i) + (below(2) ? 1 : -1);
    if (w >= lowest(i) && w <= highest(i)) setWeight(work16, i, w);
  }
}
