import { CLOSED_BOUND, CLOSED_UPPER, IN_PROOF, numberNode, ON_LEMMA, ON_PAIR, ON_SIDE, ON_TOUCH, ON_WEIGHT, tell, Trace } from '../base/trace';
import { CHECKED } from '../base/check';
import { keepsBelow } from '../witness/state';
import { keptCount } from '../problem/shape';
import { CODE_B, CODE_L, put } from '../record/log';
import { trailMark, trailRoom, undoTo } from '../base/trail';
import { boundOf, FRAME, frames, lowOf, MOST_DEPTH, NONE, Path, pathNumbers, setBoundOf, setBoxOf, TREE_FAILED, TREE_PROVED, TREE_RUNNING, upOf } from './state';
import { heldByNeuron, NO_VALUE, objective, stage, STAGE_MW } from '../record/incumbent';

/**
 * The path of a tree that writes its proof (the side tree of the paper's stages, the literal tree of the robust ones) from the root to the node that is worked
 * on: one frame for every branching that is open, and what the node stands in, a lemma or the whole. Either tree owns what
 * closes a node and the branchings on activations; weights and lemmas are branched on here. A problem has one of the two
 * trees, so there is one path.
 */

/** Kinds of branchings that both trees have; each has more of its own, from OWN_KINDS on. */
export const PAIR = 1;
export const WEIGHT = 2;
export const LEMMA = 3;
export const OWN_KINDS = 4;

/** Starts at the root of a proof that nothing of the running stage beats `value` (MW: minus the non-zeros). */
export function beginPath(value: i64, withLog: bool): i32 {
  Path.mark++;
  Path.minimise = stage == STAGE_MW;
  Path.logging = withLog;
  Path.cut = value;
  Path.depth = 0;
  Path.entering = true;
  Path.lemmaNeuron = -1;
  Path.lemmaCut = NONE;
  Path.dirty = -1;
  Path.state = TREE_RUNNING;
  if (Trace.on) numberHere();
  return Path.mark;
}

/** For who watches: the node at the end of the path has come to be. */
function numberHere(): void {
  store<i32>(pathNumbers + (<usize>Path.depth << 2), numberNode());
}

/** What has become of it. */
function tellHere(what: i32, a: i32, b: i32, c: i32): void {
  const at = pathNumbers + (<usize>Path.depth << 2);
  const cut = Path.lemmaNeuron >= 0 ? <f64>Path.lemmaCut : <f64>Path.cut;
  tell(IN_PROOF, Path.mark, load<i32>(at), Path.depth == 0 ? 0 : load<i32>(at - 4), what, a, b, c, Trace.bound, cut);
}

function toldKind(kind: i32): i32 {
  return kind == PAIR ? ON_PAIR : kind == WEIGHT ? ON_WEIGHT : kind == LEMMA ? ON_LEMMA : kind == OWN_KINDS ? ON_SIDE : ON_TOUCH;
}

export function failTree(): void {
  Path.state = TREE_FAILED;
}

export function setDirty(j: i32): void {
  Path.dirty = j;
}

export function setImpossible(is: bool): void {
  Path.impossible = is;
}

/** The cut follows the incumbent, whoever has found it: the search beside the tree does, too. */
export function raise(): void {
  if (objective != NO_VALUE && objective > Path.cut) Path.cut = objective;
}

/** The node is closed, and `code` says why. */
export function closeNode(code: i32): void {
  if (Trace.on) tellHere(code == CODE_L ? CLOSED_BOUND : CLOSED_UPPER, -1, -1, -1);
  log1(code);
  Path.entering = false;
}

export function log1(code: i32): void {
  if (Path.logging) put(code);
}

export function log3(code: i32, a: i32, b: i32): void {
  if (!Path.logging) return;
  put(code);
  put(a);
  put(b);
}

