import { dotI16F64 } from '../kernels/simd';
import { reserve } from '../memory/arena';
import { spend } from '../problem/limits';
import {
  epsilon,
  inputs,
  inputsPadded,
  kept,
  keptCount,
  marginScale,
  radius,
  sampleRow,
} from '../problem/shape';
import { boxHigh, boxLow, coverBound, maxMinBound, provesUnreachable } from './safe-bound';
import {
  LP_INFEASIBLE,
  addRow,
  begin,
  branchingPenalty,
  lastPenaltyDown,
  lastPenaltyUp,
  maxRows,
  multiplier,
  rayMultiplier,
  reserveSimplex,
  rows,
  setBox,
  setColumn,
  solve,
  solveAbove,
  swapPenalties,
  valueOf,
} from './simplex';

/**
 * The relaxation of one first-layer neuron whose sides are (partly) decided: weights over the reals in their boxes.
 *
 *     max-min   maximise m - radius * |w|_1   s.t.  side_k x_k.w - m >= eps_k       (eps_k = eps on the - side)
 *     cover     minimise |w|_1 / P            s.t.  side_k x_k.w - radius * |w|_1 >= r_k
 *
 * Few of the rows bind, so they are generated: start with none, add the most violated, re-solve with the dual simplex.
 * Columns: w_i directly where nothing depends on |w_i|; else w_i = p_i - q_i, p first, then q; m is the last column.
 */
const ROWS_A_ROUND = 6;
const VIOLATION: f64 = 1e-6;

/** f64 [NP]: the weights of the last relaxation's solution. */
export let solution: usize = 0;
/** f64 [K]: its multipliers per kept sample. */
export let rawMultipliers: usize = 0;

/** Changes with every fresh relaxation: tells a tree whether the tableau (and the boxes) that stand are still its own. */
export let tableauSession: i32 = 0;

let split: bool = false;
let enough: f64 = -1e30; // the relaxed margin below which the relaxation may stop
let rowBuffer: usize = 0; // f64 [columns, padded]
let inTableau: usize = 0; // i32 [K]: row number + 1, or 0
let rowSample: usize = 0; // i32 [maxRows]: kept position of a tableau row
let violation: usize = 0; // f64 [K]

export function reserveNeuronLp(rowCount: i32): void {
  const most = 2 * inputs + 1;
  const capacity = min(rowCount, 1024);
  reserveSimplex(most, capacity);
  solution = reserve(<usize>inputsPadded << 3);
  rawMultipliers = reserve(<usize>rowCount << 3);
  rowBuffer = reserve(<usize>(most + 8) << 3);
  inTableau = reserve(<usize>rowCount << 2);
  rowSample = reserve(<usize>capacity << 2);
  violation = reserve(<usize>rowCount << 3);
}

/**
 * Upper bound (exact, units of 1/D) on the margin of a neuron with these sides (i8 per kept sample, 0 = undecided: no
 * row); leaves `solution` and the certificate behind. `ceiling` is a bound known already.
 */
export function relaxMaxMin(sides: usize, ceiling: i32): i32 {
  return relaxMaxMinAbove(sides, ceiling, i32.MIN_VALUE);
}

/**
 * As `relaxMaxMin`, but the caller has no use for bounds below `useful`: the dual simplex comes down from above, so it may
 * stop as soon as it has passed that value, and the multipliers of the moment are a proof.
 */
export function relaxMaxMinAbove(sides: usize, ceiling: i32, useful: i32): i32 {
  enough = useful == i32.MIN_VALUE ? -1e30 : <f64>(useful - 1) / <f64>marginScale - 0.5;
  split = radius > 0;
  const count = split ? 2 * inputs + 1 : inputs + 1;
  tableauSession++;
  begin(count);
  for (let i = 0; i < inputs; i++) {
    const lo = <f64>boxLow(i);
    const up = <f64>boxHigh(i);
    if (split) {
      setColumn(i, max<f64>(lo, 0), max<f64>(up, 0), <f64>radius);
      setColumn(inputs + i, max<f64>(-up, 0), max<f64>(-lo, 0), <f64>radius);
    } else setColumn(i, lo, up, 0);
  }
  setColumn(count - 1, -1e30, <f64>ceiling / <f64>marginScale + 1, -1);
  memory.fill(inTableau, 0, <usize>keptCount << 2);
  return generateRows(sides, ceiling, count);
}

