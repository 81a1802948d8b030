import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { columnAt } from '../../neuron/count-search';
import { isCounted, isOptional, leastWeight, mostOf, mostWeight, radiusOf } from '../../problem/boxes';
import { isUnsparing, Limits } from '../../problem/limits';
import { confidence, inputs, sampleCount } from '../../problem/shape';
import { layProgram } from './ray-program';
import { basicOf, entering, hasStalled, leaving, pivot, rowOf, valueOf } from './simplex';
import { CONFLICTS, conflictRows, Conflicts, conflictStarts, conflictSums, conflictTimes, conflictUsed, freshRows, freshTimes, gains, Programs, rayCosts, RowTree, rowStates, shares } from './state';

/**
 * Conflicts: sets of rows that no weights make confident together. For any whole n_k >= 0
 *
 *     sum_k n_k * confidence  >  sum_i max over w_i's range of (d_i v - r_i * N |v|)      d_i = sum_k n_k y_k x_ki,  N = sum_k n_k
 *
 * says that of the rows with n_k > 0 one at least is not confident, and so shows it; where few weights may be other than 0, the right side is the
 * sum of the largest. Floating point proposes n: the vertices of a small program (ray-program.ts)
 * are the minimal sets that real weights cannot satisfy (Gleeson and Ryan 1990; Parker and Ryan 1996). The costs say which are
 * wanted; rows that are held cost next to nothing, rows given up more than all others. Costs change and nothing else, so the
 * program stays where it is from one question to the next. What integers do not confirm is not taken.
 */
export const FREE: u8 = 0;
export const HELD: u8 = 1;
export const GIVEN: u8 = 2;

const FORBIDDEN: f64 = 1000;
const MOST_PIVOTS = 20000;
const TAKEN: f64 = 1e-7; // multipliers above it count
const VIOLATED: f64 = 0.97; // shares of a conflict that is worth having sum up to less
const CHEAP: f64 = 0.4; // the same of one that is met on the way to the cheapest
const MOST_ON_THE_WAY = 3;
const SHAKEN: f64 = 1e-8; // what is added to a value of 0 where nothing moves
const TAKEN_SHAKEN: f64 = 3e-6;
const MOST_SHAKES = 20;
const MOST_TIMES: f64 = 2147483648.0; // 2^31: times confidence, or P * |x|_1, both below 2^31, no sum leaves 63 bits

/** Lays the program out; the columns must stand. */
export function beginConflicts(): void {
  Conflicts.count = 0;
  Conflicts.capacity = CONFLICTS; // a run before may have filled the room for their rows
  store<i32>(conflictStarts, 0);
  RowTree.shakes = 0;
  Conflicts.left = isUnsparing() ? inputs : Limits.nonzeros;
  for (let i = 0; i < inputs; i++) if (isCounted(i) && !isOptional(i)) Conflicts.left--;
  Conflicts.left = max(0, Conflicts.left);
  layProgram();
}

function costOf(v: i32): f64 {
  return v < sampleCount ? load<f64>(rayCosts + (<usize>v << 3)) : v == Programs.none ? FORBIDDEN * 1000 : 0;
}

/** Costs of the rows from their shares and states, and with them the reduced costs of the basis that stands. */
function price(): void {
  const lp = Programs.ray;
  for (let k = 0; k < sampleCount; k++) {
    const state = load<u8>(rowStates + <usize>k);
    const spread = 1e-4 * (1 + <f64>((k * 2654435761) & 1023) / 1024);
    const share = load<f64>(shares + (<usize>k << 3));
    store<f64>(rayCosts + (<usize>k << 3), state == GIVEN ? FORBIDDEN : state == HELD ? spread * 0.1 : share + spread);
  }
  for (let c = 0; c < lp.columns; c++) store<f64>(lp.reduced + (<usize>c << 3), costOf(load<i32>(lp.nonbasic + (<usize>c << 2))));
  for (let r = 0; r < lp.rows; r++) {
    const cost = costOf(basicOf(lp, r));
    if (cost == 0) continue;
    breathe();
    const line = rowOf(lp, r);
    for (let c = 0; c < lp.columns; c++) {
      const at = lp.reduced + (<usize>c << 3);
      store<f64>(at, load<f64>(at) - cost * load<f64>(line + (<usize>c << 3)));
    }
  }
  spend(<f64>(lp.rows * lp.columns) / 2);
}

