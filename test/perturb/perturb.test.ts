import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { affineMap, randomAffine } from '../../src/perturb/affine.js';
import { elasticField } from '../../src/perturb/elastic.js';
import {
  checkPerturbations,
  familyBound,
  HANDWRITING_SPREAD,
  type Perturbations,
  perturbationFamily,
} from '../../src/perturb/index.js';
import { fixedSinCos, IDENTITY, ONE, resample } from '../../src/perturb/resample.js';
import { shifted } from '../../src/perturb/shift.js';
import { sfc32 } from '../../src/random.js';

type Image = ArrayLike<number>;

/** Everything about an image under a set but the image. */
function copiesOf(image: Image, width: number, height: number, given: Perturbations, seed = 0): Int32Array[] {
  return perturbationFamily(image, { width, height }, checkPerturbations(given, true), seed).slice(1);
}

function rotated(image: Image, width: number, height: number, degrees: number): Int32Array {
  const still = { scaleX: 1, scaleY: 1, shear: 0, shiftX: 0, shiftY: 0 };
  return resample(image, width, height, affineMap({ ...still, rotate: degrees }));
}

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

describe('the exact copies', () => {
  const image = Array.from({ length: 49 }, (_, k) => k + 1);

  it('are all shifts, and both turns, sizes and slants', () => {
    expect(copiesOf(image, 7, 7, { shift: 1 })).toHaveLength(8);
    expect(copiesOf(image, 7, 7, { shift: 2, rotate: 10 })).toHaveLength(26);
    expect(copiesOf(image, 7, 7, { shift: 1, rotate: 10, scale: 10, shear: 20 })).toHaveLength(14);
    expect(copiesOf(image, 7, 7, {})).toEqual([]);
    expect(copiesOf(image, 7, 7, { rotate: 90 }).map((copy) => copy[0])).toEqual([7, 43]);
    const spot = image.map((_, at) => (Math.abs((at % 7) - 3) <= 1 && Math.abs(at - 24) <= 8 ? 90 : 0));
    const [larger, smaller] = copiesOf(spot, 7, 7, { scale: 50 });
    expect(Array.from(larger.subarray(21, 28))).toEqual([0, 60, 90, 90, 90, 60, 0]);
    expect(Array.from(smaller.subarray(21, 28))).toEqual([0, 0, 0, 90, 0, 0, 0]);
    const slant = copiesOf([0, 1, 0, 0, 1, 0, 0, 1, 0], 3, 3, { shear: 100 });
    expect(slant.map((copy) => Array.from(copy))).toEqual([
      [1, 0, 0, 0, 1, 0, 0, 0, 1],
      [0, 0, 1, 0, 1, 0, 1, 0, 0],
    ]);
  });

  it('move the channels of a picture in colour alike', () => {
    const planes = [1, 2, 3].map((c) => image.map((value) => (value * c * 7) % 251));
    const colour = image.flatMap((_, at) => planes.map((plane) => plane[at]));
    const set = { shift: 1, rotate: 10, scale: 10, shear: 20 };
    const found = copiesOf(colour, 7, 7, set);
    const each = planes.map((plane) => copiesOf(plane, 7, 7, set));
    expect(found).toHaveLength(14);
    for (const [n, copy] of found.entries()) {
      expect([0, 1, 2].map((c) => [...copy].filter((_, at) => at % 3 === c))).toEqual(
        each.map((list) => [...list[n]]),
      );
    }
    // Random motions are drawn once for all.
    const same = image.flatMap((value) => [value, value, value]);
    for (const copy of copiesOf(same, 7, 7, { affine: 6, elastic: 4 })) {
      expect(copy.every((value, at) => value === copy[at - (at % 3)])).toBe(true);
    }
  });

  it('are every combination where they are joint', () => {
    const set = checkPerturbations({ shift: 1, rotate: 90, joint: true }, true);
    const family = perturbationFamily(image, { width: 7, height: 7 }, set);
    expect(family).toHaveLength(27);
    expect(familyBound(set)).toBe(27);
    const byHand = [0, 90, -90].flatMap((degrees) =>
      [-1, 0, 1].flatMap((down) =>
        [-1, 0, 1].map((right) => rotated(shifted(image, 7, 7, right, down), 7, 7, degrees).join()),
      ),
    );
    expect(new Set(family.map((copy) => copy.join()))).toEqual(new Set(byHand));
    const three = { rotate: 10, scale: 10, shear: 10, joint: true };
    expect(copiesOf(image, 7, 7, three)).toHaveLength(26);
  });

  it('have each image whose copy it is among their own copies, where nothing leaves the picture', () => {
    const inner = image.map((value, at) => (at % 7 === 0 || at % 7 === 6 || at < 7 || at >= 42 ? 0 : value));
    const turned = image.map((value) => value);
    for (const copy of copiesOf(inner, 7, 7, { shift: 1 })) {
      expect(copiesOf(copy, 7, 7, { shift: 1 }).map((back) => back.join())).toContain(inner.join());
    }
    for (const copy of copiesOf(turned, 7, 7, { rotate: 90 })) {
      expect(copiesOf(copy, 7, 7, { rotate: 90 }).map((back) => back.join())).toContain(turned.join());
    }
  });
});

