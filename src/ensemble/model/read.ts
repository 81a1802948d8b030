import { type Encoding, inputsOf, validateEncoding } from '../../data/encoding.js';
import { type Scaling, scalingColumns, validateScaling } from '../../data/scaling.js';
import { InputError } from '../../errors.js';
import { type FittedFeatures, featureCount, featuresText } from '../../features/index.js';
import { parseJson } from '../../json.js';
import * as check from '../../json-check.js';
import { LIMITS } from '../../limits.js';
import { linkCount, nonzeroCount } from '../../network/links.js';
import { checkLayers, checkWeightBound } from '../../network/shape.js';
import type { Network } from '../../network/types.js';
import { checkOptionNames } from '../../option-names.js';
import { describe, show } from '../../printable.js';
import { STAGE_NAMES, STATUSES, STOP_REASONS } from '../../stage-list.js';
import type { TrainingConfig } from '../config.js';
import { resolveConfig } from '../options.js';
import { allPairs, countOfPairs } from '../pair-order.js';
import { MAX_FINENESS } from '../robust-defaults.js';
import { readCalibration } from './calibration.js';
import { documentChecksum } from './checksum.js';
import { readFeatures } from './features-field.js';
import {
  type EnsembleModel,
  FEATURES_MODEL_VERSION,
  MODEL_FORMAT,
  MODEL_VERSION,
  type ModelPair,
  type ModelStage,
  PLAIN_MODEL_VERSION,
} from './model.js';
import { decodeWeights } from './weights-text.js';

/** What a model file may ask for, checked before anything of that size is allocated. All can be raised by the caller. */
export interface ModelLimits {
  /** Characters of the JSON text. */
  readonly characters: number;
  readonly pairs: number;
  /** Weights of all networks together, zeros included. */
  readonly weights: number;
}

export const MODEL_LIMITS: ModelLimits = {
  characters: LIMITS.jsonBytes,
  pairs: (LIMITS.mostClasses * (LIMITS.mostClasses - 1)) / 2,
  weights: LIMITS.modelWeights,
};
const VERSIONS: readonly unknown[] = [PLAIN_MODEL_VERSION, FEATURES_MODEL_VERSION, MODEL_VERSION];
/** A bias is a whole number of 32 bits, as sums in the engine are. */
const MAX_BIAS = 2 ** 31 - 1;
const LIMIT_NAMES = { characters: true, pairs: true, weights: true } as const;

const MAX_IMAGE_SIDE = 65536;

/**
 * Reads a model from its JSON text or from the parsed object, trusting nothing: format and version, the checksum, every
 * dimension against its limit and then against the others, every weight against its bound. Unknown fields are ignored (a
 * later minor version may add some); another `version` is refused.
 *
 * Throws `InputError`, one line that starts with `where` and names the field.
 */
export function readModel(input: unknown, where = 'model', limits: Partial<ModelLimits> = {}): EnsembleModel {
  checkOptionNames(limits, LIMIT_NAMES, 'limits');
  const most = { ...MODEL_LIMITS, ...limits };
  const raw = typeof input === 'string' ? parseJson(input, where, { characters: most.characters }) : input;
  const document = check.object(raw, where);
  if (document.format !== MODEL_FORMAT) {
    throw new InputError(`${where}: format is ${describe(document.format)}, expected "${MODEL_FORMAT}"`);
  }
  if (!VERSIONS.includes(document.version)) {
    throw new InputError(
      `${where}: version ${describe(document.version)} is none of ${VERSIONS.join(', ')}; use the fewbit that wrote it`,
    );
  }
  checkSum(document, where);
  return readBody(document, where, most);
}

function checkSum(document: Record<string, unknown>, where: string): void {
  const stored = check.text(document.checksum, `${where}: checksum`, 100);
  const actual = check.within(where, () => documentChecksum(document));
  if (stored !== actual) {
    throw new InputError(
      `${where}: the checksum does not fit the content; the file is damaged or was edited`,
    );
  }
}

