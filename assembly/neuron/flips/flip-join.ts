import { count, COUNT_JOINS, COUNT_JOINS_FOUND } from '../../base/counts';
import { copyRow, setWeight, tollOfRow, weightAt } from '../../network/weights';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { below, unit } from '../../base/random';
import { Boxes, isWeight, leastWeight, mostWeight, radiusOf, restWeight } from '../../problem/boxes';
import { epsilon, inputs, kept, keptCount, marginScale, sampleRow, weightBound } from '../../problem/shape';
import { addFlip, clearFlips, flipOf, listFlips } from './flip-lists';
import { beginJoin, buildFlipTree, endJoin, joinOpen, setAllowance, stepJoin } from './flip-tree';
import { leastMargin } from '../max-min-search';
import { cheap, columns, directions, DRAW, FlipJoin, FlipLists, FlipTree, JOIN, lambda, levels, LISTS, need, norms, rowOf, rowWeights, shares, startRow, TREES, trialRow } from './state';

/**
 * Meet in the middle for one neuron with decided sides and few rows: weights whose margin beats a floor are looked for among
 * all pairs of two lists of changes to a starting point (Horowitz and Sahni, 1974; as lists of short vectors that
 * cancel, it is how generalised birthday attacks see it: Wagner, 2002). A round:
 *
 *     draw   a starting point: weights that cost the relaxation little and leave all rows close to level, by Metropolis steps
 *            from the last one
 *     list   for each half of the columns the sets of up to three flips that cost little and are short (flip-lists.ts)
 *     join   pairs of sets that lift every row above the floor (flip-tree.ts)
 *
 * A round looks at 10^10 changes of up to six weights in tens of milliseconds, where local search looks at 10^6 of one: near the
 * optimum of a problem with twenty dense rows improvements have no slope that leads to them, and numbers decide. After a find
 * the next round starts there. MNIST 1-8, 10 shots: 5,038 in 0.1 s, tabu search needed ten seconds.
 *
 * What lost: starting at the incumbent, or near it with a few weights held off its values (the same basins again and again:
 * 4-9, ten seconds, 5,650 and 5,673 to 5,678, against 5,678 and 5,679); climbing with a lower floor first, which spends
 * its time on joins that find too much; annealing with single flips (5,640 after ten seconds). Constants are those of
 * pixels, scaled by the longest column. Guides only: what is found is recounted exactly.
 */
const JOIN_VISITS = 300000; // of a slice
const MOST_FINDS = 256; // likewise
const MOST_MISSES = 1024; // of a round: finds that are none

const PIXEL_NORM: f64 = 175; // the longest column of images, root mean square over the rows
const SHORT: f64 = 25; // columns below this are shaken in now and then, to fine-tune
const SHORT_SHARE: f64 = 0.25;
const MOST_PRICE: f64 = 20;
const DRAWS = 6000;
const FIRST_DRAWS = 20000;
const LOSS_WEIGHT: f64 = 8; // of the starting point: what its loss counts
const LEVEL_SPREAD: f64 = 5000; // and how far from level rows may be, squared
const PRICE_WEIGHT: f64 = 0.8; // of listed sets
const SIZE_SPREAD: f64 = 60000;
const LEVEL: f64 = 3 / 150; // a row counts fully where its multiplier is well above this

/** Whether the join can serve a neuron with these sides: two rows or more, and few enough. */
export function flipJoinFits(sides: usize): bool {
  if (FlipJoin.mostLanes == 0) return false;
  let count = 0;
  for (let k = 0; k < keptCount; k++) count += i32(load<i8>(sides + <usize>k) != 0);
  return count >= 2 && count <= FlipJoin.mostLanes;
}

/** Starts for a neuron with these sides; `multipliers` (f64 per kept row, any scale) are those of its relaxation. Returns the owner's mark. */
export function beginFlipJoin(sides: usize, multipliers: usize): i32 {
  assert(flipJoinFits(sides));
  FlipJoin.mark++;
  FlipJoin.phase = DRAW;
  FlipJoin.rounds = 0;
  FlipJoin.again = false;
  orderRows(sides, multipliers);
  packColumns(sides);
  return FlipJoin.mark;
}

