import type { Certificate } from './certificate.js';
import { objectiveOf, type WholeTerms } from './whole-model.js';

/*
 * A certificate as VIPR's format 1.1 has it: VAR, INT, OBJ, CON, RTP, SOL, DER. All variables are integers, and all constraints have names.
 */

/**
 * @param bound what the derivations end with; `none`: that there is no point at all; `undefined`: nothing is shown
 * @param point of the stage's network, one value a column; `undefined`: none is known
 */
export function certificateText(
  certificate: Certificate,
  bound: bigint | 'none' | undefined,
  point: readonly bigint[] | undefined,
): string[] {
  const { model } = certificate;
  const { columns, rows, objective } = model;
  const head = [
    'VER 1.1',
    `VAR ${columns.length}`,
    ...columns.map(({ name }) => name),
    `INT ${columns.length}`,
    ...columns.map((_, c) => c),
    'OBJ min',
    terms(objective),
    `CON ${2 * columns.length + rows.length} ${2 * columns.length}`,
  ];
  for (const [c, { name, lower, upper }] of columns.entries()) {
    head.push(`lower_${name} G ${lower} 1 ${c} 1`, `upper_${name} L ${upper} 1 ${c} 1`);
  }
  for (const row of rows) head.push(`${row.name} ${row.sense === '>=' ? 'G' : 'L'} ${row.rhs} ${terms(row)}`);
  const reached = point === undefined ? 'inf' : objectiveOf(model, point);
  head.push(bound === 'none' ? 'RTP infeas' : `RTP range ${bound ?? '-inf'} ${reached}`);
  head.push(`SOL ${point === undefined ? 0 : 1}`);
  if (point !== undefined) {
    const places = point.flatMap((value, c) => (value === 0n ? [] : [c]));
    head.push(`network ${terms({ columns: places, values: places.map((c) => point[c]) })}`);
  }
  head.push(`DER ${certificate.derived}`, '');
  return [head.join('\n'), ...certificate.derivations];
}

function terms({ columns, values }: WholeTerms): string {
  return [columns.length, ...columns.map((c, n) => `${c} ${values[n]}`)].join(' ');
}
