import { reserve, reserveRaw } from '../../base/arena';
import { newNetwork } from '../../network/weights';
import { countsPlainly, isUnsparing, Limits } from '../../problem/limits';
import { isPlain } from '../../problem/boxes';
import { inputs, inputsPadded, layerCount, neuronCount, sampleCount, size } from '../../problem/shape';

/**
 * What the trees keep that know every limit. `reserveLimited` once a problem, where it has limits; `beginLimitedTree` a tree.
 *
 *     name            element  shape                    unit                                             writer         reset by
 *     limitedTrial    network  1                        weights: what is offered                         both           before every offer
 *     limitedRows     i32      [R]                      the sample of a lane, -1: padding                limited-tree   beginLimitedTree
 *     limitedCosts    i32      [R]                      what it costs, padding 0                         limited-tree   beginLimitedTree
 *     limitedOrder    i32      [inputs]                 inputs in the tree's order                       limited-tree   beginLimitedTree
 *     limitedTotals   i64      [inputs]                 sum of |x|                                       limited-tree   beginLimitedTree
 *     limitedColumns  i16      [inputs][R]              y * x, in the tree's order                       limited-tree   beginLimitedTree
 *     limitedReach    i32      [inputs + 1][levels][R]  units of S that so many weights can still add    limited-tree   beginLimitedTree
 *     limitedSums     i32      [inputs + 1][R]          y * S - radius * |w|_1 so far                    limited-tree   every node
 *     limitedValues   i16      [inputs]                 weights of the path, in the tree's order         limited-tree   every node
 *     walkSums,       i32      [R]                      y * S - radius * |w|_1 of the moving weights     limited-search beginLimitedSearch
 *     walkKept                                          and before an exchange
 *     walkRow,        i16      [inputs]                 the moving weights and the best, tree's order    limited-search beginLimitedSearch
 *     walkBest
 *     walkGains       f64      [R]                      what a sample is worth to it                     limited-search every round
 *     walkScores      f64      [values + 1]             of a weight's values, from the least             limited-search every move
 *     forwardSums,    i32      [R]                      y * S - radius * |w|_1 without the bias          forward-search every selection
 *     forwardBase                                       and without one weight more
 *     forwardRow      i16      [inputs]                 its weights, tree's order                        forward-search every selection
 *     forwardGains    f64      [R]                      what a sample is worth to it, padding 0          forward-search every selection
 *     forwardLanes    i32      [SCREENED + 2]           lanes that candidates are looked at on           forward-search first selection
 *     forwardTallies  f64      [values + 2]             what changes at a bias, from the least           bias-worth     every look
 *     forwardFound    entries  [KEPT]                   worth f64, weight that goes out, comes in, its   forward-search every look around
 *                                                       value i32; largest worth first
 *     sweptFactors    f64      [R]                      1 / |x| of the swept weight                      bias-sweep     beginLimitedTree
 *     sweptStarts     i32      [R]                      its value from which, or before which, a sample  bias-sweep     every sweep
 *                                                       is within reach
 *     sweptBins       i32 x 2  [values + 1]             samples of label + and - that begin there less   bias-sweep     every sweep
 *                                                       those that cease
 *     sweptCosts      i64      [values + 1]             and what they cost                               bias-sweep     every sweep
 *     swapSums,       i32      [R]                      y * S - radius * |w|_1 of the weights that move  swept-search   beginSweptSearch
 *     swapBase                                          and without the one that is taken out
 *     swapRow         i16      [inputs]                 these weights, tree's order                      swept-search   beginSweptSearch
 *     limitedStack    frames   [12 * (inputs + 1)]      boxes to come, see limited-tree.ts               limited-tree   every pass
 *
 * R: samples of label + padded to 4, then those of label - padded to 4.
 */
