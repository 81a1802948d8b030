import { NO_PERTURBATIONS, type PerturbationSet } from './description.js';

/**
 * The same set with every motion made smaller: amounts times `share` (whole pixels rounded down), as many copies, drawn
 * from the same random numbers, so that each copy moves towards its sample as the share falls. The L-infinity radius
 * stays. Share 1 is the set itself, share 0 has no motion left.
 *
 * @param share in [0, 1]
 */
export function narrowed(set: PerturbationSet, share: number): PerturbationSet {
  if (share === 1) return set;
  if (share === 0) {
    const { linf, sd, columns } = set;
    return {
      ...NO_PERTURBATIONS,
      linf,
      ...(sd === undefined ? {} : { sd }),
      ...(columns === undefined ? {} : { columns }),
    };
  }
  const { affine, elastic, scale, shear } = set;
  return {
    ...set,
    shift: Math.floor(set.shift * share),
    rotate: set.rotate * share,
    ...(scale === undefined ? {} : { scale: scale * share }),
    ...(shear === undefined ? {} : { shear: shear * share }),
    ...(affine === undefined
      ? {}
      : {
          affine: {
            copies: affine.copies,
            rotate: affine.rotate * share,
            scale: affine.scale * share,
            shear: affine.shear * share,
            shift: affine.shift * share,
            bend: affine.bend * share,
          },
        }),
    ...(elastic === undefined ? {} : { elastic: { ...elastic, strength: elastic.strength * share } }),
  };
}
