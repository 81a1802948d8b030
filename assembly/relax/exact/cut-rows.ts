import { strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { reserve } from '../../base/arena';
import { inputs, inputsPadded, sampleCount, sampleRow } from '../../problem/shape';

/**
 * The cutting planes that a tree of Level B has in use, as integer rows about the weights and M, the least of the rows'
 * signed pre-activations:
 *
 *     alpha.w - gamma * M >= beta          gamma >= 0
 *
 * M is at least the margin, so the row holds for the margin in its place. A cut is valid within the boxes and below the
 * ceiling of M that it was derived from (`gomory.ts`): it belongs to one tree and goes with it.
 */
export const MOST_CUTS = 80;

export let cutsInUse: i32 = 0;
/** f64 [MOST_CUTS]: multipliers of the integer rows in the last relaxation. */
export let cutMultipliers: usize = 0;
/** Divides a cut's coefficients to the size of a sample's. */
let scales: usize = 0; // f64 [MOST_CUTS]
let alphas: usize = 0; // i32 [MOST_CUTS][inputsPadded]
let gammas: usize = 0; // i64 [MOST_CUTS]
let betas: usize = 0; // i64 [MOST_CUTS]
/** The largest |entry| of the samples. */
export let largestInput: i32 = 1;

export function reserveCuts(): void {
  cutMultipliers = reserve(MOST_CUTS << 3);
  scales = reserve(MOST_CUTS << 3);
  alphas = reserve((<usize>inputsPadded << 2) * MOST_CUTS);
  gammas = reserve(MOST_CUTS << 3);
  betas = reserve(MOST_CUTS << 3);
  cutsInUse = 0;
}

/** Once a tree: what the samples' entries come to. */
export function measureInputs(): void {
  largestInput = 1;
  for (let k = 0; k < sampleCount; k++) {
    const row = sampleRow(k);
    breathe();
    strain(<f64>inputs);
    for (let i = 0; i < inputs; i++) largestInput = max(largestInput, abs(<i32>load<i16>(row + (<usize>i << 1))));
  }
}

/** The first `count` cuts are in use; 0: the relaxation knows none. */
export function useCuts(count: i32): void {
  cutsInUse = count;
}

// @ts-ignore: decorator
@inline
export function alphaRow(c: i32): usize {
  return alphas + ((<usize>c * <usize>inputsPadded) << 2);
}
// @ts-ignore: decorator
@inline
export function gammaOf(c: i32): i64 {
  return load<i64>(gammas + (<usize>c << 3));
}
// @ts-ignore: decorator
@inline
export function betaOf(c: i32): i64 {
  return load<i64>(betas + (<usize>c << 3));
}
// @ts-ignore: decorator
@inline
export function scaleOf(c: i32): f64 {
  return load<f64>(scales + (<usize>c << 3));
}

/** Completes cut `c`, whose `alphaRow` has been written. */
export function setCut(c: i32, gamma: i64, beta: i64): void {
  let most: i32 = 1;
  for (let i = 0; i < inputs; i++) most = max(most, abs(load<i32>(alphaRow(c) + (<usize>i << 2))));
  store<f64>(scales + (<usize>c << 3), max<f64>(1, <f64>most / <f64>largestInput));
  store<i64>(gammas + (<usize>c << 3), gamma);
  store<i64>(betas + (<usize>c << 3), beta);
}

export function moveCut(to: i32, from: i32): void {
  if (to == from) return;
  memory.copy(alphaRow(to), alphaRow(from), <usize>inputsPadded << 2);
  store<f64>(scales + (<usize>to << 3), scaleOf(from));
  store<i64>(gammas + (<usize>to << 3), gammaOf(from));
  store<i64>(betas + (<usize>to << 3), betaOf(from));
  store<f64>(cutMultipliers + (<usize>to << 3), load<f64>(cutMultipliers + (<usize>from << 3)));
}
