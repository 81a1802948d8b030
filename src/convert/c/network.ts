import { ENUMERATED } from '../../certify/upper.js';
import type { Plan } from '../plan.js';
import type { Stream } from './stream.js';
import { needsWidth, readNumber, sumFunction, sumType } from './sums.js';

/*
 * One network in C: `N_network` reads it from the stream and answers 1 for the first class of its pair, 0 for the second, 2 where
 * there is none. With radii it also says how far each answer holds, by the rules of src/certify/.
 */

/** Expression of one value that the first layer adds up. */
export function valueText(plan: Plan): (place: string) => string {
  const { front } = plan;
  if (front.kind !== 'table') return (place) => place;
  return (place) => `N_ROOT(${place})`;
}

/** C type of what the first layer adds up. */
export function valueType(plan: Plan): string {
  const { kind, input } = plan.front;
  if (kind === 'direct' || kind === 'table') return input === 'uint8' ? 'uint8_t' : 'int16_t';
  return kind === 'features' ? 'uint8_t' : 'int16_t';
}

export function networkText(plan: Plan, stream: Stream): string {
  const { radius, form } = plan;
  const first = sumFunction(plan, stream, {
    name: 'N_sum',
    over: 'N_value_t',
    value: valueText(plan),
    isFirst: true,
    also: radius ? 'norm' : null,
  });
  const parts = [`/* The weighted sum of one first-layer neuron, the next one in the stream. */\n${first}`];
  if (radius) parts.push(HOLD.replaceAll('SUM', sumType(plan)));
  if (form === 'single') parts.push(single(plan, stream));
  else if (form === 'tables') parts.push(...tables(plan, stream));
  else parts.push(...layered(plan, stream));
  return parts.join('\n\n');
}

const HOLD = `/* The largest whole change of every input at which a sum keeps its sign. */
static uint16_t N_hold(SUM sum, uint32_t norm)
{
    const SUM slack = sum >= 0 ? sum : -(sum + 1);
    if (norm == 0) return 65535u;
    if ((uint64_t)slack / norm > 65534u) return 65534u;
    return (uint16_t)((uint64_t)slack / norm);
}`;

/** The line of a network's head: how many neurons follow, or that there is no network. */
function head(stream: Stream, name: string): string[] {
  const { headUnits, unitBits, none } = stream;
  if (headUnits === 0) return [];
  return [
    '    const N_unit_t *s = *stream;',
    `    const unsigned int ${name} = ${readNumber(headUnits, unitBits, 'unsigned int')};`,
    `    *stream = s + ${headUnits};`,
    `    if (${name} == ${none}u) return 2;`,
  ];
}

const SIGNATURE = (radius: boolean): string =>
  `static uint8_t N_network(const N_unit_t **stream, const N_value_t *x${radius ? ', uint16_t *radius' : ''})`;
const COMMENT =
  '/* The next network: 1 for the first class of its pair, 0 for the second, 2 where there is none. */';

function single(plan: Plan, stream: Stream): string {
  const type = sumType(plan);
  const lines = plan.radius
    ? [
        '    uint32_t norm;',
        `    ${type} sum;`,
        ...head(stream, 'there'),
        '    sum = N_sum(stream, x, &norm);',
        '    if (radius != 0) *radius = N_hold(sum, norm);',
        '    return sum >= 0 ? 1 : 0;',
      ]
    : [...head(stream, 'there'), '    return N_sum(stream, x) >= 0 ? 1 : 0;'];
  return [COMMENT, SIGNATURE(plan.radius), '{', ...lines, '}'].join('\n');
}

function tables(plan: Plan, stream: Stream): string[] {
  const { unitBits } = stream;
  const shift = Math.log2(unitBits);
  const widest = plan.networks.reduce((most, network) => Math.max(most, network?.neurons.length ?? 0), 0);
  const look = `/* The answer that a table has for these signs. */
static uint8_t N_entry(const N_unit_t *table, unsigned int signs)
{
    return (uint8_t)(((unsigned int)N_UNIT(table + (signs >> ${shift})) >> (signs & ${unitBits - 1}u)) & 1u);
}`;
  const { radius } = plan;
  const certain = `/* The least radius at which the answer is open: neurons that may turn are let take every sign, in growing numbers. */
static uint16_t N_certain(const N_unit_t *table, unsigned int width, unsigned int signs, const uint16_t *holds)
{
    const uint8_t answer = N_entry(table, signs);
    unsigned int open = 0, j;
    for (;;) {
        uint16_t step = 65535u;
        unsigned int subset;
        for (j = 0; j < width; j++) {
            if (((open >> j) & 1u) == 0 && holds[j] < step) step = holds[j];
        }
        if (step == 65535u) return step;
        for (j = 0; j < width; j++) {
            if (holds[j] <= step) open |= 1u << j;
        }
        for (subset = open;; subset = (subset - 1) & open) {
            if (N_entry(table, (signs & ~open) | subset) != answer) return step;
            if (subset == 0) break;
        }
    }
}`;
  const network = [
    COMMENT,
    SIGNATURE(radius),
    '{',
    '    unsigned int signs = 0, j;',
    '    uint8_t answer;',
    ...(radius ? ['    uint32_t norm;', `    uint16_t holds[${Math.max(1, widest)}] = { 0 };`] : []),
    ...head(stream, 'width'),
    '    for (j = 0; j < width; j++) {',
    ...(radius
      ? [
          `        const ${sumType(plan)} sum = N_sum(stream, x, &norm);`,
          '        if (sum >= 0) signs |= 1u << j;',
          '        holds[j] = N_hold(sum, norm);',
        ]
      : ['        if (N_sum(stream, x) >= 0) signs |= 1u << j;']),
    '    }',
    '    answer = N_entry(*stream, signs);',
    ...(radius ? ['    if (radius != 0) *radius = N_certain(*stream, width, signs, holds);'] : []),
    `    *stream += ((1u << width) + ${unitBits - 1}u) >> ${shift};`,
    '    return answer;',
    '}',
  ].join('\n');
  return radius ? [look, certain, network] : [look, network];
}

