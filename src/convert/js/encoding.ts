/*
 * Columns of a table as an encoding has them (docs/formats.md, "Encoding"), in JavaScript, as text. A field is a number, a text, or
 * missing: null, undefined, NaN, '' and '?'.
 */
export const ENCODING_RUNTIME = `
const places = (model.encoding === undefined ? [] : model.encoding.columns).map((column) =>
  column.levels === undefined ? null : new Map(column.levels.map((level, place) => [level, place])),
);

function encode(row) {
  const { columns, one, complete } = model.encoding;
  let at = 0;
  columns.forEach((column, i) => {
    if (column.kind === 'none') return;
    const field = row[i];
    const missing = field === null || field === undefined || field === '' || field === '?' || Number.isNaN(field);
    if (missing && complete) throw new TypeError(\`value \${i}: missing\`);
    if (places[i] !== null) {
      const level = missing ? -1 : places[i].get(String(field));
      const found = level === undefined ? -1 : level;
      const first = column.kind === 'order' ? 1 : 0;
      for (let l = first; l < column.levels.length; l++) {
        values[at++] = (first === 0 ? found === l : found >= l) ? one : 0;
      }
    } else {
      const x = missing ? column.fill : field;
      if (typeof x !== 'number' || !Number.isFinite(x)) throw new TypeError(\`value \${i}: expected a number\`);
      let reached = 0;
      if (column.thresholds !== undefined) while (reached < column.thresholds.length && x >= column.thresholds[reached]) reached++;
      if (column.kind === 'whole') values[at++] = round(x, 32767);
      else if (column.kind === 'range') values[at++] = round(((x - column.middle) / column.half) * column.end, 2 * column.end + 1);
      else if (column.kind === 'rank') {
        const all = column.thresholds.length;
        values[at++] = Math.floor((508 * reached + all) / (2 * all)) - 127;
      } else for (let k = 0; k < column.thresholds.length; k++) values[at++] = k < reached ? one : 0;
    }
    if (column.missing) values[at++] = missing ? one : 0;
  });
}
`;
