import { CLOSED_BOUND, numberNode, say, Trace } from '../../base/trace';
import { free, heap, Pool, slots, slotNumbers } from './state';

/**
 * Open nodes of the activation tree (paper, MM) or of the certificate tree (robust, SM and MM; search/literals/): a problem
 * has one of the two, so there is one pool. One slot array with a free list, and a binary heap of slots by bound (best
 * bound first). A node is a partial assignment of sides: for every first-layer neuron two bit sets over the kept
 * samples, and the neuron's own bound.
 *
 *     slot: | total i64 | touched i32 | exact u32 | flags i32 | turnable u32 | bound i32 [n1] | plus u32 [n1][W] | minus u32 [n1][W] |   (8-byte aligned)
 */
const COMPLETE = 1; // flags
const CAPPED = 2;

let freeCount: i32 = 0; // given-back slots
let used: i32 = 0; // slots that have ever been taken

export function clearNodes(): void {
  Trace.node = 0; // a root has no parent
  Pool.open = 0;
  freeCount = 0;
  used = 0;
}

/** A fresh slot's address with everything zero, or 0 when the pool is full. */
export function takeSlot(): usize {
  let id = used;
  if (freeCount > 0) id = load<i32>(free + (<usize>(--freeCount) << 2));
  else if (used < Pool.capacity) used++;
  else return 0;
  const slot = slots + <usize>id * Pool.slotBytes;
  memory.fill(slot, 0, Pool.slotBytes);
  if (Trace.on) {
    store<i32>(slotNumbers + (<usize>id << 3), numberNode());
    store<i32>(slotNumbers + (<usize>id << 3), Trace.node, 4); // children are made while their parent is at hand
  }
  return slot;
}

/** For who watches: the node is at hand now. Until something else is said of it, it is closed by its bound. */
export function watchNode(slot: usize): void {
  const at = slotNumbers + ((slot - slots) / Pool.slotBytes << 3);
  Trace.node = load<i32>(at);
  Trace.parent = load<i32>(at, 4);
  Trace.bound = <f64>totalOf(slot);
  say(CLOSED_BOUND);
}

export function dropSlot(slot: usize): void {
  store<i32>(free + (<usize>freeCount << 2), <i32>((slot - slots) / Pool.slotBytes));
  freeCount++;
}

export function freeSlots(): i32 {
  return Pool.capacity - used + freeCount;
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
  return (load<i32>(slot, 16) & COMPLETE) != 0;
}
// @ts-ignore: decorator
@inline
export function setComplete(slot: usize): void {
  store<i32>(slot, load<i32>(slot, 16) | COMPLETE, 16);
}
/**
 * The bound of neuron `j` says where it stands in a set of patterns (the last neuron is the least), not only what weights can do: nobody may
 * remember of its sides what has been shown below that bound.
 */
export function isCapped(slot: usize, j: i32): bool {
  return j == Pool.neurons - 1 && (load<i32>(slot, 16) & CAPPED) != 0;
}
export function setCapped(slot: usize): void {
  store<i32>(slot, load<i32>(slot, 16) | CAPPED, 16);
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
  return slot + 24 + (<usize>Pool.neurons << 2) + (<usize>((minus * Pool.neurons + j) * Pool.words) << 2);
}

/** +1, -1 or 0 (undecided). */
export function sideOf(slot: usize, j: i32, k: i32): i32 {
  const word = <usize>(k >> 5) << 2;
  const bit = <u32>1 << <u32>(k & 31);
  if (load<u32>(bits(slot, j, 0) + word) & bit) return 1;
  return load<u32>(bits(slot, j, 1) + word) & bit ? -1 : 0;
}

/** Whether neuron `j` has any side decided. */
export function isTouched(slot: usize, j: i32): bool {
  for (let word = 0; word < Pool.words; word++) {
    const at = <usize>word << 2;
    if ((load<u32>(bits(slot, j, 0) + at) | load<u32>(bits(slot, j, 1) + at)) != 0) return true;
  }
  return false;
}

export function decide(slot: usize, j: i32, k: i32, side: i32): void {
  const at = bits(slot, j, i32(side < 0)) + (<usize>(k >> 5) << 2);
  store<u32>(at, load<u32>(at) | (<u32>1 << <u32>(k & 31)));
}

/** Turns all decided sides of neuron `j` round. */
export function turnNeuron(slot: usize, j: i32): void {
  for (let word = 0; word < Pool.words; word++) {
    const plus = bits(slot, j, 0) + (<usize>word << 2);
    const minus = bits(slot, j, 1) + (<usize>word << 2);
    const was = load<u32>(plus);
    store<u32>(plus, load<u32>(minus));
    store<u32>(minus, was);
  }
}

export function pushNode(slot: usize): void {
  const id = <i32>((slot - slots) / Pool.slotBytes);
  let at = Pool.open++;
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
  return totalOf(slots + <usize>load<i32>(heap + (<usize>position << 2)) * Pool.slotBytes);
}

/** The node at a position of the heap. */
export function openAt(position: i32): usize {
  return slots + <usize>load<i32>(heap + (<usize>position << 2)) * Pool.slotBytes;
}

/** The best open bound; call only while `openCount > 0`. */
export function bestOpen(): i64 {
  return totalAt(0);
}

/** Removes and returns the heap's last node, one of the poorer bounds. */
export function popLast(): usize {
  Pool.open--;
  return slots + <usize>load<i32>(heap + (<usize>Pool.open << 2)) * Pool.slotBytes;
}

/** Removes and returns the open node of the best bound. */
export function popNode(): usize {
  const slot = slots + <usize>load<i32>(heap) * Pool.slotBytes;
  Pool.open--;
  const id = load<i32>(heap + (<usize>Pool.open << 2));
  const total = totalOf(slots + <usize>id * Pool.slotBytes);
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= Pool.open) break;
    if (child + 1 < Pool.open && totalAt(child + 1) > totalAt(child)) child++;
    if (totalAt(child) <= total) break;
    store<i32>(heap + (<usize>at << 2), load<i32>(heap + (<usize>child << 2)));
    at = child;
  }
  store<i32>(heap + (<usize>at << 2), id);
  return slot;
}
