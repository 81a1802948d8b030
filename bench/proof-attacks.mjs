/*
 * Attacks on the verifier of proofs (src/fuzz/proof-attacks.ts), as many as are asked for:
 *
 *     node bench/proof-attacks.mjs [--mutated 20000] [--invented 20000] [--seed 1]
 *
 * A line of figures for each kind on standard output; every false claim that was accepted as JSON, and exit code 1.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compileEngine, Engine } from '../dist/engine/index.js';
import { attackProofs } from '../dist/fuzz/proof-attacks.js';
import { formatProblem } from '../dist/problem/file.js';

const { values } = parseArgs({
  options: {
    mutated: { type: 'string', default: '20000' },
    invented: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
});
const engine = await Engine.create(
  await compileEngine(readFileSync(new URL('../dist/engine.wasm', import.meta.url))),
);
let falseAccepts = 0;
for (const kind of ['mutated', 'invented']) {
  const began = process.cpuUsage().user;
  const { byStage, ...figures } = attackProofs(
    engine,
    kind,
    Number(values[kind]),
    Number(values.seed),
    (found) => {
      falseAccepts++;
      const { one, solution, proof, why } = found;
      const case_ = {
        why,
        problem: JSON.parse(formatProblem(one.problem)),
        optima: one.optima,
        solution,
        proof,
      };
      process.stdout.write(`${JSON.stringify(case_)}\n`);
    },
  );
  const seconds = (process.cpuUsage().user - began) / 1e6;
  const counts = Object.entries({ ...figures, ...byStage }).map(([name, count]) => `${name} ${count}`);
  process.stdout.write(`${kind}: ${counts.join(', ')}; ${seconds.toFixed(1)} s of processor time\n`);
}
process.stdout.write(`false claims accepted: ${falseAccepts}\n`);
process.exitCode = falseAccepts > 0 ? 1 : 0;
