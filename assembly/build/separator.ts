import { copyRow } from '../network/weights';
import { inputs, kept, keptCount, label } from '../problem/shape';
import { beginFlipJoin, flipJoinFits, flipJoinIs, stepFlipJoin } from '../neuron/flips/flip-join';
import { beginMaxMin, leastMargin, maxMinIs, roundBest, searchMaxMin } from '../neuron/max-min-search';
import { rawMultipliers, relaxMaxMin, solution } from '../relax/lp/neuron-lp';
import { directionAt, resetBoxes } from '../relax/exact/safe-bound';
import { Clock } from '../base/state';
import { neuronMultipliers, neuronPrices, neuronRow, neuronSides, searchRow, Separator } from './state';

/**
 * One first-layer neuron with all sides decided, from relaxation over rounding to search: the separator of the kept
 * samples (sides = labels), a constant neuron (sides all +), or any pattern that a stage wants realised.
 */

export function sidesFromLabels(): void {
  for (let k = 0; k < keptCount; k++) store<i8>(neuronSides + <usize>k, <i8>label(kept(k)));
}

export function sidesAll(side: i32): void {
  memory.fill(neuronSides, <u8>side, <usize>keptCount);
}

/** Relaxes and rounds for `neuronSides`; `ceiling` bounds the margin already. The search is ready to run. */
export function beginNeuron(ceiling: i32, width: i32): void {
  resetBoxes();
  Separator.bound = relaxMaxMin(neuronSides, ceiling);
  roundBest(solution, neuronSides, neuronRow);
  readyJoin();
  readySearch(width);
}

/** As `beginNeuron`, but searches on from `row` where that is better than the rounding. */
export function beginNeuronFrom(row: usize, ceiling: i32, width: i32): void {
  resetBoxes();
  Separator.bound = relaxMaxMin(neuronSides, ceiling);
  roundBest(solution, neuronSides, neuronRow);
  if (leastMargin(row, neuronSides) >= leastMargin(neuronRow, neuronSides)) copyRow(neuronRow, row, 0);
  readyJoin();
  readySearch(width);
}

function readyJoin(): void {
  memory.copy(neuronMultipliers, rawMultipliers, <usize>keptCount << 3);
  Separator.joins = flipJoinFits(neuronSides);
  Separator.join = -1;
  Separator.floor = i32.MIN_VALUE;
  Separator.joinWork = 0;
  Separator.localWork = 0;
}

/** Starts a fresh search from `neuronRow` over the `width` cheapest columns of the last relaxation. */
export function readySearch(width: i32): void {
  for (let i = 0; i < inputs; i++) store<f64>(neuronPrices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
  Separator.width = width;
  Separator.margin = leastMargin(neuronRow, neuronSides);
  resume();
}

/** As `readySearch`, from other weights, to look for another basin; `neuronRow` is replaced by better ones only. */
export function readySearchFrom(row: usize, width: i32): void {
  readySearch(width);
  copyRow(searchRow, row, 0);
  begin();
}

/** Tells of a better row that somebody else has written to `neuronRow`: searches aim beyond it. */
export function raiseNeuron(margin: i32): void {
  if (margin <= Separator.margin) return;
  Separator.margin = margin;
  Separator.search = -1;
}

/** The search itself is shared: whoever else began one in between has to be followed by a new beginning. */
function resume(): void {
  copyRow(searchRow, neuronRow, 0);
  begin();
}

function begin(): void {
  Separator.search = beginMaxMin(neuronSides, searchRow, neuronPrices, Separator.width, false);
}

/** Searches on, by turns of local search and of the join; true while the margin is below its bound. */
export function stepNeuron(iterations: i32): bool {
  const before = Clock.work;
  if (Separator.joins && Separator.joinWork <= JOIN_SHARE * Separator.localWork) {
    if (!flipJoinIs(Separator.join)) Separator.join = beginFlipJoin(neuronSides, neuronMultipliers);
    const asked = max(Separator.margin, Separator.floor);
    const margin = stepFlipJoin(Separator.join, neuronSides, neuronRow, asked);
    if (margin > asked) {
      Separator.search = -1;
      Separator.margin = margin;
    }
    Separator.joinWork += Clock.work - before;
    return Separator.margin < Separator.bound;
  }
  if (!maxMinIs(Separator.search)) resume();
  const margin = searchMaxMin(Separator.search, neuronSides, searchRow, iterations, Separator.bound);
  if (margin > Separator.margin) {
    Separator.margin = margin;
    copyRow(neuronRow, searchRow, 0);
  }
  Separator.localWork += Clock.work - before;
  return Separator.margin < Separator.bound;
}
const JOIN_SHARE: f64 = 2; // work of the join for one unit of local search
