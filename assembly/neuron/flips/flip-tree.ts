import { coversI16, excessI16, widenI16 } from '../../base/kernels/simd';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { entryAt, entryCount, priceOf } from './flip-lists';
import { FlipLists, FlipTree, MOST_STACK, need, NODE_TAIL, pairs, rowWeights, shares, treeCounts, treeNodes } from './state';

/**
 * The join of the two flip lists: all pairs of entries whose sum reaches `need` on every row. Each list is sorted into
 * a tree of boxes (halved at the mean of the widest row), and pairs of boxes are followed down together:
 *
 *     node   | i16 [DP] high | i16 [DP] low | f32 cheapest price | i32 from | i32 to | i32 first child, -1: leaf |
 *
 * Two boxes part company where their highs miss the need of some row, and where the relaxation says so: with its multipliers
 * lambda, `sum lambda_r (need_r missed by nothing)` = R - prices, so the lows may exceed the needs by R in the
 * lambda-weighted sum and no more. In sixteen tight rows that leaves 10^-4 of the pairs of nodes, and a join of
 * 10^5 x 10^5 entries takes milliseconds. Guides only: a pair that is found is recounted.
 */
const LEAF = 16;

export function setAllowance(value: f32): void {
  FlipTree.allowance = value;
}

// @ts-ignore: decorator
@inline
function nodeAt(half: i32, node: i32): usize {
  assert((half & ~1) == 0 && <u32>node < <u32>FlipTree.capacity);
  return treeNodes + <usize>(half * FlipTree.capacity + node) * FlipTree.nodeBytes;
}
// @ts-ignore: decorator
@inline
function lowOf(node: usize): usize {
  return node + (<usize>FlipLists.lanes << 1);
}
// @ts-ignore: decorator
@inline
function tailOf(node: usize): usize {
  return node + (<usize>FlipLists.lanes << 2);
}
// @ts-ignore: decorator
@inline
function cheapest(node: usize): f32 {
  return load<f32>(tailOf(node));
}
// @ts-ignore: decorator
@inline
function fromOf(node: usize): i32 {
  return load<i32>(tailOf(node), 4);
}
// @ts-ignore: decorator
@inline
function toOf(node: usize): i32 {
  return load<i32>(tailOf(node), 8);
}
// @ts-ignore: decorator
@inline
function childOf(node: usize): i32 {
  return load<i32>(tailOf(node), 12);
}

/** Sorts a list into its tree. */
export function buildFlipTree(half: i32): void {
  FlipTree.nodeBytes = (<usize>FlipLists.lanes << 2) + NODE_TAIL;
  store<i32>(treeCounts + (<usize>half << 2), 1);
  box(half, 0, 0, entryCount(half));
  // The nodes are split in the order they are made; children are neighbours and come after their parents.
  for (let node = 0; node < load<i32>(treeCounts + (<usize>half << 2)); node++) {
    breathe();
    split(half, node);
  }
}

function box(half: i32, index: i32, from: i32, to: i32): void {
  const node = nodeAt(half, index);
  const low = lowOf(node);
  memory.copy(node, entryAt(half, from), <usize>FlipLists.lanes << 1);
  memory.copy(low, node, <usize>FlipLists.lanes << 1);
  let least = f32.MAX_VALUE;
  for (let e = from; e < to; e++) {
    const entry = entryAt(half, e);
    widenI16(low, node, entry, FlipLists.lanes);
    least = min(least, priceOf(entry));
  }
  const tail = tailOf(node);
  store<f32>(tail, least);
  store<i32>(tail, from, 4);
  store<i32>(tail, to, 8);
  store<i32>(tail, -1, 12);
  spend(<f64>((to - from) * FlipLists.lanes) / 12);
}

function split(half: i32, index: i32): void {
  const node = nodeAt(half, index);
  const from = fromOf(node);
  const to = toOf(node);
  const count = load<i32>(treeCounts + (<usize>half << 2));
  if (to - from <= LEAF || count + 2 > FlipTree.capacity) return;
  const row = widest(node);
  if (row < 0) return;
  let sum: i64 = 0;
  for (let e = from; e < to; e++) sum += <i64>load<i16>(entryAt(half, e) + (<usize>row << 1));
  const mean = <i32>Math.floor(<f64>sum / <f64>(to - from));
  let i = from;
  let j = to - 1;
  for (;;) {
    while (i <= j && <i32>load<i16>(entryAt(half, i) + (<usize>row << 1)) <= mean) i++;
    while (i <= j && <i32>load<i16>(entryAt(half, j) + (<usize>row << 1)) > mean) j--;
    if (i > j) break;
    swap(entryAt(half, i++), entryAt(half, j--));
  }
  if (i == from || i == to) return;
  store<i32>(treeCounts + (<usize>half << 2), count + 2);
  store<i32>(tailOf(node), count, 12);
  box(half, count, from, i);
  box(half, count + 1, i, to);
  spend(<f64>(to - from));
}

