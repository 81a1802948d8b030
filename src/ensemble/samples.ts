import { trainingClasses } from '../data/classes.js';
import { fitScaling, type Scaling, scaleRows } from '../data/scaling.js';
import { InputError } from '../errors.js';
import { dataFingerprint } from './checksum.js';
import { type DenseMatrix, describe, toDense } from './matrix.js';
import type { TrainingConfig } from './options.js';
import type { TrainingData } from './types.js';

/** The samples of a training: chosen, checked, and as integers. */
export interface TrainingSamples {
  readonly classes: readonly string[];
  /** Raw values, row-major, as given. */
  readonly values: Float64Array;
  /** What the networks read: the values scaled to integers, row-major. */
  readonly rows: Int32Array;
  readonly columns: number;
  /** Class index of every sample. */
  readonly labels: Int32Array;
  /** Fitted on exactly these samples. */
  readonly scaling: Scaling;
  readonly image?: { readonly width: number; readonly height: number };
  readonly columnNames?: readonly string[];
  /** SHA-256 of values, labels and class names. */
  readonly fingerprint: string;
}

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
  for (let sample = 0; sample < matrix.rows; sample++) {
    const label: unknown = data.labels[sample];
    const named = typeof label === 'string' || (typeof label === 'number' && Number.isFinite(label));
    if (!named)
      throw new InputError(`labels[${sample}]: expected a name or a number, got ${describe(label)}`);
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
  config: Pick<TrainingConfig, 'shots' | 'instance'>,
): TrainingSamples {
  const classes =
    chosen === undefined ? [...(data.classes ?? trainingClasses(data.labels, 'labels'))] : chosen;
  checkClasses(classes);
  const { samples, labels } = fewShot(data.labels, classes, config);
  const { columns } = matrix;
  const values = new Float64Array(samples.length * columns);
  for (let k = 0; k < samples.length; k++) {
    const from = samples[k] * columns;
    for (let i = 0; i < columns; i++) values[k * columns + i] = matrix.values[from + i];
  }
  const scaling = fitScaling(values, samples.length, columns, {
    image: data.image !== undefined,
    columnNames: data.columns,
  });
  return {
    classes,
    values,
    rows: scaleRows(scaling, values, samples.length, columns),
    columns,
    labels,
    scaling,
    ...(data.image === undefined ? {} : { image: { width: data.image.width, height: data.image.height } }),
    ...(data.columns === undefined ? {} : { columnNames: [...data.columns] }),
    fingerprint: dataFingerprint(values, columns, labels, classes),
  };
}

function checkClasses(classes: readonly string[]): void {
  if (!Array.isArray(classes) || classes.some((name) => typeof name !== 'string')) {
    throw new InputError(`classes: expected a list of class names, got ${describe(classes)}`);
  }
  if (classes.length < 2) throw new InputError(`classes: ${classes.length} given, at least 2 are needed`);
  const twice = classes.find((name, c) => classes.indexOf(name) !== c);
  if (twice !== undefined) throw new InputError(`classes: ${describe(twice)} is there twice`);
}

/** The samples `[instance * shots, (instance + 1) * shots)` of each class, in the data's order (design section 1). */
function fewShot(
  names: ArrayLike<string | number>,
  classes: readonly string[],
  { shots, instance }: Pick<TrainingConfig, 'shots' | 'instance'>,
): { samples: number[]; labels: Int32Array } {
  const indexOf = new Map(classes.map((name, c) => [name, c]));
  const seen = new Array<number>(classes.length).fill(0);
  const from = shots === null ? 0 : instance * shots;
  const to = shots === null ? Number.POSITIVE_INFINITY : from + shots;
  const samples: number[] = [];
  const labels: number[] = [];
  for (let sample = 0; sample < names.length; sample++) {
    const label = indexOf.get(String(names[sample]));
    if (label === undefined) continue;
    const position = seen[label]++;
    if (position < from || position >= to) continue;
    samples.push(sample);
    labels.push(label);
  }
  for (let c = 0; c < classes.length; c++) {
    if (seen[c] === 0) throw new InputError(`classes: no sample is of class ${describe(classes[c])}`);
    if (to !== Number.POSITIVE_INFINITY && seen[c] < to) {
      throw new InputError(
        `shots: class ${describe(classes[c])} has ${seen[c]} samples, ${to} are needed (shots ${shots}, instance ${instance})`,
      );
    }
  }
  return { samples, labels: Int32Array.from(labels) };
}
