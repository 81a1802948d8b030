import { count, COUNT_RELAXATIONS } from '../../base/counts';
import { CHECKED } from '../../base/check';
import { Boxes, isCounted, leastWeight, mostOf, mostWeight, radiusOf } from '../../problem/boxes';
import { epsilon, inputs, inputsPadded, kept, keptCount, marginScale, sampleRow } from '../../problem/shape';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { alphaRow, alphaSumOf, betaOf, gammaOf, scaleOf } from './cut-rows';
import { boxLower, boxUpper, cutMultipliers, Cuts, direction, LastBound, multipliers, Planted } from './state';

/**
 * Exact integer bounds from any multipliers. Whatever floating point produced `lambda`, it is rounded to integers
 * `lambda_k >= 0` with sum `total`, and then the weak-duality inequality is evaluated in i64:
 *
 *     max-min   margin <= sum_i max_{v in box_i} (d_i v - r_i * total * |v|) / total  - eps * sum_{side -} lambda_k / total
 *     cover     #nonzero >= (sum_k lambda_k r_k + sum_i min_{v in box_i} (scale_i * [v != 0] - d_i v + r_i * total * |v|)) / scale
 *
 * with d_i = sum_k lambda_k side_k x_ki (design section 2.3), r_i the radius of input i, scale_i = scale, 0 for an input that is not counted.
 * The host guarantees sum_i (|x_ki| + r_i) * max_{v in box_i} |v| * D < 2^31 for every sample
 * and the multipliers sum to at most 2^31, so no intermediate leaves 62 bits.
 *
 * Rows are indexed by position among the kept samples.
 */

const MOST: f64 = 2147483000.0;
/** Of rows and cuts together: what they come to at worst, units of 1/D; and the multipliers' sum. */
const MOST_REACH: i64 = 1 << 62;
const MOST_TOTAL: i64 = 1 << 31;

/** All boxes back to what the problem allows. */
export function resetBoxes(): void {
  for (let i = 0; i < inputs; i++) {
    store<i16>(boxLower + (<usize>i << 1), <i16>leastWeight(i));
    store<i16>(boxUpper + (<usize>i << 1), <i16>mostWeight(i));
  }
}

// @ts-ignore: decorator
@inline
export function boxLow(i: i32): i32 {
  assert(<u32>i < <u32>inputs);
  return <i32>load<i16>(boxLower + (<usize>i << 1));
}

// @ts-ignore: decorator
@inline
export function boxHigh(i: i32): i32 {
  assert(<u32>i < <u32>inputs);
  return <i32>load<i16>(boxUpper + (<usize>i << 1));
}

export function setBounds(i: i32, lo: i32, up: i32): void {
  assert(<u32>i < <u32>inputs && leastWeight(i) <= lo && lo <= up && up <= mostWeight(i));
  store<i16>(boxLower + (<usize>i << 1), <i16>lo);
  store<i16>(boxUpper + (<usize>i << 1), <i16>up);
}

/**
 * Rounds f64 multipliers (one per kept sample; 0 for rows that take no part) and sums the direction. Returns the sum of
 * the rounded multipliers; 0 when there is nothing to combine.
 */
function round(raw: usize, sides: usize): i64 {
  count(COUNT_RELAXATIONS);
  let sum: f64 = 0;
  for (let k = 0; k < keptCount; k++) sum += max<f64>(0, load<f64>(raw + (<usize>k << 3)));
  // A cut counts for as many rows as its coefficients are larger than a sample's, and its constant for as much again.
  for (let c = 0; c < Cuts.inUse; c++) sum += 4 * scaleOf(c) * max<f64>(0, load<f64>(cutMultipliers + (<usize>c << 3)));
  let scale: f64 = 1073741824.0;
  while (sum * scale > MOST) scale *= 0.5;
  LastBound.scale = <i64>scale;
  memory.fill(direction, 0, <usize>inputsPadded << 3);
  strain(<f64>keptCount);
  let total: i64 = 0;
  for (let k = 0; k < keptCount; k++) {
    const at = <usize>k << 3;
    const real = load<f64>(raw + at);
    const side = <i32>load<i8>(sides + <usize>k);
    const rounded: i64 = real > 0 && side != 0 ? <i64>nearest(real * scale) : 0;
    store<i64>(multipliers + at, rounded);
    if (rounded == 0) continue;
    breathe();
    assert(rounded > 0);
    total += rounded;
    addRow(sampleRow(kept(k)), side > 0 ? rounded : -rounded);
  }
  assert(total < <i64>1 << 32);
  return total;
}

/** Adds a row of inputs to the direction. */
export function addRow(row: usize, factor: i64): void {
  for (let i = 0; i < inputs; i++) {
    const at = direction + (<usize>i << 3);
    store<i64>(at, load<i64>(at) + factor * <i64>load<i16>(row + (<usize>i << 1)));
  }
  spend(<f64>inputs / 2);
}

