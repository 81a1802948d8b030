import { dotI16 } from '../base/kernels/simd';
import { spend } from '../base/clock';
import { breathe } from '../base/pause';
import { setWeight, weightAt } from '../network/weights';
import { epsilon, marginScale, size, weightBound } from '../problem/shape';
import { MOST_PATTERNS, MOST_VECTORS, outputRow, patternCount, patternMargin, patternMask, patternValue, patternWeights, Upper, vectorCount, vectors } from './state';

/**
 * What one neuron of an upper layer can do: it is worth only its pattern over the distinct vectors below it and its
 * margin, so weights are enumerated once and patterns are kept with their best margin (enumerate functions, not weights: design
 * section 2.2). For min-weight the value of a neuron is minus its non-zero weights; then a pattern is kept once per useful
 * trade of margin against weights.
 */
// @ts-ignore: decorator
@inline
export function vectorAt(l: i32, v: i32): usize {
  return vectors + (<usize>((l * MOST_VECTORS + v) * Upper.pad) << 1);
}

// @ts-ignore: decorator
@inline
export function countOf(base: usize, l: i32): i32 {
  return load<i32>(base + (<usize>l << 2));
}

/** Tells the clock, now and then, what the enumeration has taken. */
export function breatheUpper(): void {
  if (Upper.counted - Upper.budget < 65536) return;
  spend(<f64>(Upper.counted - Upper.budget));
  Upper.counted = Upper.budget;
  breathe();
}

/** All distinct patterns of a neuron of layer `l`, best margin each, in falling order of margin. */
export function listPatterns(l: i32): void {
  const n = size(l);
  const count = countOf(vectorCount, l);
  store<i32>(patternCount + (<usize>l << 2), 0);
  startOdometer(n);
  while (listSome(l, n, count)) breatheUpper();
}

/** Weight vectors that are looked at between two breaths; a function of its own, so that it is not rewritten (pause.ts). */
export const SOME = 512;

function listSome(l: i32, n: i32, count: i32): bool {
  for (let turn = 0; turn < SOME; turn++) {
    let mask: u64 = 0;
    let margin = i32.MAX_VALUE;
    for (let v = 0; v < count; v++) {
      const s = dotI16(outputRow, vectorAt(l, v), Upper.pad);
      if (s >= 0) {
        mask |= <u64>1 << <u64>v;
        margin = min(margin, marginScale * s);
      } else margin = min(margin, -marginScale * s - epsilon);
    }
    insertPattern(l, mask, margin, Upper.sparse ? -nonzeroDigits(n) : margin);
    Upper.budget -= <i64>(count + 1 + (countOf(patternCount, l) >> 1));
    if (!nextOdometer(n)) return false;
  }
  return true;
}

/** Keeps the entry unless a known one of the same mask is at least as good in margin and value. */
function insertPattern(l: i32, mask: u64, margin: i32, value: i32): void {
  const base = l * MOST_PATTERNS;
  let count = countOf(patternCount, l);
  for (let at = 0; at < count; at++) {
    if (load<u64>(patternMask + (<usize>(base + at) << 3)) != mask) continue;
    const knownMargin = load<i32>(patternMargin + (<usize>(base + at) << 2));
    const knownValue = load<i32>(patternValue + (<usize>(base + at) << 2));
    if (knownMargin >= margin && knownValue >= value) return;
    if (knownMargin > margin || knownValue > value) continue;
    for (let i = at; i + 1 < count; i++) movePattern(base + i, base + i + 1);
    count--;
    at--;
  }
  if (count == MOST_PATTERNS) {
    Upper.complete = false;
    store<i32>(patternCount + (<usize>l << 2), count);
    return;
  }
  let place = count;
  while (place > 0 && load<i32>(patternValue + (<usize>(base + place - 1) << 2)) < value) {
    movePattern(base + place, base + place - 1);
    place--;
  }
  store<u64>(patternMask + (<usize>(base + place) << 3), mask);
  store<i32>(patternMargin + (<usize>(base + place) << 2), margin);
  store<i32>(patternValue + (<usize>(base + place) << 2), value);
  memory.copy(patternWeights + (<usize>((base + place) * Upper.pad) << 1), outputRow, <usize>Upper.pad << 1);
  store<i32>(patternCount + (<usize>l << 2), count + 1);
}

export function nonzeroDigits(n: i32): i32 {
  let count = 0;
  for (let i = 0; i < n; i++) count += i32(weightAt(outputRow, i) != 0);
  return count;
}

function movePattern(to: i32, from: i32): void {
  store<u64>(patternMask + (<usize>to << 3), load<u64>(patternMask + (<usize>from << 3)));
  store<i32>(patternMargin + (<usize>to << 2), load<i32>(patternMargin + (<usize>from << 2)));
  store<i32>(patternValue + (<usize>to << 2), load<i32>(patternValue + (<usize>from << 2)));
  memory.copy(patternWeights + (<usize>(to * Upper.pad) << 1), patternWeights + (<usize>(from * Upper.pad) << 1), <usize>Upper.pad << 1);
}

export function startOdometer(n: i32): void {
  memory.fill(outputRow, 0, <usize>Upper.pad << 1);
  for (let i = 0; i < n; i++) setWeight(outputRow, i, -(weightBound / Upper.unit) * Upper.unit);
}

export function nextOdometer(n: i32): bool {
  for (let i = 0; i < n; i++) {
    const w = weightAt(outputRow, i);
    if (w + Upper.unit <= weightBound) {
      setWeight(outputRow, i, w + Upper.unit);
      return true;
    }
    setWeight(outputRow, i, -(weightBound / Upper.unit) * Upper.unit);
  }
  return false;
}
