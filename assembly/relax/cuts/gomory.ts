import { COUNT_CUTS, count as tally } from '../../base/counts';
import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { Boxes } from '../../problem/boxes';
import { inputs, kept, sampleRow } from '../../problem/shape';
import { alphaRow, betaOf, gammaOf, moveCut, scaleOf, setCut, useCuts } from '../exact/cut-rows';
import { cutMultipliers, Cuts, MOST_CUTS } from '../exact/state';
import { rowSampleAt, solution } from '../lp/neuron-lp';
import { boxHigh, boxLow } from '../exact/safe-bound';
import { Tableau } from '../lp/state';
import { basicAt, multiplier, placeOf, row, valueOf } from '../lp/tableau';
import { combined, depths, factors, fresh, PARTNERS, Round, tight, weights } from './state';

/**
 * Gomory's mixed-integer cuts for a max-min neuron, derived in whole numbers from the tableau's fractional rows.
 *
 * Samples are integers, so with M = the least signed pre-activation every slack s_k = side_k x_k.w - M is a whole number
 * >= 0. Any integers p_k (the tableau's entries under the slacks, rounded to multiples of 1/Q) give an identity
 *
 *     sum_k p_k (side_k x_k.w - M - s_k) = 0
 *
 * and in terms of distances t >= 0 to the bounds (weights to the nearer end of their box, M to its ceiling) it reads
 * sum g_j t_j = g_0. With n = g mod Q the cut is  sum min(n_j / n_0, (Q - n_j) / (Q - n_0)) t_j >= 1  (Gomory 1960; Cornuejols,
 * "Valid inequalities for mixed integer linear programs", 2008, section 2.3). Its coefficients are rounded up to multiples of
 * 1/K, which only weakens it. Floating point chooses p, nothing else: the cut holds whatever it was.
 */
const Q: i64 = 1 << 30;
const K: i64 = 256;
const MOST_ALPHA: i64 = 1 << 26;
const MOST_A_ROUND = 8;
const FRACTION: f64 = 0.02;
const LEAST_DEPTH: f64 = 1e-4;
const PARALLEL: f64 = 0.8;
const DIVISORS = 8;

/**
 * Adds cuts that the relaxation's solution violates, the deepest first and no two much alike; returns how many. The tableau
 * must be optimal over the boxes of `safe-bound.ts`, with the cuts in use in it; `ceiling` is at least M, a whole number.
 */
export function separateCuts(sides: usize, ceiling: i64): i32 {
  assert(!Boxes.moved && ceiling >= 0 && ceiling <= <i64>i32.MAX_VALUE);
  Round.before = Cuts.inUse;
  Round.count = Round.before;
  fromTableau(sides, ceiling);
  fromRows(sides, ceiling);
  useCuts(Round.count);
  tally(COUNT_CUTS, <f64>(Round.count - Round.before));
  return Round.count - Round.before;
}

/** The tableau's fractional rows as they are. */
function fromTableau(sides: usize, ceiling: i64): void {
  for (let r = 0; r < Tableau.rows; r++) {
    const v = basicAt(r);
    if (v >= Tableau.columns) continue;
    const x = valueOf(v);
    const fraction = x - Math.floor(x);
    if (fraction < FRACTION || fraction > 1 - FRACTION) continue;
    const line = row(r);
    for (let s = 0; s < Tableau.rows; s++) {
      const place = placeOf(Tableau.columns + s);
      store<f64>(weights + (<usize>s << 3), place < 0 ? 0 : load<f64>(line + (<usize>place << 3)));
    }
    attempt(sides, ceiling);
  }
}

/**
 * Single tight rows, sums and differences of two, divided by numbers near the largest input and its fractions: images
 * saturate, so that their entries divided by that are nearly whole, and rounding them is a strong cut. On MNIST the
 * tableau's rows alone lower the root by 1 of 40, these by 9.
 */
function fromRows(sides: usize, ceiling: i64): void {
  const partners = listTight();
  const largest = <f64>Cuts.largestInput;
  for (let a = 0; a < partners; a++) {
    for (let b = a; b < partners; b++) {
      for (let sign = -1; sign <= (b == a ? -1 : 1); sign += 2) {
        for (let d = 0; d < DIVISORS; d++) {
          const divisor = d < 4 ? largest - <f64>d : d < 6 ? (largest - <f64>(d - 4)) / 2 : largest / <f64>(d - 3);
          if (divisor < 1.5) continue;
          memory.fill(weights, 0, <usize>Tableau.rows << 3);
          store<f64>(weights + (<usize>load<i32>(tight + (<usize>b << 2)) << 3), <f64>sign / divisor);
          store<f64>(weights + (<usize>load<i32>(tight + (<usize>a << 2)) << 3), 1 / divisor);
          attempt(sides, ceiling);
        }
      }
    }
  }
}

