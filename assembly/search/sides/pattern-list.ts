import { dotI16F64 } from '../../base/kernels/simd';
import { reserve, reserveRaw } from '../../base/arena';
import { countNode, spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { epsilon, inputsPadded, kept, keptCount, marginScale, sampleRow } from '../../problem/shape';
import { relaxationBytes, relaxMaxMin, resolveMaxMinAbove, restoreRelaxation, saveRelaxation, solution } from '../../relax/lp/neuron-lp';
import { resetBoxes } from '../../relax/exact/safe-bound';

/**
 * All activation patterns over the kept samples that a single neuron can have with a margin above a floor: depth first
 * over the samples' sides, the least certain sample first, pruned by the relaxation of the decided rows. A child adds one
 * row to its parent's tableau, of which every depth keeps a snapshot: a few pivots instead of a relaxation from nothing.
 * What the activation tree (MM, hidden layers) starts from where few samples are kept.
 *
 * A pattern and its mirror image (w -> -w) are one class, listed with the first sample on the + side. The class is worth
 * the better orientation: with S the smallest |pre-activation|, at most S, and S is a whole number; bounds here are
 * bounds of S, in units of 1/D.
 */
export const MOST_SAMPLES = 40;
const MOST_PATTERNS = 4096;
const MOST_NODES = 60000;

let masks: usize = 0; // u64 [MOST_PATTERNS]: bit k set where sample k is on the + side
let values: usize = 0; // i32 [MOST_PATTERNS]: bound of the class
export let patternCount: i32 = 0;
/** The list is not complete and will not be: too many patterns, or too much work. */
export let listGivenUp: bool = false;
export let listing: bool = false;

let sides: usize = 0; // i8 [K]
let snapshots: usize = 0; // [MOST_SAMPLES + 1] relaxations
let snapshotSize: usize = 0;
let branched: usize = 0; // i32 [MOST_SAMPLES]: the sample decided below depth d
let first: usize = 0; // i8 [MOST_SAMPLES]: its first side
let state: usize = 0; // i8 [MOST_SAMPLES]: how many of its sides have been begun
let bounds: usize = 0; // i32 [MOST_SAMPLES + 1]: bound at depth d
let depth: i32 = 0;
let nodes: i32 = 0;

export function reservePatternList(rowCount: i32): void {
  // A stage may keep few of many samples.
  const most = min(rowCount, MOST_SAMPLES);
  masks = reserve(MOST_PATTERNS << 3);
  values = reserve(MOST_PATTERNS << 2);
  sides = reserve(MOST_SAMPLES);
  branched = reserve(MOST_SAMPLES << 2);
  first = reserve(MOST_SAMPLES);
  state = reserve(MOST_SAMPLES);
  bounds = reserve((MOST_SAMPLES + 1) << 2);
  snapshotSize = relaxationBytes(most);
  snapshots = reserveRaw(snapshotSize * <usize>(most + 1));
}

// @ts-ignore: decorator
@inline
export function patternMask(p: i32): u64 {
  return load<u64>(masks + (<usize>p << 3));
}
// @ts-ignore: decorator
@inline
export function patternValue(p: i32): i32 {
  return load<i32>(values + (<usize>p << 2));
}

/** The bound of the class from the bound of one orientation: a whole number of S. */
function classBound(bound: i32): i32 {
  const either = bound + epsilon;
  return either - (((either % marginScale) + marginScale) % marginScale);
}

/** Starts the list; `ceiling` bounds every neuron. At most `MOST_SAMPLES` kept samples. */
export function beginPatternList(ceiling: i32): void {
  patternCount = 0;
  listGivenUp = false;
  listing = true;
  depth = 0;
  nodes = 0;
  memory.fill(sides, 0, <usize>keptCount);
  store<i8>(sides, 1);
  resetBoxes();
  store<i32>(bounds, min(ceiling, classBound(relaxMaxMin(sides, ceiling))));
  open();
}

/** Goes on for `slice` relaxations; patterns of a class bound not above `floor` are left out. */
export function stepPatternList(slice: i32, floor: i32): void {
  for (let n = 0; n < slice && listing; n++) advance(floor);
}

/** The node at `depth` has been relaxed: remember it, and choose what to decide next. */
function open(): void {
  let sample = -1;
  let least: f64 = f64.MAX_VALUE;
  let side: i8 = 1;
  for (let k = 0; k < keptCount; k++) {
    if (load<i8>(sides + <usize>k) != 0) continue;
    const s = dotI16F64(sampleRow(kept(k)), solution, inputsPadded);
    if (abs(s) >= least) continue;
    least = abs(s);
    sample = k;
    side = s >= 0 ? 1 : -1;
  }
  spend(<f64>(keptCount * inputsPadded) / 4);
  if (sample < 0) {
    emit();
    depth--;
    return;
  }
  saveRelaxation(snapshots + <usize>depth * snapshotSize);
  store<i32>(branched + (<usize>depth << 2), sample);
  store<i8>(first + <usize>depth, side);
  store<i8>(state + <usize>depth, 0);
}

/** The next child of the node at `depth`, or back up. */
function advance(floor: i32): void {
  while (depth >= 0) {
    const turn = load<i8>(state + <usize>depth);
    const sample = <usize>load<i32>(branched + (<usize>depth << 2));
    if (turn == 2 || load<i32>(bounds + (<usize>depth << 2)) <= floor) {
      store<i8>(sides + sample, 0);
      depth--;
      continue;
    }
    store<i8>(state + <usize>depth, turn + 1);
    const side = load<i8>(first + <usize>depth);
    store<i8>(sides + sample, turn == 0 ? side : -side);
    const above = load<i32>(bounds + (<usize>depth << 2));
    restoreRelaxation(snapshots + <usize>depth * snapshotSize);
    resetBoxes();
    const bound = min(above, classBound(resolveMaxMinAbove(sides, above, floor + 1 - epsilon)));
    countNode();
    if (++nodes > MOST_NODES) giveUp();
    if (bound <= floor) return;
    depth++;
    store<i32>(bounds + (<usize>depth << 2), bound);
    open();
    return;
  }
  listing = false;
  sort();
}

function giveUp(): void {
  listing = false;
  listGivenUp = true;
}

function emit(): void {
  if (patternCount == MOST_PATTERNS) {
    giveUp();
    return;
  }
  let mask: u64 = 0;
  for (let k = 0; k < keptCount; k++) if (load<i8>(sides + <usize>k) > 0) mask |= <u64>1 << <u64>k;
  store<u64>(masks + (<usize>patternCount << 3), mask);
  store<i32>(values + (<usize>patternCount << 2), load<i32>(bounds + (<usize>depth << 2)));
  patternCount++;
}

/** Best class first; by insertion, the list is found nearly in this order. */
function sort(): void {
  for (let p = 1; p < patternCount; p++) {
    breathe();
    strain(16);
    const mask = patternMask(p);
    const value = patternValue(p);
    let at = p;
    for (; at > 0 && patternValue(at - 1) < value; at--) {
      store<u64>(masks + (<usize>at << 3), patternMask(at - 1));
      store<i32>(values + (<usize>at << 2), patternValue(at - 1));
    }
    store<u64>(masks + (<usize>at << 3), mask);
    store<i32>(values + (<usize>at << 2), value);
  }
}
