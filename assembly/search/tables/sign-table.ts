import { setWeight } from '../../network/weights';
import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { inputs, radius, sampleCount, sampleRow, weightBound } from '../../problem/shape';
import { signColumns, signDigits, signQuery, SIGN_LANES, signSlots, signSums, SignTable, signVectors, signWords } from './state';

/**
 * All first-layer neurons of a problem with few inputs, by their signs on any number of samples: every weight vector is looked at
 * once, and the distinct rows of signs are kept, with one weight vector each. What a pattern is worth (pattern-table.ts) is of
 * no interest to SM; how many samples it puts on the right side is, for one question after the other:
 *
 *     asked(k): + and -, + only, - only, or neither      count(pattern) = samples of which the pattern gives what is asked
 *
 * a row of `words` 64-bit words a pattern (with a radius two: certainly +, certainly -), a population count a word. A
 * table that has no room for more patterns takes no more: it proves nothing then, but what it has is searched.
 */
let unit: i32 = 1;
let vector: i32 = 0;
let norm: i32 = 0;

/** Starts with all weights at -P; `coarse`: multiples of P only. Columns are laid out by the caller's steps. Returns the mark. */
export function beginSigns(coarse: bool): i32 {
  unit = coarse ? weightBound : 1;
  SignTable.total = 0;
  SignTable.complete = true;
  memory.fill(signSlots, 0, <usize>SignTable.slots << 2);
  memory.fill(signSums, 0, <usize>SIGN_LANES << 2);
  for (let i = 0; i < inputs; i++) {
    const column = columnOf(i);
    breathe();
    memory.fill(column, 0, <usize>SIGN_LANES << 2);
    for (let k = 0; k < sampleCount; k++) {
      store<i32>(column + (<usize>k << 2), <i32>load<i16>(sampleRow(k) + (<usize>i << 1)));
    }
    store<i32>(signDigits + (<usize>i << 2), -weightBound);
    shift(column, -weightBound);
    spend(<f64>SIGN_LANES * 2);
  }
  vector = 0;
  norm = inputs * weightBound;
  return ++SignTable.mark;
}

// @ts-ignore: decorator
@inline
function columnOf(i: i32): usize {
  return signColumns + ((<usize>i * <usize>SIGN_LANES) << 2);
}

// @ts-ignore: decorator
@inline
function shift(column: usize, by: i32): void {
  const factor = i32x4.splat(by);
  const end = <usize>SIGN_LANES << 2;
  for (let at: usize = 0; at < end; at += 16) {
    v128.store(signSums + at, i32x4.add(v128.load(signSums + at), i32x4.mul(factor, v128.load(column + at))));
  }
}

/** Work of one weight vector. */
// @ts-ignore: decorator
@inline
function vectorCost(): f64 {
  return <f64>SIGN_LANES * 0.75 + 10;
}

/** Work of the whole table. */
export function signsCost(): f64 {
  return Math.pow(<f64>(2 * weightBound + 1), <f64>inputs) * vectorCost();
}

/** About `effort` more units of work; false when all weight vectors have been seen. */
export function stepSigns(effort: f64): bool {
  const one = vectorCost();
  const block = max(1, <i32>(min(effort, 60000) / one));
  for (let left = effort; left > 0; left -= <f64>block * one) {
    breathe();
    const more = tabulate(block);
    spend(<f64>block * one);
    if (!more) return false;
  }
  return true;
}

function tabulate(count: i32): bool {
  for (let turn = 0; turn < count; turn++) {
    record();
    let i = 0;
    for (; i < inputs; i++) {
      const w = load<i32>(signDigits + (<usize>i << 2));
      if (w < weightBound) {
        store<i32>(signDigits + (<usize>i << 2), w + unit);
        shift(columnOf(i), unit);
        norm += abs(w + unit) - abs(w);
        break;
      }
      store<i32>(signDigits + (<usize>i << 2), -weightBound);
      shift(columnOf(i), -2 * weightBound);
    }
    if (i == inputs) return false;
    vector++;
  }
  return true;
}

