import { type RandomSource, sfc32 } from '../random.js';
import type { Adversarial, AttackOptions } from './attack.js';

/** Evaluations of one radius. */
const TRIES = 150;
/** The share of the picture that a square covers, at the beginning, and how often it is halved. */
const FIRST_SHARE = 0.5;
const HALVINGS = 6;
const DEFAULT_MAX_RADIUS = 255;

/** How far an input is from another answer, in any unit; `null`: it has one. */
export type Lead = (row: Int32Array) => number | null;

/**
 * Looks for the smallest change of a picture that changes an answer of which nothing but a lead is known: the way when there is a map
 * between pixels and networks. Square Attack (Andriushchenko et al. 2020): from stripes at both ends of the box, squares of
 * the picture are set to either end of it, smaller and smaller ones, and stay where the lead falls. Radii double until one is enough,
 * then bisection between, each from what was found before.
 *
 * Every input that counts has been evaluated. Deterministic by the seed.
 */
export function attackBySquares(
  row: Int32Array,
  width: number,
  lead: Lead,
  { clip = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], maxRadius, seed }: AttackOptions = {},
): Adversarial | null {
  const most = maxRadius ?? DEFAULT_MAX_RADIUS;
  const random = sfc32(seed ?? 0, row.length, width);
  const within = (radius: number, start: Int32Array | null): Int32Array | null => {
    // A value that is beyond the clip already may stay where it is.
    const lowest = row.map((x) => Math.min(x, Math.max(clip[0], x - radius)));
    const highest = row.map((x) => Math.max(x, Math.min(clip[1], x + radius)));
    return search({ lowest, highest, width, lead, random, start });
  };
  let best: Int32Array | null = null;
  let low = 0;
  for (let radius = 1; best === null && low < most; radius = Math.min(most, 2 * radius)) {
    best = within(radius, null);
    if (best === null) low = radius;
  }
  if (best === null) return null;
  const distance = (input: Int32Array): number =>
    input.reduce((far, x, i) => Math.max(far, Math.abs(x - row[i])), 0);
  for (let high = distance(best); high - low > 1; ) {
    const radius = (low + high) >> 1;
    const found: Int32Array | null = within(radius, best);
    if (found === null) low = radius;
    else {
      best = found;
      high = distance(best);
    }
  }
  return { radius: distance(best), input: best };
}

interface Search {
  readonly lowest: Int32Array;
  readonly highest: Int32Array;
  readonly width: number;
  readonly lead: Lead;
  readonly random: RandomSource;
  /** What was enough at a larger radius. */
  readonly start: Int32Array | null;
}

function search({ lowest, highest, width, lead, random, start }: Search): Int32Array | null {
  const height = lowest.length / width;
  let now = start?.map((x, i) => Math.max(lowest[i], Math.min(highest[i], x))) ?? lowest.slice();
  if (start === null) {
    for (let x = 0; x < width; x++) {
      const ends = (random() & 1) === 0 ? lowest : highest;
      for (let at = x; at < now.length; at += width) now[at] = ends[at];
    }
  }
  let least = lead(now);
  if (least === null) return now;
  for (let t = 0; t < TRIES; t++) {
    const share = FIRST_SHARE / 2 ** Math.floor((t * HALVINGS) / TRIES);
    const side = Math.max(1, Math.round(Math.sqrt(share) * Math.min(width, height)));
    const left = random() % (width - side + 1);
    const top = random() % (height - side + 1);
    const ends = (random() & 1) === 0 ? lowest : highest;
    const next = now.slice();
    for (let y = top; y < top + side; y++) {
      for (let at = y * width + left; at < y * width + left + side; at++) next[at] = ends[at];
    }
    const value = lead(next);
    if (value === null) return next;
    if (value < least) {
      now = next;
      least = value;
    }
  }
  return null;
}
