import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { CODE_C, put } from '../../record/log';
import { radiusOf } from '../../problem/boxes';
import { costOf, Limits, totalCost } from '../../problem/limits';
import { groupCount, groupOf, inputs, label, sampleCount, sampleRow } from '../../problem/shape';
import { Contradictions, groupSigns, meets, partner, visited } from './state';

/**
 * Robust SM, before any tree. Samples of unlike labels that no network certifies together: some row of one and some row
 * of the other have boxes that meet, so one input would need both answers. The samples that can be certified are
 * independent in this bipartite graph, hence at most all less a maximum matching (König), found by augmenting paths.
 * Exact integers; one pass over the pairs of rows, which mostly differ within a few inputs.
 */

/** No network certifies more samples than this, or, where they have costs, more of these. */
export function mostCertifiable(): i64 {
  if (!Contradictions.fits) return totalCost();
  memory.fill(meets, 0, <usize>groupCount * <usize>groupCount);
  for (let k = 0; k < sampleCount; k++) store<i8>(groupSigns + <usize>groupOf(k), <i8>label(k));
  let any = false;
  for (let k = 0; k < sampleCount; k++) {
    if (label(k) < 0) continue;
    for (let l = 0; l < sampleCount; l++) {
      if (label(l) > 0) continue;
      const at = meets + <usize>(groupOf(k) * groupCount + groupOf(l));
      if (load<u8>(at) != 0) continue;
      breathe();
      if (!boxesMeet(k, l)) continue;
      store<u8>(at, 1);
      any = true;
    }
    spend(<f64>sampleCount * 8);
  }
  for (let g = 0; g < groupCount; g++) store<i32>(partner + (<usize>g << 2), -1);
  if (!any) return totalCost();
  const pairs = matching();
  return totalCost() - (Limits.costed ? costOfPairs() : <i64>pairs);
}

/** Every pair of the matching loses the cheaper of its samples. */
function costOfPairs(): i64 {
  let sum: i64 = 0;
  for (let g = 0; g < groupCount; g++) {
    const other = load<i32>(partner + (<usize>g << 2));
    if (other >= 0) sum += <i64>min(costOf(g), costOf(other));
  }
  return sum;
}

/** Writes the matching of the last `mostCertifiable` down: of every pair of samples two rows whose boxes meet. */
export function logContradictions(): void {
  for (let g = 0; g < groupCount && Contradictions.fits; g++) {
    if (<i32>load<i8>(groupSigns + <usize>g) < 0 && load<i32>(partner + (<usize>g << 2)) >= 0) logPair(load<i32>(partner + (<usize>g << 2)), g);
  }
}

function logPair(plus: i32, minus: i32): void {
  for (let k = 0; k < sampleCount; k++) {
    if (groupOf(k) != plus) continue;
    strain(<f64>sampleCount);
    for (let l = 0; l < sampleCount; l++) {
      if (groupOf(l) != minus) continue;
      breathe();
      if (!boxesMeet(k, l)) continue;
      put(CODE_C);
      put(k);
      put(l);
      return;
    }
  }
}

function boxesMeet(k: i32, l: i32): bool {
  const a = sampleRow(k);
  const b = sampleRow(l);
  for (let i: usize = 0; i < <usize>inputs; i++) {
    if (abs(<i32>load<i16>(a + (i << 1)) - <i32>load<i16>(b + (i << 1))) > 2 * radiusOf(<i32>i)) {
      strain(<f64>i);
      return false;
    }
  }
  strain(<f64>inputs);
  return true;
}

function matching(): i32 {
  let size = 0;
  for (let g = 0; g < groupCount; g++) {
    if (<i32>load<i8>(groupSigns + <usize>g) < 0) continue;
    memory.fill(visited, 0, <usize>groupCount);
    breathe();
    strain(<f64>groupCount * 64);
    size += i32(augment(g));
    spend(<f64>groupCount);
  }
  return size;
}

/** Finds + sample `g` a partner, moving others where that frees one. */
function augment(g: i32): bool {
  for (let other = 0; other < groupCount; other++) {
    if (load<u8>(meets + <usize>(g * groupCount + other)) == 0 || load<u8>(visited + <usize>other) != 0) continue;
    store<u8>(visited + <usize>other, 1);
    const taken = load<i32>(partner + (<usize>other << 2));
    if (taken < 0 || augment(taken)) {
      store<i32>(partner + (<usize>other << 2), g);
      return true;
    }
  }
  return false;
}
