/*
 * Whether a SIMD kernel has become slower: `npm run bench:quick -- [--record]`.
 *
 * Each kernel is timed against its scalar twin, taking turns in short samples; the fastest sample of each counts, which other work on
 * the machine does not touch, and only their ratio is looked at. Ratios differ between processors: bench/kernels-baseline.json has them by
 * processor, and on one that is not in it nothing is refused. A kernel above its own by more than 5 % is measured again, compiled anew,
 * because where its code comes to lie is worth up to 20 % (dotI16), and refused if it stays there. --record writes the ratios of this processor, the
 * second largest of five each.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { KERNELS, operandsOf } from './lib/kernel-cases.mjs';
import { openKernelDoor } from './lib/kernel-door.mjs';
import { textTable } from './lib/table.mjs';

const { values } = parseArgs({
  options: {
    record: { type: 'boolean', default: false },
    only: { type: 'string' }, // kernels, for the processes that look again
  },
});
const GATE = 1.05;
/** Calls a sample: some microseconds, of which few are cut in two by other work. */
const CALLS = 200;
const SAMPLES = 2000;
const ATTEMPTS = 5;
/** Other processes that look at what seems slower. */
const PROCESSES = 5;

const file = new URL('kernels-baseline.json', import.meta.url);
const baseline = JSON.parse(readFileSync(file, 'utf8'));
const processor = `${cpus()[0]?.model ?? 'unknown'}, V8 ${process.versions.v8.split('.').slice(0, 2).join('.')}`;
const known = values.record ? undefined : baseline[processor];
let door = await openKernelDoor('release');
let spoilt = false; // results are looked at, so that no call can be optimised away

/** A timer of one kernel, compiled for itself: nanoseconds a call. */
function timer(kernel, operands) {
  const [a, b, c, d, e] = operands;
  return new Function(
    ...['kernel', 'a', 'b', 'c', 'd', 'e', 'calls'],
    'return () => { const begin = process.hrtime.bigint(); let sum = 0; for (let turn = 0; turn < calls; turn++) sum += +kernel(a, b, c, d, e) || 0; ' +
      'return [Number(process.hrtime.bigint() - begin) / calls, sum]; }',
  )(kernel, a, b, c, d, e, CALLS);
}

function ratioOf(kernel) {
  const operands = [...operandsOf(kernel, door).map((view) => view.byteOffset), ...kernel.scalars, kernel.n];
  const timers = [timer(door.simd[kernel.name], operands), timer(door.scalar[kernel.name], operands)];
  const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (const [n, timed] of timers.entries()) {
      const [ns, sum] = timed();
      spoilt ||= Number.isNaN(sum);
      least[n] = Math.min(least[n], ns);
    }
  }
  return { simd: least[0], scalar: least[1], ratio: least[0] / least[1] };
}

const recorded = {};
const slower = [];
const table = [['kernel', 'SIMD ns', 'scalar ns', 'SIMD / scalar', 'recorded', 'verdict']];
const wanted = values.only?.split(',');
for (const kernel of KERNELS) {
  if (wanted?.includes(kernel.name) === false) continue;
  const { name } = kernel;
  const own = known?.[name];
  const measured = [];
  do {
    if (measured.length > 0) door = await openKernelDoor('release');
    ratioOf(kernel); // what follows is compiled by the second compiler
    measured.push(ratioOf(kernel));
  } while (
    measured.length < ATTEMPTS &&
    (values.record || (own !== undefined && measured.at(-1).ratio > own * GATE))
  );
  measured.sort((x, y) => x.ratio - y.ratio);
  const { simd, scalar, ratio } = measured[values.record ? ATTEMPTS - 2 : 0];
  recorded[name] = Number(ratio.toFixed(4));
  const isSlower = own !== undefined && ratio > own * GATE;
  if (isSlower) slower.push(name);
  const verdict = own === undefined ? '-' : isSlower ? 'SLOWER' : 'as fast';
  table.push([name, simd.toFixed(1), scalar.toFixed(1), ratio.toFixed(3), own?.toFixed(3) ?? '-', verdict]);
}
process.stdout.write(`${processor}\n${textTable(table)}\n`);
if (spoilt) throw new Error('a kernel made NaN of numbers');
if (values.record)
  writeFileSync(file, `${JSON.stringify({ ...baseline, [processor]: recorded }, null, 2)}\n`);
else if (known === undefined) process.stdout.write('nothing recorded for this processor: --record does\n');
// A process has it one way or the other from its beginning (penaltyF32: 0.71 or 0.77 to 0.83): what is slow has to be so in others, too.
for (let other = 0; values.only === undefined && slower.length > 0 && other < PROCESSES; other++) {
  const again = [fileURLToPath(import.meta.url), '--only', slower.join()];
  const { status, stdout } = spawnSync(process.execPath, again, { encoding: 'utf8' });
  process.stdout.write(`measured again by another process:\n${stdout}`);
  if (status === 0) slower.length = 0;
}
if (slower.length > 0) {
  process.stderr.write(`bench:quick: slower by more than 5 %: ${slower.join(', ')}\n`);
  process.exitCode = 1;
}
