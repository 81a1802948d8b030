import { CHECKED } from '../../base/check';
import { copyNetwork, weightRow } from '../../network/weights';
import { countNode, spend } from '../../base/clock';
import { kept, keptCount, label, layerCount, size, weightBound } from '../../problem/shape';
import { addVector, finishUpper, nextVector, startUpper, writeUpper } from '../../upper/upper-layers';
import { upperLayersBound } from '../../relax/exact/ceilings';
import { declareInfeasible, improveBound, incumbent, NO_VALUE, objective, offer } from '../../record/incumbent';
import { beginTable, patternMask, patternValue, sortTable, stepTable, tabulable, tabulableCoarsely, writePattern } from './pattern-table';
import { functionCells, functionChoice, functionCount, functionSums, PatternTable, tableTrial } from './state';
import { closingFunctions } from './table-witness';
import { searchCoarsely, Upper } from '../../upper/state';

/**
 * The paper's MM with hidden layers and few inputs: max-margin over a tabulated first layer: depth-first over multisets of patterns in falling order of their margins.
 *
 * With patterns p_1 <= .. <= p_j chosen (indices into the sorted table) nothing that follows has a larger margin than
 * p_j, so the best completion is bounded by the margins chosen, the rest at the margin of p_j, and what the upper layers
 * can add. The samples fall into cells of equal activations; cells with both labels must be split by the patterns to
 * come, the last one must split them all. What is left is solved exactly in the upper layers.
 */
const TABULATE = 0;
const SEARCH = 1;
const DONE = 2;

let phase: i32 = DONE;
let table: i32 = 0; // the mark of ours
let depth: i32 = 0;
let plus: u64 = 0;
let minus: u64 = 0;
let ceiling: i64 = 0;
let coarse: bool = false;
let reached: i64 = -1; // all neurons have a pattern now, of this sum; -1: not all. For the caller: `advance` never pauses

const UPPER_EFFORT: i64 = 8000000;

/** Whether the running problem can be settled this way. */
export function functionTreeFits(): bool {
  return layerCount >= 2 && Upper.enumerable && tabulable();
}

/** Whether it can be for weights that are multiples of P. */
export function coarseFunctionTreeFits(): bool {
  return weightBound > 1 && Upper.enumerableCoarsely && tabulableCoarsely();
}

/** `coarse`: all weights multiples of P, which is P = 1 scaled: its best network is a start, and nothing is proved. */
export function beginFunctionTree(coarsely: bool): void {
  phase = TABULATE;
  coarse = coarsely;
  table = beginTable(coarse);
  plus = 0;
  minus = 0;
  for (let index = 0; index < keptCount; index++) {
    const bit = <u64>1 << <u64>index;
    if (label(kept(index)) > 0) plus |= bit;
    else minus |= bit;
  }
  ceiling = upperLayersBound();
}

/** A slice of the search; the stage is settled when it returns false and nothing overflowed. */
export function stepFunctionTree(): bool {
  assert(phase == DONE || table == PatternTable.mark);
  if (phase == TABULATE) {
    if (stepTable(20000)) return true;
    if (PatternTable.overflow) {
      phase = DONE;
      return false;
    }
    sortTable();
    phase = SEARCH;
    depth = 0;
    store<i32>(functionChoice, -1);
    store<i64>(functionSums, 0);
    const mixed = plus != 0 && minus != 0;
    store<i32>(functionCount, i32(mixed));
    store<u64>(functionCells, plus | minus);
    return true;
  }
  if (phase == SEARCH) {
    for (let turn = 0; turn < 2000; turn++) {
      const more = advance();
      if (reached >= 0) leaf(reached);
      if (phase == DONE) return false;
      if (!more) {
        phase = DONE;
        if (coarse) return false;
        if (objective == NO_VALUE) declareInfeasible();
        else improveBound(objective);
        return false;
      }
    }
    return true;
  }
  return false;
}

/** Moves to the next assignment: the next pattern of the current neuron, or back up. */
function advance(): bool {
  reached = -1;
  const n = size(1);
  const p = load<i32>(functionChoice + (<usize>depth << 2)) + 1;
  const sum = load<i64>(functionSums + (<usize>depth << 3));
  if (p < PatternTable.total) {
    const value = patternValue(p);
    const most = sum + <i64>(n - depth) * <i64>value + ceiling;
    if (depth == 0 && !coarse) improveBound(objective != NO_VALUE ? max(objective, most) : most);
    if (objective == NO_VALUE || most > objective) {
      store<i32>(functionChoice + (<usize>depth << 2), p);
      if (splitCells(p)) {
        store<i64>(functionSums + (<usize>(depth + 1) << 3), sum + <i64>value);
        countNode();
        if (depth + 1 == n) reached = sum + <i64>value;
        else {
          depth++;
          store<i32>(functionChoice + (<usize>depth << 2), p - 1);
        }
      } else if (CHECKED && !coarse) closingFunctions(depth, p, p, objective, 'function-tree: cells of both labels');
      return true;
    }
    if (CHECKED && !coarse) closingFunctions(depth, p, PatternTable.total, objective, 'function-tree: the bound of a pattern');
  }
  depth--;
  return depth >= 0;
}

/** The mixed cells after neuron `depth` takes pattern `p`; false if too many remain for the neurons to come. */
function splitCells(p: i32): bool {
  const mask = patternMask(p);
  const from = functionCells + (<usize>(depth * 64) << 3);
  const to = functionCells + (<usize>((depth + 1) * 64) << 3);
  const count = load<i32>(functionCount + (<usize>depth << 2));
  const last = depth + 1 == size(1);
  let left = 0;
  for (let c = 0; c < count; c++) {
    const cell = load<u64>(from + (<usize>c << 3));
    for (let half = 0; half < 2; half++) {
      const part = half ? cell & ~mask : cell & mask;
      if ((part & plus) == 0 || (part & minus) == 0) continue;
      if (last || left == 64) return false;
      store<u64>(to + (<usize>left << 3), part);
      left++;
    }
  }
  store<i32>(functionCount + (<usize>(depth + 1) << 2), left);
  spend(<f64>(count + 2));
  return true;
}

/** All neurons have a pattern: the upper layers decide. */
function leaf(sum: i64): void {
  if (objective != NO_VALUE && sum + ceiling <= objective) return;
  const n = size(1);
  startUpper();
  for (let index = 0; index < keptCount; index++) {
    const vector = nextVector();
    if (!vector) {
      phase = DONE;
      return;
    }
    for (let j = 0; j < n; j++) {
      const mask = patternMask(load<i32>(functionChoice + (<usize>j << 2)));
      store<i16>(vector + (<usize>j << 1), (mask >>> <u64>index) & 1 ? 1 : -1);
    }
    if (!addVector(label(kept(index)))) return;
  }
  if (coarse) searchCoarsely(true);
  const found = finishUpper(UPPER_EFFORT);
  if (coarse) searchCoarsely(false);
  else if (!Upper.complete) phase = DONE; // what this leaf is worth is not known: nothing can be proved here
  if (!found) return;
  if (objective != NO_VALUE && sum + Upper.value <= objective) return;
  copyNetwork(tableTrial, incumbent);
  for (let j = 0; j < n; j++) writePattern(load<i32>(functionChoice + (<usize>j << 2)), weightRow(tableTrial, 0, j));
  writeUpper(tableTrial);
  offer(tableTrial);
}
