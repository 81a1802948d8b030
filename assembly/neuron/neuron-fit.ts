import { dotI16 } from '../base/kernels/simd';
import { copyRow, tollOfRow } from '../network/weights';
import { spend } from '../base/clock';
import { breathe } from '../base/pause';
import { inputs, inputsPadded, kept, keptCount, marginOf, marginScale, sampleRow } from '../problem/shape';
import { rawMultipliers, relaxMaxMin, solution } from '../relax/lp/neuron-lp';
import { directionAt, resetBoxes } from '../relax/exact/safe-bound';
import { beginMaxMin, leastMargin, roundBest, searchMaxMin } from './max-min-search';
import { searchShortfall } from './shortfall-search';
import { active, Fit, fitPrices, fitRow, rowMargins, used } from './state';

/**
 * Good weights for one neuron over many rows, of which few matter: robustness cuts. The relaxation generates the rows it
 * needs; local search works on those with a multiplier and takes in the rows that its own best weights violate, most
 * violated first, until none is violated any more: the margin then holds for every row with a side. Rows that
 * have fallen far behind leave the search again (they age out), else its cost grows with every cut.
 */
const MOST_ACTIVE = 160;
const CUTS_A_ROUND = 12;

export function forgetRows(): void {
  memory.fill(used, 0, <usize>keptCount);
}

/** Marks kept position `k` as a row that some relaxation or search has needed. */
export function needRow(k: i32): void {
  store<u8>(used + <usize>k, 1);
}

/** Rows of the full set that were ever needed. */
export function rowsUsed(): i32 {
  let count = 0;
  for (let k = 0; k < keptCount; k++) count += <i32>load<u8>(used + <usize>k);
  return count;
}

/** Weights by relaxation and rounding, without search; `Fit.bound` is exact. */
export function relaxFit(sides: usize, row: usize, ceiling: i32): void {
  resetBoxes();
  Fit.bound = relaxMaxMin(sides, ceiling);
  roundBest(solution, sides, row);
  Fit.margin = leastMargin(row, sides);
  activate(sides);
}

/** Raises the margin of `row` by `moves` moves towards the relaxation's bound. Call `relaxFit` for these sides before. */
export function raiseFit(sides: usize, row: usize, moves: i32): void {
  if (Fit.margin >= Fit.bound) return;
  copyRow(fitRow, row, 0);
  searchShortfall(sides, fitRow, <f32>Fit.bound / <f32>marginScale, moves);
  const margin = leastMargin(fitRow, sides);
  if (margin <= Fit.margin) return;
  Fit.margin = margin;
  copyRow(row, fitRow, 0);
}

/** The rows of the relaxation's certificate are what a search begins with. */
function activate(sides: usize): void {
  memory.fill(active, 0, <usize>keptCount);
  Fit.active = 0;
  for (let k = 0; k < keptCount; k++) {
    if (load<f64>(rawMultipliers + (<usize>k << 3)) <= 0) continue;
    take(sides, k);
  }
  for (let i = 0; i < inputs; i++) store<f64>(fitPrices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
}

function take(sides: usize, k: i32): void {
  if (load<i8>(active + <usize>k) != 0) return;
  store<i8>(active + <usize>k, load<i8>(sides + <usize>k));
  needRow(k);
  Fit.active++;
}

/**
 * Raises the margin of `row` from where it stands by rounds of local search of `moves` moves each, with cuts in between.
 * Call `relaxFit` for these sides before.
 */
export function searchFit(sides: usize, row: usize, rounds: i32, moves: i32, columns: i32): void {
  copyRow(fitRow, row, 0);
  for (let round = 0; round < rounds && Fit.margin < Fit.bound; round++) {
    cut(sides, fitRow, Fit.margin);
    const mark = beginMaxMin(active, fitRow, fitPrices, columns, false);
    searchMaxMin(mark, active, fitRow, moves, Fit.bound);
    const margin = leastMargin(fitRow, sides);
    if (margin <= Fit.margin) continue;
    Fit.margin = margin;
    copyRow(row, fitRow, 0);
  }
}

/** Takes in the most violated rows (below what the seen ones reach), and lets go of those far behind. */
function cut(sides: usize, weights: usize, floor: i32): void {
  const slack = tollOfRow(weights);
  let seen = i32.MAX_VALUE;
  for (let k = 0; k < keptCount; k++) {
    const side = <i32>load<i8>(sides + <usize>k);
    let margin = i32.MAX_VALUE;
    breathe();
    spend(<f64>(inputsPadded + 16) / 8);
    if (side != 0) margin = marginOf(dotI16(weights, sampleRow(kept(k)), inputsPadded), side, slack);
    store<i32>(rowMargins + (<usize>k << 2), margin);
    if (load<i8>(active + <usize>k) != 0) seen = min(seen, margin);
  }
  if (Fit.active > MOST_ACTIVE) ageOut(max(seen, floor));
  for (let turn = 0; turn < CUTS_A_ROUND; turn++) {
    let worst = -1;
    let least = max(seen, floor);
    for (let k = 0; k < keptCount; k++) {
      const margin = load<i32>(rowMargins + (<usize>k << 2));
      if (margin > least || load<i8>(active + <usize>k) != 0) continue;
      least = margin;
      worst = k;
    }
    spend(<f64>keptCount / 2);
    if (worst < 0) return;
    take(sides, worst);
  }
}

/** Rows whose margin is half as much again as the least one have not been binding: the search goes on without them. */
function ageOut(least: i32): void {
  const far = least + (max(least, 0) >> 1) + 1;
  for (let k = 0; k < keptCount; k++) {
    if (load<i8>(active + <usize>k) == 0 || load<i32>(rowMargins + (<usize>k << 2)) < far) continue;
    if (load<f64>(rawMultipliers + (<usize>k << 3)) > 0) continue;
    store<i8>(active + <usize>k, 0);
    Fit.active--;
  }
}
