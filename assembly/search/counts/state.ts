import { reserve, reserveRaw } from '../../base/arena';
import { newNetwork } from '../../network/weights';
import { Boxes } from '../../problem/boxes';
import { isUnsparing } from '../../problem/limits';
import { inputs, layerCount, sampleCount, weightBound } from '../../problem/shape';
import { CountColumns } from '../../neuron/state';
import { Lp, newLp } from './simplex';

/**
 * What the trees over the counts of one neuron keep. `reserveCounts` once a problem; `beginCountTree`, `beginCountBoxes`,
 * `beginRowTree` a tree. There is one of each kind at a time, and one stage, SM, that begins them.
 *
 *     name          element  shape                unit                          writer       reset by
 *     countTrial    network  1                    weights: what is offered      both trees   before every offer
 *     treeOrder     i32      [inputs]             inputs, in the tree's order   count-tree   beginCountTree
 *     treeColumns   i16      [inputs][KP]         y * x, in the tree's order    count-tree   beginCountTree
 *     treeReach     i16      [inputs + 1][KP]     units of S still to come      count-tree   beginCountTree
 *     treeSums      i16      [inputs + 1][KP]     y * S - confidence so far     count-tree   root: beginCountTree, below: every node
 *     treeChoices   i16      [inputs][2P + 1]     weights, best first           count-tree   every node
 *     treeTurns     i32      [inputs]             which choice comes next       count-tree   every node
 *     treeAlive     i32      [2P + 1]             samples, scratch              count-tree   every node
 *     treeTotals    i32      [inputs]             sum of |x|                    count-tree   beginCountTree
 *     boxTops       i32      [KP]                 most of y * S in the box      count-boxes  beginCountBoxes
 *     boxLows       i32      [inputs]             weights / unit of the tree    count-boxes  preparing, a column at a time
 *     boxHighs      i32      [inputs]             weights / unit of the tree    count-boxes  the same
 *     boxSizes      f64      [inputs]             sum of |x|                    count-boxes  the same
 *     boxPath       i32 x 4  [8 * inputs + 2]     frames, see count-boxes.ts    count-boxes  every node
 *     conflictStarts i32     [CONFLICTS + 1]      first entry of a conflict       conflicts    beginConflicts (`count`)
 *     conflictSums  u32      [CONFLICTS]          hash of its rows                conflicts    the same
 *     conflictUsed  u8       [CONFLICTS]          in the last packing's basis     row-tree     every packing
 *     conflictRows  i32      [ENTRIES]            rows                            conflicts    the same
 *     conflictTimes i32      [ENTRIES]            their multipliers, 2^31 in all  conflicts    the same
 *     freshRows     i32      [inputs + 2]         a conflict on its way           conflicts    every vertex
 *     freshTimes    f64, i64 [inputs + 2]         its multipliers                 conflicts    every vertex
 *     gains         i64      [inputs]             what weights can give, largest  conflicts    every look
 *     rayCosts      f64      [T]                  costs of the rows               conflicts    every question
 *     rowStates     u8       [T]                  FREE, HELD, GIVEN up            row-tree     every pass
 *     shares        f64      [T]                  prices of the packing, 0 to 1   row-tree     every node
 *     slackPlaces   i32      [T]                  row of a slack, or -1 - column  row-tree     every joining
 *     rowLoads      i64      [T]                  of the packing in whole numbers row-tree     every check
 *     rowPath       i32      [T]                  rows decided, in order          row-tree     every pass
 *
 * KP: samples padded to a multiple of 8.
 */
