import { describe, expect, it } from 'vitest';
import {
  FeatureReader,
  type FeatureSpec,
  type FittedFeatures,
  parseFeatures,
} from '../../../src/features/index.js';
import { FeatureRange, halvesOf, middleStance, type StanceRange } from '../../../src/features/range/index.js';
import { stanceOf } from '../../../src/features/upright.js';
import { type RandomSource, sfc32 } from '../../../src/random.js';

interface Setting {
  readonly text: string;
  readonly width: number;
  readonly height: number;
  readonly channels?: number;
}

const SETTINGS: readonly Setting[] = [
  { text: 'hog,cell=4,bins=12', width: 11, height: 9 },
  { text: 'hog,cell=2,bins=4', width: 8, height: 8 },
  { text: 'hog,cell=3,bins=9,deskew=0', width: 8, height: 13 },
  { text: 'hog,cell=4,bins=5,zoom=2', width: 8, height: 9 },
  { text: 'deskew', width: 9, height: 8 },
  { text: 'deskew,root=1,mean=50', width: 8, height: 10 },
  { text: 'hog,cell=4,bins=6,channels=3', width: 9, height: 8, channels: 3 },
  { text: 'deskew,channels=3', width: 8, height: 9, channels: 3 },
];

function fitted(text: string, width: number, height: number): FittedFeatures {
  const spec = parseFeatures(text, { width, height }) as FeatureSpec;
  const range = new FeatureRange({ spec, black: 5, white: 240, middle: [] }, { width, height });
  const middle = Array.from({ length: range.count }, (_, at) => (at * 7) % 60);
  return { spec, black: 5, white: 240, middle };
}

/** Strokes, noise, faint noise, and single points. */
function picture(random: RandomSource, width: number, height: number, kind: number): Int32Array {
  const size = width * height;
  const below = (most: number): number => random() % most;
  if (kind === 0) return Int32Array.from({ length: size }, () => below(256));
  if (kind === 1) return Int32Array.from({ length: size }, () => below(12));
  if (kind === 2)
    return Int32Array.from({ length: size }, (_, at) => (at === size >> 1 ? 200 : below(9) === 0 ? 90 : 0));
  const [a, b] = [below(30) / 10 - 1.5, width / 2 + below(3) - 1];
  return Int32Array.from({ length: size }, (_, at) => {
    const away = Math.abs((at % width) - b - a * (Math.floor(at / width) - height / 2));
    return Math.max(0, Math.min(255, Math.round(380 - 200 * away)));
  });
}

const isIn = (value: number, [least, most]: readonly [number, number]): boolean =>
  least <= value && value <= most;
const contains = (range: StanceRange, { x, y, slope }: ReturnType<typeof stanceOf>): boolean =>
  isIn(x, range.x) && isIn(y, range.y) && isIn(slope, range.slope);

/** What stands: the sum of the channels. */
const lightOf = (levels: Int32Array, channels: number): Int32Array =>
  Int32Array.from({ length: levels.length / channels }, (_, at) =>
    levels.subarray(at * channels, (at + 1) * channels).reduce((sum, level) => sum + level, 0),
  );

/** Bounds by parts of a range of stances, split so often. */
function parts(stances: StanceRange, height: number, times: number): StanceRange[] {
  if (times === 0) return [stances];
  return (halvesOf(stances, height) ?? [stances]).flatMap((half) => parts(half, height, times - 1));
}

