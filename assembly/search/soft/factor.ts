import { dotF32 } from '../../base/kernels/simd';
import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { factor, freeColumn, MOST_FACTORED, Newton, step } from './state';

/**
 * Newton's equations of few free weights, by Cholesky's factor: which also says what it would cost to move one weight while the
 * others make up for it (soft-branching.ts).
 */
const RIDGE: f64 = 1e-7;

// @ts-ignore: decorator
@inline
function at(a: i32, b: i32): usize {
  return factor + (<usize>(a * MOST_FACTORED + b) << 3);
}

/** From the slopes in `step` to the step; false where the Hessian has no factor. */
export function solveByFactor(rows: i32): bool {
  const n = Newton.free;
  for (let a = 0; a < n; a++) {
    const mine = freeColumn(a, rows);
    for (let b = 0; b <= a; b++) store<f64>(at(a, b), <f64>dotF32(mine, freeColumn(b, rows), rows));
    store<f64>(at(a, a), load<f64>(at(a, a)) * (1 + RIDGE) + 1e-3);
    breathe();
    spend(<f64>(a + 2) * <f64>rows / 4);
  }
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = load<f64>(at(a, b));
      for (let c = 0; c < b; c++) sum -= load<f64>(at(a, c)) * load<f64>(at(b, c));
      if (b < a) store<f64>(at(a, b), sum / load<f64>(at(b, b)));
      else if (!(sum > 0)) return false;
      else store<f64>(at(a, a), Math.sqrt(sum));
    }
    breathe();
    spend(<f64>(a * a) / 2);
  }
  Newton.factored = true;
  backSolve(step);
  return true;
}

/** Solves with the factor, in place; `x` f64 [F]. */
export function backSolve(x: usize): void {
  const n = Newton.free;
  for (let a = 0; a < n; a++) {
    let sum = load<f64>(x + (<usize>a << 3));
    for (let c = 0; c < a; c++) sum -= load<f64>(at(a, c)) * load<f64>(x + (<usize>c << 3));
    store<f64>(x + (<usize>a << 3), sum / load<f64>(at(a, a)));
  }
  for (let a = n - 1; a >= 0; a--) {
    let sum = load<f64>(x + (<usize>a << 3));
    for (let c = a + 1; c < n; c++) sum -= load<f64>(at(c, a)) * load<f64>(x + (<usize>c << 3));
    store<f64>(x + (<usize>a << 3), sum / load<f64>(at(a, a)));
  }
  spend(<f64>(n * n));
}