/** d_i of the last bound, for reduced-cost arguments. */
export function directionAt(i: i32): i64 {
  assert(<u32>i < <u32>inputs);
  return load<i64>(direction + (<usize>i << 3));
}

/** The most that the boxes allow the combined rows: `sum_i max_{v in box_i} (d_i v - r_i * total * |v|)`. */
export function reachOfBoxes(total: i64): i64 {
  let reach: i64 = 0;
  for (let i = 0; i < inputs; i++) {
    reach += mostOf(load<i64>(direction + (<usize>i << 3)), <i64>boxLow(i), <i64>boxHigh(i), <i64>radiusOf(i) * total);
  }
  spend(<f64>inputs);
  return reach;
}

/** What the combined rows ask for: `sum_k lambda_k r_k`. */
function askedOf(required: usize): i64 {
  let asked: i64 = 0;
  for (let k = 0; k < keptCount; k++) {
    asked += load<i64>(multipliers + (<usize>k << 3)) * <i64>load<i32>(required + (<usize>k << 2));
  }
  return asked;
}

/**
 * Upper bound on a neuron's margin, in units of 1/D, over the boxes and the rows with a side. `fallback` is returned
 * when no row takes part.
 */
export function maxMinBound(raw: usize, sides: usize, fallback: i32): i32 {
  const rowTotal = round(raw, sides);
  const total = rowTotal + addCuts(rowTotal);
  if (total == 0) return fallback;
  assert(total > 0);
  const reach = reachOfBoxes(total) - LastBound.cutConstant;
  assert(abs(reach) < (<i64>1 << 62) / marginScale);
  LastBound.reach = reach;
  LastBound.total = total;
  let minus: i64 = 0;
  for (let k = 0; k < keptCount; k++) {
    if (<i32>load<i8>(sides + <usize>k) < 0) minus += load<i64>(multipliers + (<usize>k << 3));
  }
  LastBound.minus = <i64>epsilon * minus;
  let bound = floorDivide(<i64>marginScale * reach - LastBound.minus, total);
  if (CHECKED) bound -= <i64>Planted.lower;
  return bound > <i64>i32.MAX_VALUE ? fallback : min(fallback, <i32>max(bound, <i64>i32.MIN_VALUE));
}

/** Before a relaxation of which `turnedMaxMinBound` will be asked. */
export function forgetBound(): void {
  LastBound.total = 0;
}

/**
 * What the last max-min bound says with all sides turned round: the same multipliers combine the rows to minus the direction,
 * which boxes that are as wide to both sides allow as much. Only without cuts, and with full boxes, none of them `ranged`. `fallback`, which holds for
 * both, where no row has taken part since `forgetBound`: a relaxation that its ceiling stops has no multipliers.
 */
export function turnedMaxMinBound(fallback: i32): i32 {
  assert(Cuts.inUse == 0 && !Boxes.ranged);
  if (LastBound.total == 0) return fallback;
  const reach = <i64>marginScale * LastBound.reach;
  const bound = floorDivide(reach - (<i64>epsilon * LastBound.total - LastBound.minus), LastBound.total);
  return bound > <i64>i32.MAX_VALUE ? fallback : min(fallback, <i32>max(bound, <i64>i32.MIN_VALUE));
}

/**
 * Adds the cuts in use to the combined rows; returns what they add to the total. Multipliers are floating point's, so how large a
 * product becomes is looked at here, in integers, before it is formed: what rows and cuts come to at worst stays within 2^62 units of
 * 1/D, the total within 2^31, and so every product of the bound and of reduced costs within 63 bits. A cut that does not
 * fit is left out, which only weakens the bound. (`round` makes room for all of them where a cut's coefficients are about
 * as large as its constant; a cut of small coefficients and a large constant is what floats let pass.)
 */
function addCuts(rowTotal: i64): i64 {
  LastBound.cutConstant = 0;
  if (Cuts.inUse == 0) return 0;
  let total: i64 = 0;
  const atWorst = <i64>marginScale * Cuts.largestReach;
  let room = (MOST_REACH - rowTotal * atWorst) / <i64>marginScale;
  for (let c = 0; c < Cuts.inUse; c++) {
    const real = load<f64>(cutMultipliers + (<usize>c << 3));
    const factor: i64 = real > 0 ? <i64>nearest(real * <f64>LastBound.scale) : 0;
    if (factor == 0) continue;
    const unit = max<i64>(1, <i64>Boxes.widest * alphaSumOf(c) + abs(betaOf(c)));
    if (factor > room / unit || factor > (MOST_TOTAL - rowTotal - total) / max<i64>(1, gammaOf(c))) continue;
    room -= factor * unit;
    total += factor * gammaOf(c);
    LastBound.cutConstant += factor * betaOf(c);
    const alpha = alphaRow(c);
    for (let i = 0; i < inputs; i++) {
      const at = direction + (<usize>i << 3);
      store<i64>(at, load<i64>(at) + factor * <i64>load<i32>(alpha + (<usize>i << 2)));
    }
    spend(<f64>inputs / 2);
  }
  return total;
}

