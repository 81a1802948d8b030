import { groupingOf, type Objective, targetsOf, withTargets } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';
import type { FuzzRun } from './types.js';

/*
 * Makes what fails smaller: runs that came before are left out, then samples, inputs, neurons, options and numbers, one
 * at a time, as long as what is left still fails. Greedy, and good enough to be read by people.
 */

/**
 * @param fails whether a sequence of runs, each after the other on one engine, still fails at its last
 * @param seconds how long to go on
 */
export async function reduce(
  runs: readonly FuzzRun[],
  fails: (runs: readonly FuzzRun[]) => Promise<boolean>,
  seconds: number,
): Promise<readonly FuzzRun[]> {
  const end = performance.now() + seconds * 1000;
  let least = runs;
  for (;;) {
    let smaller: readonly FuzzRun[] | undefined;
    for (const candidate of shorter(least)) {
      if (performance.now() > end) return least;
      if (await fails(candidate)) {
        smaller = candidate;
        break;
      }
    }
    if (smaller === undefined) return least;
    least = smaller;
  }
}

/** The last run alone, then without some of those before it, then with one of them, or the last, made smaller. */
function* shorter(runs: readonly FuzzRun[]): Generator<readonly FuzzRun[]> {
  const last = runs.length - 1;
  if (last > 0) yield runs.slice(last);
  for (let size = last >> 1; size > 1; size >>= 1) {
    for (let at = 0; at + size <= last; at += size) yield [...runs.slice(0, at), ...runs.slice(at + size)];
  }
  for (let at = 0; at < last; at++) yield [...runs.slice(0, at), ...runs.slice(at + 1)];
  for (let at = last; at >= 0; at--) for (const run of smallerRuns(runs[at])) yield runs.with(at, run);
}

function* smallerRuns(run: FuzzRun): Generator<FuzzRun> {
  for (const problem of smallerProblems(run.problem)) yield { ...run, problem };
  const { options } = run;
  for (const stage of options.stages) {
    const stages = options.stages.filter((one) => one !== stage);
    if (stages.length > 0) yield { ...run, options: { ...options, stages } };
  }
  const plain = {
    tolerance: 0,
    seed: 0,
    treeBytes: undefined,
    patience: undefined,
    proof: false,
    enumeration: 0,
  };
  for (const [name, value] of Object.entries(plain)) {
    if (options[name as keyof typeof plain] === value) continue;
    yield { ...run, options: { ...options, [name]: value } };
  }
}

function* smallerProblems(problem: TrainingProblem): Generator<TrainingProblem> {
  const { layers, keep, margins, samples } = problem;
  const targets = targetsOf(problem);
  if (keep !== undefined) yield { ...problem, keep: undefined };
  if (margins !== undefined) yield { ...problem, margins: undefined };
  if (targets !== undefined) yield withTargets(problem, undefined);
  if (problem.confidence !== undefined) yield { ...problem, confidence: undefined };
  if (problem.linf > 0) yield { ...problem, linf: 0 };
  for (let k = 0; k < problem.sampleCount; k++) {
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

/** Without a row; with its sample where that has no other. Undefined where nothing would be left. */
function withoutRow(problem: TrainingProblem, k: number): TrainingProblem | undefined {
  const { layers, sampleCount, keep } = problem;
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
  const width = problem.layers[0];
  return {
    ...problem,
    layers: [width - 1, ...problem.layers.slice(1)],
    samples: problem.samples.filter((_, at) => at % width !== i),
  };
}

function withSize(problem: TrainingProblem, l: number, size: number): TrainingProblem {
  return {
    ...problem,
    layers: problem.layers.with(l, size),
    margins: problem.margins?.map((layer, at) => (at === l - 1 ? layer.slice(0, size) : layer)),
  };
}
