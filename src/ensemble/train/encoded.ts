import { parseEncode } from '../../data/encode-spec.js';
import { type Encoding, encodeRows, inputsOf, recode } from '../../data/encoding.js';
import {
  type ColumnSummary,
  type EncodingData,
  encodingSummary,
  fitEncoding,
  scalingColumnsSummary,
} from '../../data/encoding-fit.js';
import type { Scaling } from '../../data/scaling.js';
import { InputError } from '../../errors.js';
import type { TrainingConfig } from '../config.js';
import type { DenseMatrix } from '../matrix.js';
import type { TrainingData } from '../types.js';

/** Samples of a training under an encoding. */
export interface EncodedSamples {
  readonly encoding: Encoding;
  /** As the encoding takes them: levels by its own places. */
  readonly values: Float64Array;
  readonly rows: Int32Array;
  readonly inputs: number;
  readonly summary: readonly ColumnSummary[];
}

/** Whether a scaling is not enough: texts, missing values, or somebody asked for an encoding. */
export function needsEncoding(data: TrainingData, matrix: DenseMatrix, config: TrainingConfig): boolean {
  if (config.encode !== undefined) return true;
  if (data.levels?.some((levels) => levels !== null)) return true;
  if (data.image !== undefined) return false;
  for (let at = 0; at < matrix.values.length; at++) if (Number.isNaN(matrix.values[at])) return true;
  return false;
}

/** Fits the encoding of a training on its samples. Throws `InputError` naming the column that cannot be encoded. */
export function encodeSamples(
  data: TrainingData,
  values: Float64Array,
  rows: number,
  config: TrainingConfig,
): EncodedSamples {
  const columns = values.length / rows;
  const names = data.columns ?? Array.from({ length: columns }, (_, c) => `column ${c}`);
  if (config.contrast) throw new InputError('contrast: for images only');
  const table: EncodingData = {
    values,
    rows,
    columns,
    names,
    levels: data.levels ?? names.map(() => null),
  };
  const encoding = fitEncoding(table, {
    asked: parseEncode(config.encode ?? 'auto'),
    scaling: config.scaling ?? 'auto',
    complete: config.missing === 'refuse',
  });
  const own = recode(encoding, values, rows, table.levels, names);
  return {
    encoding,
    values: own,
    rows: encodeRows(encoding, own, rows),
    inputs: inputsOf(encoding),
    summary: encodingSummary(encoding, table),
  };
}

/** What a scaling made of the columns of a table with names. */
export function scaledSummary(
  data: TrainingData,
  values: Float64Array,
  rows: number,
  scaling: Scaling,
): readonly ColumnSummary[] | undefined {
  const { columns: names, image } = data;
  if (names === undefined || image !== undefined) return undefined;
  return scalingColumnsSummary(scaling.kind, { values, rows, columns: names.length, names });
}

/** Checks the levels of data. Throws `InputError` naming the column. */
export function checkLevels(data: TrainingData, matrix: DenseMatrix): void {
  const { levels } = data;
  if (levels === undefined) return;
  if (!Array.isArray(levels) || levels.length !== matrix.columns) {
    throw new InputError(`levels: expected a list of ${matrix.columns}, one a column`);
  }
  for (const [c, list] of levels.entries()) {
    if (list === null) continue;
    if (!Array.isArray(list) || list.some((name) => typeof name !== 'string')) {
      throw new InputError(`levels[${c}]: expected a list of names, or null`);
    }
    for (let row = 0, at = c; row < matrix.rows; row++, at += matrix.columns) {
      const value = matrix.values[at];
      if (Number.isNaN(value) || (Number.isInteger(value) && value >= 0 && value < list.length)) continue;
      throw new InputError(
        `samples[${row}][${c}]: ${value} is the place of no level; there are ${list.length}`,
      );
    }
  }
}
