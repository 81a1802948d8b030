import { newNetwork } from '../../network/weights';
import { reserve } from '../../base/arena';
import { inputsPadded } from '../../problem/state';

/**
 * What lasts in this room; the node itself is in ../state.ts.
 *
 *     array       shape            what                        writer      begun anew by
 *     sideTrial   i16, a network   network under construction  weights.ts  every use
 *     sideRow     i16 [NP]         a rounding                  weights.ts  every use
 */
export let sideTrial: usize = 0;
export let sideRow: usize = 0;

/** Told before the tree begins. Writer: `setUpperNeeds`. */
export class SideTree {
  /** Non-zero weights that the upper layers need at least; MW only. */
  static upperNeeds: i32 = 0;
}

export function reserveSideTree(): void {
  sideTrial = newNetwork();
  sideRow = reserve(<usize>inputsPadded << 1);
}
