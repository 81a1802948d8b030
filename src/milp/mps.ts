import { decimal, remarks } from './text.js';
import type { MilpModel } from './types.js';

/**
 * A model as free-format MPS, as HiGHS, CBC and GLPK read it: minimisation (the default of the format), integer columns
 * between INTORG and INTEND markers, and both bounds of every column written out, because readers disagree on what a
 * missing or a negative one means.
 */
export function formatMps(model: MilpModel): string {
  const lines = [...remarks(model).map((line) => `* ${line}`), `NAME ${model.name}`, 'ROWS', ' N obj'];
  for (const row of model.rows) lines.push(` ${row.sense === '>=' ? 'G' : 'L'} ${row.name}`);
  lines.push('COLUMNS', ...columnLines(model), 'RHS');
  for (const row of model.rows) if (row.rhs !== 0) lines.push(` RHS ${row.name} ${decimal(row.rhs)}`);
  lines.push('BOUNDS');
  for (const { name, lower, upper } of model.columns) {
    lines.push(` LO BND ${name} ${decimal(lower)}`, ` UP BND ${name} ${decimal(upper)}`);
  }
  lines.push('ENDATA', '');
  return lines.join('\n');
}

/** Column-wise: every column's objective and row entries; a column with none gets an explicit 0, so that it exists. */
function columnLines(model: MilpModel): string[] {
  const entries: string[][] = model.columns.map(({ name, cost }) =>
    cost === 0 ? [] : [` ${name} obj ${decimal(cost)}`],
  );
  for (const row of model.rows) {
    row.columns.forEach((column, n) => {
      entries[column].push(` ${model.columns[column].name} ${row.name} ${decimal(row.values[n])}`);
    });
  }
  const lines: string[] = [];
  let inIntegers = false;
  let markers = 0;
  const mark = (integer: boolean): void => {
    if (integer === inIntegers) return;
    lines.push(` MARKER${markers++} 'MARKER' '${integer ? 'INTORG' : 'INTEND'}'`);
    inIntegers = integer;
  };
  model.columns.forEach(({ name, integer }, column) => {
    mark(integer);
    if (entries[column].length === 0) lines.push(` ${name} obj 0`);
    for (const entry of entries[column]) lines.push(entry);
  });
  mark(false);
  return lines;
}
