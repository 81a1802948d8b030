import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sfc32 } from '../../src/data/random.js';
import { InputError } from '../../src/errors.js';
import {
  HANDWRITING_SPREAD,
  perturbedCopies,
  randomAffine,
  rotated,
  shifted,
} from '../../src/perturb/index.js';
import { fixedSinCos, ONE } from '../../src/perturb/resample.js';

const picture = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }))
  .chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      image: fc.array(fc.integer({ min: 0, max: 255 }), {
        minLength: width * height,
        maxLength: width * height,
      }),
    }),
  );

describe('shifted', () => {
  it('moves right and down, zeros come in', () => {
    const image = [1, 2, 3, 4, 5, 6];
    expect(Array.from(shifted(image, 3, 2, 1, 0))).toEqual([0, 1, 2, 0, 4, 5]);
    expect(Array.from(shifted(image, 3, 2, -1, 1))).toEqual([0, 0, 0, 2, 3, 0]);
    expect(Array.from(shifted(image, 3, 2, 9, -9))).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('fixedSinCos', () => {
  it('is exact at right angles and right to the last place elsewhere', () => {
    expect([0, 90, 180, 270, 360, -90].map(fixedSinCos)).toEqual([
      { sin: 0, cos: ONE },
      { sin: ONE, cos: 0 },
      { sin: 0, cos: -ONE },
      { sin: -ONE, cos: 0 },
      { sin: 0, cos: ONE },
      { sin: -ONE, cos: 0 },
    ]);
    for (let degrees = -400; degrees <= 400; degrees += 0.75) {
      const { sin, cos } = fixedSinCos(degrees);
      expect(Math.abs(sin - Math.sin((degrees * Math.PI) / 180) * ONE)).toBeLessThanOrEqual(0.5001);
      expect(Math.abs(cos - Math.cos((degrees * Math.PI) / 180) * ONE)).toBeLessThanOrEqual(0.5001);
    }
  });
});

describe('rotated', () => {
  it('turns by right angles exactly, counter-clockwise', () => {
    expect(Array.from(rotated([1, 2, 3, 4], 2, 2, 90))).toEqual([2, 4, 1, 3]);
    expect(Array.from(rotated([1, 2, 3, 4, 5, 6, 7, 8, 9], 3, 3, 180))).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(Array.from(rotated([1, 2, 3, 4, 5, 6], 3, 2, 0))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is the bilinear mean of floating point, to rounding', () => {
    const side = 9;
    const image = Array.from({ length: side * side }, (_, k) => (k * 97) % 256);
    const angle = (17 * Math.PI) / 180;
    const copy = rotated(image, side, side, 17);
    const at = (x: number, y: number) => (x < 0 || y < 0 || x >= side || y >= side ? 0 : image[y * side + x]);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const sx = Math.cos(angle) * (x - 4) - Math.sin(angle) * (y - 4) + 4;
        const sy = Math.sin(angle) * (x - 4) + Math.cos(angle) * (y - 4) + 4;
        const [fx, fy] = [sx - Math.floor(sx), sy - Math.floor(sy)];
        const [l, t] = [Math.floor(sx), Math.floor(sy)];
        const mean =
          (at(l, t) * (1 - fx) + at(l + 1, t) * fx) * (1 - fy) +
          (at(l, t + 1) * (1 - fx) + at(l + 1, t + 1) * fx) * fy;
        expect(Math.abs(copy[y * side + x] - mean)).toBeLessThan(0.6);
      }
    }
  });

  it('stays within the values of the image and zero', () => {
    fc.assert(
      fc.property(
        picture,
        fc.double({ min: -180, max: 180, noNaN: true }),
        ({ image, width, height }, degrees) => {
          const copy = rotated(image, width, height, degrees);
          expect(Math.min(...copy)).toBeGreaterThanOrEqual(0);
          expect(Math.max(...copy)).toBeLessThanOrEqual(Math.max(...image));
        },
      ),
    );
  });
});

describe('perturbedCopies', () => {
  it('gives all shifts and both turns', () => {
    const image = Array.from({ length: 49 }, (_, k) => k + 1);
    expect(perturbedCopies(image, 7, 7, { shift: 1 })).toHaveLength(8);
    expect(perturbedCopies(image, 7, 7, { shift: 2, rotate: 10 })).toHaveLength(26);
    expect(perturbedCopies(image, 7, 7, {})).toEqual([]);
    expect(perturbedCopies(image, 7, 7, { rotate: 90 }).map((copy) => copy[0])).toEqual([7, 43]);
  });

  it('gives every copy once and never the image', () => {
    expect(perturbedCopies(new Uint8Array(9), 3, 3, { shift: 2, rotate: 5 })).toEqual([]);
    fc.assert(
      fc.property(
        picture,
        fc.nat(2),
        fc.integer({ min: 0, max: 180 }),
        ({ image, width, height }, shift, rotate) => {
          const copies = perturbedCopies(image, width, height, { shift, rotate }).map((copy) => copy.join());
          expect(new Set([image.join(), ...copies]).size).toBe(copies.length + 1);
          expect(copies.length).toBeLessThanOrEqual((2 * shift + 1) ** 2 + 1);
        },
      ),
    );
  });

  it('draws the same bytes everywhere', () => {
    const image = Uint8Array.from({ length: 36 }, (_, k) => (k * k * 7) & 255);
    const copies = perturbedCopies(image, 6, 6, { shift: 1, rotate: 10 });
    expect(checksum(copies.flatMap((copy) => Array.from(copy)))).toBe(-209757855);
    const random = sfc32(3);
    const affine = Array.from({ length: 5 }, () => randomAffine(image, 6, 6, HANDWRITING_SPREAD, random));
    expect(checksum(affine.flatMap((copy) => Array.from(copy)))).toBe(260453166);
  });

  it.each<[Parameters<typeof perturbedCopies>[3], string]>([
    [{ shift: 9 }, 'perturb: shift must be a whole number of pixels in 0..8, got 9'],
    [{ shift: 0.5 }, 'perturb: shift must be a whole number of pixels in 0..8, got 0.5'],
    [{ rotate: -1 }, 'perturb: rotate must be in 0..180 degrees, got -1'],
    [{ rotate: Number.NaN }, 'perturb: rotate must be in 0..180 degrees, got NaN'],
  ])('refuses %j', (amounts, message) => {
    expect(() => perturbedCopies([1, 2, 3, 4], 2, 2, amounts)).toThrow(InputError);
    expect(() => perturbedCopies([1, 2, 3, 4], 2, 2, amounts)).toThrow(message);
  });

  it('refuses an image of another size', () => {
    expect(() => perturbedCopies([1, 2, 3], 2, 2, { shift: 1 })).toThrow(
      'perturb: 2 x 2 pixels expected, got 3',
    );
  });
});

describe('randomAffine', () => {
  it('is the image itself without any spread, and draws six numbers anyway', () => {
    const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    let draws = 0;
    const random = () => draws++ * 600_000_007;
    expect(Array.from(randomAffine(image, 3, 3, {}, random))).toEqual(image);
    expect(draws).toBe(6);
  });

  it('moves by whole pixels as shifts do', () => {
    // The largest number stands for just under plus the amount: 2^32 - 2^31 / 2^31.
    const random = () => 2 ** 31 + 2 ** 30;
    const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(Array.from(randomAffine(image, 3, 3, { shift: 2 }, random))).toEqual(
      Array.from(shifted(image, 3, 3, -1, -1)),
    );
  });

  it('refuses amounts out of their ranges', () => {
    expect(() => randomAffine([1], 1, 1, { scale: 1 }, () => 0)).toThrow(
      'perturb: scale must be in 0..0.9, got 1',
    );
  });
});

function checksum(values: readonly number[]): number {
  return values.reduce((sum, value) => (Math.imul(sum, 31) + value) | 0, values.length);
}
