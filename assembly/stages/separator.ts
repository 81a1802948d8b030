import { reserve } from '../memory/arena';
import { copyRow } from '../network/weights';
import { inputs, inputsPadded, kept, keptCount, label } from '../problem/shape';
import { beginMaxMin, leastMargin, roundBest, searchMaxMin, searchSession } from '../primal/max-min-search';
import { relaxMaxMin, solution } from '../relax/neuron-lp';
import { directionAt, resetBoxes } from '../relax/safe-bound';

/**
 * One first-layer neuron with all sides decided, from relaxation over rounding to search: the separator of the kept
 * samples (sides = labels), a constant neuron (sides all +), or any pattern that a stage wants realised.
 */
export let neuronSides: usize = 0; // i8 [K]
/** i16 [NP]: the best weights for those sides. */
export let neuronRow: usize = 0;
/** Margin of `neuronRow` and its exact bound, units of 1/D. */
export let neuronMargin: i32 = 0;
export let neuronBound: i32 = 0;
let prices: usize = 0; // f64 [NP]
let scratch: usize = 0; // i16 [NP]: a search that starts elsewhere
let elsewhere: bool = false;
let lastWidth: i32 = 0;
let session: i32 = 0;

export function reserveSeparator(rowCount: i32): void {
  neuronSides = reserve(<usize>rowCount + 8);
  neuronRow = reserve(<usize>inputsPadded << 1);
  scratch = reserve(<usize>inputsPadded << 1);
  prices = reserve(<usize>inputsPadded << 3);
}

export function sidesFromLabels(): void {
  for (let k = 0; k < keptCount; k++) store<i8>(neuronSides + <usize>k, <i8>label(kept(k)));
}

export function sidesAll(side: i32): void {
  memory.fill(neuronSides, <u8>side, <usize>keptCount);
}

/** Relaxes and rounds for `neuronSides`; `ceiling` bounds the margin already. The search is ready to run. */
export function beginNeuron(ceiling: i32, width: i32): void {
  resetBoxes();
  neuronBound = relaxMaxMin(neuronSides, ceiling);
  roundBest(solution, neuronSides, neuronRow);
  readySearch(width);
}

/** As `beginNeuron`, but searches on from `row` where that is better than the rounding. */
export function beginNeuronFrom(row: usize, ceiling: i32, width: i32): void {
  resetBoxes();
  neuronBound = relaxMaxMin(neuronSides, ceiling);
  roundBest(solution, neuronSides, neuronRow);
  if (leastMargin(row, neuronSides) >= leastMargin(neuronRow, neuronSides)) copyRow(neuronRow, row, 0);
  readySearch(width);
}

/** Starts a fresh search from `neuronRow` over the `width` cheapest columns of the last relaxation. */
export function readySearch(width: i32): void {
  for (let i = 0; i < inputs; i++) store<f64>(prices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
  lastWidth = width;
  elsewhere = false;
  resume();
  neuronMargin = leastMargin(neuronRow, neuronSides);
}

/** As `readySearch`, from other weights, to look for another basin; `neuronRow` is replaced by better ones only. */
export function readySearchFrom(row: usize, width: i32): void {
  readySearch(width);
  copyRow(scratch, row, 0);
  elsewhere = true;
  resume();
}

/** The search itself is shared: whoever else began one in between has to be followed by a new beginning. */
function resume(): void {
  beginMaxMin(neuronSides, elsewhere ? scratch : neuronRow, prices, lastWidth, false);
  session = searchSession;
}

/** Searches on; true while the margin is below its bound. */
export function stepNeuron(iterations: i32): bool {
  if (session != searchSession) resume();
  if (elsewhere) {
    const margin = searchMaxMin(neuronSides, scratch, iterations, neuronBound);
    if (margin > neuronMargin) {
      neuronMargin = margin;
      copyRow(neuronRow, scratch, 0);
    }
  } else neuronMargin = searchMaxMin(neuronSides, neuronRow, iterations, neuronBound);
  return neuronMargin < neuronBound;
}