/** Dual simplex and row generation in turn until no row with a side is violated; then the exact bound. */
function generateRows(sides: usize, ceiling: i32, count: i32): i32 {
  const offset = <f64>epsilon / <f64>marginScale;
  if (rows > 0) solve(40 * rows + 200);
  for (let round = 0; round < 1000; round++) {
    readSolution();
    const m = valueOf(count - 1);
    if (rows > 0 && m < enough) break;
    let worst: f64 = VIOLATION;
    for (let k = 0; k < keptCount; k++) {
      const side = <i32>load<i8>(sides + <usize>k);
      let miss: f64 = 0;
      if (side != 0 && load<i32>(inTableau + (<usize>k << 2)) == 0) {
        const sum = <f64>side * dotI16F64(sampleRow(kept(k)), solution, inputsPadded);
        miss = m - sum + (side < 0 ? offset : 0);
        worst = max(worst, miss);
      }
      store<f64>(violation + (<usize>k << 3), miss);
    }
    spend(<f64>(keptCount * inputsPadded) / 4);
    if (worst <= VIOLATION * (1 + abs(m))) break;
    if (!addViolated(sides, offset, count, 0, round == 0 ? 1 : ROWS_A_ROUND)) break;
    solveAbove(40 * rows + 200, count - 1, enough);
  }
  readSolution();
  readMultipliers();
  return maxMinBound(rawMultipliers, sides, ceiling);
}

/** `relaxCover`'s answer when the rows are proved to be out of reach. */
export const UNREACHABLE: i32 = i32.MAX_VALUE;

/**
 * Lower bound (exact) on the non-zero weights of a neuron that reaches `required` (i32 per kept sample, in units of S)
 * on its sides; `UNREACHABLE` where that is proved.
 */
export function relaxCover(sides: usize, required: usize, bound: i32): i32 {
  split = true;
  const count = 2 * inputs;
  const price: f64 = 1 / <f64>bound;
  tableauSession++;
  begin(count);
  for (let i = 0; i < inputs; i++) {
    const lo = <f64>boxLow(i);
    const up = <f64>boxHigh(i);
    setColumn(i, max<f64>(lo, 0), max<f64>(up, 0), price);
    setColumn(inputs + i, max<f64>(-up, 0), max<f64>(-lo, 0), price);
  }
  memory.fill(inTableau, 0, <usize>keptCount << 2);
  return resolveCover(sides, required);
}

/** As `relaxCover`, after boxes were changed (`narrow`). */
export function resolveCover(sides: usize, required: usize): i32 {
  const count = 2 * inputs;
  let hopeless = rows > 0 && solve(40 * rows + 200) == LP_INFEASIBLE;
  for (let round = 0; round < 1000 && !hopeless; round++) {
    readSolution();
    let toll: f64 = 0;
    if (radius) for (let i = 0; i < count; i++) toll += valueOf(i);
    toll *= <f64>radius;
    let worst: f64 = VIOLATION;
    for (let k = 0; k < keptCount; k++) {
      const side = <i32>load<i8>(sides + <usize>k);
      let miss: f64 = 0;
      if (side != 0 && load<i32>(inTableau + (<usize>k << 2)) == 0) {
        const sum = <f64>side * dotI16F64(sampleRow(kept(k)), solution, inputsPadded);
        miss = <f64>load<i32>(required + (<usize>k << 2)) - sum + toll;
        worst = max(worst, miss);
      }
      store<f64>(violation + (<usize>k << 3), miss);
    }
    spend(<f64>(keptCount * inputsPadded) / 4);
    if (worst <= VIOLATION) break;
    if (!addViolated(sides, 0, count, required, ROWS_A_ROUND)) break;
    hopeless = solve(40 * rows + 200) == LP_INFEASIBLE;
  }
  readSolution();
  if (hopeless) {
    memory.fill(rawMultipliers, 0, <usize>keptCount << 3);
    for (let r = 0; r < rows; r++) {
      store<f64>(rawMultipliers + (<usize>load<i32>(rowSample + (<usize>r << 2)) << 3), rayMultiplier(r));
    }
    if (provesUnreachable(rawMultipliers, sides, required)) return UNREACHABLE;
  }
  readMultipliers();
  return coverBound(rawMultipliers, sides, required);
}

