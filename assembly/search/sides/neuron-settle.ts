import { CHECKED } from '../../base/check';
import { copyRow } from '../../network/weights';
import { epsilon, inputs, inputsPadded, keptCount } from '../../problem/shape';
import { beginFlipJoin, flipJoinFits, flipJoinIs, stepFlipJoin } from '../../neuron/flips/flip-join';
import { beginMaxMin, leastMargin, roundBest, searchMaxMin } from '../../neuron/max-min-search';
import { rawMultipliers, relaxMaxMin, solution } from '../../relax/lp/neuron-lp';
import { directionAt, resetBoxes } from '../../relax/exact/safe-bound';
import { attainableOn } from '../weights/attainable';
import { answersFor, beginNeuronTree, growNeuronTree, improveNeuronTree, treeBound, treeMargin, treeOpen } from '../weights/neuron-tree';
import { rememberedOfSides } from './side-witness';
import { findPattern, learnPattern, patternBound, patternMargin, patternRow } from './pattern-cache';
import { Clock } from '../../base/state';
import { Ceilings, joinRow, mirrorRow, mirrorSides, Settled, settlePrices, treeMultipliers, treeRow, treeSides } from './state';

/**
 * Single neurons for the activation tree: good weights quickly (`finishNeuron`), and the true optimum by Level B
 * (`settleNeuron`), which is resumed where the next call asks for the same sides and started afresh where not.
 */
let treeStands: bool = false;
let treeCapped: bool = false; // its ceiling was not that of the sides
let treeCeiling: i32 = 0;
let mark: i32 = 0; // of that tree
let calls: i32 = 0; // slices since the tree began
const SEARCH_EVERY = 8;
const SEARCH_MOVES = 2000;
let joins: bool = false;
let joinSession: i32 = 0;
let joinWork: f64 = 0; // of this tree
let treeWork: f64 = 0;
/** Work of the join for one unit of the tree. */
const JOIN_SHARE: f64 = 0.5;

export function startSettling(): void {
  treeStands = false;
}

/** Good weights for the sides, into `row`; learns them. */
export function finishNeuron(sides: usize, row: usize, ceiling: i32): void {
  const known = findPattern(sides);
  if (known >= 0) {
    copyRow(row, patternRow(known), 0);
    return;
  }
  const bound = quickWeights(sides, row, ceiling, 200);
  learnPattern(sides, row, leastMargin(row, sides), bound);
}

function quickWeights(sides: usize, row: usize, ceiling: i32, iterations: i32): i32 {
  resetBoxes();
  const bound = relaxMaxMin(sides, ceiling);
  roundBest(solution, sides, row);
  for (let i = 0; i < inputs; i++) store<f64>(settlePrices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
  const search = beginMaxMin(sides, row, settlePrices, 80, false);
  searchMaxMin(search, sides, row, iterations, bound);
  return bound;
}

/**
 * Up to `nodes` nodes of Level B on these sides. Weights that do not beat `target` are of no use to the caller and need
 * not be told apart. `capped`: the ceiling holds where the caller's neuron stands, not for all weights with these sides, and
 * what is shown below it is remembered of nobody else's.
 */
export function settleNeuron(sides: usize, ceiling: i32, target: i32, nodes: i32, capped: bool = false): void {
  const stands = treeStands && memory.compare(treeSides, sides, <usize>keptCount) == 0 && answersFor(mark, target);
  const same = stands && (!treeCapped || (capped && ceiling <= treeCeiling));
  if (!same) {
    memory.copy(treeSides, sides, <usize>keptCount);
    const known = findPattern(sides);
    if (known >= 0) copyRow(treeRow, patternRow(known), 0);
    else quickWeights(sides, treeRow, ceiling, 1000);
    mark = beginNeuronTree(treeSides, treeRow, known >= 0 ? min(ceiling, patternBound(known)) : ceiling);
    memory.copy(treeMultipliers, rawMultipliers, <usize>keptCount << 3);
    joins = flipJoinFits(treeSides);
    joinSession = -1;
    joinWork = 0;
    treeWork = 0;
    treeStands = true;
    treeCapped = capped;
    treeCeiling = ceiling;
    calls = 0;
  }
  const before = Clock.work;
  growNeuronTree(mark, nodes, target);
  treeWork += Clock.work - before;
  if (treeOpen(mark) && joins && joinWork <= JOIN_SHARE * treeWork) joinBeside();
  if (treeOpen(mark) && ++calls % SEARCH_EVERY == 0) searchBeside();
  Settled.bound = min(ceiling, treeBound(mark));
  Settled.exact = !treeOpen(mark) || treeMargin(mark) >= treeBound(mark);
  const own = !treeCapped && !capped; // the bound is that of the sides
  if (CHECKED && own) rememberedOfSides(sides, Settled.bound, 'neuron-settle: the bound of sides');
  learnPattern(sides, treeRow, treeMargin(mark), own ? Settled.bound : Ceilings.free);
  if (!treeOpen(mark)) {
    treeStands = false;
    if (own) learnMirror(sides);
  }
}

/**
 * The neuron with all weights turned round has all sides turned round (up to ties at zero, which the recount sees) and a
 * margin that differs by epsilon at most, either way.
 */
function learnMirror(sides: usize): void {
  for (let k = 0; k < keptCount; k++) store<i8>(mirrorSides + <usize>k, -load<i8>(sides + <usize>k));
  for (let i = 0; i < inputsPadded; i++) {
    store<i16>(mirrorRow + (<usize>i << 1), -load<i16>(treeRow + (<usize>i << 1)));
  }
  const bound = attainableOn(mirrorSides, Settled.bound + epsilon);
  learnPattern(mirrorSides, mirrorRow, leastMargin(mirrorRow, mirrorSides), bound);
}

/** Whether the tree of these sides still stands: going on with it costs nothing to take up. */
export function settlingStands(): bool {
  return treeStands && treeOpen(mark);
}

/** A slice of the join of flips, from the tree's best weights. */
function joinBeside(): void {
  const before = Clock.work;
  if (!flipJoinIs(joinSession)) joinSession = beginFlipJoin(treeSides, treeMultipliers);
  copyRow(joinRow, treeRow, 0);
  const margin = stepFlipJoin(joinSession, treeSides, joinRow, treeMargin(mark));
  improveNeuronTree(mark, joinRow, margin);
  joinWork += Clock.work - before;
}

/** A long turn of tabu search over the wide columns, from the tree's best weights. */
function searchBeside(): void {
  for (let i = 0; i < inputs; i++) store<f64>(settlePrices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
  const search = beginMaxMin(treeSides, treeRow, settlePrices, calls % (2 * SEARCH_EVERY) == 0 ? 90 : 160, false);
  improveNeuronTree(mark, treeRow, searchMaxMin(search, treeSides, treeRow, SEARCH_MOVES, treeBound(mark)));
}

/** The best weights known for the sides. */
export function settledRow(sides: usize, row: usize): void {
  const known = findPattern(sides);
  if (known >= 0) copyRow(row, patternRow(known), 0);
}

export function settledMargin(sides: usize): i32 {
  const known = findPattern(sides);
  return known >= 0 ? patternMargin(known) : 0;
}
