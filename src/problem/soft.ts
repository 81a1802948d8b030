import { movedBy } from '../network/margins.js';
import type { Network } from '../network/types.js';
import { targetsOf } from './objective.js';
import { outputTable, rowsOf } from './robust.js';
import type { TrainingProblem } from './types.js';

/*
 * Soft margins (docs/robust.md), in exact integers: how much of the reach wanted of them (`targetsOf`) the rows lack. A literal
 * is a first-layer neuron with a side. Its reach on a row is what the worst of the L-infinity box leaves of the sum on that
 * side, in whole units; a row's reach is the largest r such that literals of reach r or more force its label.
 */

/**
 * Sum of the squared shortfalls `max(0, target_k - reach_k)^2` over the rows of the kept samples; infinite where the upper layers
 * cannot give a kept row its label whatever comes. Throws where the objective is another.
 */
export function softLoss(problem: TrainingProblem, network: Network, keep: readonly number[]): number {
  const targets = targetsOf(problem);
  if (targets === undefined) throw new Error('the problem has no soft targets');
  const table = outputTable(network);
  const moved = network.weights[0].map((weights) =>
    weights.every((w) => w === 0) ? null : movedBy(weights, problem),
  );
  let loss = 0;
  for (const k of rowsOf(problem, keep)) {
    const reach = reachOf(literals(problem, network, moved, k), table, problem.labels[k]);
    loss += Math.max(0, targets[k] - reach) ** 2;
  }
  return loss;
}

/** Sum of the squared targets over the rows of the kept samples: what a loss is to be seen beside. */
export function wantedSquares(problem: TrainingProblem, keep: readonly number[]): number {
  const targets = targetsOf(problem);
  if (targets === undefined) throw new Error('the problem has no soft targets');
  return rowsOf(problem, keep).reduce((sum, k) => sum + targets[k] ** 2, 0);
}

/** Reach of a first-layer neuron as + and as -. */
interface Literals {
  readonly plus: number;
  readonly minus: number;
}

/**
 * What each first-layer neuron reaches on row k, given what the box takes from it: `movedBy`, or, of a neuron without weights,
 * `null`: it is + whatever comes, and lacks one unit of being -.
 */
function literals(
  problem: TrainingProblem,
  network: Network,
  moved: readonly (number | null)[],
  k: number,
): Literals[] {
  const { samples, layers } = problem;
  const width = layers[0];
  return network.weights[0].map((weights, j) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += weights[i] * samples[k * width + i];
    const toll = moved[j] ?? 0;
    return { plus: moved[j] === null ? Number.POSITIVE_INFINITY : sum - toll, minus: -sum - toll - 1 };
  });
}

/** The largest r such that literals of reach r or more force the label; minus infinity where none do. */
function reachOf(row: readonly Literals[], table: Int8Array, label: number): number {
  const steps = [Number.POSITIVE_INFINITY, ...row.flatMap(({ plus, minus }) => [plus, minus])];
  for (const step of steps.sort((a, b) => b - a)) {
    if (forces(row, step, table, label, 0, 0, 0)) return step;
  }
  return Number.NEGATIVE_INFINITY;
}

/** Whether some choice of the literals of reach `step` or more, from neuron `j` on, forces the label. */
function forces(
  row: readonly Literals[],
  step: number,
  table: Int8Array,
  label: number,
  j: number,
  fixed: number,
  free: number,
): boolean {
  if (j === row.length) {
    for (let rest = free; ; rest = (rest - 1) & free) {
      if (table[fixed | rest] !== label) return false;
      if (rest === 0) return true;
    }
  }
  const bit = 1 << j;
  const plus = row[j].plus >= step;
  const minus = row[j].minus >= step;
  if (plus && forces(row, step, table, label, j + 1, fixed | bit, free)) return true;
  if (minus && forces(row, step, table, label, j + 1, fixed, free)) return true;
  return !plus && !minus && forces(row, step, table, label, j + 1, fixed, free | bit);
}
