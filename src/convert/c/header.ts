import { type Encoding, levelsOf } from '../../data/encoding.js';
import { countOfPairs } from '../../ensemble/pair-order.js';
import { featuresText } from '../../features/index.js';
import { VERSION } from '../../version.js';
import type { Front } from '../front.js';
import { additions, type Plan } from '../plan.js';
import { inComment, named } from './names.js';
import { needsRoom } from './room.js';
import type { Stream } from './stream.js';

/** What a compiler made of the source: bytes, as `size` and the compiler count them. */
export interface Measured {
  /** Compiler, its version, and the options that decide the size. */
  readonly compiler: string;
  /** Code and constant data. */
  readonly flash: number;
  /** Static data, those that are copied from flash included. */
  readonly ram: number;
  /** Stack of all functions together, an upper bound; `null` where the compiler does not say. */
  readonly stack: number | null;
}

const UNITS: Record<string, string> = {
  uint8: 'bytes (0..255), grey values as they are',
  int16: 'whole numbers',
  int32: 'whole numbers',
  float: 'real values as they are in the data, rounded to float',
};

/** The `.h` file: what the model is, what it needs, and its functions. */
export function headerText(
  plan: Plan,
  stream: Stream,
  about: {
    readonly name: string;
    readonly columns?: readonly string[];
    readonly image?: { width: number; height: number };
  },
  measured: readonly Measured[],
): string {
  const { front, classes, inputs, certify } = plan;
  const { name, columns, image } = about;
  const units =
    front.decimals > 0
      ? `whole numbers of 10^-${front.decimals} (2.3 is ${Math.round(2.3 * 10 ** front.decimals)})`
      : UNITS[front.input];
  const rows = [
    `${name}: which of ${classes.length} classes a row belongs to. Made by fewbit ${VERSION}.`,
    '',
    `Networks  ${plan.networks.filter((n) => n !== null).length} of ${countOfPairs(classes.length)} pairs, ` +
      `${[inputs, ...plan.layers].join('-')}, weights of -${plan.weightBound}..${plan.weightBound}; vote: ${plan.vote}`,
    `Input     ${front.values} values of type ${front.input}${front.input === 'float' ? '' : '_t'}: ${units}` +
      (image === undefined
        ? ''
        : `; ${image.width} x ${image.height} pixels${ofColours(front)}, row by row from the top`),
    ...(front.kind === 'direct' && front.input === 'int16'
      ? ['          values lie in -32767..32767; cut what is beyond']
      : []),
    ...(front.kind === 'features'
      ? [`Features  ${inputs} numbers made of the image (${featuresText(front.fitted.spec)}), on the stack`]
      : []),
    ...columnLines(columns, front.values),
    ...(front.kind === 'encoded' ? levelLines(front.encoding, columns ?? []) : []),
    `Classes   ${classNames(classes)}`,
    '',
    ...needs(plan, stream, measured),
  ];
  const text = `/*
${rows.map((row) => ` * ${row}`.trimEnd()).join('\n')}
 */
#ifndef N_H
#define N_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define N_INPUTS ${front.values}
#define N_CLASSES ${classes.length}
${front.decimals > 0 ? `/* Inputs are whole numbers of one N_UNITS_PER_ONE-th. */\n#define N_UNITS_PER_ONE ${10 ** front.decimals}\n` : ''}
typedef ${front.input}${front.input === 'float' ? '' : '_t'} N_input_t;

/* The class of a row of N_INPUTS values, 0..N_CLASSES - 1; -1: no label. */
int N_predict(const N_input_t *x);

/* The same, and how many networks vote for each of the N_CLASSES classes. */
int N_votes(const N_input_t *x, uint16_t *votes);
${
  certify
    ? `
/*
 * The same, and the largest whole change of every input at once at which the label provably stays, in the units that the networks
 * read; N_RADIUS_INFINITE where no input changes it, 0 without a label.
 */
int N_certify(const N_input_t *x, uint16_t *radius);
#define N_RADIUS_INFINITE 65535u
`
    : ''
}
/* The name of a class in UTF-8; "" for no label. */
const char *N_label(int index);

#ifdef __cplusplus
}
#endif

#endif
`;
  const [comment, rest] = [text.slice(0, text.indexOf('#ifndef')), text.slice(text.indexOf('#ifndef'))];
  return comment + named(rest, name);
}

const SHOWN = 64;

function classNames(classes: readonly string[]): string {
  const shown = classes.slice(0, SHOWN).map((name, c) => `${c} "${inComment(name)}"`);
  return shown.join(', ') + (classes.length > SHOWN ? `, .. (${classes.length})` : '');
}

function columnLines(columns: readonly string[] | undefined, inputs: number): string[] {
  if (columns === undefined) return [];
  const shown = columns.slice(0, SHOWN).map((name, i) => `${i} "${inComment(name)}"`);
  return [`Columns   ${shown.join(', ')}${inputs > SHOWN ? `, .. (${inputs})` : ''}`];
}

/** Places of levels, and what a missing value is. */
function levelLines(encoding: Encoding, columns: readonly string[]): string[] {
  const lines = ['Missing   NAN of <math.h>'];
  const levels = encoding.columns.flatMap((column, c) => {
    const names = levelsOf(column);
    if (names === undefined) return [];
    const shown = names.slice(0, SHOWN).map((name, place) => `${place} "${inComment(name)}"`);
    const more = names.length > SHOWN ? `, .. (${names.length})` : '';
    return [`          ${c} "${inComment(columns[c] ?? '')}": ${shown.join(', ')}${more}; any other: -1`];
  });
  return levels.length === 0
    ? lines
    : [...lines, 'Levels    a column of texts is given as the place of its level:', ...levels];
}

function needs(plan: Plan, stream: Stream, measured: readonly Measured[]): string[] {
  const sums = plan.networks.reduce((count, network) => count + (network?.neurons.length ?? 0), 0);
  const planes =
    stream.layout === 'planes' ? `, ${stream.units.length} bytes of planes looked at bit by bit` : '';
  return [
    `Weights   ${stream.bytes} bytes as ${stream.layout}; constant data ${needsRoom(plan, stream)} bytes in all`,
    `Work      at most ${additions(plan)} additions in ${sums} sums a row${planes}; the same for every row`,
    ...measured.map(
      ({ compiler, flash, ram, stack }) =>
        `Flash ${flash} bytes, static RAM ${ram} bytes${stack === null ? '' : `, stack at most ${stack} bytes`}: ${compiler}`,
    ),
    ...(measured.length > 0
      ? []
      : ['Flash     constant data and some code (no compiler was there to measure it)']),
  ];
}

/** What a pixel is where it is not one value. */
function ofColours(front: Front): string {
  const isColour = front.kind === 'features' && front.fitted.spec.channels > 1;
  return isColour ? ' of red, green and blue' : '';
}
