import { dotI16F64 } from '../kernels/simd';
import { reserve, reserveRaw } from '../memory/arena';
import { spend } from '../problem/limits';
import {
  epsilon,
  inputs,
  inputsPadded,
  kept,
  keptCount,
  marginScale,
  radius,
  sampleCount,
  sampleRow,
  weightBound,
} from '../problem/shape';
import { alphaRow, betaOf, cutMultipliers, cutsInUse, gammaOf, MOST_CUTS, scaleOf, useCuts } from './cut-rows';
import { boxHigh, boxLow, coverBound, maxMinBound, provesUnreachable } from './safe-bound';
import {
  branchingPenalty,
  lastPenaltyDown,
  lastPenaltyUp,
  LP_INFEASIBLE,
  rayMultiplier,
  reserveDualSimplex,
  solve,
  solveAbove,
  swapPenalties,
} from './dual-simplex';
import {
  addRow,
  begin,
  maxRows,
  multiplier,
  pivots,
  reserveTableau,
  restoreTableau,
  rows,
  saveTableau,
  setBox,
  setColumn,
  snapshotBytes,
  valueOf,
} from './tableau';

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

// Inputs whose box is a point when a relaxation begins are constants, not columns: deep in a tree, or once an incumbent
// has fixed most weights, that is most of them.
let openCount: i32 = 0;
let openInput: usize = 0; // i32 [openCount]: the input of a column
let columnOf: usize = 0; // i32 [inputs]: the column of an input, -1 where it is a constant
let split: bool = false;
let enough: f64 = -1e30; // the relaxed margin below which the relaxation may stop
let rowBuffer: usize = 0; // f64 [columns, padded]
let inTableau: usize = 0; // i32 [K]: row number + 1, or 0
let rowSample: usize = 0; // i32 [maxRows]: kept position of a tableau row
let violation: usize = 0; // f64 [K]
let covering: bool = false; // cover rather than max-min
let snapshot: usize = 0; // of the tableau, for tentative boxes
let tentativeRows: i32 = 0;
const SNAPSHOT_BYTES = 1 << 20;

export function reserveNeuronLp(rowCount: i32): void {
  const most = 2 * inputs + 1;
  const capacity = min(rowCount, 1024) + MOST_CUTS;
  reserveTableau(most, capacity);
  reserveDualSimplex(most);
  tentativeRows = min(capacity, max(16, SNAPSHOT_BYTES / (8 * most)));
  snapshot = reserveRaw(snapshotBytes(tentativeRows));
  solution = reserve(<usize>inputsPadded << 3);
  rawMultipliers = reserve(<usize>rowCount << 3);
  openInput = reserve(<usize>inputs << 2);
  columnOf = reserve(<usize>inputs << 2);
  rowBuffer = reserve(<usize>(most + 8) << 3);
  inTableau = reserve(keptBytes());
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
  useCuts(0);
  return relaxMaxMinWithCuts(sides, ceiling, useful);
}

/** As `relaxMaxMinAbove`, with the cuts in use as rows: only for the tree that they belong to. */
export function relaxMaxMinWithCuts(sides: usize, ceiling: i32, useful: i32): i32 {
  enough = enoughFor(useful);
  split = radius > 0;
  covering = false;
  tableauSession++;
  freshAt = pivots;
  cutRows = 0;
  listOpen();
  const count = split ? 2 * openCount + 1 : openCount + 1;
  begin(count);
  for (let c = 0; c < openCount; c++) {
    const i = load<i32>(openInput + (<usize>c << 2));
    if (split) setHalves(c, boxLow(i), boxHigh(i), <f64>radius);
    else setColumn(c, <f64>boxLow(i), <f64>boxHigh(i), 0);
  }
  // m is the least signed sum: the margin and what the box takes away.
  const toll = radius * weightBound * inputs;
  setColumn(count - 1, -1e30, <f64>ceiling / <f64>marginScale + 1 + <f64>toll, -1);
  memory.fill(inTableau, 0, <usize>keptCount << 2);
  return generateRows(sides, ceiling, count);
}

