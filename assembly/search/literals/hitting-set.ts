import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { costOf, costOut } from '../../problem/limits';
import { groupCount } from '../../problem/shape';
import { chosen, conflicts, HittingSet, hits, packed, SampleConflicts, tallies } from './state';

/**
 * A cheapest set of samples that meets every conflict (sample-conflicts.ts): what SM has to leave out at least. Depth first: of the conflicts that
 * are not met the one with fewest samples left, each of them in turn in the set, and in no later one. Conflicts that have no sample in common bound what
 * is still to come. The first answer is greedy. Where the search is cut off the bound is that of the root.
 */
const MOST_NODES = 4000;
const MOST_DEPTH = 24;

const IN: u8 = 1;
/** And the depth at which it was. */
const BARRED: u8 = 2;
const NO_SET = i64.MAX_VALUE;

/** Finds it, in `hits`; returns what every such set costs at least. */
export function cheapestHits(): i64 {
  memory.fill(chosen, 0, <usize>groupCount);
  const floor = packing();
  chooseGreedily();
  memory.copy(hits, chosen, <usize>groupCount);
  memory.fill(chosen, 0, <usize>groupCount);
  HittingSet.cost = costOut(hits);
  HittingSet.nodes = 0;
  HittingSet.whole = true;
  if (floor < HittingSet.cost) descend(0, 0);
  return HittingSet.whole ? HittingSet.cost : floor;
}

/** u8 [G]. */
// @ts-ignore: decorator
@inline
export function conflictAt(c: i32): usize {
  return conflicts + <usize>c * <usize>groupCount;
}

// @ts-ignore: decorator
@inline
function stateOf(g: i32): u8 {
  return load<u8>(chosen + <usize>g);
}

// @ts-ignore: decorator
@inline
function has(c: i32, g: i32): bool {
  return load<u8>(conflictAt(c) + <usize>g) != 0;
}

/** How many samples of conflict `c` may come into the set; -1: one is in it. */
function freeIn(c: i32): i32 {
  let free = 0;
  for (let g = 0; g < groupCount; g++) {
    if (!has(c, g)) continue;
    if (stateOf(g) == IN) return -1;
    free += i32(stateOf(g) == 0);
  }
  return free;
}

/** Sample after sample, that which meets most for what it costs. */
function chooseGreedily(): void {
  for (;;) {
    memory.fill(tallies, 0, <usize>groupCount << 2);
    for (let c = 0; c < SampleConflicts.count; c++) {
      if (freeIn(c) < 0) continue;
      for (let g = 0; g < groupCount; g++) {
        const at = tallies + (<usize>g << 2);
        store<i32>(at, load<i32>(at) + i32(has(c, g)));
      }
    }
    breathe();
    spend(<f64>(SampleConflicts.count * groupCount) / 4);
    let best = -1;
    let most: f64 = 0;
    for (let g = 0; g < groupCount; g++) {
      const worth = <f64>load<i32>(tallies + (<usize>g << 2)) / (<f64>costOf(g) + 1e-3);
      if (worth <= most) continue;
      most = worth;
      best = g;
    }
    if (best < 0) return;
    store<u8>(chosen + <usize>best, IN);
  }
}

/** What the conflicts that are not met cost at least. */
function packing(): i64 {
  let sum: i64 = 0;
  memory.fill(packed, 0, <usize>groupCount);
  for (let c = 0; c < SampleConflicts.count; c++) {
    let least = NO_SET;
    let apart = true;
    for (let g = 0; g < groupCount && apart; g++) {
      if (!has(c, g) || stateOf(g) >= BARRED) continue;
      apart = stateOf(g) != IN && load<u8>(packed + <usize>g) == 0;
      least = min(least, <i64>costOf(g));
    }
    if (!apart) continue;
    if (least == NO_SET) return NO_SET; // nothing is left of it
    sum += least;
    for (let g = 0; g < groupCount; g++) if (has(c, g)) store<u8>(packed + <usize>g, 1);
  }
  spend(<f64>(SampleConflicts.count * groupCount) / 4);
  return sum;
}

function descend(cost: i64, depth: i32): void {
  if (HittingSet.nodes == MOST_NODES || depth == MOST_DEPTH) {
    HittingSet.whole = false;
    return;
  }
  HittingSet.nodes++;
  breathe();
  let next = -1;
  let fewest = i32.MAX_VALUE;
  for (let c = 0; c < SampleConflicts.count; c++) {
    const free = freeIn(c);
    if (free < 0 || free >= fewest) continue;
    fewest = free;
    next = c;
  }
  spend(<f64>(SampleConflicts.count * groupCount) / 4);
  if (next < 0) {
    for (let g = 0; g < groupCount; g++) store<u8>(hits + <usize>g, u8(stateOf(g) == IN));
    HittingSet.cost = cost;
    return;
  }
  const more = packing();
  if (more == NO_SET || cost + more >= HittingSet.cost) return;
  const barred = BARRED + <u8>depth;
  for (let g = 0; g < groupCount; g++) {
    if (!has(next, g) || stateOf(g) != 0) continue;
    const total = cost + <i64>costOf(g);
    store<u8>(chosen + <usize>g, IN);
    if (total < HittingSet.cost) descend(total, depth + 1);
    store<u8>(chosen + <usize>g, barred);
  }
  for (let g = 0; g < groupCount; g++) if (stateOf(g) == barred) store<u8>(chosen + <usize>g, 0);
}
