import { keptCount, size } from '../../problem/shape';
import { witnessSide } from '../../witness/images';
import { mustHold, places, witnessBeats } from '../../witness/state';
import { patternMask } from './pattern-table';
import { functionChoice, PatternTable } from './state';

/**
 * Checked build: the witness (assembly/witness/) before the trees over a tabulated first layer. Its neurons are patterns in the function tree, in the
 * order in which the tree would choose them (`places`, scratch): by their place in the table.
 */

/** The place in the table of what neuron `i` does; -1: the table is of multiples of P, and it does what none of these can. */
function patternOf(i: i32): i32 {
  let mask: u64 = 0;
  for (let k = 0; k < keptCount; k++) if (witnessSide(i, k) > 0) mask |= <u64>1 << <u64>k;
  for (let p = 0; p < PatternTable.total; p++) if (patternMask(p) == mask) return p;
  return -1;
}

function placeAt(at: i32): i32 {
  return load<i32>(places + (<usize>at << 2));
}

/** Functions: with the patterns chosen before `depth`, none from `first` to `last` leads to more than `most`. */
export function closingFunctions(depth: i32, first: i32, last: i32, most: i64, place: string): void {
  if (!witnessBeats(most)) return;
  const n = size(1);
  for (let i = 0; i < n; i++) {
    const p = patternOf(i);
    let at = i;
    for (; at > 0 && placeAt(at - 1) > p; at--) store<i32>(places + (<usize>at << 2), placeAt(at - 1));
    store<i32>(places + (<usize>at << 2), p);
  }
  let begins = placeAt(0) >= 0;
  for (let d = 0; d < depth && begins; d++) begins = placeAt(d) == load<i32>(functionChoice + (<usize>d << 2));
  mustHold(!begins || placeAt(depth) < first || placeAt(depth) > last, place);
}

/** Answers: all patterns under all of them have been looked at, and none leads to more than `most`. */
export function closingAnswers(most: i64, place: string): void {
  mustHold(!witnessBeats(most), place);
}
