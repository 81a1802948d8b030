import { dotI16 } from '../base/kernels/simd';
import { spend } from '../base/clock';
import { breathe, perBreath } from '../base/pause';
import { groupCount, groupOf, holds, inputsPadded, kept, keptCount, label, layerCount, marginOf, paddedInputs, sampleCount, sampleRow, size } from '../problem/shape';
import { tollOrNone, weightRow } from './weights';
import { answerAbove, answerBelow, Certificates, certifiedFlags, distances, knownTolls, networkBytes, order, table, upperCopy } from './state';

/**
 * The robust value of a network, exactly (docs/robust.md). On a row the first-layer neuron j has a side and a distance,
 * its margin at the worst of the L-infinity box; below 0 the activation is unknown, and so it is below a threshold. The
 * row is certified when every completion of the unknown activations gives its label. What the upper layers make of the
 * first layer's answers is a table of 2^n1 outputs: all completions are looked up in it.
 */
export const CERTAIN: i32 = i32.MAX_VALUE;
export const NOT_CERTIFIED: i32 = i32.MIN_VALUE;

/** Readies a network: its table (kept while the upper weights stay the same) and the tolls of its first layer. */
export function prepareCertify(network: usize): void {
  for (let j = 0; j < Certificates.width; j++) store<i32>(knownTolls + (<usize>j << 2), tollOrNone(weightRow(network, 0, j)));
  spend(<f64>(Certificates.width * inputsPadded) / 4);
  const first = <usize>(Certificates.width * inputsPadded) << 1;
  if (Certificates.tableStands && memory.compare(upperCopy, network + first, networkBytes - first) == 0) return;
  memory.copy(upperCopy, network + first, networkBytes - first);
  Certificates.tableStands = false; // until all of it does: whoever paused in here may have been given up
  Certificates.tableSession++;
  const answers = 1 << Certificates.width;
  for (let answer = 0; answer < answers; answer++) {
    if ((answer & 255) == 0) breathe();
    store<i8>(table + <usize>answer, <i8>outputOf(network, answer));
    spend(<f64>layerCount * 16);
  }
  Certificates.tableStands = true;
}

function outputOf(network: usize, answer: i32): i32 {
  let below = answerBelow;
  let above = answerAbove;
  memory.fill(below, 0, <usize>((Certificates.width + 7) & ~7) << 1);
  for (let j = 0; j < Certificates.width; j++) store<i16>(below + (<usize>j << 1), (answer >>> j) & 1 ? 1 : -1);
  for (let l = 1; l < layerCount; l++) {
    const n = size(l + 1);
    const length = paddedInputs(l);
    memory.fill(above, 0, <usize>((n + 7) & ~7) << 1);
    for (let j = 0; j < n; j++) {
      store<i16>(above + (<usize>j << 1), dotI16(weightRow(network, l, j), below, length) >= 0 ? 1 : -1);
    }
    const swap = below;
    below = above;
    above = swap;
  }
  return <i32>load<i16>(below);
}

/** Distances and sides of all first-layer neurons on row `k`. */
export function measureRow(network: usize, k: i32): void {
  Certificates.sides = 0;
  let weights = network;
  for (let j = 0; j < Certificates.width; j++) {
    const toll = load<i32>(knownTolls + (<usize>j << 2));
    let distance = CERTAIN;
    let plus = true;
    if (toll >= 0) {
      const sum = dotI16(weights, sampleRow(k), inputsPadded);
      plus = sum >= 0;
      distance = marginOf(sum, plus ? 1 : -1, toll);
    }
    if (plus) Certificates.sides |= <u32>1 << j;
    store<i32>(distances + (<usize>j << 2), distance);
    weights += <usize>inputsPadded << 1;
  }
  spend(<f64>(Certificates.width * (inputsPadded + 32)) / 8);
}

// @ts-ignore: decorator
@inline
export function distanceOf(j: i32): i32 {
  assert(<u32>j < <u32>Certificates.width);
  return load<i32>(distances + (<usize>j << 2));
}

/** Whether every completion of the `free` neurons beside the sides `fixed` gives output `y`. */
export function forced(fixed: u32, free: u32, y: i32): bool {
  assert((fixed & free) == 0 && ((fixed | free) & ~allNeurons()) == 0);
  let rest = free;
  while (<i32>load<i8>(table + <usize>(fixed | rest)) == y) {
    if (rest == 0) return true;
    rest = (rest - 1) & free;
  }
  return false;
}

// @ts-ignore: decorator
@inline
export function allNeurons(): u32 {
  return (<u32>1 << Certificates.width) - 1;
}

