import { Engine } from '../engine/index.js';
import { Draws } from '../testing/draws.js';
import type { Solver } from '../testing/solver.js';
import { rememberOptima } from '../verify/brute/index.js';
import { drawOptions } from './draw-run.js';
import { execute } from './execute.js';

/** Work units: what is cut off has an honest bound all the same. */
const WORK = 1e6;

/**
 * Our engine as anybody's solver (testing/solver.ts), each time run another way: seed, paths, memory, proof, drawn from the task's seed.
 * Every problem gets an instance of its own.
 */
export function engineSolver(module: WebAssembly.Module): Solver {
  return async (problem, { stages, seed }) => {
    rememberOptima(problem);
    const options = { ...drawOptions(new Draws(seed), 'tiny'), stages, workLimit: WORK, tolerance: 0 };
    const run = { problem, options: { ...options, timeLimit: undefined, patience: undefined } };
    return execute(await Engine.create(module), run);
  };
}
