import { type ColumnEncoding, levelsOf } from '../data/encoding.js';
import type { Scaling } from '../data/scaling.js';
import { sfc32 } from '../random.js';
import { type Front, floatFrom, rawValue } from './front.js';

/*
 * Rows with known answers that travel with a converted model. They are drawn from the model alone, so that the same model always
 * gives the same files.
 */

/** Rows in the units that the converted model takes, row by row. */
export function exampleRows(front: Front, scaling: Scaling, count: number): number[][] {
  const inputs = front.values;
  const random = sfc32(0x6578616d, inputs, count);
  const unit = (): number => random() / 2 ** 32;
  return Array.from({ length: count }, (_, row) => {
    // Images are mostly background; tables have columns of any size.
    const share = [0.2, 0.5, 1][row % 3];
    const size = [1, 12, 150, 32767][row % 4];
    return Array.from({ length: inputs }, (_, column) => {
      if (front.input === 'uint8') return unit() < share ? Math.floor(unit() * 256) : 0;
      if (front.kind === 'direct') return Math.floor((2 * unit() - 1) * size) + 0;
      if (front.kind === 'columns') {
        const { low, high } = front.columns[column] ?? front.columns[0];
        const beyond = 2 + (high - low) * 0.1;
        const most = front.input === 'int16' ? 32767 : 2 ** 31 - 1;
        const drawn = Math.floor(low - beyond + unit() * (high - low + 2 * beyond));
        return Math.max(-most, Math.min(most, drawn)) + 0;
      }
      if (front.kind === 'encoded')
        return encodedValue(front.encoding.columns[column], unit(), unit(), front.encoding.complete);
      return floatFrom(realValue(scaling, column, unit())) + 0;
    });
  });
}

/** A number round the thresholds or over the range, the place of a level or of none, or a missing value. */
function encodedValue(column: ColumnEncoding, share: number, luck: number, complete?: true): number {
  if (luck < 0.1 && !complete) return Number.NaN;
  const levels = levelsOf(column);
  if (levels !== undefined) return Math.floor(share * (levels.length + 1)) - 1;
  switch (column.kind) {
    case 'range':
      return floatFrom(column.middle + (2.6 * share - 1.3) * column.half) + 0;
    case 'steps':
    case 'rank': {
      const list = column.thresholds;
      if (list.length === 0) return share;
      // A threshold itself half of the time.
      if (luck < 0.5) return floatFrom(list[Math.floor(share * list.length)]) + 0;
      return floatFrom(realValue({ kind: 'quantile', thresholds: [list] }, 0, share)) + 0;
    }
    default:
      return Math.floor((2 * share - 1) * 300);
  }
}

function realValue(scaling: Scaling, column: number, share: number): number {
  switch (scaling.kind) {
    case 'centred':
      return scaling.middle[column] + (2.6 * share - 1.3) * scaling.half[column];
    case 'quantile': {
      const list = scaling.thresholds[column];
      if (list.length === 0) return share;
      const [low, high] = [list[0], list[list.length - 1]];
      return low + (1.2 * share - 0.1) * (high - low);
    }
    case 'factor':
      return ((2 * share - 1) * 255) / scaling.factor;
    default:
      return share;
  }
}

/** The same rows in the units of the data. */
export function rawRow(front: Front, row: readonly number[]): Float64Array {
  return Float64Array.from(row, (value) => rawValue(front, value));
}