export let limitedTrial: usize = 0;
export let limitedRows: usize = 0;
export let limitedCosts: usize = 0;
export let limitedOrder: usize = 0;
export let limitedTotals: usize = 0;
export let limitedColumns: usize = 0;
export let limitedReach: usize = 0;
export let limitedSums: usize = 0;
export let limitedValues: usize = 0;
export let limitedStack: usize = 0;
export let swapSums: usize = 0;
export let swapBase: usize = 0;
export let swapRow: usize = 0;
export let sweptFactors: usize = 0;
export let sweptStarts: usize = 0;
export let sweptBins: usize = 0;
export let sweptCosts: usize = 0;
export let walkSums: usize = 0;
export let walkKept: usize = 0;
export let walkRow: usize = 0;
export let walkBest: usize = 0;
export let walkGains: usize = 0;
export let walkScores: usize = 0;
export let forwardSums: usize = 0;
export let forwardBase: usize = 0;
export let forwardRow: usize = 0;
export let forwardGains: usize = 0;
export let forwardLanes: usize = 0;
export let forwardTallies: usize = 0;
export let forwardFound: usize = 0;

/** Samples that candidates of forward-search.ts are looked at on first, half of either label. */
export const SCREENED = 4096;
/** Candidates that are counted on all samples. */
export const KEPT = 8;
/** Bytes of an entry of `forwardFound`. */
export const FORWARD_ENTRY: usize = 24;

/** Bytes of a frame of `limitedStack`. */
export const LIMITED_FRAME: usize = 32;
/** Boxes that wait at one depth: 0, either side of it, and the halves of {1..127}. */
const WAITING = 12;
const MOST_CELLS: i64 = 1 << 25;
const MOST_VALUE = 127; // of a weight

/** The tree over the weights of one neuron that knows limits. Writer: limited-tree.ts; `beginLimitedTree` sets `open`, `reserveLimited` all. */
export class LimitedTree {
  /** One neuron, and its tables are not too large to reserve. */
  static fits: bool = false;
  static open: bool = false;
  /** Lanes, and those of label +. */
  static lanes: i32 = 0;
  static plusLanes: i32 = 0;
  /** Numbers of weights that `limitedReach` tells apart: 0 to `levels` - 1; 1: it is of any number. */
  static levels: i32 = 1;
}

export function reserveLimited(): void {
  LimitedTree.fits = false;
  LimitedTree.open = false;
  if (layerCount != 1 || countsPlainly() || inputs < 1) return;
  const lanes = <i64>((sampleCount + 6) & ~3) + 4;
  const cells = <i64>(inputs + 1) * lanes;
  if (3 * cells > MOST_CELLS) return;
  LimitedTree.fits = true;
  LimitedTree.levels = 1;
  if (!isUnsparing() && <i64>(Limits.nonzeros + 1) * cells < MOST_CELLS) LimitedTree.levels = Limits.nonzeros + 1;
  limitedTrial = newNetwork();
  limitedRows = reserve(<usize>lanes << 2);
  limitedCosts = reserve(<usize>lanes << 2);
  limitedOrder = reserve(<usize>inputs << 2);
  limitedTotals = reserve(<usize>inputs << 3);
  limitedColumns = reserveRaw(<usize>cells << 1);
  limitedReach = reserveRaw((<usize>cells * <usize>LimitedTree.levels) << 2);
  limitedSums = reserveRaw(<usize>cells << 2);
  limitedValues = reserve(<usize>inputs << 1);
  walkSums = reserve(<usize>lanes << 2);
  walkKept = reserve(<usize>lanes << 2);
  walkRow = reserve(<usize>inputs << 1);
  walkBest = reserve(<usize>inputs << 1);
  walkGains = reserve(<usize>lanes << 3);
  walkScores = reserve(<usize>(2 * MOST_VALUE + 2) << 3);
  reserveForward(<usize>lanes);
  swapSums = reserve(<usize>lanes << 2);
  swapBase = reserve(<usize>lanes << 2);
  swapRow = reserve(<usize>inputs << 1);
  sweptFactors = reserve(<usize>lanes << 3);
  sweptStarts = reserve(<usize>lanes << 2);
  sweptBins = reserve(<usize>(2 * MOST_VALUE + 2) << 3);
  sweptCosts = reserve(<usize>(2 * MOST_VALUE + 2) << 3);
  limitedStack = reserve(<usize>(WAITING * (inputs + 1)) * LIMITED_FRAME);
}