describe('the family of a sample', () => {
  it('has the sample first, every member once, and no value beyond those of the sample and zero', () => {
    expect(perturbationFamily(new Uint8Array(9), { width: 3, height: 3 }, anySet({ shift: 2 }))).toHaveLength(
      1,
    );
    fc.assert(
      fc.property(
        picture,
        fc.record({
          shift: fc.nat(2),
          rotate: fc.integer({ min: 0, max: 180 }),
          scale: fc.nat(90),
          shear: fc.nat(50),
          joint: fc.boolean(),
          affine: fc.nat(4),
          elastic: fc.nat(4),
        }),
        fc.nat(),
        ({ image, width, height }, given, seed) => {
          const set = anySet(given);
          const family = perturbationFamily(image, { width, height }, set, seed);
          expect(Array.from(family[0])).toEqual(image);
          expect(new Set(family.map((copy) => copy.join())).size).toBe(family.length);
          expect(family.length).toBeLessThanOrEqual(familyBound(set));
          for (const copy of family) {
            expect(Math.min(...copy)).toBeGreaterThanOrEqual(0);
            expect(Math.max(...copy)).toBeLessThanOrEqual(Math.max(...image));
          }
          expect(perturbationFamily(image, { width, height }, set, seed)).toEqual(family);
        },
      ),
    );
  });

  it('draws the same bytes everywhere', () => {
    const image = Uint8Array.from({ length: 36 }, (_, k) => (k * k * 7) & 255);
    const bytes = (given: Perturbations, seed = 0) =>
      checksum(copiesOf(image, 6, 6, given, seed).flatMap((copy) => Array.from(copy)));
    expect(bytes({ shift: 1, rotate: 10 })).toBe(-209757855);
    const random = sfc32(3);
    const affine = Array.from({ length: 5 }, () =>
      resample(image, 6, 6, affineMap(randomAffine(HANDWRITING_SPREAD, random))),
    );
    expect(checksum(affine.flatMap((copy) => Array.from(copy)))).toBe(260453166);
    expect(bytes({ shift: 1, rotate: 10, scale: 12, shear: 15, joint: true })).toBe(347695438);
    expect(bytes({ affine: 30 })).toBe(-251208312);
    expect(bytes({ affine: 30 }, 1)).toBe(1088678878);
    expect(bytes({ elastic: 30 })).toBe(672335284);
    expect(bytes({ affine: { copies: 9, bend: 1.5 }, elastic: { copies: 3, strength: 3, cell: 2 } })).toBe(
      -780118499,
    );
  });

  it('keeps its random members when more are asked for, of either kind', () => {
    const image = Array.from({ length: 64 }, (_, k) => (k * 37) % 256);
    const few = copiesOf(image, 8, 8, { affine: 3, elastic: 2 });
    const many = copiesOf(image, 8, 8, { affine: 7, elastic: 4 });
    expect(few).toHaveLength(5);
    expect([...many.slice(0, 3), ...many.slice(7, 9)]).toEqual(few);
    expect(copiesOf(image, 8, 8, { elastic: 2 })).toEqual(few.slice(3));
    expect(copiesOf(image, 8, 8, { affine: 3 }, 1)).not.toEqual(few.slice(0, 3));
  });

  it('is the sample alone where nothing moves, image or not', () => {
    const family = perturbationFamily([3, 1], undefined, checkPerturbations({ linf: 9 }, false));
    expect(family).toEqual([Int32Array.from([3, 1])]);
  });

  it('refuses an image of another size, or none', () => {
    const set = checkPerturbations({ shift: 1 }, true);
    expect(() => perturbationFamily([1, 2, 3], { width: 2, height: 2 }, set)).toThrow(
      'perturb: 2 x 2 pixels expected, got 3',
    );
    expect(() => perturbationFamily([1, 2, 3], undefined, set)).toThrow(InputError);
  });
});

function anySet(given: Perturbations) {
  return checkPerturbations(given, true);
}

