import { InputError } from '../errors.js';
import type { Network } from '../network/types.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { activeFlags } from './evaluate.js';
import {
  families,
  forcingVectors,
  reachesOf,
  rowReach,
  type Standing,
  standingOf,
  upperOutput,
} from './robust.js';

/*
 * Exhaustive optimum of a robust stage, as an oracle: every first layer with every function that some upper layers
 * compute. Only functions count above the first layer, so of all upper weights with one function the sparsest is kept.
 */

/** Upper weights, first layers and their product with the functions at most. */
export const MAX_ROBUST_COMBINATIONS = 2 ** 23;

/** One vector of first-layer weights and where it stands on every row. */
interface Vector {
  readonly weights: readonly number[];
  readonly standings: readonly Standing[];
  readonly reaches: readonly (readonly [number, number])[];
  readonly nonzeros: number;
}

/** A function of the first layer's answers and the sparsest upper layers that compute it. */
interface Upper {
  /** Output by answer; bit j set: neuron j is +1. */
  readonly outputs: readonly number[];
  readonly layers: readonly (readonly (readonly number[])[])[];
  readonly nonzeros: number;
  /** Answers and open ones that force + and -. */
  readonly plus: readonly (readonly (1 | -1 | 0)[])[];
  readonly minus: readonly (readonly (1 | -1 | 0)[])[];
}

/**
 * @param keep the samples MM and MW keep; SM counts over all
 * @param thresholds what MW holds, one per first-layer neuron in units of 1 / D
 * @param mostLoss what MW may lose after soft margins, in place of thresholds
 * @throws InputError when the problem is too large to enumerate
 */
export function robustBrute(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  thresholds: readonly number[],
  limit = MAX_ROBUST_COMBINATIONS,
  mostLoss?: number,
): { readonly objective: number | null; readonly network: Network | null; readonly vectors: number } {
  const { layers, weightBound } = problem;
  const width = layers[1];
  const vectors = firstVectors(problem, limit);
  const uppers = layers.length === 2 ? [identity()] : upperFunctions(layers.slice(1), weightBound, limit);
  refuse(vectors.length ** width * uppers.length, limit, stage);
  const rows = families(problem);
  const samples = stage === 'sm' ? rows.map((_, sample) => sample) : keep;
  const apart = new Set(samples.map((sample) => problem.labels[rows[sample][0]])).size === 2;
  let best = Number.NEGATIVE_INFINITY;
  let found: Network | null = null;
  const chosen: Vector[] = [];
  const score = (upper: Upper): number => {
    const forced = (k: number, known: (j: number) => boolean): boolean =>
      upper.outputs.every((output, answer) => {
        const fits = chosen.every(
          ({ standings }, j) => !known(j) || (answer >> j) % 2 === (standings[k].side + 1) / 2,
        );
        return !fits || output === problem.labels[k];
      });
    const at = (k: number, step: (j: number) => number): boolean =>
      forced(k, (j) => chosen[j].standings[k].distance >= step(j));
    if (stage === 'sm') return samples.filter((sample) => rows[sample].every((k) => at(k, () => 0))).length;
    const kept = samples.flatMap((sample) => rows[sample]);
    const loss = (): number =>
      kept.reduce((sum, k) => {
        const reach = rowReach(
          chosen.map(({ reaches }) => reaches[k]),
          problem.labels[k] > 0 ? upper.plus : upper.minus,
        );
        return sum + Math.max(0, (problem.soft?.[k] ?? 0) - reach) ** 2;
      }, 0);
    if (stage === 'mm' && problem.soft !== undefined) return 0 - loss();
    if (stage === 'mw' && mostLoss !== undefined) {
      if (loss() > mostLoss) return Number.NEGATIVE_INFINITY;
      return -chosen.reduce((sum, vector) => sum + vector.nonzeros, upper.nonzeros);
    }
    if (stage === 'mw') {
      if (!kept.every((k) => at(k, (j) => thresholds[j]))) return Number.NEGATIVE_INFINITY;
      return -chosen.reduce((sum, vector) => sum + vector.nonzeros, upper.nonzeros);
    }
    let least = Number.POSITIVE_INFINITY;
    for (const k of kept) {
      const steps = chosen.map(({ standings }) => standings[k].distance).filter((distance) => distance >= 0);
      const margin = Math.max(
        ...[...steps, Number.POSITIVE_INFINITY].filter((step) => at(k, () => step)),
        Number.NEGATIVE_INFINITY,
      );
      if (margin < 0) return margin;
      least = Math.min(least, margin);
    }
    return apart ? least : 0;
  };
  const choose = (j: number): void => {
    if (j < width) {
      for (const vector of vectors) {
        chosen[j] = vector;
        choose(j + 1);
      }
      return;
    }
    for (const upper of uppers) {
      const value = score(upper);
      if (!(value > best)) continue;
      best = value;
      found = {
        layers: [...layers],
        weightBound,
        weights: [chosen.map(({ weights }) => weights), ...upper.layers],
      };
    }
  };
  choose(0);
  const objective = found === null ? null : stage === 'mw' ? 0 - best : best + 0;
  return { objective, network: found, vectors: vectors.length ** width };
}

