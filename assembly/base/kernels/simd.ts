/**
 * The SIMD kernels: the only places where the engine spends its time by the million. Every kernel has a scalar twin of
 * the same name in `scalar.ts`, which is its oracle in the tests. Lengths are padded by the caller as stated; padding
 * lanes hold zeros.
 */

/** Exact dot product of two i16 rows, `n` a multiple of 8; the caller bounds |sum| < 2^31. */
export function dotI16(a: usize, b: usize, n: i32): i32 {
  let acc0 = i32x4.splat(0);
  let acc1 = i32x4.splat(0);
  const end16 = a + ((<usize>n & ~15) << 1);
  while (a < end16) {
    acc0 = i32x4.add(acc0, i32x4.dot_i16x8_s(v128.load(a), v128.load(b)));
    acc1 = i32x4.add(acc1, i32x4.dot_i16x8_s(v128.load(a, 16), v128.load(b, 16)));
    a += 32;
    b += 32;
  }
  if (n & 8) acc0 = i32x4.add(acc0, i32x4.dot_i16x8_s(v128.load(a), v128.load(b)));
  acc0 = i32x4.add(acc0, acc1);
  return (
    i32x4.extract_lane(acc0, 0) +
    i32x4.extract_lane(acc0, 1) +
    i32x4.extract_lane(acc0, 2) +
    i32x4.extract_lane(acc0, 3)
  );
}

/** `y += c * x` on f64 rows, `n` a multiple of 4. Guides only; no decision rests on it. */
export function axpyF64(y: usize, x: usize, c: f64, n: i32): void {
  const factor = f64x2.splat(c);
  const end = y + (<usize>n << 3);
  while (y < end) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(factor, v128.load(x))));
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(factor, v128.load(x, 16))), 16);
    y += 32;
    x += 32;
  }
}

/** Dot product of an i16 row and an f64 row, `n` a multiple of 8. Guides only. */
export function dotI16F64(a: usize, x: usize, n: i32): f64 {
  let acc0 = f64x2.splat(0);
  let acc1 = f64x2.splat(0);
  const end = a + (<usize>n << 1);
  while (a < end) {
    const v = v128.load(a);
    const lo = i32x4.extend_low_i16x8_s(v);
    const hi = i32x4.extend_high_i16x8_s(v);
    acc0 = f64x2.add(acc0, f64x2.mul(f64x2.convert_low_i32x4_s(lo), v128.load(x)));
    acc1 = f64x2.add(
      acc1,
      f64x2.mul(f64x2.convert_low_i32x4_s(i8x16.shuffle(lo, lo, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)), v128.load(x, 16)),
    );
    acc0 = f64x2.add(acc0, f64x2.mul(f64x2.convert_low_i32x4_s(hi), v128.load(x, 32)));
    acc1 = f64x2.add(
      acc1,
      f64x2.mul(f64x2.convert_low_i32x4_s(i8x16.shuffle(hi, hi, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)), v128.load(x, 48)),
    );
    a += 16;
    x += 64;
  }
  acc0 = f64x2.add(acc0, acc1);
  return f64x2.extract_lane(acc0, 0) + f64x2.extract_lane(acc0, 1);
}

/** `y += c * x` on i32 columns, `n` a multiple of 4, exact. */
export function axpyI32(y: usize, x: usize, c: i32, n: i32): void {
  const factor = i32x4.splat(c);
  const end = y + (<usize>n << 2);
  while (y < end) {
    v128.store(y, i32x4.add(v128.load(y), i32x4.mul(factor, v128.load(x))));
    y += 16;
    x += 16;
  }
}

/**
 * Local search's penalty of a state after a move: `sum_k max(0, deficit_k + shift - c * column_k)^2` in f32, `n` a
 * multiple of 4. A padding row has a hugely negative deficit and never counts. Guides only.
 */
export function penaltyF32(deficit: usize, column: usize, shift: f32, c: f32, n: i32): f32 {
  const factor = f32x4.splat(c);
  const offset = f32x4.splat(shift);
  const zero = f32x4.splat(0);
  let acc = f32x4.splat(0);
  const end = deficit + (<usize>n << 2);
  while (deficit < end) {
    const rest = f32x4.max(
      zero,
      f32x4.sub(f32x4.add(v128.load(deficit), offset), f32x4.mul(factor, v128.load(column))),
    );
    acc = f32x4.add(acc, f32x4.mul(rest, rest));
    deficit += 16;
    column += 16;
  }
  return (
    f32x4.extract_lane(acc, 0) +
    f32x4.extract_lane(acc, 1) +
    (f32x4.extract_lane(acc, 2) + f32x4.extract_lane(acc, 3))
  );
}

/** As `penaltyF32`, of rows that come to no less than their floors (>= 0) whatever moves: `sum_k max(floor_k, deficit_k + shift - c * column_k)^2`. */
export function flooredF32(deficit: usize, floor: usize, column: usize, shift: f32, c: f32, n: i32): f32 {
  const factor = f32x4.splat(c);
  const offset = f32x4.splat(shift);
  let acc = f32x4.splat(0);
  const end = deficit + (<usize>n << 2);
  while (deficit < end) {
    const rest = f32x4.max(
      v128.load(floor),
      f32x4.sub(f32x4.add(v128.load(deficit), offset), f32x4.mul(factor, v128.load(column))),
    );
    acc = f32x4.add(acc, f32x4.mul(rest, rest));
    deficit += 16;
    floor += 16;
    column += 16;
  }
  return (
    f32x4.extract_lane(acc, 0) +
    f32x4.extract_lane(acc, 1) +
    (f32x4.extract_lane(acc, 2) + f32x4.extract_lane(acc, 3))
  );
}

