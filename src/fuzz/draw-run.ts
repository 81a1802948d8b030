import { activeInputs } from '../problem/active.js';
import { rangeOf } from '../problem/boxes.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { drawProblem, type Size } from '../testing/draw-problem.js';
import type { Draws } from '../testing/draws.js';
import { drawShaped } from './draw-shapes.js';
import { withKnownFields } from './known-fields.js';
import { type Pace, SMALL_BITS, THOROUGH } from './pace.js';
import type { FuzzRun, RunOptions } from './types.js';

/** The least that trees can do with. */
export const LITTLE_TREES = 2 ** 16;

export const STAGE_SETS: readonly (readonly StageName[])[] = [
  ['sm', 'mm', 'mw'],
  ['sm', 'mm'],
  ['sm', 'mw'],
  ['mm', 'mw'],
  ['sm'],
  ['mm'],
  ['mw'],
];

const OBJECTIVES = ['paper', 'paper', 'robust', 'soft'] as const;
/** Work units: nearly all tiny problems end before this, of the others many are cut off. */
const USUAL_WORK = 1e6;
const LARGE_WORK = 8e6;
/** Bytes for trees: next to nothing, little, and what is enough for nearly all and, unlike the default, had at once. */
const TREES = [LITTLE_TREES, 2 ** 18, 2 ** 20, 2 ** 20, 2 ** 20];

/** A problem and a way to run it. */
export function drawRun(draws: Draws, { medium, shaped, usualTrees, redraws }: Pace = THOROUGH): FuzzRun {
  if (draws.once(shaped)) return drawShaped(draws);
  const size: Size = draws.once(medium) ? 'medium' : 'tiny';
  const objective = draws.pick(OBJECTIVES);
  let plain = drawProblem(draws, objective, size);
  for (let again = 0; again < redraws && size === 'tiny' && bitsOf(plain) > SMALL_BITS; again++)
    plain = drawProblem(draws, objective, size);
  const problem = draws.once(3) ? withKnownFields(draws, plain) : plain;
  return { problem, options: drawOptions(draws, size, usualTrees) };
}

/** Of all weights together, each with as many values as its range has. */
function bitsOf(problem: TrainingProblem): number {
  const { layers, weightBound } = problem;
  let bits = 0;
  for (const i of activeInputs(problem)) {
    const [low, high] = rangeOf(problem, i);
    bits += layers[1] * Math.log2(high - low + 1);
  }
  for (let l = 2; l < layers.length; l++) bits += layers[l] * layers[l - 1] * Math.log2(2 * weightBound + 1);
  return bits;
}

/** A way to run a problem of this size. */
export function drawOptions(draws: Draws, size: Size, usualTrees: number = THOROUGH.usualTrees): RunOptions {
  const most = draws.once(12) ? LARGE_WORK : USUAL_WORK;
  const workLimit = draws.once(12) ? draws.pick([0, 1]) : draws.once(3) ? draws.logarithmic(most) : most;
  return {
    stages: draws.pick(STAGE_SETS),
    tolerance: draws.pick([0, 0, 0, 0.25, 1 / 3, 1]),
    seed: draws.once(4) ? draws.int(0, 2 ** 31 - 1) : draws.int(0, 3),
    workLimit,
    ...(draws.once(40) ? { timeLimit: draws.pick([0, 0.001, 0.01]) } : {}),
    ...(draws.once(8) ? { patience: draws.int(0, 3) } : {}),
    proof: draws.once(3),
    enumeration: draws.pick(size === 'tiny' ? [0, 0, 1, 1, 30_000] : [0, 1, 600_000]),
    ...(draws.once(usualTrees) ? {} : { treeBytes: draws.pick(TREES) }),
  };
}

/** Another way to run the same problem: other seed, other paths, another share of the work. */
export function otherOptions(draws: Draws, options: RunOptions): RunOptions {
  return {
    ...options,
    seed: options.seed ^ 1,
    workLimit: draws.pick([options.workLimit, 2 * options.workLimit + 1000]),
    timeLimit: undefined,
    patience: undefined,
    proof: false,
    enumeration: options.enumeration === 0 ? draws.pick([1, 30_000]) : 0,
  };
}
