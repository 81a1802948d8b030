import { below, type RandomSource, triangular, uniform } from '../../random.js';
import type { Stroke, Style } from './glyphs.js';
import { inkLines, tracePen } from './pen.js';

/** Side of a drawn image in pixels. */
export const SIDE = 28;

/**
 * How much hands differ. Tuned by eye and by one-nearest-neighbour: nearly every image can be read, yet ten examples
 * of each digit are far from enough for a look-up.
 */
const HAND = {
  /** Independent shake of every point of a stroke, in hundredths of the box. */
  shake: 5,
  /** Smooth bending of the whole box, in hundredths. */
  bend: 15,
  /** Width as a share of the height: least, most. */
  narrow: 0.55,
  wide: 1,
  /** Slant to the right (x per y), mean and spread. */
  slant: 0.12,
  slantSpread: 0.4,
  /** Rotation in radians, at most. */
  turn: 0.22,
  /** Longer side of the drawing in pixels: least, most. */
  small: 15.5,
  large: 20.5,
  /** Displacement of the centre in pixels, at most. */
  stray: 1.4,
  /** Paper left free at the rim, in pixels from the pen's centre line. */
  rim: 2,
  /** Half the line's width in pixels: least, most. */
  thin: 0.5,
  thick: 1.35,
} as const;

/**
 * Draws one digit: picks a style, moves its points (shake, bend, width, slant, rotation), fits the drawing into the
 * picture and inks it with a pen of random width, pressure and softness.
 *
 * @param out `SIDE * SIDE` bytes, row by row, 0 paper .. 255 ink; overwritten
 */
export function drawByHand(styles: readonly Style[], random: RandomSource, out: Uint8Array): void {
  const style = pickStyle(styles, random);
  const move = randomMove(random);
  const lines = style.strokes.map((stroke) => traceMoved(stroke, move, random));
  fitIntoPicture(lines, random);
  const radius = between(random, HAND.thin, HAND.thick);
  const pressure = 0.3 * triangular(random);
  const ink = new Float64Array(SIDE * SIDE);
  inkLines(
    lines,
    {
      startRadius: radius * (1 + pressure),
      endRadius: radius * (1 - pressure),
      edge: between(random, 0.8, 1.4),
    },
    ink,
    SIDE,
    SIDE,
  );
  const darkest = between(random, 200, 255);
  for (let pixel = 0; pixel < ink.length; pixel++) {
    const grain = 1 - 0.12 * uniform(random);
    out[pixel] = Math.round(ink[pixel] * darkest * grain);
  }
}

function pickStyle(styles: readonly Style[], random: RandomSource): Style {
  let total = 0;
  for (const style of styles) total += style.weight;
  let at = below(random, total);
  for (const style of styles) {
    at -= style.weight;
    if (at < 0) return style;
  }
  return styles[0];
}

type Move = (x: number, y: number, out: number[]) => void;

/** A smooth random map of the box: points that touch stay together, lines bend. */
function randomMove(random: RandomSource): Move {
  const bends = Array.from({ length: 8 }, () => HAND.bend * triangular(random));
  const width = between(random, HAND.narrow, HAND.wide);
  const slant = HAND.slant + HAND.slantSpread * triangular(random);
  const turn = HAND.turn * triangular(random);
  // Cosine to second order: for such small angles the difference is no handwriting's business.
  const cosine = 1 - (turn * turn) / 2;
  return (x, y, out) => {
    const u = (x - 50) / 50;
    const v = (y - 50) / 50;
    const bentX = x - 50 + bends[0] * u * v + bends[1] * v * v + bends[2] * u * u + bends[3] * v * v * v;
    const bentY = y - 50 + bends[4] * u * v + bends[5] * v * v + bends[6] * u * u + bends[7] * v * v * v;
    const slantedX = bentX * width - slant * bentY;
    out.push(cosine * slantedX - turn * bentY, turn * slantedX + cosine * bentY);
  };
}

function traceMoved(stroke: Stroke, move: Move, random: RandomSource): number[] {
  const moved: number[] = [];
  for (let at = 0; at < stroke.points.length; at += 2) {
    const x = stroke.points[at] + HAND.shake * triangular(random);
    const y = stroke.points[at + 1] + HAND.shake * triangular(random);
    move(x, y, moved);
  }
  const line: number[] = [];
  tracePen(stroke, moved, line);
  return line;
}

/**
 * Scales the drawing to a random size and puts its centre of mass near the middle of the picture, as far as the whole
 * drawing stays on the paper. In place.
 */
function fitIntoPicture(lines: readonly number[][], random: RandomSource): void {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const sum = [0, 0];
  let count = 0;
  for (const line of lines) {
    for (let at = 0; at < line.length; at++) {
      const axis = at & 1;
      low[axis] = Math.min(low[axis], line[at]);
      high[axis] = Math.max(high[axis], line[at]);
      sum[axis] += line[at];
      count += axis;
    }
  }
  const scale = between(random, HAND.small, HAND.large) / Math.max(high[0] - low[0], high[1] - low[1]);
  for (let axis = 0; axis < 2; axis++) {
    const centred = (SIDE - 1) / 2 + HAND.stray * triangular(random) - (scale * sum[axis]) / count;
    const least = HAND.rim - scale * low[axis];
    const most = SIDE - 1 - HAND.rim - scale * high[axis];
    const offset = Math.max(least, Math.min(most, centred));
    for (const line of lines) {
      for (let at = axis; at < line.length; at += 2) line[at] = line[at] * scale + offset;
    }
  }
}

function between(random: RandomSource, low: number, high: number): number {
  return low + (high - low) * uniform(random);
}
