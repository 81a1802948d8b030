import { InputError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { show } from '../printable.js';
import type { Network } from './types.js';

/** Weight layers of a network at most; layer sizes as `checkLayers` says. */
export const MAX_LAYERS = 16;
export const MAX_INPUTS = LIMITS.columns;
export const MAX_HIDDEN_WIDTH = 4096;
/** Weights of a network at most, so that a mistyped layer size fails with a message and not out of memory. */
export const MAX_LINKS = 2 ** 24;
/** Weights are held in 8 bits, symmetrically. */
export const MAX_WEIGHT_BOUND = 127;

/**
 * Checks layer sizes `[n0, .., nL]`: 1 to 16 weight layers, n0 in 1..65536, hidden widths in 1..4096, nL = 1, at most
 * 2^24 weights.
 *
 * @param where the start of the error line: file and field
 * @throws InputError naming the entry at fault
 */
export function checkLayers(raw: unknown, where: string): number[] {
  if (!Array.isArray(raw) || raw.length < 2) {
    throw new InputError(`${where}: expected at least two layer sizes like [64, 4, 1], got ${show(raw)}`);
  }
  if (raw.length - 1 > MAX_LAYERS) {
    throw new InputError(`${where}: ${raw.length - 1} weight layers; at most ${MAX_LAYERS} are supported`);
  }
  const last = raw.length - 1;
  let links = 0;
  for (let l = 0; l <= last; l++) {
    const size: unknown = raw[l];
    const most = l === 0 ? MAX_INPUTS : l === last ? 1 : MAX_HIDDEN_WIDTH;
    if (!isInteger(size) || size < 1 || size > most) {
      const allowed = l === last ? 'exactly 1 (one output neuron)' : `an integer in 1..${most}`;
      throw new InputError(`${where}: entry ${l} must be ${allowed}, got ${show(size)}`);
    }
    if (l > 0) links += size * (raw[l - 1] as number);
  }
  if (links > MAX_LINKS) {
    throw new InputError(`${where}: ${links} weights; at most ${MAX_LINKS} are supported`);
  }
  return [...(raw as number[])];
}

/**
 * Checks a weight bound P: an integer in 1..127.
 *
 * @throws InputError
 */
export function checkWeightBound(raw: unknown, where: string): number {
  if (!isInteger(raw) || raw < 1 || raw > MAX_WEIGHT_BOUND) {
    throw new InputError(`${where}: must be an integer in 1..${MAX_WEIGHT_BOUND}, got ${show(raw)}`);
  }
  return raw;
}

/**
 * Checks a network as read from a file, `{layers, weightBound, weights}`: every layer, neuron and weight present, every
 * weight an integer in `{-P..P}`.
 *
 * @param where the start of the error line: file and field
 * @throws InputError naming layer, neuron and input (counted from 0) of the first fault
 */
export function validateNetwork(raw: unknown, where: string): Network {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new InputError(
      `${where}: expected an object with layers, weightBound and weights, got ${show(raw)}`,
    );
  }
  const fields = raw as Record<string, unknown>;
  const layers = checkLayers(fields.layers, `${where}: layers`);
  const weightBound = checkWeightBound(fields.weightBound, `${where}: weightBound`);
  const weights = list(fields.weights, layers.length - 1, 'layers', `${where}: weights`).map((layer, l) => {
    const inLayer = `${where}: weights, layer ${l}`;
    return list(layer, layers[l + 1], 'neurons', inLayer).map((neuron, j) => {
      const inNeuron = `${inLayer}, neuron ${j}`;
      return list(neuron, layers[l], 'weights', inNeuron).map((weight, i) => {
        if (!isInteger(weight) || Math.abs(weight) > weightBound) {
          throw new InputError(
            `${inNeuron}, input ${i}: must be an integer in -${weightBound}..${weightBound}, got ${show(weight)}`,
          );
        }
        return weight === 0 ? 0 : weight;
      });
    });
  });
  return { layers, weightBound, weights };
}

function list(raw: unknown, length: number, what: string, where: string): unknown[] {
  if (!Array.isArray(raw) || raw.length !== length) {
    const got = Array.isArray(raw) ? `${raw.length}` : show(raw);
    throw new InputError(`${where}: expected a list of ${length} ${what}, got ${got}`);
  }
  return raw;
}

function isInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}
