import fc from 'fast-check';
import { outputSign } from '../../src/network/forward.js';
import type { Network } from '../../src/network/types.js';
import { anyNetwork } from '../ensemble/support.js';

export interface Case {
  readonly network: Network;
  readonly row: Int32Array;
}

/** A network of one of these shapes and an input with values from -`span` to `span`. */
export function anyCase(shapes: readonly (readonly number[])[], span: number): fc.Arbitrary<Case> {
  return fc.constantFrom(...shapes).chain((layers) =>
    fc
      .tuple(
        fc.integer({ min: 1, max: 3 }).chain((bound) => anyNetwork(layers, bound, 6)),
        fc.array(fc.integer({ min: -span, max: span }), { minLength: layers[0], maxLength: layers[0] }),
      )
      .map(([network, row]) => ({ network, row: Int32Array.from(row) })),
  );
}

/** What the network answers on all integer inputs within the radius (and the clip). */
export function answersWithin(
  network: Network,
  row: Int32Array,
  radius: number,
  [least, most]: readonly [number, number] = [-Infinity, Infinity],
): Set<number> {
  const found = new Set<number>();
  const near = row.slice();
  const walk = (i: number): void => {
    if (i === row.length) {
      found.add(outputSign(network, near));
      return;
    }
    for (let d = -radius; d <= radius; d++) {
      near[i] = row[i] + d;
      if (near[i] >= least && near[i] <= most) walk(i + 1);
    }
    near[i] = row[i];
  };
  walk(0);
  return found;
}

export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i])));
}
