import { CHECKED } from '../../base/check';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { radiusOf } from '../../problem/boxes';
import { inputs, kept, keptCount, sampleRow } from '../../problem/shape';
import { alphaRow, betaOf, gammaOf, scaleOf } from '../exact/cut-rows';
import { cutMultipliers, Cuts } from '../exact/state';
import { columnAt } from './neuron-columns';
import { Columns, inTableau, inTableauBytes, rawMultipliers, Relaxed, rowBuffer, rowSample, rowSide, solution, Tableau, violation } from './state';
import { addRow, multiplier, restoreTableau, saveTableau, snapshotBytes } from './tableau';

/**
 * The rows of a neuron's relaxation: few of the samples bind, so only those that a solution violates are written into the
 * tableau, the worst first. Cuts follow, as rows that belong to no sample.
 */
/** A row is violated by more than this, relative to the margin. */
export const VIOLATION: f64 = 1e-6;

/** No row is in the tableau, which has just begun. */
export function beginRows(): void {
  Relaxed.cutRows = 0;
  memory.fill(inTableau, 0, <usize>keptCount << 2);
}

// @ts-ignore: decorator
@inline
export function isRow(k: i32): bool {
  assert(<u32>k < <u32>keptCount);
  return load<i32>(inTableau + (<usize>k << 2)) != 0;
}

// @ts-ignore: decorator
@inline
export function setViolation(k: i32, miss: f64): void {
  assert(<u32>k < <u32>keptCount);
  store<f64>(violation + (<usize>k << 3), miss);
}

/** Writes up to `most` of the rows with a violation, the worst first; false where there is none, or no room. */
export function addViolated(sides: usize, offset: f64, count: i32, required: usize, most: i32): bool {
  let added = false;
  for (let turn = 0; turn < most && Tableau.rows < Tableau.maxRows; turn++) {
    let worst = -1;
    breathe();
    strain(<f64>keptCount);
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
    assert(r >= 0 && side != 0);
    store<i32>(inTableau + (<usize>worst << 2), r + 1);
    store<i32>(rowSample + (<usize>r << 2), worst);
    if (CHECKED) store<i8>(rowSide + <usize>r, <i8>side);
    added = true;
  }
  return added;
}

/** The row's coefficients; returns what the constant inputs contribute. */
function writeRow(k: i32, side: i32, count: i32, maxMin: bool): f64 {
  const row = sampleRow(kept(k));
  let constant: f64 = 0;
  for (let i = 0; i < inputs; i++) {
    const c = <f64>(side * <i32>load<i16>(row + (<usize>i << 1)));
    const toll: f64 = maxMin ? 0 : <f64>radiusOf(i);
    const at = columnAt(i);
    if (at < 0) {
      const w = load<f64>(solution + (<usize>i << 3));
      constant += c * w - toll * abs(w);
    } else if (Columns.halves) {
      store<f64>(rowBuffer + (<usize>at << 3), c - toll);
      store<f64>(rowBuffer + (<usize>(Columns.openCount + at) << 3), -c - toll);
    } else store<f64>(rowBuffer + (<usize>at << 3), c);
  }
  assert(count == Tableau.columns);
  if (maxMin) store<f64>(rowBuffer + (<usize>(count - 1) << 3), -1);
  for (let i = count; i < ((count + 3) & ~3); i++) store<f64>(rowBuffer + (<usize>i << 3), 0);
  spend(<f64>inputs);
  return constant;
}

/** The cuts in use that are not in the tableau yet; they are few and stay. */
export function addCutRows(count: i32): void {
  for (; Relaxed.cutRows < Cuts.inUse && Tableau.rows < Tableau.maxRows; Relaxed.cutRows++) {
    assert(!Columns.halves && count == Tableau.columns);
    const alpha = alphaRow(Relaxed.cutRows);
    const scale = 1 / scaleOf(Relaxed.cutRows);
    let constant: f64 = 0;
    for (let i = 0; i < inputs; i++) {
      const a = scale * <f64>load<i32>(alpha + (<usize>i << 2));
      const at = columnAt(i);
      if (at < 0) constant += a * load<f64>(solution + (<usize>i << 3));
      else store<f64>(rowBuffer + (<usize>at << 3), a);
    }
    store<f64>(rowBuffer + (<usize>(count - 1) << 3), -scale * <f64>gammaOf(Relaxed.cutRows));
    for (let c = count; c < ((count + 3) & ~3); c++) store<f64>(rowBuffer + (<usize>c << 3), 0);
    const r = addRow(rowBuffer, scale * <f64>betaOf(Relaxed.cutRows) - constant);
    store<i32>(rowSample + (<usize>r << 2), -1 - Relaxed.cutRows);
    spend(<f64>inputs);
  }
}

/** The kept sample of a tableau row, or -1 - c for cut c. */
export function rowSampleAt(r: i32): i32 {
  assert(<u32>r < <u32>Tableau.rows);
  return load<i32>(rowSample + (<usize>r << 2));
}

/** Checked build: the tableau is about `sides`, so far as its rows go. Somebody else's would not be, and its bound would be theirs. */
export function rowsAgree(sides: usize): bool {
  for (let r = 0; r < Tableau.rows; r++) {
    const which = rowSampleAt(r);
    if (which < 0) {
      if (-1 - which >= Relaxed.cutRows || Relaxed.cutRows > Cuts.inUse) return false;
    } else if (load<i8>(rowSide + <usize>r) != load<i8>(sides + <usize>which)) return false;
  }
  return true;
}

/** The tableau's multipliers, to `rawMultipliers` and those of the cuts. */
export function readMultipliers(): void {
  memory.fill(rawMultipliers, 0, <usize>keptCount << 3);
  for (let r = 0; r < Tableau.rows; r++) {
    const which = rowSampleAt(r);
    if (which >= 0) store<f64>(rawMultipliers + (<usize>which << 3), multiplier(r));
    else store<f64>(cutMultipliers + (<usize>(-1 - which) << 3), multiplier(r) / scaleOf(-1 - which));
  }
}

/** Bytes of `saveRows` with at most so many rows. */
export function savedBytes(mostRows: i32): usize {
  const known = <usize>(CHECKED ? mostRows : 0);
  return snapshotBytes(mostRows) + ((inTableauBytes() + (<usize>mostRows << 2) + known + 15) & ~(<usize>15));
}

/** Keeps the tableau and which rows are in it at `to`. */
export function saveRows(to: usize): void {
  const bytes = inTableauBytes();
  memory.copy(to, inTableau, bytes);
  memory.copy(to + bytes, rowSample, <usize>Tableau.rows << 2);
  const behind = to + bytes + ((<usize>Tableau.rows + 3) & ~3) * 4;
  saveTableau(behind);
  if (CHECKED) memory.copy(behind + snapshotBytes(Tableau.rows), rowSide, Tableau.rows);
  store<i32>(to + bytes - 4, Tableau.rows);
}

/** Back to a kept tableau, which had no cuts. */
export function restoreRows(from: usize): void {
  const bytes = inTableauBytes();
  const count = load<i32>(from + bytes - 4);
  Relaxed.cutRows = 0;
  const behind = from + bytes + ((<usize>count + 3) & ~3) * 4;
  restoreTableau(behind);
  assert(Tableau.rows == count);
  if (CHECKED) memory.copy(rowSide, behind + snapshotBytes(count), count);
  memory.copy(inTableau, from, bytes - 16);
  memory.copy(rowSample, from + bytes, <usize>Tableau.rows << 2);
}
