import { axpyF32, dotF32 } from '../../base/kernels/simd';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { combined, curved, freeColumn, Newton, residual, scales, searchDirection, step } from './state';

/**
 * Newton's equations of many free weights, by conjugate gradients with the diagonal in front (Hestenes and Stiefel 1952): two looks at the
 * free columns a turn, and no matrix.
 */
const TURNS = 40;
/** The residual's share at which the step is good enough: the free weights will be others after it. */
const ENOUGH: f64 = 1e-3;

// @ts-ignore: decorator
@inline
function get(array: usize, f: i32): f64 {
  return load<f64>(array + (<usize>f << 3));
}

// @ts-ignore: decorator
@inline
function put(array: usize, f: i32, value: f64): void {
  store<f64>(array + (<usize>f << 3), value);
}

/** From the slopes in `step` to the step. */
export function solveByGradients(rows: i32): void {
  const n = Newton.free;
  let product: f64 = 0;
  for (let f = 0; f < n; f++) {
    const mine = freeColumn(f, rows);
    put(scales, f, <f64>dotF32(mine, mine, rows) * (1 + 1e-7) + 1e-3);
    const slope = get(step, f);
    put(residual, f, slope);
    put(searchDirection, f, slope / get(scales, f));
    product += slope * slope / get(scales, f);
    put(step, f, 0);
  }
  spend(<f64>(n * rows) / 4);
  const first = product;
  for (let turn = 0; turn < TURNS && product > ENOUGH * ENOUGH * first && product > 0; turn++) {
    const bend = curve(n, rows);
    if (!(bend > 0)) return;
    const length = product / bend;
    let next: f64 = 0;
    for (let f = 0; f < n; f++) {
      put(step, f, get(step, f) + length * get(searchDirection, f));
      const left = get(residual, f) - length * get(curved, f);
      put(residual, f, left);
      next += left * left / get(scales, f);
    }
    const turned = next / product;
    for (let f = 0; f < n; f++) put(searchDirection, f, get(residual, f) / get(scales, f) + turned * get(searchDirection, f));
    product = next;
  }
}

/** What the Hessian makes of the direction, and the curvature along it. */
function curve(n: i32, rows: i32): f64 {
  memory.fill(combined, 0, <usize>rows << 2);
  for (let f = 0; f < n; f++) {
    breathe();
    strain(<f64>rows / 4);
    axpyF32(combined, freeColumn(f, rows), <f32>get(searchDirection, f), rows);
  }
  let bend: f64 = 0;
  for (let f = 0; f < n; f++) {
    breathe();
    strain(<f64>rows / 4);
    const along = <f64>dotF32(freeColumn(f, rows), combined, rows) + 1e-3 * get(searchDirection, f);
    put(curved, f, along);
    bend += along * get(searchDirection, f);
  }
  spend(<f64>(n * rows) / 2);
  return bend;
}
