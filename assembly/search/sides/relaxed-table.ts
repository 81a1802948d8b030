import { dotI16F64 } from '../../base/kernels/simd';
import { countNode, spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { Boxes, radiusOf } from '../../problem/boxes';
import { inputs, inputsPadded, kept, keptCount, radius, sampleRow } from '../../problem/shape';
import { forgetBound, resetBoxes, turnedMaxMinBound } from '../../relax/exact/safe-bound';
import { relaxMaxMin, solution } from '../../relax/lp/neuron-lp';
import { attainableOn } from '../weights/attainable';
import { Ceilings, RELAXED_ENTRIES, relaxedTable, relaxedUsed, ServedTree, servedKey, sides } from './state';

/**
 * Relaxations of single neurons by their decided sides, with what the relaxed weights give every row: the tree over functions asks
 * for the same sides under many functions, and for their mirror images, which the same relaxation bounds. Sides are kept with the
 * first decided one on the + side. Open addressing with a few probes; a full neighbourhood overwrites its first place.
 *
 *     entry: | bound i32 | bound of the mirror image i32 | sides i8 [K padded to 8] | pre-activations f64 [K], toll of the box f64 |
 */
const PROBES = 8;

export function clearRelaxed(): void {
  memory.fill(relaxedUsed, 0, RELAXED_ENTRIES);
}

/**
 * The bound of a neuron with the sides at `sides`, some of which is decided; its relaxed pre-activations, and behind them what the box
 * round a row takes from them (units of S), go to `sums` (f64 [K + 1]).
 */
export function relaxedBound(sums: usize): i32 {
  let turned = false;
  for (let k = 0; k < keptCount; k++) {
    const side = load<i8>(sides + <usize>k);
    if (side == 0) continue;
    turned = side < 0;
    break;
  }
  for (let k = 0; k < keptCount; k++) {
    const side = load<i8>(sides + <usize>k);
    store<i8>(servedKey + <usize>k, turned ? -side : side);
  }
  const entry = entryOfKey();
  const behind = entry + 8 + ((<usize>keptCount + 7) & ~(<usize>7));
  spend(<f64>keptCount);
  for (let k: usize = 0; k < <usize>keptCount; k++) {
    const s = load<f64>(behind + (k << 3));
    store<f64>(sums + (k << 3), turned ? -s : s);
  }
  store<f64>(sums + (<usize>keptCount << 3), load<f64>(behind + (<usize>keptCount << 3)));
  const bound = load<i32>(turned ? entry + 4 : entry);
  // What all rows together leave a neuron, the ceiling, is no bound of the decided ones, which may hold more: not to be rounded.
  return bound < Ceilings.free ? attainableOn(sides, bound) : bound;
}

/** The entry of the sides at `servedKey`, solved if it is not there. */
function entryOfKey(): usize {
  let h: u32 = 2166136261;
  for (let k: usize = 0; k < <usize>keptCount; k++) h = (h ^ <u32>load<u8>(servedKey + k)) * 16777619;
  h ^= h >>> 15;
  let place = <usize>(h & (RELAXED_ENTRIES - 1));
  for (let probe = 0; probe < PROBES; probe++) {
    const e = <usize>((<i32>h + probe) & (RELAXED_ENTRIES - 1));
    const entry = relaxedTable + e * ServedTree.entryBytes;
    if (load<u8>(relaxedUsed + e) != 0) {
      if (memory.compare(entry + 8, servedKey, <usize>keptCount) == 0) return entry;
      continue;
    }
    place = e;
    break;
  }
  store<u8>(relaxedUsed + place, 1);
  const entry = relaxedTable + place * ServedTree.entryBytes;
  memory.copy(entry + 8, servedKey, <usize>keptCount);
  countNode();
  resetBoxes();
  forgetBound();
  store<i32>(entry, relaxMaxMin(servedKey, Ceilings.free));
  store<i32>(entry, turnedMaxMinBound(Ceilings.free), 4);
  const behind = entry + 8 + ((<usize>keptCount + 7) & ~(<usize>7));
  for (let k = 0; k < keptCount; k++) {
    breathe();
    store<f64>(behind + (<usize>k << 3), dotI16F64(sampleRow(kept(k)), solution, inputsPadded));
  }
  let size: f64 = 0;
  if (Boxes.moved) for (let i = 0; i < inputs; i++) size += <f64>(Boxes.varied ? radiusOf(i) : 1) * abs(load<f64>(solution + (<usize>i << 3)));
  if (!Boxes.varied) size *= <f64>radius;
  store<f64>(behind + (<usize>keptCount << 3), size);
  spend(<f64>(keptCount * inputsPadded) / 4);
  return entry;
}
