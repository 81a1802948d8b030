import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { isCounted, leastWeight, mostOf, mostWeight, radiusOf } from '../../problem/boxes';
import { isUnsparing, Limits } from '../../problem/limits';
import { inputs, inputsPadded, kept, keptCount, sampleRow, targetOf } from '../../problem/shape';
import { addRow, boxHigh, boxLow, directionAt, floorDivide, reachOfBoxes, setBounds } from './safe-bound';
import { LastSoft, multipliers, direction, softCaps, softGains, softShares, softSorted } from './state';

/**
 * Exact lower bounds on the soft loss of one neuron with weights (docs/robust.md, "What is proved"). Since `max(0, u)^2` is the most of
 * `a u - a^2 / 4` over `a >= 0`, any multipliers give
 *
 *     loss >= sum_k a_k T_k - (sum_k a_k^2) / 4 - sum_i max_{v in box_i} (c_i v - r_i * A |v|),   c_i = sum_k a_k side_k x_ki
 *
 * with A their sum and T a row's target, one more on the - side. The best are twice what the rows lack at the optimum over the
 * box of real weights. They are rounded to multiples of 1/scale, and everything is evaluated in i64, times 4 scale^2.
 *
 * **Range.** A row lacks at most `m_k = T_k + sum_i P_i * (|x_ki| + r_i)`; multipliers beyond 2 m_k are cut to it. So each of
 * the three sums stays below 8 scale^2 * sum m_k^2, and `measureSoft` chooses the scale so that this is below 2^60. The host
 * guarantees `sum m_k^2 < 2^53`, so scale 1 always fits.
 */
const MOST_SCALE: i64 = 1 << 14;
const MOST_SQUARES: i64 = 1 << 57;
/** Multipliers go to the log as i32. */
const MOST_MULTIPLIER: i64 = (<i64>1 << 31) - 1;

/** Looks at the kept rows: how far multipliers may go, and how finely they are rounded. */
export function measureSoft(): void {
  let squares: i64 = 0;
  let most: i64 = 1;
  for (let k = 0; k < keptCount; k++) {
    const row = sampleRow(kept(k));
    let norm: i64 = 0;
    for (let i = 0; i < inputs; i++) norm += <i64>max(abs(leastWeight(i)), abs(mostWeight(i))) * <i64>(abs(<i32>load<i16>(row + (<usize>i << 1))) + radiusOf(i));
    breathe();
    strain(<f64>inputs);
    const lack = <i64>targetOf(kept(k)) + 1 + norm;
    store<i64>(softCaps + (<usize>k << 3), 2 * lack);
    squares += lack * lack;
    most = max(most, lack);
  }
  let scale: i64 = 1;
  while (2 * scale <= MOST_SCALE && 4 * scale * most <= MOST_MULTIPLIER && 4 * scale * scale * squares < MOST_SQUARES) scale *= 2;
  LastSoft.scale = scale;
}

/** The share of the target that side - adds: a sum of 0 is +. */
// @ts-ignore: decorator
@inline
export function wantedOf(k: i32, side: i32): i64 {
  return <i64>targetOf(kept(k)) + <i64>i32(side < 0);
}

/**
 * The least loss of weights in the boxes, not all of them 0, on the kept rows with a side (i8 [K]), by multipliers f64 [K] in
 * units of 1: rounded up to a whole number, at least 0.
 */
export function softBound(raw: usize, sides: usize): i64 {
  const term = softTerm(raw, sides);
  if (!isUnsparing() && LastSoft.room < 0) {
    LastSoft.value = i64.MAX_VALUE;
    return NO_LOSS_THERE;
  }
  LastSoft.value = 4 * LastSoft.scale * term - squaresOf(multipliers);
  return lossOf(LastSoft.value);
}

/** What a bound is where no weights in the boxes keep the limit. */
export const NO_LOSS_THERE: i64 = <i64>1 << 60;

/** Of multipliers i64 [K]. */
function squaresOf(numbers: usize): i64 {
  let squares: i64 = 0;
  for (let k = 0; k < keptCount; k++) {
    const n = load<i64>(numbers + (<usize>k << 3));
    squares += n * n;
  }
  return squares;
}

