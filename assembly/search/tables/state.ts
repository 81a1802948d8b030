import { reserve, reserveRaw } from '../../base/arena';
import { newNetwork } from '../../network/weights';
import { inputs, layerCount, sampleCount, size, weightBound } from '../../problem/shape';

/**
 * What the tables keep. `reserveEnumeration` (all objectives) and `reserveTables` (the paper's) once a problem;
 * `beginEnumeration`, `beginTable`, `beginFunctionTree`, `beginVoteTree` a search. The function tree (MM) and the vote tree
 * (SM) search the one table of patterns; who has filled it has its mark.
 *
 *     name            element  shape                unit                              writer         reset by
 *     everyTrial      network  1, tiny shapes only  weights: the odometer             enumerate      beginEnumeration
 *     tableTrial      network  1                    weights: what is offered          both trees     before every offer
 *     tableMasks      u64      [MOST_PATTERNS]      bit k: + on kept sample k         pattern-table  beginTable (`total`)
 *     tableValues     i32      [MOST_PATTERNS]      best margin, 1/D; < 0: uncertain  pattern-table  beginTable (`total`)
 *     tableVectors    i32      [MOST_PATTERNS]      number of a weight vector:        pattern-table  beginTable (`total`)
 *                                                   base 2P/unit + 1, input 0 lowest
 *     tableSlots      i32      [SLOTS]              pattern + 1, 0: free              pattern-table  beginTable
 *     tableSums       i32      [64]                 S of the vector at hand           pattern-table  beginTable
 *     tableColumns    i32      [inputs][64]         x of the kept samples             pattern-table  beginTable
 *     tableDigits     i32      [inputs]             weights of the vector at hand     pattern-table  beginTable
 *     functionChoice  i32      [n1]                 pattern of every neuron so far    function-tree  every node
 *     functionCells   u64      [n1 + 1][64]         mixed cells left after j neurons  function-tree  every node
 *     functionCount   i32      [n1 + 1]             how many of them                  function-tree  every node
 *     functionSums    i64      [n1 + 1]             margins so far, 1/D               function-tree  every node
 *     voteOutputs     i32      [n1]                 output weights, |w| falling;      vote-tree      when the table is full
 *                                                   equal |w|: positive first
 *     voteChoice      i32      [n1]                 pattern of every neuron so far    vote-tree      every node
 *     voteStates      i32      [n1 + 1][64]         y_k * partial vote                vote-tree      every output vector
 *     voteLeft        i32      [n1 + 1]             sum of |w| from neuron j on       vote-tree      every output vector
 */
export let everyTrial: usize = 0;
export let tableTrial: usize = 0;
export let tableMasks: usize = 0;
export let tableValues: usize = 0;
export let tableVectors: usize = 0;
export let tableSlots: usize = 0;
export let tableSums: usize = 0;
export let tableColumns: usize = 0;
export let tableDigits: usize = 0;
export let functionChoice: usize = 0;
export let functionCells: usize = 0;
export let functionCount: usize = 0;
export let functionSums: usize = 0;
export let voteOutputs: usize = 0;
export let voteChoice: usize = 0;
export let voteStates: usize = 0;
export let voteLeft: usize = 0;

/** More weight vectors than that are not tabulated. */
export const MOST_VECTORS: f64 = 2200000;
/** A start that takes longer than this is no help to what it starts. */
const MOST_COARSE: f64 = 200000;
export const MOST_PATTERNS = 1 << 17;
export const SLOTS = MOST_PATTERNS * 2;

/** The table of patterns. Writer: pattern-table.ts; claimed, and with it reset, by `beginTable`, which hands the mark out. */
export class PatternTable {
  /** Counts the tables, over all problems of the instance. */
  static mark: i32 = 0;
  /** Patterns in it. */
  static total: i32 = 0;
  /** Too many patterns for the table: it is of no use. */
  static overflow: bool = false;
  /** All weight vectors are few enough; ternary ones, scaled, are. Writer: `reserveTables`. */
  static usable: bool = false;
  static usableCoarsely: bool = false;
}

/** `tiny`: every network may be looked at. */
export function reserveEnumeration(tiny: bool): void {
  everyTrial = tiny ? newNetwork() : 0;
}

/** Tables of at most so many weight vectors; behind `reserveEnumeration`. */
export function reserveTables(mostVectors: f64): void {
  reservePatterns(mostVectors);
  if (layerCount < 2) return;
  tableTrial = newNetwork();
  const n = <usize>size(1);
  functionChoice = reserve(n << 2);
  functionCells = reserve(((n + 1) * 64) << 3);
  functionCount = reserve((n + 1) << 2);
  functionSums = reserve((n + 1) << 3);
  if (layerCount > 2) return;
  voteOutputs = reserve(n << 2);
  voteChoice = reserve(n << 2);
  voteStates = reserve(((n + 1) * 64) << 2);
  voteLeft = reserve((n + 1) << 2);
}

function reservePatterns(mostVectors: f64): void {
  PatternTable.usable = fewEnough(2 * weightBound + 1, mostVectors);
  PatternTable.usableCoarsely = fewEnough(3, min(mostVectors, MOST_COARSE));
  if (!PatternTable.usable && !PatternTable.usableCoarsely) return;
  tableMasks = reserveRaw(MOST_PATTERNS << 3);
  tableValues = reserveRaw(MOST_PATTERNS << 2);
  tableVectors = reserveRaw(MOST_PATTERNS << 2);
  tableSlots = reserveRaw(SLOTS << 2);
  tableSums = reserve(64 << 2);
  tableColumns = reserve(<usize>inputs * (64 << 2));
  tableDigits = reserve(<usize>inputs << 2);
}

function fewEnough(values: i32, mostVectors: f64): bool {
  let count: f64 = 1;
  for (let i = 0; i < inputs; i++) {
    count *= <f64>values;
    if (count > mostVectors) return false;
  }
  return sampleCount <= 4096;
}
