import { heldByNeuron } from '../../record/incumbent';
import { keptCount, size } from '../../problem/shape';
import { allFit, setFit, witnessSide } from '../../witness/images';
import { mustHold, Witness, witnessBeats, witnessMargins } from '../../witness/state';
import { Path, sideAt } from '../state';
import { SideTree } from './state';
import { lemmaHolds, rowFits } from '../witness';

/** Checked build: the witness (assembly/witness/) before the side tree, as the activation tree has it, and within the boxes. */
export function nodeHolds(): bool {
  if (!Witness.known) return false;
  if (Path.lemmaNeuron >= 0) return lemmaHolds();
  if (SideTree.byFunctions) return false; // sides alone do not say whether it is under the function: its lemmas are held to it
  for (let i = 0; i < size(1); i++) for (let j = 0; j < size(1); j++) setFit(i, j, stands(i, j));
  return allFit();
}

function stands(i: i32, j: i32): bool {
  for (let k = 0; k < keptCount; k++) if (sideAt(j, k) * witnessSide(i, k) < 0) return false;
  return rowFits(i, j) && load<i32>(witnessMargins + (<usize>i << 2)) >= heldByNeuron(j);
}

/** The node is closed: nothing in it beats the cut, or the lemma's. */
export function closingNode(place: string): void {
  if (Path.lemmaNeuron >= 0 || witnessBeats(Path.cut)) mustHold(!nodeHolds(), place);
}

/** Boxes have been narrowed where the node held the witness. */
export function narrowedNode(held: bool, place: string): void {
  if (held && (Path.lemmaNeuron >= 0 || witnessBeats(Path.cut))) mustHold(nodeHolds(), place);
}