function reserveForward(lanes: usize): void {
  ForwardWalk.fits = !isUnsparing() && Limits.nonzeros > 0;
  if (!ForwardWalk.fits) return;
  forwardSums = reserve(lanes << 2);
  forwardBase = reserve(lanes << 2);
  forwardRow = reserve(<usize>inputs << 1);
  forwardGains = reserve(lanes << 3);
  forwardLanes = reserve(<usize>(SCREENED + 2) << 2);
  forwardTallies = reserve(<usize>(2 * MOST_VALUE + 3) << 3);
  forwardFound = reserve(<usize>KEPT * FORWARD_ENTRY);
}

/**
 * The tree over the weights of a whole network. `reserveNetworkTree` once a problem, `beginNetworkTree` a tree. V: weights.
 *
 *     name          element  shape         unit                                                        writer          reset by
 *     boxedLows,    i16      a network     least and largest weight of the node at hand                network-tree    beginNetworkTree
 *     boxedHighs
 *     boxedPlaces   i32 x 4  [V]           offset in a network, layer, neuron, input                   network-tree    beginNetworkTree
 *     boxedSizes    f64      [V]           what a unit of it moves in all rows together                network-tree    beginNetworkTree
 *     plusTops,     i32      [n1][K]       the most of S - radius * |w|_1 and of -S - radius * |w|_1   network-tree    beginNetworkTree
 *     minusTops
 *     boxedCeilings i32      [neurons]     most of a neuron's margin, units of 1/D                     network-tree    every look
 *     sidesBelow,   u8       [widest]      1: + is possible, 2: - is, of a layer and the next          network-tree    every row
 *     sidesAbove
 *     boxedTrail    i32 x 3  [TRAIL a V]   weight, its box before                                      network-tree    every pass
 *     marginShares  f64      [K]           weights of the rows in the bound of one neuron, 1 in all    margin-worth    beginMarginWorth
 *     marginTimes   i32      [K]           the same in whole numbers                                   margin-worth    every bound
 *     marginSums    f64      [K]           y * S - radius * |w|_1 of the weights that the bound takes  margin-worth    every bound
 *     marginGains   i64      [NP]          d_i, see margin-worth.ts                                    margin-worth    every bound
 *     marginHeap    16 bytes [limit + 1]   the largest gains and their weights                         margin-worth    every bound
 *     searchRow     i16      [NP]          the moving weights                                          margin-search   beginMarginSearch
 *     searchSums    i64      [K]           y * S - radius * |w|_1 of them                              margin-search   beginMarginSearch
 *     searchTabu    i32      [inputs]      the move up to which a weight stays                         margin-search   beginMarginSearch
 *     boxedPath     frames   [TRAIL a V]   nodes on the path, see network-tree.ts                      network-tree    every pass
 */
export let boxedLows: usize = 0;
export let boxedHighs: usize = 0;
export let boxedPlaces: usize = 0;
export let boxedSizes: usize = 0;
export let plusTops: usize = 0;
export let minusTops: usize = 0;
export let boxedCeilings: usize = 0;
export let sidesBelow: usize = 0;
export let sidesAbove: usize = 0;
export let boxedTrail: usize = 0;
export let boxedPath: usize = 0;
export let marginShares: usize = 0;
export let marginTimes: usize = 0;
export let marginSums: usize = 0;
export let marginGains: usize = 0;
export let marginHeap: usize = 0;
export let searchRow: usize = 0;
export let searchSums: usize = 0;
export let searchTabu: usize = 0;

/** Bytes of a frame of `boxedPath`. */
export const BOXED_FRAME: usize = 80;
/** A box is halved so often at most: at zero, and {1..127}. */
const HALVINGS = 9;
const MOST_WEIGHTS: i64 = 1 << 16;

/** The tree over the weights of a whole network. Writer: network-tree.ts; `beginNetworkTree` sets `open`, `reserveNetworkTree` all. */
export class NetworkTree {
  static fits: bool = false;
  static open: bool = false;
  /** Weights of the network. */
  static weights: i32 = 0;
}

/** The bound of one neuron's margin. Writer: margin-worth.ts, by every bound. */
export class MarginWorth {
  /** The weight to decide next; -1: all are decided. */
  static pick: i32 = -1;
  /** The weighted sum, and the multipliers' own; */
  static total: i64 = 0;
  static all: i64 = 1;
  /** what the least of the largest gains gives of it, and whether there are as many as there may be. */
  static leaving: i64 = 0;
  static full: bool = false;
}