/** Conflicts that the shares violate, as many as are met on the way to the cheapest; returns how many were taken. */
export function separateConflicts(): i32 {
  const lp = Programs.ray;
  const before = Conflicts.count;
  price();
  for (let turn = 0; turn < MOST_PIVOTS; turn++) {
    const c = entering(lp);
    if (c < 0) break;
    const r = leaving(lp, c);
    if (r < 0) break;
    pivot(lp, r, c);
    breathe();
    if (hasStalled(lp) && RowTree.shakes < MOST_SHAKES) shake();
    if (lp.stalled == 0 && Conflicts.count < before + MOST_ON_THE_WAY) takeVertex(CHEAP);
  }
  takeVertex(VIOLATED);
  return Conflicts.count - before;
}

/**
 * Nearly all right sides are 0, so with many inputs thousands of pivots move nothing. Then the values of 0 become small ones, each
 * another one; the multipliers are read above what that can make of them, and integers look at them as ever.
 */
function shake(): void {
  const lp = Programs.ray;
  RowTree.shakes++;
  for (let r = 0; r < lp.rows; r++) {
    const at = lp.rhs + (<usize>r << 3);
    const spread = 1 + <f64>(<u32>((r + 1) * 0x9e3779b1) >>> 12) / 1048576;
    if (load<f64>(at) < SHAKEN) store<f64>(at, max<f64>(0, load<f64>(at)) + SHAKEN * spread);
  }
  lp.stalled = 0;
  spend(<f64>lp.rows);
}

// @ts-ignore: decorator
@inline
function taken(): f64 {
  return RowTree.shakes > 0 ? TAKEN_SHAKEN : TAKEN;
}

/** The vertex that stands joins the pool if it is a conflict, none of it is given up, and its shares are too few. */
function takeVertex(most: f64): void {
  const lp = Programs.ray;
  if (Conflicts.count == Conflicts.capacity) return;
  let count = 0;
  let sum: f64 = 0;
  let total: f64 = 0;
  for (let r = 0; r < lp.rows; r++) {
    const v = basicOf(lp, r);
    if (valueOf(lp, r) <= taken()) continue;
    if (v == Programs.none) return; // no conflict
    if (v >= sampleCount) continue;
    const state = load<u8>(rowStates + <usize>v);
    if (state == GIVEN) return;
    if (state == FREE) sum += load<f64>(shares + (<usize>v << 3));
    if (sum > most) return;
    total += valueOf(lp, r);
    store<i32>(freshRows + (<usize>count << 2), v);
    store<f64>(freshTimes + (<usize>count << 3), valueOf(lp, r));
    count++;
  }
  if (count == 0 || isKnown(count)) return;
  for (let k = 0; k < count; k++) {
    const at = freshTimes + (<usize>k << 3);
    store<i64>(at, <i64>nearest((load<f64>(at) / total) * MOST_TIMES));
  }
  if (isConflict(count)) add(count);
}

/** By the sum of the squares of its rows: a set that is taken for another one is only left out. */
function isKnown(count: i32): bool {
  let hash: u32 = 0;
  for (let k = 0; k < count; k++) {
    const row = <u32>load<i32>(freshRows + (<usize>k << 2)) + 1;
    hash += (row * 2654435761) ^ (row * row);
  }
  for (let c = 0; c < Conflicts.count; c++) if (load<u32>(conflictSums + (<usize>c << 2)) == hash) return true;
  store<u32>(conflictSums + (<usize>Conflicts.count << 2), hash);
  spend(<f64>Conflicts.count / 4);
  return false;
}

