import { InputError } from '../../errors.js';

/**
 * The weights of a neuron as text: `34+-2+b(-40)` is 34 zeros, +1, -1, two zeros, +1, +2, -40.
 *
 *   digits   a run of that many zeros, without leading zeros
 *   + -      the weights +1 and -1
 *   b..z     +2..+26
 *   B..Z     -2..-26
 *   (v)      any other integer v
 *
 * Readable, needs no decoder beyond one loop in any language, and small where it matters: a sparse ternary row costs
 * about one and a half characters a non-zero weight. The form is canonical (runs maximal, the shortest token for every
 * value), so equal networks are equal texts.
 */
const A = 'a'.charCodeAt(0) - 1;
const UPPER_A = 'A'.charCodeAt(0) - 1;
const LETTER_MAX = 26;

export function encodeWeights(weights: ArrayLike<number>): string {
  let text = '';
  let zeros = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i];
    if (weight === 0) {
      zeros++;
      continue;
    }
    if (zeros > 0) text += zeros;
    zeros = 0;
    text += encodeNonZero(weight);
  }
  return zeros > 0 ? text + zeros : text;
}

function encodeNonZero(weight: number): string {
  if (weight === 1) return '+';
  if (weight === -1) return '-';
  if (Math.abs(weight) > LETTER_MAX) return `(${weight})`;
  return String.fromCharCode(weight > 0 ? A + weight : UPPER_A - weight);
}

const TOKEN = /(0|[1-9]\d*)|([+-])|([b-z])|([B-Z])|\((-?[1-9]\d*)\)/y;

/**
 * Reads `length` weights with absolute values up to `bound`. A run of zeros is checked against what is still missing
 * before it is written, so a short text cannot ask for more memory than `length` numbers, which the caller has limited.
 * Throws `InputError` starting with `where`.
 */
export function decodeWeights(text: string, length: number, bound: number, where: string): number[] {
  const weights = new Array<number>(length).fill(0);
  let at = 0;
  TOKEN.lastIndex = 0;
  for (let position = 0; position < text.length; position = TOKEN.lastIndex) {
    TOKEN.lastIndex = position;
    const token = TOKEN.exec(text);
    if (token === null) {
      throw new InputError(`${where}: unknown character ${JSON.stringify(text[position])} at ${position}`);
    }
    const [, zeros, sign, positive, negative, other] = token;
    if (zeros !== undefined) {
      at += Number(zeros);
      if (at > length) throw new InputError(`${where}: more than ${length} weights`);
      continue;
    }
    if (at >= length) throw new InputError(`${where}: more than ${length} weights`);
    const value =
      sign !== undefined
        ? sign === '+'
          ? 1
          : -1
        : positive !== undefined
          ? positive.charCodeAt(0) - A
          : negative !== undefined
            ? UPPER_A - negative.charCodeAt(0)
            : Number(other);
    if (Math.abs(value) > bound)
      throw new InputError(`${where}[${at}]: ${value} is outside -${bound}..${bound}`);
    weights[at++] = value;
  }
  if (at !== length) throw new InputError(`${where}: ${at} weights, expected ${length}`);
  return weights;
}
