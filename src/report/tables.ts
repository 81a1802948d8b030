import { cut, printable } from '../printable.js';
import { type Paint, plain } from './paint.js';

export interface Column {
  readonly title: string;
  /** Numbers line up on the right, names on the left. Default: left. */
  readonly align?: 'left' | 'right';
}

/**
 * An aligned table of plain text: a header line, then one line per row, two blanks between columns and none at the end
 * of a line. Widths are counted in code points, which is what terminals show for the labels we print.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint = plain,
): string[] {
  const widths = columns.map((column, index) =>
    rows.reduce((width, row) => Math.max(width, textWidth(row[index])), textWidth(column.title)),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map((column, index) => pad(cells[index], widths[index], column.align ?? 'left'))
      .join('  ')
      .trimEnd();
  return [paint('bold', line(columns.map((column) => column.title))), ...rows.map(line)];
}

/** Pads to a width; longer text stays whole, because a cut number is a wrong number. */
export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const missing = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'right' ? missing + text : text + missing;
}

/** Shortens a text to a width with a visible sign that something is missing. */
export function shorten(text: string, width: number): string {
  return cut(text, width);
}

/** A name from data as tables and lines show it: printable, and no wider than this. */
export function nameOf(text: string, width = 40): string {
  return cut(printable(text), width);
}

/** A pair of classes as lines show it. */
export function pairName(classes: readonly [string, string], width = 40): string {
  const whole = classes.map((name) => printable(name)).join('-');
  return whole.length <= width ? whole : classes.map((name) => nameOf(name, Math.floor(width / 2))).join('-');
}

function textWidth(text: string): number {
  return [...text].length;
}

/** What the rows of the data are, in words. */
export type RowName = 'images' | 'rows';

/** `1 row`, `2 rows`. */
export function rowWord(count: number, rowName: RowName): string {
  return count === 1 ? rowName.slice(0, -1) : rowName;
}
