import { describe, expect, it } from 'vitest';
import { scaledFamily } from '../../src/ensemble/family.js';
import { checkPerturbations, perturbationFamily } from '../../src/perturb/index.js';

describe('families of scaled pictures', () => {
  const image = { width: 5, height: 4 };
  const set = checkPerturbations({ shift: 1, rotate: 10, affine: { copies: 4, bend: 1 } }, true);
  const picture = Int32Array.from({ length: 20 }, (_, i) => (i * 53) % 256);

  it('are those of the picture, black beyond it, whatever the scaling takes off', () => {
    const middle = Array.from(picture, (_, i) => (i * 29) % 100);
    const row = picture.map((value, i) => value - middle[i]);
    const wanted = perturbationFamily(picture, image, set, 3).map((copy) =>
      Array.from(copy, (value, i) => value - middle[i]),
    );
    const found = scaledFamily(row, image, set, 3, { kind: 'contrast', white: 255, middle });
    expect(found.map((copy) => Array.from(copy))).toEqual(wanted);
    expect(found).toHaveLength(1 + 8 + 2 + 4);
    expect(Array.from(found[0])).toEqual(Array.from(row));
  });

  it('are those of the row under every other scaling', () => {
    expect(scaledFamily(picture, image, set, 3, { kind: 'identity' })).toEqual(
      perturbationFamily(picture, image, set, 3),
    );
  });
});
