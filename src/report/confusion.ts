import type { Evaluation } from '../ensemble/types.js';
import { type Paint, plain } from './paint.js';
import { nameOf, pad } from './tables.js';

/** Longest label in the matrix; beyond it columns would not fit a terminal with ten classes. */
const LABEL_WIDTH = 10;
export const NO_LABEL = 'none';

/**
 * The confusion matrix as text: rows are the true labels, columns the predicted ones, the last column *no label* and
 * then each row's share of right answers. Right answers are bold, errors plain, zeros a dim dot, so that the eye finds
 * the pairs that are mixed up.
 */
export function formatConfusion(evaluation: Evaluation, paint: Paint = plain): string[] {
  const { confusion, labels } = evaluation;
  const names = labels.map((label) => nameOf(label, LABEL_WIDTH));
  const heads = [...names, NO_LABEL, 'right'];
  const shares = confusion.map((row, index) => rowShare(row, index));
  const widths = heads.map((head, column) => {
    const cells =
      column === heads.length - 1
        ? shares
        : confusion.map((row) => (row[column] === 0 ? '.' : String(row[column])));
    return cells.reduce((width, cell) => Math.max(width, cell.length), [...head].length);
  });
  const side = names.reduce((width, name) => Math.max(width, [...name].length), 'true'.length);
  const header = heads.map((head, column) => pad(head, widths[column], 'right')).join('  ');
  const lines = [`${paint('bold', pad('true', side, 'left'))}  ${paint('bold', header)}`];
  for (const [index, row] of confusion.entries()) {
    const cells = row.map((count, column) => {
      const text = pad(count === 0 ? '.' : String(count), widths[column], 'right');
      if (count === 0) return paint('dim', text);
      return column === index ? paint('bold', text) : text;
    });
    cells.push(pad(shares[index], widths[heads.length - 1], 'right'));
    lines.push(`${paint('bold', pad(names[index], side, 'left'))}  ${cells.join('  ')}`);
  }
  return lines;
}

function rowShare(row: readonly number[], index: number): string {
  const total = row.reduce((sum, count) => sum + count, 0);
  return total === 0 ? '-' : `${((row[index] / total) * 100).toFixed(1)} %`;
}
