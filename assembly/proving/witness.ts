import { inputs } from '../problem/shape';
import { weightAt } from '../network/weights';
import { countOn, marginOn, rowAt, rowCount } from '../witness/rows';
import { Witness } from '../witness/state';
import { requirements } from './neuron';
import { lowOf, Path, sidesOf, upOf } from './state';

/** Checked build: what both trees that write proofs ask of the witness (assembly/witness/). */

/** Whether its row `r` lies in the boxes of the node's neuron `j`. */
export function rowFits(r: i32, j: i32): bool {
  for (let i = 0; i < inputs; i++) {
    const w = weightAt(rowAt(r), i);
    if (w < lowOf(j, i) || w > upOf(j, i)) return false;
  }
  return true;
}

/** Inside a lemma: some row of it is worth more than the lemma says of any, and in the node. */
export function lemmaHolds(): bool {
  const j = Path.lemmaNeuron;
  for (let r = 0; r < rowCount(); r++) {
    if (!rowFits(r, j)) continue;
    const value = Path.minimise ? countOn(rowAt(r), sidesOf(j), requirements(j)) : marginOn(rowAt(r), sidesOf(j));
    if (value != i32.MIN_VALUE && value + Witness.more > Path.lemmaCut) return true;
  }
  return false;
}
