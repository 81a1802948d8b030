import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { compileEngine, Engine } from '../../src/engine/index.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { builtFile } from '../../src/run/wasm-file.js';
import type { Solution } from '../../src/stages/types.js';
import { dishonesties } from '../../src/testing/honest.js';
import {
  optimumOf as optimumByBruteForce,
  type StageCase,
  type StageTask,
} from '../../src/testing/stage-case.js';

export { STAGE_SETS } from '../../src/fuzz/draw-run.js';
export { exactValue, type StageCase, stageCases } from '../../src/testing/stage-case.js';

/** A fresh engine from the package's own build. */
export async function freshEngine(
  build: 'engine.wasm' | 'engine.checked.wasm' = 'engine.wasm',
): Promise<Engine> {
  return Engine.create(await compileEngine(await readFile(builtFile(build))));
}

/** The optimum by enumeration (`null`: infeasible), or `undefined` where that is too much for a test. */
export function bruteOptimum(
  problem: TrainingProblem,
  task: StageTask,
): { readonly objective: number | null } | undefined {
  const objective = optimumByBruteForce(problem, task, 2 ** 19);
  return objective === undefined ? undefined : { objective };
}

/** Nothing that a record says is untrue; see `dishonesties`. */
export function expectHonest(
  problem: TrainingProblem,
  stage: StageCase,
  optimum: number | null | undefined,
): void {
  expect(dishonesties(problem, stage, optimum)).toEqual([]);
}

/** A run without its wall-clock times: what determinism is about. */
export function timeless(solution: Solution): string {
  return JSON.stringify({
    ...solution,
    stages: solution.stages.map(({ seconds: _seconds, ...record }) => record),
  });
}
