import { reserve } from '../../base/arena';
import { copyRow } from '../../network/weights';
import { inputsPadded, keptCount } from '../../problem/shape';

/**
 * What has been learnt about single neurons: for a vector of sides the best weights found and the proved bound of the
 * margin. Different nodes of the activation tree ask for the same neurons again and again. A ring: the oldest entry makes
 * room; a lookup compares the whole vector, never a hash alone.
 */
const ENTRIES = 256;
let keys: usize = 0; // i8 [ENTRIES][K padded to 8]
let hashes: usize = 0; // u32 [ENTRIES]
let bounds: usize = 0; // i32 [ENTRIES]
let margins: usize = 0; // i32 [ENTRIES]
let rows: usize = 0; // i16 [ENTRIES][NP]
let count: i32 = 0;
let next: i32 = 0;
let keyBytes: usize = 0;

export function reservePatternCache(rowCount: i32): void {
  keyBytes = (<usize>rowCount + 7) & ~(<usize>7);
  keys = reserve(keyBytes * ENTRIES);
  hashes = reserve(ENTRIES << 2);
  bounds = reserve(ENTRIES << 2);
  margins = reserve(ENTRIES << 2);
  rows = reserve((<usize>inputsPadded << 1) * ENTRIES);
}

export function clearPatterns(): void {
  count = 0;
  next = 0;
}

function hashOf(sides: usize): u32 {
  let h: u32 = 2166136261;
  for (let k: usize = 0; k < <usize>keptCount; k++) h = (h ^ <u32>load<u8>(sides + k)) * 16777619;
  return h;
}

/** The entry of these sides, or -1. */
export function findPattern(sides: usize): i32 {
  const h = hashOf(sides);
  for (let e = 0; e < count; e++) {
    if (load<u32>(hashes + (<usize>e << 2)) != h) continue;
    if (memory.compare(keys + <usize>e * keyBytes, sides, <usize>keptCount) == 0) return e;
  }
  return -1;
}

/** Records weights and bound; an entry only ever improves. */
export function learnPattern(sides: usize, row: usize, margin: i32, bound: i32): void {
  let e = findPattern(sides);
  if (e < 0) {
    e = next;
    next = (next + 1) % ENTRIES;
    if (count < ENTRIES) count++;
    memory.copy(keys + <usize>e * keyBytes, sides, <usize>keptCount);
    store<u32>(hashes + (<usize>e << 2), hashOf(sides));
    store<i32>(bounds + (<usize>e << 2), bound);
    store<i32>(margins + (<usize>e << 2), margin);
    copyRow(patternRow(e), row, 0);
    return;
  }
  if (bound < patternBound(e)) store<i32>(bounds + (<usize>e << 2), bound);
  if (margin > patternMargin(e)) {
    store<i32>(margins + (<usize>e << 2), margin);
    copyRow(patternRow(e), row, 0);
  }
}

export function patternBound(e: i32): i32 {
  return load<i32>(bounds + (<usize>e << 2));
}
export function patternMargin(e: i32): i32 {
  return load<i32>(margins + (<usize>e << 2));
}
export function patternRow(e: i32): usize {
  return rows + <usize>e * (<usize>inputsPadded << 1);
}
