import { numberNode, Trace } from '../../base/trace';
import { poolBound, poolCapacity, poolChildren, poolDepth, poolHeap, poolHigh, poolInput, poolLow, poolNumbers, poolParent, poolReserve, poolStack, WeightPool } from './state';

/**
 * The nodes of Level B (neuron-tree.ts). A node is one narrowed box; its other boxes are those of its ancestors, so children know their
 * parent, and a slot lives until the last of its children is closed. The open nodes form a heap: best bound first, deeper
 * first among equals.
 *
 * When the slots run low the search goes depth first until enough are free again: children go on a stack, and an empty
 * stack takes the heap's last node, one of those nearest to being closed. Depth first needs a slot or two a level, which
 * the reserve always holds: the deepest path narrows every box to a point.
 */

export function clearWeightPool(): void {
  WeightPool.open = 0;
  WeightPool.used = 0;
  WeightPool.free = -1;
  WeightPool.freeCount = 0;
  WeightPool.stacked = 0;
  WeightPool.stackedBound = i32.MIN_VALUE;
}

/** Forgets the open nodes of the heap: none of them can be of use any more. */
export function closeAllWeights(): void {
  WeightPool.open = 0;
}

/** Whether two more nodes fit at all. */
export function roomForTwo(): bool {
  return poolCapacity - WeightPool.used + WeightPool.freeCount >= 2 && WeightPool.stacked < poolReserve;
}

function low(): bool {
  return poolCapacity - WeightPool.used + WeightPool.freeCount < poolReserve;
}

// @ts-ignore: decorator
@inline
export function parentOf(node: i32): i32 {
  return load<i32>(poolParent + (<usize>node << 2));
}
// @ts-ignore: decorator
@inline
export function inputOf(node: i32): i32 {
  return load<i32>(poolInput + (<usize>node << 2));
}
// @ts-ignore: decorator
@inline
export function lowOf(node: i32): i32 {
  return <i32>load<i16>(poolLow + (<usize>node << 1));
}
// @ts-ignore: decorator
@inline
export function highOf(node: i32): i32 {
  return <i32>load<i16>(poolHigh + (<usize>node << 1));
}
// @ts-ignore: decorator
@inline
export function boundOf(node: i32): i32 {
  return load<i32>(poolBound + (<usize>node << 2));
}

/** A node below `parent` (-1: the root) in which weight `input` lies in [low, high]; not open yet. */
export function newWeightNode(parent: i32, input: i32, low: i32, high: i32, bound: i32): i32 {
  let at = WeightPool.free;
  if (at >= 0) {
    WeightPool.free = parentOf(at);
    WeightPool.freeCount--;
  } else at = WeightPool.used++;
  assert(at < poolCapacity, 'weight-pool: no slot is free');
  store<i32>(poolParent + (<usize>at << 2), parent);
  store<i32>(poolInput + (<usize>at << 2), input);
  store<i16>(poolLow + (<usize>at << 1), <i16>low);
  store<i16>(poolHigh + (<usize>at << 1), <i16>high);
  store<i32>(poolBound + (<usize>at << 2), bound);
  store<i32>(poolDepth + (<usize>at << 2), parent < 0 ? 0 : load<i32>(poolDepth + (<usize>parent << 2)) + 1);
  if (Trace.on) store<i32>(poolNumbers + (<usize>at << 2), numberNode());
  return at;
}

/** The number of a node that is watched; 0: there is none. */
export function numberOf(node: i32): i32 {
  return node < 0 ? 0 : load<i32>(poolNumbers + (<usize>node << 2));
}

/** The node has been replaced by so many children. */
export function replaceByChildren(node: i32, count: i32): void {
  store<u8>(poolChildren + <usize>node, <u8>count);
}

