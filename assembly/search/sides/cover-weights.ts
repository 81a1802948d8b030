import { nonzerosOf, weightRow } from '../../network/weights';
import { inputs, size } from '../../problem/shape';
import { heldByNeuron, incumbent, NO_VALUE, objective } from '../../record/incumbent';
import { beginCover, covers, searchCover } from '../../neuron/cover-search';
import { beginMaxMin, roundBest, roundSolution, searchMaxMin } from '../../neuron/max-min-search';
import { relaxCover, relaxMaxMin, solution } from '../../relax/lp/neuron-lp';
import { directionAt, resetBoxes } from '../../relax/exact/safe-bound';
import { kindOf } from './cover-node';
import { findPattern, learnPattern, patternMargin } from './pattern-cache';
import { coverNeeds, coverRow, settlePrices, sides } from './state';

/**
 * Sparse weights of one neuron for the cover tree, in a hurry: what the incumbent has, the relaxation rounded, or weights that
 * a search for the margin finds, thinned by swaps.
 */
const MARGIN_MOVES = 2000;
const COVER_MOVES = 400;

/** Learns the incumbent's weights of any neuron that hold what neuron `j` has to on `sides`. */
export function learnFromIncumbent(j: i32): void {
  if (objective == NO_VALUE) return;
  for (let other = 0; other < size(1); other++) {
    const row = weightRow(incumbent, 0, other);
    const known = findPattern(sides, kindOf(j));
    const value = -nonzerosOf(row);
    if (known >= 0 && patternMargin(known) >= value) continue;
    if (covers(row, sides, coverNeeds)) learnPattern(sides, row, value, 0, kindOf(j));
  }
}

/** Looks for weights on `sides` and `coverNeeds` and learns what it finds, or that it finds nothing. */
export function findCover(j: i32, bound: i32): void {
  resetBoxes();
  relaxCover(sides, coverNeeds);
  roundSolution(solution, coverRow);
  if (!covers(coverRow, sides, coverNeeds)) reachMargin(heldByNeuron(j));
  let value = i32.MIN_VALUE;
  if (covers(coverRow, sides, coverNeeds)) {
    const mark = beginCover(sides, coverRow, coverNeeds);
    value = -searchCover(mark, sides, coverRow, coverNeeds, COVER_MOVES, -bound);
  }
  learnPattern(sides, coverRow, value, bound, kindOf(j));
}

/** Weights for the margin alone, as MM looks for them. */
function reachMargin(held: i32): void {
  resetBoxes();
  const ceiling = relaxMaxMin(sides, i32.MAX_VALUE);
  roundBest(solution, sides, coverRow);
  for (let i = 0; i < inputs; i++) store<f64>(settlePrices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
  const mark = beginMaxMin(sides, coverRow, settlePrices, 120, false);
  searchMaxMin(mark, sides, coverRow, MARGIN_MOVES, min(ceiling, held));
}
