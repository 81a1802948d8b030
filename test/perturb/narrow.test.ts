import { describe, expect, it } from 'vitest';
import { checkPerturbations, narrowed, perturbationFamily } from '../../src/perturb/index.js';

const set = checkPerturbations(
  { linf: 3, shift: 2, rotate: 10, scale: 8, shear: 6, affine: 5, elastic: 2 },
  true,
);
const image = Int32Array.from({ length: 64 }, (_, i) => ((i * 29) % 13) * 19);
const shape = { width: 8, height: 8 };

describe('a narrowed perturbation set', () => {
  it('is the set itself at 1, and only the radius at 0', () => {
    expect(narrowed(set, 1)).toBe(set);
    expect(narrowed(set, 0)).toEqual({ linf: 3, shift: 0, rotate: 0 });
    expect(perturbationFamily(image, shape, narrowed(set, 0))).toHaveLength(1);
  });

  it('has every motion smaller, the radius and the numbers of copies as they were', () => {
    expect(narrowed(set, 0.5)).toEqual({
      linf: 3,
      shift: 1,
      rotate: 5,
      scale: 4,
      shear: 3,
      affine: { copies: 5, rotate: 6, scale: 6, shear: 7.5, shift: 0.75, bend: 0 },
      elastic: { copies: 2, strength: 0.75, cell: 7 },
    });
    expect(narrowed(checkPerturbations({ shift: 1 }, true), 0.75)).toEqual({ linf: 0, shift: 0, rotate: 0 });
  });

  it('moves each random copy towards its image', () => {
    const affine = checkPerturbations({ affine: 20 }, true);
    const away = (share: number): number => {
      const [own, ...copies] = perturbationFamily(image, shape, narrowed(affine, share));
      return copies.reduce((sum, copy) => sum + copy.reduce((s, x, i) => s + Math.abs(x - own[i]), 0), 0);
    };
    expect(away(0.25)).toBeLessThan(away(0.5));
    expect(away(0.5)).toBeLessThan(away(1));
  });
});