/** One-pivot penalties of both children of weight `i` at its relaxed value (see `branchingPenalty`). */
export function penalties(i: i32, fraction: f64): void {
  branchingPenalty(i, fraction, 1 - fraction);
  if (!split || lastPenaltyDown != 0 || lastPenaltyUp != 0) return;
  // w = p - q and q is the basic one: w falls where q rises.
  branchingPenalty(inputs + i, 1 - fraction, fraction);
  swapPenalties();
}

/**
 * Re-solves after boxes were changed (`narrow`), from where the tableau stands, and generates the rows that the new
 * optimum violates. The sides must be those of the last `relaxMaxMin`.
 */
export function resolveMaxMin(sides: usize, ceiling: i32): i32 {
  enough = -1e30;
  return generateRows(sides, ceiling, split ? 2 * inputs + 1 : inputs + 1);
}

/** Hands a weight's box (set in `safe-bound.ts`) on to the tableau. */
export function narrow(i: i32): void {
  const lo = <f64>boxLow(i);
  const up = <f64>boxHigh(i);
  if (!split) {
    setBox(i, lo, up);
    return;
  }
  setBox(i, max<f64>(lo, 0), max<f64>(up, 0));
  setBox(inputs + i, max<f64>(-up, 0), max<f64>(-lo, 0));
}

function addViolated(sides: usize, offset: f64, count: i32, required: usize, most: i32): bool {
  let added = false;
  for (let turn = 0; turn < most && rows < maxRows; turn++) {
    let worst = -1;
    let miss: f64 = VIOLATION;
    for (let k = 0; k < keptCount; k++) {
      const v = load<f64>(violation + (<usize>k << 3));
      if (v > miss) {
        miss = v;
        worst = k;
      }
    }
    if (worst < 0) break;
    store<f64>(violation + (<usize>worst << 3), 0);
    const side = <i32>load<i8>(sides + <usize>worst);
    const right = required ? <f64>load<i32>(required + (<usize>worst << 2)) : side < 0 ? offset : 0;
    writeRow(worst, side, count, required == 0);
    const r = addRow(rowBuffer, right);
    store<i32>(inTableau + (<usize>worst << 2), r + 1);
    store<i32>(rowSample + (<usize>r << 2), worst);
    added = true;
  }
  return added;
}

function writeRow(k: i32, side: i32, count: i32, maxMin: bool): void {
  const row = sampleRow(kept(k));
  const toll: f64 = maxMin ? 0 : <f64>radius;
  for (let i = 0; i < inputs; i++) {
    const c = <f64>(side * <i32>load<i16>(row + (<usize>i << 1)));
    if (split) {
      store<f64>(rowBuffer + (<usize>i << 3), c - toll);
      store<f64>(rowBuffer + (<usize>(inputs + i) << 3), -c - toll);
    } else store<f64>(rowBuffer + (<usize>i << 3), c);
  }
  if (maxMin) store<f64>(rowBuffer + (<usize>(count - 1) << 3), -1);
  for (let i = count; i < ((count + 3) & ~3); i++) store<f64>(rowBuffer + (<usize>i << 3), 0);
  spend(<f64>inputs);
}

function readSolution(): void {
  for (let i = 0; i < inputs; i++) {
    const w = split ? valueOf(i) - valueOf(inputs + i) : valueOf(i);
    store<f64>(solution + (<usize>i << 3), w);
  }
}

function readMultipliers(): void {
  memory.fill(rawMultipliers, 0, <usize>keptCount << 3);
  for (let r = 0; r < rows; r++) {
    store<f64>(rawMultipliers + (<usize>load<i32>(rowSample + (<usize>r << 2)) << 3), multiplier(r));
  }
}
