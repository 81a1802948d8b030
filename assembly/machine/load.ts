import { arenaReset } from '../base/arena';
import { enter, leave } from '../base/pause';
import * as limits from '../problem/limits';
import * as shape from '../problem/shape';
import { reserveAll } from './reserve';
import { OUT_OF_MEMORY, PAUSED, RUNNING } from './state';
import { Arena, reservePause } from '../base/state';

/** Lays out a problem; write the layer sizes next, then call `prepare`. */
export function loadProblem(
  layers: i32,
  activeInputs: i32,
  sampleCount: i32,
  weightBound: i32,
  marginScale: i32,
  epsilon: i32,
  radius: i32,
  confidence: i32,
  neurons: i32,
): i32 {
  arenaReset();
  reservePause();
  shape.loadShape(layers, activeInputs, sampleCount, weightBound, marginScale, epsilon, radius, confidence, neurons);
  limits.forgetLimits();
  return loaded();
}

/**
 * Limits the problem laid out last (problem/limits.ts); -1: no limit. Where samples are `costed` write `costsAt` before `prepare`.
 */
export function loadLimits(nonzeros: i32, wrongPlus: i32, wrongMinus: i32, costed: bool): i32 {
  limits.loadLimits(orAny(nonzeros), orAny(wrongPlus), orAny(wrongMinus), costed);
  return loaded();
}

function orAny(limit: i32): i32 {
  return limit < 0 ? i32.MAX_VALUE : limit;
}

/** Turns the problem laid out last to the robust objective with so many samples; write `groupsAt` before `prepare`. */
export function loadGroups(count: i32): i32 {
  shape.loadGroups(count);
  return loaded();
}

/** Gives robust MM reaches to aim at instead of the largest margin; after `loadGroups`, write `targetsAt` before `prepare`. */
export function loadTargets(): i32 {
  shape.loadTargets();
  return loaded();
}

function loaded(): i32 {
  return Arena.failed ? OUT_OF_MEMORY : RUNNING;
}

/**
 * Reserves everything the stages need for the shape that has been written; `treeBytes` bounds the open nodes. PAUSED after
 * `most` units of effort: call again. Clearing hundreds of megabytes takes its time.
 */
export function prepare(treeBytes: i32, most: f64): i32 {
  enter(Infinity, most);
  reserveAll(treeBytes);
  return leave() ? PAUSED : loaded();
}

/** i32 [L + 1] */
export function sizesAt(): usize {
  return shape.sizes;
}
/** i16 [T][inputsPadded] */
export function samplesAt(): usize {
  return shape.samples;
}
export function inputsPadded(): i32 {
  return shape.inputsPadded;
}
/** i16 [inputsPadded] each: least and largest first-layer weights, -P and P as they are found; may be overwritten before `prepare`. */
export function lowsAt(): usize {
  return shape.lows;
}
export function highsAt(): usize {
  return shape.highs;
}
/** i32 [inputsPadded]: radii of the inputs; as `lowsAt`. */
export function radiiAt(): usize {
  return shape.radii;
}
/** u8 [inputsPadded]: 1 where MW does not count the weights of an input; as `lowsAt`. */
export function uncountedAt(): usize {
  return shape.uncounted;
}
/** i8 [T] */
export function labelsAt(): usize {
  return shape.labels;
}
/** i32 [T]: the sample of every row. */
export function groupsAt(): usize {
  return shape.groups;
}
/** i32 [T] */
export function costsAt(): usize {
  return limits.costs;
}
/** i32 [T] */
export function targetsAt(): usize {
  return shape.targets;
}
/** i32 [K], ascending sample indices; tell their number by `setKept`. */
export function keepAt(): usize {
  return shape.keep;
}
export function setKept(count: i32): void {
  shape.setKeptCount(count);
}
/** i32 [neurons], units of 1/D */
export function holdsAt(): usize {
  return shape.holds;
}
