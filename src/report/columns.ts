import type { ColumnSummary } from '../ensemble/types.js';
import { formatCount } from './numbers.js';
import { type Paint, plain } from './paint.js';
import { type Column, formatTable, nameOf } from './tables.js';

/** Columns of a table that are listed one by one. */
const MOST_LISTED = 60;

const COLUMNS: readonly Column[] = [
  { title: 'column' },
  { title: 'values', align: 'right' },
  { title: 'missing', align: 'right' },
  { title: 'became' },
];

/** Where a training has radii in units of columns. */
const RADIUS: Column = { title: 'may be off by', align: 'right' };

/** Texts that are all different say nothing of other rows. */
const ONE_A_ROW = ', one a row: leave it out (--drop), or if it names the rows, say so (--id)';
/** Fewer rows may differ by chance. */
const FEW_ROWS = 8;

function namesRows({ kind, distinct, missing }: ColumnSummary, rows: number): boolean {
  return kind === 'category' && rows >= FEW_ROWS && distinct + missing >= rows && distinct > missing;
}

/** What an encoding made of every column of a table. @param trainRows training rows; a column of texts with as many is told of */
export function formatColumns(
  columns: readonly ColumnSummary[],
  paint: Paint = plain,
  trainRows = Number.POSITIVE_INFINITY,
): string[] {
  const hasRadii = columns.some(({ radius }) => radius !== undefined);
  const rows = columns
    .slice(0, MOST_LISTED)
    .map((column) => [
      nameOf(column.name),
      formatCount(column.distinct),
      formatCount(column.missing),
      ...(hasRadii ? [radiusText(column)] : []),
      describeColumn(column) + (namesRows(column, trainRows) ? ONE_A_ROW : ''),
    ]);
  const more = columns.length - rows.length;
  return [
    ...formatTable(hasRadii ? COLUMNS.toSpliced(3, 0, RADIUS) : COLUMNS, rows, paint),
    ...(more > 0 ? [`and ${formatCount(more)} columns more`] : []),
  ];
}

/** How far a column may be off, in its own units; a category may be any other level, or stays. */
export function radiusText({ kind, radius = 0 }: ColumnSummary): string {
  if (kind === 'category') return radius > 0 ? 'any level' : '0';
  return `${Number(radius.toPrecision(3))}`;
}

/** What networks read of a column, in words. */
export function describeColumn({ kind, inputs, missing }: ColumnSummary): string {
  const own = missing > 0 && kind !== 'none' ? 1 : 0;
  const count = inputs.length - own;
  const indicator = own === 0 ? '' : ', and one where it is missing';
  const words: Readonly<Partial<Record<ColumnSummary['kind'], string>>> = {
    none: 'nothing: it is constant',
    whole: 'the number as it is',
    range: 'its range to -127..127',
    rank: 'its order to -127..127',
    steps: count === 0 ? 'nothing but whether it is missing' : `${formatCount(count)} thresholds`,
    category: `${formatCount(count)} levels`,
    centred: 'its range to -127..127',
    quantile: 'its order to -127..127',
    identity: 'the number as it is',
    order: `${formatCount(count + 1)} levels in order`,
  };
  return `${words[kind] ?? kind}${kind === 'steps' && count === 0 ? '' : indicator}`;
}
