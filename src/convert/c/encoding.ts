import { type ColumnEncoding, type Encoding, encodeRow, inputsOfColumn } from '../../data/encoding.js';
import { floatFrom } from '../front.js';
import { floating, listed } from './names.js';

/*
 * The columns of a table in C, as docs/formats.md ("Encoding") has them: one table of columns, one of thresholds, read from their beginning
 * to their end. What a missing number becomes is computed here and stored, so that no median is rounded to a float.
 */

const KINDS = { none: 0, steps: 1, category: 2, order: 3, rank: 4, range: 5, whole: 6 } as const;

interface Tables {
  readonly kinds: number[];
  readonly counts: number[];
  readonly missing: number[];
  /** Steps and ranks: thresholds that the stand-in reaches; of a line its value. */
  readonly fills: number[];
  readonly thresholds: number[];
  readonly middles: number[];
  readonly halves: number[];
  readonly ends: number[];
}

function tablesOf({ columns, one }: Encoding): Tables {
  const tables: Tables = {
    ...{ kinds: [], counts: [], missing: [], fills: [], thresholds: [], middles: [], halves: [], ends: [] },
  };
  for (const column of columns) {
    const hasMissing = column.kind !== 'none' && column.missing === true;
    tables.kinds.push(KINDS[column.kind]);
    tables.missing.push(hasMissing ? 1 : 0);
    tables.counts.push(inputsOfColumn(column) - (hasMissing ? 1 : 0));
    tables.fills.push(fillOf(column, one));
    if (column.kind === 'steps' || column.kind === 'rank')
      tables.thresholds.push(...column.thresholds.map(floatFrom));
    if (column.kind === 'rank') tables.counts[tables.counts.length - 1] = column.thresholds.length;
    if (column.kind === 'range') {
      tables.middles.push(column.middle);
      tables.halves.push(column.half);
      tables.ends.push(column.end);
    }
  }
  return tables;
}

function fillOf(column: ColumnEncoding, one: number): number {
  if (!('fill' in column)) return 0;
  if (column.kind === 'steps' || column.kind === 'rank') {
    return column.thresholds.filter((threshold) => column.fill >= threshold).length;
  }
  const out = new Int32Array(inputsOfColumn(column));
  encodeRow({ one, columns: [column] }, [Number.NaN], 0, out);
  return out[0];
}

/** Bytes of the tables. */
export function encodingBytes(encoding: Encoding): number {
  const { kinds, thresholds, middles } = tablesOf(encoding);
  return 6 * kinds.length + 4 * Math.max(1, thresholds.length) + 18 * Math.max(1, middles.length);
}

export function encodingText(encoding: Encoding): string {
  const tables = tablesOf(encoding);
  const array = (type: string, name: string, values: readonly (number | string)[]): string =>
    `static const ${type} ${name}[${Math.max(1, values.length)}] N_ROM = {\n${listed(values.length > 0 ? values : [0])}\n};`;
  const isReal = encoding.columns.some(({ kind }) => kind === 'range' || kind === 'whole');
  const parts = [
    array('uint8_t', 'N_kind', tables.kinds),
    array('uint16_t', 'N_count', tables.counts),
    array('uint8_t', 'N_missing', tables.missing),
    array('int16_t', 'N_fill', tables.fills),
    array(
      'float',
      'N_steps',
      tables.thresholds.map((t) => floating(t, true)),
    ),
  ];
  if (isReal) {
    parts.unshift(DOUBLES);
    parts.push(
      array(
        'double',
        'N_middle',
        tables.middles.map((v) => floating(v)),
      ),
      array(
        'double',
        'N_half',
        tables.halves.map((v) => floating(v)),
      ),
      array('int16_t', 'N_end', tables.ends),
    );
  }
  const lines = isReal
    ? `        case 5: {
            const int16_t end = N_end[line];
            volatile double v = (double)x[i] - N_middle[line];
            v = v / N_half[line++];
            v = v * (double)end;
            values[at++] = (int16_t)(missing ? fill : N_round(v, 2 * (int32_t)end + 1));
            break;
        }
        case 6:
            values[at++] = (int16_t)(missing ? fill : N_round((double)x[i], 32767));
            break;
`
    : '';
  parts.push(`/*
 * The inputs of every column: thresholds that are reached, the level that it is, a line, and whether it is missing (not a number).
 */
static void N_front(const N_input_t *x, int16_t *values)
{
    size_t i, k, at = 0, step = 0;
${isReal ? '    size_t line = 0;\n' : ''}    for (i = 0; i < N_INPUTS; i++) {
        const size_t count = (size_t)N_READ16(&N_count[i]);
        const int16_t fill = (int16_t)N_READ16(&N_fill[i]);
        const int missing = !(x[i] == x[i]);
        size_t reached = 0;
        switch (N_READ8(&N_kind[i])) {
        case 0:
            continue;
        case 1:
        case 4:
            for (k = 0; k < count; k++, step++) if (x[i] >= N_READFLOAT(&N_steps[step])) reached = k + 1;
            if (missing) reached = (size_t)fill;
            if (N_READ8(&N_kind[i]) == 4) {
                values[at++] = (int16_t)((int32_t)((508u * (uint32_t)reached + (uint32_t)count) / (2u * (uint32_t)count)) - 127);
            } else {
                for (k = 0; k < count; k++) values[at++] = k < reached ? ${encoding.one} : 0;
            }
            break;
        case 2:
            for (k = 0; k < count; k++) values[at++] = x[i] == (float)k ? ${encoding.one} : 0;
            break;
        case 3:
            for (k = 1; k <= count; k++) values[at++] = x[i] >= (float)k && x[i] <= (float)count ? ${encoding.one} : 0;
            break;
${lines}        }
        if (N_READ8(&N_missing[i]) != 0) values[at++] = missing ? ${encoding.one} : 0;
    }
}`);
  return parts.join('\n\n');
}

const DOUBLES = `/* Doubles of 53 bits, each operation rounded to nearest by itself: what every other reader of the model does. */
#include <float.h>
#if DBL_MANT_DIG != 53
#error "this model scales real values in doubles of 53 bits"
#endif
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1
#error "doubles are computed with more than 53 bits here (compile with -msse2 -mfpmath=sse)"
#endif

/* The nearest whole number, halves up, cut to -limit..limit. Volatile: nothing is contracted. */
static int16_t N_round(double v, int32_t limit)
{
    volatile double rest;
    int32_t whole;
    if (!(v < (double)limit)) return (int16_t)limit;
    if (v <= -(double)limit) return (int16_t)-limit;
    whole = (int32_t)v;
    if ((double)whole > v) whole--;
    rest = v - (double)whole;
    return (int16_t)(rest >= 0.5 ? whole + 1 : whole);
}`;
