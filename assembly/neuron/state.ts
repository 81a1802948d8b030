import { reserve, reserveRaw } from '../base/arena';
import { Boxes } from '../problem/boxes';
import { groupCount, inputs, inputsPadded, layerCount, sampleCount, targets } from '../problem/shape';

/**
 * What the heuristics of one neuron keep. Each array is written by the file named and begun anew where the last column says so. K:
 * kept samples; NP: inputs, padded; SP: samples, padded to 8.
 *
 *     array          shape                what, unit                                                  writer           begun anew by
 *     roundedRow     i16 [NP]             a rounding to be tried                                      max-min-search   roundBest
 *     order          f64 [inputs]         prices of the columns, ascending                            packing          beginMaxMin, repairLinear
 *     active         i8 [K]               sides of the rows that the fit sees, 0 for the others       neuron-fit       relaxFit
 *     used           u8 [K]               rows that any relaxation or search has needed               neuron-fit       forgetRows
 *     rowMargins     i32 [K]              of the fit's weights, units of 1/D                          neuron-fit       every cut
 *     fitRow         i16 [NP]             the fit's weights on the move                               neuron-fit       raiseFit, searchFit
 *     fitPrices      f64 [NP]             |direction| of its relaxation                               neuron-fit       relaxFit
 *     curvature      f32 [4]              of the slope asked for last                                 soft-neuron      every step
 *     softFloors     f32 [rows]           what a packed row loses whatever the neuron does, units of S; padding 0  soft-literals  every packing
 *     polishColumns  f32 [64][rows]       what a candidate does to the rows that lose more                soft-polish    every round of pairs
 *     polishInputs,  i32, f32, f32 [64]   candidates: input (-1: taken), change, loss; rising in loss     soft-polish    every round
 *     polishChanges,
 *     polishLosses
 *     countColumns   i16 [inputs][SP]     y_k * x_ki, padding 0; the trees over counts read it too    count-search     beginColumns
 *     countSums      i32 [SP]             y * S less the toll of the moving weights                count-search     beginCountSearch
 *     countRow,      i16 [NP]             the moving weights, the best ones                           count-search     beginCountSearch
 *     bestCountRow
 *     countSteps     i32 [2P + 2]         differences of the score from value to value of a weight    count-search     every move
 *     countScores    i32 [2P + 1]         the scores                                                  count-search     every move
 *     narrowSums     i16 [SP]             countSums in 16 bits, where they fit; the padding far below     count-search     beginCountSearch
 *     countOf        i32 [2P + 1]         rows confident, by value of a weight, where sums fit 16 bits    count-search     every move
 *     stepAsks       i16 [SP]             +1, -1 times the label's side; 0: the row is not asked          the walk's owner before `beginSteps`
 *     stepNeeds      i32 [SP]             units of S                                                      the walk's owner before `beginSteps`
 *     stepLacks      i32 [SP]             asks * y * S - needs, of `stepRow`                              count-steps      beginSteps
 *     stepRow,       i16 [NP]             the weights at hand, the best of the walk                       count-steps      beginSteps
 *     stepBest
 *     stepTabu       i32 [inputs]         the move from which on a weight may change                      count-steps      beginSteps
 *     stepCounts     i32 [CHANGES]        of one weight, change by change                                 count-steps      every move
 *     pairSums,      i16 [SP]             y * S - toll of the weights at hand, and after one change; padding far below    count-pairs      beginPairs, every change
 *     pairMoved
 *     pairRow,       i16 [NP]             the weights at hand, those that a kick goes back to, the best       count-pairs      beginPairs
 *     pairHome, pairBest
 *     pairWorths,    i32 [PAIRED]         the best single changes: what they come to, input, by how much      count-pairs      every step
 *     pairInputs, pairSteps
 *     chances        f64 [CHANCES]        exp(-d / temperature)                                       count-search     every sweep
 *     raisedRow      i16 [NP]             the weights that count as many rows and have most to spare  count-raise      beginRaise
 *
 * and what a search packs (packing.ts), one of these a search:
 *
 *     matrix         f32 [columns][rows]  side_k * x_ki, rows padded to 4 with 0                      packing          packColumn
 *     lacks          f32 [rows]           what a row lacks to its goal, units of S; padding OUT       the search,      the search
 *                                                                                                     packing
 *     rowOf          i32 [K]              kept position of a packed row                               packing          packRows
 *     moving         i16 [NP]             the moving weights                                          the search,      the search
 *                                                                                                     packing
 *     tabuUntil      i32 [columns]        turn up to which a column stands still                      tabu             packColumn
 *     inputOf        i32 [columns]        the input of a column                                       the search       the search
 *     lows, highs    i16 [inputs]         where weights may move                                      the search       the search
 */