/** The signs of the vector at hand, written behind the last pattern; they stay there if they are new. */
function record(): void {
  const words = SignTable.words;
  const bytes = <usize>SignTable.stride;
  const fresh = signWords + <usize>SignTable.total * bytes;
  const slack = radius * norm;
  let hash: u64 = 0;
  for (let w = 0; w < words; w++) {
    const from = signSums + (<usize>w << 8);
    const real = w + 1 < words || (sampleCount & 63) == 0 ? ~(<u64>0) : ((<u64>1 << <u64>(sampleCount & 63)) - 1);
    const plus = ~negatives(from, -slack) & real;
    store<u64>(fresh + (<usize>w << 3), plus);
    hash = (rotl<u64>(hash, 23) ^ plus) * 0x9e3779b97f4a7c15;
    if (radius == 0) continue;
    const minus = negatives(from, slack) & real;
    store<u64>(fresh + (<usize>(words + w) << 3), minus);
    hash = (rotl<u64>(hash, 23) ^ minus) * 0x9e3779b97f4a7c15;
  }
  let at = <i32>(hash >>> 38) & (SignTable.slots - 1);
  for (;;) {
    const p = load<i32>(signSlots + (<usize>at << 2)) - 1;
    if (p < 0) break;
    if (memory.compare(signWords + <usize>p * bytes, fresh, bytes) == 0) return;
    at = (at + 1) & (SignTable.slots - 1);
  }
  if (SignTable.total == SignTable.capacity) {
    SignTable.complete = false;
    return;
  }
  store<i32>(signSlots + (<usize>at << 2), SignTable.total + 1);
  store<i32>(signVectors + (<usize>SignTable.total << 2), vector);
  SignTable.total++;
}

/** Bit b: sum b of 64, and `lift`, is below 0. */
// @ts-ignore: decorator
@inline
function negatives(from: usize, lift: i32): u64 {
  const by = i32x4.splat(lift);
  let bits: u64 = 0;
  for (let b: usize = 0; b < 64; b += 8) {
    const low = i32x4.bitmask(i32x4.add(v128.load(from + (b << 2)), by));
    const high = i32x4.bitmask(i32x4.add(v128.load(from + (b << 2), 16), by));
    bits |= <u64>(low | (high << 4)) << <u64>b;
  }
  return bits;
}

/** Writes the weights that stand behind a pattern. */
export function writeSigns(p: i32, row: usize): void {
  let rest = load<i32>(signVectors + (<usize>p << 2));
  const base = (2 * weightBound) / unit + 1;
  for (let i = 0; i < inputs; i++) {
    setWeight(row, i, (rest % base) * unit - weightBound);
    rest /= base;
  }
}

/** Word `w` of the samples that pattern `p` puts on the + side, certainly. */
// @ts-ignore: decorator
@inline
export function plusWord(p: i32, w: i32): u64 {
  return load<u64>(signWords + <usize>p * <usize>SignTable.stride + (<usize>w << 3));
}

/** The same of the - side. Bits behind the last sample may be set. */
// @ts-ignore: decorator
@inline
export function minusWord(p: i32, w: i32): u64 {
  return radius ? plusWord(p, SignTable.words + w) : ~plusWord(p, w);
}

/** Samples of which pattern `p` gives what is asked: words of + and words of - from `query`. */
// @ts-ignore: decorator
@inline
export function countSigns(p: i32, query: usize): i32 {
  const words = <usize>SignTable.words << 3;
  const row = signWords + <usize>p * <usize>SignTable.stride;
  let count: i64 = 0;
  if (radius) {
    for (let at: usize = 0; at < words; at += 8) {
      const plus = load<u64>(row + at) & load<u64>(query + at);
      const minus = load<u64>(row + words + at) & load<u64>(query + words + at);
      count += popcnt<i64>(plus | minus);
    }
  } else {
    for (let at: usize = 0; at < words; at += 8) {
      const signs = load<u64>(row + at);
      count += popcnt<i64>((signs & load<u64>(query + at)) | (~signs & load<u64>(query + words + at)));
    }
  }
  return <i32>count;
}

/** The first pattern from `p` on, before `end`, of which more than `least` samples give what is asked; `end` if none. */
export function nextSigns(p: i32, end: i32, query: usize, least: i32): i32 {
  while (p < end && countSigns(p, query) <= least) p++;
  return p;
}

/** Words of the question at depth `d`: + first, then -. */
// @ts-ignore: decorator
@inline
export function queryAt(d: i32): usize {
  return signQuery + (<usize>(d * 2 * SignTable.words) << 3);
}
