import { scaleRows } from '../data/scaling.js';
import { fitScaling } from '../data/scaling-fit.js';
import { fewShotRows } from '../data/split.js';
import { InputError } from '../errors.js';
import { dataFingerprint } from './checksum.js';
import { type CheckedExtra, ownExtra } from './extra.js';
import { type DenseMatrix, describe, toDense } from './matrix.js';
import type { TrainingConfig } from './options.js';
import type { TrainingSamples } from './training-samples.js';
import type { TrainingData } from './types.js';

/** Checks the shape of training data: a full matrix of finite numbers, as many labels, images of the right size. */
export function checkData(data: TrainingData): DenseMatrix {
  if (data === null || typeof data !== 'object') {
    throw new InputError(`data: expected { samples, labels }, got ${describe(data)}`);
  }
  const matrix = toDense(data.samples, { columnNames: data.columns });
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
  if (data.columns !== undefined && data.columns.length !== matrix.columns) {
    throw new InputError(`columns: ${data.columns.length} names for ${matrix.columns} columns`);
  }
  if (data.image !== undefined && data.image.width * data.image.height !== matrix.columns) {
    const { width, height } = data.image;
    throw new InputError(`image: ${width} x ${height} pixels, but a sample has ${matrix.columns} values`);
  }
  return matrix;
}

/**
 * Chooses the samples of a training: of every class its block of `shots`, in the data's order; then fits the scaling on
 * them. Classes are `chosen`, or the data's own, or all labels in their natural order.
 *
 * Throws `InputError` for unknown or repeated classes and for classes with too few samples.
 */
export function chooseSamples(
  data: TrainingData,
  matrix: DenseMatrix,
  chosen: readonly string[] | undefined,
  config: Pick<TrainingConfig, 'shots' | 'instance' | 'contrast'>,
  extra?: CheckedExtra,
): TrainingSamples {
  if (chosen !== undefined) checkNames(chosen, 'classes');
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
  const scaling = fitScaling(values, picked.length, columns, {
    image: data.image !== undefined,
    contrast: config.contrast,
    columnNames: data.columns,
  });
  const owned = extra === undefined ? undefined : ownExtra(extra, picked, scaling);
  return {
    classes,
    values,
    rows: scaleRows(scaling, values, picked.length, columns),
    columns,
    labels,
    scaling,
    ...(data.image === undefined ? {} : { image: { width: data.image.width, height: data.image.height } }),
    ...(data.columns === undefined ? {} : { columnNames: [...data.columns] }),
    ...(owned === undefined ? {} : { extra: owned }),
    fingerprint: dataFingerprint(values, columns, labels, classes, owned),
  };
}

function checkNames(names: readonly string[], where: string): void {
  if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) {
    throw new InputError(`${where}: expected a list of class names, got ${describe(names)}`);
  }
  const twice = names.find((name, c) => names.indexOf(name) !== c);
  if (twice !== undefined) throw new InputError(`${where}: ${describe(twice)} is there twice`);
}

/** Class indices of the picked rows; every class must have one at least. */
function labelIndices(
  names: ArrayLike<string | number>,
  picked: readonly number[],
  classes: readonly string[],
): Int32Array {
  const indexOf = new Map(classes.map((name, c) => [name, c]));
  const labels = Int32Array.from(picked, (sample) => indexOf.get(String(names[sample])) ?? -1);
  const missing = classes.findIndex((_, c) => !labels.includes(c));
  if (missing >= 0) throw new InputError(`classes: no sample is of class ${describe(classes[missing])}`);
  return labels;
}