/** The samples' rows with the largest multipliers, at most `PARTNERS`. */
function listTight(): i32 {
  let listed = 0;
  for (let s = 0; s < Tableau.rows; s++) {
    if (rowSampleAt(s) < 0 || placeOf(Tableau.columns + s) < 0) continue;
    let at = listed < PARTNERS ? listed++ : PARTNERS;
    if (at == PARTNERS) {
      at--;
      if (multiplier(load<i32>(tight + (<usize>at << 2))) >= multiplier(s)) continue;
    }
    for (; at > 0 && multiplier(load<i32>(tight + (<usize>(at - 1) << 2))) < multiplier(s); at--) {
      store<i32>(tight + (<usize>at << 2), load<i32>(tight + (<usize>(at - 1) << 2)));
    }
    store<i32>(tight + (<usize>at << 2), s);
  }
  return listed;
}

/** Derives the cut of the combination in `weights` and gives it a place if it is deep, and unlike the others. */
function attempt(sides: usize, ceiling: i64): void {
  const spare = MOST_CUTS - 1;
  if (!derive(sides, ceiling, spare)) return;
  const depth = depthOf(spare);
  if (depth < LEAST_DEPTH) return;
  let place = -1;
  for (let c = Round.before; c < Round.count; c++) {
    if (alike(c, spare) < PARALLEL) continue;
    if (depthAt(c) >= depth) return;
    place = c;
    break;
  }
  if (place < 0 && Round.count < min(spare, Round.before + MOST_A_ROUND)) place = Round.count++;
  if (place < 0) {
    for (let c = Round.before; c < Round.count; c++) if (place < 0 || depthAt(c) < depthAt(place)) place = c;
    if (place < 0 || depthAt(place) >= depth) return;
  }
  store<f64>(depths + (<usize>place << 3), depth);
  moveCut(place, spare);
}

// @ts-ignore: decorator
@inline
function depthAt(c: i32): f64 {
  return load<f64>(depths + (<usize>c << 3));
}

/** The cosine of the angle between two cuts. */
function alike(a: i32, b: i32): f64 {
  const x = alphaRow(a);
  const y = alphaRow(b);
  let xy: f64 = <f64>gammaOf(a) * <f64>gammaOf(b);
  let xx: f64 = <f64>gammaOf(a) * <f64>gammaOf(a);
  let yy: f64 = <f64>gammaOf(b) * <f64>gammaOf(b);
  for (let i = 0; i < inputs; i++) {
    const p = <f64>load<i32>(x + (<usize>i << 2));
    const q = <f64>load<i32>(y + (<usize>i << 2));
    xy += p * q;
    xx += p * p;
    yy += q * q;
  }
  spend(<f64>inputs / 2);
  return xy / Math.sqrt(xx * yy);
}

/** By how much the solution misses the cut, in units of distance in the space of the weights and M. */
function depthOf(c: i32): f64 {
  const alpha = alphaRow(c);
  let sum: f64 = 0;
  let norm: f64 = <f64>gammaOf(c) * <f64>gammaOf(c);
  for (let i = 0; i < inputs; i++) {
    const a = <f64>load<i32>(alpha + (<usize>i << 2));
    sum += a * load<f64>(solution + (<usize>i << 3));
    norm += a * a;
  }
  sum -= <f64>gammaOf(c) * valueOf(Tableau.columns - 1);
  spend(<f64>inputs / 2);
  return (<f64>betaOf(c) - sum) / Math.sqrt(norm);
}