function layered(plan: Plan, stream: Stream): string[] {
  const { radius, layers } = plan;
  const widest = Math.max(...layers);
  const upper = sumFunction(plan, stream, {
    name: 'N_upper',
    over: 'int8_t',
    value: (place) => place,
    isFirst: false,
    also: radius ? 'open' : null,
  });
  const width = needsWidth(stream) ? ', N_WIDTH(l)' : '';
  const sizes = layers.length > 1 ? layers : [...layers, 1];
  const climb = `/* The layers above the first: from its signs to the answer, 1 or -1${radius ? '; 0 where signs that are 0 leave it open' : ''}. */
static int8_t N_climb(const N_unit_t **stream, const int8_t *signs)
{
    int8_t two[2][${widest}] = { { 0 } };
    const int8_t *below = signs;
    unsigned int l, j;
    for (l = 0; l < ${sizes.length - 1}; l++) {
        int8_t *here = two[l & 1u];
        for (j = 0; j < N_WIDTH(l + 1); j++) {
${
  radius
    ? `            uint32_t open;
            const int32_t sum = N_upper(stream, below${width}, &open);
            here[j] = (int8_t)(sum >= (int32_t)open ? 1 : sum < -(int32_t)open ? -1 : 0);`
    : `            here[j] = (int8_t)(N_upper(stream, below${width}) >= 0 ? 1 : -1);`
}
        }
        below = here;
    }
    return below[0];
}`;
  const certain = `/* As N_climb, for a first layer with open signs: where the layers leave it open, every completion of a few is tried. */
static int8_t N_over(const N_unit_t *stream, const int8_t *signs)
{
    const N_unit_t *s = stream;
    const int8_t answer = N_climb(&s, signs);
    int8_t trial[${layers[0]}] = { 0 }, first = 0;
    unsigned int place[${ENUMERATED}] = { 0 };
    unsigned int open = 0, j, bits;
    if (answer != 0 || ${sizes.length - 1} < 2) return answer;
    for (j = 0; j < ${layers[0]}; j++) {
        trial[j] = signs[j];
        if (signs[j] != 0) continue;
        if (open == ${ENUMERATED}) return 0;
        place[open++] = j;
    }
    for (bits = 0; bits < (1u << open); bits++) {
        int8_t found;
        for (j = 0; j < open; j++) trial[place[j]] = (int8_t)(((bits >> j) & 1u) != 0 ? 1 : -1);
        s = stream;
        found = N_climb(&s, trial);
        if (bits == 0) first = found;
        else if (found != first) return 0;
    }
    return first;
}

/* The least radius at which the answer is open: the neurons that may turn grow in number. */
static uint16_t N_certain(const N_unit_t *stream, const int8_t *signs, const uint16_t *holds)
{
    int8_t some[${layers[0]}] = { 0 };
    uint16_t last = 0;
    uint8_t begun = 0;
    unsigned int j;
    for (;;) {
        uint16_t step = 65535u;
        for (j = 0; j < ${layers[0]}; j++) {
            if ((begun == 0 || holds[j] > last) && holds[j] < step) step = holds[j];
        }
        if (step == 65535u) return step;
        for (j = 0; j < ${layers[0]}; j++) some[j] = (int8_t)(holds[j] <= step ? 0 : signs[j]);
        if (N_over(stream, some) == 0) return step;
        last = step;
        begun = 1;
    }
}`;
  const network = [
    COMMENT,
    SIGNATURE(radius),
    '{',
    `    int8_t signs[${layers[0]}] = { 0 };`,
    '    unsigned int j;',
    '    int8_t answer;',
    ...(radius
      ? ['    uint32_t norm;', `    uint16_t holds[${layers[0]}] = { 0 };`, '    const N_unit_t *above;']
      : []),
    ...head(stream, 'width'),
    '    for (j = 0; j < width; j++) {',
    ...(radius
      ? [
          `        const ${sumType(plan)} sum = N_sum(stream, x, &norm);`,
          '        signs[j] = (int8_t)(sum >= 0 ? 1 : -1);',
          '        holds[j] = N_hold(sum, norm);',
        ]
      : ['        signs[j] = (int8_t)(N_sum(stream, x) >= 0 ? 1 : -1);']),
    '    }',
    ...(radius ? ['    above = *stream;'] : []),
    '    answer = N_climb(stream, signs);',
    ...(radius ? ['    if (radius != 0) *radius = N_certain(above, signs, holds);'] : []),
    '    return answer > 0 ? 1 : 0;',
    '}',
  ].join('\n');
  const widths = `static const uint16_t N_widths[${sizes.length}] N_ROM = { ${sizes.join(', ')} };
#define N_WIDTH(l) ((unsigned int)N_READ16(&N_widths[l]))`;
  return [widths, upper, climb, ...(radius ? [certain] : []), network];
}
