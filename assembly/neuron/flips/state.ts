import { inputs, inputsPadded } from '../../problem/state';
import { reserve, reserveRaw } from '../../base/arena';

/**
 * The meet in the middle of one neuron: there is one join at a time. Each array is written by the file named and begun anew where the
 * last column says so. DP: rows of the neuron, padded to 8; R: rows.
 *
 *     array        shape                          what, unit                                             writer      begun anew by
 *     rowOf        i32 [R]                        kept position of a row, largest multiplier first       flip-join   beginFlipJoin
 *     lambda       f64 [R]                        multipliers of the relaxation, sum 1                   flip-join   beginFlipJoin
 *     columns      i16 [inputs][DP]               side_r * x_ri                                          flip-join   beginFlipJoin
 *     directions   f64 [inputs]                   d_i = sum_r lambda_r side_r x_ri                       flip-join   beginFlipJoin
 *     norms        f64 [inputs]                   length of a column, root mean square over the rows     flip-join   beginFlipJoin
 *     cheap        i32 [inputs]                   columns that the draw may move                         flip-join   beginFlipJoin
 *     startRow     i16 [NP]                       the starting point                                     flip-join   every round
 *     trialRow     i16 [NP]                       the starting point with the flips of a find            flip-join   every find
 *     levels       f64 [DP]                       S of the rows at the starting point, toll taken off    flip-join   every round
 *     lists        two of entries [entries]       flip-lists.ts                                          flip-lists  listFlips
 *     listed       i32 [2]                        entries of a list                                      flip-lists  listFlips
 *     flipCounts   i32 [2]                        flips of a half                                        flip-lists  clearFlips
 *     flipInputs,  i32 [2][MOST_FLIPS + 1]        input and step of a flip,                              flip-lists  addFlip
 *     flipSteps
 *     flipPrices   f32 [2][MOST_FLIPS + 1]        what it costs the relaxation, units of S,              flip-lists  addFlip
 *     flipRows     i16 [2][MOST_FLIPS + 1][DP]    what it adds to every row's S                          flip-join   addFlip
 *     scores       f32 [MOST_FLIPS + 1]           of single flips                                        flip-lists  listFlips
 *     products     f32 [MOST_FLIPS + 1] squared   scores of pairs beyond those of their flips            flip-lists  listFlips
 *     scaled       f32 [DP]                       a flip's row, weighted                                 flip-lists  every flip
 *     sampled      f32 [SAMPLES]                  scores of random triples                               flip-lists  listFlips
 *     need         i16 [DP]                       what the sum of two entries has to reach on every row  flip-join   every round; raised by finds
 *     shares       i16 [DP]                       multipliers, scaled to a sum of 2^14 at most           flip-join   beginFlipJoin
 *     rowWeights   f32 [DP]                       how much a row counts, by its multiplier: the size of  flip-join   beginFlipJoin
 *                                                 changes, a start above level, the width of a node
 *                                                 that is halved
 *     treeNodes    two of nodes [entries / 2]     flip-tree.ts                                           flip-tree   buildFlipTree
 *     treeCounts   i32 [2]                        nodes of a tree                                        flip-tree   buildFlipTree
 *     pairs        i32 [MOST_STACK][2]            pairs of nodes that are still to be followed           flip-tree   beginJoin
 */

/** Of a neuron that is joined. */
export const MOST_ROWS = 64;
export const LEAST_INPUTS = 24;
/** Of one list. */
export const MOST_ENTRIES = 131072;
export const MOST_BYTES = 12582912;
/** Of one half. */
export const MOST_FLIPS = 255;
export const STRIDE = MOST_FLIPS + 1;
/** Bytes behind the rows of an entry and of a node. */
export const ENTRY_TAIL = 16;
export const NODE_TAIL = 16;
/** Random triples that the threshold of a list is taken from. */
export const SAMPLES = 2048;
/** Pairs of nodes. */
export const MOST_STACK = 8192;

/** Phases of a round. */
export const DRAW = 0;
export const LISTS = 1;
export const TREES = 2;
export const JOIN = 3;

export let rowOf: usize = 0;
export let lambda: usize = 0;
export let columns: usize = 0;
export let directions: usize = 0;
export let norms: usize = 0;
export let cheap: usize = 0;
export let startRow: usize = 0;
export let trialRow: usize = 0;
export let levels: usize = 0;
export let lists: usize = 0;
export let listed: usize = 0;
export let flipCounts: usize = 0;
export let flipInputs: usize = 0;
export let flipSteps: usize = 0;
export let flipPrices: usize = 0;
export let flipRows: usize = 0;
export let scores: usize = 0;
export let products: usize = 0;
export let scaled: usize = 0;
export let sampled: usize = 0;
export let treeNodes: usize = 0;
export let treeCounts: usize = 0;
export let pairs: usize = 0;
export let need: usize = 0;
export let shares: usize = 0;
export let rowWeights: usize = 0;

/**
 * The join that stands. Writer: flip-join.ts; claimed, and with it reset, by `beginFlipJoin`, which hands the mark to the caller: who
 * comes with an older one is not the owner any more.
 */
