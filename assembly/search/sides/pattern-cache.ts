import { copyRow } from '../../network/weights';
import { inputsPadded, keptCount } from '../../problem/shape';
import { CACHE_ENTRIES, cacheBounds, cacheEfforts, cacheHashes, cacheKeys, cacheKinds, cacheMargins, cacheRows, PatternCache } from './state';

/**
 * What has been learnt about single neurons: for a vector of sides the best weights found and the proved bound of the
 * margin. Different nodes of the activation tree ask for the same neurons again and again. A ring: the oldest entry makes
 * room; a lookup compares the whole vector, never a hash alone, and the kind of the neuron (0 in MM; in MW, where values are minus
 * the non-zeros, the class of its held margin).
 */
let count: i32 = 0;
let next: i32 = 0;

export function clearPatterns(): void {
  count = 0;
  next = 0;
}

function hashOf(sides: usize, kind: i32): u32 {
  let h: u32 = 2166136261 ^ (<u32>kind << 8);
  for (let k: usize = 0; k < <usize>keptCount; k++) h = (h ^ <u32>load<u8>(sides + k)) * 16777619;
  return h;
}

/** The entry of these sides, or -1. */
export function findPattern(sides: usize, kind: i32 = 0): i32 {
  const h = hashOf(sides, kind);
  for (let e = 0; e < count; e++) {
    if (load<u32>(cacheHashes + (<usize>e << 2)) != h || load<i32>(cacheKinds + (<usize>e << 2)) != kind) continue;
    if (memory.compare(cacheKeys + <usize>e * PatternCache.keyBytes, sides, <usize>keptCount) == 0) return e;
  }
  return -1;
}

/** Records weights and bound; an entry only ever improves. */
export function learnPattern(sides: usize, row: usize, margin: i32, bound: i32, kind: i32 = 0): void {
  let e = findPattern(sides, kind);
  if (e < 0) {
    e = next;
    next = (next + 1) % CACHE_ENTRIES;
    if (count < CACHE_ENTRIES) count++;
    memory.copy(cacheKeys + <usize>e * PatternCache.keyBytes, sides, <usize>keptCount);
    store<u32>(cacheHashes + (<usize>e << 2), hashOf(sides, kind));
    store<i32>(cacheKinds + (<usize>e << 2), kind);
    store<i32>(cacheEfforts + (<usize>e << 2), 0);
    store<i32>(cacheBounds + (<usize>e << 2), bound);
    store<i32>(cacheMargins + (<usize>e << 2), margin);
    copyRow(patternRow(e), row, 0);
    return;
  }
  if (bound < patternBound(e)) store<i32>(cacheBounds + (<usize>e << 2), bound);
  if (margin > patternMargin(e)) {
    store<i32>(cacheMargins + (<usize>e << 2), margin);
    copyRow(patternRow(e), row, 0);
  }
}

export function patternBound(e: i32): i32 {
  return load<i32>(cacheBounds + (<usize>e << 2));
}
export function patternMargin(e: i32): i32 {
  return load<i32>(cacheMargins + (<usize>e << 2));
}
export function patternRow(e: i32): usize {
  return cacheRows + <usize>e * (<usize>inputsPadded << 1);
}
/** Slices of Level B that the pattern has had, in MW. */
export function patternEffort(e: i32): i32 {
  return load<i32>(cacheEfforts + (<usize>e << 2));
}
export function addEffort(e: i32, slices: i32): void {
  store<i32>(cacheEfforts + (<usize>e << 2), patternEffort(e) + slices);
}
