import { classOrder } from '../../data/classes.js';
import { inputNames, levelsOf } from '../../data/encoding.js';
import { scaleRows } from '../../data/scaling.js';
import { fitScaling, type ScalingMode } from '../../data/scaling-fit.js';
import { scalingSummary } from '../../data/scaling-summary.js';
import { fewShotRows } from '../../data/split.js';
import { InputError } from '../../errors.js';
import { eachOnce } from '../../json-check.js';
import { LIMITS } from '../../limits.js';
import { describe } from '../../printable.js';
import { MAX_COST } from '../../problem/validate-fields.js';
import type { TrainingConfig } from '../config.js';
import { type DenseMatrix, toDense } from '../matrix.js';
import { dataFingerprint } from '../model/checksum.js';
import { checkClassCount, checkModelSize, checkNameLengths } from '../model/size.js';
import type { TrainingData } from '../types.js';
import { checkLevels, encodeSamples, needsEncoding, scaledSummary } from './encoded.js';
import { type CheckedExtra, ownExtra } from './extra.js';
import { mostRowSum } from './row-sums.js';
import type { TrainingSamples } from './training-samples.js';

/** Checks the shape of training data: a full matrix of finite numbers, as many labels, images of the right size, with so many values a pixel. */
export function checkData(data: TrainingData, channels = 1): DenseMatrix {
  if (data === null || typeof data !== 'object') {
    throw new InputError(`data: expected { samples, labels }, got ${describe(data)}`);
  }
  const matrix = toDense(data.samples, { columnNames: data.columns, missing: data.image === undefined });
  if (matrix.rows === 0) throw new InputError('samples: there are none');
  if (data.labels === null || typeof data.labels !== 'object' || data.labels.length !== matrix.rows) {
    throw new InputError(`labels: ${data.labels?.length ?? 'no'} labels for ${matrix.rows} samples`);
  }
  if (data.classes !== undefined) checkNames(data.classes, 'data.classes');
  const known = data.classes === undefined ? undefined : new Set(data.classes);
  for (let sample = 0; sample < matrix.rows; sample++) {
    const label: unknown = data.labels[sample];
    const named = typeof label === 'string' || (typeof label === 'number' && Number.isFinite(label));
    if (!named)
      throw new InputError(`labels[${sample}]: expected a name or a number, got ${describe(label)}`);
    if (known?.has(String(label)) === false) {
      throw new InputError(`labels[${sample}]: ${describe(label)} is not in the data's classes`);
    }
  }
  if (data.columns !== undefined) {
    checkNames(data.columns, 'columns');
    if (data.columns.length !== matrix.columns) {
      throw new InputError(`columns: ${data.columns.length} names for ${matrix.columns} columns`);
    }
  }
  if (data.labelColumn !== undefined) checkNames([data.labelColumn], 'labelColumn');
  if (data.dropped !== undefined) checkNames(data.dropped, 'dropped');
  checkLevels(data, matrix);
  if (data.weights !== undefined) checkWeights(data.weights, matrix.rows);
  if (data.image !== undefined) checkImage(data.image, matrix.columns, channels);
  return matrix;
}

function checkWeights(weights: unknown, rows: number): void {
  const list = weights as ArrayLike<unknown> | null;
  if (list === null || typeof list !== 'object' || list.length !== rows) {
    throw new InputError(`weights: ${list?.length ?? 'no'} weights for ${rows} samples`);
  }
  for (let row = 0; row < rows; row++) {
    const weight = list[row];
    if (Number.isInteger(weight) && (weight as number) >= 0 && (weight as number) <= MAX_COST) continue;
    throw new InputError(
      `weights[${row}]: expected a whole number in 0..${MAX_COST}, got ${describe(weight)}`,
    );
  }
}

function checkImage(image: TrainingData['image'] & object, columns: number, channels: number): void {
  if (image === null || typeof image !== 'object') {
    throw new InputError(`image: expected { width, height }, got ${describe(image)}`);
  }
  const { width, height } = image;
  if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height) || width < 1 || height < 1) {
    throw new InputError(
      `image: width and height must be whole numbers, got ${describe(width)} and ${describe(height)}`,
    );
  }
  if (width * height * channels === columns) return;
  const colours = channels === 1 ? '' : ` of ${channels} values each (features, channels)`;
  throw new InputError(`image: ${width} x ${height} pixels${colours}, but a sample has ${columns} values`);
}

/**
 * Chooses the samples of a training: of every class its block of `shots`, in the data's order; then fits the scaling on
 * them. Classes are `chosen`, or the data's own, or all labels in their natural order.
 *
 * @param inputs of the networks
 * @throws InputError for unknown or repeated classes, for classes with too few samples, and where a model of so many
 * classes and weights could not be read again.
 */
