import { InputError } from '../../errors.js';
import { sfc32 } from '../../random.js';
import type { DataSet } from '../types.js';
import { GLYPHS } from './glyphs.js';
import { drawByHand, SIDE } from './hand.js';

export interface DigitsOptions {
  /** Integer in 0..2^32-1; the embedded data set is seed 1. */
  readonly seed?: number;
  /** Images of each digit, 1..100000. */
  readonly perClass: number;
  /** Train and test images come from streams that share nothing. */
  readonly stream: 'train' | 'test';
}

const CLASSES = GLYPHS.map((_, digit) => String(digit));
const STREAMS = { train: 1, test: 2 } as const;
const MAX_PER_CLASS = 100_000;

/**
 * The embedded data set: digits 0..9 as 28 x 28 grey images (0 paper .. 255 ink), drawn by the project itself from pen
 * strokes. Row k shows digit k % 10. Every image has a random stream of its own, made from seed, stream, digit and
 * number, so the same image comes out whatever `perClass` is, byte for byte on every platform.
 *
 * @throws InputError when an option is out of its range
 */
export function drawDigits(options: DigitsOptions): DataSet {
  const { seed = 1, perClass, stream } = options ?? {};
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new InputError(`digits: seed must be an integer in 0..2^32-1, got ${seed}`);
  }
  if (!Number.isInteger(perClass) || perClass < 1 || perClass > MAX_PER_CLASS) {
    throw new InputError(`digits: perClass must be an integer in 1..${MAX_PER_CLASS}, got ${perClass}`);
  }
  if (!Object.hasOwn(STREAMS, stream)) {
    throw new InputError(`digits: stream must be 'train' or 'test', got ${stream}`);
  }
  const columns = SIDE * SIDE;
  const rows = perClass * CLASSES.length;
  const values = new Uint8Array(rows * columns);
  const labels: string[] = [];
  for (let row = 0; row < rows; row++) {
    const digit = row % CLASSES.length;
    const random = sfc32(seed, STREAMS[stream], digit, Math.floor(row / CLASSES.length));
    drawByHand(GLYPHS[digit], random, values.subarray(row * columns, (row + 1) * columns));
    labels.push(CLASSES[digit]);
  }
  return {
    samples: { values, rows, columns },
    labels,
    classes: CLASSES,
    image: { width: SIDE, height: SIDE },
  };
}
