import type { UpperFunction } from './upper.js';

/**
 * The largest whole radius at which a neuron's sign cannot change: `|sum' - sum| <= radius * norm`, reached by an integer
 * corner of the box. `sgn(0) = +1`, so the + side holds down to a sum of 0 and the - side up to -1.
 *
 * @param sum the pre-activation; @param norm `|w|_1`; both whole
 */
export function holdRadius(sum: number, norm: number): number {
  if (norm === 0) return Number.POSITIVE_INFINITY;
  return sum >= 0 ? Math.floor(sum / norm) : Math.floor((-sum - 1) / norm);
}

/** Values that inputs may have: changes never leave the range, and a value that is beyond it already may only come nearer. */
export type Clip = readonly [least: number, most: number];

/** One neuron's weights as a list of its inputs: entries `from .. to - 1`. */
export interface SparseNeuron {
  readonly input: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
  readonly from: number;
  readonly to: number;
}

/**
 * `holdRadius` where inputs stay within a range: input i can fall by `min(radius, x - least)` and rise by
 * `min(radius, most - x)` only. On images, most of whose pixels are at an end of the range, the box is about half as large.
 * Where the inputs are less than the values that the range is about, `middle` says by how much each.
 * What the sum can lose never shrinks with the radius, so bisection finds the largest; never below the plain radius.
 */
export function clippedHoldRadius(
  neuron: SparseNeuron,
  row: ArrayLike<number>,
  sum: number,
  norm: number,
  [least, most]: Clip,
  middle?: ArrayLike<number>,
): number {
  const { input, weight, from, to } = neuron;
  const slack = sum >= 0 ? sum : -sum - 1;
  const loss = (radius: number): number => {
    let lost = 0;
    for (let k = from; k < to; k++) {
      const w = sum >= 0 ? weight[k] : -weight[k];
      const x = row[input[k]] + (middle === undefined ? 0 : middle[input[k]]);
      const room = Math.max(0, w > 0 ? x - least : most - x);
      lost += Math.abs(w) * Math.min(radius, room);
    }
    return lost;
  };
  if (loss(Number.POSITIVE_INFINITY) <= slack) return Number.POSITIVE_INFINITY;
  let low = holdRadius(sum, norm);
  let high = 2 * low + 1;
  while (loss(high) <= slack) {
    low = high;
    high = 2 * high + 1;
  }
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (loss(middle) <= slack) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The largest whole radius at which a network's answer is certain, from the signs of its first-layer sums and the radius
 * up to which each holds. A neuron is open beyond that; the answer is certain where every completion of the open neurons
 * gives it (design section 2.6). The open neurons only grow with the radius, and `UpperFunction` never becomes certain as
 * they do, so bisection over the at most `width` radii at which one opens finds the largest.
 *
 * A network of one layer is decided exactly: one step further some input has the other answer. In a deeper one the
 * radius is a bound: the box moves all its neurons with one and the same perturbation, which may not reach a completion.
 *
 * @param sums, holds at least `offset + width` entries
 */
export function certifiedRadius(
  upper: UpperFunction,
  sums: ArrayLike<number>,
  holds: ArrayLike<number>,
  offset: number,
): number {
  const { width } = upper;
  const steps: number[] = [];
  for (let j = 0; j < width; j++) {
    const hold = holds[offset + j];
    if (hold < Number.POSITIVE_INFINITY && !steps.includes(hold)) steps.push(hold);
  }
  steps.sort((a, b) => a - b);
  const signs = new Int8Array(width);
  const isCertainBeyond = (step: number): boolean => {
    for (let j = 0; j < width; j++) {
      signs[j] = holds[offset + j] <= steps[step] ? 0 : sums[offset + j] >= 0 ? 1 : -1;
    }
    return upper.over(signs, 0) !== 0;
  };
  // Certain beyond all steps before `low`, not certain beyond `high` and any after it.
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isCertainBeyond(middle)) low = middle + 1;
    else high = middle;
  }
  return low < steps.length ? steps[low] : Number.POSITIVE_INFINITY;
}
