import { type Scaling, scaleRows } from '../../data/scaling.js';
import { InputError } from '../../errors.js';
import { describe } from '../../printable.js';
import type { TrainingConfig } from '../config.js';
import { scaledFamily } from '../family.js';
import { type DenseMatrix, toDense } from '../matrix.js';
import type { ExtraSamples } from '../types.js';
import { cornersOf } from './column-reach.js';
import { mappedFamily } from './mapped.js';
import type { OwnedExtra, TrainingSamples } from './training-samples.js';

/** Extra samples as raw values, with the rows of the training data that they belong to. */
export interface CheckedExtra {
  readonly matrix: DenseMatrix;
  readonly of: readonly number[];
}

/** Checks extra samples against the data that they belong to. Throws `InputError` naming the entry at fault. */
export function checkExtra(extra: ExtraSamples, data: DenseMatrix): CheckedExtra {
  if (extra === null || typeof extra !== 'object') {
    throw new InputError(`extra: expected { samples, of }, got ${describe(extra)}`);
  }
  const matrix = toDense(extra.samples, { name: 'extra.samples', columns: data.columns });
  const { of } = extra;
  if (of === null || typeof of !== 'object' || of.length !== matrix.rows) {
    throw new InputError(`extra.of: ${of?.length ?? 'no'} entries for ${matrix.rows} samples`);
  }
  const owners = Array.from(of);
  for (const [at, owner] of owners.entries()) {
    if (Number.isInteger(owner) && owner >= 0 && owner < data.rows) continue;
    throw new InputError(
      `extra.of[${at}]: expected a row of the data in 0..${data.rows - 1}, got ${describe(owner)}`,
    );
  }
  return { matrix, of: owners };
}

/** The extra samples whose owners were chosen, scaled as these; the others belong to nobody in this training. */
export function ownExtra(
  { matrix, of }: CheckedExtra,
  picked: readonly number[],
  scaling: Scaling,
): OwnedExtra | undefined {
  const { values, columns } = matrix;
  const positions = new Map(picked.map((row, position) => [row, position]));
  const kept = of.map((_, at) => at).filter((at) => positions.has(of[at]));
  if (kept.length === 0) return undefined;
  const raw = new Float64Array(kept.length * columns);
  for (const [k, at] of kept.entries()) {
    for (let i = 0; i < columns; i++) raw[k * columns + i] = values[at * columns + i];
  }
  return {
    rows: scaleRows(scaling, raw, kept.length, columns),
    owners: Int32Array.from(kept, (at) => positions.get(of[at]) as number),
  };
}

/**
 * The whole family of a training sample: itself first, its copies under the perturbation set, and the extra samples that
 * the user gave for it, each once. Extra samples are taken as they are, without copies of their own.
 */
export function trainingFamily(
  samples: TrainingSamples,
  sample: number,
  config: Pick<TrainingConfig, 'perturb' | 'seed'>,
): readonly Int32Array[] {
  if (samples.features !== undefined) return mappedFamily(samples, sample, config);
  const { rows, columns, image, extra, scaling } = samples;
  const row = rows.subarray(sample * columns, (sample + 1) * columns);
  const family = scaledFamily(row, image, config.perturb, config.seed, scaling);
  family.push(...cornersOf(samples, sample, config.seed));
  if (extra === undefined) return family;
  const known = new Set(family.map((member) => member.join()));
  for (const [at, owner] of extra.owners.entries()) {
    if (owner !== sample) continue;
    const member = extra.rows.slice(at * columns, (at + 1) * columns);
    if (!known.has(member.join())) family.push(member);
    known.add(member.join());
  }
  return family;
}
