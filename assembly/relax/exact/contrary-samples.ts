import { strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { inputsPadded, label, sampleCount, sampleRow } from '../../problem/shape';
import { labelled, slots, Twins } from './state';

/**
 * Samples with equal inputs and unlike labels contradict each other: no network has both right. Equal samples are found by
 * open addressing, in one look at every sample; comparing all with all took a minute at 100,000 samples.
 */
/** Samples less, for every group of equal inputs, those of its rarer label. */
export function consistentSamples(): i32 {
  memory.fill(slots, 0, <usize>Twins.slotCount << 2);
  memory.fill(labelled, 0, <usize>sampleCount << 3);
  for (let k = 0; k < sampleCount; k++) {
    breathe();
    strain(<f64>inputsPadded + 16);
    const at = labelled + (<usize>firstLike(k) << 3) + (label(k) > 0 ? 0 : 4);
    store<i32>(at, load<i32>(at) + 1);
  }
  let lost = 0;
  for (let k = 0; k < sampleCount; k++) {
    const at = labelled + (<usize>k << 3);
    lost += min(load<i32>(at), load<i32>(at, 4));
  }
  return sampleCount - lost;
}

/** The first sample with the inputs of sample `k`, which becomes it where there is none. */
function firstLike(k: i32): i32 {
  const row = sampleRow(k);
  const bytes = <usize>inputsPadded << 1;
  let hash: u64 = 0;
  for (let at: usize = 0; at < bytes; at += 8) {
    hash = (hash ^ load<u64>(row + at)) * 0x9e3779b97f4a7c15;
    hash ^= hash >>> 32;
  }
  let slot = <i32>(hash >>> 20) & (Twins.slotCount - 1);
  let other = load<i32>(slots + (<usize>slot << 2)) - 1;
  while (other >= 0 && memory.compare(sampleRow(other), row, bytes) != 0) {
    slot = (slot + 1) & (Twins.slotCount - 1);
    other = load<i32>(slots + (<usize>slot << 2)) - 1;
  }
  if (other >= 0) return other;
  store<i32>(slots + (<usize>slot << 2), k + 1);
  return k;
}
