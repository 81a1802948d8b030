/*
 * The kernels: SIMD against their scalar twins and against plain JavaScript on typed arrays, on rows as long as the
 * engine's are: `npm run bench:kernels -- [dotI16 penaltyF32 ...]`.
 */
import benny from 'benny';
import { below, sfc32 } from '../dist/random.js';
import { openKernelDoor } from './lib/kernel-door.mjs';
import { plainKernels } from './lib/kernels-plain.mjs';
import { textTable } from './lib/table.mjs';

/** Active inputs of an MNIST pair, and rows of a relaxation with some cuts, both padded. */
const INPUTS = 448;
const ROWS = 48;
/** Calls a sample: one alone is shorter than the clock is fine. */
const CALLS = 200;

const KERNELS = [
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

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !KERNELS.some((kernel) => kernel.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `bench:kernels: no kernel ${unknown.join(', ')}; there are ${KERNELS.map((k) => k.name).join(', ')}\n`,
  );
  process.exit(2);
}

const door = await openKernelDoor('release');
const table = [
  ['kernel', 'elements', 'plain JS ns', 'scalar wasm ns', 'SIMD ns', 'SIMD / scalar', 'SIMD / JS'],
];
let spoilt = false; // results are looked at, so that no call can be optimised away

for (const { name, n, rows, scalars, level = {} } of KERNELS) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const views = rows.map((Row, index) => new Row(door.memory.buffer, door.free + index * 8192, n));
  const random = sfc32(1);
  for (const view of views) for (let i = 0; i < n; i++) view[i] = below(random, 511) - 255;
  for (const [row, value] of Object.entries(level)) views[row].fill(value);
  const at = views.map((view) => view.byteOffset);
  const timed = (kernel, ...operands) =>
    benny.add(`${name} ${kernel}`, () => {
      const call =
        kernel === 'plain JS' ? plainKernels[name] : door[kernel === 'SIMD' ? 'simd' : 'scalar'][name];
      // Named one by one: spreading them would cost more than the kernel. What a kernel does not take is left aside.
      const [a, b, c, d, e] = [...operands, ...scalars, n];
      return () => {
        for (let turn = 0; turn < CALLS; turn++) spoilt ||= Number.isNaN(call(a, b, c, d, e));
      };
    });
  const { results } = await benny.suite(
    `${name}, ${n} elements`,
    timed('plain JS', ...views),
    timed('scalar wasm', ...at),
    timed('SIMD', ...at),
    benny.configure({ cases: { maxTime: 1, minSamples: 10 } }),
  );
  const [plain, scalar, simd] = results.map(({ details }) => (details.median / CALLS) * 1e9);
  const times = (other) => `${(other / simd).toFixed(1)}x`;
  table.push([
    name,
    String(n),
    ...[plain, scalar, simd].map((ns) => ns.toFixed(1)),
    times(scalar),
    times(plain),
  ]);
}
process.stdout.write(`${textTable(table)}\n`);
if (spoilt) throw new Error('a kernel made NaN of numbers');
