import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { columnAt } from '../../neuron/count-search';
import { leastWeight, mostOf, mostWeight, radiusOf } from '../../problem/boxes';
import { confidence, inputs, sampleCount, weightBound } from '../../problem/shape';
import { basicOf, entering, hasStalled, leaving, pivot, rowOf, valueOf } from './simplex';
import { CONFLICTS, conflictRows, Conflicts, conflictStarts, conflictSums, conflictTimes, conflictUsed, freshRows, freshTimes, Programs, rayCosts, RowTree, rowStates, shares } from './state';

/**
 * Conflicts: sets of rows that no weights make confident together. For any whole n_k >= 0
 *
 *     sum_k n_k * confidence  >  sum_i max over w_i's range of (d_i v - r_i * N |v|)      d_i = sum_k n_k y_k x_ki,  N = sum_k n_k
 *
 * says that of the rows with n_k > 0 one at least is not confident, and so shows it. Floating point proposes n: the vertices of
 *
 *     minimise c.l   subject to   sum_k l_k y_k x_ki = q_i - p_i,   sum_k l_k confidence - sum_i (high_i q_i - low_i p_i) = 1,   l, p, q >= 0
 *
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

// Variables of the program: rows, then p, then q, then the two of the last line: what stands for no conflict, and the surplus.
let scale: f64 = 1;

/** Lays the program out; the columns must stand. */
export function beginConflicts(): void {
  Conflicts.count = 0;
  Conflicts.capacity = CONFLICTS; // a run before may have filled the room for their rows
  store<i32>(conflictStarts, 0);
  const lp = Programs.ray;
  const n = inputs;
  lp.rows = n + 1;
  lp.columns = sampleCount + n + 1;
  lp.stalled = 0;
  RowTree.shakes = 0;
  let sum: f64 = 1;
  for (let i = 0; i < n; i++) {
    breathe();
    const line = rowOf(lp, i);
    const column = columnAt(i);
    memory.fill(line, 0, <usize>lp.stride << 3);
    for (let k = 0; k < sampleCount; k++) {
      const a = <f64>load<i16>(column + (<usize>k << 1));
      store<f64>(line + (<usize>k << 3), a);
      sum += abs(a);
    }
    store<f64>(line + (<usize>(sampleCount + i) << 3), -1); // q_i; p_i is basic
    store<i32>(lp.basic + (<usize>i << 2), sampleCount + i);
    store<i32>(lp.nonbasic + (<usize>(sampleCount + i) << 2), sampleCount + n + i);
    store<f64>(lp.rhs + (<usize>i << 3), 0);
    spend(<f64>lp.columns);
  }
  scale = (<f64>sampleCount * <f64>n) / sum; // inputs of about 1
  for (let k = 0; k < sampleCount; k++) store<i32>(lp.nonbasic + (<usize>k << 2), k);
  for (let i = 0; i < n; i++) {
    breathe();
    scaleLine(rowOf(lp, i));
  }
  lastLine();
}

function scaleLine(line: usize): void {
  for (let k = 0; k < sampleCount; k++) store<f64>(line + (<usize>k << 3), scale * load<f64>(line + (<usize>k << 3)));
}

/** confidence * l - high q + low p - surplus + none = 1, with every p_i put in by its line. Multipliers and p, q are in units in which P is 1. */
function lastLine(): void {
  const lp = Programs.ray;
  const n = inputs;
  const line = rowOf(lp, n);
  const asked = (<f64>confidence * scale) / <f64>weightBound;
  memory.fill(line, 0, <usize>lp.stride << 3);
  for (let k = 0; k < sampleCount; k++) store<f64>(line + (<usize>k << 3), asked);
  // p_i = q_i - sum a l, so low p_i adds low q_i - low sum a l.
  for (let i = 0; i < n; i++) {
    breathe();
    const other = rowOf(lp, i);
    const low = <f64>leastWeight(i) / <f64>weightBound;
    const high = <f64>mostWeight(i) / <f64>weightBound;
    for (let k = 0; k < sampleCount; k++) {
      const at = <usize>k << 3;
      store<f64>(line + at, load<f64>(line + at) - low * load<f64>(other + at));
    }
    store<f64>(line + (<usize>(sampleCount + i) << 3), low - high);
  }
  store<f64>(line + (<usize>(sampleCount + n) << 3), -1);
  store<i32>(lp.nonbasic + (<usize>(sampleCount + n) << 2), sampleCount + 2 * n + 1);
  store<i32>(lp.basic + (<usize>n << 2), sampleCount + 2 * n);
  store<f64>(lp.rhs + (<usize>n << 3), 1);
}

function costOf(v: i32): f64 {
  return v < sampleCount ? load<f64>(rayCosts + (<usize>v << 3)) : v == sampleCount + 2 * inputs ? FORBIDDEN * 1000 : 0;
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
    if (v >= sampleCount + 2 * inputs && valueOf(lp, r) > taken()) {
      if (v == sampleCount + 2 * inputs) return; // no conflict
      continue;
    }
    if (v >= sampleCount || valueOf(lp, r) <= taken()) continue;
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
  for (let i = 0; i < inputs; i++) {
    const column = columnAt(i);
    let d: i64 = 0;
    for (let k = 0; k < count; k++) {
      d += load<i64>(freshTimes + (<usize>k << 3)) * <i64>load<i16>(column + (<usize>load<i32>(freshRows + (<usize>k << 2)) << 1));
    }
    reach += mostOf(d, <i64>leastWeight(i), <i64>mostWeight(i), <i64>radiusOf(i) * total);
  }
  spend(<f64>(inputs * count));
  return total * <i64>confidence > reach;
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