/** Whether the join that stands is still the one that `mark` was given for. */
// @ts-ignore: decorator
@inline
export function flipJoinIs(mark: i32): bool {
  return mark == FlipJoin.mark;
}

function orderRows(sides: usize, multipliers: usize): void {
  FlipJoin.rows = 0;
  let sum: f64 = 0;
  for (let k = 0; k < keptCount; k++) {
    if (load<i8>(sides + <usize>k) == 0) continue;
    const value = max<f64>(0, load<f64>(multipliers + (<usize>k << 3)));
    sum += value;
    let at = FlipJoin.rows++;
    while (at > 0 && load<f64>(lambda + (<usize>(at - 1) << 3)) < value) {
      store<f64>(lambda + (<usize>at << 3), load<f64>(lambda + (<usize>(at - 1) << 3)));
      store<i32>(rowOf + (<usize>at << 2), load<i32>(rowOf + (<usize>(at - 1) << 2)));
      at--;
    }
    store<f64>(lambda + (<usize>at << 3), value);
    store<i32>(rowOf + (<usize>at << 2), k);
  }
  FlipJoin.lanes = (FlipJoin.rows + 7) & ~7;
  for (let r = 0; r < FlipJoin.lanes; r++) {
    const at = lambda + (<usize>r << 3);
    if (r < FlipJoin.rows) store<f64>(at, sum > 0 ? load<f64>(at) / sum : 1 / <f64>FlipJoin.rows);
    else store<f64>(at, 0);
    const ratio = load<f64>(at) / LEVEL;
    const share = <f32>((ratio * ratio) / (1 + ratio * ratio));
    store<f32>(rowWeights + (<usize>r << 2), share);
    store<i16>(shares + (<usize>r << 1), <i16>(load<f64>(at) * 16384));
  }
}

function packColumns(sides: usize): void {
  let longest: f64 = 1;
  FlipJoin.relaxed = 0;
  for (let i = 0; i < inputs; i++) {
    const column = columnOf(i);
    breathe();
    strain(<f64>(4 * FlipJoin.rows));
    memory.fill(column, 0, <usize>FlipJoin.lanes << 1);
    let direction: f64 = 0;
    let squares: f64 = 0;
    for (let r = 0; r < FlipJoin.rows; r++) {
      const k = load<i32>(rowOf + (<usize>r << 2));
      const x = <i32>load<i8>(sides + <usize>k) * <i32>load<i16>(sampleRow(kept(k)) + (<usize>i << 1));
      store<i16>(column + (<usize>r << 1), <i16>x);
      const weight = load<f64>(lambda + (<usize>r << 3));
      direction += weight * <f64>x;
      if (weight > 0) squares += <f64>x * <f64>x;
    }
    store<f64>(directions + (<usize>i << 3), direction);
    const norm = Math.sqrt(squares / <f64>FlipJoin.rows);
    store<f64>(norms + (<usize>i << 3), norm);
    longest = max(longest, norm);
    FlipJoin.relaxed += bestGain(i);
  }
  FlipJoin.scale = longest / PIXEL_NORM;
  FlipJoin.cheap = 0;
  for (let i = 0; i < inputs; i++) {
    if (normOf(i) == 0 || abs(abs(directionOf(i)) - <f64>radiusOf(i)) > MOST_PRICE * FlipJoin.scale) continue;
    store<i32>(cheap + (<usize>FlipJoin.cheap << 2), i);
    FlipJoin.cheap++;
  }
  spend(<f64>(inputs * FlipJoin.rows) * 2);
}

// @ts-ignore: decorator
@inline
function columnOf(i: i32): usize {
  return columns + (<usize>(i * FlipJoin.lanes) << 1);
}
// @ts-ignore: decorator
@inline
function directionOf(i: i32): f64 {
  return load<f64>(directions + (<usize>i << 3));
}
// @ts-ignore: decorator
@inline
function normOf(i: i32): f64 {
  return load<f64>(norms + (<usize>i << 3));
}

/** What the relaxation gains from a weight at best, and at a value. */
function bestGain(i: i32): f64 {
  if (!Boxes.ranged) return max<f64>(0, (abs(directionOf(i)) - <f64>radiusOf(i)) * <f64>weightBound);
  const none: f64 = restWeight(i) == 0 ? 0 : -Infinity;
  return max<f64>(none, max<f64>(gain(i, leastWeight(i)), gain(i, mostWeight(i))));
}
function gain(i: i32, w: i32): f64 {
  return directionOf(i) * <f64>w - <f64>(radiusOf(i) * abs(w));
}

