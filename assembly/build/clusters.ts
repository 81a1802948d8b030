import { dotI16 } from '../base/kernels/simd';
import { restRow, tollOrNone, weightRow } from '../network/weights';
import { spend, strain } from '../base/clock';
import { breathe } from '../base/pause';
import { below, unit } from '../base/random';
import { groupCount, groupOf, inputs, inputsPadded, kept, keptCount, label, marginOf, sampleRow, size } from '../problem/shape';
import { centreDistance, centres, Clusters, gains, groupRows, groupSigns, home, means, nearestBest, nearestCentre, owed } from './state';

/**
 * Which cluster every sample is in, and what the first-layer neurons owe to it (cluster-wiring.ts): a + sample of cluster a
 * needs h_ab = +1 for all b; a - sample needs, for every a, h_ab = -1 for one b of its choice. All rows of a sample
 * alike. Seeds are k-means clusters of each class; then samples move to where their worst row stands best, as in k-means
 * with the margin for a distance (design section 2.5).
 */
export const OUT: i32 = -1;

/** The sides of neuron `j` on the kept rows, i8 [K]. */
export function owedBy(j: i32): usize {
  assert(<u32>j < <u32>size(1));
  return owed + <usize>j * Clusters.owedBytes;
}

/** Some row of i8 [K] `sides` is on the - side; without any the neuron may be constant. */
export function hasMinus(sides: usize): bool {
  for (let k = 0; k < keptCount; k++) if (load<i8>(sides + <usize>k) < 0) return true;
  return false;
}

// @ts-ignore: decorator
@inline
function homeAt(g: i32, a: i32): usize {
  assert(<u32>g < <u32>groupCount && <u32>a < <u32>size(1));
  return home + (<usize>(g * size(1) + a) << 2);
}

export function isOut(g: i32): bool {
  return load<i32>(homeAt(g, 0)) == OUT;
}

export function leaveOut(g: i32): void {
  for (let a = 0; a < size(1); a++) store<i32>(homeAt(g, a), OUT);
}

/** Looks at the kept rows: labels and mean images of their samples. Once a stage. */
export function surveyGroups(): void {
  memory.fill(means, 0, (<usize>groupCount * <usize>inputs) << 3);
  memory.fill(groupRows, 0, <usize>groupCount << 2);
  for (let index = 0; index < keptCount; index++) {
    const k = kept(index);
    const g = groupOf(k);
    store<i8>(groupSigns + <usize>g, <i8>label(k));
    store<i32>(groupRows + (<usize>g << 2), load<i32>(groupRows + (<usize>g << 2)) + 1);
    const mean = means + ((<usize>g * <usize>inputs) << 3);
    breathe();
    spend(<f64>inputs);
    for (let i = 0; i < inputs; i++) {
      const at = mean + (<usize>i << 3);
      store<f64>(at, load<f64>(at) + <f64>load<i16>(sampleRow(k) + (<usize>i << 1)));
    }
  }
  for (let g = 0; g < groupCount; g++) {
    const rows = load<i32>(groupRows + (<usize>g << 2));
    if (rows == 0) continue;
    breathe();
    strain(<f64>inputs);
    const mean = means + ((<usize>g * <usize>inputs) << 3);
    for (let i = 0; i < inputs; i++) store<f64>(mean + (<usize>i << 3), load<f64>(mean + (<usize>i << 3)) / <f64>rows);
  }
}

// @ts-ignore: decorator
@inline
function takesPart(g: i32, sign: i32): bool {
  return load<i32>(groupRows + (<usize>g << 2)) > 0 && <i32>load<i8>(groupSigns + <usize>g) == sign;
}

/** Kept samples of a label. */
export function samplesOf(sign: i32): i32 {
  let count = 0;
  for (let g = 0; g < groupCount; g++) count += i32(takesPart(g, sign));
  return count;
}

/** Begins with k-means clusters, the best of `runs`: `a` of the + samples, `b` of the - samples (no more than samples). */
export function seedClusters(a: i32, b: i32, runs: i32): void {
  Clusters.a = a;
  Clusters.b = b;
  for (let g = 0; g < groupCount; g++) leaveOut(g);
  cluster(1, a, runs);
  for (let g = 0; g < groupCount; g++) {
    if (takesPart(g, 1)) store<i32>(homeAt(g, 0), load<i32>(nearestCentre + (<usize>g << 2)));
  }
  cluster(-1, b, runs);
  for (let g = 0; g < groupCount; g++) {
    if (!takesPart(g, -1)) continue;
    for (let i = 0; i < a; i++) store<i32>(homeAt(g, i), load<i32>(nearestCentre + (<usize>g << 2)));
  }
}

