/*
 * The kernels: SIMD against their scalar twins and against plain JavaScript on typed arrays, on rows as long as the
 * engine's are: `npm run bench:kernels -- [dotI16 penaltyF32 ...]`.
 */
import benny from 'benny';
import { KERNELS, operandsOf } from './lib/kernel-cases.mjs';
import { openKernelDoor } from './lib/kernel-door.mjs';
import { plainKernels } from './lib/kernels-plain.mjs';
import { textTable } from './lib/table.mjs';

/** Calls a sample: one alone is shorter than the clock is fine. */
const CALLS = 200;

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
  const views = operandsOf({ rows, n, level }, door);
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