/** The row whose width counts most; -1 where all entries are alike on every row that counts. */
function widest(node: usize): i32 {
  let most: f32 = 0;
  let row = -1;
  for (let r = 0; r < FlipLists.lanes; r++) {
    const at = <usize>r << 1;
    const width = <f32>(<i32>load<i16>(node + at) - <i32>load<i16>(lowOf(node) + at)) * load<f32>(rowWeights + (<usize>r << 2));
    if (width <= most) continue;
    most = width;
    row = r;
  }
  return row;
}

function swap(a: usize, b: usize): void {
  for (let at: usize = 0; at < FlipLists.entryBytes; at += 16) {
    const x = v128.load(a + at);
    v128.store(a + at, v128.load(b + at));
    v128.store(b + at, x);
  }
}

/** Starts a join of the two trees. */
export function beginJoin(): void {
  endJoin();
  push(0, 0);
}

/** Gives the join up. */
export function endJoin(): void {
  FlipTree.depth = 0;
  FlipTree.leafLeft = 0;
}

function push(left: i32, right: i32): void {
  assert(FlipTree.depth < MOST_STACK);
  store<i32>(pairs + (<usize>FlipTree.depth << 3), left);
  store<i32>(pairs + (<usize>FlipTree.depth << 3), right, 4);
  FlipTree.depth++;
}

/**
 * Goes on with the join for up to `visits` pairs of nodes. True where a pair of entries has been found (call again for more),
 * false where the visits are used up or the join is through: `joinOpen`.
 */
export function stepJoin(visits: i32): bool {
  const found = findPair(visits);
  spend(<f64>(FlipTree.visited * FlipLists.lanes) / 6);
  return found;
}

/**
 * More than f32 makes of the allowance and of prices, which must not part two boxes. With A = |R| and P the largest price of a
 * flip, in units of 2^-24: A for the rounding of R; 8 P for an entry's price (three roundings of P, sums of 2 P and 3 P),
 * twice; and for each of the five operations of the test not more than A + 6 P. A share of the entries' own prices is
 * no bound: those of three flips may cancel, and then nothing but the error is left of them.
 */
// @ts-ignore: decorator
@inline
function roundingError(): f32 {
  const unit: f32 = 1.0 / 16777216;
  return unit * (8 * abs(FlipTree.allowance) + 64 * FlipLists.largestPrice);
}

function findPair(visits: i32): bool {
  FlipTree.visited = 0;
  while (FlipTree.visited < visits) {
    if (FlipTree.leafLeft != 0 && scanLeaves()) return true;
    if (FlipTree.depth == 0) break;
    FlipTree.visited++;
    if ((FlipTree.visited & 1023) == 0) {
      strain(<f64>(1024 * FlipLists.lanes) / 6);
      breathe();
    }
    FlipTree.depth--;
    const leftIndex = load<i32>(pairs + (<usize>FlipTree.depth << 3));
    const rightIndex = load<i32>(pairs + (<usize>FlipTree.depth << 3), 4);
    const left = nodeAt(0, leftIndex);
    const right = nodeAt(1, rightIndex);
    if (!coversI16(left, right, need, FlipLists.lanes)) continue;
    const rest = FlipTree.allowance - cheapest(left) - cheapest(right) + roundingError();
    if (rest < 0 || <f32>excessI16(lowOf(left), lowOf(right), need, shares, FlipLists.lanes) > rest * 16384 + 16) continue;
    const downLeft = childOf(left);
    const downRight = childOf(right);
    if ((downLeft < 0 && downRight < 0) || FlipTree.depth + 2 > MOST_STACK) {
      FlipTree.leafLeft = left;
      FlipTree.leafRight = right;
      FlipTree.nextLeft = fromOf(left);
      FlipTree.nextRight = fromOf(right);
    } else if (downRight < 0 || (downLeft >= 0 && toOf(left) - fromOf(left) >= toOf(right) - fromOf(right))) {
      push(downLeft + 1, rightIndex);
      push(downLeft, rightIndex);
    } else {
      push(leftIndex, downRight + 1);
      push(leftIndex, downRight);
    }
  }
  return false;
}

export function joinOpen(): bool {
  return FlipTree.depth > 0 || FlipTree.leafLeft != 0;
}

/** All pairs of two leaves from where the last find was; false when they are through. */
function scanLeaves(): bool {
  const lastLeft = toOf(FlipTree.leafLeft);
  const lastRight = toOf(FlipTree.leafRight);
  let tests = 0;
  while (FlipTree.nextLeft < lastLeft) {
    const entry = entryAt(0, FlipTree.nextLeft);
    if (FlipTree.nextRight > fromOf(FlipTree.leafRight) || coversI16(entry, FlipTree.leafRight, need, FlipLists.lanes)) {
      while (FlipTree.nextRight < lastRight) {
        const partner = entryAt(1, FlipTree.nextRight++);
        tests++;
        if (!coversI16(entry, partner, need, FlipLists.lanes)) continue;
        FlipTree.foundLeft = entry;
        FlipTree.foundRight = partner;
        spend(<f64>(tests * FlipLists.lanes) / 16);
        return true;
      }
    }
    FlipTree.nextLeft++;
    FlipTree.nextRight = fromOf(FlipTree.leafRight);
  }
  FlipTree.leafLeft = 0;
  spend(<f64>(tests * FlipLists.lanes) / 16);
  return false;
}
