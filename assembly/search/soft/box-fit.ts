import { keptCount } from '../../problem/shape';
import { measureLacks, penaltyNow, relaxSoft, softLacks } from '../../neuron/soft-neuron';
import { softBound } from '../../relax/exact/soft-bound';
import { newtonStep } from './newton';
import { wanted } from './state';

/**
 * The relaxation of one neuron's soft loss over real weights in boxes, and the exact bound that follows from it. The rows are
 * packed, and `weights` (f64 [NP], within the boxes) are what their deficits are of.
 *
 * Newton steps of the free weights and passes over all of them take turns. Passes alone need hundreds where neighbouring inputs
 * are alike (Fashion-MNIST, 3-6: 200 passes leave 4 % of the bound, 20 rounds of this none); Newton steps alone do not see what
 * stands at the end of its box. Extrapolating the passes (Anderson) lost: it is refused nearly always.
 */
const NEWTON_STEPS = 4;
const PASSES = 2;

/** So many rounds, or until nothing moves: then true. */
export function fitBox(weights: usize, rounds: i32): bool {
  for (let round = 0; round < rounds; round++) {
    let turn = 0;
    while (turn < NEWTON_STEPS && newtonStep(weights)) turn++;
    if (relaxSoft(weights, PASSES) && turn == 0) return true;
  }
  return false;
}

/** The exact bound by what the rows with a side lack now: a loss that no weights in the boxes, not all 0, go below. */
export function boundOfFit(sides: usize, weights: usize): i64 {
  measureLacks(sides, weights);
  const deficit = softLacks();
  let r = 0;
  for (let k = 0; k < keptCount; k++) {
    let a: f64 = 0;
    if (load<i8>(sides + <usize>k) != 0) {
      a = 2 * max<f64>(0, <f64>load<f32>(deficit + (<usize>r << 2)));
      r++;
    }
    store<f64>(wanted + (<usize>k << 3), a);
  }
  return softBound(wanted, sides);
}

/** Bound and relaxation agree to a share of 1e-5: more rounds gain nothing. */
export function isTight(bound: i64): bool {
  const loss = <f64>penaltyNow();
  return loss - <f64>bound <= 1e-5 * loss;
}
