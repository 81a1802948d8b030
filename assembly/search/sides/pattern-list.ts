import { count, COUNT_NODES_PATTERNS } from '../../base/counts';
import { CHECKED } from '../../base/check';
import { dotI16F64 } from '../../base/kernels/simd';
import { countNode, spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { epsilon, inputsPadded, kept, keptCount, marginScale, sampleRow } from '../../problem/shape';
import { relaxMaxMin, resolveMaxMinAbove, restoreRelaxation, saveRelaxation, solution } from '../../relax/lp/neuron-lp';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { unlisted } from './side-witness';
import { listBegun, listBounds, listBranched, listFirst, listMasks, listSides, listSnapshots, listValues, MOST_PATTERNS, PatternList } from './state';

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
const MOST_NODES = 60000;

let depth: i32 = 0;
let nodes: i32 = 0;

// @ts-ignore: decorator
@inline
export function patternMask(p: i32): u64 {
  return load<u64>(listMasks + (<usize>p << 3));
}
// @ts-ignore: decorator
@inline
export function patternValue(p: i32): i32 {
  return load<i32>(listValues + (<usize>p << 2));
}

/** The bound of the class from the bound of one orientation: a whole number of S. */
function classBound(bound: i32): i32 {
  const either = bound + epsilon;
  return either - (((either % marginScale) + marginScale) % marginScale);
}

/** Starts the list; `ceiling` bounds every neuron. At most `MOST_SAMPLES` kept samples. */
export function beginPatternList(ceiling: i32): void {
  PatternList.count = 0;
  PatternList.givenUp = false;
  PatternList.open = true;
  depth = 0;
  nodes = 0;
  memory.fill(listSides, 0, <usize>keptCount);
  store<i8>(listSides, 1);
  resetBoxes();
  store<i32>(listBounds, min(ceiling, classBound(relaxMaxMin(listSides, ceiling))));
  open();
}

/** Goes on for `slice` relaxations; patterns of a class bound not above `floor` are left out. */
export function stepPatternList(slice: i32, floor: i32): void {
  for (let n = 0; n < slice && PatternList.open; n++) advance(floor);
}

/** The node at `depth` has been relaxed: remember it, and choose what to decide next. */
function open(): void {
  let sample = -1;
  let least: f64 = f64.MAX_VALUE;
  let side: i8 = 1;
  for (let k = 0; k < keptCount; k++) {
    if (load<i8>(listSides + <usize>k) != 0) continue;
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
  saveRelaxation(listSnapshots + <usize>depth * PatternList.snapshotBytes);
  store<i32>(listBranched + (<usize>depth << 2), sample);
  store<i8>(listFirst + <usize>depth, side);
  store<i8>(listBegun + <usize>depth, 0);
}

/** The next child of the node at `depth`, or back up. */
function advance(floor: i32): void {
  while (depth >= 0) {
    const turn = load<i8>(listBegun + <usize>depth);
    const sample = <usize>load<i32>(listBranched + (<usize>depth << 2));
    if (turn == 2 || load<i32>(listBounds + (<usize>depth << 2)) <= floor) {
      store<i8>(listSides + sample, 0);
      if (CHECKED && turn < 2) unlisted(listSides, floor, 'pattern-list: the bound of a node');
      depth--;
      continue;
    }
    store<i8>(listBegun + <usize>depth, turn + 1);
    const side = load<i8>(listFirst + <usize>depth);
    store<i8>(listSides + sample, turn == 0 ? side : -side);
    const above = load<i32>(listBounds + (<usize>depth << 2));
    restoreRelaxation(listSnapshots + <usize>depth * PatternList.snapshotBytes);
    resetBoxes();
    const bound = min(above, classBound(resolveMaxMinAbove(listSides, above, floor + 1 - epsilon)));
    countNode();
    count(COUNT_NODES_PATTERNS);
    if (++nodes > MOST_NODES) giveUp();
    if (CHECKED && bound <= floor) unlisted(listSides, floor, 'pattern-list: the bound of a child');
    if (bound <= floor) return;
    depth++;
    store<i32>(listBounds + (<usize>depth << 2), bound);
    open();
    return;
  }
  PatternList.open = false;
  sort();
}

function giveUp(): void {
  PatternList.open = false;
  PatternList.givenUp = true;
}

function emit(): void {
  if (PatternList.count == MOST_PATTERNS) {
    giveUp();
    return;
  }
  let mask: u64 = 0;
  for (let k = 0; k < keptCount; k++) if (load<i8>(listSides + <usize>k) > 0) mask |= <u64>1 << <u64>k;
  store<u64>(listMasks + (<usize>PatternList.count << 3), mask);
  store<i32>(listValues + (<usize>PatternList.count << 2), load<i32>(listBounds + (<usize>depth << 2)));
  PatternList.count++;
}

/** Best class first; by insertion, the list is found nearly in this order. */
function sort(): void {
  for (let p = 1; p < PatternList.count; p++) {
    breathe();
    strain(16);
    const mask = patternMask(p);
    const value = patternValue(p);
    let at = p;
    for (; at > 0 && patternValue(at - 1) < value; at--) {
      store<u64>(listMasks + (<usize>at << 3), patternMask(at - 1));
      store<i32>(listValues + (<usize>at << 2), patternValue(at - 1));
    }
    store<u64>(listMasks + (<usize>at << 3), mask);
    store<i32>(listValues + (<usize>at << 2), value);
  }
}
