import type { Engine } from '../engine/index.js';
import { Draws } from '../testing/draws.js';
import type { Solver } from '../testing/solver.js';
import { rememberOptima } from '../verify/brute/index.js';
import { drawOptions } from './draw-run.js';
import { execute, newEngine } from './execute.js';

/** Work units: what is cut off has an honest bound all the same. */
const WORK = 1e6;

/** Problems that one instance is given: a new one takes as long as several of them, and V8 a full collection for every ten. */
const TASKS = 256;

/**
 * Our engine as anybody's solver (testing/solver.ts), each time run another way: seed, paths, memory, proof, drawn from the task's seed.
 * An instance is kept for many problems: an answer is not to depend on those before, which is what `fresh` (trial.ts) looks at.
 */
export function engineSolver(module: WebAssembly.Module): Solver {
  let engine: Engine | undefined;
  let tasks = 0;
  return async (problem, { stages, seed }) => {
    if (tasks++ % TASKS === 0) engine = undefined;
    rememberOptima(problem);
    const options = { ...drawOptions(new Draws(seed), 'tiny'), stages, workLimit: WORK, tolerance: 0 };
    const run = { problem, options: { ...options, timeLimit: undefined, patience: undefined } };
    engine ??= await newEngine(module);
    try {
      return execute(engine, run);
    } catch (error) {
      engine = undefined; // what was given up half way is nobody's engine any more
      throw error;
    }
  };
}