export class FlipJoin {
  /** Counts the joins, over all problems of the instance. */
  static mark: i32 = 0;
  /** DRAW, LISTS, TREES or JOIN. */
  static phase: i32 = DRAW;
  /** The half that is worked on, of LISTS and TREES. */
  static half: i32 = 0;
  /** Rounds so far. */
  static rounds: i32 = 0;
  /** The last round found something: the next starts from there. */
  static again: bool = false;
  /** This one has. */
  static found: bool = false;
  /** Finds of this round that were none. */
  static misses: i32 = 0;
  /** Rows that there is room for, padded; 0: the problem has no joins. Set by `reserveFlips`. */
  static mostLanes: i32 = 0;
  /** This problem's units in pixels. */
  static scale: f64 = 1;
  /** Rows of the neuron, */
  static rows: i32 = 0;
  /** padded to 8. */
  static lanes: i32 = 0;
  /** The relaxation's value, units of S. */
  static relaxed: f64 = 0;
  /** Columns that the draw may move. */
  static cheap: i32 = 0;
}

/** The lists that stand. Writer: flip-lists.ts; begun anew by `clearFlips`. */
export class FlipLists {
  /** DP. */
  static lanes: i32 = 0;
  /** Of an entry of so many lanes. */
  static entryBytes: usize = 0;
  /** Of the flips of both halves, without sign: what rounding errors of prices are measured by. */
  static largestPrice: f32 = 0;
  /** Entries of a list. Set by `reserveFlipLists`. */
  static capacity: i32 = 0;
  /** The flip asked for last by `flipOf`: its input */
  static input: i32 = 0;
  /** and its step. */
  static step: i32 = 0;
}

/** The trees, and how far the join of them is. Writer: flip-tree.ts; begun anew by `beginJoin`. */
export class FlipTree {
  /** Nodes of a tree. Set by `reserveFlipTree`. */
  static capacity: i32 = 0;
  /** Of a node of so many lanes. */
  static nodeBytes: usize = 0;
  /** Pairs on the stack. */
  static depth: i32 = 0;
  /** R: what the relaxation allows all rows together above their needs, at no price. */
  static allowance: f32 = 0;
  /** The pair found last: addresses of the entries. */
  static foundLeft: usize = 0;
  static foundRight: usize = 0;
  /** The pair of leaves under way; 0: none. */
  static leafLeft: usize = 0;
  static leafRight: usize = 0;
  /** Entries of them that are still to be tried. */
  static nextLeft: i32 = 0;
  static nextRight: i32 = 0;
  /** Pairs of nodes that the last `stepJoin` looked at. */
  static visited: i32 = 0;
}

/** Room for the join of a neuron of up to `mostRows` rows, or of none where it would be of no use. */
export function reserveFlips(mostRows: i32): void {
  FlipJoin.mostLanes = 0;
  if (inputs < LEAST_INPUTS) return;
  FlipJoin.mostLanes = (min(mostRows, MOST_ROWS) + 7) & ~7;
  const flips = <f64>min(255, inputs * 4);
  const sets = 1 + flips + (flips * flips) / 2 + (flips * flips * flips) / 6;
  const entries = <i32>min<f64>(sets, <f64>min(MOST_ENTRIES, MOST_BYTES / (2 * FlipJoin.mostLanes + 16)));
  reserveFlipLists(FlipJoin.mostLanes, entries);
  reserveFlipTree(FlipJoin.mostLanes, entries);
  rowOf = reserve(<usize>FlipJoin.mostLanes << 2);
  lambda = reserve(<usize>FlipJoin.mostLanes << 3);
  columns = reserve((<usize>inputs * <usize>FlipJoin.mostLanes) << 1);
  directions = reserve(<usize>inputs << 3);
  norms = reserve(<usize>inputs << 3);
  cheap = reserve(<usize>inputs << 2);
  startRow = reserve(<usize>inputsPadded << 1);
  trialRow = reserve(<usize>inputsPadded << 1);
  levels = reserve(<usize>FlipJoin.mostLanes << 3);
}

export function reserveFlipLists(mostLanes: i32, entries: i32): void {
  FlipLists.capacity = entries;
  FlipLists.entryBytes = (<usize>mostLanes << 1) + ENTRY_TAIL;
  lists = reserveRaw(2 * <usize>entries * FlipLists.entryBytes);
  listed = reserve(8);
  flipCounts = reserve(8);
  flipInputs = reserve(2 * STRIDE << 2);
  flipSteps = reserve(2 * STRIDE << 2);
  flipPrices = reserve(2 * STRIDE << 2);
  flipRows = reserve(2 * STRIDE * (<usize>mostLanes << 1));
  scores = reserve((STRIDE << 2) + 16);
  products = reserve((STRIDE * STRIDE << 2) + 16);
  scaled = reserve(<usize>mostLanes << 2);
  sampled = reserve(SAMPLES << 2);
}

export function reserveFlipTree(mostLanes: i32, entries: i32): void {
  FlipTree.capacity = entries / 2;
  FlipTree.nodeBytes = (<usize>mostLanes << 2) + NODE_TAIL;
  treeNodes = reserveRaw(2 * <usize>FlipTree.capacity * FlipTree.nodeBytes);
  treeCounts = reserve(8);
  pairs = reserve(MOST_STACK << 3);
  need = reserve(<usize>mostLanes << 1);
  shares = reserve(<usize>mostLanes << 1);
  rowWeights = reserve(<usize>mostLanes << 2);
}
