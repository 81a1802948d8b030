import { weightAt, weightRow } from '../../network/weights';
import { keptCount, size } from '../../problem/shape';
import { witnessSide } from '../../witness/images';
import { mustHold, places, witness, witnessBeats } from '../../witness/state';
import { patternMask } from './pattern-table';
import { functionChoice, PatternTable, voteChoice, voteOutputs } from './state';

/**
 * Checked build: the witness (assembly/witness/) before the trees over a tabulated first layer. Its neurons are patterns there, in the
 * order in which the tree would choose them (`places`, scratch): by their place in the table, under votes by their weight first.
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

// @ts-ignore: decorator
@inline
function voteOf(i: i32): i32 {
  return weightAt(weightRow(witness, 1, 0), i);
}

/** Whether neuron `a` votes before `b`: the larger weight first, + before -, then by pattern. */
function votesBefore(a: i32, b: i32): bool {
  const x = voteOf(a);
  const y = voteOf(b);
  if (abs(x) != abs(y)) return abs(x) > abs(y);
  return x != y ? x > y : patternOf(a) < patternOf(b);
}

/** Votes: what has been chosen down to `depth` leads to no more than `most`. */
export function closingVotes(depth: i32, most: i64, place: string): void {
  if (!witnessBeats(most)) return;
  const n = size(1);
  for (let i = 0; i < n; i++) {
    let at = i;
    for (; at > 0 && votesBefore(i, placeAt(at - 1)); at--) store<i32>(places + (<usize>at << 2), placeAt(at - 1));
    store<i32>(places + (<usize>at << 2), i);
  }
  for (let j = 0; j < n; j++) if (voteOf(placeAt(j)) != load<i32>(voteOutputs + (<usize>j << 2))) return;
  for (let d = 0; d <= depth; d++) if (patternOf(placeAt(d)) != load<i32>(voteChoice + (<usize>d << 2))) return;
  mustHold(false, place);
}