/** Robust problems have none of one neuron's; its network is the other tree's then. */
export function forgetLimited(): void {
  LimitedTree.fits = false;
  LimitedTree.open = false;
  NetworkTree.fits = false;
  NetworkTree.open = false;
}

export function reserveNetworkTree(rows: i32): void {
  NetworkTree.fits = false;
  NetworkTree.open = false;
  if (countsPlainly() && (isPlain() || layerCount == 1)) return;
  let weights: i64 = 0;
  let widest = 8;
  for (let l = 0; l < layerCount; l++) {
    weights += <i64>size(l) * <i64>size(l + 1);
    widest = max(widest, size(l + 1));
  }
  if (weights > MOST_WEIGHTS || <i64>size(1) * <i64>rows > MOST_CELLS) return;
  NetworkTree.fits = true;
  NetworkTree.weights = <i32>weights;
  if (!LimitedTree.fits) limitedTrial = newNetwork();
  boxedLows = newNetwork();
  boxedHighs = newNetwork();
  boxedPlaces = reserve(<usize>weights << 4);
  boxedSizes = reserve(<usize>weights << 3);
  plusTops = reserve((<usize>size(1) * <usize>rows) << 2);
  minusTops = reserve((<usize>size(1) * <usize>rows) << 2);
  boxedCeilings = reserve(<usize>neuronCount << 2);
  sidesBelow = reserve(<usize>widest);
  sidesAbove = reserve(<usize>widest);
  if (layerCount == 1 && !isUnsparing()) reserveMargins(rows);
  boxedTrail = reserve(<usize>(HALVINGS * weights + 8) * 12);
  boxedPath = reserve(<usize>(HALVINGS * weights + 2) * BOXED_FRAME);
}

function reserveMargins(rows: i32): void {
  marginShares = reserve(<usize>rows << 3);
  marginTimes = reserve(<usize>rows << 2);
  marginSums = reserve(<usize>rows << 3);
  marginGains = reserve(<usize>inputsPadded << 3);
  marginHeap = reserve((<usize>min(Limits.nonzeros, inputs) + 2) << 4);
  searchRow = reserve(<usize>inputsPadded << 1);
  searchSums = reserve(<usize>rows << 3);
  searchTabu = reserve(<usize>inputs << 2);
}

/** The walk of limited-search.ts. Writer: that file, and the stage for `begun`; set by `beginLimitedSearch`. */
export class LimitedWalk {
  /** The columns stand, and it has started. */
  static begun: bool = false;
  /** What a sample costs on average. */
  static mean: f64 = 1;
  /** Price of a sample of label + on top of its cost, units of cost. */
  static pricePlus: f64 = 0;
  /** The same of label -. */
  static priceMinus: f64 = 0;
  /** Counted ones of the weights at hand. */
  static nonzeros: i32 = 0;
  /** Cost of what counts with `walkBest`; -1: nothing yet. */
  static best: i64 = -1;
  /** Sweeps of the round. */
  static sweeps: i32 = 0;
  /** Rounds so far. */
  static round: i32 = 0;
  /** Moves of the round. */
  static turn: i32 = 0;
  /** Temperature that the round begins at. */
  static hottest: f64 = 0;
  /** Of this sweep, samples. */
  static temperature: f64 = 1;
  /** What more values a weight make colder. */
  static crowd: f64 = 1;
}

/** The walk of forward-search.ts and bias-worth.ts. Writer: these files; set by `beginForward` and the first selection, `fits` by `reserveLimited`. */
export class ForwardWalk {
  static fits: bool = false;
  /** Selections begun. */
  static begun: i32 = 0;
  /** Cost of what counts with the best weights so far; -1: there are none yet. */
  static best: i64 = -1;
  /** What the weights at hand are worth. */
  static now: f64 = 0;
  /** Counted ones of them that are not 0. */
  static nonzeros: i32 = 0;
  /** A sample of label + counts so much on top of its cost, and one of label -. */
  static pricePlus: f64 = 0;
  static priceMinus: f64 = 0;
  /** The weights kept last lose too many samples of label +, of label -. */
  static tooManyPlus: bool = false;
  static tooManyMinus: bool = false;
  /** The bias, in the tree's order, -1: none; its value in every sample, and its range. */
  static bias: i32 = -1;
  static constant: i32 = 1;
  static leastBias: i32 = 0;
  static mostBias: i32 = 0;
  /** The best bias of the last look. */
  static threshold: i32 = 0;
  /** Lanes of `forwardLanes`, and how many samples of label + and of label - each stands for. */
  static screened: i32 = 0;
  static plusStride: i32 = 1;
  static minusStride: i32 = 1;
  /** Candidates in `forwardFound`. */
  static found: i32 = 0;
}

