import { inputs, inputsPadded } from '../../problem/shape';
import { boxHigh, boxLow, setBounds } from '../../relax/exact/safe-bound';
import { boxWeights, slotBound, slotFree, slotHeap, slotHigh, slotLow, SoftTree, slotWeights } from './state';

/**
 * The open nodes of the tree over one neuron's weights, each with all its boxes: the least bound first. Where there is no room for one
 * more, a node from the end of the heap is dropped and only its bound remembered: what is proved in the end is then no more than that.
 */
export function clearPool(): void {
  SoftTree.taken = 0;
  SoftTree.given = 0;
  SoftTree.open = 0;
  SoftTree.dropped = i64.MAX_VALUE;
}

// @ts-ignore: decorator
@inline
function heapAt(index: i32): usize {
  return slotHeap + (<usize>index << 2);
}

// @ts-ignore: decorator
@inline
function boundAt(index: i32): i64 {
  return load<i64>(slotBound + (<usize>load<i32>(heapAt(index)) << 3));
}

/** The least loss that an open or dropped node allows; i64.MAX_VALUE: there is none. */
export function leastOpen(): i64 {
  return SoftTree.open > 0 ? min(SoftTree.dropped, boundAt(0)) : SoftTree.dropped;
}

/** Adds the boxes as they stand, with weight `input` in [low, high], and `boxWeights` to go on from. */
export function addNode(input: i32, low: i32, high: i32, bound: i64): void {
  let slot: i32;
  if (SoftTree.given > 0) slot = load<i32>(slotFree + (<usize>(--SoftTree.given) << 2));
  else if (SoftTree.taken < SoftTree.slots) slot = SoftTree.taken++;
  else {
    slot = load<i32>(heapAt(--SoftTree.open));
    SoftTree.dropped = min(SoftTree.dropped, load<i64>(slotBound + (<usize>slot << 3)));
  }
  const at = <usize>slot * <usize>inputsPadded;
  for (let i = 0; i < inputs; i++) {
    store<i16>(slotLow + ((at + <usize>i) << 1), <i16>boxLow(i));
    store<i16>(slotHigh + ((at + <usize>i) << 1), <i16>boxHigh(i));
    store<f32>(slotWeights + ((at + <usize>i) << 2), <f32>load<f64>(boxWeights + (<usize>i << 3)));
  }
  if (input >= 0) {
    store<i16>(slotLow + ((at + <usize>input) << 1), <i16>low);
    store<i16>(slotHigh + ((at + <usize>input) << 1), <i16>high);
  }
  store<i64>(slotBound + (<usize>slot << 3), bound);
  let index = SoftTree.open++;
  store<i32>(heapAt(index), slot);
  while (index > 0) {
    const above = (index - 1) >> 1;
    if (boundAt(above) <= boundAt(index)) break;
    swap(above, index);
    index = above;
  }
}

/** Takes the node with the least bound: its boxes and weights are set; its bound is returned. Some node is open. */
export function takeNode(): i64 {
  assert(SoftTree.open > 0);
  const slot = load<i32>(heapAt(0));
  SoftTree.open--;
  store<i32>(heapAt(0), load<i32>(heapAt(SoftTree.open)));
  let index = 0;
  for (;;) {
    let least = 2 * index + 1;
    if (least >= SoftTree.open) break;
    if (least + 1 < SoftTree.open && boundAt(least + 1) < boundAt(least)) least++;
    if (boundAt(index) <= boundAt(least)) break;
    swap(index, least);
    index = least;
  }
  store<i32>(slotFree + (<usize>(SoftTree.given++) << 2), slot);
  const at = <usize>slot * <usize>inputsPadded;
  for (let i = 0; i < inputs; i++) {
    setBounds(i, <i32>load<i16>(slotLow + ((at + <usize>i) << 1)), <i32>load<i16>(slotHigh + ((at + <usize>i) << 1)));
    store<f64>(boxWeights + (<usize>i << 3), <f64>load<f32>(slotWeights + ((at + <usize>i) << 2)));
  }
  return load<i64>(slotBound + (<usize>slot << 3));
}

function swap(a: i32, b: i32): void {
  const slot = load<i32>(heapAt(a));
  store<i32>(heapAt(a), load<i32>(heapAt(b)));
  store<i32>(heapAt(b), slot);
}
