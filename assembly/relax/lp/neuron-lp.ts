import { dotI16F64 } from '../../base/kernels/simd';
import { CHECKED } from '../../base/check';
import { spend } from '../../base/clock';
import { breathe, perBreath } from '../../base/pause';
import { Boxes, leastWeight, mostWeight, radiusOf } from '../../problem/boxes';
import { epsilon, inputs, inputsPadded, kept, keptCount, marginScale, sampleRow } from '../../problem/shape';
import { useCuts } from '../exact/cut-rows';
import { MOST_CUTS } from '../exact/state';
import { LP_INFEASIBLE, rayMultiplier, solve, solveAbove } from './dual-simplex';
import { beginColumns, listColumns, marginColumn, readSolution, setWeightColumns } from './neuron-columns';
import { addCutRows, addViolated, beginRows, isRow, readMultipliers, restoreRows, rowsAgree, rowSampleAt, savedBytes, saveRows, setViolation, VIOLATION } from './neuron-rows';
import { coverBound, maxMinBound, provesUnreachable } from '../exact/safe-bound';
import { Columns, mostColumns, rawMultipliers, Relaxed, reserveColumns, reserveDualSimplex, reserveRows, reserveTableau, solution, Tableau } from './state';
import { begin, setColumn, valueOf } from './tableau';
import { tableauAge, takeBack, takeFresh, wearOut } from './tableau-mark';
import { reserveTentative } from './tentative-boxes';

export { isColumn, narrow, openColumns, relaxedValue } from './neuron-columns';
export { rowSampleAt } from './neuron-rows';
export { Penalties, rawMultipliers, solution } from './state';
export { tableauIs, tableauIsOf, tableauMark } from './tableau-mark';
export { penalties, tentativeBegin, tentativeEnd, tentativeFits, tentativeValue } from './tentative-boxes';

/**
 * The relaxation of one first-layer neuron whose sides are (partly) decided: weights over the reals in their boxes.
 *
 *     max-min   maximise m - sum_i r_i |w_i|  s.t.  side_k x_k.w - m >= eps_k       (eps_k = eps on the - side)
 *     cover     minimise sum_i |w_i| / P_i    s.t.  side_k x_k.w - sum_i r_i |w_i| >= needs_k
 *
 * with r_i the radius of an input and P_i the largest |w_i| of the problem's box on that side of 0; what is not counted, or never 0, costs nothing.
 * Few of the rows bind, so they are generated (`neuron-rows.ts`): start with none, add the most violated, re-solve with the
 * dual simplex. What the multipliers prove is then computed in integers (`safe-bound.ts`). The trees know columns, rows and
 * tentative boxes through this file.
 */
const ROWS_A_ROUND = 6;

export function reserveNeuronLp(rowCount: i32): void {
  const capacity = min(rowCount, 1024) + MOST_CUTS;
  reserveTableau(mostColumns(), capacity);
  reserveDualSimplex(mostColumns());
  reserveTentative(capacity);
  reserveColumns();
  reserveRows(rowCount, capacity);
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
  Relaxed.enough = enoughFor(useful);
  takeFresh();
  beginColumns(Boxes.moved, false);
  begin(marginColumn() + 1);
  setWeightColumns();
  // m is the least signed sum: the margin and what the box takes away.
  const toll = mostToll();
  setColumn(marginColumn(), -1e30, <f64>ceiling / <f64>marginScale + 1 + <f64>toll, -1);
  beginRows();
  return generateRows(sides, ceiling);
}

/** The most that the L-infinity box takes away from a sum. */
function mostToll(): i32 {
  let toll = 0;
  if (Boxes.moved) for (let i = 0; i < inputs; i++) toll += radiusOf(i) * max(abs(leastWeight(i)), abs(mostWeight(i)));
  return toll;
}

const PIVOTS_A_ROW = 8;
const FRESH_PIVOTS: f64 = 10000;

/**
 * The dual simplex with a limit. A tableau that needs too many pivots, or has had very many, has gathered rounding errors:
 * it still gives multipliers, but whoever owns it has to begin a new one.
 */
function dual(watch: i32, floor: f64): i32 {
  const before = Tableau.pivots;
  const limit = PIVOTS_A_ROW * Tableau.rows + 200;
  const state = watch < 0 ? solve(limit) : solveAbove(limit, watch, floor);
  if (Tableau.pivots - before >= <f64>limit || tableauAge() > FRESH_PIVOTS) wearOut();
  return state;
}

function enoughFor(useful: i32): f64 {
  return useful == i32.MIN_VALUE ? -1e30 : <f64>(useful - 1) / <f64>marginScale - 0.5;
}

