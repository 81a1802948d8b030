import { FirstLayers } from '../certify/index.js';
import { type Encoding, encodeRow, encodeRows, type Field, fieldsOf, rowOfFields } from '../data/encoding.js';
import { applyScaling, type Scaling } from '../data/scaling.js';
import { featuresToDocument, readFeatures } from '../ensemble/model/features-field.js';
import { type EnsembleModel, valuesOfSample } from '../ensemble/model/model.js';
import { allPairs } from '../ensemble/pair-order.js';
import { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import type { VoteRule } from '../ensemble/types.js';
import { elect } from '../ensemble/vote/margin.js';
import { countVotes } from '../ensemble/vote/vote.js';
import { InputError } from '../errors.js';
import { FeatureReader, type ImageSize } from '../features/index.js';
import { jsonText, parseJson } from '../json.js';
import { LIMITS } from '../limits.js';
import { outputSign } from '../network/forward.js';
import type { Network } from '../network/types.js';
import { printableJson } from '../printable.js';
import { answerOf } from './answers.js';
import { checkName } from './c/names.js';
import { exampleRows, rawRow } from './examples.js';
import { modelFront } from './front.js';
import type { ConvertedFile, ConvertOptions } from './types.js';

/*
 * A model for readers in other languages: plain whole numbers instead of texts, indices instead of names, and rows with known answers
 * to test a reader by. docs/formats.md, "Converted model".
 */

export const CONVERTED_FORMAT = 'fewbit-converted';

interface ConvertedDocument {
  readonly format: typeof CONVERTED_FORMAT;
  /** 2: with biases; 3: with an encoding; 4: the vote by margins. */
  readonly version: 1 | 2 | 3 | 4;
  readonly classes: readonly string[];
  readonly vote: VoteRule;
  readonly inputs: number;
  readonly layers: readonly number[];
  readonly scaling: Scaling;
  readonly encoding?: Encoding;
  readonly image?: ImageSize;
  readonly features?: unknown;
  /** `classes` are indices; `weights[layer][neuron][input]`, or `null` for no network. */
  readonly pairs: readonly {
    readonly classes: readonly [number, number];
    readonly weights: readonly (readonly (readonly number[])[])[] | null;
    /** Added to the sums of the first layer. */
    readonly biases?: readonly number[];
  }[];
}

const EXAMPLES = 6;

/** Converts a model to JSON. Throws `InputError` for one that would be too large to read. */
export function toJson(model: EnsembleModel, options: ConvertOptions = {}): ConvertedFile[] {
  const name = checkName(options.name ?? 'model');
  const { classes, layers, weightBound, scaling, image, columns, features, encoding } = model;
  const inputs = valuesOfSample(model);
  const weights = model.pairs.reduce((sum, pair) => sum + (pair.network === null ? 0 : pair.links), 0);
  if (weights > LIMITS.jsonValues / 2) {
    throw new InputError(
      `json: ${weights} weights, one number each; at most ${LIMITS.jsonValues / 2} are written. The model file itself is JSON too`,
    );
  }
  const rule = options.vote ?? 'paper';
  const order = allPairs(classes.length);
  const judge = new EnsembleClassifier(model);
  const front = modelFront(model);
  const examples = exampleRows(front, scaling, EXAMPLES).map((row) => {
    const raw = rawRow(front, row);
    const scaled = scaledRow(model, raw);
    const { label, votes, radius } = answerOf(judge, row, raw, rule);
    const known = {
      row: encoding === undefined ? [...raw] : fieldsOf(encoding, raw),
      scaled: [...scaled],
      votes,
      label,
    };
    return options.radius ? { ...known, radius: label < 0 ? null : radius } : known;
  });
  const document = {
    format: CONVERTED_FORMAT,
    version: versionOf(model, rule),
    classes,
    vote: rule,
    inputs,
    ...(image === undefined ? {} : { image }),
    ...(columns === undefined ? {} : { columns }),
    layers,
    weightBound,
    scaling,
    ...(encoding === undefined ? {} : { encoding }),
    ...(features === undefined ? {} : { features: featuresToDocument(features) }),
    pairs: model.pairs.map(({ network }, at) => ({
      classes: order[at],
      weights: network?.weights ?? null,
      ...(network?.biases === undefined ? {} : { biases: network.biases }),
    })),
    examples,
  };
  return [{ path: `${name}.json`, content: `${printableJson(jsonText(document))}\n` }];
}

function versionOf({ encoding, pairs }: EnsembleModel, rule: VoteRule): ConvertedDocument['version'] {
  if (rule === 'margin') return 4;
  if (encoding !== undefined) return 3;
  return pairs.some(({ network }) => network?.biases !== undefined) ? 2 : 1;
}

function scaledRow({ scaling, encoding }: EnsembleModel, raw: Float64Array): Int32Array {
  if (encoding !== undefined) return encodeRows(encoding, raw, 1);
  const scaled = new Int32Array(raw.length);
  applyScaling(scaling, raw, scaled);
  return scaled;
}

/** Answers from the text of a converted model alone, with the plainest code there is: what a reader elsewhere would do. */
export function readConverted(text: string): (row: ArrayLike<Field>) => { label: number; votes: number[] } {
  const document = parseJson(text, 'converted model') as ConvertedDocument;
  const { classes, layers, scaling, pairs, image, features, encoding } = document;
  const whole = new Int32Array(encoding === undefined ? document.inputs : layers[0]);
  const scaled = features === undefined ? whole : new Int32Array(layers[0]);
  const reader =
    features === undefined
      ? undefined
      : new FeatureReader(readFeatures(features, image, 'converted model: features'), image as ImageSize);
  const networks = pairs.map(({ weights, biases }): Network | null =>
    weights === null ? null : { layers, weightBound: 127, weights, biases },
  );
  const certified = document.vote === 'margin' ? new FirstLayers(networks) : undefined;
  return (row) => {
    if (encoding === undefined) applyScaling(scaling, row as ArrayLike<number>, whole);
    else encodeRow(encoding, rowOfFields(encoding, row), 0, whole);
    reader?.read(whole, scaled);
    const answers = networks.map((network) => (network === null ? 0 : outputSign(network, scaled)));
    certified?.read(scaled);
    return {
      label: elect(answers, certified?.radii ?? [], classes.length, document.vote).label,
      votes: countVotes(answers, classes.length),
    };
  };
}
