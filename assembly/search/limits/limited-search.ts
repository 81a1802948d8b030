import { spend } from '../../base/clock';
import { breathe, perBreath } from '../../base/pause';
import { below, unit } from '../../base/random';
import { setWeight, weightRow } from '../../network/weights';
import { isCounted, isOptional, leastWeight, mostWeight, radiusOf, restWeight } from '../../problem/boxes';
import { isUnsparing, Limits } from '../../problem/limits';
import { confidence, inputs } from '../../problem/shape';
import { offer } from '../../record/incumbent';
import { columnAt, inputAt, moveWeight } from './columns';
import { limitedCosts, limitedRows, LimitedTree, limitedTrial, LimitedWalk, walkBest, walkGains, walkKept, walkRow, walkScores, walkSums } from './state';

/**
 * Local search for SM of a single neuron under limits, by heat bath as neuron/count-search.ts: with all other weights fixed a sample is confident on an
 * interval of the values of one weight, so one pass over the samples gives what every value is worth. What is its own:
 *
 *     costs         a sample is worth what it costs
 *     labels        a sample whose label loses too many is worth a price more, which rises while that is so and falls else
 *     non-zeros     where there are as many as there may be, a weight that is 0 comes in for another one that goes out
 *
 * The rows are dealt as limited-tree.ts deals them, which has to be begun and its columns laid out.
 */
const HOT: f64 = 1.2; // in samples of mean cost
const WARM: f64 = 0.6; // where a round starts from the best weights
const COLD: f64 = 0.3;
const CROWD: f64 = 0.25;
const NEARLY: f64 = 0.2; // of a sample's worth, where it is nearly confident
const FEWEST_SWEEPS = 40;
const LONGEST = 4; // doublings of that
const DEARER: f64 = 1.5;
const CHEAPER: f64 = 0.8;


/** Starts from weights that are as near to 0 as they may be. */
export function beginLimitedSearch(): void {
  let sum: f64 = 0;
  let dear = 0;
  for (let lane = 0; lane < LimitedTree.lanes; lane++) {
    const cost = load<i32>(limitedCosts + (<usize>lane << 2));
    sum += <f64>cost;
    dear += i32(cost > 0);
  }
  LimitedWalk.mean = dear > 0 ? sum / <f64>dear : 1;
  LimitedWalk.pricePlus = 0;
  LimitedWalk.priceMinus = 0;
  LimitedWalk.best = -1;
  LimitedWalk.round = 0;
  LimitedWalk.turn = 0;
  let span = 1;
  for (let i = 0; i < inputs; i++) span = max(span, mostWeight(i) - leastWeight(i));
  LimitedWalk.crowd = 1 + CROWD * Math.log(<f64>span / 2 + 1);
  rest();
}

/** All weights at 0, or as near to it as they may be. */
function rest(): void {
  LimitedWalk.nonzeros = 0;
  for (let lane = 0; lane < LimitedTree.lanes; lane++) store<i32>(walkSums + (<usize>lane << 2), 0);
  for (let d = 0; d < inputs; d++) {
    store<i16>(walkRow + (<usize>d << 1), 0);
    give(d, restWeight(inputAt(d)));
  }
}

// @ts-ignore: decorator
@inline
function valueAt(d: i32): i32 {
  return <i32>load<i16>(walkRow + (<usize>d << 1));
}

/** Weight `d`, in the tree's order, becomes `v`. */
function give(d: i32, v: i32): void {
  const before = valueAt(d);
  if (v == before) return;
  if (isCounted(inputAt(d))) LimitedWalk.nonzeros += i32(v != 0) - i32(before != 0);
  store<i16>(walkRow + (<usize>d << 1), <i16>v);
  moveWeight(walkSums, walkSums, d, before, v);
}

/** About `effort` more units of work, a move at least. */
export function searchLimited(effort: f64): void {
  const moves = max(1, <i32>(effort / <f64>(22 * LimitedTree.lanes + 64)));
  for (let move = 0; move < moves; move++) {
    breathe();
    if (LimitedWalk.turn % inputs == 0) cool();
    LimitedWalk.turn++;
    const d = below(inputs);
    if (!isUnsparing() && valueAt(d) == 0 && LimitedWalk.nonzeros >= Limits.nonzeros && isCounted(inputAt(d))) exchange(d);
    else {
      profile(d);
      give(d, draw(d, NaN));
    }
    measure();
  }
}

