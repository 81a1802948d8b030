import { countOfPairs } from '../../ensemble/pair-order.js';
import type { Plan } from '../plan.js';
import { frontText, isBuffered } from './front.js';
import { listed, named, textBytes } from './names.js';
import { networkText, valueType } from './network.js';
import type { Stream } from './stream.js';
import { answerParameters, voteText } from './vote.js';

/** The `.c` file of a model: C99, freestanding, no allocation; every symbol begins with the name. */
export function sourceText(plan: Plan, stream: Stream, name: string): string {
  const top = named(TOP.replaceAll('HEADER', name), name);
  const parts = [
    macros(),
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

/** Constant data of 8-bit AVR lie in program memory, which is read by instructions of its own. */
function macros(): string {
  return `#if defined(__AVR__)
#include <avr/pgmspace.h>
#define N_ROM PROGMEM
#define N_READ8(p) pgm_read_byte(p)
#define N_READ16(p) pgm_read_word(p)
#define N_READ32(p) pgm_read_dword(p)
#define N_READFLOAT(p) pgm_read_float(p)
#else
#define N_ROM
#define N_READ8(p) (*(p))
#define N_READ16(p) (*(p))
#define N_READ32(p) (*(p))
#define N_READFLOAT(p) (*(p))
#endif`;
}

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
  const { front, radius } = plan;
  const pairs = countOfPairs(plan.classes.length);
  const bytes = Math.ceil(pairs / 8);
  const missing = plan.networks.includes(null);
  const buffered = isBuffered(front);
  const row = buffered ? 'values' : 'x';
  const clear = missing ? 'answers[i] = missing[i] = 0;' : 'answers[i] = 0;';
  const evaluate = `/* All networks, the votes of their answers, and the label. */
static int N_evaluate(const N_input_t *x, uint16_t *votes${radius ? ', uint16_t *radius' : ''})
{
    const N_unit_t *stream = N_stream;
    uint8_t answers[${bytes}]${missing ? `, missing[${bytes}]` : ''};
${radius ? `    uint16_t radii[N_PAIRS];\n` : ''}${buffered ? `    N_value_t values[${plan.inputs}];\n` : ''}    N_pair_t pair = 0;
    unsigned int i;
    int p, q;
${radius ? '    int label;\n' : ''}${buffered ? '    N_front(x, values);\n' : ''}    for (i = 0; i < ${bytes}; i++) ${clear}
    for (p = 0; p < N_CLASSES; p++) votes[p] = 0;
    for (p = 0; p < N_CLASSES; p++) {
        for (q = p + 1; q < N_CLASSES; q++, pair++) {
            const uint8_t answer = N_network(&stream, ${row}${radius ? ', radius == 0 ? 0 : &radii[pair]' : ''});
${missing ? '            if (answer > 1) {\n                N_set(missing, pair);\n                continue;\n            }\n' : ''}            votes[answer != 0 ? p : q]++;
            if (answer != 0) N_set(answers, pair);
        }
    }
${
  radius
    ? `    label = N_vote(${answerParameters(plan, false)}, votes);
    if (radius != 0) *radius = label < 0 ? 0 : N_radius_of(${answerParameters(plan, false)}, radii, label);
    return label;`
    : `    return N_vote(${answerParameters(plan, false)}, votes);`
}
}

int N_votes(const N_input_t *x, uint16_t *votes)
{
    return N_evaluate(x, votes${radius ? ', 0' : ''});
}

int N_predict(const N_input_t *x)
{
    uint16_t votes[N_CLASSES];
    return N_evaluate(x, votes${radius ? ', 0' : ''});
}`;
  const certify = `int N_certify(const N_input_t *x, uint16_t *radius)
{
    uint16_t votes[N_CLASSES];
    return N_evaluate(x, votes, radius);
}`;
  return [evaluate, ...(radius ? [certify] : [])].join('\n\n');
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
