import type { Network } from '../../network/types.js';
import { targetsOf, withTargets } from '../../problem/objective.js';
import type { TrainingProblem } from '../../problem/types.js';
import { MAX_RANGE } from '../../problem/validate-fields.js';

/*
 * A bias as the engine knows it: inputs that are the same in every row, behind the others. In the model they are one whole number a
 * neuron, added to its sum (`Network.biases`).
 *
 * A single neuron under the paper's objective has one of them, with a range of its own: weights -127..127 of a constant so large that it
 * moves the threshold past every row. It is free: MW does not count it. No other objective or shape knows ranges, and there the
 * threshold is written in digits: constants s, s b, s b^2 .. with b = 2 P + 1 and weights -P..P make every multiple of s.
 *
 * Sums are whole numbers, and a neuron that is asked for the right answer alone (confidence 1) wants +1 or -1 of them: two sums that follow each
 * other have no threshold between them, which is all that columns of 0 and 1 have. So the rows of such a problem are counted in halves: all
 * values are doubled, the constant is odd, and it says so (an even one: values too large to be doubled). The model has the values as they are:
 * `2 s + B >= 1` for an odd B exactly where `s + floor(B / 2) >= 0`, which is what it answers by.
 *
 * Soft margins have a guard besides. A neuron without weights is + whatever comes, which they take for reach without end
 * (docs/robust.md): where rows of - are few they would rather lack all of those than look at an input. The guard is a constant of 1 and a
 * row that is other than 0 there alone, whose target is out of reach of every network but those that have a weight on it, and lacks as
 * much as all other rows could.
 */

const LARGEST_VALUE = 32767;
/** Thresholds that digits tell apart, at least, and how many constants there may be. */
const DIGIT_STEPS = 81;
const MOST_DIGITS = 10;

/** The problem with a bias for every neuron of the first layer. */
export function withBias(problem: TrainingProblem): TrainingProblem {
  const { layers, objective } = problem;
  const inputs = layers[0];
  const most = longestRow(problem);
  if (layers.length === 2 && objective === undefined) {
    const { weightBound, confidence } = problem;
    const asksHalves = confidence === 1;
    const inHalves = asksHalves && 2 * largestValue(problem) <= LARGEST_VALUE;
    const rows = inHalves ? doubled(problem) : problem;
    const reach = Math.ceil((weightBound * (inHalves ? 2 : 1) * most) / MAX_RANGE);
    const step = Math.min(LARGEST_VALUE, Math.max(1, reach));
    return {
      ...appended(rows, [asksHalves ? withParity(step, inHalves) : step]),
      ranges: [
        ...(problem.ranges ?? Array.from({ length: inputs }, () => [-weightBound, weightBound] as const)),
        [-MAX_RANGE, MAX_RANGE],
      ],
      free: [...(problem.free ?? []), inputs],
      ...stillRadii(rows, 1),
    };
  }
  const digits = digitsFor(problem.weightBound, most);
  if (targetsOf(problem) === undefined)
    return { ...appended(problem, digits), ...stillRadii(problem, digits.length) };
  return { ...withGuard(appended(problem, [...digits, 1])), ...stillRadii(problem, digits.length + 1) };
}

/** The largest sum of magnitudes in a row, of as many as a network may read there. */
function longestRow({ samples, layers, maxNonzero, free }: TrainingProblem): number {
  const width = layers[0];
  const read = free === undefined ? (maxNonzero ?? width) : width;
  let most = 0;
  for (let at = 0; at < samples.length; at += width) {
    const row = samples.subarray(at, at + width);
    const counted =
      read < width
        ? row
            .map(Math.abs)
            .sort()
            .subarray(width - read)
        : row;
    let sum = 0;
    for (const x of counted) sum += Math.abs(x);
    most = Math.max(most, sum);
  }
  return most;
}

function largestValue({ samples }: TrainingProblem): number {
  let most = 0;
  for (const value of samples) most = Math.max(most, Math.abs(value));
  return most;
}

/** The problem with all values, and how far they may move, times two. */
function doubled<P extends TrainingProblem>(problem: P): P {
  const { samples, linf, radii } = problem;
  return {
    ...problem,
    samples: samples.map((x) => 2 * x),
    linf: 2 * linf,
    ...(radii === undefined ? {} : { radii: radii.map((r) => 2 * r) }),
  };
}

/** The next whole number from `step` on that is odd, or even; the largest one that a value can be is odd. */
function withParity(step: number, odd: boolean): number {
  if ((step % 2 === 1) === odd) return step;
  return step === LARGEST_VALUE ? step - 1 : step + 1;
}