/** Single changes of which pairs are looked at. */
export const PAIRED = 40;
/** Sizes of the changes of one weight, and those changes, up and down. */
export const SIZES = 5;
export const CHANGES = 2 * SIZES;
/** Scores that are so far behind the best have no chance. */
export const CHANCES = 128;

export let active: usize = 0;
export let used: usize = 0;
export let rowMargins: usize = 0;
export let fitRow: usize = 0;
export let fitPrices: usize = 0;
export let curvature: usize = 0;
export let softFloors: usize = 0;
export let polishColumns: usize = 0;
export let polishInputs: usize = 0;
export let polishChanges: usize = 0;
export let polishLosses: usize = 0;
export let narrowSums: usize = 0;
export let countOf: usize = 0;
export let stepAsks: usize = 0;
export let stepNeeds: usize = 0;
export let stepLacks: usize = 0;
export let stepRow: usize = 0;
export let stepBest: usize = 0;
export let stepTabu: usize = 0;
export let stepCounts: usize = 0;
export let countColumns: usize = 0;
export let countSums: usize = 0;
export let countRow: usize = 0;
export let bestCountRow: usize = 0;
export let countSteps: usize = 0;
export let countScores: usize = 0;
export let chances: usize = 0;
export let raisedRow: usize = 0;
export let pairSums: usize = 0;
export let pairMoved: usize = 0;
export let pairRow: usize = 0;
export let pairHome: usize = 0;
export let pairBest: usize = 0;
export let pairWorths: usize = 0;
export let pairInputs: usize = 0;
export let pairSteps: usize = 0;
export let order: usize = 0;
export let roundedRow: usize = 0;

/** The neuron that is being fitted. Writer: neuron-fit.ts; begun anew by `relaxFit`. */
export class Fit {
  /** Margin of the weights found last, over all rows with a side, units of 1/D; */
  static margin: i32 = 0;
  /** what their relaxation allows at most. */
  static bound: i32 = 0;
  /** Rows that the search sees. */
  static active: i32 = 0;
}

/** The step of a round of annealing. Writer: weight-steps.ts, by every `stepOfRound`. */
export class Steps {
  /** Weights are set to multiples of it. */
  static step: i32 = 1;
  /** The cycle that the round belongs to, from 0. */
  static cycle: i32 = 0;
}

/** The annealing of a single neuron for SM. Writer: count-search.ts; begun anew by `beginCountSearch`. */
export class Heat {
  /** Samples that count with the best weights. */
  static bestCount: i32 = 0;
  /** How far below confidence a sample counts as nearly there. */
  static near: i64 = 0;
  /** Moves of this round. */
  static turn: i32 = 0;
  /** Of this sweep, in samples; it goes from */
  static temperature: f64 = 1;
  /** this */
  static hottest: f64 = 1;
  /** to this in a round. */
  static coldest: f64 = 1;
  /** Rounds so far. */
  static round: i32 = 0;
  /** Of this round. */
  static sweeps: i32 = 0;
  /** There are few values a weight, and sums fit 16 bits. */
  static narrow: bool = false;
}

/** The walk by single steps that stands. Writer: count-steps.ts, set by `beginSteps`. */
export class StepWalk {
  /** Rows that have what they are asked for, under the weights at hand; under the best. */
  static count: i32 = 0;
  static best: i32 = 0;
  /** Moves so far, and those since the best has grown. */
  static move: i32 = 0;
  static idle: i32 = 0;
  /** |w|_1 of the weights at hand. */
  static toll: i32 = 0;
}

/** The descent by pairs of changes (count-pairs.ts). Writer: that file; set by `beginPairs`. */
export class Pairs {
  /** Sums fit 16 bits: it can run. */
  static fits: bool = false;
  /** Width of the ramp below `confidence`, units of S. */
  static ramp: i32 = 0;
  /** What the weights at hand come to, and those at home: `ramp` for a row that counts, and what every row has of the ramp. */
  static worth: i32 = 0;
  static homeWorth: i32 = 0;
  /** Rows that count with the weights at hand, and with the best. */
  static count: i32 = 0;
  static best: i32 = 0;
  /** Kicks since the home was left for a better one; `KICKS`: a new one is drawn. */
  static idle: i32 = 0;
  /** Single changes in the list. */
  static listed: i32 = 0;
  /** The weights at hand were kicked, and have not come to rest. */
  static falls: bool = false;
}

