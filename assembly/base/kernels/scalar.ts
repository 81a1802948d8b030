/** Scalar twins of `simd.ts`: the same results lane for lane, written to be read. The tests hold one against the other. */

export function dotI16(a: usize, b: usize, n: i32): i32 {
  let sum = 0;
  for (let i: usize = 0; i < <usize>n; i++) sum += <i32>load<i16>(a + (i << 1)) * <i32>load<i16>(b + (i << 1));
  return sum;
}

export function axpyF64(y: usize, x: usize, c: f64, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<f64>(y + (i << 3), load<f64>(y + (i << 3)) + c * load<f64>(x + (i << 3)));
  }
}

/** Sums in the SIMD twin's order (four running sums), so that the two agree to the bit. */
export function dotI16F64(a: usize, x: usize, n: i32): f64 {
  let s0: f64 = 0;
  let s1: f64 = 0;
  let s2: f64 = 0;
  let s3: f64 = 0;
  for (let i: usize = 0; i < <usize>n; i += 4) {
    s0 += <f64>load<i16>(a + (i << 1)) * load<f64>(x + (i << 3));
    s1 += <f64>load<i16>(a + (i << 1), 2) * load<f64>(x + (i << 3), 8);
    s2 += <f64>load<i16>(a + (i << 1), 4) * load<f64>(x + (i << 3), 16);
    s3 += <f64>load<i16>(a + (i << 1), 6) * load<f64>(x + (i << 3), 24);
  }
  return s0 + s2 + (s1 + s3);
}

export function axpyI32(y: usize, x: usize, c: i32, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<i32>(y + (i << 2), load<i32>(y + (i << 2)) + c * load<i32>(x + (i << 2)));
  }
}

/** Sums in the SIMD twin's order (one running sum a lane). */
export function penaltyF32(deficit: usize, column: usize, shift: f32, c: f32, n: i32): f32 {
  let s0: f32 = 0;
  let s1: f32 = 0;
  let s2: f32 = 0;
  let s3: f32 = 0;
  for (let i: usize = 0; i < <usize>n; i += 4) {
    const at = i << 2;
    s0 += square(load<f32>(deficit + at) + shift - c * load<f32>(column + at));
    s1 += square(load<f32>(deficit + at, 4) + shift - c * load<f32>(column + at, 4));
    s2 += square(load<f32>(deficit + at, 8) + shift - c * load<f32>(column + at, 8));
    s3 += square(load<f32>(deficit + at, 12) + shift - c * load<f32>(column + at, 12));
  }
  return s0 + s1 + (s2 + s3);
}

// @ts-ignore: decorator
@inline
function square(x: f32): f32 {
  const positive: f32 = x > 0 ? x : 0;
  return positive * positive;
}

/** As `penaltyF32`, each row no less than its floor. */
export function flooredF32(deficit: usize, floor: usize, column: usize, shift: f32, c: f32, n: i32): f32 {
  let s0: f32 = 0;
  let s1: f32 = 0;
  let s2: f32 = 0;
  let s3: f32 = 0;
  for (let i: usize = 0; i < <usize>n; i += 4) {
    const at = i << 2;
    s0 += squareFrom(load<f32>(floor + at), load<f32>(deficit + at) + shift - c * load<f32>(column + at));
    s1 += squareFrom(load<f32>(floor + at, 4), load<f32>(deficit + at, 4) + shift - c * load<f32>(column + at, 4));
    s2 += squareFrom(load<f32>(floor + at, 8), load<f32>(deficit + at, 8) + shift - c * load<f32>(column + at, 8));
    s3 += squareFrom(load<f32>(floor + at, 12), load<f32>(deficit + at, 12) + shift - c * load<f32>(column + at, 12));
  }
  return s0 + s1 + (s2 + s3);
}

// @ts-ignore: decorator
@inline
function squareFrom(least: f32, x: f32): f32 {
  const taken: f32 = x > least ? x : least;
  return taken * taken;
}

export function axpyF32(y: usize, x: usize, c: f32, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<f32>(y + (i << 2), load<f32>(y + (i << 2)) + c * load<f32>(x + (i << 2)));
  }
}

// @ts-ignore: decorator
@inline
function saturate(x: i32): i32 {
  return min(max(x, -32768), 32767);
}

// @ts-ignore: decorator
@inline
function lane(row: usize, i: usize): i32 {
  return <i32>load<i16>(row + (i << 1));
}

export function coversI16(a: usize, b: usize, need: usize, n: i32): bool {
  for (let i: usize = 0; i < <usize>n; i++) if (lane(need, i) > saturate(lane(a, i) + lane(b, i))) return false;
  return true;
}

export function excessI16(a: usize, b: usize, need: usize, weight: usize, n: i32): i32 {
  let sum = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const rest = saturate(saturate(lane(a, i) + lane(b, i)) - lane(need, i));
    sum += max(0, rest) * lane(weight, i);
  }
  return sum;
}

export function widenI16(low: usize, high: usize, row: usize, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    const x = <i16>lane(row, i);
    store<i16>(low + (i << 1), min(load<i16>(low + (i << 1)), x));
    store<i16>(high + (i << 1), max(load<i16>(high + (i << 1)), x));
  }
}

export function addI16(y: usize, a: usize, b: usize, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) store<i16>(y + (i << 1), <i16>saturate(lane(a, i) + lane(b, i)));
}

export function moveF32(y: usize, x: usize, shift: f32, c: f32, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<f32>(y + (i << 2), load<f32>(y + (i << 2)) + shift - c * load<f32>(x + (i << 2)));
  }
}

/** Sums in the SIMD twin's order. */
export function slopesF32(deficit: usize, column: usize, toll: f32, curvature: usize, n: i32): f32 {
  let slope: f32 = 0;
  let bend: f32 = 0;
  for (let pair = 0; pair < 2; pair++) {
    let slopes: f32 = 0;
    let bends: f32 = 0;
    for (let lane = 2 * pair; lane < 2 * pair + 2; lane++) {
      let s: f32 = 0;
      let b: f32 = 0;
      for (let i = lane; i < n; i += 4) {
        const rest = load<f32>(deficit + (<usize>i << 2));
        if (!(rest > 0)) continue;
        const x = load<f32>(column + (<usize>i << 2)) - toll;
        s += rest * x;
        b += x * x;
      }
      slopes += s;
      bends += b;
    }
    slope += slopes;
    bend += bends;
  }
  store<f32>(curvature, bend);
  return slope;
}

/** Sums in the SIMD twin's order. */
export function dotF32(a: usize, b: usize, n: i32): f32 {
  let sum: f32 = 0;
  for (let pair = 0; pair < 2; pair++) {
    let two: f32 = 0;
    for (let lane = 2 * pair; lane < 2 * pair + 2; lane++) {
      let near: f32 = 0;
      let far: f32 = 0;
      for (let i: usize = <usize>lane; i < <usize>n; i += 8) {
        near += load<f32>(a + (i << 2)) * load<f32>(b + (i << 2));
        far += load<f32>(a + ((i + 4) << 2)) * load<f32>(b + ((i + 4) << 2));
      }
      two += near + far;
    }
    sum += two;
  }
  return sum;
}
