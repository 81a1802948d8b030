import { coversI16, excessI16, widenI16 } from '../../base/kernels/simd';
import { reserve, reserveRaw } from '../../base/arena';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { entryAt, entryBytes, entryCount, largestPrice, priceOf, rowLanes } from './flip-lists';

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
const TAIL = 16;
let capacity: i32 = 0;
let nodes: usize = 0; // two trees
let nodeBytes: usize = 0;
let counts: usize = 0; // i32 [2]
let stack: usize = 0; // i32 pairs of nodes
let depth: i32 = 0;
let spare: usize = 0; // an entry on its way
const MOST_STACK = 8192;

/** i16 [DP]: what the sum of two entries has to reach on every row; the caller's to fill before a join, and to raise during it. */
export let need: usize = 0;
/** i16 [DP]: the relaxation's multipliers, scaled to a sum of 2^14 at most. */
export let shares: usize = 0;
/** f32 [DP]: how much a row counts, by its multiplier: the size of changes, a start above level, the width of a node that is halved. */
export let rowWeights: usize = 0;
/** R: what the relaxation allows all rows together above their needs, at no price. */
export let allowance: f32 = 0;

/** The pair found last: addresses of the entries. */
export let foundLeft: usize = 0;
export let foundRight: usize = 0;

let leafLeft: usize = 0; // the pair of leaves under way
let leafRight: usize = 0;
let nextLeft: i32 = 0;
let nextRight: i32 = 0;

export function reserveFlipTree(mostLanes: i32, entries: i32): void {
  capacity = entries / 2;
  nodeBytes = (<usize>mostLanes << 2) + TAIL;
  nodes = reserveRaw(2 * <usize>capacity * nodeBytes);
  counts = reserve(8);
  stack = reserve(MOST_STACK << 3);
  need = reserve(<usize>mostLanes << 1);
  shares = reserve(<usize>mostLanes << 1);
  rowWeights = reserve(<usize>mostLanes << 2);
  spare = reserve((<usize>mostLanes << 1) + 16);
}

export function setAllowance(value: f32): void {
  allowance = value;
}

// @ts-ignore: decorator
@inline
function nodeAt(half: i32, node: i32): usize {
  return nodes + <usize>(half * capacity + node) * nodeBytes;
}
// @ts-ignore: decorator
@inline
function lowOf(node: usize): usize {
  return node + (<usize>rowLanes << 1);
}
// @ts-ignore: decorator
@inline
function tailOf(node: usize): usize {
  return node + (<usize>rowLanes << 2);
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
  nodeBytes = (<usize>rowLanes << 2) + TAIL;
  store<i32>(counts + (<usize>half << 2), 1);
  box(half, 0, 0, entryCount(half));
  // The nodes are split in the order they are made; children are neighbours and come after their parents.
  for (let node = 0; node < load<i32>(counts + (<usize>half << 2)); node++) {
    breathe();
    split(half, node);
  }
}

function box(half: i32, index: i32, from: i32, to: i32): void {
  const node = nodeAt(half, index);
  const low = lowOf(node);
  memory.copy(node, entryAt(half, from), <usize>rowLanes << 1);
  memory.copy(low, node, <usize>rowLanes << 1);
  let least = f32.MAX_VALUE;
  for (let e = from; e < to; e++) {
    const entry = entryAt(half, e);
    widenI16(low, node, entry, rowLanes);
    least = min(least, priceOf(entry));
  }
  const tail = tailOf(node);
  store<f32>(tail, least);
  store<i32>(tail, from, 4);
  store<i32>(tail, to, 8);
  store<i32>(tail, -1, 12);
  spend(<f64>((to - from) * rowLanes) / 12);
}

function split(half: i32, index: i32): void {
  const node = nodeAt(half, index);
  const from = fromOf(node);
  const to = toOf(node);
  const count = load<i32>(counts + (<usize>half << 2));
  if (to - from <= LEAF || count + 2 > capacity) return;
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
  store<i32>(counts + (<usize>half << 2), count + 2);
  store<i32>(tailOf(node), count, 12);
  box(half, count, from, i);
  box(half, count + 1, i, to);
  spend(<f64>(to - from));
}

/** The row whose width counts most; -1 where all entries are alike on every row that counts. */
function widest(node: usize): i32 {
  let most: f32 = 0;
  let row = -1;
  for (let r = 0; r < rowLanes; r++) {
    const at = <usize>r << 1;
    const width = <f32>(<i32>load<i16>(node + at) - <i32>load<i16>(lowOf(node) + at)) * load<f32>(rowWeights + (<usize>r << 2));
    if (width <= most) continue;
    most = width;
    row = r;
  }
  return row;
}

function swap(a: usize, b: usize): void {
  for (let at: usize = 0; at < entryBytes; at += 16) {
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
  depth = 0;
  leafLeft = 0;
}

function push(left: i32, right: i32): void {
  store<i32>(stack + (<usize>depth << 3), left);
  store<i32>(stack + (<usize>depth << 3), right, 4);
  depth++;
}

/** Pairs of nodes that the last `stepJoin` looked at. */
export let visited: i32 = 0;

/**
 * Goes on with the join for up to `visits` pairs of nodes. True where a pair of entries has been found (call again for more),
 * false where the visits are used up or the join is through: `joinOpen`.
 */
export function stepJoin(visits: i32): bool {
  const found = findPair(visits);
  spend(<f64>(visited * rowLanes) / 6);
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
  return unit * (8 * abs(allowance) + 64 * largestPrice);
}

function findPair(visits: i32): bool {
  visited = 0;
  while (visited < visits) {
    if (leafLeft != 0 && scanLeaves()) return true;
    if (depth == 0) break;
    visited++;
    if ((visited & 1023) == 0) {
      strain(<f64>(1024 * rowLanes) / 6);
      breathe();
    }
    depth--;
    const leftIndex = load<i32>(stack + (<usize>depth << 3));
    const rightIndex = load<i32>(stack + (<usize>depth << 3), 4);
    const left = nodeAt(0, leftIndex);
    const right = nodeAt(1, rightIndex);
    if (!coversI16(left, right, need, rowLanes)) continue;
    const rest = allowance - cheapest(left) - cheapest(right) + roundingError();
    if (rest < 0 || <f32>excessI16(lowOf(left), lowOf(right), need, shares, rowLanes) > rest * 16384 + 16) continue;
    const downLeft = childOf(left);
    const downRight = childOf(right);
    if ((downLeft < 0 && downRight < 0) || depth + 2 > MOST_STACK) {
      leafLeft = left;
      leafRight = right;
      nextLeft = fromOf(left);
      nextRight = fromOf(right);
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
  return depth > 0 || leafLeft != 0;
}

/** All pairs of two leaves from where the last find was; false when they are through. */
function scanLeaves(): bool {
  const lastLeft = toOf(leafLeft);
  const lastRight = toOf(leafRight);
  let tests = 0;
  while (nextLeft < lastLeft) {
    const entry = entryAt(0, nextLeft);
    if (nextRight > fromOf(leafRight) || coversI16(entry, leafRight, need, rowLanes)) {
      while (nextRight < lastRight) {
        const partner = entryAt(1, nextRight++);
        tests++;
        if (!coversI16(entry, partner, need, rowLanes)) continue;
        foundLeft = entry;
        foundRight = partner;
        spend(<f64>(tests * rowLanes) / 16);
        return true;
      }
    }
    nextLeft++;
    nextRight = fromOf(leafRight);
  }
  leafLeft = 0;
  spend(<f64>(tests * rowLanes) / 16);
  return false;
}
