import { weightAt } from '../network/weights';
import { countedAs, isWeight, radiusOf } from '../problem/boxes';
import { inputs, inputsPadded, kept, keptCount, marginOf, sampleRow, size } from '../problem/shape';
import { rowValues, Witness, witnessRows } from './state';

/**
 * The witness before a tree of Level B, which asks for the best weights of one neuron on some sides: there every row of the
 * witness, and every row turned round, is a witness of its own, whatever neuron it belongs to. What it is worth is computed
 * here anew, plainly.
 */

/** How many rows there are to look after. */
export function rowCount(): i32 {
  return Witness.known ? 2 * size(1) : 0;
}

/** i16 [NP] */
export function rowAt(r: i32): usize {
  return witnessRows + ((<usize>r * <usize>inputsPadded) << 1);
}

/** What row `r` is worth to the tree that stands; `i32.MIN_VALUE`: nothing. */
export function rowValue(r: i32): i32 {
  return load<i32>(rowValues + (<usize>r << 2));
}

/** Without what a test adds. */
export function trueValue(r: i32): i32 {
  return rowValue(r) == i32.MIN_VALUE ? i32.MIN_VALUE : rowValue(r) - Witness.more;
}

/** A max-min tree begins: least margins on `sides`, but no more than `ceiling`, which may rest on more than the sides. */
export function valueByMargins(sides: usize, ceiling: i32): void {
  for (let r = 0; r < rowCount(); r++) setValue(r, min(ceiling, marginOn(rowAt(r), sides)));
}

/** A cover tree begins: minus the non-zeros of the rows that reach `needs` on `sides`. */
export function valueByCounts(sides: usize, needs: usize): void {
  for (let r = 0; r < rowCount(); r++) setValue(r, countOn(rowAt(r), sides, needs));
}

function setValue(r: i32, value: i32): void {
  const worth = value == i32.MIN_VALUE || !isAllowed(rowAt(r)) ? i32.MIN_VALUE : value + Witness.more;
  store<i32>(rowValues + (<usize>r << 2), worth);
}

/** A row turned round may be outside of what the problem allows: then it is nobody's. */
function isAllowed(row: usize): bool {
  for (let i = 0; i < inputs; i++) if (!isWeight(i, weightAt(row, i))) return false;
  return true;
}

/** The least margin of a row on sides, units of 1/D; `i32.MIN_VALUE` where no row has a side. */
export function marginOn(row: usize, sides: usize): i32 {
  const slack = tollOf(row);
  let least = i32.MAX_VALUE;
  for (let k = 0; k < keptCount; k++) {
    const side = <i32>load<i8>(sides + <usize>k);
    if (side != 0) least = min(least, marginOf(sumOf(row, k), side, slack));
  }
  return least == i32.MAX_VALUE ? i32.MIN_VALUE : least;
}

/** Minus the non-zeros, `i32.MIN_VALUE` where some side is not reached. */
export function countOn(row: usize, sides: usize, needs: usize): i32 {
  const slack = tollOf(row);
  for (let k = 0; k < keptCount; k++) {
    const side = <i32>load<i8>(sides + <usize>k);
    if (side != 0 && side * sumOf(row, k) - slack < load<i32>(needs + (<usize>k << 2))) return i32.MIN_VALUE;
  }
  let count = 0;
  for (let i = 0; i < inputs; i++) count += countedAs(i, weightAt(row, i));
  return -count;
}

/** The least signed sum of a row on sides: M of the cuts. */
export function leastSumOn(row: usize, sides: usize): i64 {
  let least: i64 = i64.MAX_VALUE;
  for (let k = 0; k < keptCount; k++) {
    const side = <i32>load<i8>(sides + <usize>k);
    if (side != 0) least = min(least, <i64>(side * sumOf(row, k)));
  }
  return least;
}

/** The sum of a row on kept sample `k`. */
export function sumOf(row: usize, k: i32): i32 {
  const x = sampleRow(kept(k));
  let sum = 0;
  for (let i = 0; i < inputs; i++) sum += weightAt(row, i) * <i32>load<i16>(x + (<usize>i << 1));
  return sum;
}

/** Whether a row has no weights. */
export function isEmpty(row: usize): bool {
  for (let i = 0; i < inputs; i++) if (weightAt(row, i) != 0) return false;
  return true;
}

/** What the L-infinity box takes of a row's sums. */
export function tollOf(row: usize): i32 {
  let toll = 0;
  for (let i = 0; i < inputs; i++) toll += radiusOf(i) * abs(weightAt(row, i));
  return toll;
}

/** Whether row `r` lies in boxes (i16 [NP] each). */
export function rowLies(r: i32, low: usize, high: usize): bool {
  for (let i = 0; i < inputs; i++) {
    const w = weightAt(rowAt(r), i);
    if (w < <i32>load<i16>(low + (<usize>i << 1)) || w > <i32>load<i16>(high + (<usize>i << 1))) return false;
  }
  return true;
}
