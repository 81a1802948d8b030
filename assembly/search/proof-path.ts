import { reserve } from '../memory/arena';
import { keptCount } from '../problem/shape';
import { CODE_L, CODE_X, put } from '../proof/log';
import { trailMark, trailRoom, undoTo } from '../state/trail';
import { LEMMA, makeChild, branchedNeuron } from './certified-branch';
import { boundOf, setBoundOf, sumOfBounds, upperBoundNow } from './certified-state';
import { NO_VALUE, objective } from './incumbent';

/**
 * The path of the certified tree from the root to the node that is worked on: one frame for every branching that is open,
 * what the node stands in (a lemma, or the whole), and the rules that close it. What closes a node is written to the
 * proof's log at once.
 */
const FRAME = 7; // kind, a, b, c, next child, trail mark, one word of padding
const MOST_DEPTH = 4096;
const NONE: i32 = i32.MIN_VALUE;

export const TREE_RUNNING = 0;
export const TREE_PROVED = 1;
/** Something does not fit (depth, upper layers too large to enumerate): nothing is proved. */
export const TREE_FAILED = 2;

export let certifiedState: i32 = TREE_FAILED;
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
let impossible: bool = false;
let frames: usize = 0;
let depth: i32 = 0;

export function reservePath(): void {
  frames = reserve(<usize>(MOST_DEPTH * FRAME) << 2);
}

export function beginPath(value: i64, minimising: bool, withLog: bool): void {
  minimise = minimising;
  logging = withLog;
  cut = value;
  depth = 0;
  entering = true;
  lemmaNeuron = -1;
  dirty = -1;
  certifiedState = TREE_RUNNING;
}

export function failTree(): void {
  certifiedState = TREE_FAILED;
}

export function setDirty(j: i32): void {
  dirty = j;
}

/** The node is entered: nothing is known against it yet. */
export function enterNode(): void {
  impossible = false;
}

/** No network is in the node. */
export function setImpossible(): void {
  impossible = true;
}

/** The cut follows the incumbent, whoever has found it: the search beside the tree does, too. */
export function raise(): void {
  if (objective != NO_VALUE && objective > cut) cut = objective;
}

/** Ends the node if its bound or an impossibility allows; says whether it did. */
export function closeOrGoOn(): bool {
  if (impossible || (!minimise && dirty >= 0 && boundOf(dirty) < 0)) {
    log1(CODE_X);
    leave();
    return true;
  }
  const reached =
    lemmaNeuron >= 0 ? boundOf(lemmaNeuron) <= lemmaCut : sumOfBounds() + <i64>upperBoundNow() <= cut;
  if (!reached) return false;
  log1(CODE_L);
  leave();
  return true;
}

export function leave(): void {
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

/** Opens a branching at the end of the path; its children are entered by `advance`. */
export function open(kind: i32, a: i32, b: i32, c: i32): void {
  if (depth == MOST_DEPTH || trailRoom() < 4 * keptCount + 64) {
    certifiedState = TREE_FAILED;
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

/** Takes back the last child and enters the next one; closes the frame when there is none. */
export function advance(): void {
  if (depth == 0) {
    certifiedState = TREE_PROVED;
    return;
  }
  undoTo(load<i32>(frame(5)));
  const kind = load<i32>(frame(0));
  const a = load<i32>(frame(1));
  const b = load<i32>(frame(2));
  if (kind == LEMMA) {
    lemmaNeuron = -1;
    lemmaCut = NONE;
  }
  for (;;) {
    const child = load<i32>(frame(4));
    store<i32>(frame(4), child + 1);
    const made = kind == LEMMA ? enterLemma(a, b, child) : makeChild(kind, a, b, load<i32>(frame(3)), child);
    if (kind != LEMMA) dirty = branchedNeuron;
    if (made > 0) {
      entering = true;
      return;
    }
    if (made < 0) break;
  }
  depth--;
}

/** A lemma's children: the neuron's bound on its own, then the node with that bound. */
function enterLemma(j: i32, value: i32, child: i32): i32 {
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
