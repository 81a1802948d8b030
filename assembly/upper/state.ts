import { reserve } from '../base/arena';
import { size } from '../problem/shape';

/**
 * What lasts in this room beside the enumeration's own arrays (upper-layers.ts).
 *
 *     array    shape       what                                                                 writer        begun anew by
 *     points   i8 [2^n1]   by answer of the first layer (bit j: neuron j at +1) the output      completions   startCompletions
 *                          asked for: +1, -1, or 0, nothing is asked
 */
export let points: usize = 0;

/** What is asked at the moment. Writer: completions.ts. */
export class Asked {
  /** Answers of which something is asked; `startCompletions` takes it back to 0. */
  static count: i32 = 0;
  /** The last `answerCompletions` said what is so, and not only as far as the enumeration goes. */
  static known: bool = false;
}

/** Robust problems only, of which the first layer is narrow enough for a table of its answers. */
export function reserveCompletions(): void {
  points = reserve((<usize>1 << <usize>size(1)) + 8);
}
