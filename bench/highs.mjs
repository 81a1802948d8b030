/*
 * Our engine and general solvers on the same instances in one run:
 *
 *     npm run bench:highs -- [--limit 10] [--instances easy,medium-r] [--engines fewbit,highs] [--permutations 3]
 *
 * Every contestant runs in a process of its own, one at a time, on one thread; `-cold` means a new process for every
 * run with its start in the figures. Native `highs`, `glpsol` and `cbc` take part where they are on the PATH. A table
 * goes to standard output; table, CSV and a drawing to bench/results/.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { solvedOverTime } from './lib/chart.mjs';
import { instanceFolder, readInstances } from './lib/instances.mjs';
import { endTogether } from './lib/processes.mjs';
import { availableEngines, CSV_FIELDS, perEngine, perInstance, race } from './lib/rivals.mjs';
import { csv, figure, textTable } from './lib/table.mjs';

const { values } = parseArgs({
  options: {
    limit: { type: 'string', default: '10' },
    instances: { type: 'string', default: '' },
    engines: { type: 'string', default: availableEngines().join(',') },
    permutations: { type: 'string', default: '3' },
    out: { type: 'string', default: fileURLToPath(new URL('./results', import.meta.url)) },
  },
});
const limit = Number(values.limit);
const permutations = Number(values.permutations);
const engines = values.engines.split(',');
const unknown = engines.filter((engine) => !availableEngines().includes(engine));
const instances = readInstances(values.instances);
if (!(limit > 0) || !(permutations >= 1) || unknown.length > 0) {
  const fault =
    unknown.length > 0 ? `no engine ${unknown.join(', ')}; there are ${availableEngines().join(', ')}` : '';
  process.stderr.write(`bench:highs: ${fault || '--limit and --permutations must be positive'}\n`);
  process.exit(2);
}
if (instances.length === 0) {
  process.stderr.write(
    `bench:highs: no instances like "${values.instances}" in ${instanceFolder} (FEWBIT_INSTANCES)\n`,
  );
  process.exit(0);
}

endTogether();
const runs = await race({
  instances,
  engines,
  limit,
  permutations,
  onRun: ({ instance, engine, permutation, status, objective, seconds, wrong }) =>
    process.stderr.write(
      `${instance} ${engine} #${permutation}: ${status} ${figure(objective)} in ${seconds.toFixed(2)} s${wrong ? ' WRONG' : ''}\n`,
    ),
});

const title = [
  `${instances.length} instances, ${permutations} permutations, limit ${limit} s; Node ${process.version}, ${cpus()[0]?.model.trim()}`,
  'times: shifted geometric means (shift 1 s) over runs, a run without it counted as the limit; per instance: medians',
].join('\n');
const report = `${title}\n\n${textTable(perEngine(runs, limit))}\n\n${textTable(perInstance(runs), 2)}\n`;
process.stdout.write(report);
mkdirSync(values.out, { recursive: true });
writeFileSync(`${values.out}/highs.txt`, report);
writeFileSync(
  `${values.out}/highs.csv`,
  csv([CSV_FIELDS, ...runs.map((run) => CSV_FIELDS.map((field) => run[field]))]),
);
// Engines that ran one permutation would seem to solve less, so all are drawn on the first one.
const first = runs.filter((run) => run.permutation === 0);
const series = engines.map((name) => ({
  name,
  times: first
    .filter((run) => run.engine === name && run.proof !== null && !run.wrong)
    .map((run) => run.proof),
}));
writeFileSync(`${values.out}/highs.svg`, solvedOverTime(series, instances.length, limit));
