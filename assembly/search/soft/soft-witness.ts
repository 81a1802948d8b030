import { weightAt, weightRow } from '../../network/weights';
import { inputs } from '../../problem/shape';
import { objective } from '../../record/incumbent';
import { boxHigh, boxLow } from '../../relax/exact/safe-bound';
import { mustHold, witness, witnessBeats } from '../../witness/state';

/** Checked build: the witness (assembly/witness/) before the tree over one neuron's weights under soft margins. */

/** Its weights are in the boxes at hand, and lose less than the incumbent. */
export function holdsWitness(): bool {
  if (!witnessBeats(objective)) return false;
  const row = weightRow(witness, 0, 0);
  for (let i = 0; i < inputs; i++) if (weightAt(row, i) < boxLow(i) || weightAt(row, i) > boxHigh(i)) return false;
  return true;
}

/** A node is closed: it was not in there. */
export function closingSoft(place: string): void {
  mustHold(!holdsWitness(), place);
}

/** Boxes have been narrowed: it is still in there. */
export function keepsWitness(place: string): void {
  mustHold(holdsWitness() || !witnessBeats(objective), place);
}
