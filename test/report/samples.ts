import type { Evaluation, PairResult } from '../../src/ensemble/types.js';
import type { StageResult } from '../../src/stages/types.js';

/** A stage result with everything proved; `changes` says what the test is about. */
export function stage(changes: Partial<StageResult> = {}): StageResult {
  return {
    stage: 'mm',
    status: 'optimal',
    stopReason: 'proved',
    objective: 46418.8,
    bound: 46418.8,
    gap: 0,
    nodes: 1234,
    work: 5_678_901,
    seconds: 1.25,
    ...changes,
  };
}

export function pair(classes: readonly [string, string], stages: readonly StageResult[]): PairResult {
  return {
    classes,
    stages,
    nonzero: 3,
    links: 6,
    network: { layers: [4, 1, 1], weightBound: 2, weights: [[[1, -2, 0, 0]], [[1]]] },
  };
}

export const evaluation: Evaluation = {
  accuracy: 0.7,
  images: 10,
  correct: 7,
  wrong: 2,
  unlabelled: 1,
  outcomes: [6, 1, 0, 1, 0, 0, 2],
  confusion: [
    [4, 1, 0],
    [1, 3, 1],
  ],
  labels: ['cat', 'a dog with a long name'],
  balancedAccuracy: 0.7,
  macroF1: 0.7751,
  auc: 0.75,
  perClass: [
    { label: 'cat', images: 5, precision: 0.8, recall: 0.8, f1: 0.8, auc: 0.75 },
    { label: 'a dog with a long name', images: 5, precision: 0.75, recall: 0.6, f1: 0.6667, auc: 0.75 },
  ],
  unknownLabels: [],
  leftOutLabels: [],
};