/** What one neuron adds to a bound: what its rows ask for less the most that its boxes reach, in units of 1/scale. */
function softTerm(raw: usize, sides: usize): i64 {
  memory.fill(direction, 0, <usize>inputsPadded << 3);
  const scale = LastSoft.scale;
  let total: i64 = 0;
  let asked: i64 = 0;
  for (let k = 0; k < keptCount; k++) {
    const at = <usize>k << 3;
    const side = <i32>load<i8>(sides + <usize>k);
    const real = load<f64>(raw + at);
    let n: i64 = 0;
    if (side != 0 && real > 0) n = <i64>nearest(min<f64>(real, <f64>load<i64>(softCaps + at)) * <f64>scale);
    store<i64>(multipliers + at, n);
    if (n == 0) continue;
    breathe();
    assert(n > 0 && n <= load<i64>(softCaps + at) * scale);
    total += n;
    asked += n * wantedOf(k, side);
    addRow(sampleRow(kept(k)), side > 0 ? n : -n);
  }
  LastSoft.total = total;
  if (isUnsparing()) return asked - reachOfBoxes(total);
  const reach = reachOfFew(total);
  return LastSoft.room < 0 ? NOTHING : asked - reach;
}

/** No weights in the boxes keep the limit; far from where sums overflow. */
const NOTHING: i64 = <i64>1 << 44;

/**
 * The most of the combined rows under the limit of non-zeros: of the weights that it counts and that may be 0 only as many add to it as there is
 * room for, those with the largest gains by another value than 0 (docs/proof.md, "Fields": the verifier takes the same sum).
 */
function reachOfFew(total: i64): i64 {
  let reach: i64 = 0;
  let forced = 0;
  let n = 0;
  for (let i = 0; i < inputs; i++) {
    const low = <i64>boxLow(i);
    const high = <i64>boxHigh(i);
    const toll = <i64>radiusOf(i) * total;
    let gain: i64 = 0;
    if (!isCounted(i)) reach += mostOf(directionAt(i), low, high, toll);
    else if (low > 0 || high < 0) {
      forced++;
      reach += mostOf(directionAt(i), low, high, toll);
    } else {
      gain = gainOf(i, total);
      if (gain > 0) store<i64>(softSorted + (<usize>(n++) << 3), gain);
    }
    store<i64>(softGains + (<usize>i << 3), gain);
  }
  spend(<f64>inputs);
  const room = Limits.nonzeros - forced;
  LastSoft.room = room;
  sortRising(softSorted, n);
  LastSoft.least = room > 0 && n >= room ? load<i64>(softSorted + (<usize>(n - room) << 3)) : 0;
  LastSoft.next = room >= 0 && n > room ? load<i64>(softSorted + (<usize>(n - room - 1) << 3)) : 0;
  for (let at = max(0, n - max(room, 0)); at < n; at++) reach += load<i64>(softSorted + (<usize>at << 3));
  return reach;
}

/** The most that weight `i`, which may be 0, adds by another value; i64.MIN_VALUE: it has none. */
function gainOf(i: i32, total: i64): i64 {
  const d = directionAt(i);
  const toll = <i64>radiusOf(i) * total;
  const low = <i64>boxLow(i);
  const high = <i64>boxHigh(i);
  let gain = i64.MIN_VALUE;
  if (high > 0) gain = mostOf(d, 1, high, toll);
  if (low < 0) gain = max(gain, mostOf(d, low, -1, toll));
  return gain;
}

/** i64 [n], by Shell's gaps. */
export function sortRising(numbers: usize, n: i32): void {
  for (let gap = n >> 1; gap > 0; gap >>= 1) {
    breathe();
    for (let i = gap; i < n; i++) {
      const x = load<i64>(numbers + (<usize>i << 3));
      let j = i;
      while (j >= gap && load<i64>(numbers + (<usize>(j - gap) << 3)) > x) {
        store<i64>(numbers + (<usize>j << 3), load<i64>(numbers + (<usize>(j - gap) << 3)));
        j -= gap;
      }
      store<i64>(numbers + (<usize>j << 3), x);
    }
  }
  spend(<f64>(n * 16));
}