// @ts-ignore: decorator
@inline
function frame(field: i32): usize {
  assert(Path.depth > 0 && <u32>field < <u32>FRAME);
  return frames + (<usize>((Path.depth - 1) * FRAME + field) << 2);
}

/** Opens a branching at the end of the path; its children are entered one after the other. */
export function open(kind: i32, a: i32, b: i32, c: i32): void {
  if (Path.depth == MOST_DEPTH || trailRoom() < 4 * keptCount + 64) {
    Path.state = TREE_FAILED;
    return;
  }
  if (Trace.on) tellHere(toldKind(kind), a, b, c);
  Path.depth++;
  store<i32>(frame(0), kind);
  store<i32>(frame(1), a);
  store<i32>(frame(2), b);
  store<i32>(frame(3), c);
  store<i32>(frame(4), 0);
  store<i32>(frame(5), trailMark());
  Path.entering = false;
}

/** Neuron `j` alone cannot exceed `value`: shown first, then known in the node. */
export function openLemma(j: i32, value: i32): void {
  open(LEMMA, j, value, 0);
  log3(CODE_B, j, Path.minimise ? -value : value);
}

/** Takes back the last child of the deepest branching, which is then in `openKind`, ...; false: none is left. */
function takeBack(): bool {
  if (Path.depth == 0) {
    if (CHECKED) keepsBelow(Path.cut, 'proving: the end of a tree');
    Path.state = TREE_PROVED;
    return false;
  }
  undoTo(load<i32>(frame(5)));
  Path.openKind = load<i32>(frame(0));
  Path.openA = load<i32>(frame(1));
  Path.openB = load<i32>(frame(2));
  Path.openC = load<i32>(frame(3));
  if (Path.openKind == LEMMA) {
    Path.lemmaNeuron = -1;
    Path.lemmaCut = NONE;
  }
  return true;
}

/** The number of the branching's next child, from 0. */
function nextChild(): i32 {
  const child = load<i32>(frame(4));
  store<i32>(frame(4), child + 1);
  return child;
}

/** Whether that was the end of entering, by what became of the child: 1 it stands, 0 it does not, -1 there are no more. */
function entered(made: i32): bool {
  if (made > 0) {
    Path.entering = true;
    if (Trace.on) numberHere();
  }
  if (made < 0) Path.depth--;
  return made != 0;
}

/** Makes a child of a branching, as `entered` wants it: kind, a, b, c, the child's number. */
type MakeChild = (kind: i32, a: i32, b: i32, c: i32, child: i32) => i32;

/** Takes back the last child and enters the next one; closes the branching when there is none. */
export function advance(makeChild: MakeChild): void {
  if (!takeBack()) return;
  while (!entered(makeChild(Path.openKind, Path.openA, Path.openB, Path.openC, nextChild()))) {}
}

/** Untouched neurons are interchangeable; under MW only where they hold the same. Only the first of those alike is branched on. */
export function firstOfItsClass(j: i32, untouched: (j: i32) => bool): bool {
  for (let other = 0; other < j; other++) {
    if (untouched(other) && heldByNeuron(other) == heldByNeuron(j)) return false;
  }
  return true;
}

/** The children of a weight: the lower part of the box, the upper one. As `entered` wants it. */
export function makeBox(j: i32, i: i32, split: i32, child: i32): i32 {
  if (child > 1) return -1;
  if (child == 0) setBoxOf(j, i, lowOf(j, i), split);
  else setBoxOf(j, i, split + 1, upOf(j, i));
  Path.dirty = j;
  return 1;
}

/** The children of a lemma: the neuron's bound on its own, then the node with that bound. As `entered` wants it. */
export function makeLemma(j: i32, value: i32, child: i32): i32 {
  if (child > 1) return -1;
  if (child == 0) {
    Path.lemmaNeuron = j;
    Path.lemmaCut = value;
    Path.dirty = j;
  } else {
    setBoundOf(j, min(boundOf(j), value));
    Path.dirty = -1;
  }
  return 1;
}
