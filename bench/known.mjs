/*
 * Instances with a `known` block: where the engine stands after so many seconds of processor time, beside what is known and what others reached.
 *
 *     node bench/known.mjs [--folder DIR] [--match TEXT,TEXT] [--seconds 20] [--seed 1] >table.md
 *
 * One instance after the other, in this process, the stage that the instance names. Seconds are of this process, all its threads, so that other work on the machine
 * moves them little. Below the table: the sum of the gaps, beside that of every solver that the instances tell of, what a rival proves and the engine does not prove sooner, and
 * which incumbents are behind one of theirs. A stage without a network has a gap of 100 %. The rivals' seconds are those that the instances tell of.
 */
import { parseArgs } from 'node:util';
import { gapOf } from '../dist/bench/statistics.js';
import { Engine } from '../dist/engine/index.js';
import { compilePackagedEngine } from '../dist/run/wasm-file.js';
import { solve } from '../dist/stages/solve.js';
import { instanceFolder, readInstances } from './lib/instances.mjs';
import { figure, percent } from './lib/table.mjs';

const { values: flags } = parseArgs({
  options: {
    folder: { type: 'string', default: instanceFolder },
    match: { type: 'string', default: '' },
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const limit = Number(flags.seconds);
const seed = Number(flags.seed);
const instances = readInstances(flags.match, flags.folder);
if (instances.length === 0 || !(limit > 0) || !Number.isInteger(seed)) {
  process.stderr.write(`known: no instances in ${flags.folder}, or no seconds, or no seed\n`);
  process.exit(2);
}
const module = await compilePackagedEngine();

function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The stage's record, and what it took. */
async function run({ problem, stage }) {
  const began = processorSeconds();
  const engine = await Engine.create(module);
  const { stages } = solve(engine, problem, {
    stages: [stage],
    seed,
    thorough: true,
    workLimit: Number.MAX_SAFE_INTEGER,
    shouldStop: () => processorSeconds() - began >= limit,
  });
  return { ...stages[0], seconds: processorSeconds() - began };
}

/** Of an engine or a rival: what it has, and how far that is from its bound. */
function standing({ objective, bound, status, seconds }) {
  const isProved = status === 'optimal' || status === 'infeasible';
  const gap = isProved ? 0 : objective === null || bound === null ? 1 : gapOf(objective, bound);
  const text =
    objective === null ? 'nothing' : `${figure(objective)} / ${isProved ? figure(objective) : figure(bound)}`;
  return {
    objective,
    isProved,
    gap,
    seconds,
    text: `${text}, ${isProved ? 'proved ' : ''}${seconds.toFixed(1)} s`,
  };
}

/** The runs that the instance tells of, by solver. */
function rivals(known) {
  return Object.entries(known.runs ?? {}).map(([name, { status, obj, bound, time }]) => [
    name,
    standing({ objective: obj ?? null, bound: bound ?? null, status, seconds: time ?? limit }),
  ]);
}

const ahead = (stage, ours, theirs) =>
  ours === null || (stage === 'mw' ? theirs < ours - 1e-9 : theirs > ours + 1e-9);
const names = [...new Set(instances.flatMap(({ known }) => Object.keys(known.runs ?? {})))];
const sums = new Map(names.map((name) => [name, 0]));
const slower = [];
const behind = [];
let sum = 0;

const line = (...cells) => console.log(`| ${cells.join(' | ')} |`);
line('instance', 'best known', ...names, 'fewbit now', 'gap', 'million units');
line(...Array(names.length + 5).fill('---'));
for (const instance of instances) {
  const { name, stage, known } = instance;
  const record = await run(instance);
  const ours = standing({ objective: null, bound: null, ...record });
  const others = new Map(rivals(known));
  sum += ours.gap;
  for (const each of names) {
    const theirs = others.get(each);
    sums.set(each, sums.get(each) + (theirs?.gap ?? 1));
    if (theirs === undefined || theirs.objective === null) continue;
    if (theirs.isProved && !(ours.isProved && ours.seconds < theirs.seconds))
      slower.push(`${name} (${each})`);
    if (ahead(stage, ours.objective, theirs.objective)) behind.push(`${name} (${each})`);
  }
  if (known.best !== undefined && ahead(stage, ours.objective, known.best))
    behind.push(`${name} (best known)`);
  line(
    name,
    figure(known.best),
    ...names.map((each) => others.get(each)?.text ?? '-'),
    ours.text,
    percent(ours.gap, 2),
    (record.work / 1e6).toFixed(1),
  );
}
const list = (texts) => (texts.length === 0 ? 'none' : texts.join(', '));
console.log(`
Sum of the gaps: ${percent(sum)}; ${names.map((each) => `${each} ${percent(sums.get(each))}`).join(', ')}.
Proved by others and not sooner here: ${list(slower)}.
Incumbents behind: ${list(behind)}.`);