describe('FeatureRange', () => {
  it.each(SETTINGS)('$text of $width x $height: no picture of a box has features beyond it', (setting) => {
    const { text, width, height, channels = 1 } = setting;
    const features = fitted(text, width, height);
    const image = { width, height };
    const range = new FeatureRange(features, image);
    const reader = new FeatureReader(features, image);
    const random = sfc32(31, width, height);
    const out = new Int32Array(reader.count);
    let bounded = 0;
    for (let n = 0; n < 40; n++) {
      const row = picture(random, width * channels, height, n % 4);
      const radius = [0, 1, 2, 6, 30][n % 5];
      const [low, high] = [row.map((x) => x - radius), row.map((x) => x + radius)];
      const stances = range.box(low, high);
      if (stances === undefined) continue;
      bounded++;
      const split = parts(stances, height, n % 3);
      const bounds = split.map((part) => {
        range.read(part);
        return { part, low: range.low.slice(), high: range.high.slice() };
      });
      for (let k = 0; k < 12; k++) {
        // Corners of the box as often as its inside: that is where extremes are.
        const near = row.map((x) =>
          k < 2
            ? x + (k === 0 ? radius : -radius)
            : x - radius + ((k & 1) === 0 ? random() % (2 * radius + 1) : 2 * radius * (random() & 1)),
        );
        reader.read(near, out);
        const isUpright = features.spec.name === 'deskew' || features.spec.deskew;
        const stance = isUpright ? stanceOf(lightOf(reader.levels(near), channels), image) : undefined;
        if (stance !== undefined) expect(contains(stances, stance)).toBe(true);
        const own = bounds.filter(({ part }) => stance === undefined || contains(part, stance));
        expect(own.length).toBeGreaterThan(0);
        for (const bound of own) {
          expect(out.findIndex((value, at) => value < bound.low[at] || value > bound.high[at])).toBe(-1);
        }
      }
      // The middle of the range of stances, and a box of one picture, are single.
      expect(halvesOf(middleStance(stances), height)).toBeUndefined();
      if (radius === 0) {
        reader.read(row, out);
        expect(split).toHaveLength(1);
        expect([...bounds[0].low]).toEqual([...out]);
        expect([...bounds[0].high]).toEqual([...out]);
      }
    }
    expect(bounded).toBeGreaterThan(20);
  });

  it('is exact for centres, and close for slopes, where all pictures of a box are looked at', () => {
    const [width, height] = [8, 9];
    const image = { width, height };
    const features = { ...fitted('deskew', width, height), black: 0, white: 255 };
    const range = new FeatureRange(features, image);
    const random = sfc32(77);
    for (let n = 0; n < 12; n++) {
      const row = picture(random, width, height, n % 4 === 1 ? 0 : n % 4);
      const moving = Array.from({ length: 4 }, () => random() % row.length);
      const [low, high] = [row.slice(), row.slice()];
      for (const at of moving) high[at] = row[at] + 3;
      const stances = range.box(low, high) as StanceRange;
      range.read(stances);
      const seen = { x: [] as number[], y: [] as number[], slope: [] as number[] };
      for (const near of all(row, [...new Set(moving)], 3)) {
        const stance = stanceOf(
          near.map((x) => Math.min(255, x)),
          image,
        );
        for (const key of ['x', 'y', 'slope'] as const) seen[key].push(stance[key]);
        expect(contains(stances, stance)).toBe(true);
      }
      for (const key of ['x', 'y'] as const) {
        expect([Math.min(...seen[key]), Math.max(...seen[key])]).toEqual([...stances[key]]);
      }
      const [least, most] = [Math.min(...seen.slope), Math.max(...seen.slope)];
      expect(least - stances.slope[0] + stances.slope[1] - most).toBeLessThanOrEqual(
        10 + 0.05 * (most - least),
      );
    }
  });

  it('knows that black and white do not change, and nothing of what may be all black', () => {
    const image = { width: 8, height: 8 };
    const features = fitted('deskew', 8, 8);
    const range = new FeatureRange(features, image);
    const row = Int32Array.from({ length: 64 }, (_, at) => (at % 8 < 4 ? 0 : 255));
    const stances = range.box(
      row.map((x) => x - 5),
      row.map((x) => x + 5),
    ) as StanceRange;
    expect(halvesOf(stances, 8)).toBeUndefined();
    range.read(stances);
    expect([...range.low]).toEqual([...range.high]);
    expect(range.box(new Int32Array(64), new Int32Array(64).fill(6))).toBeUndefined();
    expect(range.box(new Int32Array(64), new Int32Array(64).fill(5))).toBeDefined();
  });
});

/** All rows with 0 to `most` added to each of some pixels. */
function all(row: Int32Array, pixels: readonly number[], most: number): Int32Array[] {
  return pixels.reduce<Int32Array[]>(
    (found, at) =>
      found.flatMap((start) =>
        Array.from({ length: most + 1 }, (_, more) => {
          const next = start.slice();
          next[at] += more;
          return next;
        }),
      ),
    [row],
  );
}
