import { Engine } from '../engine/index.js';
import type { TrainingProblem } from '../problem/types.js';
import { solveSteps } from '../stages/solve.js';
import type { SolveOptions } from '../stages/types.js';
import type { FuzzRun, Outcome } from './types.js';

/** Pages of 64 KiB: what nearly all problems need with the memory for trees that they are given here. */
const PAGES = 144;

/** An engine that nothing has been run on. */
export function newEngine(module: WebAssembly.Module): Promise<Engine> {
  return Engine.create(module, undefined, PAGES);
}

/** Runs a problem on an engine, which may have run others before. */
export function execute(engine: Engine, { problem, options }: FuzzRun): Outcome {
  const { enumeration, treeBytes, patience = Number.POSITIVE_INFINITY, proof, ...rest } = options;
  engine.setEnumerationLimit(enumeration);
  let slices = 0;
  const text: string[] = [];
  const solveOptions: SolveOptions = {
    ...rest,
    shouldStop: () => slices >= patience,
    ...(proof ? { proof: (chunk: string) => text.push(chunk) } : {}),
  };
  const steps = solveSteps(
    treeBytes === undefined ? engine : cramped(engine, treeBytes),
    problem,
    solveOptions,
  );
  for (;;) {
    const step = steps.next();
    if (step.done) {
      return { solution: step.value, slices, ...(proof ? { proof: text.join('') } : {}) };
    }
    slices++;
  }
}

/** The same engine with so little memory for its trees that even small problems fill it. */
function cramped(engine: Engine, treeBytes: number): Engine {
  // An object that hands everything on to the engine but for the memory that `loadSteps` is told of.
  return Object.create(engine, {
    loadSteps: { value: (problem: TrainingProblem) => engine.loadSteps(problem, treeBytes) },
  }) as Engine;
}

/** A run without its wall-clock times, proof included: what is the same twice. */
export function timeless({ solution, proof }: Outcome): string {
  const stages = solution.stages.map(({ seconds: _seconds, ...record }) => record);
  return JSON.stringify({ ...solution, stages, proof });
}