const PIVOTS_A_ROW = 8;
const FRESH_PIVOTS: f64 = 10000;
let freshAt: f64 = 0; // pivots when the tableau was begun

/**
 * The dual simplex with a limit. A tableau that needs too many pivots, or has had very many, has gathered rounding errors:
 * it still gives multipliers, but whoever owns it has to begin a new one.
 */
function dual(watch: i32, floor: f64): i32 {
  const before = pivots;
  const limit = PIVOTS_A_ROW * rows + 200;
  const state = watch < 0 ? solve(limit) : solveAbove(limit, watch, floor);
  if (pivots - before >= <f64>limit || pivots - freshAt > FRESH_PIVOTS) {
    freshAt = pivots;
    tableauSession++;
  }
  return state;
}

function enoughFor(useful: i32): f64 {
  return useful == i32.MIN_VALUE ? -1e30 : <f64>(useful - 1) / <f64>marginScale - 0.5;
}

/** Dual simplex and row generation in turn until no row with a side is violated; then the exact bound. */
function generateRows(sides: usize, ceiling: i32, count: i32): i32 {
  const offset = <f64>epsilon / <f64>marginScale;
  addCutRows(count);
  if (rows > 0) dual(-1, 0);
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
    dual(count - 1, enough);
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
  covering = true;
  tableauSession++;
  freshAt = pivots;
  cutRows = 0;
  useCuts(0);
  listOpen();
  begin(2 * openCount);
  for (let c = 0; c < openCount; c++) {
    const i = load<i32>(openInput + (<usize>c << 2));
    setHalves(c, boxLow(i), boxHigh(i), 1 / <f64>bound);
  }
  memory.fill(inTableau, 0, <usize>keptCount << 2);
  return resolveCover(sides, required);
}

/** The cuts in use that are not in the tableau yet; they are few and stay. */
function addCutRows(count: i32): void {
  for (; cutRows < cutsInUse && rows < maxRows; cutRows++) {
    const alpha = alphaRow(cutRows);
    const scale = 1 / scaleOf(cutRows);
    let constant: f64 = 0;
    for (let i = 0; i < inputs; i++) {
      const a = scale * <f64>load<i32>(alpha + (<usize>i << 2));
      const at = load<i32>(columnOf + (<usize>i << 2));
      if (at < 0) constant += a * load<f64>(solution + (<usize>i << 3));
      else store<f64>(rowBuffer + (<usize>at << 3), a);
    }
    store<f64>(rowBuffer + (<usize>(count - 1) << 3), -scale * <f64>gammaOf(cutRows));
    for (let c = count; c < ((count + 3) & ~3); c++) store<f64>(rowBuffer + (<usize>c << 3), 0);
    const r = addRow(rowBuffer, scale * <f64>betaOf(cutRows) - constant);
    store<i32>(rowSample + (<usize>r << 2), -1 - cutRows);
    spend(<f64>inputs);
  }
}
let cutRows: i32 = 0; // cuts in the tableau

/** The kept sample of a tableau row, or -1 - c for cut c. */
export function rowSampleAt(r: i32): i32 {
  return load<i32>(rowSample + (<usize>r << 2));
}

function listOpen(): void {
  openCount = 0;
  for (let i = 0; i < inputs; i++) {
    const at = <usize>i << 2;
    if (boxLow(i) == boxHigh(i)) {
      store<i32>(columnOf + at, -1);
      store<f64>(solution + (at << 1), <f64>boxLow(i));
      continue;
    }
    store<i32>(columnOf + at, openCount);
    store<i32>(openInput + (<usize>openCount << 2), i);
    openCount++;
  }
}

/** The share of the inputs that are columns of the tableau. */
export function openColumns(): i32 {
  return openCount;
}

