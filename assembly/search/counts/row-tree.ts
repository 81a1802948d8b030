import { CHECKED } from '../../base/check';
import { countNode, spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { Clock } from '../../base/state';
import { costOf, isUnsparing, Limits, totalCost } from '../../problem/limits';
import { sampleCount } from '../../problem/shape';
import { bound, improveBound, NO_VALUE, objective } from '../../record/incumbent';
import { beginConflicts, FREE, GIVEN, HELD, separateConflicts } from './conflicts';
import { closingRows } from './count-witness';
import { basicOf, belowZero, entering, leaving, lifting, pivot, rowOf, valueOf } from './simplex';
import { BY_GIVEN, BY_PACKING, conflictRows, Conflicts, conflictStarts, conflictUsed, Programs, rowLoads, RowNode, rowPath, RowTree, rowStates, shares, slackPlaces } from './state';

/**
 * SM for a single neuron by its rows: a node says of some rows that they are held, of others that they are given up. Every
 * conflict (conflicts.ts) loses a row, so the conflicts of which no row is given up bound what is lost beside those: by the
 * packing
 *
 *     maximise sum_C u_C   subject to   sum over the conflicts with row k of u_C <= what row k costs, k free,   u >= 0
 *
 * of which any u is a bound: rounded to whole numbers, the sum by the largest load for each unit of a row's cost, rounded up. Its prices z_k are the shares of the rows, by
 * which more conflicts are looked for, and of which the most undecided says where to branch. The pool serves the whole tree and
 * all passes: as in count-boxes.ts a pass asks whether less than so much can be lost, and the next for one row more. A row that costs nothing is
 * given up from the beginning. How many rows of a label may be lost is not asked: the bound holds without that.
 *
 * What real weights satisfy has no conflict. Where a node has given up as many rows as it may, all others are held, and its owner
 * may ask whole weights (`leaf`, `closeLeaf`); elsewhere the tree is at its end there and says nothing more.
 */
const ROUNDS = 4; // of separating in a node; many in the root
const ROOT_ROUNDS = 300;
const MOST_ROUNDS = 2000;
const ONE: f64 = 1048576.0;
const MOST_PACKED_TIMES: i64 = (<i64>1) << 33; // times a cost of 10^9 it fits 63 bits; 4,096 rows have half of it at most, whatever they cost
const MOST_PIVOTS = 3000;
const MOST_NEW = 16; // conflicts that join the packing at a time, those first that are violated most: with so few shares, then with more
const FEW_SHARES: f64 = 0.55;
const MOST_JOININGS = 6;

let losses: i64 = 0; // asked for: the pass shows that so much is lost
let depth: i32 = 0;
let given: i64 = 0; // what the rows cost that are given up
let root: bool = true;
let value: f64 = 0; // of the packing
let refill: bool = false; // it was begun anew: what was of use comes first

/** What a round leaves of the node at hand: it is to be branched on, closed, past all help, or has another round to come. */
export const BRANCH = 0;
export const CLOSED = 1;
export const STUCK = 2;
export const MORE = 3;
let round: i32 = 0; // of separating in this node

/** Nothing is shown by rows of the stage that begins. */
export function forgetRowTree(): void {
  RowTree.open = false;
  RowTree.begun = false;
  RowTree.others = i64.MAX_VALUE;
  RowTree.shown = i64.MAX_VALUE;
}

/** The columns must stand. */
export function beginRowTree(): void {
  RowTree.open = RowTree.fits && sampleCount > 1;
  if (!RowTree.open) return;
  beginConflicts();
  RowTree.begun = true;
  depth = 0;
  RowTree.total = totalCost();
  RowTree.unit = Limits.costed ? max<f64>(1, <f64>RowTree.total) / <f64>sampleCount : 1;
  for (let k = 0; k < sampleCount; k++) store<u8>(rowStates + <usize>k, costOf(k) == 0 ? GIVEN : FREE);
  beginPacking();
  beginPass();
}

/** The pass shows that no weights have more. */
function aim(): i64 {
  return RowTree.total - losses;
}

/** What has to be beaten: -1 where no network is known that keeps the limits. */
function least(): i64 {
  return objective == NO_VALUE ? -1 : objective;
}

function beginPass(): void {
  const from = min(bound, RowTree.total);
  if (from <= least()) {
    RowTree.open = false;
    return;
  }
  losses = RowTree.total - max(least(), from - max<i64>(1, <i64>RowTree.unit));
  rewindPass();
}

function rewindPass(): void {
  while (depth > 0) decide(load<i32>(rowPath + (<usize>--depth << 2)), FREE);
  given = 0;
  root = true;
  round = 0;
  RowTree.leaf = false;
  RowTree.byWeights = false;
}

/** For who writes it down: a pass, with the pool as it stands, that shows that no weights have more than `most`. The tree must have been begun. */
export function beginRowPass(most: i64): void {
  losses = RowTree.total - most;
  rewindPass();
}

/** About `effort` more units of work; false when it is at its end. */
export function stepRowTree(effort: f64): bool {
  const until = Clock.work + effort;
  while (RowTree.open && !RowTree.leaf && Clock.work < until) {
    if (aim() >= bound) beginPass(); // somebody else was faster
    if (RowTree.open) node();
    spend(100);
  }
  return RowTree.open;
}

/** A round of the node at hand, and what follows from it. */
function node(): void {
  const result = lookAtRows();
  if (result == STUCK) {
    if (isUnsparing() && isLeaf()) RowTree.leaf = true;
    else RowTree.open = false;
  } else if (result == BRANCH) holdPicked();
  else if (result == CLOSED) goOn();
}

/** No row more can be given up. */
function isLeaf(): bool {
  for (let k = 0; k < sampleCount; k++) if (load<u8>(rowStates + <usize>k) == FREE && given + <i64>costOf(k) < losses) return false;
  return true;
}

function goOn(): void {
  if (nextRows()) return;
  const most = aim();
  if (!RowTree.byWeights) RowTree.shown = min(RowTree.shown, most);
  improveBound(max(least(), most));
  beginPass();
}

/** The leaf at hand: no whole weights have all rows that are not given up, or nobody knows, and the tree is at its end. */
export function closeLeaf(closed: bool): void {
  RowTree.leaf = false;
  if (!closed) {
    RowTree.open = false;
    return;
  }
  if (CHECKED) closingRows(aim(), 'row-tree: the weights of a leaf');
  RowTree.byWeights = true;
  goOn();
}

/** The leaf is not asked any more: somebody else was faster. */
export function leaveLeaf(): void {
  RowTree.leaf = false;
  beginPass();
}

/** Whether the pass asks for something still: nobody else was faster. */
export function leafStands(): bool {
  return RowTree.open && RowTree.leaf && aim() < bound && aim() >= least();
}

/** A round of the node at hand. */
export function lookAtRows(): i32 {
  if (round == 0) countNode();
  const result = visit();
  round++;
  if (result == MORE) return MORE;
  round = 0;
  root = false;
  if (CHECKED && result == CLOSED) closingRows(aim(), 'row-tree: the conflicts of a node');
  return result;
}

/** Down to the first child of a branching: the row that was picked is held. */
export function holdPicked(): void {
  store<i32>(rowPath + (<usize>depth << 2), RowNode.pick);
  decide(RowNode.pick, HELD);
  depth++;
}

/** The other child of the last row that is held; false where there is none: the pass is over. */
export function nextRows(): bool {
  while (depth > 0) {
    const k = load<i32>(rowPath + (<usize>(depth - 1) << 2));
    if (load<u8>(rowStates + <usize>k) == HELD) {
      decide(k, GIVEN);
      given += <i64>costOf(k);
      return true;
    }
    decide(k, FREE);
    given -= <i64>costOf(k);
    depth--;
  }
  return false;
}

/** One round of conflicts for the node at hand: it is closed, or they bring no more, or another round is to come. */
function visit(): i32 {
  RowNode.closedBy = BY_GIVEN;
  if (given >= losses) return CLOSED;
  RowNode.closedBy = BY_PACKING;
  if (!pack()) return CLOSED; // a conflict of rows that are all held
  if (<f64>given + RowTree.unit * value > <f64>(losses - 1) + 1e-7 && isShown()) return CLOSED;
  const fresh = separateConflicts();
  const rounds = root ? ROOT_ROUNDS : ROUNDS;
  if (fresh > 0 && rounds > round) return MORE;
  choose(0);
  // Whole shares meet all conflicts that there are: one of their rows it is.
  if (RowNode.pick < 0 && fresh == 0) choose(1);
  if (RowNode.pick >= 0) return BRANCH;
  return fresh == 0 || round > MOST_ROUNDS ? STUCK : MORE;
}

// @ts-ignore: decorator
@inline
function startOf(c: i32): i32 {
  return load<i32>(conflictStarts + (<usize>c << 2));
}

// @ts-ignore: decorator
@inline
function stateAt(at: i32): u8 {
  return load<u8>(rowStates + <usize>load<i32>(conflictRows + (<usize>at << 2)));
}

/** What the free rows of a conflict cost at the shares that stand; `Infinity` where one is given up, -1 where none is free. */
function priceOf(c: i32): f64 {
  let sum: f64 = 0;
  let free = 0;
  const end = startOf(c + 1);
  for (let at = startOf(c); at < end; at++) {
    const state = stateAt(at);
    if (state == GIVEN) return Infinity;
    if (state == FREE) free++;
    sum += load<f64>(shares + (<usize>load<i32>(conflictRows + (<usize>at << 2)) << 3));
  }
  return free ? sum : -1;
}

/**
 * What the conflicts of a row may take together: what it costs, nothing where it is given up, anything where it is held. A little
 * more, and more for some than for others: with all the same, hundreds of pivots would not move.
 */
function roomOf(k: i32, state: u8): f64 {
  if (state == HELD) return <f64>(sampleCount + 1);
  if (state == GIVEN) return 0;
  const room = 1 + 1e-3 * (<f64>(<u32>(k * 0x9e3779b1) >>> 12) / 1048576);
  return Limits.costed ? (room * <f64>costOf(k)) / RowTree.unit : room;
}

/** The packing of nothing: no row has a price. */
function beginPacking(): void {
  const lp = Programs.packing;
  lp.rows = sampleCount;
  lp.columns = 0;
  lp.stalled = 0;
  for (let k = 0; k < sampleCount; k++) {
    store<f64>(shares + (<usize>k << 3), 0);
    store<f64>(lp.rhs + (<usize>k << 3), roomOf(k, load<u8>(rowStates + <usize>k)));
    store<i32>(lp.basic + (<usize>k << 2), -1 - k); // slack of row k
  }
  value = 0;
  refill = true;
}

/** A row changes its state, and the packing its right sides. */
function decide(k: i32, state: u8): void {
  const lp = Programs.packing;
  const by = roomOf(k, state) - roomOf(k, load<u8>(rowStates + <usize>k));
  store<u8>(rowStates + <usize>k, state);
  spend(<f64>(lp.rows + lp.columns));
  for (let r = 0; r < lp.rows; r++) {
    if (basicOf(lp, r) != -1 - k) continue;
    store<f64>(lp.rhs + (<usize>r << 3), valueOf(lp, r) + by);
    return;
  }
  for (let c = 0; c < lp.columns; c++) {
    if (load<i32>(lp.nonbasic + (<usize>c << 2)) != -1 - k) continue;
    for (let r = 0; r < lp.rows; r++) {
      const m = load<f64>(rowOf(lp, r) + (<usize>c << 3));
      store<f64>(lp.rhs + (<usize>r << 3), valueOf(lp, r) + by * m);
    }
    return;
  }
}

/**
 * Solves the packing of the node, from the one before: dual pivots, then what joins it. Its prices are the shares. False where a
 * conflict has held rows only. One that has no room left, or does not come to an end, is begun anew with what was of use.
 */
function pack(): bool {
  const lp = Programs.packing;
  if (!repair()) beginPacking();
  else if (!refill) readShares();
  let joined = 1;
  let dear = FEW_SHARES;
  for (let turn = 0; dear < 1; turn++) {
    joined = 0;
    findSlacks();
    const most = refill ? Programs.mostPacked >> 1 : MOST_NEW;
    for (let c = Conflicts.count - 1; c >= 0 && joined < most; c--) {
      if (refill && load<u8>(conflictUsed + <usize>c) == 0) continue;
      const price = priceOf(c);
      if (price < 0) {
        RowNode.closedBy = c;
        return false;
      }
      if (price > (refill ? 1 - 1e-6 : dear)) continue;
      if (lp.columns == Programs.mostPacked) {
        if (!purge()) return true;
        findSlacks();
      }
      join(c);
      breathe();
      joined++;
    }
    spend(<f64>startOf(Conflicts.count) + <f64>(lp.rows + lp.columns));
    breathe();
    if (joined > 0) {
      if (!solve()) {
        beginPacking();
        return true;
      }
      readShares();
    } else if (!refill) dear += 0.2;
    refill = false;
    if (turn == MOST_JOININGS) break;
  }
  return true;
}

/** Conflicts that are in the packing and not in its basis leave it, but for those that cost next to nothing. */
function purge(): bool {
  const lp = Programs.packing;
  const before = lp.columns;
  for (let c = lp.columns - 1; c >= 0; c--) {
    if (load<i32>(lp.nonbasic + (<usize>c << 2)) < 0 || load<f64>(lp.reduced + (<usize>c << 3)) < 0.02) continue;
    lp.columns--;
    const last = <usize>lp.columns;
    const to = <usize>c << 3;
    for (let r = 0; r < lp.rows; r++) store<f64>(rowOf(lp, r) + to, load<f64>(rowOf(lp, r) + (last << 3)));
    store<f64>(lp.reduced + to, load<f64>(lp.reduced + (last << 3)));
    store<i32>(lp.nonbasic + (<usize>c << 2), load<i32>(lp.nonbasic + (last << 2)));
  }
  spend(<f64>(before - lp.columns) * <f64>lp.rows);
  return lp.columns < before;
}

/** Where the slacks stand: row, or -1 - column. */
function findSlacks(): void {
  const lp = Programs.packing;
  for (let r = 0; r < lp.rows; r++) {
    const v = basicOf(lp, r);
    if (v < 0) store<i32>(slackPlaces + (<usize>(-1 - v) << 2), r);
  }
  for (let c = 0; c < lp.columns; c++) {
    const v = load<i32>(lp.nonbasic + (<usize>c << 2));
    if (v < 0) store<i32>(slackPlaces + (<usize>(-1 - v) << 2), -1 - c);
  }
}

/** Conflict `c` becomes a column: B^-1 times its rows, from what stands in the slacks' places. */
function join(c: i32): void {
  const lp = Programs.packing;
  const j = lp.columns;
  const place = <usize>j << 3;
  for (let r = 0; r < lp.rows; r++) store<f64>(rowOf(lp, r) + place, 0);
  let cost: f64 = -1;
  const end = startOf(c + 1);
  for (let at = startOf(c); at < end; at++) {
    const slack = load<i32>(slackPlaces + (<usize>load<i32>(conflictRows + (<usize>at << 2)) << 2));
    if (slack >= 0) {
      const cell = rowOf(lp, slack) + place;
      store<f64>(cell, load<f64>(cell) + 1);
      continue;
    }
    const column = <usize>(-1 - slack) << 3;
    cost += load<f64>(lp.reduced + column);
    for (let r = 0; r < lp.rows; r++) {
      const line = rowOf(lp, r);
      store<f64>(line + place, load<f64>(line + place) + load<f64>(line + column));
    }
  }
  store<f64>(lp.reduced + place, cost);
  store<i32>(lp.nonbasic + (<usize>j << 2), c);
  lp.columns++;
  spend(<f64>((end - startOf(c)) * lp.rows));
}

function solve(): bool {
  const lp = Programs.packing;
  for (let turn = 0; turn < MOST_PIVOTS; turn++) {
    const c = entering(lp);
    if (c < 0) return true;
    const r = leaving(lp, c);
    if (r < 0) return false;
    pivot(lp, r, c);
    breathe();
  }
  return false;
}

/** Dual pivots until nothing is below 0. */
function repair(): bool {
  const lp = Programs.packing;
  for (let turn = 0; turn < MOST_PIVOTS; turn++) {
    const r = belowZero(lp);
    if (r < 0) return solve();
    const c = lifting(lp, r);
    if (c < 0) return false;
    pivot(lp, r, c);
    breathe();
  }
  return false;
}

/** Prices of the rows, and the value of the packing. */
function readShares(): void {
  const lp = Programs.packing;
  for (let k = 0; k < sampleCount; k++) store<f64>(shares + (<usize>k << 3), 0);
  for (let c = 0; c < lp.columns; c++) {
    const v = load<i32>(lp.nonbasic + (<usize>c << 2));
    if (v < 0) store<f64>(shares + (<usize>(-1 - v) << 3), max<f64>(0, load<f64>(lp.reduced + (<usize>c << 3))));
  }
  value = 0;
  memory.fill(conflictUsed, 0, Conflicts.count);
  for (let r = 0; r < lp.rows; r++) {
    if (basicOf(lp, r) < 0) continue;
    value += max<f64>(0, valueOf(lp, r));
    store<u8>(conflictUsed + <usize>basicOf(lp, r), 1);
  }
}

/** The packing in whole numbers: the conflict that is basic in its row `r`. */
export function packedTimes(r: i32): i64 {
  return basicOf(Programs.packing, r) < 0 ? 0 : <i64>min<f64>(i32.MAX_VALUE, max<f64>(0, valueOf(Programs.packing, r) * ONE));
}

/**
 * In whole numbers: rows given up and the packing come to the losses asked for. What is lost pays for the packing, a row of load l and cost c for at
 * most l / c a unit; where no free row has a load and there is a packing, a conflict has held rows alone.
 */
function isShown(): bool {
  const lp = Programs.packing;
  memory.fill(rowLoads, 0, <usize>sampleCount << 3);
  let packed: i64 = 0;
  for (let r = 0; r < lp.rows; r++) {
    const c = basicOf(lp, r);
    if (c < 0 || valueOf(lp, r) <= 0) continue;
    const n = packedTimes(r);
    if (n == 0) continue;
    packed += n;
    for (let at = startOf(c); at < startOf(c + 1); at++) {
      const state = stateAt(at);
      if (state == GIVEN) return false;
      if (state == HELD) continue;
      const load_ = rowLoads + (<usize>load<i32>(conflictRows + (<usize>at << 2)) << 3);
      store<i64>(load_, load<i64>(load_) + n);
    }
  }
  if (packed > MOST_PACKED_TIMES) return false;
  let lost = packed > 0 ? i64.MAX_VALUE - given : 0;
  for (let k = 0; k < sampleCount; k++) {
    const l = load<i64>(rowLoads + (<usize>k << 3));
    if (l > 0) lost = min(lost, (packed * <i64>costOf(k) + l - 1) / l);
  }
  return given + lost >= losses;
}

/** The free row of which the share is most undecided; `whole` 1: that has the largest. */
function choose(whole: f64): void {
  RowNode.pick = -1;
  let best: f64 = 1e-5;
  for (let k = 0; k < sampleCount; k++) {
    if (load<u8>(rowStates + <usize>k) != FREE) continue;
    const z = load<f64>(shares + (<usize>k << 3));
    const score = whole > 0 ? z : min(z, 1 - z);
    if (score <= best) continue;
    best = score;
    RowNode.pick = k;
  }
}