/** `y += c * x` on f32 columns, `n` a multiple of 4. */
export function axpyF32(y: usize, x: usize, c: f32, n: i32): void {
  const factor = f32x4.splat(c);
  const end = y + (<usize>n << 2);
  while (y < end) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(factor, v128.load(x))));
    y += 16;
    x += 16;
  }
}

/** Whether `a + b >= need` in every lane; i16 rows, saturating sum, `n` a multiple of 8. */
export function coversI16(a: usize, b: usize, need: usize, n: i32): bool {
  const end = a + (<usize>n << 1);
  while (a < end) {
    const sum = i16x8.add_sat_s(v128.load(a), v128.load(b));
    if (v128.any_true(i16x8.gt_s(v128.load(need), sum))) return false;
    a += 16;
    b += 16;
    need += 16;
  }
  return true;
}

/**
 * `sum_k weight_k * max(0, a_k + b_k - need_k)` on i16 rows, sums saturating, `n` a multiple of 8; weights >= 0 that add up to
 * at most 2^15, so the result fits.
 */
export function excessI16(a: usize, b: usize, need: usize, weight: usize, n: i32): i32 {
  const zero = i16x8.splat(0);
  let acc = i32x4.splat(0);
  const end = a + (<usize>n << 1);
  while (a < end) {
    const sum = i16x8.add_sat_s(v128.load(a), v128.load(b));
    const rest = i16x8.max_s(zero, i16x8.sub_sat_s(sum, v128.load(need)));
    acc = i32x4.add(acc, i32x4.dot_i16x8_s(rest, v128.load(weight)));
    a += 16;
    b += 16;
    need += 16;
    weight += 16;
  }
  return (
    i32x4.extract_lane(acc, 0) +
    i32x4.extract_lane(acc, 1) +
    i32x4.extract_lane(acc, 2) +
    i32x4.extract_lane(acc, 3)
  );
}

/** Widens the box `low`..`high` so that it holds `row`; i16 rows, `n` a multiple of 8. */
export function widenI16(low: usize, high: usize, row: usize, n: i32): void {
  const end = row + (<usize>n << 1);
  while (row < end) {
    const x = v128.load(row);
    v128.store(low, i16x8.min_s(v128.load(low), x));
    v128.store(high, i16x8.max_s(v128.load(high), x));
    low += 16;
    high += 16;
    row += 16;
  }
}

/** `y = a + b` on i16 rows, saturating, `n` a multiple of 8. */
export function addI16(y: usize, a: usize, b: usize, n: i32): void {
  const end = y + (<usize>n << 1);
  while (y < end) {
    v128.store(y, i16x8.add_sat_s(v128.load(a), v128.load(b)));
    y += 16;
    a += 16;
    b += 16;
  }
}

/** `y += shift - c * x` on f32 columns, `n` a multiple of 4: deficits after a move (`penaltyF32`). */
export function moveF32(y: usize, x: usize, shift: f32, c: f32, n: i32): void {
  const factor = f32x4.splat(c);
  const offset = f32x4.splat(shift);
  const end = y + (<usize>n << 2);
  while (y < end) {
    v128.store(y, f32x4.sub(f32x4.add(v128.load(y), offset), f32x4.mul(factor, v128.load(x))));
    y += 16;
    x += 16;
  }
}

/**
 * First and second derivative of half the penalty along a column: over the rows with a deficit, `sum deficit_k * x_k` is
 * returned and `sum x_k^2` stored as an f32 at `curvature`, with `x_k = column_k - toll`. `n` a multiple of 4. Guides only.
 */
export function slopesF32(deficit: usize, column: usize, toll: f32, curvature: usize, n: i32): f32 {
  const offset = f32x4.splat(toll);
  const zero = f32x4.splat(0);
  let slope = f32x4.splat(0);
  let bend = f32x4.splat(0);
  const end = deficit + (<usize>n << 2);
  while (deficit < end) {
    const rest = v128.load(deficit);
    const x = v128.and(f32x4.sub(v128.load(column), offset), f32x4.gt(rest, zero));
    slope = f32x4.add(slope, f32x4.mul(rest, x));
    bend = f32x4.add(bend, f32x4.mul(x, x));
    deficit += 16;
    column += 16;
  }
  f32.store(
    curvature,
    f32x4.extract_lane(bend, 0) +
      f32x4.extract_lane(bend, 1) +
      (f32x4.extract_lane(bend, 2) + f32x4.extract_lane(bend, 3)),
  );
  return (
    f32x4.extract_lane(slope, 0) +
    f32x4.extract_lane(slope, 1) +
    (f32x4.extract_lane(slope, 2) + f32x4.extract_lane(slope, 3))
  );
}

/** Dot product of two f32 rows, `n` a multiple of 8. Guides only. */
export function dotF32(a: usize, b: usize, n: i32): f32 {
  let acc0 = f32x4.splat(0);
  let acc1 = f32x4.splat(0);
  const end = a + (<usize>n << 2);
  while (a < end) {
    acc0 = f32x4.add(acc0, f32x4.mul(v128.load(a), v128.load(b)));
    acc1 = f32x4.add(acc1, f32x4.mul(v128.load(a, 16), v128.load(b, 16)));
    a += 32;
    b += 32;
  }
  acc0 = f32x4.add(acc0, acc1);
  return (
    f32x4.extract_lane(acc0, 0) +
    f32x4.extract_lane(acc0, 1) +
    (f32x4.extract_lane(acc0, 2) + f32x4.extract_lane(acc0, 3))
  );
}