/** The raising of what counts (count-raise.ts). Writer: that file; set by `beginRaise`, `count` and `took` by `forgetRaise`. */
export class Raise {
  /** Rows that count with `raisedRow`; -1: it has not begun. */
  static count: i64 = -1;
  /** The least that they have, units of S. */
  static level: i32 = 0;
  /** Walks so far. */
  static walks: i32 = 0;
  /** Work of the stage that went into it. */
  static took: f64 = 0;
  /** How far it goes once the stage is closed, as `Clock.work`; below 0: it is not yet. Writer: the stage. */
  static until: f64 = -1;
}

/** The columns of counts. Writer: count-search.ts. */
export class CountColumns {
  /** Samples padded to a multiple of 8. Set by `reserveCountSearch`. */
  static padded: i32 = 0;
  /** Columns that have been written; all of them before a search or a tree begins. Reset by `beginColumns`. */
  static filled: i32 = 0;
}

/** Rows with a side and columns with a sign, as the local searches look at them. In the arena; made once a problem. */
// @ts-ignore: decorator
@unmanaged
export class Packing {
  matrix: usize = 0;
  lacks: usize = 0;
  rowOf: usize = 0;
  moving: usize = 0;
  tabuUntil: usize = 0;
  inputOf: usize = 0;
  lows: usize = 0;
  highs: usize = 0;
  /** Rows packed, and those padded to 4. */
  rows: i32 = 0;
  rowsPadded: i32 = 0;
  /** Columns that may move: the search's. */
  columns: i32 = 0;
  /** Turns of tabu search so far: what `tabuUntil` is counted in. */
  turn: i32 = 0;
  /** Rows that there is room for. */
  mostRows: i32 = 0;
}

/** The packings. A search owns the one that bears its name; shortfall and soft: robust problems, and those with targets. */
export class Packings {
  static maxMin: Packing = changetype<Packing>(0);
  static cover: Packing = changetype<Packing>(0);
  static shortfall: Packing = changetype<Packing>(0);
  static soft: Packing = changetype<Packing>(0);
}

/**
 * The tabu search for the largest margin that stands. Writer: max-min-search.ts; claimed, and with it reset, by `beginMaxMin`, which
 * hands the mark to the caller: who comes with an older one is not the owner any more.
 */
export class MaxMin {
  /** Counts the searches, over all problems of the instance. */
  static mark: i32 = 0;
  /** Turns without a lower penalty. */
  static stale: i32 = 0;
  /** Least penalty since the last improvement. */
  static penalty: f32 = 0;
  /** Best margin so far, units of 1/D. */
  static best: i32 = 0;
}

/** The search for a cover that stands. Writer: cover-search.ts; claimed by `beginCover`, as `MaxMin`. */
export class Cover {
  /** Counts the searches, over all problems of the instance. */
  static mark: i32 = 0;
  /** Non-zeros allowed to the moving weights, */
  static limit: i32 = 0;
  /** and those they have. */
  static count: i32 = 0;
  /** Turns without a lower shortfall. */
  static stale: i32 = 0;
  /** Least shortfall since the last improvement. */
  static least: f32 = 0;
}

/** The move that a search has chosen. Writer: tabu.ts (`beginChoice`), cover-search.ts. */
export class Move {
  /** The column; -1: there is none. */
  static column: i32 = -1;
  /** The weight's value after it. */
  static after: i32 = 0;
  /** The penalty after it. */
  static penalty: f32 = 0;
}

/** Room for problems of so many rows. */
export function reserveNeuron(rowCount: i32): void {
  Packings.maxMin = newPacking(rowCount);
  order = reserve(<usize>inputs << 3);
  roundedRow = reserve(<usize>inputsPadded << 1);
  Packings.cover = newPacking(rowCount);
  if (groupCount) {
    Packings.shortfall = newPacking(rowCount);
    reserveFit(rowCount);
    if (targets) {
      Packings.soft = newPacking(rowCount);
      curvature = reserve(16);
      reservePolish(rowCount);
    }
  } else reserveCountSearch();
}

/** Candidates of soft-polish.ts. */
export const POLISHED_AT_ONCE = 64;

