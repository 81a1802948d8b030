import { reserve, reserveRaw } from '../../base/arena';

/**
 * The nodes of Level B (neuron-tree.ts). A node is one narrowed box; its other boxes are those of its ancestors, so children know their
 * parent, and a slot lives until the last of its children is closed. The open nodes form a heap: best bound first, deeper
 * first among equals.
 *
 * When the slots run low the search goes depth first until enough are free again: children go on a stack, and an empty
 * stack takes the heap's last node, one of those nearest to being closed. Depth first needs a slot or two a level, which
 * the reserve always holds: the deepest path narrows every box to a point.
 */
let capacity: i32 = 0;
let parents: usize = 0; // i32; of a free slot: the next free one
let branchInput: usize = 0; // i32
let branchLow: usize = 0; // i16
let branchHigh: usize = 0; // i16
let bounds: usize = 0; // i32
let depths: usize = 0; // i32
let children: usize = 0; // u8: open children
let heap: usize = 0; // i32
export let openWeights: i32 = 0;
let used: i32 = 0;
let freeSlots: i32 = -1;
let freeCount: i32 = 0;
let stack: usize = 0; // i32 [RESERVE]
export let stacked: i32 = 0;
/** The bound of everything that goes depth first. */
export let stackedBound: i32 = 0;
const RESERVE = 2048;

export function reserveWeightPool(nodes: i32): void {
  capacity = max(nodes, 2 * RESERVE);
  const n = <usize>capacity;
  stack = reserve(RESERVE << 2);
  parents = reserveRaw(n << 2);
  branchInput = reserveRaw(n << 2);
  branchLow = reserveRaw(n << 1);
  branchHigh = reserveRaw(n << 1);
  bounds = reserveRaw(n << 2);
  depths = reserveRaw(n << 2);
  children = reserveRaw(n);
  heap = reserveRaw(n << 2);
}

export function clearWeightPool(): void {
  openWeights = 0;
  used = 0;
  freeSlots = -1;
  freeCount = 0;
  stacked = 0;
  stackedBound = i32.MIN_VALUE;
}

/** Forgets the open nodes of the heap: none of them can be of use any more. */
export function closeAllWeights(): void {
  openWeights = 0;
}

/** Whether two more nodes fit at all. */
export function roomForTwo(): bool {
  return capacity - used + freeCount >= 2 && stacked < RESERVE;
}

function low(): bool {
  return capacity - used + freeCount < RESERVE;
}

// @ts-ignore: decorator
@inline
export function parentOf(node: i32): i32 {
  return load<i32>(parents + (<usize>node << 2));
}
// @ts-ignore: decorator
@inline
export function inputOf(node: i32): i32 {
  return load<i32>(branchInput + (<usize>node << 2));
}
// @ts-ignore: decorator
@inline
export function lowOf(node: i32): i32 {
  return <i32>load<i16>(branchLow + (<usize>node << 1));
}
// @ts-ignore: decorator
@inline
export function highOf(node: i32): i32 {
  return <i32>load<i16>(branchHigh + (<usize>node << 1));
}
// @ts-ignore: decorator
@inline
export function boundOf(node: i32): i32 {
  return load<i32>(bounds + (<usize>node << 2));
}

/** A node below `parent` (-1: the root) in which weight `input` lies in [low, high]; not open yet. */
export function newWeightNode(parent: i32, input: i32, low: i32, high: i32, bound: i32): i32 {
  let at = freeSlots;
  if (at >= 0) {
    freeSlots = parentOf(at);
    freeCount--;
  } else at = used++;
  store<i32>(parents + (<usize>at << 2), parent);
  store<i32>(branchInput + (<usize>at << 2), input);
  store<i16>(branchLow + (<usize>at << 1), <i16>low);
  store<i16>(branchHigh + (<usize>at << 1), <i16>high);
  store<i32>(bounds + (<usize>at << 2), bound);
  store<i32>(depths + (<usize>at << 2), parent < 0 ? 0 : load<i32>(depths + (<usize>parent << 2)) + 1);
  return at;
}

/** The node has been replaced by so many children. */
export function replaceByChildren(node: i32, count: i32): void {
  store<u8>(children + <usize>node, <u8>count);
}

/** Gives a closed node's slot back, and those of its ancestors that have no open child left. */
export function closeWeights(node: i32): void {
  let at = node;
  while (at >= 0) {
    const parent = parentOf(at);
    store<i32>(parents + (<usize>at << 2), freeSlots);
    freeSlots = at;
    freeCount++;
    if (parent < 0) return;
    const left = load<u8>(children + <usize>parent) - 1;
    store<u8>(children + <usize>parent, left);
    if (left > 0) return;
    at = parent;
  }
}

/** The best bound of the open nodes; call only while there are some. */
export function bestWeightsBound(): i32 {
  return boundOf(load<i32>(heap));
}

// @ts-ignore: decorator
@inline
function before(a: i32, b: i32): bool {
  const boundA = boundOf(a);
  const boundB = boundOf(b);
  if (boundA != boundB) return boundA > boundB;
  return load<i32>(depths + (<usize>a << 2)) > load<i32>(depths + (<usize>b << 2));
}

/** Opens a node on the stack, where it goes before the heap. */
export function stackNode(node: i32): void {
  store<i32>(stack + (<usize>stacked << 2), node);
  stackedBound = max(stackedBound, boundOf(node));
  stacked++;
}

/** Whether depth-first work can be had for the asking: the stack is empty, and slots are not low. */
export function stackFree(): bool {
  return stacked == 0 && !low();
}

/** Closes everything on the stack. */
export function closeStack(): void {
  while (stacked > 0) closeWeights(load<i32>(stack + (<usize>(--stacked) << 2)));
}

/** Opens a node: into the heap, or on the stack where slots are low. */
export function openNode(node: i32): void {
  if (stacked == 0 && !low()) {
    pushWeights(node);
    return;
  }
  stackNode(node);
}

/** The node to go on with: of the stack, or the best of the heap, or, where slots are low, its last. Call while there is one. */
export function takeWeights(): i32 {
  if (stacked > 0) {
    stacked--;
    return load<i32>(stack + (<usize>stacked << 2));
  }
  stackedBound = i32.MIN_VALUE;
  if (!low()) return popWeights();
  openWeights--;
  const node = load<i32>(heap + (<usize>openWeights << 2));
  stackedBound = boundOf(node);
  return node;
}

export function pushWeights(node: i32): void {
  let at = openWeights++;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const other = load<i32>(heap + (<usize>up << 2));
    if (!before(node, other)) break;
    store<i32>(heap + (<usize>at << 2), other);
    at = up;
  }
  store<i32>(heap + (<usize>at << 2), node);
}

export function popWeights(): i32 {
  const top = load<i32>(heap);
  openWeights--;
  const node = load<i32>(heap + (<usize>openWeights << 2));
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= openWeights) break;
    const right = child + 1;
    if (right < openWeights && before(load<i32>(heap + (<usize>right << 2)), load<i32>(heap + (<usize>child << 2)))) child = right;
    if (!before(load<i32>(heap + (<usize>child << 2)), node)) break;
    store<i32>(heap + (<usize>at << 2), load<i32>(heap + (<usize>child << 2)));
    at = child;
  }
  store<i32>(heap + (<usize>at << 2), node);
  return top;
}
