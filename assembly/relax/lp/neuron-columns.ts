import { isCounted, isPlain, leastWeight, mostWeight, radiusOf, restWeight } from '../../problem/boxes';
import { inputs, weightBound } from '../../problem/shape';
import { boxHigh, boxLow } from '../exact/safe-bound';
import { Columns, columnOf, openInput, solution } from './state';
import { setBox, setColumn, valueOf } from './tableau';

/**
 * The columns of a neuron's relaxation: which weights are variables, and how a weight is one.
 *
 * Inputs whose box is a point when a relaxation begins are constants, not columns: deep in a tree, or once an incumbent
 * has fixed most weights, that is most of them. A weight is a column directly where nothing depends on |w_i|; else
 * w_i = p_i - q_i, all p first, then all q ("halves"). Under max-min the margin is the last column.
 */

/** Says what the relaxation that begins looks like and lists its columns from the boxes as they are. */
export function beginColumns(asHalves: bool, cover: bool): void {
  Columns.halves = asHalves;
  Columns.covering = cover;
  listColumns();
}

/** The boxes have changed with a tableau put back: which inputs are its columns. */
export function listColumns(): void {
  Columns.openCount = 0;
  for (let i = 0; i < inputs; i++) {
    assert(boxLow(i) <= boxHigh(i));
    const at = <usize>i << 2;
    if (boxLow(i) == boxHigh(i)) {
      store<i32>(columnOf + at, -1);
      store<f64>(solution + (at << 1), <f64>boxLow(i));
      continue;
    }
    store<i32>(columnOf + at, Columns.openCount);
    store<i32>(openInput + (<usize>Columns.openCount << 2), i);
    Columns.openCount++;
  }
}

// @ts-ignore: decorator
@inline
export function columnAt(i: i32): i32 {
  assert(<u32>i < <u32>inputs);
  return load<i32>(columnOf + (<usize>i << 2));
}

/** The column of the margin, after all weights. */
export function marginColumn(): i32 {
  return Columns.halves ? 2 * Columns.openCount : Columns.openCount;
}

/** What a unit of |w_i| costs on the side of `sign`: what the L-infinity box takes, or a share of a counted weight. */
function priceOf(i: i32, sign: i32): f64 {
  if (!Columns.covering) return <f64>radiusOf(i);
  const most = sign > 0 ? mostWeight(i) : -leastWeight(i);
  return most <= 0 || !isCounted(i) || restWeight(i) != 0 ? 0 : 1 / <f64>most;
}

/** Hands the weights' boxes to a tableau that has just begun. */
export function setWeightColumns(): void {
  for (let c = 0; c < Columns.openCount; c++) {
    const i = load<i32>(openInput + (<usize>c << 2));
    if (Columns.halves) setHalves(c, i);
    else setColumn(c, <f64>boxLow(i), <f64>boxHigh(i), 0);
  }
}

function setHalves(c: i32, i: i32): void {
  const lo = <f64>boxLow(i);
  const up = <f64>boxHigh(i);
  setColumn(c, max<f64>(lo, 0), max<f64>(up, 0), priceOf(i, 1));
  setColumn(Columns.openCount + c, max<f64>(-up, 0), max<f64>(-lo, 0), priceOf(i, -1));
}

/** The share of the inputs that are columns of the tableau. */
export function openColumns(): i32 {
  return Columns.openCount;
}

/** Whether weight `i` was open when the tableau was begun: only then can its box be changed there. */
export function isColumn(i: i32): bool {
  return columnAt(i) >= 0;
}

/** Hands a weight's box (set in `safe-bound.ts`) on to the tableau. */
export function narrow(i: i32): void {
  assert(boxLow(i) <= boxHigh(i));
  boxColumn(i, boxLow(i), boxHigh(i));
}

export function boxColumn(i: i32, low: i32, high: i32): void {
  const c = columnAt(i);
  if (c < 0) return;
  const lo = <f64>low;
  const up = <f64>high;
  if (!Columns.halves) {
    setBox(c, lo, up);
    return;
  }
  setBox(c, max<f64>(lo, 0), max<f64>(up, 0));
  setBox(Columns.openCount + c, max<f64>(-up, 0), max<f64>(-lo, 0));
}

/** The weights as the tableau stands, into `solution`. */
export function readSolution(): void {
  for (let c = 0; c < Columns.openCount; c++) {
    const w = Columns.halves ? valueOf(c) - valueOf(Columns.openCount + c) : valueOf(c);
    store<f64>(solution + (<usize>load<i32>(openInput + (<usize>c << 2)) << 3), w);
  }
}

/** The relaxation's value as the tableau stands, larger is better: the margin, or minus the priced weights. */
export function relaxedValue(): f64 {
  if (!Columns.covering) return valueOf(marginColumn());
  let sum: f64 = 0;
  if (isPlain()) {
    for (let c = 0; c < 2 * Columns.openCount; c++) sum -= valueOf(c);
    return sum / <f64>weightBound;
  }
  for (let c = 0; c < Columns.openCount; c++) {
    const i = load<i32>(openInput + (<usize>c << 2));
    sum -= priceOf(i, 1) * valueOf(c) + priceOf(i, -1) * valueOf(Columns.openCount + c);
  }
  return sum;
}
