import { spend } from '../../base/clock';
import { radiusOf } from '../../problem/boxes';
import { limitedColumns, limitedOrder, LimitedTree } from './state';

/**
 * The columns of limited-tree.ts, in the tree's order and with the samples' labels in them, as all searches of SM under limits read them.
 * Sums are i32 [lanes]: what a sample has for its label, less what the radii take away.
 */

/** The input at place `d` of the order. */
// @ts-ignore: decorator
@inline
export function inputAt(d: i32): i32 {
  return load<i32>(limitedOrder + (<usize>d << 2));
}

// @ts-ignore: decorator
@inline
export function columnAt(d: i32): usize {
  return limitedColumns + ((<usize>d * <usize>LimitedTree.lanes) << 1);
}

/** `to` = the sums `from` with weight `d` at `v` instead of `before`; both may be the same. */
export function moveWeight(to: usize, from: usize, d: i32, before: i32, v: i32): void {
  const column = columnAt(d);
  const factor = i32x4.splat(v - before);
  const toll = i32x4.splat(radiusOf(inputAt(d)) * (abs(v) - abs(before)));
  for (let lane = 0; lane < LimitedTree.lanes; lane += 4) {
    const at = <usize>lane << 2;
    const x = v128.load_ext<i16>(column + (<usize>lane << 1));
    v128.store(to + at, i32x4.sub(i32x4.add(v128.load(from + at), i32x4.mul(factor, x)), toll));
  }
  spend(<f64>LimitedTree.lanes / 2);
}
