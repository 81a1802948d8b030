import type { ResultRow } from '../../src/experiment/record.js';

/** A row of a training that never was. */
export function rowWith(key: string, more: Partial<ResultRow> = {}): ResultRow {
  return {
    ...{ key, run: `sha256:${key}`, fewbit: '0.0.0', engine: 'sha256:0' },
    ...{ setting: { data: 'mnist', shots: '2' }, instance: 0, seed: 0 },
    ...{ classes: ['4', '9'], layers: [4, 1], weightBound: 1, trainImages: 4, networks: 1 },
    test: {
      ...{ images: 10, correct: 7, wrong: 3, unlabelled: 0, accuracy: 0.7, outcomes: [7, 0, 0, 0, 0, 0, 3] },
      ...{
        confusion: [
          [4, 1, 0],
          [2, 3, 0],
        ],
        labels: ['4', '9'],
      },
    },
    ...{ trainAccuracy: 1, nonzero: 3, links: 4, bytes: 1, weights: [1, 1, 2] },
    stages: [{ stage: 'sm', networks: 1, proved: 1, gapMean: 0, gapMax: 0, nodes: 1, work: 9 }],
    ...more,
  };
}