/**
 * A slice of a round. `weights` is the best row known for the sides and `margin` its margin; better ones replace it, and the
 * margin of what it holds then is returned. `mark`: from `beginFlipJoin` with the same sides.
 */
export function stepFlipJoin(mark: i32, sides: usize, weights: usize, margin: i32): i32 {
  assert(flipJoinIs(mark)); // else somebody else has begun a join since
  if (FlipJoin.phase == DRAW) {
    drawStart(weights);
    measureStart();
    aim(sides, margin);
    divide();
    FlipJoin.phase = LISTS;
    FlipJoin.half = 0;
    FlipJoin.found = false;
    FlipJoin.misses = 0;
    return margin;
  }
  if (FlipJoin.phase == LISTS) {
    listFlips(FlipJoin.half, <f32>(PRICE_WEIGHT / FlipJoin.scale), <f32>(0.5 / (SIZE_SPREAD * FlipJoin.scale * FlipJoin.scale)), rowWeights);
    if (FlipJoin.half++ == 1) {
      FlipJoin.phase = TREES;
      FlipJoin.half = 0;
    }
    return margin;
  }
  if (FlipJoin.phase == TREES) {
    buildFlipTree(FlipJoin.half);
    if (FlipJoin.half++ == 1) {
      FlipJoin.phase = JOIN;
      beginJoin();
    }
    return margin;
  }
  let best = margin;
  aim(sides, best); // somebody else may have raised it
  let left = JOIN_VISITS;
  for (let finds = 0; finds < MOST_FINDS && left > 0; finds++) {
    const isFound = stepJoin(left);
    left -= FlipTree.visited;
    if (!isFound) break;
    applyFound();
    const reached = leastMargin(trialRow, sides);
    if (reached <= best) {
      // Sums or needs beyond 16 bits: what looks like a find to all pairs of such lists is none.
      if (++FlipJoin.misses < MOST_MISSES) continue;
      endJoin();
      break;
    }
    best = reached;
    copyRow(weights, trialRow, 0);
    FlipJoin.found = true;
    aim(sides, best);
  }
  if (!joinOpen()) {
    count(COUNT_JOINS);
    if (FlipJoin.found) count(COUNT_JOINS_FOUND);
    FlipJoin.again = FlipJoin.found;
    FlipJoin.rounds++;
    FlipJoin.phase = DRAW;
  }
  return best;
}

/** Metropolis steps towards weights of little loss that leave the rows level. */
function drawStart(weights: usize): void {
  if (FlipJoin.rounds == 0 || FlipJoin.again) copyRow(startRow, weights, 0);
  if (FlipJoin.again || FlipJoin.cheap == 0) return;
  measureStart();
  let loss: f64 = 0;
  for (let i = 0; i < inputs; i++) loss += bestGain(i) - gain(i, weightAt(startRow, i));
  let energy = f64.MAX_VALUE;
  const steps = FlipJoin.rounds ? DRAWS : FIRST_DRAWS;
  for (let step = 0; step < steps; step++) {
    const i = load<i32>(cheap + (<usize>below(FlipJoin.cheap) << 2));
    const before = weightAt(startRow, i);
    const after = Boxes.widest == 1 ? below(3) - 1 : before + (below(2) ? 1 : -1);
    const chance = unit();
    if ((step & 63) == 0) {
      strain(<f64>(64 * (FlipJoin.rows + 20)));
      breathe();
    }
    if (after == before || !isWeight(i, after)) continue;
    const nextLoss = loss + gain(i, before) - gain(i, after);
    const next = energyAt(i, after - before, radiusOf(i) * (abs(after) - abs(before)), nextLoss);
    if (next > energy && Math.exp(energy - next) <= chance) continue;
    energy = next;
    loss = nextLoss;
    setWeight(startRow, i, after);
    move(i, after - before, radiusOf(i) * (abs(after) - abs(before)));
  }
  spend(<f64>steps * <f64>(FlipJoin.rows + 20));
}