function setHalves(c: i32, low: i32, high: i32, price: f64): void {
  const lo = <f64>low;
  const up = <f64>high;
  setColumn(c, max<f64>(lo, 0), max<f64>(up, 0), price);
  setColumn(openCount + c, max<f64>(-up, 0), max<f64>(-lo, 0), price);
}

/** As `relaxCover`, after boxes were changed (`narrow`). */
export function resolveCover(sides: usize, required: usize): i32 {
  const count = 2 * openCount;
  let hopeless = rows > 0 && dual(-1, 0) == LP_INFEASIBLE;
  for (let round = 0; round < 1000 && !hopeless; round++) {
    readSolution();
    let toll: f64 = 0;
    if (radius) for (let i = 0; i < inputs; i++) toll += abs(load<f64>(solution + (<usize>i << 3)));
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
    hopeless = dual(-1, 0) == LP_INFEASIBLE;
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
  const c = load<i32>(columnOf + (<usize>i << 2));
  branchingPenalty(c, fraction, 1 - fraction);
  if (!split || lastPenaltyDown != 0 || lastPenaltyUp != 0) return;
  // w = p - q and q is the basic one: w falls where q rises.
  branchingPenalty(openCount + c, 1 - fraction, fraction);
  swapPenalties();
}

/**
 * Re-solves after boxes were changed (`narrow`), from where the tableau stands, and generates the rows that the new
 * optimum violates. The sides must be those of the last `relaxMaxMin`.
 */
export function resolveMaxMin(sides: usize, ceiling: i32): i32 {
  enough = -1e30;
  return generateRows(sides, ceiling, split ? 2 * openCount + 1 : openCount + 1);
}

/** As `resolveMaxMin`, with the early stop of `relaxMaxMinAbove`; rows with new sides are generated too. */
export function resolveMaxMinAbove(sides: usize, ceiling: i32, useful: i32): i32 {
  enough = enoughFor(useful);
  return generateRows(sides, ceiling, split ? 2 * openCount + 1 : openCount + 1);
}

/** Bytes of `saveRelaxation` with at most so many rows. */
export function relaxationBytes(mostRows: i32): usize {
  return (snapshotBytes(mostRows) + ((<usize>keptBytes() + (<usize>mostRows << 2) + 15) & ~(<usize>15)));
}

/** Keeps the relaxation as it stands at `to`: the tableau and which rows are in it. Every input must be a column. */
export function saveRelaxation(to: usize): void {
  const bytes = keptBytes();
  memory.copy(to, inTableau, bytes);
  memory.copy(to + bytes, rowSample, <usize>rows << 2);
  saveTableau(to + bytes + ((<usize>rows + 3) & ~3) * 4);
  store<i32>(to + bytes - 4, rows);
}

/** Back to a kept relaxation; whatever tree had the tableau has to begin again. */
export function restoreRelaxation(from: usize): void {
  const bytes = keptBytes();
  const count = load<i32>(from + bytes - 4);
  tableauSession++;
  cutRows = 0;
  useCuts(0);
  restoreTableau(from + bytes + ((<usize>count + 3) & ~3) * 4);
  memory.copy(inTableau, from, bytes - 16);
  memory.copy(rowSample, from + bytes, <usize>rows << 2);
  listOpen();
}

/** Bytes of `inTableau`, padded, and one word more. */
function keptBytes(): usize {
  return ((<usize>sampleCount << 2) + 16 + 15) & ~(<usize>15);
}

/** Whether weight `i` was open when the tableau was begun: only then can its box be changed there. */
export function isColumn(i: i32): bool {
  return load<i32>(columnOf + (<usize>i << 2)) >= 0;
}

/** Hands a weight's box (set in `safe-bound.ts`) on to the tableau. */
export function narrow(i: i32): void {
  boxColumn(i, boxLow(i), boxHigh(i));
}

function boxColumn(i: i32, low: i32, high: i32): void {
  const c = load<i32>(columnOf + (<usize>i << 2));
  if (c < 0) return;
  const lo = <f64>low;
  const up = <f64>high;
  if (!split) {
    setBox(c, lo, up);
    return;
  }
  setBox(c, max<f64>(lo, 0), max<f64>(up, 0));
  setBox(openCount + c, max<f64>(-up, 0), max<f64>(-lo, 0));
}

/** The relaxation's value as the tableau stands, larger is better: the margin, or minus the priced weights. */
export function relaxedValue(): f64 {
  if (!covering) return valueOf(split ? 2 * openCount : openCount);
  let sum: f64 = 0;
  for (let c = 0; c < 2 * openCount; c++) sum -= valueOf(c);
  return sum / <f64>weightBound;
}

/** Whether the tableau is small enough for tentative boxes. */
export function tentativeFits(): bool {
  return rows <= tentativeRows;
}

/** Remembers the tableau: `tentativeValue` starts from there each time, `tentativeEnd` goes back. */
export function tentativeBegin(): void {
  saveTableau(snapshot);
  tentative = false;
}
let tentative: bool = false; // the tableau is not as it was saved

/** `relaxedValue` after at most `pivots` pivots with weight `i` in [lo, up] (no new rows); minus infinity where that is empty. */
export function tentativeValue(i: i32, lo: i32, up: i32, pivots: i32): f64 {
  if (tentative) restoreTableau(snapshot);
  tentative = true;
  boxColumn(i, lo, up);
  return solve(pivots) == LP_INFEASIBLE ? -1e30 : relaxedValue();
}

export function tentativeEnd(): void {
  if (tentative) restoreTableau(snapshot);
  tentative = false;
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
    const constant = writeRow(worst, side, count, required == 0);
    const r = addRow(rowBuffer, right - constant);
    store<i32>(inTableau + (<usize>worst << 2), r + 1);
    store<i32>(rowSample + (<usize>r << 2), worst);
    added = true;
  }
  return added;
}