/** As `softCostBox`, of a weight that the limit counts and that may be 0: another value takes a place, and 0 leaves one. */
function costBoxOfFew(i: i32, slack: i64): bool {
  const lo = boxLow(i);
  const up = boxHigh(i);
  const d = directionAt(i);
  const toll = <i64>radiusOf(i) * LastSoft.total;
  const gain = load<i64>(softGains + (<usize>i << 3));
  const taken = gain > 0 && LastSoft.room > 0 && gain >= LastSoft.least;
  let first = i32.MAX_VALUE;
  let last = i32.MIN_VALUE;
  for (let v = lo; v <= up; v++) {
    let loss: i64;
    if (v == 0) loss = taken ? gain - LastSoft.next : 0;
    else if (LastSoft.room <= 0) continue;
    else loss = (taken ? gain : LastSoft.least) - (d * <i64>v - toll * <i64>abs(v));
    if (loss > slack) continue;
    if (first == i32.MAX_VALUE) first = v;
    last = v;
  }
  if (first > last || (first == lo && last == up)) return false;
  setBounds(i, first, last);
  return true;
}

/**
 * Several neurons, rows relying on more than one of them: the loss of a row is that of its worst literal, so it is at least
 * `sum_j a_j u_j - (sum_j a_j)^2 / 4`, and what is left splits by neuron. Begin, add every neuron, and take the bound.
 */
export function beginSum(): void {
  memory.fill(softShares, 0, <usize>keptCount << 3);
  LastSoft.sum = 0;
}

/**
 * A neuron that rows rely on with the sides i8 [K], by multipliers f64 [K]: with weights in its boxes, or `bare`: without any. Then it is + to
 * infinity, and reaches -1 as -.
 */
export function addToSum(raw: usize, sides: usize, bare: bool): void {
  const term = softTerm(raw, sides);
  let without: i64 = 0;
  for (let k = 0; k < keptCount; k++) {
    const at = <usize>k << 3;
    const n = load<i64>(multipliers + at);
    store<i64>(softShares + at, load<i64>(softShares + at) + n);
    if (<i32>load<i8>(sides + <usize>k) < 0) without += n * wantedOf(k, -1);
  }
  LastSoft.sum += bare ? without : term;
}

export function boundOfSum(): i64 {
  LastSoft.value = 4 * LastSoft.scale * LastSoft.sum - squaresOf(softShares);
  return lossOf(LastSoft.value);
}

/** Rounded up. */
function lossOf(value: i64): i64 {
  return max<i64>(0, -floorDivide(-value, 4 * LastSoft.scale * LastSoft.scale));
}

/**
 * Narrows the box of input `i` to the values with which the last bound still allows a loss below `least`; true if it shrank.
 * The value that the bound prefers always stays. Call it for all inputs before the next bound, and not where the bound
 * reaches `least` itself.
 */
export function softCostBox(i: i32, least: i64): bool {
  const lo = boxLow(i);
  const up = boxHigh(i);
  if (lo == up) return false;
  const scale = LastSoft.scale;
  const slack = floorDivide(4 * scale * scale * (least - 1) - LastSoft.value, 4 * scale);
  if (slack < 0) return false;
  if (!isUnsparing() && isCounted(i) && lo <= 0 && up >= 0) return costBoxOfFew(i, slack);
  const d = directionAt(i);
  const toll = <i64>radiusOf(i) * LastSoft.total;
  let peak: i64 = i64.MIN_VALUE;
  for (let v = lo; v <= up; v++) peak = max(peak, d * <i64>v - toll * <i64>abs(v));
  let first = lo;
  while (d * <i64>first - toll * <i64>abs(first) < peak - slack) first++;
  let last = up;
  while (d * <i64>last - toll * <i64>abs(last) < peak - slack) last--;
  if (first == lo && last == up) return false;
  setBounds(i, first, last);
  return true;
}