/** Begins with the clusters that a network's own answers imply. */
export function adoptClusters(a: i32, b: i32, network: usize): void {
  Clusters.a = a;
  Clusters.b = b;
  for (let g = 0; g < groupCount; g++) {
    leaveOut(g);
    if (!takesPart(g, 1) && !takesPart(g, -1)) continue;
    for (let i = 0; i < a; i++) store<i32>(homeAt(g, i), 0);
  }
  reassign(network);
}

/** Clusters of the samples of one label into `nearest`: the best of a few k-means runs. */
function cluster(sign: i32, count: i32, runs: i32): void {
  let members = 0;
  for (let g = 0; g < groupCount; g++) members += i32(takesPart(g, sign));
  if (members == 0) return;
  let least: f64 = f64.MAX_VALUE;
  for (let run = 0; run < runs; run++) {
    const spread = lloyd(sign, count, members);
    if (spread >= least) continue;
    least = spread;
    memory.copy(nearestBest, nearestCentre, <usize>groupCount << 2);
  }
  memory.copy(nearestCentre, nearestBest, <usize>groupCount << 2);
}

/** k-means (Lloyd) from k-means++ seeds (Arthur, Vassilvitskii 2007); returns the sum of squared distances. */
function lloyd(sign: i32, count: i32, members: i32): f64 {
  let pick = pickMember(sign, below(members));
  for (let c = 0; c < count; c++) {
    memory.copy(centre(c), means + ((<usize>pick * <usize>inputs) << 3), <usize>inputs << 3);
    let sum: f64 = 0;
    for (let g = 0; g < groupCount; g++) {
      if (!takesPart(g, sign)) continue;
      breathe();
      const d = squared(g, c);
      const at = centreDistance + (<usize>g << 3);
      if (c == 0 || d < load<f64>(at)) {
        store<f64>(at, d);
        store<i32>(nearestCentre + (<usize>g << 2), c);
      }
      sum += load<f64>(at);
    }
    let draw = unit() * sum;
    for (let g = 0; g < groupCount && draw >= 0; g++) {
      if (!takesPart(g, sign)) continue;
      draw -= load<f64>(centreDistance + (<usize>g << 3));
      pick = g;
    }
  }
  let total: f64 = 0;
  for (let round = 0; round < 12; round++) {
    for (let c = 0; c < count; c++) recentre(sign, c);
    let moved = false;
    total = 0;
    for (let g = 0; g < groupCount; g++) {
      if (!takesPart(g, sign)) continue;
      breathe();
      let best = load<i32>(nearestCentre + (<usize>g << 2));
      let least = squared(g, best);
      for (let c = 0; c < count; c++) {
        const d = squared(g, c);
        if (d < least) {
          least = d;
          best = c;
        }
      }
      total += least;
      if (best != load<i32>(nearestCentre + (<usize>g << 2))) moved = true;
      store<i32>(nearestCentre + (<usize>g << 2), best);
    }
    if (!moved) break;
  }
  return total;
}