function readBody(document: Record<string, unknown>, where: string, most: ModelLimits): EnsembleModel {
  const classes = readClasses(document.classes, `${where}: classes`, most.pairs);
  const layers = checkLayers(document.layers, `${where}: layers`);
  const weightBound = checkWeightBound(document.weightBound, `${where}: weightBound`);
  const inputs = layers[0];
  const links = linkCount(layers);
  if (links * countOfPairs(classes.length) > most.weights) {
    throw new InputError(
      `${where}: ${countOfPairs(classes.length)} networks of ${links} weights are more than ${most.weights} in total`,
    );
  }
  const image = readImage(document.image, `${where}: image`);
  const mayHaveFeatures =
    document.version === FEATURES_MODEL_VERSION ||
    (document.version === MODEL_VERSION && document.features !== undefined);
  const features = mayHaveFeatures ? readFeatures(document.features, image, `${where}: features`) : undefined;
  const encoding =
    document.version === MODEL_VERSION && document.encoding !== undefined
      ? readEncoding(document, inputs, `${where}: encoding`)
      : undefined;
  const values = encoding?.columns.length ?? checkInputs(inputs, image, features, where);
  const columns = readColumns(document.columns, values, `${where}: columns`);
  const scaling = readScaling(document.scaling, values, `${where}: scaling`);
  const labelColumn = readLabelColumn(document.labelColumn, `${where}: labelColumn`);
  const dropped = readDropped(document.dropped, `${where}: dropped`);
  const leftOut = readLeftOut(document.leftOut, classes, `${where}: leftOut`);
  const training = readTraining(document.training, inputs, image !== undefined, `${where}: training`);
  checkSameFeatures(training.features, features, where);
  const deviations = readDeviations(document.deviations, values, image, `${where}: deviations`);
  const data = check.object(document.data, `${where}: data`);
  return {
    classes,
    layers,
    weightBound,
    scaling,
    ...(encoding === undefined ? {} : { encoding }),
    ...(image === undefined ? {} : { image }),
    ...(features === undefined ? {} : { features }),
    ...(columns === undefined ? {} : { columns }),
    ...(labelColumn === undefined ? {} : { labelColumn }),
    ...(dropped === undefined ? {} : { dropped }),
    ...(leftOut === undefined ? {} : { leftOut }),
    ...(deviations === undefined ? {} : { deviations }),
    training,
    data: {
      samples: check.integer(data.samples, `${where}: data.samples`, 1),
      fingerprint: check.text(data.fingerprint, `${where}: data.fingerprint`, 200),
    },
    ...(document.calibration === undefined
      ? {}
      : { calibration: readCalibration(document.calibration, classes.length, `${where}: calibration`) }),
    pairs: readPairs(document.pairs, classes, layers, weightBound, document.version === MODEL_VERSION, where),
  };
}

function readClasses(raw: unknown, where: string, pairLimit: number): string[] {
  const list = check.array(raw, where);
  if (list.length < 2) throw new InputError(`${where}: ${list.length} classes; at least 2 are needed`);
  if (countOfPairs(list.length) > pairLimit) {
    throw new InputError(`${where}: ${list.length} classes are more than ${pairLimit} pairs`);
  }
  const names = list.map((name, c) => check.text(name, `${where}[${c}]`, LIMITS.name));
  check.eachOnce(names, where);
  return names;
}

/** The values of a sample; the networks have as many inputs, or as many as an image has features. */
function checkInputs(
  inputs: number,
  image: EnsembleModel['image'],
  features: FittedFeatures | undefined,
  where: string,
): number {
  if (image === undefined) return inputs;
  const pixels = image.width * image.height;
  if (features !== undefined) {
    const count = featureCount(features.spec, image);
    if (count === inputs) return pixels * features.spec.channels;
    throw new InputError(`${where}: features: ${count} features, but the networks have ${inputs} inputs`);
  }
  if (pixels === inputs) return pixels;
  throw new InputError(
    `${where}: image: ${image.width} x ${image.height} pixels, but the networks have ${inputs} inputs`,
  );
}

/** An encoding stands for the scaling, and needs names of columns; images have none. */
function readEncoding(document: Record<string, unknown>, inputs: number, where: string): Encoding {
  const encoding = validateEncoding(document.encoding, where);
  if (document.columns === undefined) throw new InputError(`${where}: the columns have no names`);
  if (document.image !== undefined) throw new InputError(`${where}: not for images`);
  const count = inputsOf(encoding);
  if (count === inputs) return encoding;
  throw new InputError(`${where}: ${count} inputs, but the networks have ${inputs}`);
}

function checkSameFeatures(
  asked: string | undefined,
  fitted: FittedFeatures | undefined,
  where: string,
): void {
  const there = fitted === undefined ? undefined : featuresText(fitted.spec);
  if (asked === there) return;
  throw new InputError(
    `${where}: training.features: ${describe(asked)}, but the model's are ${describe(there)}`,
  );
}

