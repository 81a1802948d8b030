import { withTargets as withTargetsOf } from '../../src/problem/objective.js';
import { softTargets } from '../../src/problem/soft-targets.js';
import type { TrainingProblem } from '../../src/problem/types.js';

/** Numbers that look random and are the same on every machine (mulberry32): integers in `[0, below)`. */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

export interface DrawnShape {
  readonly seed: number;
  readonly layers: readonly number[];
  readonly count: number;
  /** Inputs lie in `least..most`. */
  readonly least?: number;
  readonly most?: number;
  /** The share of samples whose label is thrown rather than a class's own, in percent; default 100: pure noise. */
  readonly noise?: number;
}

/**
 * A problem of a given size. A class lights its own half of the inputs a little more, so that little noise makes a
 * separable problem and much of it one that no network solves.
 */
export function drawn(shape: DrawnShape, rest: Partial<TrainingProblem> = {}): TrainingProblem {
  const { seed, layers, count, least = -3, most = 5, noise = 100 } = shape;
  const next = numbers(seed);
  const width = layers[0];
  const span = most - least + 1;
  const labels = Int8Array.from({ length: count }, (_, k) => (k % 2 === 0 ? 1 : -1));
  const samples = new Int32Array(count * width);
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < width; i++) {
      const own = i < width / 2 === labels[k] > 0;
      samples[k * width + i] = least + Math.max(next(span), own ? next(span) : 0);
    }
  }
  for (let k = 0; k < count; k++) if (next(100) < noise) labels[k] = next(2) === 0 ? 1 : -1;
  return { layers, weightBound: 1, epsilon: 0.1, samples, sampleCount: count, labels, linf: 0, ...rest };
}

/** Noise in `0..top`, labels in turn. */
export function randomProblem(
  layers: readonly number[],
  sampleCount: number,
  seed: number,
  top = 255,
): TrainingProblem {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    layers,
    weightBound: 1,
    epsilon: 0.1,
    samples: Int32Array.from({ length: layers[0] * sampleCount }, () => Math.floor(next() * (top + 1))),
    sampleCount,
    labels: Int8Array.from({ length: sampleCount }, (_, k) => (k % 2 === 0 ? -1 : 1)),
    linf: 0,
  };
}

/** Every sample of a problem with copies of itself that differ by a unit here and there: a problem of the robust objective. */
export function withCopies(problem: TrainingProblem, copies: number, seed: number): TrainingProblem {
  const next = numbers(seed);
  const width = problem.layers[0];
  const samples: number[] = [];
  const groups: number[] = [];
  for (let k = 0; k < problem.sampleCount; k++) {
    for (let copy = 0; copy <= copies; copy++) {
      groups.push(k);
      for (let i = 0; i < width; i++)
        samples.push(problem.samples[k * width + i] + (copy > 0 ? next(3) - 1 : 0));
    }
  }
  return {
    ...problem,
    samples: Int32Array.from(samples),
    sampleCount: groups.length,
    labels: Int8Array.from(groups, (k) => problem.labels[k]),
    objective: { kind: 'robust', groups: Int32Array.from(groups) },
  };
}

/** The same with a reach to aim at for every row. */
export function withTargets(problem: TrainingProblem, share = 0.45): TrainingProblem {
  return withTargetsOf(problem, softTargets(problem, share));
}
