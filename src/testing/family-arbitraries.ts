import fc from 'fast-check';
import { type Objective, withTargets } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';
import { type TinyShape, tinyProblem } from './arbitraries.js';
import { Draws } from './draws.js';
import { drawFamily, FAMILIES, type FamilyName } from './families.js';
import { withFields } from './fields-arbitraries.js';
import { tinyRobust } from './robust-arbitraries.js';

/** Problems of the degenerate families; default: of any. They come from a seed, so fast-check shrinks the seed: `shrink` does better. */
export function degenerate(...names: readonly FamilyName[]): fc.Arbitrary<TrainingProblem> {
  const some = names.length === 0 ? FAMILIES : names;
  return fc
    .tuple(fc.constantFrom(...some), fc.nat())
    .map(([name, seed]) => drawFamily(new Draws(seed), name));
}

/** Soft margins: a robust problem with a target for every row, met by anything, by some and by none. */
function tinySoft(shape: TinyShape): fc.Arbitrary<TrainingProblem> {
  return tinyRobust(shape).chain((problem) => {
    const { sampleCount } = problem;
    return fc
      .array(fc.nat({ max: 12 }), { minLength: sampleCount, maxLength: sampleCount })
      .map((targets) => withTargets(problem, Int32Array.from(targets)));
  });
}

export interface ProblemShape extends TinyShape {
  /** Default: all three. */
  readonly objectives?: readonly Objective['kind'][];
  /** Also `ranges`, `radii`, `free`, `maxNonzero`, `costs` and `atMostWrong`; default false. */
  readonly fields?: boolean;
}

/** Problems of any objective, with any fields, small enough to enumerate. */
export function trainingProblem(shape: ProblemShape = {}): fc.Arbitrary<TrainingProblem> {
  const { objectives = ['paper', 'robust', 'soft'], fields = false, ...tiny } = shape;
  const of = { paper: tinyProblem, robust: tinyRobust, soft: tinySoft };
  const some = fc.oneof(...objectives.map((kind) => of[kind](tiny)));
  return fields ? some.chain((problem) => fc.oneof(fc.constant(problem), withFields(problem))) : some;
}
