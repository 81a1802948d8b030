import type { TrainRequest } from './api.js';

/** How far copies of a digit are turned, sized, slanted, moved and bent: the library's own set for soft margins. */
const SPREAD = { rotate: 12, scale: 16, shear: 16, shift: 1.6, bend: 1 } as const;

/**
 * The robust objective of digits. The library's own set has 1600 copies of a class, which is what half a minute a pair is for; a page that
 * wants to show something in seconds asks for a few of the same kind.
 */
export function robustDigits({
  radius,
  copies,
  features,
}: Pick<TrainRequest, 'radius' | 'copies' | 'features'>) {
  const isHistogram = features === 'hog';
  return {
    soft: 0.45,
    adapt: isHistogram ? 0.003 : 0.08,
    perturb: { linf: radius ?? (isHistogram ? 8 : 5), affine: { copies, ...SPREAD } },
  };
}