function readImage(raw: unknown, where: string): EnsembleModel['image'] {
  if (raw === undefined) return undefined;
  const image = check.object(raw, where);
  const width = check.integer(image.width, `${where}.width`, 1, MAX_IMAGE_SIDE);
  const height = check.integer(image.height, `${where}.height`, 1, MAX_IMAGE_SIDE);
  return { width, height };
}

function readDeviations(
  raw: unknown,
  values: number,
  image: EnsembleModel['image'],
  where: string,
): readonly number[] | undefined {
  if (raw === undefined) return undefined;
  if (image !== undefined) throw new InputError(`${where}: not for images`);
  return check.array(raw, where, values).map((each, c) => {
    if (typeof each === 'number' && Number.isFinite(each) && each >= 0) return each;
    throw new InputError(`${where}[${c}]: must be a number >= 0`);
  });
}

function readColumns(raw: unknown, inputs: number, where: string): readonly string[] | undefined {
  if (raw === undefined) return undefined;
  const list = check.array(raw, where, inputs);
  return list.map((name, i) => check.text(name, `${where}[${i}]`, LIMITS.name));
}

function readLeftOut(raw: unknown, classes: readonly string[], where: string): readonly string[] | undefined {
  if (raw === undefined) return undefined;
  const list = check.array(raw, where);
  if (list.length > LIMITS.mostClasses) {
    throw new InputError(`${where}: ${list.length} classes; at most ${LIMITS.mostClasses} are supported`);
  }
  const names = list.map((name, c) => check.text(name, `${where}[${c}]`, LIMITS.name));
  check.eachOnce([...classes, ...names], where);
  return names;
}

function readLabelColumn(raw: unknown, where: string): string | undefined {
  return raw === undefined ? undefined : check.text(raw, where, LIMITS.name);
}

function readDropped(raw: unknown, where: string): readonly string[] | undefined {
  if (raw === undefined) return undefined;
  const list = check.array(raw, where);
  if (list.length > LIMITS.columns) {
    throw new InputError(`${where}: ${list.length} columns; at most ${LIMITS.columns} are supported`);
  }
  return list.map((name, c) => check.text(name, `${where}[${c}]`, LIMITS.name));
}

function readScaling(raw: unknown, inputs: number, where: string): Scaling {
  const scaling = check.within(where, () => validateScaling(raw));
  const columns = scalingColumns(scaling);
  if (columns !== undefined && columns !== inputs) {
    throw new InputError(`${where}: fits ${columns} columns, but the networks have ${inputs} inputs`);
  }
  return scaling;
}

/** The options of the training, through the same checks as when they were given; `null` stood for "not given". */
function readTraining(raw: unknown, inputs: number, isImage: boolean, where: string): TrainingConfig {
  const fields = check.object(raw, where);
  const given = Object.fromEntries(
    Object.keys(CONFIG_FIELDS).map((key) => [key, Object.hasOwn(fields, key) ? fields[key] : undefined]),
  );
  for (const key of Object.keys(given)) {
    const kind = CONFIG_FIELDS[key as keyof TrainingConfig];
    const nullable = kind === 'nullable';
    if (given[key] === undefined && kind !== 'optional') throw new InputError(`${where}.${key}: missing`);
    if (given[key] === null && nullable) given[key] = undefined;
  }
  return check.within(where, () => {
    const { fineness, ...options } = given;
    const resolved = resolveConfig(options, inputs, isImage);
    // A model of an older release says no confidence, and had the paper's.
    const { confidence: _, ...paper } = resolved;
    const config = given.confidence === undefined ? paper : resolved;
    if (fineness === undefined) return config;
    return { ...config, fineness: check.integer(fineness, 'fineness', 2, MAX_FINENESS) };
  });
}

const CONFIG_FIELDS: Readonly<Record<keyof TrainingConfig, 'required' | 'nullable' | 'optional'>> = {
  shots: 'nullable',
  instance: 'required',
  hidden: 'required',
  weightBound: 'required',
  objective: 'required',
  stages: 'required',
  perturb: 'required',
  tolerance: 'required',
  adapt: 'optional',
  soft: 'optional',
  confidence: 'optional',
  scaling: 'optional',
  missing: 'optional',
  encode: 'optional',
  fineness: 'optional',
  contrast: 'optional',
  features: 'optional',
  bias: 'optional',
  maxNonzero: 'optional',
  classWeight: 'optional',
  atMostWrong: 'optional',
  monotone: 'optional',
  ranges: 'optional',
  exclusive: 'optional',
  together: 'optional',
  timeLimit: 'nullable',
  workLimit: 'nullable',
  seed: 'required',
};

