import { reserve } from '../base/arena';
import { inputs, inputsPadded, keptCount, size, weightBound } from '../problem/shape';
import { clearTrail, setI16, setI32, setI8 } from '../base/trail';
import { reserveTrail } from '../base/state';

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

export function reserveNodeState(rowCount: i32): void {
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

export function clearNodeState(): void {
  clearTrail();
  memory.fill(rev_sides, 0, <usize>(neurons * keptCount));
  memory.fill(rev_decided, 0, <usize>neurons << 2);
  for (let j = 0; j < neurons; j++) {
    store<i32>(rev_version + (<usize>j << 2), ++versions);
    for (let i = 0; i < inputsPadded; i++) {
      store<i16>(lowAt(j, i), i < inputs ? <i16>-weightBound : 0);
      store<i16>(upAt(j, i), i < inputs ? <i16>weightBound : 0);
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
  return <i32>load<i8>(rev_sides + <usize>(j * keptCount + k));
}
export function decideSide(j: i32, k: i32, side: i32): void {
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
  return rev_low + (<usize>(j * inputsPadded + i) << 1);
}
// @ts-ignore: decorator
@inline
function upAt(j: i32, i: i32): usize {
  return rev_up + (<usize>(j * inputsPadded + i) << 1);
}
export function lowOf(j: i32, i: i32): i32 {
  return <i32>load<i16>(lowAt(j, i));
}
export function upOf(j: i32, i: i32): i32 {
  return <i32>load<i16>(upAt(j, i));
}
export function setBoxOf(j: i32, i: i32, low: i32, up: i32): void {
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
