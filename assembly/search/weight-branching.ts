import { reserve } from '../memory/arena';
import { inputs } from '../problem/shape';
import { penalties, relaxedValue, solution, tentativeValue, tentativeBegin, tentativeEnd, tentativeFits } from '../relax/neuron-lp';
import { boxHigh, boxLow } from '../relax/safe-bound';
import { lastPenaltyDown, lastPenaltyUp } from '../relax/dual-simplex';

/**
 * The weight that Level B branches on: reliability branching (Achterberg, Koch, Martin, "Branching rules revisited",
 * 2005). A weight's pseudo-costs are the mean losses of the relaxation a unit of its fraction, downwards and upwards. Until a
 * weight has been seen often enough they are measured: both children are relaxed for a few pivots on the tableau as it
 * stands, which a snapshot then restores. One-pivot penalties only order the candidates; by themselves they cost three
 * times the nodes on images.
 */
const RELIABLE: i32 = 4;
const MOST_MEASURED = 10; // weights measured a node
const PATIENCE = 5; // measured in a row without a better one
const PIVOTS = 25; // of a measured child
const LEAST: f64 = 1e-6;

let losses: usize = 0; // f64 [2][inputs]: sums, down then up
let counts: usize = 0; // i32 [2][inputs]
let order: usize = 0; // i32 [inputs]: candidates
let scores: usize = 0; // f64 [inputs]: by position in `order`

/** The choice of `chooseWeight`: the weight (-1: none is fractional), its relaxed value, what each child is said to lose. */
export let chosen: i32 = -1;
export let chosenValue: f64 = 0;
export let chosenDown: f64 = 0;
export let chosenUp: f64 = 0;

export function reserveWeightBranching(): void {
  losses = reserve(<usize>inputs << 4);
  counts = reserve(<usize>inputs << 3);
  order = reserve(<usize>inputs << 2);
  scores = reserve(<usize>inputs << 3);
}

/** A new tree: other rows, other losses. */
export function forgetLosses(): void {
  memory.fill(losses, 0, <usize>inputs << 4);
  memory.fill(counts, 0, <usize>inputs << 3);
}

/** A child has been relaxed: `loss` for moving weight `i` by `distance`, upwards or downwards. */
export function learnLoss(i: i32, up: bool, distance: f64, loss: f64): void {
  if (distance < LEAST) return;
  const at = <usize>(i + (up ? inputs : 0));
  store<f64>(losses + (at << 3), load<f64>(losses + (at << 3)) + max<f64>(loss, 0) / distance);
  store<i32>(counts + (at << 2), load<i32>(counts + (at << 2)) + 1);
}

// @ts-ignore: decorator
@inline
function seen(i: i32, up: bool): i32 {
  return load<i32>(counts + (<usize>(i + (up ? inputs : 0)) << 2));
}

// @ts-ignore: decorator
@inline
function lossOf(i: i32, up: bool): f64 {
  const at = <usize>(i + (up ? inputs : 0));
  return load<f64>(losses + (at << 3)) / <f64>load<i32>(counts + (at << 2));
}

// @ts-ignore: decorator
@inline
function scoreOf(down: f64, up: f64): f64 {
  return max(down, LEAST) * max(up, LEAST);
}

/** Chooses among the weights that the last relaxation leaves fractional in an open box. */
export function chooseWeight(): void {
  chosen = -1;
  const count = listCandidates();
  let best: f64 = -1;
  let measured = 0;
  let idle = 0;
  let saved = false;
  const before = relaxedValue();
  for (let turn = 0; turn < count; turn++) {
    const at = bestLeft(turn, count);
    const i = load<i32>(order + (<usize>at << 2));
    const estimate = load<f64>(scores + (<usize>at << 3));
    swapCandidates(turn, at);
    const x = load<f64>(solution + (<usize>i << 3));
    const floor = Math.floor(x);
    const fraction = x - floor;
    let down: f64;
    let up: f64;
    if (seen(i, false) >= RELIABLE && seen(i, true) >= RELIABLE) {
      if (estimate <= best) break; // reliable or not, the rest is estimated below
      down = lossOf(i, false) * fraction;
      up = lossOf(i, true) * (1 - fraction);
    } else if (measured < MOST_MEASURED && idle < PATIENCE && tentativeFits()) {
      if (!saved) tentativeBegin();
      saved = true;
      measured++;
      down = max<f64>(0, before - tentativeValue(i, boxLow(i), <i32>floor, PIVOTS));
      up = max<f64>(0, before - tentativeValue(i, <i32>floor + 1, boxHigh(i), PIVOTS));
      learnLoss(i, false, fraction, down);
      learnLoss(i, true, 1 - fraction, up);
    } else {
      penalties(i, fraction);
      down = lastPenaltyDown;
      up = lastPenaltyUp;
    }
    const score = scoreOf(down, up);
    if (score <= best) {
      idle++;
      continue;
    }
    idle = 0;
    best = score;
    chosen = i;
    chosenValue = x;
    chosenDown = down;
    chosenUp = up;
  }
  if (saved) tentativeEnd();
}

/** The fractional weights, each with the score that its pseudo-costs or penalties promise. */
function listCandidates(): i32 {
  let count = 0;
  for (let i = 0; i < inputs; i++) {
    const x = load<f64>(solution + (<usize>i << 3));
    const fraction = x - Math.floor(x);
    if (fraction < 1e-6 || fraction > 1 - 1e-6) continue;
    if (boxLow(i) == boxHigh(i)) continue;
    let score: f64;
    if (seen(i, false) > 0 && seen(i, true) > 0) {
      score = scoreOf(lossOf(i, false) * fraction, lossOf(i, true) * (1 - fraction));
    } else {
      penalties(i, fraction);
      score = scoreOf(lastPenaltyDown, lastPenaltyUp);
    }
    store<i32>(order + (<usize>count << 2), i);
    store<f64>(scores + (<usize>count << 3), score);
    count++;
  }
  return count;
}

function bestLeft(from: i32, count: i32): i32 {
  let best = from;
  for (let at = from + 1; at < count; at++) {
    if (load<f64>(scores + (<usize>at << 3)) > load<f64>(scores + (<usize>best << 3))) best = at;
  }
  return best;
}

function swapCandidates(a: i32, b: i32): void {
  const i = load<i32>(order + (<usize>a << 2));
  const score = load<f64>(scores + (<usize>a << 3));
  store<i32>(order + (<usize>a << 2), load<i32>(order + (<usize>b << 2)));
  store<f64>(scores + (<usize>a << 3), load<f64>(scores + (<usize>b << 3)));
  store<i32>(order + (<usize>b << 2), i);
  store<f64>(scores + (<usize>b << 3), score);
}
