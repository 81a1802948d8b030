import { newNetwork } from '../../network/weights';
import { reserve } from '../../base/arena';
import { inputsPadded, size } from '../../problem/shape';
import { MOST_SERVED } from '../../search/sides/state';

/**
 * What lasts in this room; the node itself is in ../state.ts.
 *
 *     array       shape            what                        writer      begun anew by
 *     sideTrial   i16, a network   network under construction  weights.ts  every use
 *     sideRow     i16 [NP]         a rounding                  weights.ts  every use
 *     nodeFunction    i32          the upper layers' function; -1: any     functions.ts    beginFunctions; the trail undoes it
 *     boundVersions   i32 [n1]     version of the sides bounded last       functions.ts    beginFunctions
 *     nodeSums        f64 [K + 1]  what relaxed weights give every row     functions.ts    every use
 */
export let sideTrial: usize = 0;
export let sideRow: usize = 0;
export let nodeFunction: usize = 0;
export let boundVersions: usize = 0;
export let nodeSums: usize = 0;

/** Told before the tree begins. Writer: `setUpperNeeds`. */
export class SideTree {
  /** Non-zero weights that the upper layers need at least; MW only. */
  static upperNeeds: i32 = 0;
  /** MM: the root branches on the upper layers' functions, and rows are served. Writer: functions.ts, by `beginFunctions`. */
  static byFunctions: bool = false;
  /** Slot of the pool (search/sides/) that mirrors the node at hand, for what the served tree knows of nodes. */
  static mirror: usize = 0;
  /** The node at hand is mirrored already, and a neuron of it is being settled. */
  static settling: bool = false;
}

export function reserveSideTree(): void {
  sideTrial = newNetwork();
  sideRow = reserve(<usize>inputsPadded << 1);
  nodeFunction = reserve(8);
  boundVersions = reserve(<usize>size(1) << 2);
  nodeSums = reserve((MOST_SERVED + 1) << 3);
}
