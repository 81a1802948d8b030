import type { Plan } from '../plan.js';
import type { Stream } from './stream.js';

/*
 * The inner loop in C: one neuron's weighted sum, read from the stream. Texts have `N_` where the name goes.
 */

export interface SumText {
  readonly name: string;
  /** What the sum is over: `N_value_t` in the first layer, `int8_t` signs above. */
  readonly over: string;
  /** One value, from the expression of where it lies. */
  readonly value: (place: string) => string;
  /** First layer: biases and groups are read. */
  readonly isFirst: boolean;
  /**
   * `norm`: also adds up the magnitudes of all weights. `open`: of those over values that are 0, which stand for either sign.
   */
  readonly also: 'norm' | 'open' | null;
}

/** The smallest integer type that no sum leaves; `int` has 16 bits somewhere. */
export function sumType(plan: Plan): string {
  return plan.largestSum <= 32767 ? 'int' : plan.largestSum < 2 ** 31 ? 'int32_t' : 'int64_t';
}

/** Whether sums above the first layer are told how many values there are. */
export function needsWidth({ layout }: Stream): boolean {
  return layout === 'planes';
}

/** Several units of the stream as one number; the stream moves on. */
export function readNumber(units: number, unitBits: number, type: string): string {
  const parts = Array.from({ length: units }, (_, k) => {
    const unit = `(${type})N_UNIT(s${k === 0 ? '' : ` + ${k}`})`;
    return k === 0 ? unit : `(${type})(${unit} << ${k * unitBits})`;
  });
  return parts.length === 1 ? parts[0] : `(${type})(${parts.join(' | ')})`;
}

export function sumFunction(plan: Plan, stream: Stream, text: SumText): string {
  const type = text.isFirst ? sumType(plan) : 'int32_t';
  const { also } = text;
  const out = also === null ? '' : `, uint32_t *${also}`;
  const width = needsWidth(stream) && !text.isFirst ? ', size_t width' : '';
  const bias = text.isFirst && stream.biasUnits > 0;
  const body = stream.layout === 'planes' ? planes(stream, text, type) : lists(stream, text, type);
  return [
    `static ${type} ${text.name}(const N_unit_t **stream, const ${text.over} *x${width}${out})`,
    '{',
    '    const N_unit_t *s = *stream;',
    `    ${type} sum = 0;`,
    ...(also === null ? [] : [`    uint32_t ${also}_sum = 0;`]),
    ...body.declared,
    '',
    ...(bias ? biasLines(stream, type) : []),
    ...body.lines,
    ...(also === null ? [] : [`    *${also} = ${also}_sum;`]),
    '    *stream = s;',
    '    return sum;',
    '}',
  ].join('\n');
}

function biasLines({ biasUnits, unitBits }: Stream, type: string): string[] {
  const bits = biasUnits * unitBits;
  const raw = readNumber(biasUnits, unitBits, `uint${bits}_t`);
  return [`    sum = (${type})(int${bits}_t)${raw};`, `    s += ${biasUnits};`];
}

interface Body {
  readonly declared: readonly string[];
  readonly lines: readonly string[];
}

function lists(stream: Stream, text: SumText, type: string): Body {
  const { layout, ternary, countUnits, unitBits } = stream;
  const counter = countUnits * unitBits > 16 ? 'uint32_t' : 'unsigned int';
  const isDelta = layout === 'deltas';
  const target = ternary ? 'part' : 'sum';
  const place = isDelta ? '*at' : 'x[N_UNIT(s)]';
  const value = text.value(place);
  const weight = `(int8_t)N_UNIT(s${isDelta ? '' : ' + 1'})`;
  const add = ternary ? `${target} += ${value};` : `sum += w * (${type})${value};`;
  const magnitude = ternary ? '1u' : '(uint32_t)(w < 0 ? -w : w)';
  const tally = tallyLine(text, value, magnitude);
  const entry = isDelta
    ? [
        'const uint8_t gap = (uint8_t)N_UNIT(s);',
        's++;',
        'at += gap;',
        'if (gap < 255) {',
        ...(ternary ? [] : [`    const int w = ${weight};`]),
        `    ${add}`,
        ...tally.map((line) => `    ${line}`),
        '    at++;',
        ...(ternary ? [] : ['    s++;']),
        '    left--;',
        '}',
      ]
    : [
        ...(ternary ? [] : [`const int w = ${weight};`]),
        add,
        ...tally,
        `s${ternary ? '++' : ' += 2'};`,
        'left--;',
      ];
  const list = [
    ...(isDelta ? [`const ${text.over} *at = x;`] : []),
    `${counter} left = ${readNumber(countUnits, unitBits, counter)};`,
    `s += ${countUnits};`,
    'while (left > 0) {',
    ...entry.map((line) => `    ${line}`),
    '}',
  ];
  if (!ternary) return { declared: [], lines: ['    {', ...list.map((line) => `        ${line}`), '    }'] };
  return {
    declared: ['    uint8_t side;'],
    lines: [
      '    for (side = 0; side < 2; side++) {',
      `        ${type} part = 0;`,
      ...list.map((line) => `        ${line}`),
      '        if (side == 0) sum += part;',
      '        else sum -= part;',
      '    }',
    ],
  };
}

function tallyLine(text: SumText, value: string, magnitude: string): string[] {
  if (text.also === null) return [];
  if (text.also === 'norm') return [`norm_sum += ${magnitude};`];
  return [`if (${value} == 0) open_sum += ${magnitude};`];
}

function planes(stream: Stream, text: SumText, type: string): Body {
  const { planes: count, groups } = stream;
  const isFirst = text.isFirst;
  const [counted, base] = isFirst
    ? ['N_GROUPS', groups === null ? '8 * g' : '8 * (size_t)N_GROUP(g)']
    : ['groups', '8 * g'];
  const value = text.value('*at');
  const scaled = count === 1 ? value : `(${type})(${value} * ((${type})1 << plane))`;
  const magnitude = count === 1 ? '1u' : '(uint32_t)1 << plane';
  const bits = [
    `const ${text.over} *at = x + ${base};`,
    'uint8_t minus = (uint8_t)N_UNIT(s);',
    `uint8_t bits = (uint8_t)N_UNIT(s + 1${count === 1 ? '' : ' + plane'});`,
    'while (bits != 0) {',
    '    if ((bits & 1u) != 0) {',
    `        if ((minus & 1u) != 0) sum -= ${scaled};`,
    `        else sum += ${scaled};`,
    ...tallyLine(text, value, magnitude).map((line) => `        ${line}`),
    '    }',
    '    bits = (uint8_t)(bits >> 1);',
    '    minus = (uint8_t)(minus >> 1);',
    '    at++;',
    '}',
  ];
  const inner =
    count === 1
      ? bits
      : [`for (plane = 0; plane < ${count}; plane++) {`, ...bits.map((line) => `    ${line}`), '}'];
  return {
    declared: [
      '    size_t g;',
      ...(isFirst ? [] : ['    const size_t groups = (width + 7) / 8;']),
      ...(count === 1 ? [] : ['    uint8_t plane;']),
    ],
    lines: [
      `    for (g = 0; g < ${counted}; g++) {`,
      ...inner.map((line) => `        ${line}`),
      `        s += ${1 + count};`,
      '    }',
    ],
  };
}
