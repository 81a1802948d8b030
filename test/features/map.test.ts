import { describe, expect, it } from 'vitest';
import { drawDigits } from '../../src/data/digits/index.js';
import {
  FeatureMap,
  FeatureReader,
  type FeatureSpec,
  fitMeans,
  greyLevels,
  greyRange,
  parseFeatures,
} from '../../src/features/index.js';
import { directionTable, halfRoot, magnitudeTable } from '../../src/features/tables.js';
import { sfc32 } from '../../src/random.js';
import { type Book, byTheBook } from './by-the-book.js';

interface Setting {
  readonly text: string;
  readonly book: Book;
  readonly width: number;
  readonly height: number;
  readonly images: number;
}

/** Shapes that do not divide by their cells, tall and wide ones, every option away from its default. */
const SETTINGS: readonly Setting[] = [
  { text: 'hog', book: { name: 'hog' }, width: 28, height: 28, images: 150 },
  { text: 'hog,zoom=3,cell=4', book: { name: 'hog', zoom: 3 }, width: 8, height: 8, images: 150 },
  {
    text: 'hog,cell=3,bins=9,deskew=0',
    book: { name: 'hog', cell: 3, bins: 9, deskew: 0 },
    width: 11,
    height: 17,
    images: 300,
  },
  {
    text: 'hog,cell=5,bins=7,zoom=2,deskew=0',
    book: { name: 'hog', cell: 5, bins: 7, zoom: 2, deskew: 0 },
    width: 13,
    height: 8,
    images: 150,
  },
  {
    text: 'hog,cell=2,bins=36',
    book: { name: 'hog', cell: 2, bins: 36 },
    width: 9,
    height: 10,
    images: 200,
  },
  {
    text: 'hog,cell=16,bins=4',
    book: { name: 'hog', cell: 16, bins: 4 },
    width: 70,
    height: 40,
    images: 15,
  },
  { text: 'deskew', book: { name: 'deskew' }, width: 12, height: 9, images: 500 },
  { text: 'deskew,root=1', book: { name: 'deskew', root: 1 }, width: 8, height: 31, images: 300 },
  { text: 'hog,channels=3', book: { name: 'hog', channels: 3 }, width: 12, height: 13, images: 100 },
  {
    text: 'hog,cell=5,zoom=2,deskew=0,channels=3',
    book: { name: 'hog', cell: 5, zoom: 2, deskew: 0, channels: 3 },
    width: 9,
    height: 8,
    images: 60,
  },
  {
    text: 'deskew,root=1,channels=3',
    book: { name: 'deskew', root: 1, channels: 3 },
    width: 10,
    height: 9,
    images: 200,
  },
];

/** Noise of several kinds, strokes, single points, constants; in 0..255, in 0..16, and beyond the range on both sides. */
function* pictures(width: number, height: number, count: number): Generator<Int32Array> {
  const random = sfc32(12, width, height, count);
  const size = width * height;
  for (let n = 0; n < count; n++) {
    const image = new Int32Array(size);
    const below = (most: number): number => random() % most;
    switch (n % 8) {
      case 0:
        image.fill(below(256));
        break;
      case 1:
        for (let at = 0; at < size; at++) image[at] = below(256);
        break;
      case 2:
        for (let at = 0; at < size; at++) image[at] = below(17);
        break;
      case 3:
        for (let at = 0; at < size; at++) image[at] = below(6) === 0 ? below(256) : 0;
        break;
      case 4:
        image[below(size)] = below(256);
        break;
      case 5:
        for (let at = 0; at < size; at++) image[at] = below(900) - 300;
        break;
      case 6: {
        const [a, b, c] = [below(200) / 50 - 2, below(width), 1 + below(3)];
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            if (Math.abs(x - b - a * (y - height / 2)) < c) image[y * width + x] = 255 - below(40);
          }
        }
        break;
      }
      default: {
        const [a, b] = [below(9) - 4, below(9) - 4];
        for (let at = 0; at < size; at++) image[at] = a * (at % width) + b * Math.floor(at / width) + 60;
      }
    }
    yield image;
  }
}

