/*
 * What must not change while the house is rebuilt: networks, bounds, nodes, work and proofs of fixed problems under all
 * three objectives, run on one engine in random order; models, reports and messages of whole runs.
 *
 *     npm run pins -- --record test/bench/pins.json       after a change that is meant to change them
 *     npm run pins -- --compare test/bench/pins.json [--seed N]
 *
 * `--instances` adds the benchmark instances (FEWBIT_INSTANCES), for a file of one's own; `--no-trainings` leaves the runs
 * of the command line out. Exit code 1 where something differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pinnedProblems } from './lib/pins/problems.mjs';
import { differences, pinnedInstances, runPins } from './lib/pins/run.mjs';
import { pinnedTrainings } from './lib/pins/trainings.mjs';

const { values } = parseArgs({
  options: {
    record: { type: 'string' },
    compare: { type: 'string' },
    seed: { type: 'string', default: '1' },
    instances: { type: 'boolean', default: false },
    'no-trainings': { type: 'boolean', default: false },
  },
});
if (
  (values.record === undefined) === (values.compare === undefined) ||
  !Number.isInteger(Number(values.seed))
) {
  process.stderr.write('pins: either --record FILE or --compare FILE, and a whole number as --seed\n');
  process.exit(2);
}

const began = performance.now();
const pins = [...pinnedProblems(), ...(values.instances ? pinnedInstances() : [])];
const found = {
  ...(await runPins(Number(values.seed), pins)),
  ...(values['no-trainings'] ? {} : await pinnedTrainings()),
};
const seconds = ((performance.now() - began) / 1000).toFixed(1);
const count = Object.keys(found).length;
if (values.record !== undefined) {
  writeFileSync(values.record, `${JSON.stringify(found, null, 2)}\n`);
  process.stdout.write(`${count} pins recorded in ${seconds} s\n`);
} else {
  const recorded = JSON.parse(readFileSync(values.compare, 'utf8'));
  const differ = differences(recorded, found).filter(
    ({ name }) => !(values['no-trainings'] && /^(command|file) /.test(name)),
  );
  for (const { name, recorded: was, found: is } of differ)
    process.stdout.write(`${name}\n  was ${was}\n  is  ${is}\n`);
  process.stdout.write(`${count} pins in ${seconds} s, order ${values.seed}: ${differ.length} differ\n`);
  process.exitCode = differ.length > 0 ? 1 : 0;
}
