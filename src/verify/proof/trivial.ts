import type { Hold } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { ceilOfQuotient, heldMargin, type Setting, threshold } from './setting.js';

/*
 * Bounds that need no search: what the root of a tree starts from, and what `trivial` claims (docs/proof.md).
 */

/**
 * SM: equal inputs get equal sums, so of every group of equal samples only those of one label can count, those that cost more; all of
 * them where the confidence is 0, which a sum of 0 has for both labels; none where the output's inputs, each +1 or -1, cannot add up to it.
 */
export function mostCounted(problem: TrainingProblem): number {
  const { layers, weightBound, costs, sampleCount } = problem;
  const costOf = (k: number) => costs?.[k] ?? 1;
  let all = 0;
  for (let k = 0; k < sampleCount; k++) all += costOf(k);
  if (threshold(problem) <= 0) return all;
  if (layers.length > 2 && weightBound * layers[layers.length - 2] < threshold(problem)) return 0;
  const width = layers[0];
  const groups = new Map<string, { plus: number; minus: number }>();
  for (let k = 0; k < sampleCount; k++) {
    const key = problem.samples.subarray(k * width, (k + 1) * width).join();
    let group = groups.get(key);
    if (group === undefined) {
      group = { plus: 0, minus: 0 };
      groups.set(key, group);
    }
    if (problem.labels[k] > 0) group.plus += costOf(k);
    else group.minus += costOf(k);
  }
  let most = 0;
  for (const { plus, minus } of groups.values()) most += Math.max(plus, minus);
  return most;
}

/** What active input a can add to `side * S - sum_i radius_i |w_i|` of a first-layer neuron, at most. */
function gainOf({ low, high, radius }: Setting, a: number, x: number): number {
  const at = (v: number) => x * v - radius[a] * Math.abs(v);
  const ends = Math.max(at(low[a]), at(high[a]));
  return low[a] <= 0 && high[a] >= 0 ? Math.max(0, ends) : ends;
}

/** The weights of active input a are counted and may be 0: one that is not is one of those that MW minimises. */
function isOptional({ counted, low, high }: Setting, a: number): boolean {
  return counted[a] && low[a] <= 0 && high[a] >= 0;
}

/** Counted weights of a neuron that cannot be 0. */
function forcedWeights(setting: Setting): number {
  let count = 0;
  for (let a = 0; a < setting.inputs; a++) if (setting.counted[a] && !isOptional(setting, a)) count++;
  return count;
}

/** What a row gives a neuron on a side: what stands whatever is counted, and the gains of the weights that are, largest first. */
function gainsOn(setting: Setting, row: Float64Array, side: number): { base: number; gains: Float64Array } {
  let base = 0;
  const gains: number[] = [];
  for (const [a, x] of row.entries()) {
    const gain = gainOf(setting, a, side * x);
    if (!isOptional(setting, a)) base += gain;
    else if (gain > 0) gains.push(gain);
  }
  return { base, gains: Float64Array.from(gains).sort().reverse() };
}

/** MM: no first-layer neuron has a larger margin, whatever its sides. */
export function mostMargin(setting: Setting): number {
  if (setting.rows.length === 0) return 0;
  const { scale, epsilon, limit, neurons } = setting;
  const left = Math.max(0, limit - neurons * forcedWeights(setting));
  const most = (row: Float64Array, side: number) => {
    const { base, gains } = gainsOn(setting, row, side);
    return gains.reduce((sum, gain, n) => (n < left ? sum + gain : sum), base);
  };
  return setting.rows.reduce(
    (least, row) => Math.min(least, Math.max(scale * most(row, 1), scale * most(row, -1) - epsilon)),
    Number.POSITIVE_INFINITY,
  );
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

/** MW: the least number of counted weights other than 0 with which first-layer neuron j reaches its held margin on every sample. */
export function leastNonzeros(setting: Setting, j: number): number {
  const target = ceilOfQuotient(heldMargin(setting, 0, j), setting.scale);
  const needed = (row: Float64Array, side: number) => {
    const { base, gains } = gainsOn(setting, row, side);
    let count = 0;
    for (let sum = base; sum < target && count < gains.length; count++) sum += gains[count];
    return count;
  };
  let least = 0;
  if (target > 0)
    for (const row of setting.rows) least = Math.max(least, Math.min(needed(row, 1), needed(row, -1)));
  return forcedWeights(setting) + least;
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
  return firstAtLeastOne(setting, sum) + leastAbove(setting);
}

/** A layer of zero weights gives every sample the same answer: impossible where samples of both labels are kept. */
export function atLeastOne(setting: Setting, nonzeros: number): number {
  return setting.mixed ? Math.max(1, nonzeros) : nonzeros;
}

/** The same of the first layer, where the weight that it needs may be a free one. */
export function firstAtLeastOne(setting: Setting, nonzeros: number): number {
  return setting.counted.every(Boolean) ? atLeastOne(setting, nonzeros) : nonzeros;
}