/** Dual simplex and row generation in turn until no row with a side is violated; then the exact bound. */
function generateRows(sides: usize, ceiling: i32): i32 {
  const count = marginColumn() + 1;
  const offset = <f64>epsilon / <f64>marginScale;
  const block = perBreath(inputsPadded);
  assert(count == Tableau.columns && !Columns.covering);
  if (CHECKED) assert(rowsAgree(sides));
  addCutRows(count);
  if (Tableau.rows > 0) dual(-1, 0);
  for (let round = 0; round < 1000; round++) {
    readSolution();
    const m = valueOf(count - 1);
    if (Tableau.rows > 0 && m < Relaxed.enough) break;
    let worst: f64 = VIOLATION;
    for (let from = 0; from < keptCount; from += block) {
      breathe();
      const to = min(keptCount, from + block);
      for (let k = from; k < to; k++) {
        const side = <i32>load<i8>(sides + <usize>k);
        let miss: f64 = 0;
        if (side != 0 && !isRow(k)) {
          const sum = <f64>side * dotI16F64(sampleRow(kept(k)), solution, inputsPadded);
          miss = m - sum + (side < 0 ? offset : 0);
          worst = max(worst, miss);
        }
        setViolation(k, miss);
      }
      spend(<f64>((to - from) * inputsPadded) / 4);
    }
    if (worst <= VIOLATION * (1 + abs(m))) break;
    if (!addViolated(sides, offset, count, 0, round == 0 ? 1 : ROWS_A_ROUND)) break;
    dual(count - 1, Relaxed.enough);
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
export function relaxCover(sides: usize, required: usize): i32 {
  takeFresh();
  useCuts(0);
  beginColumns(true, true);
  begin(2 * Columns.openCount);
  setWeightColumns();
  beginRows();
  return resolveCover(sides, required);
}

/** As `relaxCover`, after boxes were changed (`narrow`). */
export function resolveCover(sides: usize, required: usize): i32 {
  const count = 2 * Columns.openCount;
  const block = perBreath(inputsPadded);
  assert(count == Tableau.columns && Columns.covering);
  if (CHECKED) assert(rowsAgree(sides));
  let hopeless = Tableau.rows > 0 && dual(-1, 0) == LP_INFEASIBLE;
  for (let round = 0; round < 1000 && !hopeless; round++) {
    readSolution();
    let toll: f64 = 0;
    if (Boxes.moved) for (let i = 0; i < inputs; i++) toll += <f64>radiusOf(i) * abs(load<f64>(solution + (<usize>i << 3)));
    let worst: f64 = VIOLATION;
    for (let from = 0; from < keptCount; from += block) {
      breathe();
      const to = min(keptCount, from + block);
      for (let k = from; k < to; k++) {
        const side = <i32>load<i8>(sides + <usize>k);
        let miss: f64 = 0;
        if (side != 0 && !isRow(k)) {
          const sum = <f64>side * dotI16F64(sampleRow(kept(k)), solution, inputsPadded);
          miss = <f64>load<i32>(required + (<usize>k << 2)) - sum + toll;
          worst = max(worst, miss);
        }
        setViolation(k, miss);
      }
      spend(<f64>((to - from) * inputsPadded) / 4);
    }
    if (worst <= VIOLATION) break;
    if (!addViolated(sides, 0, count, required, ROWS_A_ROUND)) break;
    hopeless = dual(-1, 0) == LP_INFEASIBLE;
  }
  readSolution();
  if (hopeless) {
    memory.fill(rawMultipliers, 0, <usize>keptCount << 3);
    for (let r = 0; r < Tableau.rows; r++) {
      store<f64>(rawMultipliers + (<usize>rowSampleAt(r) << 3), rayMultiplier(r));
    }
    if (provesUnreachable(rawMultipliers, sides, required)) return UNREACHABLE;
  }
  readMultipliers();
  return coverBound(rawMultipliers, sides, required);
}

/**
 * Re-solves after boxes were changed (`narrow`), from where the tableau stands, and generates the rows that the new
 * optimum violates. The sides must be those of the last `relaxMaxMin`.
 */
export function resolveMaxMin(sides: usize, ceiling: i32): i32 {
  Relaxed.enough = -1e30;
  return generateRows(sides, ceiling);
}

/** As `resolveMaxMin`, with the early stop of `relaxMaxMinAbove`; rows with new sides are generated too. */
export function resolveMaxMinAbove(sides: usize, ceiling: i32, useful: i32): i32 {
  Relaxed.enough = enoughFor(useful);
  return generateRows(sides, ceiling);
}

/** Bytes of `saveRelaxation` with at most so many rows. */
export function relaxationBytes(mostRows: i32): usize {
  return savedBytes(mostRows);
}

/** Keeps the relaxation as it stands at `to`: the tableau and which rows are in it. Every input must be a column. */
export function saveRelaxation(to: usize): void {
  saveRows(to);
}

/** Back to a kept relaxation; whatever tree had the tableau has to begin again. */
export function restoreRelaxation(from: usize): void {
  takeBack();
  useCuts(0);
  restoreRows(from);
  listColumns();
}