function reservePolish(rowCount: i32): void {
  const rows = <usize>((rowCount + 3) & ~3);
  softFloors = reserve(rows << 2);
  polishColumns = reserveRaw((<usize>POLISHED_AT_ONCE * rows) << 2);
  polishInputs = reserve(POLISHED_AT_ONCE << 2);
  polishChanges = reserve(POLISHED_AT_ONCE << 2);
  polishLosses = reserve(POLISHED_AT_ONCE << 2);
}

function newPacking(mostRows: i32): Packing {
  const at = reserve(offsetof<Packing>());
  const matrix = reserveRaw((<usize>inputs * <usize>((mostRows + 3) & ~3)) << 2);
  const lacks = reserve(<usize>(mostRows + 4) << 2);
  const rowOf = reserve(<usize>mostRows << 2);
  const moving = reserve(<usize>inputsPadded << 1);
  const tabuUntil = reserve(<usize>inputs << 2);
  const inputOf = reserve(<usize>inputs << 2);
  const lows = reserve(<usize>inputs << 1);
  const highs = reserve(<usize>inputs << 1);
  const packing = changetype<Packing>(at);
  if (at == 0) return packing; // no memory: the door says so, and nobody packs
  packing.matrix = matrix;
  packing.lacks = lacks;
  packing.rowOf = rowOf;
  packing.moving = moving;
  packing.tabuUntil = tabuUntil;
  packing.inputOf = inputOf;
  packing.lows = lows;
  packing.highs = highs;
  packing.mostRows = mostRows;
  return packing;
}

function reserveFit(rowCount: i32): void {
  active = reserve(<usize>rowCount + 8);
  used = reserve(<usize>rowCount + 8);
  rowMargins = reserve(<usize>rowCount << 2);
  fitRow = reserve(<usize>inputsPadded << 1);
  fitPrices = reserve(<usize>inputsPadded << 3);
}

function reserveCountSearch(): void {
  CountColumns.padded = (sampleCount + 7) & ~7;
  countColumns = reserveRaw((<usize>inputs * <usize>CountColumns.padded) << 1);
  reserveSteps();
  if (layerCount != 1) return;
  countSums = reserve(<usize>CountColumns.padded << 2);
  narrowSums = reserve(<usize>CountColumns.padded << 1);
  countOf = reserve(<usize>(2 * Boxes.widest + 1) << 2);
  countRow = reserve(<usize>inputsPadded << 1);
  bestCountRow = reserve(<usize>inputsPadded << 1);
  countSteps = reserve(<usize>(2 * Boxes.widest + 2) << 2);
  countScores = reserve(<usize>(2 * Boxes.widest + 1) << 2);
  chances = reserve(CHANCES << 3);
  raisedRow = reserve(<usize>inputsPadded << 1);
  pairSums = reserve(<usize>CountColumns.padded << 1);
  pairMoved = reserve(<usize>CountColumns.padded << 1);
  pairRow = reserve(<usize>inputsPadded << 1);
  pairHome = reserve(<usize>inputsPadded << 1);
  pairBest = reserve(<usize>inputsPadded << 1);
  pairWorths = reserve(PAIRED << 2);
  pairInputs = reserve(PAIRED << 2);
  pairSteps = reserve(PAIRED << 2);
}

function reserveSteps(): void {
  stepAsks = reserve(<usize>CountColumns.padded << 1);
  stepNeeds = reserve(<usize>CountColumns.padded << 2);
  stepLacks = reserve(<usize>CountColumns.padded << 2);
  stepRow = reserve(<usize>inputsPadded << 1);
  stepBest = reserve(<usize>inputsPadded << 1);
  stepTabu = reserve(<usize>inputs << 2);
  stepCounts = reserve(CHANGES << 2);
}

/** The round of soft-polish.ts. Writer: that file. */
export class Polish {
  /** Candidates of this round. */
  static count: i32 = 0;
  /** What the packed rows lose. */
  static loss: f32 = 0;
}

/** Soft margins under a limit of non-zeros. Writers: search/soft/few.ts, stages/soft/soft.ts. */
export class Few {
  /** What the relaxation pays for a weight at the end of its box that may be 0, units of the loss; 0: nothing. */
  static price: f64 = 0;
  /** Counted weights of the neuron at hand that may be other than 0. */
  static budget: i32 = i32.MAX_VALUE;
}

/** What `tally` of count-search.ts has counted last. */
export class Tally {
  /** Rows that come to the one threshold, */
  static enough: i32 = 0;
  /** and to the other. */
  static nearly: i32 = 0;
}
