import { axpyI32 } from '../../base/kernels/simd';
import { setWeight } from '../../network/weights';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { inputs, kept, keptCount, marginOf, radius, sampleRow, weightBound } from '../../problem/shape';
import { MOST_PATTERNS, PatternTable, SLOTS, tableColumns, tableDigits, tableMasks, tableSlots, tableSums, tableValues, tableVectors } from './state';

/**
 * All first-layer neurons of a problem with few inputs, by what they do: every weight vector is looked at once, and for
 * every activation pattern over the kept samples the best value is remembered (max-margin: the largest least margin; the
 * sign of zero is +). With 3^n weight vectors there are often a hundred times fewer patterns; enumerate functions, not
 * weights. The function tree (MM) searches over it.
 *
 * Patterns are bit masks over at most 64 kept samples (bit k: +1 on kept sample k), found by open addressing.
 */
let unit: i32 = 1; // weights are multiples of it
let vector: i32 = 0;
let norm: i32 = 0;

/** Whether the first layer is small enough to be tabulated. */
export function tabulable(): bool {
  return PatternTable.usable && keptCount <= 64;
}

/** Whether it is where weights are multiples of P: ternary ones, scaled. A start, and no proof. */
export function tabulableCoarsely(): bool {
  return PatternTable.usableCoarsely && keptCount <= 64;
}

// @ts-ignore: decorator
@inline
export function patternMask(p: i32): u64 {
  return load<u64>(tableMasks + (<usize>p << 3));
}
// @ts-ignore: decorator
@inline
export function patternValue(p: i32): i32 {
  return load<i32>(tableValues + (<usize>p << 2));
}

/** Starts the table at the weight vector of all -P; `coarse`: of multiples of P only. Returns its mark. */
export function beginTable(coarse: bool): i32 {
  unit = coarse ? weightBound : 1;
  PatternTable.total = 0;
  PatternTable.overflow = false;
  memory.fill(tableSlots, 0, SLOTS << 2);
  const padded = (keptCount + 3) & ~3;
  memory.fill(tableSums, 0, 64 << 2);
  for (let i = 0; i < inputs; i++) {
    const column = tableColumns + <usize>i * (64 << 2);
    memory.fill(column, 0, 64 << 2);
    for (let k = 0; k < keptCount; k++) {
      store<i32>(column + (<usize>k << 2), <i32>load<i16>(sampleRow(kept(k)) + (<usize>i << 1)));
    }
    store<i32>(tableDigits + (<usize>i << 2), -weightBound);
    axpyI32(tableSums, column, -weightBound, padded);
  }
  vector = 0;
  norm = inputs * weightBound;
  return ++PatternTable.mark;
}

/** Tabulates up to `count` more weight vectors; false when all have been seen. */
export function stepTable(count: i32): bool {
  const padded = (keptCount + 3) & ~3;
  spend(<f64>(count * (padded + 4)));
  for (let turn = 0; turn < count; turn++) {
    record();
    if (PatternTable.overflow) return false;
    let i = 0;
    for (; i < inputs; i++) {
      const w = load<i32>(tableDigits + (<usize>i << 2));
      const column = tableColumns + <usize>i * (64 << 2);
      if (w < weightBound) {
        store<i32>(tableDigits + (<usize>i << 2), w + unit);
        axpyI32(tableSums, column, unit, padded);
        norm += abs(w + unit) - abs(w);
        break;
      }
      store<i32>(tableDigits + (<usize>i << 2), -weightBound);
      axpyI32(tableSums, column, -2 * weightBound, padded);
    }
    if (i == inputs) return false;
    vector++;
  }
  return true;
}

function record(): void {
  let mask: u64 = 0;
  let margin = i32.MAX_VALUE;
  const slack = radius * norm;
  for (let k = 0; k < keptCount; k++) {
    const s = load<i32>(tableSums + (<usize>k << 2));
    const side = s >= 0 ? 1 : -1;
    if (side > 0) mask |= <u64>1 << <u64>k;
    margin = min(margin, marginOf(s, side, slack));
  }
  let at = <i32>((mask * 0x9e3779b97f4a7c15) >>> 40) & (SLOTS - 1);
  for (;;) {
    const p = load<i32>(tableSlots + (<usize>at << 2)) - 1;
    if (p < 0) {
      if (PatternTable.total == MOST_PATTERNS) {
        PatternTable.overflow = true;
        return;
      }
      store<i32>(tableSlots + (<usize>at << 2), PatternTable.total + 1);
      store<u64>(tableMasks + (<usize>PatternTable.total << 3), mask);
      store<i32>(tableValues + (<usize>PatternTable.total << 2), margin);
      store<i32>(tableVectors + (<usize>PatternTable.total << 2), vector);
      PatternTable.total++;
      return;
    }
    if (patternMask(p) == mask) {
      if (margin > patternValue(p)) {
        store<i32>(tableValues + (<usize>p << 2), margin);
        store<i32>(tableVectors + (<usize>p << 2), vector);
      }
      return;
    }
    at = (at + 1) & (SLOTS - 1);
  }
}

/** Writes the weights that stand behind a pattern. */
export function writePattern(p: i32, row: usize): void {
  let rest = load<i32>(tableVectors + (<usize>p << 2));
  const base = (2 * weightBound) / unit + 1;
  for (let i = 0; i < inputs; i++) {
    setWeight(row, i, (rest % base) * unit - weightBound);
    rest /= base;
  }
}

/** Drops patterns of negative value and orders the rest by falling value (ties: by mask, for determinism). */
export function sortTable(): void {
  let left = 0;
  for (let p = 0; p < PatternTable.total; p++) {
    if (patternValue(p) < 0) continue;
    movePattern(left, p);
    left++;
  }
  PatternTable.total = left;
  for (let root = (left >> 1) - 1; root >= 0; root--) sift(root, left);
  for (let end = left - 1; end > 0; end--) {
    strain(100);
    breathe();
    swapPatterns(0, end);
    sift(0, end);
  }
  spend(<f64>left * 40);
}

// @ts-ignore: decorator
@inline
function after(a: i32, b: i32): bool {
  const va = patternValue(a);
  const vb = patternValue(b);
  return va != vb ? va < vb : patternMask(a) > patternMask(b);
}

function sift(root: i32, end: i32): void {
  for (;;) {
    let child = 2 * root + 1;
    if (child >= end) return;
    if (child + 1 < end && after(child + 1, child)) child++;
    if (!after(child, root)) return;
    swapPatterns(root, child);
    root = child;
  }
}

function movePattern(to: i32, from: i32): void {
  store<u64>(tableMasks + (<usize>to << 3), patternMask(from));
  store<i32>(tableValues + (<usize>to << 2), patternValue(from));
  store<i32>(tableVectors + (<usize>to << 2), load<i32>(tableVectors + (<usize>from << 2)));
}

function swapPatterns(a: i32, b: i32): void {
  const mask = patternMask(a);
  const value = patternValue(a);
  const code = load<i32>(tableVectors + (<usize>a << 2));
  movePattern(a, b);
  store<u64>(tableMasks + (<usize>b << 3), mask);
  store<i32>(tableValues + (<usize>b << 2), value);
  store<i32>(tableVectors + (<usize>b << 2), code);
}