function readPairs(
  raw: unknown,
  classes: readonly string[],
  layers: readonly number[],
  weightBound: number,
  hasBiases: boolean,
  where: string,
): ModelPair[] {
  const list = check.array(raw, `${where}: pairs`, countOfPairs(classes.length));
  return allPairs(classes.length).map(([p, q], index) => {
    const at = `${where}: pairs[${index}]`;
    const pair = check.object(list[index], at);
    const names = check.array(pair.classes, `${at}.classes`, 2);
    if (names[0] !== classes[p] || names[1] !== classes[q]) {
      throw new InputError(`${at}.classes: expected ${show([classes[p], classes[q]])}`);
    }
    const plain = readNetwork(pair.weights, layers, weightBound, `${at}.weights`);
    const network = hasBiases ? withBiases(plain, pair.biases, `${at}.biases`) : plain;
    const links = linkCount(layers);
    const nonzero = network === null ? 0 : nonzeroCount(network);
    if (pair.links !== links) throw new InputError(`${at}.links: ${describe(pair.links)}, counted ${links}`);
    if (pair.nonzero !== nonzero) {
      throw new InputError(`${at}.nonzero: ${describe(pair.nonzero)}, counted ${nonzero}`);
    }
    const stages = check
      .array(pair.stages, `${at}.stages`)
      .map((stage, s) => readStage(stage, `${at}.stages[${s}]`));
    return { classes: [classes[p], classes[q]], network, nonzero, links, stages };
  });
}

/** The weights of one network from their texts; `null` is no network. Throws `InputError`. */
export function readNetwork(
  raw: unknown,
  layers: readonly number[],
  weightBound: number,
  where: string,
): Network | null {
  if (raw === null) return null;
  const weights = check
    .array(raw, where, layers.length - 1)
    .map((layer, l) =>
      check
        .array(layer, `${where}[${l}]`, layers[l + 1])
        .map((neuron, j) =>
          decodeWeights(
            check.text(neuron, `${where}[${l}][${j}]`),
            layers[l],
            weightBound,
            `${where}[${l}][${j}]`,
          ),
        ),
    );
  return { layers: [...layers], weightBound, weights };
}

/** The network with its biases, one a neuron of the first layer, where there are any. Throws `InputError`. */
export function withBiases(network: Network | null, raw: unknown, where: string): Network | null {
  if (network === null || raw === undefined) return network;
  const list = check.array(raw, where, network.layers[1]);
  const biases = list.map((bias, j) => check.integer(bias, `${where}[${j}]`, -MAX_BIAS, MAX_BIAS));
  return { ...network, biases };
}

/** A stage's result as a model file or a run folder holds it. Throws `InputError`. */
export function readStage(raw: unknown, where: string): ModelStage {
  const stage = check.object(raw, where);
  const given = check.numberOrNull(stage.boundGivenReliance ?? null, `${where}.boundGivenReliance`);
  return {
    stage: check.oneOf(stage.stage, STAGE_NAMES, `${where}.stage`),
    status: check.oneOf(stage.status, STATUSES, `${where}.status`),
    stopReason: check.oneOf(stage.stopReason, STOP_REASONS, `${where}.stopReason`),
    objective: check.numberOrNull(stage.objective, `${where}.objective`),
    bound: check.numberOrNull(stage.bound, `${where}.bound`),
    gap: check.numberOrNull(stage.gap, `${where}.gap`),
    nodes: check.integer(stage.nodes, `${where}.nodes`, 0),
    work: check.integer(stage.work, `${where}.work`, 0),
    ...(given === null ? {} : { boundGivenReliance: given }),
    ...(stage.wanted === undefined ? {} : { wanted: check.integer(stage.wanted, `${where}.wanted`, 0) }),
    ...(stage.rows === undefined ? {} : { rows: readRows(stage.rows, `${where}.rows`) }),
  };
}

function readRows(raw: unknown, where: string): { used: number; total: number } {
  const rows = check.object(raw, where);
  return {
    used: check.integer(rows.used, `${where}.used`, 0),
    total: check.integer(rows.total, `${where}.total`, 0),
  };
}
