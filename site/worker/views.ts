import { weightBytes } from '../../src/ensemble/model/bytes.js';
import type { EnsembleModel, ModelPair } from '../../src/ensemble/model/model.js';
import type { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { explainModel, inputNames } from '../../src/ensemble/predict/explain.js';
import type { PairResult } from '../../src/ensemble/types.js';
import { featureStrokes, featuresText } from '../../src/features/index.js';
import { biasesOf } from '../../src/network/links.js';
import type { ModelView, PairView } from './api.js';

/** A pair as the page draws it. */
export function pairView(index: number, pair: PairResult | ModelPair): PairView {
  const { classes, stages, nonzero, links, network } = pair;
  return {
    index,
    classes,
    stages: stages.map((result) => {
      const { stage, status, stopReason, objective, bound, gap } = result;
      const seconds = 'seconds' in result ? { seconds: result.seconds as number } : {};
      return { stage, status, stopReason, objective, bound, gap, ...seconds };
    }),
    nonzero,
    links,
    weights: network === null ? null : network.weights[0].map((row) => Int8Array.from(row)),
    upper: network === null ? [] : network.weights.slice(1),
    biases: network === null ? [] : biasesOf(network),
  };
}

/** What weights are pictures of. */
export function lookOf({
  image,
  features,
}: Pick<EnsembleModel, 'image' | 'features'>): Pick<ModelView, 'image' | 'strokes'> {
  if (image === undefined) return {};
  const strokes = features === undefined ? undefined : featureStrokes(features.spec, image);
  return {
    image,
    ...(strokes === undefined ? {} : { strokes: { list: strokes.strokes, cell: strokes.cell } }),
  };
}

/** What a row consists of, where nothing is known but the model. */
function fieldsOf(
  columns: readonly string[],
  encoding: EnsembleModel['encoding'],
): NonNullable<ModelView['fields']> {
  return columns.map((name, c) => {
    const column = encoding?.columns[c];
    return { name, levels: column !== undefined && 'levels' in column ? column.levels : null };
  });
}

/** A classifier as the page shows it. @param command that makes the same model, where there is one */
export function modelView(classifier: EnsembleClassifier, command?: string): ModelView {
  const { model } = classifier;
  const { classes, layers, weightBound, image, features, columns, encoding, pairs, data } = model;
  const isTable = image === undefined && features === undefined;
  const trained = pairs.filter(({ network }) => network !== null);
  return {
    classes,
    layers,
    weightBound,
    ...lookOf(model),
    ...(features === undefined ? {} : { features: featuresText(features.spec) }),
    ...(isTable ? { inputNames: inputNames(model), cards: explainModel(model).pairs } : {}),
    ...(columns === undefined ? {} : { columns }),
    ...(isTable ? { fields: fieldsOf(columns ?? inputNames(model), encoding) } : {}),
    pairs: pairs.map((pair, index) => pairView(index, pair)),
    nonzero: trained.reduce((sum, pair) => sum + pair.nonzero, 0),
    links: trained.reduce((sum, pair) => sum + pair.links, 0),
    bytes: weightBytes(pairs, weightBound),
    ...(command === undefined ? {} : { command }),
    fingerprint: data.fingerprint,
  };
}
