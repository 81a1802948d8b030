import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { columnAt } from '../../neuron/count-search';
import { isOptional, leastWeight, mostWeight, radiusOf } from '../../problem/boxes';
import { confidence, inputs, sampleCount, weightBound } from '../../problem/shape';
import { rowOf } from './simplex';
import { Conflicts, Programs } from './state';

/**
 * The program whose vertices are conflicts (conflicts.ts):
 *
 *     minimise c.l   subject to   sum_k l_k y_k x_ki = q_i - p_i,   sum_k l_k confidence - sum_i (high_i q_i - low_i p_i) = 1,   l, p, q >= 0
 *
 * Its variables: rows, then q, then p, then the two of the last line: what stands for no conflict, and the surplus.
 *
 * Where at most K of the weights may be other than 0 that can be 0, the hull of what those may be is sum_i |w_i| / (high_i or -low_i) <= K, and the
 * program, with t the price of that line,
 *
 *     (high_i and low_i) * d_i - s_i - t <= 0,   sum_k l_k confidence - sum_i s_i - K t = 1       d_i = sum_k l_k (y_k x_ki, less the radius)
 *
 * so its vertices are confirmed by the sum of the K largest. Variables: rows, s, t, slacks, then the same two.
 */
let scale: f64 = 1;

/** The columns must stand. Nothing is a conflict yet. */
export function layProgram(): void {
  const lp = Programs.ray;
  lp.stalled = 0;
  let sum: f64 = 1;
  for (let i = 0; i < inputs; i++) {
    breathe();
    const column = columnAt(i);
    for (let k = 0; k < sampleCount; k++) sum += <f64>abs(<i32>load<i16>(column + (<usize>k << 1)));
    spend(<f64>(sampleCount + inputs + 1));
  }
  scale = (<f64>sampleCount * <f64>inputs) / sum; // inputs of about 1
  for (let k = 0; k < sampleCount; k++) store<i32>(lp.nonbasic + (<usize>k << 2), k);
  if (Programs.limited) layLimited();
  else layPlain();
}

function layPlain(): void {
  const lp = Programs.ray;
  const n = inputs;
  lp.rows = n + 1;
  lp.columns = sampleCount + n + 1;
  Programs.none = sampleCount + 2 * n;
  for (let i = 0; i < n; i++) {
    breathe();
    const line = rowOf(lp, i);
    memory.fill(line, 0, <usize>lp.stride << 3);
    addInput(line, i, 1, 0);
    store<f64>(line + (<usize>(sampleCount + i) << 3), -1); // q_i; p_i is basic
    store<i32>(lp.basic + (<usize>i << 2), sampleCount + i);
    store<i32>(lp.nonbasic + (<usize>(sampleCount + i) << 2), sampleCount + n + i);
    store<f64>(lp.rhs + (<usize>i << 3), 0);
  }
  lastLine(n);
  // p_i = q_i - sum a l, so low p_i adds low q_i - low sum a l.
  const line = rowOf(lp, n);
  for (let i = 0; i < n; i++) {
    breathe();
    addInput(line, i, -lowOf(i), 0);
    store<f64>(line + (<usize>(sampleCount + i) << 3), lowOf(i) - highOf(i));
  }
}

/** Weights that do not count, or cannot be 0, are measured from their least: one line. */
function layLimited(): void {
  const lp = Programs.ray;
  const n = inputs;
  const most = <usize>(sampleCount + n) << 3; // the column of t
  let r = 0;
  for (let i = 0; i < n; i++) {
    breathe();
    if (!isOptional(i)) {
      addLine(r++, i, highOf(i) - lowOf(i), 0);
      continue;
    }
    if (mostWeight(i) > 0) store<f64>(addLine(r++, i, highOf(i), 1) + most, -1);
    if (leastWeight(i) < 0) store<f64>(addLine(r++, i, lowOf(i), 1) + most, -1);
  }
  lp.rows = r + 1;
  lp.columns = sampleCount + n + 2;
  Programs.none = sampleCount + n + 1 + r;
  for (let i = 0; i <= n; i++) store<i32>(lp.nonbasic + (<usize>(sampleCount + i) << 2), sampleCount + i);
  lastLine(r);
  const line = rowOf(lp, r);
  for (let i = 0; i < n; i++) {
    breathe();
    if (!isOptional(i)) addInput(line, i, -lowOf(i), 0);
    store<f64>(line + (<usize>(sampleCount + i) << 3), -1);
  }
  store<f64>(line + most, -<f64>Conflicts.left);
}

/** `by` * d_i - s_i + slack = 0, the slack basic. */
function addLine(r: i32, i: i32, by: f64, tolls: f64): usize {
  const lp = Programs.ray;
  const line = rowOf(lp, r);
  memory.fill(line, 0, <usize>lp.stride << 3);
  addInput(line, i, by, tolls);
  store<f64>(line + (<usize>(sampleCount + i) << 3), -1);
  store<i32>(lp.basic + (<usize>r << 2), sampleCount + inputs + 1 + r);
  store<f64>(lp.rhs + (<usize>r << 3), 0);
  return line;
}

/** confidence * l - surplus + none = 1, on line `r`. Multipliers and what stands for weights are in units in which P is 1. */
function lastLine(r: i32): void {
  const lp = Programs.ray;
  const line = rowOf(lp, r);
  const asked = (<f64>confidence * scale) / <f64>weightBound;
  memory.fill(line, 0, <usize>lp.stride << 3);
  for (let k = 0; k < sampleCount; k++) store<f64>(line + (<usize>k << 3), asked);
  const last = <usize>(lp.columns - 1);
  store<f64>(line + (last << 3), -1);
  store<i32>(lp.nonbasic + (last << 2), Programs.none + 1);
  store<i32>(lp.basic + (<usize>r << 2), Programs.none);
  store<f64>(lp.rhs + (<usize>r << 3), 1);
}

/** Adds `by` times the rows' input `i`, less `tolls` of its radii to either side, to a line. */
function addInput(line: usize, i: i32, by: f64, tolls: f64): void {
  const column = columnAt(i);
  const toll = tolls * abs(by) * scale * <f64>radiusOf(i);
  for (let k = 0; k < sampleCount; k++) {
    const at = line + (<usize>k << 3);
    store<f64>(at, load<f64>(at) + by * (scale * <f64>load<i16>(column + (<usize>k << 1))) - toll);
  }
}

// @ts-ignore: decorator
@inline
function lowOf(i: i32): f64 {
  return <f64>leastWeight(i) / <f64>weightBound;
}

// @ts-ignore: decorator
@inline
function highOf(i: i32): f64 {
  return <f64>mostWeight(i) / <f64>weightBound;
}
