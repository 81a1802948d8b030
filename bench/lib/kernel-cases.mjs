/* The kernels' operands, on rows as long as the engine's are. */
import { below, sfc32 } from '../../dist/random.js';

/** Active inputs of an MNIST pair, and rows of a relaxation with some cuts, both padded. */
const INPUTS = 448;
const ROWS = 48;
export const KERNELS = [
  { name: 'dotI16', n: INPUTS, rows: [Int16Array, Int16Array], scalars: [] },
  { name: 'dotI16F64', n: INPUTS, rows: [Int16Array, Float64Array], scalars: [] },
  { name: 'axpyI32', n: ROWS, rows: [Int32Array, Int32Array], scalars: [-2] },
  { name: 'axpyF64', n: INPUTS, rows: [Float64Array, Float64Array], scalars: [0] },
  { name: 'axpyF32', n: ROWS, rows: [Float32Array, Float32Array], scalars: [0] },
  { name: 'penaltyF32', n: ROWS, rows: [Float32Array, Float32Array], scalars: [3, -1] },
  // Rows as the join of flips has them. A need that every row meets: a pair that is refused ends with the first lanes.
  { name: 'coversI16', n: ROWS, rows: [Int16Array, Int16Array, Int16Array], level: { 2: -600 }, scalars: [] },
  {
    ...{ name: 'excessI16', n: ROWS, scalars: [] },
    rows: [Int16Array, Int16Array, Int16Array, Int16Array],
    level: { 3: 340 }, // weights add up to at most 2^15
  },
  { name: 'widenI16', n: ROWS, rows: [Int16Array, Int16Array, Int16Array], scalars: [] },
  { name: 'addI16', n: ROWS, rows: [Int16Array, Int16Array, Int16Array], scalars: [] },
];

/** The operands of one kernel in the door's memory, the same numbers every time; a view an operand. */
export function operandsOf({ rows, n, level = {} }, door) {
  const views = rows.map((Row, index) => new Row(door.memory.buffer, door.free + index * 8192, n));
  const random = sfc32(1);
  for (const view of views) for (let i = 0; i < n; i++) view[i] = below(random, 511) - 255;
  for (const [row, value] of Object.entries(level)) views[row].fill(value);
  return views;
}
