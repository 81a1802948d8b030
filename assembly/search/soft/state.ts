import { reserve, reserveRaw } from '../../base/arena';
import { inputs, inputsPadded, layerCount, sampleCount, size } from '../../problem/shape';

/**
 * Everything that lasts in this room. K: kept rows; NP: inputs, padded; R: rows as packed, padded to 8; F: weights that are strictly inside their boxes.
 *
 *     array          shape             what, unit                                              writer       begun anew by
 *     rootWeights    f64 [NP]          real weights of the root's relaxation                   soft-root    openRoot
 *     slotLow, ..    i16 [slots][NP]   boxes of an open node                                   soft-pool    addNode
 *     slotHigh
 *     slotWeights    f32 [slots][NP]   real weights that its parent's relaxation ended with    soft-pool    addNode
 *     slotBound      i64 [slots]       a loss that nothing in it goes below                    soft-pool    addNode
 *     slotHeap       i32 [slots]       open nodes, the least bound first                       soft-pool    clearPool
 *     slotFree       i32 [slots]       slots that have been given back                         soft-pool    clearPool
 *     tried          f64 [NP]          a relaxation, rounded and settled                       soft-tree    every try
 *     unit           f64 [F]           a unit vector, and what the factor makes of it          soft-node    every choice
 *     tiedSides      i8  [n1][K]       sides that rows rely on                                 tied         beginTied
 *     tiedNear       i8  [K]           sides of the rows that are near the neuron at hand      tied         every fit
 *     tiedBare       u8  [n1]          1: the neuron has no weights, and gets none             tied         beginTied
 *     tiedFixed      u8  [n1][NP]      1: the weight has been rounded and stays                dive         beginTied
 *     tiedLacks      f64 [n1][K]       what a row lacks at the weights, on its side            tied         every round
 *     tiedShares     f64 [n1][K]       multipliers of what a row lacks at its literals         tied         beginTied
 *     tiedRising     f64 [n1]          of a row at its literals, the most first                tied         every row
 *     ties           f64 [K]           what a row lacks; -1: it has chosen anew                tied         every choice
 *     tiedWeights    f64 [n1][NP]      real weights of the relaxation given the choice         soft, given  beginGiven
 *     allSides       i8  [K]           the label of every kept row                             soft-root    openRoot
 *     boxWeights     f64 [NP]          real weights of the node that is looked at              box-fit      every node
 *     bestWanted     f64 [K]           of the best turn of a relaxation                          few          every node
 *     gains          i64 [inputs]      what weights can add to a bound, rising                 soft-count   every count
 *     wanted         f64 [K]           multipliers for the exact bound: twice what a row lacks box-fit      multipliersOfFit
 *     freeInputs     i32 [inputs]      the free weights                                        newton       every step
 *     lackingRows    i32 [R]           packed rows that lack something                         newton       every step
 *     freeColumns    f32 [F][R]        inputs of these rows less the toll, by free weight      newton       every step
 *     lacks          f32 [R]           what these rows lack                                    newton       every step
 *     before         f32 [R], f64 [F]  deficits and free weights before the step               newton       every step
 *     step           f64 [F]           slopes, then the step                                   newton       every step
 *     factor         f64 [F][F]        Hessian of half the loss, then its Cholesky factor;     factor       every step
 *                                      only up to MOST_FACTORED free weights
 *     residual, ..   f64 [F]           conjugate gradients: what is left of the slopes,        gradients    every step
 *     searchDirection                  where the next step goes, what the Hessian makes of it,
 *     curved, scales                   the Hessian's diagonal
 *     combined       f32 [R]           the direction's rows                                    gradients    every step
 */
export const MOST_FACTORED = 128;

export let rootWeights: usize = 0;
export let slotLow: usize = 0;
export let slotHigh: usize = 0;
export let slotWeights: usize = 0;
export let slotBound: usize = 0;
export let slotHeap: usize = 0;
export let slotFree: usize = 0;
export let unit: usize = 0;
export let tried: usize = 0;
export let tiedSides: usize = 0;
export let tiedNear: usize = 0;
export let tiedBare: usize = 0;
export let tiedFixed: usize = 0;
export let tiedLacks: usize = 0;
export let tiedShares: usize = 0;
export let tiedRising: usize = 0;
export let ties: usize = 0;
export let tiedWeights: usize = 0;
export let allSides: usize = 0;
export let boxWeights: usize = 0;
export let wanted: usize = 0;
export let bestWanted: usize = 0;
export let gains: usize = 0;
export let freeInputs: usize = 0;
export let lackingRows: usize = 0;
export let freeColumns: usize = 0;
export let lacks: usize = 0;
export let deficitsBefore: usize = 0;
export let weightsBefore: usize = 0;
export let step: usize = 0;
export let factor: usize = 0;
export let residual: usize = 0;
export let searchDirection: usize = 0;
export let curved: usize = 0;
export let scales: usize = 0;
export let combined: usize = 0;

