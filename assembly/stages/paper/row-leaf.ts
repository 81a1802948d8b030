import { reserve } from '../../base/arena';
import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { Clock } from '../../base/state';
import { copyRow, newNetwork, weightRow } from '../../network/weights';
import { confidence, epsilon, inputs, inputsPadded, label, layerCount, marginScale, sampleCount, sampleRow } from '../../problem/shape';
import { incumbent, offer } from '../../record/incumbent';
import { reachOn } from '../../relax/exact/ceilings';
import { GIVEN } from '../../search/counts/conflicts';
import { closeLeaf, leafStands, leaveLeaf } from '../../search/counts/row-tree';
import { RowTree, rowStates } from '../../search/counts/state';
import { beginNeuronTree, growNeuronTree, treeBound, treeMargin, treeOpen } from '../../search/weights/neuron-tree';

/**
 * Leaves of the tree over rows (search/counts/row-tree.ts) that real weights satisfy, settled by Level B: with as many rows given up
 * as the pass allows all others must be confident, so their labels are sides, and the largest margin of whole weights on
 * them says whether they can be. Between 769 rows of 64 inputs that is what separates 768 from 767: real weights have all but one.
 */

/** The leaf under way. Writer: this file; set by `reserveLeaf`, `stands` by `forgetLeaf`. */
class Leaf {
  static stands: bool = false;
  /** Mark of its tree over weights. */
  static mark: i32 = 0;
  /** i8 [T], i16 [NP], a network. */
  static sides: usize = 0;
  static row: usize = 0;
  static trial: usize = 0;
}

export function reserveLeaf(): void {
  Leaf.stands = false;
  if (layerCount != 1) return;
  Leaf.sides = reserve(<usize>sampleCount + 8);
  Leaf.row = reserve(<usize>inputsPadded << 1);
  Leaf.trial = newNetwork();
}

/** The stage begins, or another leaf does. */
export function forgetLeaf(): void {
  Leaf.stands = false;
}

/** What a margin must beat for all rows to be confident, units of 1/D. With epsilon 1 a row of the + side may have one less: then nobody knows. */
function target(): i32 {
  return marginScale * confidence - epsilon - 1;
}

/** About `effort` more units of work for the leaf at hand. */
export function stepLeaf(effort: f64): void {
  if (!leafStands()) {
    Leaf.stands = false;
    leaveLeaf();
    return;
  }
  if (!Leaf.stands && !beginLeaf()) return;
  const until = Clock.work + effort;
  while (Clock.work < until && treeOpen(Leaf.mark) && treeBound(Leaf.mark) > target() && treeMargin(Leaf.mark) <= target()) {
    growNeuronTree(Leaf.mark, 20, target());
  }
  if (treeMargin(Leaf.mark) > target()) {
    // As many rows as the pass says cannot be, or nearly: then the tree is at its end.
    copyRow(weightRow(Leaf.trial, 0, 0), Leaf.row, 0);
    offer(Leaf.trial);
    end(false);
  } else if (treeBound(Leaf.mark) <= target()) end(true);
  else if (!treeOpen(Leaf.mark)) end(false); // no room left
}

function end(closed: bool): void {
  Leaf.stands = false;
  closeLeaf(closed);
}

/** False where the leaf is closed at once: a row cannot have so much. */
function beginLeaf(): bool {
  let ceiling = i32.MAX_VALUE;
  for (let k = 0; k < sampleCount; k++) {
    breathe();
    const given = load<u8>(rowStates + <usize>k) == GIVEN;
    store<i8>(Leaf.sides + <usize>k, given ? 0 : <i8>label(k));
    // Rows given up do not count: their ceiling may be less.
    if (!given) ceiling = min(ceiling, marginScale * reachOn(sampleRow(k), label(k)));
  }
  spend((<f64>sampleCount * <f64>inputs) / 2);
  if (ceiling <= target()) {
    closeLeaf(true);
    return false;
  }
  copyRow(Leaf.row, weightRow(incumbent, 0, 0), 0);
  Leaf.mark = beginNeuronTree(Leaf.sides, Leaf.row, ceiling);
  Leaf.stands = true;
  return true;
}
