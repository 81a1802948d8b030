import { CHECKED } from '../../base/check';
import { setWeight, weightRow } from '../../network/weights';
import { countNode, spend } from '../../base/clock';
import { confidence, kept, keptCount, label, layerCount, radius, size, weightBound } from '../../problem/shape';
import { improveBound, objective, offer } from '../../record/incumbent';
import { beginTable, patternMask, sortTable, stepTable, tabulable, tabulableCoarsely, writePattern } from './pattern-table';
import { closingVotes } from './table-witness';
import { PatternTable, tableTrial, voteChoice, voteLeft, voteOutputs, voteStates } from './state';

/**
 * The paper's SM with one hidden layer and few inputs, over a tabulated first layer. The output neuron is a weighted vote: sample k counts when
 * `sum_j w_j y_k a_jk >= confidence`. Output weights are enumerated first, as multisets (neurons may be permuted); then
 * patterns are chosen for the neurons that have a say, largest |w| first. A sample is lost when even unanimous
 * agreement of the neurons to come cannot lift it to confidence.
 */
const TABULATE = 0;
const SEARCH = 1;
const DONE = 2;

let phase: i32 = DONE;
let neurons: i32 = 0; // neurons with a say
let table: i32 = 0; // the mark of ours
let depth: i32 = 0;
let labelsMask: u64 = 0;
let unit: i32 = 1; // weights are multiples of it
let reached: bool = false; // all neurons have a pattern now. For the caller: `advance` never pauses

export function voteTreeFits(): bool {
  return layerCount == 2 && radius == 0 && tabulable();
}

/** Whether it does where all weights are multiples of P. */
export function coarseVoteTreeFits(): bool {
  return layerCount == 2 && radius == 0 && weightBound > 1 && tabulableCoarsely();
}

/** `coarse`: all weights multiples of P, which is P = 1 scaled: its best network is a start, and nothing is proved. */
export function beginVoteTree(coarse: bool): void {
  phase = TABULATE;
  unit = coarse ? weightBound : 1;
  table = beginTable(coarse);
  labelsMask = 0;
  for (let index = 0; index < keptCount; index++) {
    if (label(kept(index)) > 0) labelsMask |= <u64>1 << <u64>index;
  }
}

/** A slice; false when the search is over (and, unless the table overflowed, the incumbent proved). */
export function stepVoteTree(): bool {
  assert(phase == DONE || table == PatternTable.mark);
  if (phase == TABULATE) {
    if (stepTable(20000)) return true;
    if (PatternTable.overflow) {
      phase = DONE;
      return false;
    }
    sortTable();
    for (let j = 0; j < size(1); j++) store<i32>(voteOutputs + (<usize>j << 2), weightBound);
    phase = SEARCH;
    beginOutputs();
    return true;
  }
  if (phase != SEARCH) return false;
  for (let turn = 0; turn < 4000; turn++) {
    const more = advance();
    if (reached) offerVotes();
    if (more) continue;
    if (!nextOutputs()) {
      phase = DONE;
      if (unit == 1) improveBound(objective);
      return false;
    }
    beginOutputs();
  }
  return true;
}

/** Output weights run through all multisets: falling order P, -P, P-1, -(P-1), .., 1, -1, 0. */
function nextOutputs(): bool {
  const n = size(1);
  for (let j = n - 1; j >= 0; j--) {
    const w = load<i32>(voteOutputs + (<usize>j << 2));
    if (w == 0) continue;
    const next = w > 0 ? -w : -w - unit;
    for (let i = j; i < n; i++) store<i32>(voteOutputs + (<usize>i << 2), next);
    return true;
  }
  return false;
}

function beginOutputs(): void {
  neurons = 0;
  let total = 0;
  for (let j = 0; j < size(1); j++) {
    const w = abs(load<i32>(voteOutputs + (<usize>j << 2)));
    if (w) neurons++;
    total += w;
  }
  for (let j = 0; j <= neurons; j++) {
    store<i32>(voteLeft + (<usize>j << 2), total);
    if (j < neurons) total -= abs(load<i32>(voteOutputs + (<usize>j << 2)));
  }
  memory.fill(voteStates, 0, 64 << 2);
  depth = 0;
  if (neurons) store<i32>(voteChoice, -1);
}

/** The next pattern of the current neuron, or back up; false when these output weights are done. */
function advance(): bool {
  reached = false;
  if (neurons == 0) return false; // all-zero output: no sample is ever confident
  const p = load<i32>(voteChoice + (<usize>depth << 2)) + 1;
  if (p == PatternTable.total) {
    depth--;
    return depth >= 0;
  }
  store<i32>(voteChoice + (<usize>depth << 2), p);
  if (vote(p) <= <i32>objective) {
    if (CHECKED && unit == 1) closingVotes(depth, objective, 'vote-tree: the samples left');
    return true;
  }
  countNode();
  if (depth + 1 == neurons) {
    reached = true;
    return true;
  }
  depth++;
  // Equal weights: the neurons are interchangeable, patterns in ascending order.
  const same = load<i32>(voteOutputs + (<usize>depth << 2)) == load<i32>(voteOutputs + (<usize>(depth - 1) << 2));
  store<i32>(voteChoice + (<usize>depth << 2), same ? p - 1 : -1);
  return true;
}

/** The state after neuron `depth` takes pattern `p`; how many samples can still become confident. */
function vote(p: i32): i32 {
  const w = load<i32>(voteOutputs + (<usize>depth << 2));
  const agree = ~(patternMask(p) ^ labelsMask);
  const from = voteStates + (<usize>(depth * 64) << 2);
  const to = voteStates + (<usize>((depth + 1) * 64) << 2);
  const need = confidence - load<i32>(voteLeft + (<usize>(depth + 1) << 2));
  let alive = 0;
  for (let k = 0; k < keptCount; k++) {
    const s = load<i32>(from + (<usize>k << 2)) + ((agree >>> <u64>k) & 1 ? w : -w);
    store<i32>(to + (<usize>k << 2), s);
    alive += i32(s >= need);
  }
  spend(<f64>keptCount);
  return alive;
}

function offerVotes(): void {
  const row = weightRow(tableTrial, 1, 0);
  for (let j = 0; j < size(1); j++) {
    setWeight(row, j, load<i32>(voteOutputs + (<usize>j << 2)));
    writePattern(j < neurons ? load<i32>(voteChoice + (<usize>j << 2)) : 0, weightRow(tableTrial, 0, j));
  }
  offer(tableTrial);
}
