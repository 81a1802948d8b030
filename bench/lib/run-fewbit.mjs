/* Our engine on one stage of one problem, in this process. */
import { readFileSync } from 'node:fs';
import { compileEngine, Engine } from '../../dist/engine/index.js';
import { solve } from '../../dist/stages/solve.js';
import { Incumbents, outcome, senseOf } from './outcome.mjs';

let engine;

/** Compiles the engine; a long-lived process does so once. */
export async function prepareFewbit() {
  engine ??= await Engine.create(
    await compileEngine(readFileSync(new URL('../../dist/engine.wasm', import.meta.url))),
  );
}

/** @param onIncumbent called with objective and seconds at each new incumbent */
export async function runFewbit({ problem, stage, limit, seed = 0 }, onIncumbent = () => {}) {
  await prepareFewbit();
  const incumbents = new Incumbents(senseOf(stage));
  const began = performance.now();
  const { stages } = solve(engine, problem, {
    stages: [stage],
    timeLimit: limit,
    seed,
    onProgress: (progress) => {
      // MW without a stage before it opens with a search for any network at all, whose figures are not MW's.
      if (progress.stage !== stage) return;
      const seconds = (performance.now() - began) / 1000;
      const before = incumbents.objective;
      incumbents.see(progress.objective, seconds);
      if (incumbents.objective !== before) onIncumbent(incumbents.objective, seconds);
    },
  });
  const seconds = (performance.now() - began) / 1000;
  const [{ status, objective, bound, nodes }] = stages;
  incumbents.see(objective, seconds);
  return outcome({ status, incumbents, bound, nodes, seconds });
}
