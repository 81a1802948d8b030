import { dotI16 } from '../base/kernels/simd';
import { spend } from '../base/clock';
import { breathe } from '../base/pause';
import { inputsPadded, kept, keptCount, label, sampleRow, size, targetOf } from '../problem/shape';
import { allNeurons, CERTAIN, forced, prepareCertify } from './certify';
import { tollOrNone, weightRow } from './weights';
import { Certificates, primes, Primes, reaches, softTolls } from './state';

/**
 * The soft value of a network, exactly (docs/robust.md, "Soft margins"). A literal is a neuron with a side; its reach on a
 * row is what is left of the sum at the worst of the L-infinity box, in units of S: `S - delta |w|` for +, `-S - delta |w|
 * - 1` for - (sgn(0) = +1), negative where the neuron answers otherwise. A row's reach is the largest r at which literals
 * of reach r or more force its label: the best over the prime implicants of its label of their least literal. Its loss is
 * the square of what it lacks to the target.
 */
/** Loss of a network that cannot give some kept row its label at all. */
export const NO_LOSS: i64 = i64.MAX_VALUE;

/** Readies a network: the primes of its upper layers, the tolls of its first layer. */
export function prepareSoft(network: usize): void {
  prepareCertify(network);
  for (let j = 0; j < size(1); j++) store<i32>(softTolls + (<usize>j << 2), tollOrNone(weightRow(network, 0, j)));
  if (Primes.session == Certificates.tableSession) return;
  Primes.session = -1; // until all are listed: whoever paused in here may have been given up
  Primes.plus = listPrimes(1);
  Primes.minus = listPrimes(-1);
  Primes.session = Certificates.tableSession;
}

function listPrimes(y: i32): i32 {
  let count = 0;
  const all = allNeurons();
  for (let mask: u32 = 0; mask <= all; mask++) {
    breathe();
    spend(<f64>(1 << popcnt(mask)) * 8);
    let sides = mask;
    for (;;) {
      if (isPrime(mask, sides, y)) {
        const at = primeAt(y, count++);
        store<u32>(at, mask);
        store<u32>(at, sides, 4);
      }
      if (sides == 0) break;
      sides = (sides - 1) & mask;
    }
  }
  return count;
}

/** Forces `y`, and does not without any one of its literals. */
function isPrime(mask: u32, sides: u32, y: i32): bool {
  const all = allNeurons();
  if (!forced(sides, all & ~mask, y)) return false;
  for (let rest = mask; rest != 0; rest &= rest - 1) {
    const less = mask & ~(rest & (0 - rest));
    if (forced(sides & less, all & ~less, y)) return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function primeAt(y: i32, index: i32): usize {
  return primes + (<usize>(y > 0 ? index : Primes.states + index) << 3);
}

export function primesOf(y: i32): i32 {
  return y > 0 ? Primes.plus : Primes.minus;
}
export function primeMask(y: i32, index: i32): u32 {
  return load<u32>(primeAt(y, index));
}
export function primeSides(y: i32, index: i32): u32 {
  return load<u32>(primeAt(y, index), 4);
}

/** The row's reach; `CERTAIN` where nothing has to be known. Call only where its label has a prime. */
function reachOfRow(network: usize, k: i32): i32 {
  for (let j = 0; j < size(1); j++) {
    const toll = load<i32>(softTolls + (<usize>j << 2));
    const sum = dotI16(weightRow(network, 0, j), sampleRow(k), inputsPadded);
    const at = reaches + (<usize>j << 3);
    // A neuron without weights is + whatever comes, and lacks one unit of being -.
    store<i32>(at, toll < 0 ? CERTAIN : sum - toll);
    store<i32>(at, -sum - max(toll, 0) - 1, 4);
  }
  const y = label(k);
  let best = i32.MIN_VALUE;
  for (let p = 0; p < primesOf(y); p++) {
    best = max(best, leastOf(primeMask(y, p), primeSides(y, p)));
  }
  return best;
}

/** The least reach of an implicant's literals on the row measured last. */
// @ts-ignore: decorator
@inline
function leastOf(mask: u32, sides: u32): i32 {
  let least = CERTAIN;
  for (let rest = mask; rest != 0; rest &= rest - 1) {
    const j = <i32>ctz(rest);
    least = min(least, load<i32>(reaches + (<usize>j << 3) + ((sides >>> j) & 1 ? 0 : 4)));
  }
  return least;
}

/** The first prime implicant that gives row `k` its reach; -1: its label has none. Call `prepareSoft` first. */
export function primeOfRow(network: usize, k: i32): i32 {
  if (primesOf(label(k)) == 0) return -1;
  const best = reachOfRow(network, k);
  let p = 0;
  while (leastOf(primeMask(label(k), p), primeSides(label(k), p)) != best) p++;
  return p;
}

/** Sum of the squared shortfalls over the kept rows; `NO_LOSS` where a label is out of the network's reach. */
export function softLoss(network: usize): i64 {
  prepareSoft(network);
  const aRow = <f64>(size(1) * (inputsPadded + 32) + 8 * (Primes.plus + Primes.minus)) / 8;
  let loss: i64 = 0;
  for (let index = 0; index < keptCount; index++) {
    const k = kept(index);
    if (primesOf(label(k)) == 0) return NO_LOSS;
    breathe();
    spend(aRow);
    const lack = <i64>targetOf(k) - <i64>reachOfRow(network, k);
    if (lack > 0) loss += lack * lack;
  }
  return loss;
}
