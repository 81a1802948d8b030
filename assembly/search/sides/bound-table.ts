import { keptCount } from '../../problem/shape';
import { BoundTable, boundTable, boundUsed, Found, TABLE_ENTRIES } from './state';

/**
 * Bounds of single neurons by their decided sides. Nodes of the activation tree combine the partial sides of several
 * neurons, so the same neuron comes up under many others; its relaxation need not be solved again. Open addressing with
 * a few probes; a full neighbourhood overwrites its first place. The whole vector of sides is compared,
 * and the kind of the neuron: what else its bound depends on (0 in MM, in MW the class of its held margin).
 *
 *     entry: | bound i32 | kind << 1, with 1: solved to the end, 0: stopped early i32 | sides i8 [K padded to 8] |
 */
const PROBES = 8;

export function clearBounds(): void {
  memory.fill(boundUsed, 0, TABLE_ENTRIES);
}

function slotOf(sides: usize, kind: i32): i32 {
  let h: u32 = 2166136261 ^ (<u32>kind << 8);
  for (let k: usize = 0; k < <usize>keptCount; k++) h = (h ^ <u32>load<u8>(sides + k)) * 16777619;
  h ^= h >>> 15;
  return <i32>(h & (TABLE_ENTRIES - 1));
}

/** Looks the sides up; the answer is in `Found`. */
export function findBound(sides: usize, kind: i32 = 0): bool {
  const first = slotOf(sides, kind);
  for (let probe = 0; probe < PROBES; probe++) {
    const e = <usize>((first + probe) & (TABLE_ENTRIES - 1));
    if (load<u8>(boundUsed + e) == 0) return false;
    const entry = boundTable + e * BoundTable.entryBytes;
    if (load<i32>(entry, 4) >> 1 != kind || memory.compare(entry + 8, sides, <usize>keptCount) != 0) continue;
    Found.bound = load<i32>(entry);
    Found.full = (load<i32>(entry, 4) & 1) != 0;
    return true;
  }
  return false;
}

/** Remembers a bound; the same sides are overwritten. */
export function rememberBound(sides: usize, bound: i32, full: bool, kind: i32 = 0): void {
  const first = slotOf(sides, kind);
  let place = <usize>first;
  for (let probe = 0; probe < PROBES; probe++) {
    const e = <usize>((first + probe) & (TABLE_ENTRIES - 1));
    const entry = boundTable + e * BoundTable.entryBytes;
    const same = load<i32>(entry, 4) >> 1 == kind && memory.compare(entry + 8, sides, <usize>keptCount) == 0;
    if (load<u8>(boundUsed + e) == 0 || same) {
      place = e;
      break;
    }
  }
  store<u8>(boundUsed + place, 1);
  const entry = boundTable + place * BoundTable.entryBytes;
  store<i32>(entry, bound);
  store<i32>(entry, i32(full) | (kind << 1), 4);
  memory.copy(entry + 8, sides, <usize>keptCount);
}
