import { reserve, reserveRaw } from '../../base/arena';
import { newNetwork } from '../../network/weights';
import { countsPlainly, isUnsparing, Limits } from '../../problem/limits';
import { inputs, layerCount, sampleCount } from '../../problem/shape';

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

/** Bytes of a frame of `limitedStack`. */
export const LIMITED_FRAME: usize = 32;
/** Boxes that wait at one depth: 0, either side of it, and the halves of {1..127}. */
const WAITING = 12;
const MOST_CELLS: i64 = 1 << 23;

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
  limitedStack = reserve(<usize>(WAITING * (inputs + 1)) * LIMITED_FRAME);
}