/** Derives the cut of the combination in `weights` into place `c`; false where it is numerically worthless. */
function derive(sides: usize, ceiling: i64, c: i32): bool {
  memory.fill(combined, 0, <usize>inputs << 3);
  let ofM: i64 = 0; // Gamma: the identity's coefficient of -M
  let right: i64 = 0;
  for (let s = 0; s < Tableau.rows; s++) {
    store<i64>(factors + (<usize>s << 3), 0);
    breathe();
    let u = load<f64>(weights + (<usize>s << 3));
    if (u == 0) continue;
    const which = rowSampleAt(s);
    if (which < 0) u /= scaleOf(-1 - which);
    if (abs(u) > 1024) return false;
    const p = <i64>nearest(u * <f64>Q);
    if (p == 0) continue;
    store<i64>(factors + (<usize>s << 3), p);
    spend(<f64>(2 * inputs));
    if (which >= 0) {
      const x = sampleRow(kept(which));
      const signed = load<i8>(sides + <usize>which) > 0 ? p : -p;
      for (let i = 0; i < inputs; i++) {
        const at = combined + (<usize>i << 3);
        store<i64>(at, load<i64>(at) + signed * <i64>load<i16>(x + (<usize>i << 1)));
      }
      ofM += p;
    } else {
      const cut = -1 - which;
      const alpha = alphaRow(cut);
      if (abs(u) > 1) return false;
      for (let i = 0; i < inputs; i++) {
        const at = combined + (<usize>i << 3);
        store<i64>(at, load<i64>(at) + p * <i64>load<i32>(alpha + (<usize>i << 2)));
      }
      ofM += p * gammaOf(cut);
      right += p * betaOf(cut);
    }
  }
  spend(<f64>(4 * inputs));
  // To distances: sum sign_i A_i t_i + Gamma t_M - sum p s = g_0.
  let g0 = right + ofM * ceiling;
  for (let i = 0; i < inputs; i++) g0 -= load<i64>(combined + (<usize>i << 3)) * <i64>endOf(i);
  const n0 = modulo(g0);
  if (n0 < Q / 64 || n0 > Q - Q / 64) return false;

  let gamma = coefficient(ofM, n0);
  let beta = K - gamma * ceiling;
  for (let i = 0; i < inputs; i++) {
    const at = <usize>i << 3;
    if (boxLow(i) == boxHigh(i)) {
      store<i64>(fresh + at, 0);
      continue;
    }
    const sign = endSign(i);
    const a = sign * coefficient(sign * load<i64>(combined + at), n0);
    store<i64>(fresh + at, a);
    beta += a * <i64>endOf(i);
  }
  for (let s = 0; s < Tableau.rows; s++) {
    const p = load<i64>(factors + (<usize>s << 3));
    if (p == 0) continue;
    const q = coefficient(-p, n0);
    if (q == 0) continue;
    breathe();
    const which = rowSampleAt(s);
    if (which >= 0) {
      const x = sampleRow(kept(which));
      const signed = load<i8>(sides + <usize>which) > 0 ? q : -q;
      for (let i = 0; i < inputs; i++) {
        const at = fresh + (<usize>i << 3);
        store<i64>(at, load<i64>(at) + signed * <i64>load<i16>(x + (<usize>i << 1)));
      }
      gamma += q;
    } else {
      const cut = -1 - which;
      const alpha = alphaRow(cut);
      for (let i = 0; i < inputs; i++) {
        const at = fresh + (<usize>i << 3);
        store<i64>(at, load<i64>(at) + q * <i64>load<i32>(alpha + (<usize>i << 2)));
      }
      gamma += q * gammaOf(cut);
      beta += q * betaOf(cut);
    }
  }
  const target = alphaRow(c);
  for (let i = 0; i < inputs; i++) {
    const a = load<i64>(fresh + (<usize>i << 3));
    if (abs(a) > MOST_ALPHA) return false;
    store<i32>(target + (<usize>i << 2), <i32>a);
  }
  if (gamma > MOST_ALPHA || abs(beta) > MOST_ALPHA << 14) return false;
  setCut(c, gamma, beta);
  return true;
}

/** The end of the box that the relaxed weight is nearer to. */
function endOf(i: i32): i32 {
  return endSign(i) > 0 ? boxLow(i) : boxHigh(i);
}

/** +1 where the distance is counted from the lower end. */
function endSign(i: i32): i64 {
  const x = load<f64>(solution + (<usize>i << 3));
  return x - <f64>boxLow(i) <= <f64>boxHigh(i) - x ? 1 : -1;
}

// @ts-ignore: decorator
@inline
function modulo(g: i64): i64 {
  return g & (Q - 1);
}

/** The cut's coefficient for `g` in the identity: a multiple of 1/K, not below the true one. */
function coefficient(g: i64, n0: i64): i64 {
  const n = modulo(g);
  return n <= n0 ? (n * K + n0 - 1) / n0 : ((Q - n) * K + Q - n0 - 1) / (Q - n0);
}

/** Keeps the cuts that the last relaxation uses, in their order. */
export function dropSlackCuts(): void {
  let left = 0;
  for (let c = 0; c < Cuts.inUse; c++) {
    if (load<f64>(cutMultipliers + (<usize>c << 3)) > 1e-12) moveCut(left++, c);
  }
  useCuts(left);
}