/** The passes of limited-tree.ts. Writer: that file; set by `beginLimitedTree`. */
export class LimitedPass {
  /** Boxes on the stack. */
  static waiting: i32 = 0;
  /** Weights that cannot be 0 come first, in the tree's order. */
  static forced: i32 = 0;
  /** And those that no limit counts behind all others. */
  static counted: i32 = 0;
  /** What a pass asks for more than, cost. */
  static aim: i64 = 0;
  /** By how much the next one asks for less. */
  static stride: i64 = 1;
  /** Nodes of the pass. */
  static passNodes: f64 = 0;
  /** Nodes of the pass before. */
  static lastNodes: f64 = 0;
  /** Columns laid out, from the last one. */
  static readied: i32 = 0;
  /** Samples of label +. */
  static plusCount: i32 = 0;
  /** What the samples cost that `sweep` counted last. */
  static swept: i64 = 0;
}

/** The weight that is not branched on. Writer: bias-sweep.ts; set by `beginLimitedTree`, `pick` to `last` by every sweep. */
export class BiasSweep {
  /** Its input, which is the last of the tree's order; -1: there is none. */
  static input: i32 = -1;
  /** Its box. */
  static low: i32 = 0;
  static high: i32 = 0;
  /** Samples of label + that are within reach up to some value, and of label -; what all of them cost. */
  static plusFirst: i32 = 0;
  static minusFirst: i32 = 0;
  static costFirst: i64 = 0;
  /** The best value. */
  static pick: i32 = 0;
  /** The least and the largest that are worth more than asked for; first > last: none. */
  static first: i32 = 0;
  static last: i32 = 0;
}

/** The walk of swept-search.ts. Writer: that file, and the stage for `turn`; set by `beginSweptSearch`. */
export class SweptWalk {
  /** It had the last slice of search, and not limited-search.ts. */
  static turn: bool = false;
  /** Counted ones of the weights at hand. */
  static nonzeros: i32 = 0;
  /** What they cost that are confident with the best value of the swept weight; -1: a label loses too many. */
  static worth: i64 = -1;
  /** The most so far. */
  static best: i64 = -1;
  /** Looks since the weights at hand were last worth more. */
  static idle: i32 = 0;
  /** Starts so far. */
  static start: i32 = 0;
}

/** The walk of margin-search.ts. Writer: that file; set by `beginMarginSearch`. */
export class MarginWalk {
  /** The sum that every row is to come to. */
  static target: i64 = 0;
  /** Of the least row's sum so far. */
  static most: i64 = 0;
  /** Counted weights that are not 0. */
  static nonzeros: i32 = 0;
  /** Moves so far. */
  static move: i32 = 0;
  /** Moves since the lack has fallen. */
  static idle: i32 = 0;
  /** Lack since the last start. */
  static least: f64 = 0;
}

/** The passes of network-tree.ts. Writer: that file; set by `beginNetworkTree`. */
export class NetworkPass {
  /** Weights narrowed on the path. */
  static depth: i32 = 0;
  /** Entries of the trail. */
  static trailed: i32 = 0;
  /** Counted weights of the first layer that are not 0. */
  static forced: i32 = 0;
  /** What a pass asks for more than. */
  static aim: i64 = 0;
  /** By how much the next one asks for less. */
  static stride: i64 = 1;
  /** Nodes of the pass. */
  static passNodes: f64 = 0;
  /** Nodes of the pass before. */
  static lastNodes: f64 = 0;
  /** Weights laid out. */
  static readied: i32 = 0;
  /** The tables stand. */
  static started: bool = false;
}

/** The look of network-worth.ts at one row. Writer: that file, every look. */
export class NetworkWorth {
  /** The row can be what the stage asks it to be. */
  static reachable: bool = false;
}
