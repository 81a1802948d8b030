import type { ColumnGroup } from '../problem/combinations.js';
import { FIELDS } from '../problem/fields.js';
import { groupingOf, type Objective, targetsOf, withTargets } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';
import { ofInputs } from './rows.js';
import { isSound } from './sound.js';

/*
 * Makes a problem that fails smaller: samples, inputs, neurons, fields and numbers go, one at a time, as long as what is left
 * still fails. Greedy, and good enough to be read by people.
 */

/**
 * @param fails whether a problem still fails
 * @param seconds how long to go on at most
 * @returns the smallest problem met that fails; the given one where none smaller does
 */
export async function shrink(
  problem: TrainingProblem,
  fails: (problem: TrainingProblem) => boolean | Promise<boolean>,
  seconds = 30,
): Promise<TrainingProblem> {
  const end = performance.now() + seconds * 1000;
  let least = problem;
  for (;;) {
    let smaller: TrainingProblem | undefined;
    for (const candidate of smallerProblems(least)) {
      if (performance.now() > end) return least;
      if (!isSound(candidate) || !(await fails(candidate))) continue;
      smaller = candidate;
      break;
    }
    if (smaller === undefined) return least;
    least = smaller;
  }
}

/** Problems that are smaller by one step; not all of them are problems (`isSound`). */
export function* smallerProblems(problem: TrainingProblem): Generator<TrainingProblem> {
  const { layers, keep, margins, sampleCount } = problem;
  const targets = targetsOf(problem);
  yield* withoutFields(problem);
  if (targets !== undefined) yield withTargets(problem, undefined);
  if (problem.linf > 0) yield { ...problem, linf: 0 };
  for (let count = sampleCount >> 1; count > 1; count >>= 1) {
    for (let from = 0; from + count <= sampleCount; from += count) {
      const without = withoutRows(problem, from, count);
      if (without !== undefined) yield without;
    }
  }
  for (let k = 0; k < sampleCount; k++) {
    const without = withoutRow(problem, k);
    if (without !== undefined) yield without;
  }
  for (let i = 0; layers[0] > 1 && i < layers[0]; i++) yield withoutInput(problem, i);
  for (let l = 1; l < layers.length - 1; l++) {
    if (layers[l] > 1) yield withSize(problem, l, layers[l] - 1);
    yield {
      ...problem,
      layers: layers.filter((_, at) => at !== l),
      margins: margins?.filter((_, at) => at !== l - 1),
    };
  }
  if (keep !== undefined && keep.length > 1) {
    for (const sample of keep) yield { ...problem, keep: keep.filter((one) => one !== sample) };
  }
  yield* smallerNumbers(problem, targets);
}

const OPTIONAL = ['keep', 'margins', 'confidence', ...FIELDS] as const;

function* withoutFields(problem: TrainingProblem): Generator<TrainingProblem> {
  for (const name of OPTIONAL) {
    if (problem[name] === undefined) continue;
    const { [name]: _gone, ...rest } = problem;
    yield rest;
  }
  for (const name of ['exclusive', 'together'] as const) {
    for (const groups of smallerGroups(problem[name] ?? [])) yield { ...problem, [name]: groups };
  }
}

/** Without one of several groups of columns, or without a column of a group that has more than two. */
function* smallerGroups(groups: readonly ColumnGroup[]): Generator<ColumnGroup[]> {
  for (const [g, group] of groups.entries()) {
    if (groups.length > 1) yield groups.toSpliced(g, 1);
    for (let c = 0; group.length > 2 && c < group.length; c++) yield groups.with(g, group.toSpliced(c, 1));
  }
}

function* smallerNumbers(
  problem: TrainingProblem,
  targets: Int32Array | undefined,
): Generator<TrainingProblem> {
  const { samples, margins } = problem;
  if (problem.weightBound > 1) yield { ...problem, weightBound: problem.weightBound - 1 };
  if (problem.linf > 0) yield { ...problem, linf: problem.linf >> 1 };
  if (problem.epsilon !== 0.1 && margins === undefined) yield { ...problem, epsilon: 0.1 };
  for (const divisor of [10, 2]) {
    if (samples.some((x) => Math.abs(x) >= divisor)) {
      yield { ...problem, samples: samples.map((x) => Math.trunc(x / divisor)) };
    }
  }
  for (let at = 0; at < samples.length; at++) {
    if (samples[at] === 0) continue;
    for (const value of [0, Math.trunc(samples[at] / 2)])
      yield { ...problem, samples: samples.with(at, value) };
  }
  for (let k = 0; targets !== undefined && k < targets.length; k++) {
    if (targets[k] > 0) yield withTargets(problem, targets.with(k, targets[k] >> 1));
  }
}

/** Without some rows at once; undefined where nothing would be left. */
function withoutRows(problem: TrainingProblem, from: number, count: number): TrainingProblem | undefined {
  let left: TrainingProblem | undefined = problem;
  for (let k = from + count - 1; left !== undefined && k >= from; k--) left = withoutRow(left, k);
  return left;
}

/** Without a row; with its sample where that has no other. Undefined where nothing would be left. */
function withoutRow(problem: TrainingProblem, k: number): TrainingProblem | undefined {
  const { layers, sampleCount, keep, costs } = problem;
  if (sampleCount === 1) return undefined;
  const width = layers[0];
  const others = Array.from({ length: sampleCount }, (_, row) => row).filter((row) => row !== k);
  const groups = groupingOf(problem);
  const only = groups !== undefined && !others.some((row) => groups[row] === groups[k]);
  const gone = groups === undefined ? k : only ? groups[k] : -1; // the sample that goes, as `keep` counts them
  const renumbered = (sample: number) => (gone >= 0 && sample > gone ? sample - 1 : sample);
  return {
    ...problem,
    sampleCount: sampleCount - 1,
    samples: Int32Array.from(
      others.flatMap((row) => [...problem.samples.subarray(row * width, (row + 1) * width)]),
    ),
    labels: Int8Array.from(others, (row) => problem.labels[row]),
    ...(problem.objective === undefined
      ? {}
      : { objective: objectiveOn(problem.objective, others, only ? k : -1) }),
    ...(keep === undefined ? {} : { keep: keep.filter((sample) => sample !== gone).map(renumbered) }),
    ...(costs === undefined ? {} : { costs: costs.filter((_, sample) => sample !== gone) }),
  };
}

/**
 * The objective on some of the rows.
 *
 * @param gone the only row of a sample that goes with it; -1: no sample goes
 */
function objectiveOn(objective: Objective, rows: readonly number[], gone: number): Objective {
  if (objective.kind === 'paper') return objective;
  const { groups } = objective;
  const grouping =
    groups &&
    Int32Array.from(rows, (k) => (gone >= 0 && groups[k] > groups[gone] ? groups[k] - 1 : groups[k]));
  const grouped = grouping === undefined ? {} : { groups: grouping };
  if (objective.kind === 'robust') return { kind: 'robust', ...grouped };
  return { kind: 'soft', ...grouped, targets: Int32Array.from(rows, (k) => objective.targets[k]) };
}

function withoutInput(problem: TrainingProblem, i: number): TrainingProblem {
  const others = Array.from({ length: problem.layers[0] }, (_, at) => at).filter((at) => at !== i);
  return ofInputs(problem, others);
}

function withSize(problem: TrainingProblem, l: number, size: number): TrainingProblem {
  return {
    ...problem,
    layers: problem.layers.with(l, size),
    margins: problem.margins?.map((layer, at) => (at === l - 1 ? layer.slice(0, size) : layer)),
  };
}
