import { activeInputs } from '../problem/active.js';
import { boundOf, radiusOf } from '../problem/boxes.js';
import { marginUnits } from '../problem/scale.js';
import type { TrainingProblem } from '../problem/types.js';
import { MAX_MARGIN_UNITS } from '../problem/validate.js';
import type { Draws } from './draws.js';

/*
 * The fields by which inputs differ from one another: ranges of weights, radii, weights that are not counted. Any of them, or none.
 */

/** The problem with fields of its own, one time in `times`; all that it says is valid. */
export function withBoxes(draws: Draws, problem: TrainingProblem, times: number): TrainingProblem {
  if (!draws.once(times)) return problem;
  let fielded = problem;
  const { layers, linf } = problem;
  const inputs = layers[0];
  if (!draws.once(3)) fielded = { ...fielded, ranges: draws.list(inputs, () => drawRange(draws, problem)) };
  if (draws.once(2)) {
    const most = Math.max(1, linf);
    fielded = {
      ...fielded,
      linf: 0,
      radii: Int32Array.from(draws.list(inputs, () => drawRadius(draws, most))),
    };
  }
  if (draws.once(2)) fielded = { ...fielded, free: draws.some(inputs) };
  if (draws.once(4)) fielded = withBias(draws, fielded);
  return withoutDark(fittedBoxes(fielded));
}

/** A whole range, one sign, a value, something to either side of 0, or more than P. */
function drawRange(draws: Draws, { weightBound: P, layers }: TrainingProblem): readonly [number, number] {
  const wide = layers[0] <= 2 && draws.once(8) ? 127 : P + draws.int(0, 3);
  switch (draws.int(0, 7)) {
    case 0:
      return [0, P];
    case 1:
      return [-P, 0];
    case 2: {
      const value = draws.int(-wide, wide);
      return [value, value];
    }
    case 3:
      return [draws.int(-wide, 0), draws.int(0, wide)];
    case 4: {
      const low = draws.int(-wide, wide);
      return [low, draws.int(low, wide)];
    }
    default:
      return [-P, P];
  }
}

function drawRadius(draws: Draws, most: number): number {
  return draws.once(3) ? 0 : draws.once(2) ? most : draws.int(0, 2 * most);
}

/** The first input becomes a column that is the same in every row, does not move and is not counted. */
function withBias(draws: Draws, problem: TrainingProblem): TrainingProblem {
  const { layers, weightBound, linf } = problem;
  const inputs = layers[0];
  const samples = Int32Array.from(problem.samples);
  const value = draws.pick([1, 1, 16, -3]);
  for (let at = 0; at < samples.length; at += inputs) samples[at] = value;
  const wide = weightBound + draws.int(0, 4);
  const whole = [-weightBound, weightBound] as const;
  const ranges = problem.ranges ?? draws.list(inputs, () => whole);
  const radii = problem.radii ?? new Int32Array(inputs).fill(linf);
  return {
    ...problem,
    samples,
    linf: 0,
    ranges: ranges.map((range, i) => (i === 0 ? [-wide, wide] : range)),
    radii: radii.map((radius, i) => (i === 0 ? 0 : radius)),
    free: [...new Set([0, ...(problem.free ?? [])])].sort((a, b) => a - b),
  };
}

/** Halves inputs and radii until every pre-activation fits (`validateProblem`). */
function fittedBoxes(problem: TrainingProblem): TrainingProblem {
  const { samples, layers, linf, radii } = problem;
  const inputs = layers[0];
  let most = 0;
  for (let at = 0; at < samples.length; at += inputs) {
    let sum = 0;
    for (let i = 0; i < inputs; i++)
      sum += boundOf(problem, i) * (Math.abs(samples[at + i]) + radiusOf(problem, i));
    most = Math.max(most, sum);
  }
  if ((most + 1) * marginUnits(problem).scale < MAX_MARGIN_UNITS) return problem;
  const half = (value: number) => Math.trunc(value / 2);
  const less = { ...problem, samples: samples.map(half), linf: half(linf) };
  return fittedBoxes(radii === undefined ? less : { ...less, radii: radii.map(half) });
}

/** An input that is 0 in every sample has weight 0: a range that leaves it out becomes a whole one. */
export function withoutDark(problem: TrainingProblem): TrainingProblem {
  const { ranges, weightBound } = problem;
  if (ranges === undefined) return problem;
  const lit = new Set(activeInputs(problem));
  return {
    ...problem,
    ranges: ranges.map(([low, high], i) =>
      lit.has(i) || (low <= 0 && high >= 0) ? [low, high] : [-weightBound, weightBound],
    ),
  };
}