function measureStart(): void {
  const toll = tollOfRow(startRow);
  for (let r = 0; r < FlipJoin.rows; r++) {
    breathe();
    strain(<f64>inputs);
    let s = 0;
    for (let i = 0; i < inputs; i++) s += weightAt(startRow, i) * <i32>load<i16>(columnOf(i) + (<usize>r << 1));
    store<f64>(levels + (<usize>r << 3), <f64>(s - toll));
  }
  spend(<f64>(FlipJoin.rows * inputs));
}

function move(i: i32, step: i32, toll: i32): void {
  const column = columnOf(i);
  for (let r = 0; r < FlipJoin.rows; r++) {
    const at = levels + (<usize>r << 3);
    store<f64>(at, load<f64>(at) + <f64>(step * <i32>load<i16>(column + (<usize>r << 1)) - toll));
  }
}

/** Loss, and how far the rows would be from their common level; above it only as far as the multiplier says. */
function energyAt(i: i32, step: i32, toll: i32, loss: f64): f64 {
  const column = columnOf(i);
  const level = FlipJoin.relaxed - loss;
  let sum: f64 = 0;
  for (let r = 0; r < FlipJoin.rows; r++) {
    const away = load<f64>(levels + (<usize>r << 3)) + <f64>(step * <i32>load<i16>(column + (<usize>r << 1)) - toll) - level;
    sum += (away < 0 ? 1 : <f64>load<f32>(rowWeights + (<usize>r << 2))) * away * away;
  }
  return (LOSS_WEIGHT * loss) / FlipJoin.scale + sum / (2 * LEVEL_SPREAD * FlipJoin.scale * FlipJoin.scale);
}

/** What the rows still need to beat `margin` (units of 1/D), and what the relaxation allows them above that. */
function aim(sides: usize, margin: i32): void {
  let rest: f64 = 0;
  for (let r = 0; r < FlipJoin.lanes; r++) {
    let missing = -30000;
    if (r < FlipJoin.rows) {
      const side = <i32>load<i8>(sides + <usize>load<i32>(rowOf + (<usize>r << 2)));
      // S is an integer, so what a row has to reach rounds up to one.
      const goal = Math.ceil(<f64>(margin + 1 + (side < 0 ? epsilon : 0)) / <f64>marginScale);
      const more = goal - load<f64>(levels + (<usize>r << 3));
      missing = <i32>min<f64>(max<f64>(more, -30000), 30000);
      rest -= load<f64>(lambda + (<usize>r << 3)) * more;
    }
    store<i16>(need + (<usize>r << 1), <i16>missing);
  }
  setAllowance(<f32>rest);
}

/** The flips of this round, dealt to the halves by column. */
function divide(): void {
  clearFlips(FlipJoin.lanes);
  for (let i = 0; i < inputs; i++) {
    const w = weightAt(startRow, i);
    if (normOf(i) == 0) continue;
    if (normOf(i) < SHORT * FlipJoin.scale && unit() > SHORT_SHARE) continue;
    const to = below(2);
    for (let step = -2; step <= 2; step++) {
      if (step == 0 || !isWeight(i, w + step)) continue;
      const price = gain(i, w) - gain(i, w + step);
      if (price > MOST_PRICE * FlipJoin.scale) continue;
      const row = addFlip(to, i, step, <f32>price);
      if (row == 0) break;
      const toll = radiusOf(i) * (abs(w + step) - abs(w));
      for (let r = 0; r < FlipJoin.lanes; r++) {
        const change = r < FlipJoin.rows ? step * <i32>load<i16>(columnOf(i) + (<usize>r << 1)) - toll : 0;
        store<i16>(row + (<usize>r << 1), <i16>min(max(change, -32768), 32767));
      }
    }
  }
  spend(<f64>(inputs * 8));
}

/** The starting point with the flips of the pair found last. */
function applyFound(): void {
  copyRow(trialRow, startRow, 0);
  for (let which = 0; which < 3; which++) {
    if (flipOf(0, FlipTree.foundLeft, which)) setWeight(trialRow, FlipLists.input, weightAt(trialRow, FlipLists.input) + FlipLists.step);
    if (flipOf(1, FlipTree.foundRight, which)) setWeight(trialRow, FlipLists.input, weightAt(trialRow, FlipLists.input) + FlipLists.step);
  }
}
