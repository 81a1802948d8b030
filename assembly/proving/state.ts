import { Trace } from '../base/trace';
import { reserve } from '../base/arena';
import { leastWeight, mostWeight } from '../problem/boxes';
import { inputs, inputsPadded, keptCount, size } from '../problem/shape';
import { clearTrail, setI16, setI32, setI8 } from '../base/trail';
import { reserveTrail } from '../base/state';
import { inputsPadded } from '../problem/state';

/**
 * The state of a node of a tree that writes its proof (docs/proof.md): sides, boxes and bounds of all first-layer neurons, and what
 * the upper layers are bounded by. All of it is undone by the trail.
 *
 *     rev_sides   i8  [n1][K]        +1, -1, 0 undecided
 *     rev_decided i32 [n1]           how many sides are decided
 *     rev_version i32 [n1]           changes with the sides: tells whether a tableau still fits
 *     rev_low/up  i16 [n1][NP]       boxes of the weights
 *     rev_bound   i32 [n1]           b_j
 *     rev_upper   i32                U
 *     rev_flags   i32                1: complete (all sides decided and U exact)
 *
 * And what lasts in this room, which the trail does not know:
 *
 *     array           shape                what, unit                                             writer      begun anew by
 *     frames          i32 [depth][FRAME]   the branchings that are open: kind, a, b, c, the       path.ts     beginPath
 *                                          next child, the trail's mark
 *     aloneRows       i16 [n1][NP]         a neuron's best weights, as it was last looked at      alone.ts    isKnownAlone
 *     aloneVersions   i32 [n1]             version of its sides then; 0: never                    alone.ts    beginAlone
 *     aloneTargets    i32 [n1]             values up to it were not told apart                    alone.ts    isKnownAlone
 *     aloneValues     i32 [n1]             what it can reach, or a bound of that                  alone.ts    goOnAlone
 *     requiredSums    i32 [K]              what |S| has to reach, units of S                      neuron.ts   requirements
 */
let rev_sides: usize = 0;
let rev_decided: usize = 0;
let rev_version: usize = 0;
let rev_low: usize = 0;
let rev_up: usize = 0;
let rev_bound: usize = 0;
let rev_upper: usize = 0;
let rev_flags: usize = 0;
let neurons: i32 = 0;
let versions: i32 = 0;

/** Words of a frame: kind, a, b, c, next child, trail mark. */
export const FRAME = 6;
export const MOST_DEPTH = 4096;
/** No cut of a lemma. */
export const NONE: i32 = i32.MIN_VALUE;

/** State of a tree. */
export const TREE_RUNNING = 0;
export const TREE_PROVED = 1;
/** Something does not fit (depth, upper layers too large to enumerate): nothing is proved. */
export const TREE_FAILED = 2;

export let frames: usize = 0;
/** i32 [depth], where the tree is watched: the numbers of the nodes of the path (base/trace.ts). Writer: path.ts. */
export let pathNumbers: usize = 0;
export let aloneRows: usize = 0;
export let aloneVersions: usize = 0;
export let aloneTargets: usize = 0;
export let aloneValues: usize = 0;
export let requiredSums: usize = 0;

/** The path of the tree that stands, and the node at its end. Writer: path.ts; the trees by its functions. Set by `beginPath`. */
export class Path {
  /** Counts the trees, over all problems of the instance; who begins one has the mark. */
  static mark: i32 = 0;
  /** TREE_.. */
  static state: i32 = TREE_FAILED;
  /** Values up to this one are all that exists, once proved. */
  static cut: i64 = 0;
  /** MW: values are minus non-zero weights. */
  static minimise: bool = false;
  /** What closes nodes is written down. */
  static logging: bool = false;
  /** The node at the end of the path has been entered and not been closed or branched on. */
  static entering: bool = true;
  /** Neuron whose bound the last branching may have changed; -1: none. */
  static dirty: i32 = -1;
  /** Inside a lemma: the neuron, and the bound to reach. */
  static lemmaNeuron: i32 = -1;
  static lemmaCut: i32 = NONE;
  /** No network is in the node. */
  static impossible: bool = false;
  /** The branching whose children are entered just now, as it was opened. */
  static openKind: i32 = 0;
  static openA: i32 = 0;
  static openB: i32 = 0;
  static openC: i32 = 0;
  /** Branchings that are open. */
  static depth: i32 = 0;
}

/** The neuron that is looked at by itself. Writer: alone.ts; set by `beginAlone`. */
export class Alone {
  /** Of any neuron's margin; not read under MW. */
  static ceiling: i32 = 0;
  /** Of the tree over weights that is under way. */
  static mark: i32 = 0;
  /** Of that tree so far. */
  static slices: i32 = 0;
  /** The neuron that is being looked at just now; -1: none. */
  static neuron: i32 = -1;
}

/** What the tableau of the proof is about. Writer: neuron.ts; taken back by `forgetTableau`. */
export class Standing {
  /** Its neuron, */
  static neuron: i32 = -1;
  /** and the version of its sides. */
  static version: i32 = -1;
  /** Of the tableau; somebody else may have begun another since. */
  static mark: i32 = 0;
}

/** What `pickWeight` found. Writer: neuron.ts. */
export class Picked {
  /** -1: every box is a point. */
  static input: i32 = -1;
  /** The lower child's upper end. */
  static split: i32 = 0;
}