export function chooseSamples(
  data: TrainingData,
  matrix: DenseMatrix,
  chosen: readonly string[] | undefined,
  config: TrainingConfig,
  extra?: CheckedExtra,
  maxClasses?: number,
  inputs = matrix.columns,
): TrainingSamples {
  if (chosen !== undefined) checkNames(chosen, 'classes');
  const all = data.classes ?? classOrder(data.labels);
  checkClassCount(chosen ?? all, maxClasses);
  checkNameLengths(chosen ?? all, 'classes');
  checkModelSize(chosen ?? all, data.columns, [inputs, ...config.hidden, 1], config.weightBound);
  const { classes, rows: picked } = fewShotRows(data, {
    classes: chosen,
    shots: config.shots ?? undefined,
    instance: config.instance,
  });
  const labels = labelIndices(data.labels, picked, classes);
  const { columns } = matrix;
  const values = new Float64Array(picked.length * columns);
  for (let k = 0; k < picked.length; k++) {
    const from = picked[k] * columns;
    for (let i = 0; i < columns; i++) values[k * columns + i] = matrix.values[from + i];
  }
  const given = data.weights;
  const weights = given === undefined ? undefined : Int32Array.from(picked, (row) => given[row]);
  const common = {
    classes,
    labels,
    ...(weights === undefined ? {} : { weights }),
    ...(data.columns === undefined ? {} : { columnNames: [...data.columns] }),
    ...(data.labelColumn === undefined ? {} : { labelColumn: data.labelColumn }),
    ...(data.dropped === undefined || data.dropped.length === 0 ? {} : { dropped: [...data.dropped] }),
    ...leftOutOf(all, classes),
  };
  const mode: ScalingMode = config.scaling ?? 'auto';
  if (needsEncoding(data, matrix, config)) {
    if (extra !== undefined) throw new InputError('extra: for images and plain numbers only');
    const encoded = encodeSamples(data, values, picked.length, config);
    const { encoding, inputs } = encoded;
    checkModelSize(
      classes,
      inputNames(encoding, common.columnNames ?? []),
      [inputs, ...config.hidden, 1],
      config.weightBound,
    );
    const levels = encoding.columns.map((column) => levelsOf(column) ?? null);
    return {
      ...common,
      ...{ values: encoded.values, rows: encoded.rows, columns: inputs, sources: columns, inputs },
      ...{ scaling: { kind: 'identity' }, encoding, columnSummary: encoded.summary },
      summary: { mode, kind: 'encoded', merged: [] },
      fingerprint: dataFingerprint(encoded.values, columns, labels, classes, undefined, levels, weights),
    };
  }
  const scaling = fitScaling(values, picked.length, columns, {
    mode,
    image: data.image !== undefined,
    contrast: config.contrast,
    columnNames: data.columns,
    mostSum: mostRowSum(config, columns, picked.length) / (config.bias === true ? 2 : 1),
  });
  const summary = scalingSummary(mode, scaling, values, picked.length, columns, {
    names: data.columns,
    image: data.image !== undefined,
  });
  const owned = extra === undefined ? undefined : ownExtra(extra, picked, scaling);
  const columnSummary = scaledSummary(data, values, picked.length, scaling);
  return {
    ...common,
    values,
    rows: scaleRows(scaling, values, picked.length, columns),
    columns,
    inputs: columns,
    scaling,
    summary,
    ...(columnSummary === undefined ? {} : { columnSummary }),
    ...(data.image === undefined ? {} : { image: { width: data.image.width, height: data.image.height } }),
    ...(owned === undefined ? {} : { extra: owned }),
    fingerprint: dataFingerprint(values, columns, labels, classes, owned, undefined, weights),
  };
}

function checkNames(names: readonly string[], where: string): void {
  if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) {
    throw new InputError(`${where}: expected a list of names, got ${describe(names)}`);
  }
  eachOnce(names, where);
  checkNameLengths(names, where);
}

/** The classes that were not asked for, as long as a model can list them. */
function leftOutOf(all: readonly string[], chosen: readonly string[]): { leftOut?: readonly string[] } {
  const taken = new Set(chosen);
  const leftOut = all.filter((name) => !taken.has(name));
  return leftOut.length <= LIMITS.mostClasses && leftOut.every((name) => name.length <= LIMITS.name)
    ? { leftOut }
    : {};
}

/** Class indices of the picked rows; every class must have one at least. */
function labelIndices(
  names: ArrayLike<string | number>,
  picked: readonly number[],
  classes: readonly string[],
): Int32Array {
  const indexOf = new Map(classes.map((name, c) => [name, c]));
  const labels = Int32Array.from(picked, (sample) => indexOf.get(String(names[sample])) ?? -1);
  const there = new Set(labels);
  const missing = classes.findIndex((_, c) => !there.has(c));
  if (missing >= 0) throw new InputError(`classes: no sample is of class ${describe(classes[missing])}`);
  return labels;
}
