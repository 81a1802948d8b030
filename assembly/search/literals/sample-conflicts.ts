import { CHECKED } from '../../base/check';
import { count, COUNT_NODES_CERTIFICATES } from '../../base/counts';
import { countNode, spend } from '../../base/clock';
import { costOut, totalCost } from '../../problem/limits';
import { groupCount, groupOf, kept, keptCount, label } from '../../problem/shape';
import { bound, improveBound } from '../../record/incumbent';
import { multipliers } from '../../relax/exact/state';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { relaxMaxMinAbove } from '../../relax/lp/neuron-lp';
import { cheapestHits, conflictAt } from './hitting-set';
import { foundConflict } from './literal-witness';
import { blame, heldSides, hits, MOST_CONFLICTS, packed, SampleConflicts, sampleRows, spared } from './state';

/**
 * Robust SM of one neuron: what it cannot hold together. The samples of which some row has a multiplier, where the relaxation over their rows
 * is below 0 in whole numbers, are a *conflict*: one of them is left out by every network. Of hundreds of rows a few dozen carry it. What meets all conflicts at least costs
 * is a bound (hitting-set.ts), long before a tree over samples has an end:
 *
 *     1  leave out a cheapest set that meets all conflicts, and ask of the rest; a new conflict, or real weights hold it
 *     2  where they do, the conflicts are made smaller one after the other: a sample is taken away, that with least blame, while it stays one
 *
 * until what is left out costs no more than what real weights need left out (implicit hitting sets: Moreno-Centeno and Karp 2013). The fits of
 * the search find conflicts, too (`learnFrom`), and leave out whom they blame. Whole weights may hold fewer samples: that is for the trees.
 */

/** Nothing is known: a stage begins. */
export function forgetSampleConflicts(): void {
  SampleConflicts.open = false;
  SampleConflicts.count = 0;
}

/** Conflicts are looked for from now on; there is room for them. `knownCeiling` bounds any neuron's margin on any row. */
export function beginSampleConflicts(knownCeiling: i32): void {
  SampleConflicts.open = true;
  SampleConflicts.minimal = 0;
  SampleConflicts.ceiling = knownCeiling;
  SampleConflicts.spare = i64.MAX_VALUE;
  memory.fill(hits, 0, <usize>groupCount);
  memory.fill(spared, 0, <usize>groupCount);
  for (let k = keptCount - 1; k >= 0; k--) store<i32>(sampleRows + (<usize>groupOf(kept(k)) << 2), k);
}

/** The search has bounded the neuron on `sides`, i8 [K]: what that says; returns the sample that it rests on most. */
export function learnFrom(sides: usize, bound: i32): i32 {
  readBlame();
  memory.copy(heldSides, sides, <usize>keptCount);
  noteAnswer(bound < 0);
  return mostBlamed();
}

/** Nobody has asked anything yet. */
export function asksFirst(): bool {
  return SampleConflicts.count == 0 && SampleConflicts.spare == i64.MAX_VALUE;
}

/** One question. */
export function stepSampleConflicts(): void {
  countNode();
  count(COUNT_NODES_CERTIFICATES);
  if (costOut(hits) < SampleConflicts.spare) ask();
  else if (totalCost() - SampleConflicts.spare < bound && SampleConflicts.minimal < SampleConflicts.count) shrink();
  else SampleConflicts.open = false;
}

/** Whether weights may hold all samples but `hits`. */
function ask(): void {
  for (let k = 0; k < keptCount; k++) {
    const out = load<u8>(hits + <usize>groupOf(kept(k))) != 0;
    store<i8>(heldSides + <usize>k, out ? 0 : <i8>label(kept(k)));
  }
  noteAnswer(relaxHeld());
}

/**
 * The relaxation of a single neuron over `heldSides` was bounded last, and `blame` read: below 0 the samples of its rows are a conflict; else real
 * weights hold all samples that have a side there.
 */
