import { type Objective, objectiveOf } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';

/* Problems with their rows, inputs and neurons taken in another order, or some of them. */

/** The problem of these rows, in this order; a row may come twice. Every row is a sample: for groups see `permutedRows`. */
export function ofRows(problem: TrainingProblem, rows: readonly number[]): TrainingProblem {
  const { layers, samples, labels, costs, keep, objective } = problem;
  const width = layers[0];
  const taken = (list: Int32Array) => Int32Array.from(rows, (k) => list[k]);
  return {
    ...problem,
    sampleCount: rows.length,
    samples: Int32Array.from(rows.flatMap((k) => [...samples.subarray(k * width, (k + 1) * width)])),
    labels: Int8Array.from(rows, (k) => labels[k]),
    ...(objective === undefined ? {} : { objective: objectiveOfRows(objective, rows) }),
    ...(costs === undefined || hasGroups(problem) ? {} : { costs: taken(costs) }),
    ...(keep === undefined || hasGroups(problem)
      ? {}
      : { keep: rows.flatMap((k, at) => (keep.includes(k) ? [at] : [])) }),
  };
}

function hasGroups({ objective }: TrainingProblem): boolean {
  return objective !== undefined && objective.kind !== 'paper' && objective.groups !== undefined;
}

function objectiveOfRows(objective: Objective, rows: readonly number[]): Objective {
  if (objective.kind === 'paper') return objective;
  const taken = (list: Int32Array) => Int32Array.from(rows, (k) => list[k]);
  const grouped = objective.groups === undefined ? {} : { groups: taken(objective.groups) };
  if (objective.kind === 'robust') return { kind: 'robust', ...grouped };
  return { kind: 'soft', ...grouped, targets: taken(objective.targets) };
}

/** Whether every row is a sample of its own. */
export function hasPlainRows(problem: TrainingProblem): boolean {
  return !hasGroups(problem);
}

/** The problem with its inputs in another order, each with its sign. */
export function ofInputs(
  problem: TrainingProblem,
  order: readonly number[],
  signs: readonly number[] = order.map(() => 1),
): TrainingProblem {
  const { layers, samples, sampleCount, ranges, radii, free, exclusive, together } = problem;
  const width = layers[0];
  const mirrored = ([low, high]: readonly [number, number], at: number): readonly [number, number] =>
    signs[at] > 0 ? [low, high] : [-high + 0, -low + 0];
  return {
    ...problem,
    layers: [order.length, ...layers.slice(1)],
    samples: Int32Array.from({ length: sampleCount * order.length }, (_, n) => {
      const at = n % order.length;
      return signs[at] * samples[Math.floor(n / order.length) * width + order[at]];
    }),
    ...(ranges === undefined ? {} : { ranges: order.map((i, at) => mirrored(ranges[i], at)) }),
    ...(radii === undefined ? {} : { radii: Int32Array.from(order, (i) => radii[i]) }),
    ...(free === undefined ? {} : { free: order.flatMap((i, at) => (free.includes(i) ? [at] : [])) }),
    ...groupsTo({ exclusive, together }, (i) => order.flatMap((from, at) => (from === i ? [at] : []))),
  };
}

/** Groups of columns by where their inputs stand now; what has less than two columns left is no group. */
function groupsTo(
  groups: Pick<TrainingProblem, 'exclusive' | 'together'>,
  placesOf: (input: number) => readonly number[],
): Pick<TrainingProblem, 'exclusive' | 'together'> {
  const moved = Object.entries(groups).flatMap(([name, list]) => {
    const own = (list ?? [])
      .map((group) => group.map((inputs) => inputs.flatMap(placesOf)).filter((inputs) => inputs.length > 0))
      .filter((group) => group.length > 1);
    return list === undefined ? [] : [[name, own.length === 0 ? undefined : own] as const];
  });
  return Object.fromEntries(moved);
}

/** The problem with one more input that is 0 on every row. */
export function withDarkInput(problem: TrainingProblem, place: number): TrainingProblem {
  const { layers, samples, ranges, radii, free, exclusive, together } = problem;
  const width = layers[0];
  const put = <T>(list: readonly T[], value: T) => list.toSpliced(place, 0, value);
  const rows = Array.from({ length: problem.sampleCount }, (_, k) => {
    return put([...samples.subarray(k * width, (k + 1) * width)], 0);
  });
  return {
    ...problem,
    layers: [width + 1, ...layers.slice(1)],
    samples: Int32Array.from(rows.flat()),
    ...(ranges === undefined ? {} : { ranges: put(ranges, [-1, 1] as const) }),
    ...(radii === undefined ? {} : { radii: Int32Array.from(put([...radii], 0)) }),
    ...(free === undefined ? {} : { free: free.map((i) => (i >= place ? i + 1 : i)) }),
    ...groupsTo({ exclusive, together }, (i) => [i >= place ? i + 1 : i]),
  };
}

/** Whether a problem is about the paper's margins, row by row. */
export function isPaper(problem: TrainingProblem): boolean {
  return objectiveOf(problem) === 'paper';
}
