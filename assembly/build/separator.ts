import { reserve } from '../base/arena';
import { copyRow } from '../network/weights';
import { inputs, inputsPadded, kept, keptCount, label } from '../problem/shape';
import { beginFlipJoin, flipJoinFits, flipJoinSession, stepFlipJoin } from '../neuron/flips/flip-join';
import { beginMaxMin, leastMargin, roundBest, searchMaxMin, searchSession } from '../neuron/max-min-search';
import { rawMultipliers, relaxMaxMin, solution } from '../relax/lp/neuron-lp';
import { directionAt, resetBoxes } from '../relax/exact/safe-bound';
import { Clock } from '../base/state';

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
let scratch: usize = 0; // i16 [NP]: the local search's own row
let lastWidth: i32 = 0;
let session: i32 = 0;
let multipliers: usize = 0; // f64 [K]: of the relaxation for `neuronSides`
let joinSession: i32 = 0;
let joins: bool = false;
let joinWork: f64 = 0; // spent on the join and on local search for these sides
let localWork: f64 = 0;

export function reserveSeparator(rowCount: i32): void {
  neuronSides = reserve(<usize>rowCount + 8);
  neuronRow = reserve(<usize>inputsPadded << 1);
  scratch = reserve(<usize>inputsPadded << 1);
  prices = reserve(<usize>inputsPadded << 3);
  multipliers = reserve(<usize>rowCount << 3);
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
  readyJoin();
  readySearch(width);
}

/** As `beginNeuron`, but searches on from `row` where that is better than the rounding. */
export function beginNeuronFrom(row: usize, ceiling: i32, width: i32): void {
  resetBoxes();
  neuronBound = relaxMaxMin(neuronSides, ceiling);
  roundBest(solution, neuronSides, neuronRow);
  if (leastMargin(row, neuronSides) >= leastMargin(neuronRow, neuronSides)) copyRow(neuronRow, row, 0);
  readyJoin();
  readySearch(width);
}

function readyJoin(): void {
  memory.copy(multipliers, rawMultipliers, <usize>keptCount << 3);
  joins = flipJoinFits(neuronSides);
  joinSession = -1;
  joinWork = 0;
  localWork = 0;
}

/** Starts a fresh search from `neuronRow` over the `width` cheapest columns of the last relaxation. */
export function readySearch(width: i32): void {
  for (let i = 0; i < inputs; i++) store<f64>(prices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
  lastWidth = width;
  neuronMargin = leastMargin(neuronRow, neuronSides);
  resume();
}

/** As `readySearch`, from other weights, to look for another basin; `neuronRow` is replaced by better ones only. */
export function readySearchFrom(row: usize, width: i32): void {
  readySearch(width);
  copyRow(scratch, row, 0);
  begin();
}

/** Tells of a better row that somebody else has written to `neuronRow`: searches aim beyond it. */
export function raiseNeuron(margin: i32): void {
  if (margin <= neuronMargin) return;
  neuronMargin = margin;
  session = -1;
}

/** The search itself is shared: whoever else began one in between has to be followed by a new beginning. */
function resume(): void {
  copyRow(scratch, neuronRow, 0);
  begin();
}

function begin(): void {
  beginMaxMin(neuronSides, scratch, prices, lastWidth, false);
  session = searchSession;
}

/** Searches on, by turns of local search and of the join; true while the margin is below its bound. */
export function stepNeuron(iterations: i32): bool {
  const before = Clock.work;
  if (joins && joinWork <= JOIN_SHARE * localWork) {
    if (joinSession != flipJoinSession) {
      beginFlipJoin(neuronSides, multipliers);
      joinSession = flipJoinSession;
    }
    const margin = stepFlipJoin(neuronSides, neuronRow, neuronMargin);
    if (margin > neuronMargin) session = -1;
    neuronMargin = margin;
    joinWork += Clock.work - before;
    return neuronMargin < neuronBound;
  }
  if (session != searchSession) resume();
  const margin = searchMaxMin(neuronSides, scratch, iterations, neuronBound);
  if (margin > neuronMargin) {
    neuronMargin = margin;
    copyRow(neuronRow, scratch, 0);
  }
  localWork += Clock.work - before;
  return neuronMargin < neuronBound;
}
const JOIN_SHARE: f64 = 2; // work of the join for one unit of local search
