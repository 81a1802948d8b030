/**
 * The queue under attack for many rounds (bench/lib/queue-chaos.mjs). Exit code 1 where a model was not that of one process, a round did not end,
 * or an outcome came twice and differs.
 *
 *   node bench/queue-chaos.mjs [--kind redis|postgres] [--rounds 200] [--seed N] [--trace]
 *
 * With --trace a round of more than a minute is explained: what each worker and the trainer were doing.
 *
 * Needs a build (npm run build) and redis-server or PostgreSQL.
 */
import { parseArgs } from 'node:util';
import { lacks } from './lib/brokers.mjs';
import { chaos } from './lib/queue-chaos.mjs';

const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'redis' },
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
});
const { kind } = values;
const why = lacks(kind);
if (why !== undefined) {
  console.error(why);
  process.exit(2);
}
const began = performance.now();
const result = await chaos({
  kind,
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  trace: values.trace,
  say: (line) => console.log(line),
});
console.log(
  JSON.stringify({
    kind,
    seed: Number(values.seed),
    ...result,
    seconds: Math.round((performance.now() - began) / 1000),
  }),
);
process.exit(result.faults.length > 0 ? 1 : 0);
