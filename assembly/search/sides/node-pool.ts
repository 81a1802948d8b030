import { reserveRaw } from '../../base/arena';

/**
 * Open nodes of the activation tree (paper, MM) or of the certificate tree (robust, SM and MM; search/literals/): a problem
 * has one of the two, so there is one pool. One slot array with a free list, and a binary heap of slots by bound (best
 * bound first). A node is a partial assignment of sides: for every first-layer neuron two bit sets over the kept
 * samples, and the neuron's own bound.
 *
 *     slot: | total i64 | touched i32 | exact u32 | flags i32 | turnable u32 | bound i32 [n1] | plus u32 [n1][W] | minus u32 [n1][W] |   (8-byte aligned)
 */
export let slotBytes: usize = 0;
export let words: i32 = 1;
export let openCount: i32 = 0;
let neurons: i32 = 1;
let capacity: i32 = 0;
let slots: usize = 0;
let heap: usize = 0; // i32 [capacity]
let free: usize = 0; // i32 [capacity]
let freeCount: i32 = 0; // given-back slots
let used: i32 = 0; // slots that have ever been taken

/** Room for as many nodes as `bytes` allow, at most 2^20, at least 4096. */
export function reserveNodes(neuronsFirst: i32, rowCount: i32, bytes: usize): void {
  neurons = neuronsFirst;
  words = (rowCount + 31) >> 5;
  slotBytes = (24 + (<usize>neurons << 2) + ((<usize>neurons * <usize>words) << 3) + 7) & ~(<usize>7);
  capacity = <i32>max<usize>(4096, min<usize>(1 << 20, bytes / (slotBytes + 8)));
  slots = reserveRaw(<usize>capacity * slotBytes);
  heap = reserveRaw(<usize>capacity << 2);
  free = reserveRaw(<usize>capacity << 2);
}

export function clearNodes(): void {
  openCount = 0;
  freeCount = 0;
  used = 0;
}

/** A fresh slot's address with everything zero, or 0 when the pool is full. */
export function takeSlot(): usize {
  let id = used;
  if (freeCount > 0) id = load<i32>(free + (<usize>(--freeCount) << 2));
  else if (used < capacity) used++;
  else return 0;
  const slot = slots + <usize>id * slotBytes;
  memory.fill(slot, 0, slotBytes);
  return slot;
}

export function dropSlot(slot: usize): void {
  store<i32>(free + (<usize>freeCount << 2), <i32>((slot - slots) / slotBytes));
  freeCount++;
}

export function freeSlots(): i32 {
  return capacity - used + freeCount;
}

// @ts-ignore: decorator
@inline
export function totalOf(slot: usize): i64 {
  return load<i64>(slot);
}
// @ts-ignore: decorator
@inline
export function setTotal(slot: usize, total: i64): void {
  store<i64>(slot, total);
}
/** Neurons 0..touched-1 have decided sides; the others are interchangeable and free. */
// @ts-ignore: decorator
@inline
export function touchedOf(slot: usize): i32 {
  return load<i32>(slot, 8);
}
// @ts-ignore: decorator
@inline
export function setTouched(slot: usize, count: i32): void {
  store<i32>(slot, count, 8);
}
/** Neurons whose bound is the true optimum of their sides (bit j, j < 32). */
// @ts-ignore: decorator
@inline
export function exactOf(slot: usize): u32 {
  return load<u32>(slot, 12);
}
// @ts-ignore: decorator
@inline
export function setExact(slot: usize, mask: u32): void {
  store<u32>(slot, mask, 12);
}
/** All sides are decided and `total` counts the upper layers' true optimum. */
// @ts-ignore: decorator
@inline
export function isComplete(slot: usize): bool {
  return load<i32>(slot, 16) != 0;
}
// @ts-ignore: decorator
@inline
export function setComplete(slot: usize): void {
  store<i32>(slot, 1, 16);
}
/** Neurons that stand for both orientations: the bound counts the better one, the sides show one (bit j, j < 32). */
// @ts-ignore: decorator
@inline
export function turnableOf(slot: usize): u32 {
  return load<u32>(slot, 20);
}
// @ts-ignore: decorator
@inline
export function setTurnable(slot: usize, mask: u32): void {
  store<u32>(slot, mask, 20);
}
// @ts-ignore: decorator
@inline
export function boundAt(slot: usize, j: i32): usize {
  return slot + 24 + (<usize>j << 2);
}
// @ts-ignore: decorator
@inline
function bits(slot: usize, j: i32, minus: i32): usize {
  return slot + 24 + (<usize>neurons << 2) + (<usize>((minus * neurons + j) * words) << 2);
}

/** +1, -1 or 0 (undecided). */
export function sideOf(slot: usize, j: i32, k: i32): i32 {
  const word = <usize>(k >> 5) << 2;
  const bit = <u32>1 << <u32>(k & 31);
  if (load<u32>(bits(slot, j, 0) + word) & bit) return 1;
  return load<u32>(bits(slot, j, 1) + word) & bit ? -1 : 0;
}

export function decide(slot: usize, j: i32, k: i32, side: i32): void {
  const at = bits(slot, j, i32(side < 0)) + (<usize>(k >> 5) << 2);
  store<u32>(at, load<u32>(at) | (<u32>1 << <u32>(k & 31)));
}

/** Turns all decided sides of neuron `j` round. */
export function turnNeuron(slot: usize, j: i32): void {
  for (let word = 0; word < words; word++) {
    const plus = bits(slot, j, 0) + (<usize>word << 2);
    const minus = bits(slot, j, 1) + (<usize>word << 2);
    const was = load<u32>(plus);
    store<u32>(plus, load<u32>(minus));
    store<u32>(minus, was);
  }
}

export function pushNode(slot: usize): void {
  const id = <i32>((slot - slots) / slotBytes);
  let at = openCount++;
  const total = totalOf(slot);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (totalAt(parent) >= total) break;
    store<i32>(heap + (<usize>at << 2), load<i32>(heap + (<usize>parent << 2)));
    at = parent;
  }
  store<i32>(heap + (<usize>at << 2), id);
}

// @ts-ignore: decorator
@inline
function totalAt(position: i32): i64 {
  return totalOf(slots + <usize>load<i32>(heap + (<usize>position << 2)) * slotBytes);
}

/** The best open bound; call only while `openCount > 0`. */
export function bestOpen(): i64 {
  return totalAt(0);
}

/** Removes and returns the heap's last node, one of the poorer bounds. */
export function popLast(): usize {
  openCount--;
  return slots + <usize>load<i32>(heap + (<usize>openCount << 2)) * slotBytes;
}

/** Removes and returns the open node of the best bound. */
export function popNode(): usize {
  const slot = slots + <usize>load<i32>(heap) * slotBytes;
  openCount--;
  const id = load<i32>(heap + (<usize>openCount << 2));
  const total = totalOf(slots + <usize>id * slotBytes);
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= openCount) break;
    if (child + 1 < openCount && totalAt(child + 1) > totalAt(child)) child++;
    if (totalAt(child) <= total) break;
    store<i32>(heap + (<usize>at << 2), load<i32>(heap + (<usize>child << 2)));
    at = child;
  }
  store<i32>(heap + (<usize>at << 2), id);
  return slot;
}
