import { type Front, rootsAreBytes } from '../front.js';
import type { Column } from '../steps.js';
import { encodingText } from './encoding.js';
import { featuresText } from './features.js';
import { floating, int32, listed } from './names.js';

/*
 * From the caller's values to the integers of the networks, in C. `direct` and `table` need no room: the sums read the caller's row.
 * The others fill values on the stack first, through `N_front`: row in, values out.
 */
export function frontText(front: Front): string {
  switch (front.kind) {
    case 'direct':
      return '';
    case 'table':
      return rootTable(front);
    case 'features':
      return featuresText(front);
    case 'columns':
      return wholeColumns(front, front.columns);
    case 'levels':
      return levels(front.thresholds);
    case 'doubles':
      return doubles(front);
    case 'encoded':
      return encodingText(front.encoding);
  }
}

/** Whether sums read a scaled copy of the row. */
export function isBuffered(front: Front): boolean {
  return front.kind !== 'direct' && front.kind !== 'table';
}

const FILL = (column: string): string => `static void N_front(const N_input_t *x, int16_t *values)
{
    size_t i;
    for (i = 0; i < N_INPUTS; i++) values[i] = N_column(${column}, x[i]);
}`;

function rootTable(front: Front & { kind: 'table' }): string {
  const bits = rootsAreBytes(front) ? 8 : 16;
  return `/* Roots of the greys. */
static const uint${bits}_t N_roots[256] N_ROM = {
${listed(front.table)}
};
#define N_ROOT(x) ((int16_t)N_READ${bits}(&N_roots[x]))`;
}

function array(type: string, name: string, values: readonly (number | string)[]): string {
  return `static const ${type} ${name}[${Math.max(1, values.length)}] N_ROM = {\n${listed(values.length > 0 ? values : [0])}\n};`;
}

function wholeColumns(front: Front, columns: readonly Column[]): string {
  const bits = front.input === 'int16' ? 16 : 32;
  const read = (name: string): string => `(int${bits}_t)N_READ${bits}(&${name}[i])`;
  const hasSteps = columns.some(({ steps }) => steps.length > 0);
  const lines = columns.map(({ line }) => line);
  const hasLines = lines.some((line) => line !== null);
  const wide = lines.some((line) => line?.wide);
  const slopes = lines.map((line) => line?.slope ?? 0);
  const starts = lines.map((line) => line?.start ?? 0);
  // A divisor of 0: the column has no line.
  const divisors = lines.map((line) => line?.divisor ?? 0);
  const small = (values: readonly number[]): 16 | 32 => (Math.max(...values) <= 65535 ? 16 : 32);
  const work = wide ? 'uint64_t' : 'uint32_t';
  const parts = [
    array(
      `int${bits}_t`,
      'N_low',
      columns.map(({ low }) => int32(low)),
    ),
    array(
      `int${bits}_t`,
      'N_high',
      columns.map(({ high }) => int32(high)),
    ),
    array(
      'int16_t',
      'N_least',
      columns.map(({ least }) => least),
    ),
    array(
      'int16_t',
      'N_most',
      columns.map(({ most }) => most),
    ),
  ];
  if (hasLines) {
    parts.push(
      array(`uint${small(slopes)}_t`, 'N_slope', slopes.map(unsigned)),
      array(`uint${small(starts)}_t`, 'N_start', starts.map(unsigned)),
      array(`uint${small(divisors)}_t`, 'N_divisor', divisors.map(unsigned)),
    );
  }
  if (hasSteps)
    parts.push(
      stepArrays(
        columns.map(({ steps }) => steps.map(int32)),
        `int${bits}_t`,
      ),
    );
  const search = `    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (x >= (int${bits}_t)N_READ${bits}(&N_steps[middle])) from = middle + 1;
        else to = middle;
    }`;
  const count = 'level = level + (int32_t)(from - begin);';
  const rise = `rise = ((${work})N_READ${small(slopes)}(&N_slope[i]) * ((uint32_t)x - (uint32_t)low - 1u) + N_READ${small(starts)}(&N_start[i])) / divisor;`;
  const exception = `if (from > begin && (int${bits}_t)N_READ${bits}(&N_steps[from - 1]) == x) level--;`;
  const found = hasLines
    ? [
        `    if (divisor != 0) {`,
        `        ${rise}`,
        '        level += (int32_t)rise;',
        ...(hasSteps ? [`        ${exception}`] : []),
        hasSteps ? `    } else {\n        ${count}\n    }` : '    }',
      ]
    : hasSteps
      ? [`    ${count}`]
      : [];
  parts.push(
    `/* A column's values rise in steps: on a line whose numbers were held against every step, but for the listed ones. */
static int16_t N_column(size_t i, N_input_t x)
{
    const int${bits}_t low = ${read('N_low')};
    int32_t level = (int16_t)N_READ16(&N_least[i]);
${hasSteps ? '    const size_t begin = (size_t)N_READ32(&N_first[i]);\n    size_t from = begin, to = (size_t)N_READ32(&N_first[i + 1]);\n' : ''}${
  hasLines ? `    const uint32_t divisor = N_READ${small(divisors)}(&N_divisor[i]);\n    ${work} rise;\n` : ''
}    if (x <= low) return (int16_t)level;
    if (x >= ${read('N_high')}) return (int16_t)N_READ16(&N_most[i]);
${[...(hasSteps ? [search] : []), ...found].join('\n')}
    return (int16_t)level;
}

${FILL(columns.length === 1 ? '0' : 'i')}`,
  );
  return parts.join('\n\n');
}

