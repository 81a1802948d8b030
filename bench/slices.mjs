/*
 * The longest step in milliseconds of processor time: what a time limit is overshot by, and what a page stands still for.
 *
 *     npm run -s build && node bench/slices.mjs [--seconds S] [--only TEXT] [--csv]
 *
 * Every size is run for some seconds in every stage that makes sense there, as `solveSteps` goes (loading, all stages,
 * proofs), and alone with a limit of nothing. Processor time, not the clock: a busy machine lengthens no figure.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compileEngine, Engine } from '../dist/engine/index.js';
import { below, sfc32 } from '../dist/random.js';
import { solveSteps } from '../dist/stages/solve.js';
import { textTable } from './lib/table.mjs';

const { values: given } = parseArgs({
  options: { seconds: { type: 'string' }, only: { type: 'string' }, engine: { type: 'string' } },
});
const seconds = Number(given.seconds ?? 2);

const CASES = [
  { name: '[20,1] x 20,000', layers: [20, 1], count: 20_000 },
  { name: '[20,1] x 100,000', layers: [20, 1], count: 100_000 },
  { name: '[784,1] x 2,000', layers: [784, 1], count: 2000 },
  { name: '[784,1] x 200, separable', layers: [784, 1], count: 200, own: true },
  { name: '[3072,1] x 400', layers: [3072, 1], count: 400 },
  { name: '[3072,4,1] x 400', layers: [3072, 4, 1], count: 400 },
  { name: '[784,4,4,1] x 400', layers: [784, 4, 4, 1], count: 400 },
  { name: '[784,4,4,1] x 2,000, separable', layers: [784, 4, 4, 1], count: 2000, own: true },
  { name: '[20,4,1] x 20,000', layers: [20, 4, 1], count: 20_000 },
  { name: '[8,4,1] x 50,000', layers: [8, 4, 1], count: 50_000, most: 9 },
  { name: 'robust [784,4,4,1] x 20, 30 copies', layers: [784, 4, 4, 1], count: 600, copies: 30, own: true },
  { name: 'robust [784,4,1] x 80, 20 copies', layers: [784, 4, 1], count: 1600, copies: 20 },
  { name: 'robust [20,1] x 20,000', layers: [20, 1], count: 20_000, copies: 1 },
  { name: 'robust [3072,4,1] x 40, 10 copies', layers: [3072, 4, 1], count: 400, copies: 10, linf: 3 },
  {
    name: 'soft [784,4,4,1] x 20, 30 copies',
    layers: [784, 4, 4, 1],
    count: 600,
    copies: 30,
    own: true,
    soft: 300,
  },
  { name: 'soft [784,9,1] x 80, 30 copies', layers: [784, 9, 1], count: 2400, copies: 30, soft: 300 },
];
const STAGES = [['sm', 'mm', 'mw'], ['sm'], ['mm'], ['mw']];

/** Images of noise; `own`: a class lights its own half of the inputs, so that a separator exists. */
function problemOf({ layers, count, most = 255, copies, own, soft, linf = 0 }) {
  const random = sfc32(1);
  const width = layers[0];
  const of = (k) => (copies === undefined ? k : Math.floor(k / copies));
  const labels = Int8Array.from({ length: count }, (_, k) => (of(k) % 2 ? 1 : -1));
  const samples = new Int32Array(count * width);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < width; i++) {
      const lit = !own || i < width / 2 === labels[k] > 0;
      samples[k * width + i] = below(random, lit ? most + 1 : (most >> 1) + 1);
    }
  }
  const base = { layers, weightBound: 1, epsilon: 0.1, samples, sampleCount: count, labels, linf };
  if (copies === undefined) return base;
  const robust = {
    ...base,
    objective: { kind: 'robust', groups: Int32Array.from({ length: count }, (_, k) => of(k)) },
  };
  if (soft === undefined) return robust;
  const targets = new Int32Array(count).fill(soft);
  return { ...robust, objective: { ...robust.objective, kind: 'soft', targets } };
}

/** Milliseconds of processor time, of this thread's process. */
const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function measure(engine, problem, options) {
  let longest = 0;
  let where = '';
  let steps = 0;
  const began = performance.now();
  const generator = solveSteps(engine, problem, options);
  let stage = 'load';
  for (;;) {
    const before = processorTime();
    const step = generator.next();
    const took = processorTime() - before;
    steps++;
    if (!step.done) stage = step.value.stage;
    if (took > longest) {
      longest = took;
      where = `${stage}${step.done ? ' end' : ''} #${steps}`;
    }
    if (step.done) {
      const late = (performance.now() - began) / 1000 - options.timeLimit;
      return { longest, where, steps, late, solution: step.value };
    }
  }
}

const module = await compileEngine(
  readFileSync(given.engine ?? new URL('../dist/engine.wasm', import.meta.url)),
);
const engine = await Engine.create(module);
// The first calls are slow whatever they do: the compiler's work, once a process.
measure(engine, problemOf({ layers: [30, 3, 1], count: 30 }), { timeLimit: 1 });
measure(engine, problemOf({ layers: [30, 3, 1], count: 30, copies: 3 }), { timeLimit: 1 });
const rows = [];
for (const shape of CASES) {
  if (given.only && !shape.name.includes(given.only)) continue;
  const problem = problemOf(shape);
  const runs = STAGES.flatMap((stages) => [
    { stages, timeLimit: seconds },
    ...(stages.length > 1
      ? [
          { stages, timeLimit: 0.001 },
          { stages, timeLimit: seconds, proof: () => undefined },
        ]
      : []),
  ]);
  for (const options of runs) {
    const { longest, where, steps, late, solution } = measure(engine, problem, options);
    const row = [
      shape.name,
      `${options.stages.join('+')}${options.proof ? ', proof' : ''}`,
      `${options.timeLimit} s`,
      longest.toFixed(1),
      where,
      String(steps),
      late.toFixed(2),
      solution.stages.map((s) => `${s.stage} ${s.status} ${s.objective}`).join(', '),
    ];
    rows.push(row);
    process.stderr.write(`${row.join(' | ')}\n`);
  }
}
console.log(
  textTable(
    [['problem', 'stages', 'limit', 'longest ms', 'where', 'steps', 'late s', 'answers'], ...rows],
    2,
  ),
);