/** Room for the path, the node at its end, and the neurons of either tree. */
export function reserveProving(rowCount: i32): void {
  reservePath();
  reserveNodeState(rowCount);
  reserveProofNeuron(rowCount);
  reserveAlone();
}

function reserveNodeState(rowCount: i32): void {
  neurons = size(1);
  const n = <usize>neurons;
  rev_sides = reserve(n * <usize>rowCount + 8);
  rev_decided = reserve(n << 2);
  rev_version = reserve(n << 2);
  rev_low = reserve((n * <usize>inputsPadded) << 1);
  rev_up = reserve((n * <usize>inputsPadded) << 1);
  rev_bound = reserve(n << 2);
  rev_upper = reserve(4);
  rev_flags = reserve(4);
  reserveTrail(1 << 17);
}

function reservePath(): void {
  frames = reserve(<usize>(MOST_DEPTH * FRAME) << 2);
  if (Trace.on) pathNumbers = reserve(<usize>(MOST_DEPTH + 1) << 2);
  Path.state = TREE_FAILED; // whatever the problem before has left
}

function reserveAlone(): void {
  const n = <usize>size(1);
  aloneRows = reserve((n * <usize>inputsPadded) << 1);
  aloneVersions = reserve(n << 2);
  aloneTargets = reserve(n << 2);
  aloneValues = reserve(n << 2);
}

function reserveProofNeuron(rowCount: i32): void {
  requiredSums = reserve(<usize>rowCount << 2);
}

export function clearNodeState(): void {
  clearTrail();
  memory.fill(rev_sides, 0, <usize>(neurons * keptCount));
  memory.fill(rev_decided, 0, <usize>neurons << 2);
  for (let j = 0; j < neurons; j++) {
    store<i32>(rev_version + (<usize>j << 2), ++versions);
    for (let i = 0; i < inputsPadded; i++) {
      store<i16>(lowAt(j, i), i < inputs ? <i16>leastWeight(i) : 0);
      store<i16>(upAt(j, i), i < inputs ? <i16>mostWeight(i) : 0);
    }
  }
  store<i32>(rev_flags, 0);
}

// @ts-ignore: decorator
@inline
export function sidesOf(j: i32): usize {
  return rev_sides + <usize>(j * keptCount);
}
// @ts-ignore: decorator
@inline
export function sideAt(j: i32, k: i32): i32 {
  assert(<u32>j < <u32>neurons && <u32>k < <u32>keptCount);
  return <i32>load<i8>(rev_sides + <usize>(j * keptCount + k));
}
export function decideSide(j: i32, k: i32, side: i32): void {
  assert((side == 1 || side == -1) && sideAt(j, k) != -side); // what is decided stays so below
  if (sideAt(j, k) == side) return;
  setI8(rev_sides + <usize>(j * keptCount + k), side);
  setI32(rev_decided + (<usize>j << 2), decidedOf(j) + 1);
  setI32(rev_version + (<usize>j << 2), ++versions);
}
export function decidedOf(j: i32): i32 {
  return load<i32>(rev_decided + (<usize>j << 2));
}
export function versionOf(j: i32): i32 {
  return load<i32>(rev_version + (<usize>j << 2));
}
// @ts-ignore: decorator
@inline
function lowAt(j: i32, i: i32): usize {
  assert(<u32>j < <u32>neurons && <u32>i < <u32>inputsPadded);
  return rev_low + (<usize>(j * inputsPadded + i) << 1);
}
// @ts-ignore: decorator
@inline
function upAt(j: i32, i: i32): usize {
  assert(<u32>j < <u32>neurons && <u32>i < <u32>inputsPadded);
  return rev_up + (<usize>(j * inputsPadded + i) << 1);
}
export function lowOf(j: i32, i: i32): i32 {
  return <i32>load<i16>(lowAt(j, i));
}
export function upOf(j: i32, i: i32): i32 {
  return <i32>load<i16>(upAt(j, i));
}
export function setBoxOf(j: i32, i: i32, low: i32, up: i32): void {
  assert(lowOf(j, i) <= low && low <= up && up <= upOf(j, i)); // boxes only ever narrow
  if (lowOf(j, i) != low) setI16(lowAt(j, i), low);
  if (upOf(j, i) != up) setI16(upAt(j, i), up);
}
export function boundOf(j: i32): i32 {
  return load<i32>(rev_bound + (<usize>j << 2));
}
/** Root values are written without the trail. */
export function startBound(j: i32, bound: i32): void {
  store<i32>(rev_bound + (<usize>j << 2), bound);
}
export function startUpperBound(bound: i32): void {
  store<i32>(rev_upper, bound);
}
export function setBoundOf(j: i32, bound: i32): void {
  if (boundOf(j) != bound) setI32(rev_bound + (<usize>j << 2), bound);
}
export function upperBoundNow(): i32 {
  return load<i32>(rev_upper);
}
export function setUpperBound(bound: i32): void {
  setI32(rev_upper, bound);
}
export function isCompleteNow(): bool {
  return load<i32>(rev_flags) != 0;
}
export function markComplete(): void {
  setI32(rev_flags, 1);
}
export function sumOfBounds(): i64 {
  let sum: i64 = 0;
  for (let j = 0; j < neurons; j++) sum += <i64>boundOf(j);
  return sum;
}