/** Whether the rows of a problem with a bias are counted in halves. */
function isInHalves({ layers, objective, confidence, samples }: TrainingProblem): boolean {
  return (
    layers.length === 2 && objective === undefined && confidence === 1 && samples[layers[0] - 1] % 2 === 1
  );
}

/** Constants whose weights, -P..P, make every multiple of the first up to the sum of all, which is what a row can come to if possible. */
function digitsFor(weightBound: number, most: number): number[] {
  const base = 2 * weightBound + 1;
  let count = 1;
  while (base ** count < DIGIT_STEPS) count++;
  const top = base ** (count - 1);
  const step = Math.max(
    1,
    Math.min(Math.floor(LARGEST_VALUE / top), Math.ceil((2 * weightBound * most) / (base ** count - 1))),
  );
  const digits = Array.from({ length: count }, (_, k) => step * base ** k);
  // Where a row's sum is beyond what a value can be, the last digit several times.
  while (digits.length < MOST_DIGITS && digits.reduce((sum, digit) => sum + digit, 0) < most) {
    digits.push(step * top);
  }
  return digits;
}

/** The problem with these constants behind every row. */
function appended<P extends TrainingProblem>(problem: P, constants: readonly number[]): P {
  const inputs = problem.layers[0];
  const width = inputs + constants.length;
  const samples = new Int32Array(problem.sampleCount * width);
  for (let k = 0; k < problem.sampleCount; k++) {
    samples.set(problem.samples.subarray(k * inputs, (k + 1) * inputs), k * width);
    samples.set(constants, k * width + inputs);
  }
  return { ...problem, layers: [width, ...problem.layers.slice(1)], samples };
}

/** No perturbation moves a constant. */
function stillRadii({ linf, radii, layers }: TrainingProblem, constants: number): Partial<TrainingProblem> {
  if (linf === 0 && radii === undefined) return {};
  const inputs = layers[0];
  const own = radii ?? new Int32Array(inputs).fill(linf);
  const all = new Int32Array(inputs + constants);
  all.set(own);
  return { linf: 0, radii: all };
}

function withGuard(problem: TrainingProblem): TrainingProblem {
  const { samples, sampleCount, labels, objective } = problem;
  const targets = targetsOf(problem) as Int32Array;
  const width = problem.layers[0];
  let all = 0;
  for (const target of targets) all += (target + 1) ** 2;
  const value = Math.min(LARGEST_VALUE, Math.ceil(Math.sqrt(all)) + 2);
  // One row is enough unless targets are thousands; never more than the others.
  const rows = Math.min(sampleCount, Math.ceil(all / value ** 2));
  const more = new Int32Array(rows * width);
  for (let k = 0; k < rows; k++) more[k * width + width - 1] = -value;
  const groups = objective?.kind === 'soft' ? objective.groups : undefined;
  const last =
    groups === undefined ? sampleCount : groups.reduce((most, group) => Math.max(most, group), -1) + 1;
  const guarded: TrainingProblem = {
    ...problem,
    samples: joined(samples, more),
    sampleCount: sampleCount + rows,
    labels: Int8Array.from([...labels, ...new Array<number>(rows).fill(-1)]),
    objective: {
      kind: 'robust',
      ...(groups === undefined
        ? {}
        : { groups: Int32Array.from([...groups, ...more.subarray(0, rows).map((_, k) => last + k)]) }),
    },
  };
  return withTargets(guarded, Int32Array.from([...targets, ...new Array<number>(rows).fill(value - 1)]));
}

function joined(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/**
 * The network of such a problem as a model has it, constants and their weights as biases. Values may have been multiplied by `fineness`:
 * `f s + B >= 0` for a whole s exactly where `s + floor(B / f) >= 0`.
 *
 * @param inputs of the networks of the model
 */
export function withoutConstants(
  network: Network,
  problem: TrainingProblem,
  inputs: number,
  weightBound: number,
  fineness: number,
): Network {
  const [first, ...upper] = network.weights;
  const { samples } = problem;
  const parts = fineness * (isInHalves(problem) ? 2 : 1);
  const biasOf = (row: readonly number[]): number => {
    let sum = 0;
    for (let i = inputs; i < row.length; i++) sum += row[i] * samples[i];
    return Math.floor(sum / parts);
  };
  return {
    layers: [inputs, ...network.layers.slice(1)],
    weightBound,
    weights: [first.map((row) => row.slice(0, inputs)), ...upper],
    biases: first.map(biasOf),
  };
}