/** The row's coefficients; returns what the constant inputs contribute. */
function writeRow(k: i32, side: i32, count: i32, maxMin: bool): f64 {
  const row = sampleRow(kept(k));
  const toll: f64 = maxMin ? 0 : <f64>radius;
  let constant: f64 = 0;
  for (let i = 0; i < inputs; i++) {
    const c = <f64>(side * <i32>load<i16>(row + (<usize>i << 1)));
    const at = load<i32>(columnOf + (<usize>i << 2));
    if (at < 0) {
      const w = load<f64>(solution + (<usize>i << 3));
      constant += c * w - toll * abs(w);
    } else if (split) {
      store<f64>(rowBuffer + (<usize>at << 3), c - toll);
      store<f64>(rowBuffer + (<usize>(openCount + at) << 3), -c - toll);
    } else store<f64>(rowBuffer + (<usize>at << 3), c);
  }
  if (maxMin) store<f64>(rowBuffer + (<usize>(count - 1) << 3), -1);
  for (let i = count; i < ((count + 3) & ~3); i++) store<f64>(rowBuffer + (<usize>i << 3), 0);
  spend(<f64>inputs);
  return constant;
}

function readSolution(): void {
  for (let c = 0; c < openCount; c++) {
    const w = split ? valueOf(c) - valueOf(openCount + c) : valueOf(c);
    store<f64>(solution + (<usize>load<i32>(openInput + (<usize>c << 2)) << 3), w);
  }
}

function readMultipliers(): void {
  memory.fill(rawMultipliers, 0, <usize>keptCount << 3);
  for (let r = 0; r < rows; r++) {
    const which = rowSampleAt(r);
    if (which >= 0) store<f64>(rawMultipliers + (<usize>which << 3), multiplier(r));
    else store<f64>(cutMultipliers + (<usize>(-1 - which) << 3), multiplier(r) / scaleOf(-1 - which));
  }
}