/** Checked build: no box has been widened since the last max-min bound, which would make its certificate one of other boxes. */
function reachStands(): bool {
  let reach = -LastBound.cutConstant;
  for (let i = 0; i < inputs; i++) {
    const d = directionAt(i);
    reach += mostOf(d, <i64>boxLow(i), <i64>boxHigh(i), <i64>radiusOf(i) * LastBound.total);
  }
  return LastBound.total > 0 && reach <= LastBound.reach;
}

/**
 * Narrows the box of input `i` to the values with which the last max-min bound still exceeds `cut`; true if it shrank.
 * The box keeps the value that the bound prefers, so it never becomes empty. Only of an input that does not move: there
 * the bound is linear in the weight.
 */
export function reducedCostBox(i: i32, cut: i32): bool {
  if (radiusOf(i)) return false;
  const d = load<i64>(direction + (<usize>i << 3));
  if (d == 0) return false;
  if (CHECKED) assert(reachStands());
  // floor((D * (reach - |d| * steps) - minus) / total) must exceed cut
  const slack = <i64>marginScale * LastBound.reach - LastBound.minus - (<i64>cut + 1) * LastBound.total;
  if (slack < 0) return false;
  const steps = slack / (<i64>marginScale * abs(d));
  const lo = <i64>boxLow(i);
  const up = <i64>boxHigh(i);
  if (steps >= up - lo) return false;
  if (d > 0) setBounds(i, <i32>(up - steps), <i32>up);
  else setBounds(i, <i32>lo, <i32>(lo + steps));
  return true;
}

/** Lower bound on the non-zero weights that reach `required` (i32 per kept sample) on the rows with a side. */
export function coverBound(raw: usize, sides: usize, required: usize): i32 {
  assert(Cuts.inUse == 0); // cuts are about max-min
  const total = round(raw, sides);
  const scale = LastBound.scale;
  let sum = askedOf(required);
  for (let i = 0; i < inputs; i++) {
    const d = load<i64>(direction + (<usize>i << 3));
    const lo = <i64>boxLow(i);
    const up = <i64>boxHigh(i);
    const toll = <i64>radiusOf(i) * total;
    const paid = isCounted(i) ? scale : 0;
    let least: i64 = lo <= 0 && up >= 0 ? 0 : i64.MAX_VALUE;
    // Linear in v on either side of zero, so the ends decide; of the near ends only the one a narrowed box starts with.
    if (up > 0) {
      least = min(least, paid - d * up + toll * up);
      const near = max<i64>(lo, 1);
      least = min(least, paid - d * near + toll * near);
    }
    if (lo < 0) {
      least = min(least, paid - d * lo - toll * lo);
      const near = min<i64>(up, -1);
      least = min(least, paid - d * near - toll * near);
    }
    sum += least;
  }
  spend(<f64>inputs * 2);
  LastBound.cover = sum;
  LastBound.coverTotal = total;
  const bound = -floorDivide(-sum, scale);
  return bound < 0 ? 0 : <i32>min<i64>(bound, i32.MAX_VALUE);
}

/**
 * Whether the boxes provably cannot reach `required` on the rows with a side: some combination of the rows asks for more
 * than its best value over the boxes.
 */
export function provesUnreachable(raw: usize, sides: usize, required: usize): bool {
  assert(Cuts.inUse == 0);
  const total = round(raw, sides);
  if (total == 0) return false;
  return askedOf(required) > reachOfBoxes(total);
}

/**
 * As `reducedCostBox`, for the last cover bound: values of weight `i` with which it would reach `count` non-zeros or
 * more are cut off (the caller looks for fewer).
 */
export function coverCostBox(i: i32, count: i32): bool {
  const lo = boxLow(i);
  const up = boxHigh(i);
  const d = load<i64>(direction + (<usize>i << 3));
  const toll = <i64>radiusOf(i) * LastBound.coverTotal;
  const paid = isCounted(i) ? LastBound.scale : 0;
  let least: i64 = i64.MAX_VALUE;
  for (let v = lo; v <= up; v++) least = min(least, coverTerm(<i64>v, d, toll, paid));
  // The bound with w_i = v is ceil((lastCover - least + term(v)) / scale).
  const room = <i64>(count - 1) * LastBound.scale - (LastBound.cover - least);
  let first = i32.MAX_VALUE;
  let last = i32.MIN_VALUE;
  for (let v = lo; v <= up; v++) {
    if (coverTerm(<i64>v, d, toll, paid) > room) continue;
    first = min(first, v);
    last = max(last, v);
  }
  if (first > last || (first == lo && last == up)) return false;
  setBounds(i, first, last);
  return true;
}

// @ts-ignore: decorator
@inline
function coverTerm(v: i64, d: i64, toll: i64, paid: i64): i64 {
  return (v != 0 ? paid : 0) - d * v + toll * abs(v);
}

/** `b > 0`. */
export function floorDivide(a: i64, b: i64): i64 {
  const quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}
