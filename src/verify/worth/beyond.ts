import type { TrainingProblem } from '../../problem/types.js';
import { variableWeights } from '../evaluate.js';

/* What boxes and limits of a problem say of its networks at once. */

/** Whether all weights may be 0. */
export function allowsZeros({ ranges }: TrainingProblem): boolean {
  return ranges === undefined || ranges.every(([low, high]) => low <= 0 && high >= 0);
}

/** MW: no network that the problem allows has more weights that count. */
export function mostWeights(problem: TrainingProblem): number {
  const { layers, maxNonzero } = problem;
  if (maxNonzero === undefined) return variableWeights(problem);
  const above = layers.slice(2).reduce((sum, size, l) => sum + size * layers[l + 1], 0);
  return Math.min(variableWeights(problem), maxNonzero + above);
}