export let countTrial: usize = 0;
export let treeOrder: usize = 0;
export let treeColumns: usize = 0;
export let treeReach: usize = 0;
export let treeSums: usize = 0;
export let treeChoices: usize = 0;
export let treeTurns: usize = 0;
export let treeAlive: usize = 0;
export let treeTotals: usize = 0;
export let boxTops: usize = 0;
export let boxLows: usize = 0;
export let boxHighs: usize = 0;
export let boxSizes: usize = 0;
export let boxPath: usize = 0;
export let conflictStarts: usize = 0;
export let conflictSums: usize = 0;
export let conflictUsed: usize = 0;
export let conflictRows: usize = 0;
export let conflictTimes: usize = 0;
export let freshRows: usize = 0;
export let freshTimes: usize = 0;
export let gains: usize = 0;
export let rayCosts: usize = 0;
export let rowStates: usize = 0;
export let slackPlaces: usize = 0;
export let shares: usize = 0;
export let rowLoads: usize = 0;
export let rowPath: usize = 0;

/** Bytes of a frame of `boxPath`. */
export const FRAME: usize = 16;
/** Halvings of {-127..127}, the first at zero. */
const HALVINGS = 8;
const MOST_CELLS: i64 = 1 << 22;

/** The tree over values. Writer: count-tree.ts; `beginCountTree` sets `open`, `reserveCounts` both. */
export class CountTree {
  /** The shape is one neuron, and its tables were not too large to reserve. */
  static fits: bool = false;
  /** Begun, and neither exhausted nor stopped. */
  static open: bool = false;
}

/** The tree over boxes. Writer: count-boxes.ts; `beginCountBoxes` sets it, `reserveCounts` closes it. */
export class CountBoxes {
  static open: bool = false;
}

/** The tree over rows. Writer: row-tree.ts; `beginRowTree` sets `open`, `reserveCounts` both. */
export class RowTree {
  /** One neuron, and its programs are not too large. */
  static fits: bool = false;
  /** Begun, and not at its end. */
  static open: bool = false;
  /** What the stage has shown without this tree, where the bound is from it; `i64.MAX_VALUE` where it is not. Writer: the stage. */
  static others: i64 = i64.MAX_VALUE;
  /** How often the program that finds conflicts was shaken. Writer: conflicts, set by `beginConflicts`. */
  static shakes: i32 = 0;
  /** Its pool is that of the running stage. Writer: row-tree, cleared by its `forgetRowTree` and `reserveCounts`. */
  static begun: bool = false;
  /** The node at hand has given up all that it may, and real weights have the rest: whole weights are to be asked (`closeLeaf`). */
  static leaf: bool = false;
  /** Whole weights have closed a leaf of the pass: conflicts alone do not show it. */
  static byWeights: bool = false;
  /** What all rows cost, and one in the mean, in which the packing counts. Writer: row-tree, set by `beginRowTree`. */
  static total: i64 = 0;
  static unit: f64 = 1;
  /** What a pass of this tree has shown by itself; `i64.MAX_VALUE` before. Writer: row-tree, set by the stage's `beginSm`. */
  static shown: i64 = i64.MAX_VALUE;
}

/** Why the row tree's last node is closed: so many rows are given up, */
export const BY_GIVEN = -2;
/** or the packing says it, or (0 or more) this conflict has no row that is not held. */
export const BY_PACKING = -1;

/** The row tree's node at hand, for who writes it down. Writer: row-tree. */
export class RowNode {
  /** The row to branch on. */
  static pick: i32 = -1;
  /** BY_.. or a conflict. */
  static closedBy: i32 = BY_GIVEN;
}

/** The pool of conflicts. Writer: conflicts.ts, emptied by `beginConflicts`. */
export class Conflicts {
  static count: i32 = 0;
  /** Room for conflicts and for their entries. */
  static capacity: i32 = 0;
  static room: i32 = 0;
  /** Weights that may be other than 0 of those that may be 0. Set by `beginConflicts`. */
  static left: i32 = 0;
}

/** The two programs of the row tree, each of its file: the one that finds conflicts, and their packing. In the arena. */
export class Programs {
  static ray: Lp = changetype<Lp>(0);
  static packing: Lp = changetype<Lp>(0);
  /** Conflicts that fit into a packing. */
  static mostPacked: i32 = 0;
  /** The first knows how many weights may be other than 0: there was room for that. */
  static limited: bool = false;
  /** Its variable that stands for no conflict. Writer: ray-program. */
  static none: i32 = 0;
}

