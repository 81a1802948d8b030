import type { Encoding } from '../../data/encoding.js';
import type { Scaling } from '../../data/scaling.js';
import type { FittedFeatures } from '../../features/index.js';
import type { Network } from '../../network/types.js';
import type { StageResult } from '../../stages/types.js';
import type { TrainingConfig } from '../config.js';
import type { Calibration } from './calibration.js';
import { documentChecksum } from './checksum.js';
import { featuresToDocument, type ModelFeatures } from './features-field.js';
import { encodeWeights } from './weights-text.js';

/**
 * A stage's result as a model remembers it: without the seconds, so that equal trainings are equal files.
 */
export type ModelStage = Omit<StageResult, 'seconds' | 'network' | 'keep'>;

/** One network of the ensemble; `classes[0]` is +1. */
export interface ModelPair {
  readonly classes: readonly [string, string];
  /** `null`: the training was interrupted before this pair had a network; it abstains from the vote. */
  readonly network: Network | null;
  readonly nonzero: number;
  readonly links: number;
  readonly stages: readonly ModelStage[];
}

/** Everything that a trained ensemble is: what a model file holds and what a classifier is made of. */
export interface EnsembleModel {
  readonly classes: readonly string[];
  /** Layer sizes of every network, `[n0, .., 1]`. */
  readonly layers: readonly number[];
  readonly weightBound: number;
  /** How raw inputs become the integers that the networks read. */
  readonly scaling: Scaling;
  /** What becomes of the columns of a table instead; the scaling is `identity` then. */
  readonly encoding?: Encoding;
  readonly image?: { readonly width: number; readonly height: number };
  /** What networks read of an image; absent: its scaled values. */
  readonly features?: FittedFeatures;
  readonly columns?: readonly string[];
  /** Name of the label column where it is not `label`. */
  readonly labelColumn?: string;
  /** Columns of the table that were left out (`--drop`, `--id`): one that is judged may have them. */
  readonly dropped?: readonly string[];
  /**
   * Classes that the training data had and the training left out, because it was asked for others: an evaluation leaves
   * them out too. Absent in models of early releases: whatever they do not know is taken for left out.
   */
  readonly leftOut?: readonly string[];
  /** Standard deviations of a table's columns on the training rows, 0 of categories: what radii in units of columns are measured by. */
  readonly deviations?: readonly number[];
  /** What was asked for. */
  readonly training: TrainingConfig;
  /** What it was trained on: how many samples, and their fingerprint. */
  readonly data: { readonly samples: number; readonly fingerprint: string };
  /** What scores of two classes say about probabilities (`--calibrate`); labels do not depend on it. */
  readonly calibration?: Calibration;
  /** All pairs p < q in lexicographic order. */
  readonly pairs: readonly ModelPair[];
}

/** How many values a sample has: inputs of the networks, pixels of the image whose features these read, or columns of an encoding. */
export function valuesOfSample({ layers, features, image, encoding }: EnsembleModel): number {
  if (encoding !== undefined) return encoding.columns.length;
  return features === undefined || image === undefined
    ? layers[0]
    : image.width * image.height * features.spec.channels;
}

export const MODEL_FORMAT = 'fewbit-model';
/** Of a model on features; one that reads scaled values is written as version 1, which every release reads. */
export const FEATURES_MODEL_VERSION = 2;
export const PLAIN_MODEL_VERSION = 1;
/** Of a model with biases or an encoding, on features or not: a reader that passes over them would give other answers. */
export const MODEL_VERSION = 3;

/** The model file as a plain object; `model.schema.json` describes it. */
export interface ModelDocument extends Omit<EnsembleModel, 'pairs' | 'features'> {
  readonly format: typeof MODEL_FORMAT;
  readonly version: typeof MODEL_VERSION | typeof FEATURES_MODEL_VERSION | typeof PLAIN_MODEL_VERSION;
  readonly features?: ModelFeatures;
  readonly pairs: readonly ModelDocumentPair[];
  readonly checksum: string;
}

/** `weights[layer][neuron]` is the text of `weights-text.ts`. */
export interface ModelDocumentPair {
  readonly classes: readonly [string, string];
  readonly nonzero: number;
  readonly links: number;
  readonly stages: readonly ModelStage[];
  readonly weights: readonly (readonly string[])[] | null;
  /** One a neuron of the first layer; absent: 0. */
  readonly biases?: readonly number[];
}

/** The oldest version whose readers answer as this model does. */
function versionOf({ pairs, features, encoding }: EnsembleModel): ModelDocument['version'] {
  if (encoding !== undefined || pairs.some(({ network }) => network?.biases !== undefined))
    return MODEL_VERSION;
  return features === undefined ? PLAIN_MODEL_VERSION : FEATURES_MODEL_VERSION;
}

/**
 * The model as a plain object for `JSON.stringify`: integers, strings and numbers only, no clock, no code. The same model
 * always gives the same text.
 */
export function modelToDocument(model: EnsembleModel): ModelDocument {
  const document = {
    format: MODEL_FORMAT,
    version: versionOf(model),
    classes: model.classes,
    layers: model.layers,
    weightBound: model.weightBound,
    scaling: model.scaling,
    ...(model.encoding === undefined ? {} : { encoding: model.encoding }),
    ...(model.image === undefined ? {} : { image: model.image }),
    ...(model.features === undefined ? {} : { features: featuresToDocument(model.features) }),
    ...(model.columns === undefined ? {} : { columns: model.columns }),
    ...(model.labelColumn === undefined ? {} : { labelColumn: model.labelColumn }),
    ...(model.dropped === undefined ? {} : { dropped: model.dropped }),
    ...(model.leftOut === undefined ? {} : { leftOut: model.leftOut }),
    ...(model.deviations === undefined ? {} : { deviations: model.deviations }),
    training: model.training,
    data: model.data,
    ...(model.calibration === undefined ? {} : { calibration: model.calibration }),
    pairs: model.pairs.map((pair) => ({
      classes: pair.classes,
      nonzero: pair.nonzero,
      links: pair.links,
      stages: pair.stages,
      weights: pair.network === null ? null : pair.network.weights.map((layer) => layer.map(encodeWeights)),
      ...(pair.network?.biases === undefined ? {} : { biases: pair.network.biases }),
    })),
  } as const;
  return { ...document, checksum: documentChecksum(document) };
}

/** The stage block without its seconds, fields in one order. */
export function modelStage(result: ModelStage): ModelStage {
  const { stage, status, stopReason, objective, bound, gap, nodes, work } = result;
  const { boundGivenReliance, wanted, rows } = result;
  const block = { stage, status, stopReason, objective, bound, gap, nodes, work };
  return {
    ...block,
    ...(boundGivenReliance === undefined ? {} : { boundGivenReliance }),
    ...(wanted === undefined ? {} : { wanted }),
    ...(rows === undefined ? {} : { rows }),
  };
}