/** The last Newton step. Writers: newton.ts, factor.ts. */
export class Newton {
  /** Free weights, as `freeInputs` lists them. */
  static free: i32 = 0;
  /** `factor` holds the factor of their Hessian. */
  static factored: bool = false;
}

/** The tree over the weights. Writers: soft-root.ts, soft-pool.ts. */
export class SoftTree {
  /** Slots of the pool, */
  static slots: i32 = 0;
  /** those ever taken, those given back, and the open nodes. */
  static taken: i32 = 0;
  static given: i32 = 0;
  static open: i32 = 0;
  /** Bounds of nodes that were dropped for want of room: the whole is no better than the least of them. */
  static dropped: i64 = i64.MAX_VALUE;
}

function reservePool(bytes: usize): void {
  const aNode = (<usize>inputsPadded << 3) + 16;
  SoftTree.slots = <i32>min<usize>(max<usize>(bytes / aNode, 64), 1 << 20);
  const slots = <usize>SoftTree.slots;
  slotLow = reserveRaw((slots * <usize>inputsPadded) << 1);
  slotHigh = reserveRaw((slots * <usize>inputsPadded) << 1);
  slotWeights = reserveRaw((slots * <usize>inputsPadded) << 2);
  slotBound = reserveRaw(slots << 3);
  slotHeap = reserveRaw(slots << 2);
  slotFree = reserveRaw(slots << 2);
  SoftTree.open = 0;
}

/** `bytes`: for open nodes. */
export function reserveSoftSearch(bytes: usize): void {
  reserveFit();
  if (layerCount == 1) reservePool(bytes);
  else reserveTied();
}

function reserveTied(): void {
  const cells = <usize>size(1) * <usize>sampleCount;
  const weights = <usize>size(1) * <usize>inputsPadded;
  tiedSides = reserve(cells);
  tiedNear = reserve(<usize>sampleCount + 8);
  tiedBare = reserve(<usize>size(1) + 8);
  tiedFixed = reserve(weights);
  tiedLacks = reserve(cells << 3);
  tiedShares = reserve(cells << 3);
  tiedRising = reserve(<usize>size(1) << 3);
  ties = reserve(<usize>sampleCount << 3);
  tiedWeights = reserve(weights << 3);
}

/** How many weights a limit of the loss asks for. Writers: soft-count.ts, proving/soft/count.ts; set by `beginSoftCount`. */
export class SoftCount {
  /** Turns of the relaxation so far. */
  static turn: i32 = 0;
  /** What is shown. */
  static least: i32 = 0;
  /** It is what a proof asks for. */
  static closes: bool = false;
}

/** The fit of all neurons together. Writer: tied.ts; set by `beginTied`. */
export class Tied {
  /** Rounds so far. */
  static round: i32 = 0;
  /** The neuron that is fitted next. */
  static neuron: i32 = 0;
  /** Where weights are fixed: how many were fractional in the round. */
  static left: i32 = 0;
}

/** The bound given the incumbent's reliance. Writer: given.ts; set by `beginGiven`. */
export class Given {
  /** Rounds so far. */
  static round: i32 = 0;
  /** The best bound, and rounds since it has grown. */
  static best: i64 = 0;
  static idle: i32 = 0;
}

function reserveFit(): void {
  const rows = (<usize>sampleCount + 15) & ~7;
  allSides = reserve(<usize>sampleCount + 8);
  rootWeights = reserve(<usize>inputsPadded << 3);
  tried = reserve(<usize>inputsPadded << 3);
  unit = reserve(<usize>inputs << 3);
  boxWeights = reserve(<usize>inputsPadded << 3);
  wanted = reserve(<usize>sampleCount << 3);
  bestWanted = reserve(<usize>sampleCount << 3);
  gains = reserve(<usize>inputs << 3);
  const most = <usize>inputs;
  freeInputs = reserve(most << 2);
  lackingRows = reserve(rows << 2);
  freeColumns = reserveRaw((rows << 2) * most);
  lacks = reserve(rows << 2);
  deficitsBefore = reserve(rows << 2);
  weightsBefore = reserve(most << 3);
  step = reserve(most << 3);
  factor = reserve((MOST_FACTORED * MOST_FACTORED) << 3);
  residual = reserve(most << 3);
  searchDirection = reserve(most << 3);
  curved = reserve(most << 3);
  scales = reserve(most << 3);
  combined = reserve(rows << 2);
}

/** f32 [rows]: free weight `f` on the rows that lack something. */
// @ts-ignore: decorator
@inline
export function freeColumn(f: i32, rows: i32): usize {
  return freeColumns + (<usize>(f * rows) << 2);
}
