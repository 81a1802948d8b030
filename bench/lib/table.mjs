/** Rows of texts as lines: the first `left` columns to the left, the others to the right. The first row is the head. */
export function textTable(rows, left = 1) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => (column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd();
  return [
    line(rows[0]),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.slice(1).map(line),
  ].join('\n');
}

/** RFC 4180: quoted where a cell needs it. */
export function csv(rows) {
  const cell = (value) => {
    const text = value === null || value === undefined ? '' : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${rows.map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

/** Three significant digits where there are any, `-` for nothing. */
export function short(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '-';
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** An objective or a bound: every digit that counts, none that came from floating point. */
export function figure(value) {
  return value === null || value === undefined ? '-' : String(Math.round(value * 1e4) / 1e4);
}

/** A share as a percentage. */
export function percent(share, digits = 1) {
  return share === null || share === undefined || Number.isNaN(share)
    ? '-'
    : `${(100 * share).toFixed(digits)} %`;
}
