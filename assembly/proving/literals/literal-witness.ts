import { heldByNeuron, stage, STAGE_MW } from '../../record/incumbent';
import { keptCount, size } from '../../problem/shape';
import { agreesOn, isCounted, threshold } from '../../search/literals/literal-witness';
import { allFit, setFit } from '../../witness/images';
import { mustHold, Witness, witnessBeats } from '../../witness/state';
import { Path, sideAt } from '../state';
import { lemmaHolds, rowFits } from '../witness';
import { isRowOut, isUnknown } from './state';

/**
 * Checked build: the witness (assembly/witness/) before the literal tree, as the certificate tree has it, and within the boxes; MW's
 * rows know a neuron from what it holds.
 */
export function nodeHolds(): bool {
  if (!Witness.known) return false;
  if (Path.lemmaNeuron >= 0) return lemmaHolds();
  for (let k = 0; k < keptCount; k++) if (isRowOut(k) && isCounted(k)) return false;
  for (let i = 0; i < size(1); i++) for (let j = 0; j < size(1); j++) setFit(i, j, stands(i, j));
  return allFit();
}

function stands(i: i32, j: i32): bool {
  const from = stage == STAGE_MW ? heldByNeuron(j) : threshold();
  for (let k = 0; k < keptCount; k++) if (!agreesOn(i, k, sideAt(j, k), isUnknown(j, k), from)) return false;
  return rowFits(i, j);
}

/** The node is closed: nothing in it beats the cut, or the lemma's. */
export function closingNode(place: string): void {
  if (Path.lemmaNeuron >= 0 || witnessBeats(Path.cut)) mustHold(!nodeHolds(), place);
}

/** Boxes have been narrowed where the node held the witness. */
export function narrowedNode(held: bool, place: string): void {
  if (held && (Path.lemmaNeuron >= 0 || witnessBeats(Path.cut))) mustHold(nodeHolds(), place);
}
