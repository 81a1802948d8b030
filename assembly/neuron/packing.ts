import { axpyF32, dotI16 } from '../base/kernels/simd';
import { spend, strain } from '../base/clock';
import { breathe } from '../base/pause';
import { setWeight, tollOfRow, weightAt } from '../network/weights';
import { radiusOf } from '../problem/boxes';
import { inputs, inputsPadded, kept, keptCount, sampleRow } from '../problem/shape';
import { order, Packing } from './state';

/**
 * What every local search of one neuron looks at: the rows with a side, each with its sign, as f32 columns, and what each row lacks to
 * the goal that the search sets. What an L-infinity box takes away from a sum is the toll; it falls on all rows alike.
 * f32 guides: a search recounts in integers what it is to be accepted by.
 */

/** What a padding row lacks: so much too little that no move makes it count. */
export const OUT: f32 = -1e18;

/** Lists the rows with a side. */
export function packRows(packing: Packing, sides: usize): void {
  let rows = 0;
  for (let k = 0; k < keptCount; k++) {
    if (load<i8>(sides + <usize>k) == 0) continue;
    store<i32>(packing.rowOf + (<usize>rows << 2), k);
    rows++;
  }
  assert(rows <= packing.mostRows);
  packing.rows = rows;
  packing.rowsPadded = (rows + 3) & ~3;
  packing.turn = 0;
}

// @ts-ignore: decorator
@inline
export function columnAt(packing: Packing, c: i32): usize {
  assert(<u32>c < <u32>inputs);
  return packing.matrix + (<usize>(c * packing.rowsPadded) << 2);
}

// @ts-ignore: decorator
@inline
export function rowAt(packing: Packing, r: i32): i32 {
  assert(r >= 0 && r < packing.rows);
  return load<i32>(packing.rowOf + (<usize>r << 2));
}

/** Writes column `c`, of input `i`; it may move at once. */
export function packColumn(packing: Packing, sides: usize, c: i32, i: i32): void {
  const column = columnAt(packing, c);
  const rows = packing.rows;
  breathe();
  spend(<f64>rows);
  strain(<f64>rows);
  for (let r = 0; r < rows; r++) {
    const k = rowAt(packing, r);
    const x = <i32>load<i16>(sampleRow(kept(k)) + (<usize>i << 1));
    store<f32>(column + (<usize>r << 2), <f32>(<i32>load<i8>(sides + <usize>k) * x));
  }
  for (let r = rows; r < packing.rowsPadded; r++) store<f32>(column + (<usize>r << 2), 0);
  store<i32>(packing.tabuUntil + (<usize>c << 2), 0);
}

/** Column of input `i` at this price, the columns being the `width` cheapest so far, ascending. They are packed afterwards. */
export function insertColumn(packing: Packing, i: i32, price: f64, width: i32): void {
  const inputOf = packing.inputOf;
  if (packing.columns == width && price >= load<f64>(order + (<usize>(width - 1) << 3))) return;
  let at = packing.columns < width ? packing.columns++ : width - 1;
  while (at > 0 && load<f64>(order + (<usize>(at - 1) << 3)) > price) {
    store<f64>(order + (<usize>at << 3), load<f64>(order + (<usize>(at - 1) << 3)));
    store<i32>(inputOf + (<usize>at << 2), load<i32>(inputOf + (<usize>(at - 1) << 2)));
    at--;
  }
  store<f64>(order + (<usize>at << 3), price);
  store<i32>(inputOf + (<usize>at << 2), i);
}

/** What an L-infinity box takes away from every sum of the moving weights. */
export function tollOf(packing: Packing): i32 {
  return tollOfRow(packing.moving);
}

/** S of the moving weights on packed row `r`, signed by its side; the toll is still to be taken off. */
// @ts-ignore: decorator
@inline
export function sumAt(packing: Packing, sides: usize, r: i32): i32 {
  const k = rowAt(packing, r);
  return <i32>load<i8>(sides + <usize>k) * dotI16(packing.moving, sampleRow(kept(k)), inputsPadded);
}

/** The padding lacks nothing, whatever moves. */
export function closeLacks(packing: Packing): void {
  for (let r = packing.rows; r < packing.rowsPadded; r++) store<f32>(packing.lacks + (<usize>r << 2), OUT);
}

/** Sets the moving weight of column `c`, which is input `i`, and what the rows lack with it. */
export function moveWeight(packing: Packing, c: i32, i: i32, after: i32): void {
  const lacks = packing.lacks;
  const before = weightAt(packing.moving, i);
  setWeight(packing.moving, i, after);
  axpyF32(lacks, columnAt(packing, c), <f32>(before - after), packing.rowsPadded);
  const toll = <f32>(radiusOf(i) * (abs(after) - abs(before)));
  if (toll == 0) return;
  for (let r = 0; r < packing.rows; r++) {
    const at = lacks + (<usize>r << 2);
    store<f32>(at, load<f32>(at) + toll);
  }
}
