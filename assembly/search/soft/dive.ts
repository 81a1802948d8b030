import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { move, softRows } from '../../neuron/soft-neuron';
import { inputs } from '../../problem/shape';
import { setBounds } from '../../relax/exact/safe-bound';

/**
 * Real weights of a neuron become whole in the rounds of the tied fit (tied.ts): those nearest to a whole number are fixed there, a share of what is fractional at
 * a time, and the others make up for them, those at the ends of their boxes, too. Rounding all at once lost: descent over single weights and pairs stands still a
 * third farther from the bound.
 *
 * The weights at the ends become fractional as fast as the last few are fixed. So the last rounds fix all that is whole: what is left is rounded by a few at a
 * time, which costs next to nothing. Without them some forty weights are rounded at once in the end, for a fifth of the gap.
 */

/** Nearer than this to a whole number a weight is one; and halvings on the way to a share of the others. */
const WHOLE: f64 = 1e-6;
const BISECTIONS = 20;

// @ts-ignore: decorator
@inline
function weightAt(weights: usize, i: i32): f64 {
  return load<f64>(weights + (<usize>i << 3));
}

/** How far weight `i` is from a whole number. */
function fractionOf(weights: usize, i: i32): f64 {
  const w = weightAt(weights, i);
  return abs<f64>(w - nearest(w));
}

function fix(fixed: usize, i: i32, value: f64): void {
  store<u8>(fixed + <usize>i, 1);
  setBounds(i, <i32>value, <i32>value);
}

/** Closes the boxes of the weights that are fixed (u8 [NP]), and, `whole`, fixes all that are whole. */
export function closeFixed(weights: usize, fixed: usize, whole: bool): void {
  for (let i = 0; i < inputs; i++) {
    if (load<u8>(fixed + <usize>i) == 0 && !(whole && fractionOf(weights, i) <= WHOLE)) continue;
    const value = nearest(weightAt(weights, i));
    store<f64>(weights + (<usize>i << 3), value);
    fix(fixed, i, value);
  }
  spend(<f64>inputs);
}

/** Fixes a share of the fractional weights, the nearest to whole numbers; how many there were. The rows are packed. */
export function fixNearest(weights: usize, fixed: usize, share: f64): i32 {
  let left = 0;
  for (let i = 0; i < inputs; i++) left += i32(fractionOf(weights, i) > WHOLE);
  if (left == 0) return 0;
  const bar = barOf(weights, <i32>ceil<f64>(<f64>left * share));
  for (let i = 0; i < inputs; i++) {
    const fraction = fractionOf(weights, i);
    if (fraction <= WHOLE || fraction > bar) continue;
    const before = weightAt(weights, i);
    breathe();
    spend(<f64>softRows() / 4);
    move(weights, i, before, nearest(before));
    fix(fixed, i, nearest(before));
  }
  return left;
}

/** How far the `most` that are nearest to whole numbers are from there at most, about. */
function barOf(weights: usize, most: i32): f64 {
  let low: f64 = 0;
  let high: f64 = 0.5;
  for (let turn = 0; turn < BISECTIONS; turn++) {
    const bar = (low + high) / 2;
    let below = 0;
    for (let i = 0; i < inputs; i++) {
      const fraction = fractionOf(weights, i);
      below += i32(fraction > WHOLE && fraction <= bar);
    }
    if (below > most) high = bar;
    else low = bar;
  }
  spend(<f64>(inputs * BISECTIONS));
  return low;
}
