import type { CertificateReport, Evaluation, PairResult } from '../ensemble/types.js';
import type { Network } from '../network/types.js';
import { summariseStages } from '../report/summary.js';
import type { StageName } from '../stage-list.js';
import type { Trial } from './spec.js';

/** What one stage came to over the networks of a training. */
export interface StageRow {
  readonly stage: StageName;
  /** Networks that ran it, and those whose result is proved. */
  readonly networks: number;
  readonly proved: number;
  /** Relative gaps of the contract, over the networks that have one; `null`: none has. */
  readonly gapMean: number | null;
  readonly gapMax: number | null;
  /** Sums over the networks. */
  readonly nodes: number;
  readonly work: number;
}

/** One training and how it was judged; nothing in it depends on a clock or on who computed it, as long as no time limit decides. */
export interface ResultRow extends Trial {
  /** Hash over training, judging and the words of the setting: rows with the same key are the same. */
  readonly key: string;
  /** Name of the run (run/run-identity.ts): a hash over options, data, package and engine. */
  readonly run: string;
  readonly fewbit: string;
  readonly engine: string;
  readonly classes: readonly string[];
  readonly layers: readonly number[];
  readonly weightBound: number;
  readonly trainImages: number;
  readonly networks: number;
  /** Test samples judged and what became of them; `null` where the data have no test part. */
  readonly test: Pick<
    Evaluation,
    'images' | 'correct' | 'wrong' | 'unlabelled' | 'accuracy' | 'outcomes' | 'confusion' | 'labels'
  > | null;
  readonly trainAccuracy: number;
  readonly nonzero: number;
  readonly links: number;
  readonly bytes: number;
  /** How many weights of all networks have each value, from -P to P, weights of inputs that are never anything but 0 included. */
  readonly weights: readonly number[];
  readonly stages: readonly StageRow[];
  /** Certified accuracy by radius, where it was asked for. */
  readonly certified?: readonly { readonly radius: number; readonly accuracy: number }[];
}

/** A row and what it took, which is no result. */
export interface TimedRow {
  readonly row: ResultRow;
  /** Seconds of search, of all stages of all networks. */
  readonly searchSeconds: number;
}

/** What a training leaves, as far as a row says it. */
export interface Trained {
  readonly pairs: readonly Pick<PairResult, 'stages'>[];
  readonly networks: readonly (Network | null)[];
  readonly model: Pick<ResultRow, 'classes' | 'layers' | 'weightBound'> & {
    readonly data: { readonly samples: number };
  };
  readonly trainAccuracy: number;
  readonly nonzero: number;
  readonly links: number;
  readonly bytes: number;
}

export function rowOf(
  trial: Trial,
  names: Pick<ResultRow, 'key' | 'run' | 'fewbit' | 'engine'>,
  trained: Trained,
  test: Evaluation | null,
  certificates: CertificateReport | undefined,
): TimedRow {
  const { classes, layers, weightBound, data } = trained.model;
  const { setting, instance, seed } = trial;
  const stages = summariseStages(trained.pairs);
  const row: ResultRow = {
    ...names,
    ...{ setting, instance, seed, classes, layers, weightBound },
    trainImages: data.samples,
    networks: trained.pairs.length,
    test: test === null ? null : judged(test),
    trainAccuracy: trained.trainAccuracy,
    ...{ nonzero: trained.nonzero, links: trained.links, bytes: trained.bytes },
    weights: histogram(trained.networks, weightBound),
    stages: stages.map(({ stage, pairs: networks, proved, meanGap: gapMean, maxGap: gapMax }) => {
      const results = trained.pairs.flatMap((pair) => pair.stages.filter((result) => result.stage === stage));
      const nodes = results.reduce((sum, result) => sum + result.nodes, 0);
      const work = results.reduce((sum, result) => sum + result.work, 0);
      return { stage, networks, proved, gapMean, gapMax, nodes, work };
    }),
    ...(certificates === undefined
      ? {}
      : {
          certified: certificates.radii.map(({ radius, certifiedAccuracy }) => ({
            radius,
            accuracy: certifiedAccuracy,
          })),
        }),
  };
  return { row, searchSeconds: stages.reduce((sum, { seconds }) => sum + seconds, 0) };
}

function judged(test: Evaluation): NonNullable<ResultRow['test']> {
  const { images, correct, wrong, unlabelled, accuracy, outcomes, confusion, labels } = test;
  return { images, correct, wrong, unlabelled, accuracy, outcomes, confusion, labels };
}

/** Biases are no weights. */
function histogram(networks: readonly (Network | null)[], weightBound: number): number[] {
  const counts = new Array<number>(2 * weightBound + 1).fill(0);
  for (const network of networks) {
    for (const layer of network?.weights ?? []) {
      for (const neuron of layer) for (const weight of neuron) counts[weight + weightBound]++;
    }
  }
  return counts;
}