/** Exactly: N * confidence is more than what the weights can reach. `freshTimes` hold whole numbers of about 2^31 in all. */
function isConflict(count: i32): bool {
  let total: i64 = 0;
  for (let k = 0; k < count; k++) total += load<i64>(freshTimes + (<usize>k << 3));
  let reach: i64 = 0;
  let gaining = 0;
  for (let i = 0; i < inputs; i++) {
    const column = columnAt(i);
    let d: i64 = 0;
    for (let k = 0; k < count; k++) {
      d += load<i64>(freshTimes + (<usize>k << 3)) * <i64>load<i16>(column + (<usize>load<i32>(freshRows + (<usize>k << 2)) << 1));
    }
    const gain = mostOf(d, <i64>leastWeight(i), <i64>mostWeight(i), <i64>radiusOf(i) * total);
    if (isUnsparing() || !isOptional(i)) reach += gain;
    else gaining = keepGain(gaining, gain);
  }
  for (let n = 0; n < gaining; n++) reach += load<i64>(gains + (<usize>n << 3));
  spend(<f64>(inputs * count));
  return total * <i64>confidence > reach;
}

/** One more among the largest gains, of which there may be as many as weights may be other than 0; how many there are now. Falling. */
function keepGain(size: i32, gain: i64): i32 {
  if (Conflicts.left == 0 || (size == Conflicts.left && gain <= load<i64>(gains + (<usize>(size - 1) << 3)))) return size;
  let at = size < Conflicts.left ? size : size - 1;
  const grown = at + 1;
  while (at > 0 && load<i64>(gains + (<usize>(at - 1) << 3)) < gain) {
    store<i64>(gains + (<usize>at << 3), load<i64>(gains + (<usize>(at - 1) << 3)));
    at--;
  }
  store<i64>(gains + (<usize>at << 3), gain);
  spend(<f64>(grown - at) / 2);
  return grown;
}

function add(count: i32): void {
  const start = load<i32>(conflictStarts + (<usize>Conflicts.count << 2));
  if (start + count > Conflicts.room) {
    Conflicts.capacity = Conflicts.count;
    return;
  }
  for (let k = 0; k < count; k++) {
    store<i32>(conflictRows + (<usize>(start + k) << 2), load<i32>(freshRows + (<usize>k << 2)));
    store<i32>(conflictTimes + (<usize>(start + k) << 2), <i32>min<i64>(load<i64>(freshTimes + (<usize>k << 3)), i32.MAX_VALUE));
  }
  store<u8>(conflictUsed + <usize>Conflicts.count, 1);
  Conflicts.count++;
  store<i32>(conflictStarts + (<usize>Conflicts.count << 2), start + count);
}

/**
 * The multipliers of conflict `c` in the shortest form that integers still confirm, in `freshRows` and `freshTimes`; how many there
 * are. Rows whose multiplier has become 0 are not among them. 0: not confirmed in any form.
 */
export function shortened(c: i32): i32 {
  const start = load<i32>(conflictStarts + (<usize>c << 2));
  const end = load<i32>(conflictStarts + (<usize>(c + 1) << 2));
  for (let shift = 25; shift >= 0; shift -= 5) {
    let count = 0;
    for (let at = start; at < end; at++) {
      const n = (<i64>load<i32>(conflictTimes + (<usize>at << 2)) + ((<i64>1 << shift) >> 1)) >> shift;
      if (n == 0) continue;
      store<i32>(freshRows + (<usize>count << 2), load<i32>(conflictRows + (<usize>at << 2)));
      store<i64>(freshTimes + (<usize>count << 3), n);
      count++;
    }
    if (count > 0 && isConflict(count)) return count;
  }
  return 0;
}
