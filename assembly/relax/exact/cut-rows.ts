import { strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { leastWeight, mostWeight } from '../../problem/boxes';
import { inputs, inputsPadded, sampleCount, sampleRow } from '../../problem/shape';
import { alphas, alphaSums, betas, cutMultipliers, Cuts, gammas, MOST_CUTS, scales } from './state';

/**
 * The cutting planes that a tree of Level B has in use, as integer rows about the weights and M, the least of the rows'
 * signed pre-activations:
 *
 *     alpha.w - gamma * M >= beta          gamma >= 0
 *
 * M is at least the margin, so the row holds for the margin in its place. A cut is valid within the boxes and below the
 * ceiling of M that it was derived from (`gomory.ts`): it belongs to one tree and goes with it.
 */
/** Once a tree: what the samples' entries come to. */
export function measureInputs(): void {
  Cuts.largestInput = 1;
  Cuts.largestReach = 1;
  for (let k = 0; k < sampleCount; k++) {
    const row = sampleRow(k);
    breathe();
    strain(<f64>inputs);
    let reach: i64 = 0;
    for (let i = 0; i < inputs; i++) {
      const x = abs(<i32>load<i16>(row + (<usize>i << 1)));
      Cuts.largestInput = max(Cuts.largestInput, x);
      reach += <i64>x * <i64>max(abs(leastWeight(i)), abs(mostWeight(i)));
    }
    Cuts.largestReach = max(Cuts.largestReach, reach);
  }
}

/** The first `count` cuts are in use; 0: the relaxation knows none. */
export function useCuts(count: i32): void {
  assert(count >= 0 && count < MOST_CUTS); // the last place is where the next one is derived
  Cuts.inUse = count;
}

// @ts-ignore: decorator
@inline
export function alphaRow(c: i32): usize {
  assert(<u32>c < <u32>MOST_CUTS);
  return alphas + ((<usize>c * <usize>inputsPadded) << 2);
}
// @ts-ignore: decorator
@inline
export function gammaOf(c: i32): i64 {
  assert(<u32>c < <u32>MOST_CUTS);
  return load<i64>(gammas + (<usize>c << 3));
}
// @ts-ignore: decorator
@inline
export function betaOf(c: i32): i64 {
  assert(<u32>c < <u32>MOST_CUTS);
  return load<i64>(betas + (<usize>c << 3));
}
// @ts-ignore: decorator
@inline
export function scaleOf(c: i32): f64 {
  assert(<u32>c < <u32>MOST_CUTS);
  return load<f64>(scales + (<usize>c << 3));
}

/** Sum of |alpha|: what the cut's coefficients come to at weights of 1. */
// @ts-ignore: decorator
@inline
export function alphaSumOf(c: i32): i64 {
  assert(<u32>c < <u32>MOST_CUTS);
  return load<i64>(alphaSums + (<usize>c << 3));
}

/** Completes cut `c`, whose `alphaRow` has been written. */
export function setCut(c: i32, gamma: i64, beta: i64): void {
  assert(gamma >= 0);
  let most: i32 = 1;
  let sum: i64 = 0;
  for (let i = 0; i < inputs; i++) {
    const size = abs(load<i32>(alphaRow(c) + (<usize>i << 2)));
    most = max(most, size);
    sum += <i64>size;
  }
  store<i64>(alphaSums + (<usize>c << 3), sum);
  store<f64>(scales + (<usize>c << 3), max<f64>(1, <f64>most / <f64>Cuts.largestInput));
  store<i64>(gammas + (<usize>c << 3), gamma);
  store<i64>(betas + (<usize>c << 3), beta);
}

export function moveCut(to: i32, from: i32): void {
  if (to == from) return;
  memory.copy(alphaRow(to), alphaRow(from), <usize>inputsPadded << 2);
  store<f64>(scales + (<usize>to << 3), scaleOf(from));
  store<i64>(gammas + (<usize>to << 3), gammaOf(from));
  store<i64>(betas + (<usize>to << 3), betaOf(from));
  store<i64>(alphaSums + (<usize>to << 3), alphaSumOf(from));
  store<f64>(cutMultipliers + (<usize>to << 3), load<f64>(cutMultipliers + (<usize>from << 3)));
}
