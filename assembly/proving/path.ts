import { reserve } from '../base/arena';
import { CHECKED } from '../base/check';
import { keptCount } from '../problem/shape';
import { CODE_B, put } from '../record/log';
import { trailMark, trailRoom, undoTo } from '../base/trail';
import { boundOf, lowOf, setBoundOf, setBoxOf, upOf } from './state';
import { NO_VALUE, objective, stage, STAGE_MW } from '../record/incumbent';
import { keepsBelow } from '../witness/state';

/**
 * The path of a tree that writes its proof (the side tree of the paper's stages, the literal tree of the robust ones) from the root to the node that is worked
 * on: one frame for every branching that is open, and what the node stands in, a lemma or the whole. Either tree owns what
 * closes a node and the branchings on activations; weights and lemmas are branched on here. A problem has one of the two
 * trees, so there is one path.
 */
const FRAME = 6; // kind, a, b, c, next child, trail mark
const MOST_DEPTH = 4096;
const NONE: i32 = i32.MIN_VALUE;

/** Kinds of branchings that both trees have; each has more of its own, from OWN_KINDS on. */
export const PAIR = 1;
export const WEIGHT = 2;
export const LEMMA = 3;
export const OWN_KINDS = 4;

export const TREE_RUNNING = 0;
export const TREE_PROVED = 1;
/** Something does not fit (depth, upper layers too large to enumerate): nothing is proved. */
export const TREE_FAILED = 2;

export let treeState: i32 = TREE_FAILED;
/** Values up to this one are all that exists, once proved. */
export let cut: i64 = 0;
/** MW: values are minus non-zero weights. */
export let minimise: bool = false;
export let logging: bool = false;
/** The node at the end of the path has been entered and not been closed or branched on. */
export let entering: bool = true;
/** Neuron whose bound the last branching may have changed; -1: none. */
export let dirty: i32 = -1;
/** Inside a lemma: the neuron, and the bound to reach. */
export let lemmaNeuron: i32 = -1;
export let lemmaCut: i32 = NONE;
/** No network is in the node. */
export let impossible: bool = false;
/** The branching whose children are entered just now, as it was opened. */
export let openKind: i32 = 0;
export let openA: i32 = 0;
export let openB: i32 = 0;
export let openC: i32 = 0;
let frames: usize = 0;
let depth: i32 = 0;

export function reservePath(): void {
  frames = reserve(<usize>(MOST_DEPTH * FRAME) << 2);
  treeState = TREE_FAILED; // whatever the problem before has left
}

/** Starts at the root of a proof that nothing of the running stage beats `value` (MW: minus the non-zeros). */
export function beginPath(value: i64, withLog: bool): void {
  minimise = stage == STAGE_MW;
  logging = withLog;
  cut = value;
  depth = 0;
  entering = true;
  lemmaNeuron = -1;
  lemmaCut = NONE;
  dirty = -1;
  treeState = TREE_RUNNING;
}

/** Branchings that are open: 0 at the root. */
export function pathDepth(): i32 {
  return depth;
}

export function failTree(): void {
  treeState = TREE_FAILED;
}

export function setDirty(j: i32): void {
  dirty = j;
}

export function setImpossible(is: bool): void {
  impossible = is;
}

/** The cut follows the incumbent, whoever has found it: the search beside the tree does, too. */
export function raise(): void {
  if (objective != NO_VALUE && objective > cut) cut = objective;
}

/** The node is closed, and `code` says why. */
export function closeNode(code: i32): void {
  log1(code);
  entering = false;
}

export function log1(code: i32): void {
  if (logging) put(code);
}

export function log3(code: i32, a: i32, b: i32): void {
  if (!logging) return;
  put(code);
  put(a);
  put(b);
}

// @ts-ignore: decorator
@inline
function frame(field: i32): usize {
  return frames + (<usize>((depth - 1) * FRAME + field) << 2);
}

/** Opens a branching at the end of the path; its children are entered one after the other. */
export function open(kind: i32, a: i32, b: i32, c: i32): void {
  if (depth == MOST_DEPTH || trailRoom() < 4 * keptCount + 64) {
    treeState = TREE_FAILED;
    return;
  }
  depth++;
  store<i32>(frame(0), kind);
  store<i32>(frame(1), a);
  store<i32>(frame(2), b);
  store<i32>(frame(3), c);
  store<i32>(frame(4), 0);
  store<i32>(frame(5), trailMark());
  entering = false;
}

/** Neuron `j` alone cannot exceed `value`: shown first, then known in the node. */
export function openLemma(j: i32, value: i32): void {
  open(LEMMA, j, value, 0);
  log3(CODE_B, j, minimise ? -value : value);
}

/** Takes back the last child of the deepest branching, which is then in `openKind`, ...; false: none is left. */
export function takeBack(): bool {
  if (depth == 0) {
    if (CHECKED) keepsBelow(cut, 'proving: the end of a tree');
    treeState = TREE_PROVED;
    return false;
  }
  undoTo(load<i32>(frame(5)));
  openKind = load<i32>(frame(0));
  openA = load<i32>(frame(1));
  openB = load<i32>(frame(2));
  openC = load<i32>(frame(3));
  if (openKind == LEMMA) {
    lemmaNeuron = -1;
    lemmaCut = NONE;
  }
  return true;
}

/** The number of the branching's next child, from 0. */
export function nextChild(): i32 {
  const child = load<i32>(frame(4));
  store<i32>(frame(4), child + 1);
  return child;
}

/** Whether that was the end of entering, by what became of the child: 1 it stands, 0 it does not, -1 there are no more. */
export function entered(made: i32): bool {
  if (made > 0) entering = true;
  else if (made < 0) depth--;
  return made != 0;
}

/** The children of a weight: the lower part of the box, the upper one. As `entered` wants it. */
export function makeBox(j: i32, i: i32, split: i32, child: i32): i32 {
  if (child > 1) return -1;
  if (child == 0) setBoxOf(j, i, lowOf(j, i), split);
  else setBoxOf(j, i, split + 1, upOf(j, i));
  dirty = j;
  return 1;
}

/** The children of a lemma: the neuron's bound on its own, then the node with that bound. As `entered` wants it. */
export function makeLemma(j: i32, value: i32, child: i32): i32 {
  if (child > 1) return -1;
  if (child == 0) {
    lemmaNeuron = j;
    lemmaCut = value;
    dirty = j;
  } else {
    setBoundOf(j, min(boundOf(j), value));
    dirty = -1;
  }
  return 1;
}
