import { Boxes } from '../problem/boxes';
import { weightBound } from '../problem/shape';
import { Steps } from './state';

/**
 * Rounds of annealing alternate between steps of the weights. With step g they are multiples of g, which is the search
 * for a smaller P' = floor(P / g) with its weights scaled by g: the signs of hidden layers are as they were, and so is what
 * is confident where confidence scales with P. So what a smaller P would reach is a start for a larger one, and a coarse
 * step sees further: of 255 values of a weight most are no better than three.
 *
 * A cycle: ternary, from hot; then finer steps, each warm from the best of all; then all values, from hot, once or more.
 * With P = 1, or where inputs have ranges of their own, all rounds are of the last kind.
 */
export const COARSE = 0;
export const REFINE = 1;
export const FREE = 2;

/**
 * Sets `step` for the round, counted from 0, and says of what kind it is. `finer`: how many finer steps follow the ternary
 * one, P' = 3, 7, .. and P last; as many as there are up to P, or P alone. `free`: rounds of the last kind in a cycle.
 */
export function stepOfRound(round: i32, finer: i32, free: i32): i32 {
  let steps = 0;
  if (weightBound > 1 && !Boxes.ranged) for (let most = 1; most < 2 * weightBound; most = 2 * most + 1) steps++;
  const taken = min(steps, finer + 1);
  const kind = round % (taken + free);
  Steps.cycle = round / (taken + free);
  Steps.step = 1;
  if (kind >= taken) return FREE;
  if (kind + 1 < taken || taken == 1) Steps.step = weightBound / ((2 << kind) - 1);
  return kind == 0 ? COARSE : REFINE;
}

/** The multiple of the step next to a weight, towards zero. */
export function snapped(weight: i32): i32 {
  return (weight / Steps.step) * Steps.step;
}
