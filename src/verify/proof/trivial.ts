import type { Hold } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { ceilOfQuotient, heldMargin, type Setting, threshold } from './setting.js';

/*
 * Bounds that need no search: what the root of a tree starts from, and what `trivial` claims (docs/proof.md).
 */

/**
 * SM: equal inputs get equal sums, so of every group of equal samples only those of one label can count; all of them where
 * the confidence is 0, which a sum of 0 has for both labels; none where the output's inputs, each +1 or -1, cannot add up to it.
 */
export function mostCounted(problem: TrainingProblem): number {
  const { layers, weightBound } = problem;
  if (threshold(problem) <= 0) return problem.sampleCount;
  if (layers.length > 2 && weightBound * layers[layers.length - 2] < threshold(problem)) return 0;
  const width = layers[0];
  const groups = new Map<string, { plus: number; minus: number }>();
  for (let k = 0; k < problem.sampleCount; k++) {
    const key = problem.samples.subarray(k * width, (k + 1) * width).join();
    let group = groups.get(key);
    if (group === undefined) {
      group = { plus: 0, minus: 0 };
      groups.set(key, group);
    }
    if (problem.labels[k] > 0) group.plus++;
    else group.minus++;
  }
  let most = 0;
  for (const { plus, minus } of groups.values()) most += Math.max(plus, minus);
  return most;
}

/** What an input can add to `|S| - linf * |w|_1` of a first-layer neuron, at most. */
function reach(setting: Setting, x: number): number {
  return setting.weightBound * Math.max(0, Math.abs(x) - setting.linf);
}

/** MM: no first-layer neuron has a larger margin, whatever its sides. */
export function mostMargin(setting: Setting): number {
  if (setting.rows.length === 0) return 0;
  const sums = setting.rows.map((row) => row.reduce((sum, x) => sum + reach(setting, x), 0));
  return setting.scale * Math.min(...sums);
}

/** MM: the most that the margins of the layers above the first can sum to. */
export function mostAbove(setting: Setting): number {
  const { layers, weightBound } = setting.problem;
  if (setting.rows.length === 0 || setting.single) return 0;
  let most = 0;
  for (let l = 2; l < layers.length; l++) most += layers[l] * layers[l - 1];
  most *= setting.scale * weightBound;
  return setting.labels.includes(-1) ? most - setting.epsilon : most;
}

/** MW: the least number of non-zero weights with which first-layer neuron j reaches its held margin on every sample. */
export function leastNonzeros(setting: Setting, j: number): number {
  const target = ceilOfQuotient(heldMargin(setting, 0, j), setting.scale);
  let least = 0;
  for (const row of setting.rows) {
    const sizes = row.map((x) => reach(setting, x)).sort();
    let count = 0;
    for (let sum = 0; sum < target && count < sizes.length; count++) sum += sizes[sizes.length - 1 - count];
    least = Math.max(least, count);
  }
  return least;
}

/** MW: the same for all neurons above the first layer together; their inputs are +1 and -1. */
export function leastAbove(setting: Setting): number {
  const { layers, weightBound } = setting.problem;
  if (setting.rows.length === 0) return 0;
  let least = 0;
  for (let l = 1; l < layers.length - 1; l++) {
    let sum = 0;
    for (let j = 0; j < layers[l + 1]; j++) {
      sum += ceilOfQuotient(ceilOfQuotient(heldMargin(setting, l, j), setting.scale), weightBound);
    }
    least += atLeastOne(setting, sum);
  }
  return least;
}

/** MW: no weights at all have confidence 0 on every sample, whatever its label. */
export function isFree(problem: TrainingProblem, hold: Hold): boolean {
  return hold.kind === 'confident' && threshold(problem) <= 0;
}

/** MM, MW: what the root of a tree starts from. */
export function rootBound(setting: Setting): number {
  if (setting.stage === 'mm') return setting.neurons * mostMargin(setting) + mostAbove(setting);
  let sum = 0;
  for (let j = 0; j < setting.neurons; j++) sum += leastNonzeros(setting, j);
  return atLeastOne(setting, sum) + leastAbove(setting);
}

/** A layer of zero weights gives every sample the same answer: impossible where samples of both labels are kept. */
export function atLeastOne(setting: Setting, nonzeros: number): number {
  return setting.mixed ? Math.max(1, nonzeros) : nonzeros;
}
