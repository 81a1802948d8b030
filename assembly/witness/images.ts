import { keptCount, size } from '../problem/shape';
import { DEEPEST, fits, mustHold, pathHolds, places, seen, witnessBeats, witnessReach, witnessSides } from './state';

/**
 * The images of the witness: the neurons of the first layer may change places, and a tree that takes one for all loses a
 * network only where it loses all its images. So a node *holds* the witness where its neurons can be matched with the
 * node's, one to one, each with one that what is decided allows (`setFit`). Trees that search best first ask after every step
 * whether some open node holds it; trees that go depth first, whether some child of a node that held it did.
 */

/** Side of the witness' neuron `i` on kept sample `k`: +1, -1. */
// @ts-ignore: decorator
@inline
export function witnessSide(i: i32, k: i32): i32 {
  return <i32>load<i8>(witnessSides + <usize>(i * keptCount + k));
}

/** Its distance there, units of 1/D; below 0 it is not known at all. */
// @ts-ignore: decorator
@inline
export function witnessDistance(i: i32, k: i32): i32 {
  return load<i32>(witnessReach + (<usize>(i * keptCount + k) << 2));
}

export function setFit(i: i32, j: i32, may: bool): void {
  store<u8>(fits + <usize>(i * size(1) + j), u8(may));
}

/** Whether all neurons of the witness find a place of their own (augmenting paths). */
export function allFit(): bool {
  const n = size(1);
  for (let j = 0; j < n; j++) store<i32>(places + (<usize>j << 2), -1);
  for (let i = 0; i < n; i++) {
    memory.fill(seen, 0, <usize>n);
    if (!seat(i)) return false;
  }
  return true;
}

function seat(i: i32): bool {
  const n = size(1);
  for (let j = 0; j < n; j++) {
    if (load<u8>(fits + <usize>(i * n + j)) == 0 || load<u8>(seen + <usize>j) != 0) continue;
    store<u8>(seen + <usize>j, 1);
    const other = load<i32>(places + (<usize>j << 2));
    if (other >= 0 && !seat(other)) continue;
    store<i32>(places + (<usize>j << 2), i);
    return true;
  }
  return false;
}

/*
 * A tree that goes depth first. `pathHolds` says of every node of its path: 0 no image of the witness is in there, 1 one is,
 * 2 and one was in a child.
 */

/** A node at `depth` has been entered that holds the witness, or does not. */
export function enteredNode(depth: i32, holds: bool): void {
  if (depth >= DEEPEST) return;
  store<u8>(pathHolds + <usize>depth, u8(holds));
  if (holds && depth > 0) store<u8>(pathHolds + <usize>(depth - 1), 2);
}

/** The node at `depth` has had all its children; nothing beats `cut` that is not in them. */
export function leftNode(depth: i32, cut: i64, place: string): void {
  if (depth < DEEPEST && load<u8>(pathHolds + <usize>depth) == 1) mustHold(!witnessBeats(cut), place);
}