describe('feature maps', () => {
  it.each(SETTINGS)('$text of $width x $height is what docs/features.md says', (setting) => {
    const { text, book, width, height, images } = setting;
    const map = new FeatureMap(parseFeatures(text, { width, height }) as FeatureSpec, { width, height });
    const channels = book.channels ?? 1;
    const grey = new Int32Array(width * height * channels);
    const out = new Int32Array(map.count);
    let different = 0;
    let seen = 0;
    for (const image of pictures(width * channels, height, images)) {
      // Noise and constants with the range of all images, every other one with its own.
      const range = seen % 2 === 0 ? { black: 0, white: 255 } : greyRange(image);
      greyLevels(image, range, grey);
      map.describe(grey, out);
      const expected = byTheBook(book, image, width, height, range.black, range.white);
      expect(expected).toHaveLength(map.count);
      different += expected.filter((value, at) => value !== out[at]).length;
      seen++;
    }
    expect(seen).toBe(images);
    expect(different).toBe(0);
  });

  it('agrees on drawn digits, by default and by auto', () => {
    const { samples, image } = drawDigits({ perClass: 10, stream: 'test' });
    const size = image as { width: number; height: number };
    for (const text of ['hog', 'auto']) {
      const spec = parseFeatures(text, size) as FeatureSpec;
      expect(spec).toMatchObject({ name: 'hog', cell: 4, bins: 12, zoom: 1, deskew: true, mean: 100 });
      const map = new FeatureMap(spec, size);
      const out = new Int32Array(map.count);
      for (let row = 0; row < samples.rows; row++) {
        const grey = Int32Array.from(samples.values.subarray(row * 784, (row + 1) * 784));
        map.describe(grey, out);
        expect(byTheBook({ name: 'hog' }, grey, 28, 28, 0, 255)).toEqual([...out]);
      }
    }
  });

  it('has nothing to say of constant images', () => {
    const map = new FeatureMap(parseFeatures('hog,deskew=0', { width: 20, height: 12 }) as FeatureSpec, {
      width: 20,
      height: 12,
    });
    const out = new Int32Array(map.count).fill(9);
    for (const level of [0, 1, 128, 255]) {
      map.describe(new Int32Array(240).fill(level), out);
      expect(out.every((value) => value === 0)).toBe(true);
    }
  });

  it('does not change with the unit of the grey values', () => {
    const spec = parseFeatures('hog,cell=2', { width: 8, height: 8 }) as FeatureSpec;
    const random = sfc32(5);
    const coarse = Int32Array.from({ length: 64 }, () => random() % 17);
    const read = (row: Int32Array): number[] => {
      const middle = new Array<number>(3 * 3 * 48).fill(0);
      const reader = new FeatureReader({ spec, ...greyRange(row), middle }, { width: 8, height: 8 });
      const out = new Int32Array(reader.count);
      reader.read(row, out);
      return [...out];
    };
    const expected = read(coarse);
    expect(expected.some((value) => value > 0)).toBe(true);
    expect(read(coarse.map((value) => value * 16))).toEqual(expected);
    expect(read(coarse.map((value) => value * 1000))).toEqual(expected);
  });

  it('takes the ends of the range for black and white', () => {
    expect(greyRange([3, 200, 255], 16)).toEqual({ black: 16, white: 239 });
    expect(greyRange([-10, 245], 51)).toEqual({ black: 41, white: 194 });
    // 16 of 255 are 1 of 16, and nothing of 1.
    expect(greyRange([0, 16], 16)).toEqual({ black: 1, white: 15 });
    expect(greyRange([0, 1], 100)).toEqual({ black: 0, white: 1 });
    expect(greyRange([0, 0], 100)).toEqual({ black: 0, white: 1 });
    const out = new Int32Array(4);
    greyLevels([0, 16, 17, 239], greyRange([0, 255], 16), out);
    expect([...out]).toEqual([0, 0, 1, 255]);
  });

  it('takes the stated share of the mean off', () => {
    const size = { width: 9, height: 8 };
    const images = [...pictures(9, 8, 40)].map((image) => image.map((v) => Math.max(0, Math.min(255, v))));
    for (const mean of [0, 37, 50, 100]) {
      const map = new FeatureMap(parseFeatures(`deskew,mean=${mean}`, size) as FeatureSpec, size);
      const middle = fitMeans(map, images);
      const sums = new Array<bigint>(72).fill(0n);
      for (const image of images) {
        byTheBook({ name: 'deskew' }, image, 9, 8, 0, 255).forEach((value, at) => {
          sums[at] += BigInt(value);
        });
      }
      const nearest = sums.map((sum) => Number((2n * BigInt(mean) * sum + 4000n) / 8000n));
      expect(middle).toEqual(nearest);
      expect(middle.some((value) => value > 0)).toBe(mean > 0);
    }
  });
});

describe('tables', () => {
  it('no direction of whole differences is near the middle between two sixteenths', () => {
    let nearest = 1;
    for (let bins = 4; bins <= 36; bins++) {
      for (let dy = 0; dy < 256; dy++) {
        for (let dx = dy === 0 ? 1 : 0; dx < 256; dx++) {
          const sixteenths = (Math.atan2(dy, dx) / (2 * Math.PI)) * 16 * bins;
          const distance = Math.abs(sixteenths - Math.floor(sixteenths) - 0.5) / (16 * bins);
          if (distance < nearest) nearest = distance;
        }
      }
    }
    expect(nearest).toBeGreaterThan(3e-9);
  });

  it('halfRoot is exact about every step', () => {
    for (let r = 1; r < 6000; r++) {
      // round(sqrt(n) / 2) becomes r at n = (2 r - 1)^2.
      expect(halfRoot((2 * r - 1) ** 2 - 1)).toBe(r - 1);
      expect(halfRoot((2 * r - 1) ** 2)).toBe(r);
    }
  });

  it('directions go round without a gap', () => {
    const table = directionTable(12);
    expect([table[1], table[256], table[256 + 1], table[255 * 256]]).toEqual([0, 48, 24, 48]);
    expect(magnitudeTable()[256 * 3 + 4]).toBe(80);
  });
});
