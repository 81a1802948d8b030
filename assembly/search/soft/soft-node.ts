import { inputs, inputsPadded } from '../../problem/shape';
import { spend } from '../../base/clock';
import { count, COUNT_FIXINGS, COUNT_RELAXATIONS } from '../../base/counts';
import { measureLacks, penaltyNow } from '../../neuron/soft-neuron';
import { boxHigh, boxLow } from '../../relax/exact/safe-bound';
import { softCostBox } from '../../relax/exact/soft-bound';
import { boundOfFit, fitBox, isTight } from './box-fit';
import { backSolve } from './factor';
import { boundFew, isFew, shareOf } from './few';
import { allSides, boxWeights, freeInputs, Newton, unit } from './state';

/**
 * One node of the tree over one neuron's weights: boxes (relax/exact), and real weights in them that its relaxation goes on from. Both
 * trees, the one that searches and the one that writes the proof, look at nodes with these functions alone.
 */
const ROUNDS = 3;
const TURNS = 10;
/** Under a limit of non-zeros. */
const FEW_TURNS = 14;
/** Fractions below it are rounding. */
const LEAST_FRACTION: f64 = 1e-3;

/** What `pickSoftWeight` found; -1: every box is a point. The lower child ends at `split`. */
export class Pick {
  static input: i32 = -1;
  static split: i32 = 0;
  /** The relaxation stands in the lower child's part. */
  static lower: bool = false;
}

/** Bounds the node; stops early at a loss of `least`, which closes it. */
export function boundNode(least: i64): i64 {
  count(COUNT_RELAXATIONS);
  clamp();
  measureLacks(allSides, boxWeights);
  if (isFew()) return boundFew(FEW_TURNS, ROUNDS, least);
  let bound: i64 = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    const still = fitBox(boxWeights, ROUNDS);
    bound = max(bound, boundOfFit(allSides, boxWeights));
    if (bound >= least || still || isTight(bound)) break;
    // The relaxation is below, and near enough: no rounds will close the node.
    const loss = <f64>penaltyNow();
    if (loss < <f64>least && loss - <f64>bound < 0.05 * (<f64>least - <f64>bound)) break;
  }
  return bound;
}

function clamp(): void {
  for (let i = 0; i < inputs; i++) {
    const at = boxWeights + (<usize>i << 3);
    store<f64>(at, min(max(load<f64>(at), <f64>boxLow(i)), <f64>boxHigh(i)));
  }
  memory.fill(boxWeights + (<usize>inputs << 3), 0, <usize>(inputsPadded - inputs) << 3);
}

/** Narrows every box by the last bound to what a loss below `least` allows; how many shrank. */
export function narrowNode(least: i64): i32 {
  let narrowed = 0;
  for (let i = 0; i < inputs; i++) narrowed += i32(softCostBox(i, least));
  spend(<f64>inputs);
  count(COUNT_FIXINGS, <f64>narrowed);
  return narrowed;
}

/**
 * The weight to branch on: moving it to the nearer whole number costs most while the other free weights make up for it. With the factor of
 * their Hessian that is `f^2 / (H^-1)_ii`, exact as long as the same rows lack something and no other weight meets an end: strong
 * branching for the price of a factor.
 */
export function pickSoftWeight(): void {
  Pick.input = -1;
  let best: f64 = -1;
  if (Newton.factored) {
    for (let f = 0; f < Newton.free; f++) {
      const i = load<i32>(freeInputs + (<usize>f << 2));
      const away = fractionOf(i);
      if (away < LEAST_FRACTION) continue;
      memory.fill(unit, 0, <usize>Newton.free << 3);
      store<f64>(unit + (<usize>f << 3), 1);
      backSolve(unit);
      const score = (away * away) / max<f64>(load<f64>(unit + (<usize>f << 3)), 1e-12);
      if (score > best) {
        best = score;
        Pick.input = i;
      }
    }
  }
  if (Pick.input < 0) {
    for (let i = 0; i < inputs; i++) {
      const away = fractionOf(i);
      if (away < LEAST_FRACTION || away <= best) continue;
      best = away;
      Pick.input = i;
    }
  }
  for (let i = 0; i < inputs && Pick.input < 0; i++) if (boxLow(i) < boxHigh(i)) Pick.input = i;
  if (Pick.input < 0) return;
  const w = load<f64>(boxWeights + (<usize>Pick.input << 3));
  Pick.split = min(max(<i32>Math.floor(w), boxLow(Pick.input)), boxHigh(Pick.input) - 1);
  // A whole number that takes less than a place: 0 or not.
  const split = w > 0 ? 0 : -1;
  if (isFew() && abs<f64>(w - nearest(w)) < LEAST_FRACTION && shareOf(Pick.input) > 0 && split >= boxLow(Pick.input) && split < boxHigh(Pick.input)) Pick.split = split;
  Pick.lower = w - <f64>Pick.split < 0.5;
  spend(<f64>inputs);
}

/** How far a free weight is from a whole number; 0 where its box is a point. */
function fractionOf(i: i32): f64 {
  if (boxLow(i) == boxHigh(i)) return 0;
  const w = load<f64>(boxWeights + (<usize>i << 3));
  const away = abs<f64>(w - nearest(w));
  if (!isFew()) return away;
  const share = shareOf(i);
  return max<f64>(away, min<f64>(share, 1 - share));
}

/** Some weight is not decided yet. */
export function someOpen(): bool {
  for (let i = 0; i < inputs; i++) if (boxLow(i) < boxHigh(i)) return true;
  return false;
}
