import { type MergedColumn, mergedColumns } from './merged-columns.js';
import { COLUMN_END, type Scaling } from './scaling.js';
import { looksLikeOneUnit, type ScalingMode } from './scaling-fit.js';

/** What a training says about its scaling; plain JSON (contract, `train --json`). */
export interface ScalingSummary {
  /** What was asked for. */
  readonly mode: ScalingMode;
  /** What it came to (`encoded`: every column for itself, as `columns` says): the `scaling` of the model has the rest. */
  readonly kind: Scaling['kind'] | 'encoded';
  readonly factor?: number;
  readonly end?: number;
  /** Columns in which different training values have become equal. */
  readonly merged: readonly MergedColumn[];
  /** Of a table left as it is: its columns do not look like measurements in one unit with a zero that means something. */
  readonly mixed?: true;
}

export function scalingSummary(
  mode: ScalingMode,
  scaling: Scaling,
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  { names, image = false }: { readonly names?: readonly string[]; readonly image?: boolean } = {},
): ScalingSummary {
  const { kind } = scaling;
  if (kind === 'identity') {
    const alike = image || looksLikeOneUnit(values, columns);
    return { mode, kind, merged: [], ...(alike ? {} : { mixed: true }) };
  }
  return {
    mode,
    kind,
    ...(kind === 'factor' ? { factor: scaling.factor } : {}),
    ...(kind === 'centred' ? { end: scaling.end ?? COLUMN_END } : {}),
    merged: mergedColumns(scaling, values, rows, columns, names),
  };
}
