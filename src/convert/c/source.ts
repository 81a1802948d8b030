import { countOfPairs } from '../../ensemble/pair-order.js';
import type { Plan } from '../plan.js';
import { frontText, isBuffered } from './front.js';
import { listed, named, textBytes } from './names.js';
import { networkText, valueType } from './network.js';
import { ROM_MACROS } from './rom.js';
import type { Stream } from './stream.js';
import { answerParameters, voteText } from './vote.js';

/** The `.c` file of a model: C99, freestanding, no allocation; every symbol begins with the name. */
export function sourceText(plan: Plan, stream: Stream, name: string): string {
  const top = named(TOP.replaceAll('HEADER', name), name);
  const parts = [
    ROM_MACROS,
    `typedef ${valueType(plan)} N_value_t;\n#define N_PAIRS ${countOfPairs(plan.classes.length)}`,
    ...(frontText(plan.front) === '' ? [] : [frontText(plan.front)]),
    streamText(stream, plan.inputs),
    networkText(plan, stream),
    voteText(plan),
    evaluateText(plan),
    labelText(plan),
  ];
  return `${top}\n${parts.map((part) => named(part, name)).join('\n\n')}\n`;
}

const TOP = `/* Made by fewbit; HEADER.h says what is in here and what it needs. */
#include <stddef.h>
#include <stdint.h>
#include "HEADER.h"
`;

function streamText({ units, unitBits, groups }: Stream, inputs: number): string {
  const parts = [
    `typedef uint${unitBits}_t N_unit_t;
#define N_UNIT(p) N_READ${unitBits}(p)

/* All weights, read once from the beginning to the end for each answer. */
static const N_unit_t N_stream[${Math.max(1, units.length)}] N_ROM = {
${listed(units.length > 0 ? units : [0])}
};`,
  ];
  if (groups !== null) {
    const bits = groups.some((group) => group > 255) ? 16 : 8;
    parts.push(`/* The groups of eight inputs that any network reads. */
#define N_GROUPS ${groups.length}
static const uint${bits}_t N_groups[${Math.max(1, groups.length)}] N_ROM = {
${listed(groups.length > 0 ? groups : [0])}
};
#define N_GROUP(g) N_READ${bits}(&N_groups[g])`);
  } else {
    parts.push(`#define N_GROUPS ${Math.ceil(inputs / 8)}`);
  }
  return parts.join('\n\n');
}

function evaluateText(plan: Plan): string {
  const { front, radius, certify, vote } = plan;
  const pairs = countOfPairs(plan.classes.length);
  const bytes = Math.ceil(pairs / 8);
  const missing = plan.networks.includes(null);
  const buffered = isBuffered(front);
  const row = buffered ? 'values' : 'x';
  const clear = missing ? 'answers[i] = missing[i] = 0;' : 'answers[i] = 0;';
  const weighs = vote === 'margin';
  const place = weighs ? ', &radii[pair]' : radius ? ', radius == 0 ? 0 : &radii[pair]' : '';
  const names = answerParameters(plan, false);
  const elect = `N_vote(${names}, ${weighs ? 'radii' : 'votes'})`;
  const lines = [
    '/* All networks, the votes of their answers, and the label. */',
    `static int N_evaluate(const N_input_t *x, uint16_t *votes${certify ? ', uint16_t *radius' : ''})`,
    '{',
    '    const N_unit_t *stream = N_stream;',
    `    uint8_t answers[${bytes}]${missing ? `, missing[${bytes}]` : ''};`,
    // A pair without a network has no radius; nobody reads it, but a compiler cannot know.
    ...(radius ? [`    uint16_t radii[N_PAIRS]${missing ? ' = { 0 }' : ''};`] : []),
    ...(buffered ? [`    N_value_t values[${plan.inputs}];`] : []),
    '    N_pair_t pair = 0;',
    '    unsigned int i;',
    '    int p, q;',
    ...(certify ? ['    int label;'] : []),
    ...(buffered ? ['    N_front(x, values);'] : []),
    `    for (i = 0; i < ${bytes}; i++) ${clear}`,
    '    for (p = 0; p < N_CLASSES; p++) votes[p] = 0;',
    '    for (p = 0; p < N_CLASSES; p++) {',
    '        for (q = p + 1; q < N_CLASSES; q++, pair++) {',
    `            const uint8_t answer = N_network(&stream, ${row}${place});`,
    ...(missing
      ? [
          '            if (answer > 1) {',
          '                N_set(missing, pair);',
          '                continue;',
          '            }',
        ]
      : []),
    '            votes[answer != 0 ? p : q]++;',
    '            if (answer != 0) N_set(answers, pair);',
    '        }',
    '    }',
    ...(certify
      ? [
          `    label = ${elect};`,
          `    if (radius != 0) *radius = label < 0 ? 0 : N_radius_of(${names}, radii, label);`,
          '    return label;',
        ]
      : [`    return ${elect};`]),
    '}',
  ];
  const none = certify ? ', 0' : '';
  const calls = `int N_votes(const N_input_t *x, uint16_t *votes)
{
    return N_evaluate(x, votes${none});
}

int N_predict(const N_input_t *x)
{
    uint16_t votes[N_CLASSES];
    return N_evaluate(x, votes${none});
}`;
  const certifies = `int N_certify(const N_input_t *x, uint16_t *radius)
{
    uint16_t votes[N_CLASSES];
    return N_evaluate(x, votes, radius);
}`;
  return [lines.join('\n'), calls, ...(certify ? [certifies] : [])].join('\n\n');
}

function labelText({ classes }: Plan): string {
  const bytes = classes.flatMap(textBytes);
  return `/* The names of the classes in UTF-8, one after the other. */
static const uint8_t N_names[${bytes.length}] = {
${listed(bytes)}
};

const char *N_label(int index)
{
    size_t at = 0;
    if (index < 0 || index >= N_CLASSES) return "";
    for (; index > 0; index--) {
        while (N_names[at] != 0) at++;
        at++;
    }
    return (const char *)&N_names[at];
}`;
}
