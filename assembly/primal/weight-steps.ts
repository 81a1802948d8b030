import { weightBound } from '../problem/shape';

/**
 * Rounds of annealing alternate between steps of the weights. With step g they are multiples of g, which is the search
 * for a smaller P' = floor(P / g) with its weights scaled by g: the signs of hidden layers are as they were, and so is what
 * is confident where confidence scales with P. So what a smaller P would reach is a start for a larger one, and a coarse
 * step sees further: of 255 values of a weight most are no better than three.
 *
 * A cycle: ternary, from hot; then P' = 3, 7, .. up to P, each warm from the best of all; then all values, from hot. With
 * P = 1 all rounds are of the last kind.
 */
export const COARSE = 0;
export const REFINE = 1;
export const FREE = 2;

/** Weights are set to multiples of it. */
export let step: i32 = 1;
/** The cycle that the round belongs to, from 0. */
export let cycle: i32 = 0;

/** Sets `step` for the round, counted from 0; says what kind of round it is. */
export function stepOfRound(round: i32): i32 {
  let kinds = 1;
  if (weightBound > 1) for (let most = 1; most < 2 * weightBound; most = 2 * most + 1) kinds++;
  const kind = round % kinds;
  cycle = round / kinds;
  step = 1;
  if (kind + 1 == kinds) return FREE;
  step = weightBound / min(weightBound, (2 << kind) - 1);
  return kind == 0 ? COARSE : REFINE;
}

/** The multiple of the step next to a weight, towards zero. */
export function snapped(weight: i32): i32 {
  return (weight / step) * step;
}