function unsigned(value: number): string {
  return value > 65535 ? `UINT32_C(${value})` : String(value);
}

/** All steps in one list, and where each column's begin. */
function stepArrays(columns: readonly (readonly (number | string)[])[], type: string): string {
  const first = [0];
  for (const steps of columns) first.push(first[first.length - 1] + steps.length);
  return [array(type, 'N_steps', columns.flat()), array('uint32_t', 'N_first', first)].join('\n\n');
}

function levels(thresholds: readonly (readonly number[])[]): string {
  return `${stepArrays(
    thresholds.map((column) => column.map((t) => floating(t, true))),
    'float',
  )}

/* How many thresholds of its column a value reaches, spread evenly over -127..127. */
static int16_t N_column(size_t i, N_input_t x)
{
    const size_t begin = (size_t)N_READ32(&N_first[i]), end = (size_t)N_READ32(&N_first[i + 1]);
    const uint32_t all = (uint32_t)(end - begin);
    size_t from = begin, to = end;
    if (all == 0) return 0;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (x >= N_READFLOAT(&N_steps[middle])) from = middle + 1;
        else to = middle;
    }
    return (int16_t)((int32_t)((508u * (uint32_t)(from - begin) + all) / (2u * all)) - 127);
}

${FILL('i')}`;
}

function doubles(front: Front & { kind: 'doubles' }): string {
  const { middle, half, factor, limit } = front;
  const round = `/*
 * Doubles of 53 bits, each operation rounded to nearest by itself: what every other reader of the model does. Where a double is
 * shorter (8-bit machines), convert with --decimals, which needs no floating point.
 */
#include <float.h>
#if DBL_MANT_DIG != 53
#error "this model scales real values in doubles of 53 bits; convert it with --decimals for this machine"
#endif
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 1
#error "doubles are computed with more than 53 bits here (compile with -msse2 -mfpmath=sse)"
#endif

/* The nearest whole number, halves up, cut to -${limit}..${limit}. Volatile: nothing is contracted. */
static int16_t N_round(double v)
{
    volatile double rest;
    int32_t whole;
    if (!(v < ${limit}.0)) return ${limit};
    if (v <= -${limit}.0) return -${limit};
    whole = (int32_t)v;
    if ((double)whole > v) whole--;
    rest = v - (double)whole;
    return (int16_t)(rest >= 0.5 ? whole + 1 : whole);
}`;
  if (middle === null || half === null) {
    return `${round}

static int16_t N_column(size_t i, N_input_t x)
{
    volatile double v = (double)x * ${floating(factor)};
    (void)i;
    return N_round(v);
}

${FILL('i')}`;
  }
  return `${round}

${array(
  'double',
  'N_middle',
  middle.map((v) => floating(v)),
)}

${array(
  'double',
  'N_half',
  half.map((v) => floating(v)),
)}

static int16_t N_column(size_t i, N_input_t x)
{
    volatile double v;
    if (N_half[i] == 0.0) return 0;
    v = (double)x - N_middle[i];
    v = v / N_half[i];
    v = v * ${factor}.0;
    return N_round(v);
}

${FILL('i')}`;
}