/** Weight `d`, which is 0, comes in for one that goes out, if the heat lets it. */
function exchange(d: i32): void {
  const out = below(inputs);
  const i = inputAt(out);
  if (valueAt(out) == 0 || !isOptional(i)) return;
  const now = scoreNow();
  const before = valueAt(out);
  memory.copy(walkKept, walkSums, <usize>LimitedTree.lanes << 2);
  give(out, 0);
  profile(d);
  const v = draw(d, now);
  if (v != STAY) {
    give(d, v);
    return;
  }
  memory.copy(walkSums, walkKept, <usize>LimitedTree.lanes << 2);
  store<i16>(walkRow + (<usize>out << 1), <i16>before);
  LimitedWalk.nonzeros++;
}

/** Temperature of the next sweep; gains of the next round. */
function cool(): void {
  if (LimitedWalk.turn == inputs * LimitedWalk.sweeps) {
    LimitedWalk.turn = 0;
    LimitedWalk.round++;
  }
  const sweep = LimitedWalk.turn / inputs;
  if (sweep == 0) beginRound();
  const coldest = COLD / LimitedWalk.crowd;
  LimitedWalk.temperature = LimitedWalk.mean * LimitedWalk.hottest * Math.pow(coldest / LimitedWalk.hottest, <f64>sweep / <f64>LimitedWalk.sweeps);
}

function beginRound(): void {
  LimitedWalk.sweeps = FEWEST_SWEEPS << min(LimitedWalk.round / 6, LONGEST);
  const again = LimitedWalk.best >= 0 && LimitedWalk.round % 3 > 0;
  LimitedWalk.hottest = again ? WARM : HOT;
  if (again) for (let d = 0; d < inputs; d++) give(d, <i32>load<i16>(walkBest + (<usize>d << 1)));
  else if (LimitedWalk.round % 6 == 3) rest();
  for (let lane = 0; lane < LimitedTree.lanes; lane++) {
    const price = lane < LimitedTree.plusLanes ? LimitedWalk.pricePlus : LimitedWalk.priceMinus;
    const known = load<i32>(limitedRows + (<usize>lane << 2)) >= 0;
    store<f64>(walkGains + (<usize>lane << 3), known ? <f64>load<i32>(limitedCosts + (<usize>lane << 2)) + price : 0);
  }
}

/** What the weights at hand are worth, exactly; where they keep the limits and are the best they are offered. */
function measure(): void {
  let wrongPlus = 0;
  let wrongMinus = 0;
  let cost: i64 = 0;
  for (let lane = 0; lane < LimitedTree.lanes; lane++) {
    const at = <usize>lane << 2;
    if (load<i32>(walkSums + at) >= confidence) cost += <i64>load<i32>(limitedCosts + at);
    else if (load<i32>(limitedRows + at) >= 0) {
      if (lane < LimitedTree.plusLanes) wrongPlus++;
      else wrongMinus++;
    }
  }
  spend(<f64>LimitedTree.lanes);
  if (LimitedWalk.turn % inputs == 0) {
    LimitedWalk.pricePlus = priceAfter(LimitedWalk.pricePlus, wrongPlus > Limits.wrongPlus);
    LimitedWalk.priceMinus = priceAfter(LimitedWalk.priceMinus, wrongMinus > Limits.wrongMinus);
  }
  if (cost <= LimitedWalk.best || wrongPlus > Limits.wrongPlus || wrongMinus > Limits.wrongMinus) return;
  if (!isUnsparing() && LimitedWalk.nonzeros > Limits.nonzeros) return;
  LimitedWalk.best = cost;
  memory.copy(walkBest, walkRow, <usize>inputs << 1);
  const row = weightRow(limitedTrial, 0, 0);
  for (let d = 0; d < inputs; d++) setWeight(row, inputAt(d), valueAt(d));
  offer(limitedTrial);
}

function priceAfter(price: f64, broken: bool): f64 {
  if (broken) return max(price, LimitedWalk.mean / 4) * DEARER;
  return price < LimitedWalk.mean / 8 ? 0 : price * CHEAPER;
}

// @ts-ignore: decorator
@inline
function gainOf(lane: i32): f64 {
  return load<f64>(walkGains + (<usize>lane << 3));
}