export const CONFLICTS = 4096;
const ENTRIES = 1 << 18;
const MOST_PACKED = 512;
/** Cells of either program: what a pivot looks at between two breaths. */
const MOST_LP_CELLS: i64 = 1 << 18;

function reserveRows(): void {
  const T = <i64>sampleCount;
  RowTree.open = false;
  RowTree.fits = inputs > 0 && T > 1 && T * 64 <= MOST_LP_CELLS && (<i64>inputs + 1) * (T + <i64>inputs + 4) <= MOST_LP_CELLS;
  if (!RowTree.fits) return;
  Conflicts.room = ENTRIES;
  Programs.mostPacked = min(MOST_PACKED, <i32>(MOST_LP_CELLS / T));
  const lines = <i64>2 * <i64>inputs + 1;
  Programs.limited = !isUnsparing() && lines * (T + <i64>inputs + 2) <= MOST_LP_CELLS;
  Programs.ray = Programs.limited ? newLp(<i32>lines, sampleCount + inputs + 2) : newLp(inputs + 1, sampleCount + inputs + 1);
  Programs.packing = newLp(sampleCount, Programs.mostPacked);
  conflictStarts = reserve((CONFLICTS + 1) << 2);
  conflictSums = reserve((CONFLICTS + 1) << 2);
  conflictUsed = reserve(CONFLICTS + 8);
  conflictRows = reserveRaw(ENTRIES << 2);
  conflictTimes = reserveRaw(ENTRIES << 2);
  freshRows = reserve(<usize>(inputs + 2) << 2);
  freshTimes = reserve(<usize>(inputs + 2) << 3);
  gains = reserve(<usize>inputs << 3);
  rayCosts = reserve(<usize>sampleCount << 3);
  rowStates = reserve(<usize>sampleCount + 8);
  slackPlaces = reserve(<usize>sampleCount << 2);
  shares = reserve(<usize>sampleCount << 3);
  rowLoads = reserve(<usize>sampleCount << 3);
  rowPath = reserve(<usize>sampleCount << 2);
}

/** Behind `reserveCountSearch`, whose padding the columns have. */
export function reserveCounts(): void {
  CountTree.fits = false;
  CountTree.open = false;
  CountBoxes.open = false;
  RowTree.open = false;
  RowTree.begun = false;
  RowTree.fits = false;
  if (layerCount != 1) return;
  countTrial = newNetwork();
  reserveRows();
  reserveBoxes();
  const cells = <i64>(inputs + 1) * <i64>CountColumns.padded;
  if (inputs < 1 || cells > MOST_CELLS || Boxes.ranged || Boxes.varied) return;
  CountTree.fits = true;
  reserveTree(<usize>cells << 1, 2 * weightBound + 1);
}

function reserveTree(bytes: usize, values: i32): void {
  treeOrder = reserve(<usize>inputs << 2);
  treeColumns = reserve(bytes);
  treeReach = reserve(bytes);
  treeSums = reserveRaw(bytes);
  treeChoices = reserve(<usize>(inputs * values) << 1);
  treeTurns = reserve(<usize>inputs << 2);
  treeAlive = reserve(<usize>values << 2);
  treeTotals = reserve(<usize>inputs << 2);
}

function reserveBoxes(): void {
  assert(CountColumns.padded == ((sampleCount + 7) & ~7));
  boxTops = reserve(<usize>CountColumns.padded << 2);
  boxLows = reserve(<usize>inputs << 2);
  boxHighs = reserve(<usize>inputs << 2);
  boxSizes = reserve(<usize>inputs << 3);
  boxPath = reserve((<usize>(HALVINGS * inputs) + 2) * FRAME);
}
