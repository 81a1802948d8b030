import { decimal, remarks } from './text.js';
import type { MilpModel } from './types.js';

/** CPLEX allows 560 characters a line and GLPK 255; lines are broken between terms well before. */
const LINE_LENGTH = 200;

/**
 * A model in the CPLEX LP format, as HiGHS, CBC and GLPK read it. Both bounds of every column are written; a row
 * without terms gets `0 <first column>`, because the format has no empty expression.
 */
export function formatLp(model: MilpModel): string {
  const names = model.columns.map(({ name }) => name);
  const lines = [`stage ${model.name}`, ...remarks(model)].map((line) => `\\ ${line}`);
  lines.push('Minimize');
  // A column that stands nowhere is left out by CBC; with 0 in the objective it is there.
  const inRows = new Set(model.rows.flatMap(({ columns }) => columns));
  const costs = model.columns
    .map(({ cost }, column) => [column, cost] as const)
    .filter(([column, cost]) => cost !== 0 || !inRows.has(column));
  const expression = (terms: readonly (readonly [number, number])[]): string[] =>
    terms.length === 0 ? ['0', names[0]] : terms.flatMap(([column, value]) => term(value, names[column]));
  lines.push(...wrapped([' obj:', ...expression(costs)]), 'Subject To');
  for (const row of model.rows) {
    const terms = row.columns.map((column, n) => [column, row.values[n]] as const);
    lines.push(...wrapped([` ${row.name}:`, ...expression(terms), row.sense, decimal(row.rhs)]));
  }
  if (model.rows.length === 0) lines.push(` nothing_to_hold: 0 ${names[0]} <= 0`);
  lines.push('Bounds');
  for (const { name, lower, upper } of model.columns)
    lines.push(` ${decimal(lower)} <= ${name} <= ${decimal(upper)}`);
  const integers = model.columns.filter(({ integer }) => integer).map(({ name }) => name);
  if (integers.length > 0) lines.push('General', ...wrapped(['', ...integers]));
  lines.push('End', '');
  return lines.join('\n');
}

/** `+ 3 name`; the sign stands apart, as every reader accepts. */
function term(value: number, name: string): string[] {
  const size = Math.abs(value);
  return [value < 0 ? '-' : '+', ...(size === 1 ? [] : [decimal(size)]), name];
}

/** Tokens joined by blanks into lines of limited length; a token is never broken. */
function wrapped(tokens: readonly string[]): string[] {
  const lines: string[] = [];
  let line = tokens[0];
  for (const token of tokens.slice(1)) {
    if (line.length + 1 + token.length > LINE_LENGTH) {
      lines.push(line);
      line = ` ${token}`;
    } else {
      line += ` ${token}`;
    }
  }
  lines.push(line);
  return lines;
}