describe('checkPerturbations', () => {
  it('fills in what is left out, and writes only what does something', () => {
    expect(anySet({})).toEqual({ linf: 0, shift: 0, rotate: 0 });
    expect(anySet({ scale: 0, affine: 0, joint: false })).toEqual({ linf: 0, shift: 0, rotate: 0 });
    expect(anySet({ affine: 30, elastic: { copies: 4, cell: 5 }, joint: true, scale: 1.5 })).toEqual({
      ...{ linf: 0, shift: 0, rotate: 0, scale: 1.5, joint: true },
      affine: { copies: 30, rotate: 12, scale: 12, shear: 15, shift: 1.5, bend: 0 },
      elastic: { copies: 4, strength: 1.5, cell: 5 },
    });
    const set = anySet({ linf: 3, affine: { copies: 2, rotate: 40 }, elastic: 1, shear: 3 });
    expect(checkPerturbations(set, true)).toEqual(set);
  });

  it.each<[object, string]>([
    [{ shift: 9 }, 'perturb.shift: must be a whole number in 0..8, got 9'],
    [{ shift: 0.5 }, 'perturb.shift: must be a whole number in 0..8, got 0.5'],
    [{ rotate: -1 }, 'perturb.rotate: must be a number in 0..180, got -1'],
    [{ rotate: Number.NaN }, 'perturb.rotate: must be a number in 0..180, got NaN'],
    [{ scale: 91 }, 'perturb.scale: must be a number in 0..90, got 91'],
    [{ shear: '3' }, 'perturb.shear: must be a number in 0..200, got "3"'],
    [{ linf: 32768 }, 'perturb.linf: must be a whole number in 0..32767, got 32768'],
    [{ joint: 1 }, 'perturb.joint: must be true or false, got 1'],
    [{ affine: 1001 }, 'perturb.affine: must be a whole number in 0..1000, got 1001'],
    [{ affine: null }, 'perturb.affine: expected an object'],
    [{ affine: { copies: 2, rotate: 181 } }, 'perturb.affine.rotate: must be a number in 0..180, got 181'],
    [{ affine: { rotate: 1 } }, 'perturb.affine.copies: must be a whole number in 0..1000, got nothing'],
    [{ affine: { copies: 2, turn: 1 } }, 'perturb.affine: unknown field "turn"; there are copies, rotate'],
    [{ elastic: { copies: 2, cell: 1 } }, 'perturb.elastic.cell: must be a whole number in 2..64, got 1'],
  ])('refuses %j', (given, message) => {
    expect(() => checkPerturbations(given as Perturbations, true)).toThrow(InputError);
    expect(() => checkPerturbations(given as Perturbations, true)).toThrow(message);
  });

  it.each([{ shift: 1 }, { rotate: 1 }, { scale: 1 }, { shear: 1 }, { affine: 1 }, { elastic: 1 }])(
    'refuses %j without an image',
    (given) => {
      const [name] = Object.keys(given);
      expect(() => checkPerturbations(given, false)).toThrow(`perturb.${name}: needs images`);
    },
  );
});

describe('randomAffine', () => {
  const none = { rotate: 0, scale: 0, shear: 0, shift: 0, bend: 0 };

  it('is the image itself without any spread, and draws six numbers anyway', () => {
    const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    let draws = 0;
    const random = () => draws++ * 600_000_007;
    expect(Array.from(resample(image, 3, 3, affineMap(randomAffine(none, random))))).toEqual(image);
    expect(draws).toBe(6);
  });

  it('moves by whole pixels as shifts do', () => {
    // Half of the amount, each time: (2^31 + 2^30) / 2^31 - 1.
    const random = () => 2 ** 31 + 2 ** 30;
    const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const map = affineMap(randomAffine({ ...none, shift: 2 }, random));
    expect(Array.from(resample(image, 3, 3, map))).toEqual(Array.from(shifted(image, 3, 3, -1, -1)));
  });
});

describe('elasticField', () => {
  it('has the random displacements at the control points and is their bilinear mean between', () => {
    const draws: number[] = [];
    const source = sfc32(5);
    const random = () => {
      draws.push(source());
      return draws[draws.length - 1];
    };
    const { x, y } = elasticField(9, 5, 2, 4, random);
    expect(draws).toHaveLength(3 * 2 * 2);
    const knot = (column: number, row: number, axis: number): number =>
      2 * (draws[(row * 3 + column) * 2 + axis] / 2 ** 31 - 1) * ONE;
    for (const [axis, field] of [x, y].entries()) {
      for (let row = 0; row < 5; row++) {
        for (let column = 0; column < 9; column++) {
          const [left, top] = [Math.min(1, Math.floor(column / 4)), 0];
          const [u, v] = [column / 4 - left, row / 4 - top];
          const upper = (1 - u) * knot(left, top, axis) + u * knot(left + 1, top, axis);
          const lower = (1 - u) * knot(left, top + 1, axis) + u * knot(left + 1, top + 1, axis);
          expect(Math.abs(field[row * 9 + column] - ((1 - v) * upper + v * lower))).toBeLessThanOrEqual(2);
          expect(Math.abs(field[row * 9 + column])).toBeLessThanOrEqual(2 * ONE);
        }
      }
    }
  });

  it('leaves the image alone without strength, and moves it as a whole where all displacements agree', () => {
    const image = Array.from({ length: 30 }, (_, k) => k + 1);
    const still = elasticField(6, 5, 0, 3, sfc32(1));
    expect(Array.from(resample(image, 6, 5, IDENTITY, still))).toEqual(image);
    const moved = elasticField(6, 5, 2, 3, () => 2 ** 31 + 2 ** 30);
    expect(resample(image, 6, 5, IDENTITY, moved)).toEqual(shifted(image, 6, 5, -1, -1));
  });
});

function checksum(values: readonly number[]): number {
  return values.reduce((sum, value) => (Math.imul(sum, 31) + value) | 0, values.length);
}