/** The score of the weights as they are. */
function scoreNow(): f64 {
  let score: f64 = 0;
  for (let lane = 0; lane < LimitedTree.lanes; lane++) {
    const lack = <i64>confidence - <i64>load<i32>(walkSums + (<usize>lane << 2));
    if (lack <= 0) score += gainOf(lane);
    if (lack <= near()) score += NEARLY * gainOf(lane);
  }
  spend(<f64>LimitedTree.lanes * 2);
  return score;
}

/** How far below confidence a sample counts as nearly there. */
// @ts-ignore: decorator
@inline
function near(): i64 {
  return <i64>confidence + 1;
}

/** The score for every value of weight `d`. */
function profile(d: i32): void {
  const low = leastWeight(inputAt(d));
  const high = mostWeight(inputAt(d));
  const moves = radiusOf(inputAt(d));
  const w = valueAt(d);
  const toll = moves * abs(w);
  const column = columnAt(d);
  const span = high - low;
  for (let v = 0; v <= span + 1; v++) store<f64>(walkScores + (<usize>v << 3), 0);
  const block = perBreath(22);
  for (let from = 0; from < LimitedTree.lanes; from += block) {
    breathe();
    const to = min(LimitedTree.lanes, from + block);
    for (let lane = from; lane < to; lane++) {
      const gain = gainOf(lane);
      if (gain == 0) continue;
      const a = <i32>load<i16>(column + (<usize>lane << 1));
      const lack = <i64>confidence - <i64>(load<i32>(walkSums + (<usize>lane << 2)) - a * w + toll);
      mark(a, lack, low, high, moves, gain);
      mark(a, lack - near(), low, high, moves, NEARLY * gain);
    }
    spend(<f64>(20 * (to - from)));
  }
  let running: f64 = 0;
  for (let v = 0; v <= span; v++) {
    const at = walkScores + (<usize>v << 3);
    running += load<f64>(at);
    store<f64>(at, running);
  }
  spend(<f64>(4 * span));
}

/** Adds `score` to all values v of the weight with `a * v - moves * |v| >= lack`. */
// @ts-ignore: decorator
@inline
function mark(a: i32, lack: i64, low: i32, high: i32, moves: i32, score: f64): void {
  const up = a - moves; // slope for v > 0
  const down = -a - moves; // slope for -v > 0
  let from = low;
  let to = high;
  if (lack <= 0) {
    const spare = -lack;
    if (up < 0 && high > 0 && spare < <i64>-up * high) to = <i32>(spare / <i64>-up);
    if (down < 0 && low < 0 && spare < <i64>down * low) from = -<i32>(spare / <i64>-down);
  } else if (up > 0) {
    if (lack > <i64>up * max(high, 0)) return;
    from = max(from, <i32>((lack + up - 1) / up));
  } else if (down > 0) {
    if (lack > <i64>down * max(-low, 0)) return;
    to = min(to, -<i32>((lack + down - 1) / down));
  } else return;
  if (from > to) return;
  const first = walkScores + (<usize>(from - low) << 3);
  store<f64>(first, load<f64>(first) + score);
  const past = walkScores + (<usize>(to - low + 1) << 3);
  store<f64>(past, load<f64>(past) - score);
}

/** What `draw` answers where things are to stay as they were. */
const STAY = i32.MIN_VALUE;

/** Draws a value of weight `d` by its score; `now`: the score of leaving everything as it was, NaN: that is no choice. */
function draw(d: i32, now: f64): i32 {
  const low = leastWeight(inputAt(d));
  const values = mostWeight(inputAt(d)) - low + 1;
  const stays = !isNaN(now);
  let most = stays ? now : -Infinity;
  for (let v = 0; v < values; v++) most = max(most, load<f64>(walkScores + (<usize>v << 3)));
  let total: f64 = stays ? Math.exp((now - most) / LimitedWalk.temperature) : 0;
  for (let v = 0; v < values; v++) {
    const at = walkScores + (<usize>v << 3);
    const behind = (load<f64>(at) - most) / LimitedWalk.temperature;
    const chance = behind < -20 ? 0 : Math.exp(behind);
    store<f64>(at, chance);
    total += chance;
  }
  spend(<f64>(10 * values));
  let point = unit() * total;
  let pick = stays ? STAY : max(0, low);
  for (let v = 0; v < values; v++) {
    const chance = load<f64>(walkScores + (<usize>v << 3));
    if (chance == 0) continue;
    pick = low + v;
    point -= chance;
    if (point < 0) return pick;
  }
  return stays ? STAY : pick;
}
