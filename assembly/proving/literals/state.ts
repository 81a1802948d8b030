import { newNetwork } from '../../network/weights';
import { reserve } from '../../base/arena';
import { costOut, Limits, tooManyOut } from '../../problem/limits';
import { groupCount, groupOf, kept, keptCount, size } from '../../problem/shape';
import { setI32, setI8 } from '../../base/trail';
import { clearNodeState, decidedOf, sideAt, sidesOf } from '../state';

/**
 * What a node of the literal tree knows besides sides, boxes and bounds (../state.ts, where a side means here:
 * the row knows the neuron on that side). All of it is undone by the trail.
 *
 *     rev_unknown i32 [K]     bit j: the row does not know neuron j
 *     rev_open    i32 [n1]    rows that do not know the neuron, by declaration
 *     rev_out     i8  [G]     the sample is left out
 *     rev_outs    i32         how many are
 *     rev_focus   i32         the neuron whose weights are being branched on, or -1
 */
let rev_unknown: usize = 0;
let rev_open: usize = 0;
let rev_out: usize = 0;
let rev_outs: usize = 0;
let rev_focus: usize = 0;
/** i16, a network: what neurons by themselves have found, and the upper layers found last. Writer: tree.ts, before every offer. */
export let literalTrial: usize = 0;

/** The literal tree that stands. Writer: tree.ts; set by `beginLiteralTree`. */
export class LiteralTree {
  /** The best value that some closed node could not rule out. */
  static shown: i64 = 0;
  /** Of a neuron's margin, where the search has a use for more. */
  static ceiling: i32 = 0;
  /** Rows of label + are kept, */
  static plusKept: bool = false;
  /** and of label -. */
  static minusKept: bool = false;
}

export function reserveLiteralTree(rowCount: i32): void {
  literalTrial = newNetwork();
  rev_unknown = reserve(<usize>rowCount << 2);
  rev_open = reserve(<usize>size(1) << 2);
  rev_out = reserve(<usize>groupCount + 8);
  rev_outs = reserve(4);
  rev_focus = reserve(4);
}

export function clearLiterals(): void {
  clearNodeState();
  memory.fill(rev_unknown, 0, <usize>keptCount << 2);
  memory.fill(rev_open, 0, <usize>size(1) << 2);
  memory.fill(rev_out, 0, <usize>groupCount);
  store<i32>(rev_outs, 0);
  store<i32>(rev_focus, -1);
}

// @ts-ignore: decorator
@inline
export function unknownMask(k: i32): u32 {
  return load<u32>(rev_unknown + (<usize>k << 2));
}

// @ts-ignore: decorator
@inline
export function isUnknown(j: i32, k: i32): bool {
  return ((unknownMask(k) >>> j) & 1) != 0;
}

export function declareUnknown(j: i32, k: i32): void {
  assert(sideAt(j, k) == 0 && !isUnknown(j, k));
  setI32(rev_unknown + (<usize>k << 2), <i32>(unknownMask(k) | (<u32>1 << j)));
  const open = rev_open + (<usize>j << 2);
  setI32(open, load<i32>(open) + 1);
}

/** Whether the sample of kept row `k` is left out. */
// @ts-ignore: decorator
@inline
export function isRowOut(k: i32): bool {
  return load<u8>(rev_out + <usize>groupOf(kept(k))) != 0;
}

/** Leaves the sample of kept row `k` out. */
export function leaveRowOut(k: i32): void {
  assert(!isRowOut(k));
  setI8(rev_out + <usize>groupOf(kept(k)), 1);
  setI32(rev_outs, samplesOut() + 1);
}

export function samplesOut(): i32 {
  return load<i32>(rev_outs);
}

/** What they cost. */
export function lostByOut(): i64 {
  return Limits.costed ? costOut(rev_out) : <i64>samplesOut();
}

/** More samples of a label are left out than may be. */
export function leavesTooMany(): bool {
  return tooManyOut(rev_out);
}

export function focus(): i32 {
  return load<i32>(rev_focus);
}

export function setFocus(j: i32): void {
  setI32(rev_focus, j);
}

/** Nothing is said of the neuron: it can change places with any other of its kind. */
export function isUntouched(j: i32): bool {
  return decidedOf(j) == 0 && load<i32>(rev_open + (<usize>j << 2)) == 0;
}

/** Whether row `k` may come to know neuron `j` on `side`, or does already. */
export function mayKnow(j: i32, k: i32, side: i32): bool {
  const now = sideAt(j, k);
  return now == side || (now == 0 && !isUnknown(j, k));
}

/** Some neuron is known on different sides: the completions of the two rows do not meet. */
export function contradict(k: i32, l: i32): bool {
  for (let j = 0; j < size(1); j++) if (sideAt(j, k) * sideAt(j, l) < 0) return true;
  return false;
}

/** Only such a neuron has weights for certain; one without any is known on the + side by everybody. */
export function hasMinus(j: i32): bool {
  const sides = sidesOf(j);
  for (let k = 0; k < keptCount; k++) if (load<i8>(sides + <usize>k) < 0) return true;
  return false;
}

/** A neuron of which row `k` neither knows a side nor is said not to; -1: all are decided. */
export function undecidedNeuron(k: i32): i32 {
  let fresh = -1;
  for (let j = 0; j < size(1); j++) {
    if (sideAt(j, k) != 0 || isUnknown(j, k)) continue;
    if (decidedOf(j) > 0) return j; // more is at stake where the neuron has rows already
    if (fresh < 0) fresh = j;
  }
  return fresh;
}