/** Gives a closed node's slot back, and those of its ancestors that have no open child left. */
export function closeWeights(node: i32): void {
  let at = node;
  while (at >= 0) {
    const parent = parentOf(at);
    store<i32>(poolParent + (<usize>at << 2), WeightPool.free);
    WeightPool.free = at;
    WeightPool.freeCount++;
    if (parent < 0) return;
    assert(load<u8>(poolChildren + <usize>parent) > 0, 'weight-pool: closed twice');
    const left = load<u8>(poolChildren + <usize>parent) - 1;
    store<u8>(poolChildren + <usize>parent, left);
    if (left > 0) return;
    at = parent;
  }
}

/** The best bound of the open nodes; call only while there are some. */
export function bestWeightsBound(): i32 {
  assert(WeightPool.open > 0, 'weight-pool: no open node');
  return boundOf(load<i32>(poolHeap));
}

// @ts-ignore: decorator
@inline
function before(a: i32, b: i32): bool {
  const boundA = boundOf(a);
  const boundB = boundOf(b);
  if (boundA != boundB) return boundA > boundB;
  return load<i32>(poolDepth + (<usize>a << 2)) > load<i32>(poolDepth + (<usize>b << 2));
}

/** Opens a node on the stack, where it goes before the heap. */
export function stackNode(node: i32): void {
  assert(WeightPool.stacked < poolReserve, 'weight-pool: the stack is full');
  store<i32>(poolStack + (<usize>WeightPool.stacked << 2), node);
  WeightPool.stackedBound = max(WeightPool.stackedBound, boundOf(node));
  WeightPool.stacked++;
}

/** Whether depth-first work can be had for the asking: the stack is empty, and slots are not low. */
export function stackFree(): bool {
  return WeightPool.stacked == 0 && !low();
}

/** Closes everything on the stack. */
export function closeStack(): void {
  while (WeightPool.stacked > 0) closeWeights(load<i32>(poolStack + (<usize>(--WeightPool.stacked) << 2)));
}

/** Opens a node: into the heap, or on the stack where slots are low. */
export function openNode(node: i32): void {
  if (WeightPool.stacked == 0 && !low()) {
    pushWeights(node);
    return;
  }
  stackNode(node);
}

/** The node to go on with: of the stack, or the best of the heap, or, where slots are low, its last. Call while there is one. */
export function takeWeights(): i32 {
  if (WeightPool.stacked > 0) {
    WeightPool.stacked--;
    return load<i32>(poolStack + (<usize>WeightPool.stacked << 2));
  }
  assert(WeightPool.open > 0, 'weight-pool: no open node');
  WeightPool.stackedBound = i32.MIN_VALUE;
  if (!low()) return popWeights();
  WeightPool.open--;
  const node = load<i32>(poolHeap + (<usize>WeightPool.open << 2));
  WeightPool.stackedBound = boundOf(node);
  return node;
}

export function pushWeights(node: i32): void {
  assert(WeightPool.open < poolCapacity && node < WeightPool.used, 'weight-pool: not a node');
  let at = WeightPool.open++;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const other = load<i32>(poolHeap + (<usize>up << 2));
    if (!before(node, other)) break;
    store<i32>(poolHeap + (<usize>at << 2), other);
    at = up;
  }
  store<i32>(poolHeap + (<usize>at << 2), node);
}

export function popWeights(): i32 {
  assert(WeightPool.open > 0, 'weight-pool: no open node');
  const top = load<i32>(poolHeap);
  WeightPool.open--;
  const node = load<i32>(poolHeap + (<usize>WeightPool.open << 2));
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= WeightPool.open) break;
    const right = child + 1;
    if (right < WeightPool.open && before(load<i32>(poolHeap + (<usize>right << 2)), load<i32>(poolHeap + (<usize>child << 2)))) child = right;
    if (!before(load<i32>(poolHeap + (<usize>child << 2)), node)) break;
    store<i32>(poolHeap + (<usize>at << 2), load<i32>(poolHeap + (<usize>child << 2)));
    at = child;
  }
  store<i32>(poolHeap + (<usize>at << 2), node);
  return top;
}
