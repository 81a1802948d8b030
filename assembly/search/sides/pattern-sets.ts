import { spend } from '../../base/clock';
import { keptCount, marginScale, size } from '../../problem/shape';
import { boundAt, decide, freeSlots, pushNode, setCapped, setTotal, setTouched, setTurnable, takeSlot } from './node-pool';
import { pairDistance, pairFirst, pairSecond } from './pair-order';
import { patternMask, patternValue } from './pattern-list';
import { Pairs, PatternList, PatternSets, setPicks, setSums } from './state';

/**
 * From patterns to nodes of the activation tree (MM): all sets of n1 - 1 listed patterns (with repetition) to which a
 * last neuron, worth no more than the least of them, could be added so that the whole beats the incumbent. The last
 * neuron must separate every pair of unlike samples that the set does not, so it is worth at most half the distance of
 * the closest such pair. Its sides are left to the tree: a set fixes them but for a few.
 *
 * That every neuron but the least is in the list is the reason for the list's floor: two neurons below the floor and all
 * others at their ceiling do not beat the incumbent.
 */
let level: i32 = 0;

export function beginPatternSets(): void {
  PatternSets.open = true;
  PatternSets.overflow = false;
  level = 0;
  store<i64>(setSums, 0);
  store<i32>(setPicks, 0);
}

/** Goes on for `slice` sets; `upper` is what the upper layers add at most, `cut` the value to beat. */
export function stepPatternSets(slice: i32, upper: i64, cut: i64): void {
  const n = size(1);
  for (let turn = 0; turn < slice && PatternSets.open; turn++) {
    const at = <usize>level;
    const p = load<i32>(setPicks + (at << 2));
    const before = load<i64>(setSums + (at << 3));
    const value = p < PatternList.count ? <i64>patternValue(p) : 0;
    if (p == PatternList.count || before + value * <i64>(n - level) + upper <= cut) {
      // The list falls: nothing further on this level can do.
      if (level == 0) {
        PatternSets.open = false;
        return;
      }
      level--;
      store<i32>(setPicks + (<usize>level << 2), load<i32>(setPicks + (<usize>level << 2)) + 1);
      continue;
    }
    store<i64>(setSums + ((at + 1) << 3), before + value);
    if (level < n - 2) {
      level++;
      store<i32>(setPicks + (<usize>level << 2), p);
      continue;
    }
    offerSet(before + value, upper, cut);
    store<i32>(setPicks + (at << 2), p + 1);
  }
  spend(<f64>slice);
}

function offerSet(sum: i64, upper: i64, cut: i64): void {
  const n = size(1);
  const least = <i64>patternValue(load<i32>(setPicks + (<usize>(n - 2) << 2)));
  let last = least;
  // Closest pairs first: the first that stays together is the tightest.
  for (let pair = 0; pair < Pairs.count; pair++) {
    const both = (<u64>1 << <u64>pairFirst(pair)) | (<u64>1 << <u64>pairSecond(pair));
    let apart = false;
    for (let j = 0; j < n - 1 && !apart; j++) {
      const seen = patternMask(load<i32>(setPicks + (<usize>j << 2))) & both;
      apart = seen != 0 && seen != both;
    }
    if (apart) continue;
    const half = <i64>marginScale * pairDistance(pair) / 2;
    last = min(last, half);
    break;
  }
  spend(<f64>Pairs.count / 4);
  if (sum + last + upper <= cut) return;
  if (freeSlots() < 4096) {
    PatternSets.overflow = true;
    PatternSets.open = false;
    return;
  }
  const node = takeSlot();
  let turnable: u32 = 0;
  const all = keptCount == 64 ? ~(<u64>0) : ((<u64>1 << <u64>keptCount) - 1);
  for (let j = 0; j < n - 1; j++) {
    const p = load<i32>(setPicks + (<usize>j << 2));
    const mask = patternMask(p);
    for (let k = 0; k < keptCount; k++) decide(node, j, k, mask & (<u64>1 << <u64>k) ? 1 : -1);
    store<i32>(boundAt(node, j), patternValue(p));
    if (mask != all) turnable |= <u32>1 << <u32>j;
  }
  store<i32>(boundAt(node, n - 1), <i32>last);
  setCapped(node);
  setTouched(node, n - 1);
  setTurnable(node, turnable);
  setTotal(node, sum + last + upper);
  pushNode(node);
}