function pickMember(sign: i32, position: i32): i32 {
  let left = position;
  for (let g = 0; g < groupCount; g++) {
    if (!takesPart(g, sign)) continue;
    if (left == 0) return g;
    left--;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function centre(c: i32): usize {
  return centres + ((<usize>c * <usize>inputs) << 3);
}

function squared(g: i32, c: i32): f64 {
  const a = means + ((<usize>g * <usize>inputs) << 3);
  const b = centre(c);
  let sum: f64 = 0;
  for (let i: usize = 0; i < <usize>inputs; i++) {
    const d = load<f64>(a + (i << 3)) - load<f64>(b + (i << 3));
    sum += d * d;
  }
  spend(<f64>inputs);
  strain(<f64>inputs);
  return sum;
}

function recentre(sign: i32, c: i32): void {
  let members = 0;
  for (let g = 0; g < groupCount; g++) {
    members += i32(takesPart(g, sign) && load<i32>(nearestCentre + (<usize>g << 2)) == c);
  }
  if (members == 0) return; // an empty cluster keeps its centre and may win samples back
  memory.fill(centre(c), 0, <usize>inputs << 3);
  for (let g = 0; g < groupCount; g++) {
    if (!takesPart(g, sign) || load<i32>(nearestCentre + (<usize>g << 2)) != c) continue;
    const mean = means + ((<usize>g * <usize>inputs) << 3);
    breathe();
    spend(<f64>inputs);
    for (let i: usize = 0; i < <usize>inputs; i++) {
      const at = centre(c) + (i << 3);
      store<f64>(at, load<f64>(at) + load<f64>(mean + (i << 3)) / <f64>members);
    }
  }
}

/** Writes the sides that the samples' clusters ask of every neuron. */
export function writeOwed(): void {
  const n1 = Clusters.a * Clusters.b;
  for (let j = 0; j < n1; j++) memory.fill(owedBy(j), 0, Clusters.owedBytes);
  for (let index = 0; index < keptCount; index++) {
    const g = groupOf(kept(index));
    strain(<f64>n1);
    breathe();
    if (isOut(g)) continue;
    if (<i32>load<i8>(groupSigns + <usize>g) > 0) {
      const a = load<i32>(homeAt(g, 0));
      for (let b = 0; b < Clusters.b; b++) store<i8>(owedBy(a * Clusters.b + b) + <usize>index, 1);
      continue;
    }
    for (let a = 0; a < Clusters.a; a++) {
      store<i8>(owedBy(a * Clusters.b + load<i32>(homeAt(g, a))) + <usize>index, -1);
    }
  }
}

/** Worst margins of every kept sample on both sides of every h_ab. */
function measureGains(network: usize): void {
  const n1 = Clusters.a * Clusters.b;
  for (let at = 0; at < groupCount * size(1) * 2; at++) store<i32>(gains + (<usize>at << 2), i32.MAX_VALUE);
  for (let j = 0; j < n1; j++) {
    const row = weightRow(network, 0, j);
    const toll = tollOrNone(row);
    for (let index = 0; index < keptCount; index++) {
      const k = kept(index);
      breathe();
      spend(<f64>(inputsPadded + 32) / 8);
      const sum = dotI16(row, sampleRow(k), inputsPadded);
      const at = gain(groupOf(k), j);
      // A neuron without weights is +1 at any distance and never -1.
      const plus = toll < 0 ? i32.MAX_VALUE : marginOf(sum, 1, toll);
      const minus = toll < 0 ? i32.MIN_VALUE : marginOf(sum, -1, toll);
      store<i32>(at, min(load<i32>(at), plus));
      store<i32>(at, min(load<i32>(at, 4), minus), 4);
    }
  }
}

// @ts-ignore: decorator
@inline
function gain(g: i32, j: i32): usize {
  return gains + (<usize>(g * size(1) + j) << 3);
}

/** Moves every sample to the cluster where its worst row stands best under the network; returns how many moved. */
export function reassign(network: usize): i32 {
  measureGains(network);
  let moved = 0;
  for (let g = 0; g < groupCount; g++) {
    if (isOut(g)) continue;
    const plus = <i32>load<i8>(groupSigns + <usize>g) > 0;
    const changed = plus ? movePlus(g) : moveMinus(g);
    moved += i32(changed);
  }
  return moved;
}

function movePlus(g: i32): bool {
  const old = load<i32>(homeAt(g, 0));
  let best = old;
  let most = standingPlus(g, old);
  for (let a = 0; a < Clusters.a; a++) {
    const standing = standingPlus(g, a);
    if (standing > most) {
      most = standing;
      best = a;
    }
  }
  store<i32>(homeAt(g, 0), best);
  return best != old;
}

function standingPlus(g: i32, a: i32): i32 {
  let least = i32.MAX_VALUE;
  for (let b = 0; b < Clusters.b; b++) least = min(least, load<i32>(gain(g, a * Clusters.b + b)));
  return least;
}

function moveMinus(g: i32): bool {
  let changed = false;
  for (let a = 0; a < Clusters.a; a++) {
    const old = load<i32>(homeAt(g, a));
    let best = old;
    let most = load<i32>(gain(g, a * Clusters.b + old), 4);
    for (let b = 0; b < Clusters.b; b++) {
      const standing = load<i32>(gain(g, a * Clusters.b + b), 4);
      if (standing > most) {
        most = standing;
        best = b;
      }
    }
    store<i32>(homeAt(g, a), best);
    changed = changed || best != old;
  }
  return changed;
}

/** The worst margin of a sample where it stands (after `reassign`). */
export function standing(g: i32): i32 {
  if (<i32>load<i8>(groupSigns + <usize>g) > 0) return standingPlus(g, load<i32>(homeAt(g, 0)));
  let least = i32.MAX_VALUE;
  for (let a = 0; a < Clusters.a; a++) {
    least = min(least, load<i32>(gain(g, a * Clusters.b + load<i32>(homeAt(g, a))), 4));
  }
  return least;
}

/** Writes the weights of a constant neuron: none, or those nearest to that. */
export function clearNeuron(row: usize): void {
  restRow(row);
}
