import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greyOfColour } from '../../src/data/grey.js';
import { formatIdx, imagesFromIdx, parseIdx } from '../../src/data/idx.js';
import { InputError } from '../../src/errors.js';

const names = { images: 'images', labels: 'labels' };
const images = formatIdx({ dimensions: [3, 2, 2], values: Uint8Array.from({ length: 12 }, (_, k) => k) });
const labels = formatIdx({ dimensions: [3], values: Uint8Array.of(7, 3, 7) });

function header(type: number, ...dimensions: number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dimensions.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (type << 8) | dimensions.length);
  for (const [axis, dimension] of dimensions.entries()) view.setUint32(4 + 4 * axis, dimension);
  return bytes;
}

describe('parseIdx', () => {
  it('reads back what formatIdx wrote, without copying', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { minLength: 1, maxLength: 4 }), fc.integer(), (dimensions, seed) => {
        const size = dimensions.reduce((product, dimension) => product * dimension, 1);
        const values = Uint8Array.from({ length: size }, (_, k) => (k * 31 + seed) & 255);
        const bytes = formatIdx({ dimensions, values });
        const read = parseIdx(bytes, 'file');
        expect(read.dimensions).toEqual(dimensions);
        expect(Array.from(read.values)).toEqual(Array.from(values));
        expect(read.values.buffer).toBe(bytes.buffer);
      }),
    );
  });

  it('reads a view that does not start at the beginning of its buffer', () => {
    const padded = new Uint8Array(labels.length + 5);
    padded.set(labels, 5);
    expect(Array.from(parseIdx(padded.subarray(5), 'file').values)).toEqual([7, 3, 7]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /^file: not an IDX file: only 0 bytes$/],
    [
      'a page',
      new TextEncoder().encode('<html>403</html>'),
      /^file: not an IDX file of unsigned bytes: magic number/,
    ],
    ['floats', header(13, 1), /^file: not an IDX file of unsigned bytes/],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0, 0), /^file: still compressed with gzip/],
    ['no dimensions', header(8), /^file: not an IDX file of unsigned bytes/],
    ['half a header', header(8, 3, 28, 28).subarray(0, 9), /^file: truncated in the header: 9 bytes/],
    [
      'a missing byte',
      images.subarray(0, images.length - 1),
      /^file: truncated: 3 x 2 x 2 needs 12 .* found 11$/,
    ],
    ['a byte too many', Uint8Array.of(...images, 0), /^file: 1 bytes too many after 3 x 2 x 2 values$/],
    [
      'dimensions whose product overflows',
      header(8, 0xffffffff, 0xffffffff, 0xffffffff),
      /^file: truncated: 4294967295 x 4294967295 x 4294967295 needs 7.9\d*e\+28 bytes/,
    ],
  ])('refuses %s with one line', (_, bytes, message) => {
    expect(() => parseIdx(bytes, 'file')).toThrow(InputError);
    expect(() => parseIdx(bytes, 'file')).toThrow(message);
  });

  it('never does anything but read or refuse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          parseIdx(bytes, 'file');
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).not.toContain('\n');
        }
      }),
    );
  });
});

describe('imagesFromIdx', () => {
  it('takes the grey of images in colour', () => {
    const pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 9, 9, 9, 1, 0, 0];
    const colour = formatIdx({ dimensions: [3, 1, 2, 3], values: Uint8Array.from(pixels) });
    const { samples, image } = imagesFromIdx(colour, labels, names);
    expect(image).toEqual({ width: 2, height: 1 });
    expect(samples).toEqual({ values: Uint8Array.of(76, 150, 29, 255, 9, 0), rows: 3, columns: 2 });
    const four = formatIdx({ dimensions: [3, 1, 1, 4], values: new Uint8Array(12) });
    expect(() => imagesFromIdx(four, labels, names)).toThrow(/in colour, x 3 more/);
  });

  it('leaves colours as they are where it is asked to', () => {
    const pixels = Array.from({ length: 18 }, (_, at) => (at * 37) % 256);
    const colour = formatIdx({ dimensions: [3, 1, 2, 3], values: Uint8Array.from(pixels) });
    const { samples, image } = imagesFromIdx(colour, labels, names, undefined, true);
    expect([...samples.values]).toEqual(pixels);
    expect(samples.columns).toBe(6);
    expect(image).toEqual({ width: 2, height: 1 });
    const grey = formatIdx({ dimensions: [3, 1, 2], values: Uint8Array.from(pixels.slice(0, 6)) });
    expect(() => imagesFromIdx(grey, labels, names, undefined, true)).toThrow(
      /images in grey have no channels/,
    );
  });

  it('has greys between the least and the largest colour, of either sign', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), (r, g, b) => {
        const [grey] = greyOfColour([r, g, b]);
        expect(grey).toBeGreaterThanOrEqual(Math.min(r, g, b));
        expect(grey).toBeLessThanOrEqual(Math.max(r, g, b));
        expect(BigInt(grey)).toBe(
          BigInt.asIntN(64, floorDiv(299n * BigInt(r) + 587n * BigInt(g) + 114n * BigInt(b) + 500n)),
        );
      }),
    );
    function floorDiv(n: bigint): bigint {
      return n >= 0n ? n / 1000n : -((-n + 999n) / 1000n);
    }
  });

  it('delivers rows, labels as class names, and the shape', () => {
    const data = imagesFromIdx(images, labels, names);
    expect(data.samples).toMatchObject({ rows: 3, columns: 4 });
    expect(Array.from(data.samples.values)).toEqual(Array.from({ length: 12 }, (_, k) => k));
    expect(data.labels).toEqual(['7', '3', '7']);
    expect(data.classes).toEqual(['3', '7']);
    expect(data.image).toEqual({ width: 2, height: 2 });
  });

  it('keeps the class order of the training data for a test part', () => {
    expect(imagesFromIdx(images, labels, names, ['7', '3', '1']).classes).toEqual(['7', '3', '1']);
    expect(imagesFromIdx(images, labels, names, ['7', '1'])).toMatchObject({
      labels: imagesFromIdx(images, labels, names).labels,
      classes: ['7', '1'],
    });
  });

  it.each<[string, Uint8Array, Uint8Array, RegExp]>([
    ['labels for images', labels, labels, /^images: magic number 2049, expected 2051/],
    ['images for labels', images, images, /^labels: magic number 2051, expected 2049/],
    [
      'another number of labels',
      images,
      formatIdx({ dimensions: [2], values: Uint8Array.of(1, 2) }),
      /^labels: 2 labels, but images has 3 images$/,
    ],
    [
      'one class',
      images,
      formatIdx({ dimensions: [3], values: Uint8Array.of(4, 4, 4) }),
      /^labels: at least two classes are needed, all 3 samples are "4"$/,
    ],
    ['no images', header(8, 0, 28, 28), header(8, 0), /^images: no images$/],
    [
      'flat images',
      header(8, 5, 0, 28),
      Uint8Array.of(...header(8, 5), 1, 2, 3, 4, 5),
      /^images: images of 28 x 0 pixels/,
    ],
  ])('refuses %s', (_, pictures, marks, message) => {
    expect(() => imagesFromIdx(pictures, marks, names)).toThrow(message);
  });
});
