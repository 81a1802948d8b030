import { reserve } from '../../base/arena';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { inputs, kept, keptCount, radius, sampleCount, sampleRow } from '../../problem/shape';
import { alphaRow, betaOf, cutMultipliers, cutsInUse, gammaOf, scaleOf } from '../exact/cut-rows';
import { columnAt, halves, mostColumns, openCount, solution } from './neuron-columns';
import { addRow, maxRows, multiplier, restoreTableau, rows, saveTableau, snapshotBytes } from './tableau';

/**
 * The rows of a neuron's relaxation: few of the samples bind, so only those that a solution violates are written into the
 * tableau, the worst first. Cuts follow, as rows that belong to no sample.
 */
/** A row is violated by more than this, relative to the margin. */
export const VIOLATION: f64 = 1e-6;

/** f64 [K]: the multipliers of the last relaxation, per kept sample. */
export let rawMultipliers: usize = 0;
/** f64 [K]: by how much the solution misses the row of a kept sample that is not in the tableau. */
let violation: usize = 0;
let rowBuffer: usize = 0; // f64 [columns, padded]
let inTableau: usize = 0; // i32 [K]: row number + 1, or 0
let rowSample: usize = 0; // i32 [maxRows]: kept position of a tableau row
let cutRows: i32 = 0; // cuts in the tableau

export function reserveRows(rowCount: i32, capacity: i32): void {
  rawMultipliers = reserve(<usize>rowCount << 3);
  rowBuffer = reserve(<usize>(mostColumns() + 8) << 3);
  inTableau = reserve(keptBytes());
  rowSample = reserve(<usize>capacity << 2);
  violation = reserve(<usize>rowCount << 3);
}

/** No row is in the tableau, which has just begun. */
export function beginRows(): void {
  cutRows = 0;
  memory.fill(inTableau, 0, <usize>keptCount << 2);
}

// @ts-ignore: decorator
@inline
export function isRow(k: i32): bool {
  return load<i32>(inTableau + (<usize>k << 2)) != 0;
}

// @ts-ignore: decorator
@inline
export function setViolation(k: i32, miss: f64): void {
  store<f64>(violation + (<usize>k << 3), miss);
}

/** Writes up to `most` of the rows with a violation, the worst first; false where there is none, or no room. */
export function addViolated(sides: usize, offset: f64, count: i32, required: usize, most: i32): bool {
  let added = false;
  for (let turn = 0; turn < most && rows < maxRows; turn++) {
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
    const at = columnAt(i);
    if (at < 0) {
      const w = load<f64>(solution + (<usize>i << 3));
      constant += c * w - toll * abs(w);
    } else if (halves) {
      store<f64>(rowBuffer + (<usize>at << 3), c - toll);
      store<f64>(rowBuffer + (<usize>(openCount + at) << 3), -c - toll);
    } else store<f64>(rowBuffer + (<usize>at << 3), c);
  }
  if (maxMin) store<f64>(rowBuffer + (<usize>(count - 1) << 3), -1);
  for (let i = count; i < ((count + 3) & ~3); i++) store<f64>(rowBuffer + (<usize>i << 3), 0);
  spend(<f64>inputs);
  return constant;
}

/** The cuts in use that are not in the tableau yet; they are few and stay. */
export function addCutRows(count: i32): void {
  for (; cutRows < cutsInUse && rows < maxRows; cutRows++) {
    const alpha = alphaRow(cutRows);
    const scale = 1 / scaleOf(cutRows);
    let constant: f64 = 0;
    for (let i = 0; i < inputs; i++) {
      const a = scale * <f64>load<i32>(alpha + (<usize>i << 2));
      const at = columnAt(i);
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

/** The kept sample of a tableau row, or -1 - c for cut c. */
export function rowSampleAt(r: i32): i32 {
  return load<i32>(rowSample + (<usize>r << 2));
}

/** The tableau's multipliers, to `rawMultipliers` and those of the cuts. */
export function readMultipliers(): void {
  memory.fill(rawMultipliers, 0, <usize>keptCount << 3);
  for (let r = 0; r < rows; r++) {
    const which = rowSampleAt(r);
    if (which >= 0) store<f64>(rawMultipliers + (<usize>which << 3), multiplier(r));
    else store<f64>(cutMultipliers + (<usize>(-1 - which) << 3), multiplier(r) / scaleOf(-1 - which));
  }
}

/** Bytes of `saveRows` with at most so many rows. */
export function savedBytes(mostRows: i32): usize {
  return (snapshotBytes(mostRows) + ((<usize>keptBytes() + (<usize>mostRows << 2) + 15) & ~(<usize>15)));
}

/** Keeps the tableau and which rows are in it at `to`. */
export function saveRows(to: usize): void {
  const bytes = keptBytes();
  memory.copy(to, inTableau, bytes);
  memory.copy(to + bytes, rowSample, <usize>rows << 2);
  saveTableau(to + bytes + ((<usize>rows + 3) & ~3) * 4);
  store<i32>(to + bytes - 4, rows);
}

/** Back to a kept tableau, which had no cuts. */
export function restoreRows(from: usize): void {
  const bytes = keptBytes();
  const count = load<i32>(from + bytes - 4);
  cutRows = 0;
  restoreTableau(from + bytes + ((<usize>count + 3) & ~3) * 4);
  memory.copy(inTableau, from, bytes - 16);
  memory.copy(rowSample, from + bytes, <usize>rows << 2);
}

/** Bytes of `inTableau`, padded, and one word more. */
function keptBytes(): usize {
  return ((<usize>sampleCount << 2) + 16 + 15) & ~(<usize>15);
}