/** The largest threshold at which the row measured last is certified for `y`; `NOT_CERTIFIED` where not even at 0. */
export function rowMargin(y: i32): i32 {
  let count = 0;
  for (let j = 0; j < Certificates.width; j++) {
    const d = distanceOf(j);
    if (d < 0) continue;
    let at = count++;
    while (at > 0 && distanceOf(load<i32>(order + (<usize>(at - 1) << 2))) < d) {
      store<i32>(order + (<usize>at << 2), load<i32>(order + (<usize>(at - 1) << 2)));
      at--;
    }
    store<i32>(order + (<usize>at << 2), j);
  }
  let known: u32 = 0;
  let margin = CERTAIN;
  for (let at = 0; !forced(Certificates.sides & known, allNeurons() & ~known, y); at++) {
    if (at == count) return NOT_CERTIFIED;
    const j = load<i32>(order + (<usize>at << 2));
    known |= <u32>1 << j;
    margin = distanceOf(j);
  }
  return margin;
}

/** Whether the row measured last is certified when neuron j is known from `holds[j]` on. */
export function certifiedAtHolds(y: i32): bool {
  let known: u32 = 0;
  for (let j = 0; j < Certificates.width; j++) {
    if (distanceOf(j) >= load<i32>(holds + (<usize>j << 2))) known |= <u32>1 << j;
  }
  return forced(Certificates.sides & known, allNeurons() & ~known, y);
}

/** Samples certified at 0, over all rows; leaves `certifiedFlags`. */
export function countCertified(network: usize): i32 {
  prepareCertify(network);
  memory.fill(certifiedFlags, 1, <usize>groupCount);
  const block = perBreath(Certificates.width * inputsPadded);
  for (let from = 0; from < sampleCount; from += block) {
    breathe();
    const to = min(sampleCount, from + block);
    for (let k = from; k < to; k++) {
      const flag = certifiedFlags + <usize>groupOf(k);
      if (load<u8>(flag) == 0) continue;
      measureRow(network, k);
      if (rowMargin(label(k)) < 0) store<u8>(flag, 0);
    }
  }
  let count = 0;
  for (let g = 0; g < groupCount; g++) count += <i32>load<u8>(certifiedFlags + <usize>g);
  return count;
}

/** The certified margin over the kept rows: `NOT_CERTIFIED`, or the least of them; 0 where one label only is kept. */
export function leastCertified(network: usize): i32 {
  prepareCertify(network);
  let least = CERTAIN;
  let labels = 0;
  const block = perBreath(Certificates.width * inputsPadded);
  for (let from = 0; from < keptCount; from += block) {
    breathe();
    const to = min(keptCount, from + block);
    for (let index = from; index < to; index++) {
      const k = kept(index);
      measureRow(network, k);
      labels |= label(k) > 0 ? 1 : 2;
      least = min(least, rowMargin(label(k)));
      if (least < 0) return NOT_CERTIFIED;
    }
  }
  return labels == 3 ? least : 0;
}

/** Whether every kept row is certified at the holds. */
export function holdsCertified(network: usize): bool {
  prepareCertify(network);
  const block = perBreath(Certificates.width * inputsPadded);
  for (let from = 0; from < keptCount; from += block) {
    breathe();
    const to = min(keptCount, from + block);
    for (let index = from; index < to; index++) {
      measureRow(network, kept(index));
      if (!certifiedAtHolds(label(kept(index)))) return false;
    }
  }
  return true;
}

/** A certificate at the holds of the row measured last. Call only where `certifiedAtHolds(y)`. */
export function certificateAtHolds(y: i32): u32 {
  return certificate(y, true);
}

/** Likewise at 0, of the largest least distance. Call only where `rowMargin(y)` is not below 0. */
export function certificateOfRow(y: i32): u32 {
  return certificate(y, false);
}

/**
 * Neurons that force `y` together, chosen by how far their distance exceeds what they hold (or 0), less those that are not needed
 * (least spare first).
 */
function certificate(y: i32, atHolds: bool): u32 {
  let count = 0;
  for (let j = 0; j < Certificates.width; j++) {
    const s = spare(j, atHolds);
    if (s < 0) continue;
    let at = count++;
    while (at > 0 && spare(load<i32>(order + (<usize>(at - 1) << 2)), atHolds) < s) {
      store<i32>(order + (<usize>at << 2), load<i32>(order + (<usize>(at - 1) << 2)));
      at--;
    }
    store<i32>(order + (<usize>at << 2), j);
  }
  let needed: u32 = 0;
  let taken = 0;
  for (; taken < count && !forced(Certificates.sides & needed, allNeurons() & ~needed, y); taken++) {
    needed |= <u32>1 << load<i32>(order + (<usize>taken << 2));
  }
  for (let at = taken - 1; at >= 0; at--) {
    const without = needed & ~(<u32>1 << load<i32>(order + (<usize>at << 2)));
    if (forced(Certificates.sides & without, allNeurons() & ~without, y)) needed = without;
  }
  return needed;
}

// @ts-ignore: decorator
@inline
function spare(j: i32, atHolds: bool): i32 {
  return distanceOf(j) - (atHolds ? load<i32>(holds + (<usize>j << 2)) : 0);
}