function firstVectors(problem: TrainingProblem, limit: number): Vector[] {
  const active = activeFlags(problem);
  const count = active.filter(Boolean).length;
  refuse((2 * problem.weightBound + 1) ** count, limit, 'first layer');
  return tuples(count, problem.weightBound).map((digits) => {
    let next = 0;
    const weights = active.map((isActive) => (isActive ? digits[next++] : 0));
    return {
      weights,
      standings: Array.from({ length: problem.sampleCount }, (_, k) => standingOf(problem, weights, k)),
      reaches: Array.from({ length: problem.sampleCount }, (_, k) => reachesOf(problem, weights, k)),
      nonzeros: digits.filter((w) => w !== 0).length,
    };
  });
}

/** A single layer: the neuron's own answer. */
function identity(): Upper {
  return { outputs: [-1, 1], layers: [], nonzeros: 0, ...forcing([-1, 1]) };
}

/** The vectors that force each label, by what all full answers agreeing with them give. */
function forcing(outputs: readonly number[]): Pick<Upper, 'plus' | 'minus'> {
  const allGive = (label: number, answers: readonly (1 | -1 | 0)[]): boolean =>
    outputs.every(
      (output, answer) =>
        output === label ||
        answers.some((side, j) => side !== 0 && side !== ((answer >> j) % 2 === 1 ? 1 : -1)),
    );
  const width = Math.log2(outputs.length);
  return { plus: forcingVectors(width, 1, allGive), minus: forcingVectors(width, -1, allGive) };
}

function upperFunctions(sizes: readonly number[], bound: number, limit: number): Upper[] {
  const total = sizes.slice(1).reduce((sum, size, l) => sum + size * sizes[l], 0);
  refuse((2 * bound + 1) ** total, limit, 'upper layers');
  const byFunction = new Map<string, Upper>();
  const answers = Array.from({ length: 2 ** sizes[0] }, (_, answer) =>
    Array.from({ length: sizes[0] }, (_, j) => ((answer >> j) % 2 === 1 ? 1 : -1)),
  );
  for (const digits of tuples(total, bound)) {
    let next = 0;
    const layers = sizes
      .slice(1)
      .map((size, l) =>
        Array.from({ length: size }, () => Array.from({ length: sizes[l] }, () => digits[next++])),
      );
    const outputs = answers.map((answer) => upperOutput(layers, answer));
    const nonzeros = digits.filter((w) => w !== 0).length;
    const known = byFunction.get(outputs.join());
    if (known === undefined || known.nonzeros > nonzeros)
      byFunction.set(outputs.join(), { ...(known ?? forcing(outputs)), outputs, layers, nonzeros });
  }
  return [...byFunction.values()];
}

function tuples(length: number, bound: number): number[][] {
  let list: number[][] = [[]];
  for (let at = 0; at < length; at++) {
    list = list.flatMap((head) => Array.from({ length: 2 * bound + 1 }, (_, w) => [...head, w - bound]));
  }
  return list;
}

function refuse(size: number, limit: number, what: string): void {
  if (size <= limit) return;
  throw new InputError(
    `engine brute: robust ${what} has up to ${size.toPrecision(3)} combinations, more than the ${limit} it enumerates; use the default engine`,
  );
}
