import { keptCount } from '../../problem/shape';
import { CertificateTree, leftOut, literals, unknown } from './state';

/**
 * The literals of the node at hand, one byte each: the certificate tree unpacks its nodes here.
 */

/** i8 [K]: which rows know neuron `j`, and on which side. */
// @ts-ignore: decorator
@inline
export function literalsOf(j: i32): usize {
  return literals + <usize>j * CertificateTree.sidesBytes;
}

// @ts-ignore: decorator
@inline
export function literal(j: i32, k: i32): i32 {
  return <i32>load<i8>(literalsOf(j) + <usize>k);
}

// @ts-ignore: decorator
@inline
export function setLiteral(j: i32, k: i32, side: i32): void {
  store<i8>(literalsOf(j) + <usize>k, <i8>side);
}

// @ts-ignore: decorator
@inline
export function isUnknown(j: i32, k: i32): bool {
  return ((load<u32>(unknown + (<usize>k << 2)) >>> j) & 1) != 0;
}

/** Bit j: row `k` is said not to know neuron j. */
// @ts-ignore: decorator
@inline
export function setUnknown(k: i32, mask: u32): void {
  store<u32>(unknown + (<usize>k << 2), mask);
}

// @ts-ignore: decorator
@inline
export function isOut(k: i32): bool {
  return load<u8>(leftOut + <usize>k) != 0;
}

// @ts-ignore: decorator
@inline
export function setOut(k: i32, out: bool): void {
  store<u8>(leftOut + <usize>k, u8(out));
}

/** Some neuron is known on different sides: the completions of the two rows do not meet. */
export function contradict(k: i32, l: i32): bool {
  for (let j = 0; j < CertificateTree.n1; j++) if (literal(j, k) * literal(j, l) < 0) return true;
  return false;
}

/** Nothing is said of the neuron: it can change places with any other of its kind. */
export function isUntouched(j: i32): bool {
  for (let k = 0; k < keptCount; k++) if (literal(j, k) != 0 || isUnknown(j, k)) return false;
  return true;
}

/** Whether row `k` may come to know neuron `j` on `side`, or does already. */
export function mayKnow(j: i32, k: i32, side: i32): bool {
  const now = literal(j, k);
  return now == side || (now == 0 && !isUnknown(j, k));
}