function noteAnswer(isConflict: bool): void {
  if (isConflict) {
    noteConflict();
    return;
  }
  memory.fill(packed, 1, <usize>groupCount);
  for (let k = 0; k < keptCount; k++) if (load<i8>(heldSides + <usize>k) != 0) store<u8>(packed + <usize>groupOf(kept(k)), 0);
  const cost = costOut(packed);
  if (cost >= SampleConflicts.spare) return;
  SampleConflicts.spare = cost;
  memory.copy(spared, packed, <usize>groupCount);
}

/** Takes a sample out of the first conflict that is not known to be minimal. */
function shrink(): void {
  const conflict = conflictAt(SampleConflicts.minimal);
  let least = -1;
  for (let g = 0; g < groupCount; g++) {
    if (load<u8>(conflict + <usize>g) != 1) continue;
    if (least < 0 || blameOf(g) < blameOf(least)) least = g;
  }
  if (least < 0) {
    SampleConflicts.minimal++;
    return;
  }
  for (let k = 0; k < keptCount; k++) {
    const g = groupOf(kept(k));
    const held = g != least && load<u8>(conflict + <usize>g) != 0;
    store<i8>(heldSides + <usize>k, held ? <i8>label(kept(k)) : 0);
  }
  if (!relaxHeld()) {
    store<u8>(conflict + <usize>least, 2);
    return;
  }
  for (let g = 0; g < groupCount; g++) if (blameOf(g) == 0) store<u8>(conflict + <usize>g, 0);
  take(SampleConflicts.minimal);
}

// @ts-ignore: decorator
@inline
function blameOf(g: i32): f64 {
  return load<f64>(blame + (<usize>g << 3));
}

/** True where no weights hold the rows of `heldSides`: `blame` says whose they are that show it. */
function relaxHeld(): bool {
  resetBoxes();
  if (relaxMaxMinAbove(heldSides, SampleConflicts.ceiling, 0) >= 0) return false;
  readBlame();
  return true;
}

/** How much the samples have to do with the bound taken last: the multipliers of their rows. */
function readBlame(): void {
  memory.fill(blame, 0, <usize>groupCount << 3);
  for (let k = 0; k < keptCount; k++) {
    const at = blame + (<usize>groupOf(kept(k)) << 3);
    store<f64>(at, load<f64>(at) + <f64>load<i64>(multipliers + (<usize>k << 3)));
  }
  spend(<f64>keptCount);
}

/** The samples with blame are a conflict. */
function noteConflict(): void {
  if (SampleConflicts.count == MOST_CONFLICTS) {
    SampleConflicts.open = false;
    return;
  }
  const conflict = conflictAt(SampleConflicts.count);
  for (let g = 0; g < groupCount; g++) store<u8>(conflict + <usize>g, u8(blameOf(g) > 0));
  take(SampleConflicts.count++);
}

/** Conflict `c` is new, or has become smaller. */
function take(c: i32): void {
  if (CHECKED) foundConflict(conflictAt(c), 'sample-conflicts: a conflict');
  improveBound(totalCost() - cheapestHits());
}

/** The sample that the last bound rests on most. */
function mostBlamed(): i32 {
  let most = 0;
  for (let g = 1; g < groupCount; g++) if (blameOf(g) > blameOf(most)) most = g;
  return most;
}

/** For who branches on samples: a row of one of whom nothing is said, of a conflict that has lost nobody; of these the one with the fewest left. -1: none. */
export function undecidedRow(isOut: (k: i32) => bool, isHeld: (k: i32) => bool): i32 {
  let best = -1;
  let fewest = i32.MAX_VALUE;
  for (let c = 0; c < SampleConflicts.count; c++) {
    let left = 0;
    let row = -1;
    for (let g = 0; g < groupCount; g++) {
      if (load<u8>(conflictAt(c) + <usize>g) == 0) continue;
      const k = load<i32>(sampleRows + (<usize>g << 2));
      if (isOut(k)) {
        left = 0;
        break;
      }
      if (isHeld(k)) continue;
      left++;
      row = k;
    }
    if (left == 0 || left >= fewest) continue;
    fewest = left;
    best = row;
  }
  spend(<f64>(SampleConflicts.count * groupCount) / 4);
  return best;
}
