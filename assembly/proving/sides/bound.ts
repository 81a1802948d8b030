import { Trace } from '../../base/trace';
import { CHECKED } from '../../base/check';
import { CODE_L, CODE_X } from '../../record/log';
import { boundOf, Path, sumOfBounds, upperBoundNow } from '../state';
import { boundNeuron, narrowBoxes } from '../neuron';
import { closeNode, setImpossible } from '../path';
import { closingNode, narrowedNode, nodeHolds } from './side-witness';

/** Bounds at a node of the side tree: of one neuron, and of the whole, which may close the node. */

/** Re-bounds neuron `j` over its decided rows and boxes. */
export function evaluate(j: i32): void {
  if (!boundNeuron(j)) setImpossible(true);
}

/** Reduced-cost fixing against what would close the node. */
export function fix(j: i32): void {
  const others = sumOfBounds() + <i64>upperBoundNow() - <i64>boundOf(j);
  const held = CHECKED && nodeHolds();
  narrowBoxes(j, Path.lemmaNeuron >= 0 ? <i64>Path.lemmaCut : Path.cut - others);
  if (CHECKED) narrowedNode(held, 'proving/sides: reduced costs');
}

/** Ends the node if its bound or an impossibility allows; says whether it did. */
export function closeOrGoOn(): bool {
  if (Trace.on) Trace.bound = <f64>(Path.lemmaNeuron >= 0 ? <i64>boundOf(Path.lemmaNeuron) : sumOfBounds() + <i64>upperBoundNow());
  if (Path.impossible || (!Path.minimise && Path.dirty >= 0 && boundOf(Path.dirty) < 0)) {
    if (CHECKED) closingNode('proving/sides: an impossible node');
    closeNode(CODE_X);
    return true;
  }
  const reached =
    Path.lemmaNeuron >= 0 ? boundOf(Path.lemmaNeuron) <= Path.lemmaCut : sumOfBounds() + <i64>upperBoundNow() <= Path.cut;
  if (CHECKED && reached) closingNode('proving/sides: the bound of a node');
  if (reached) closeNode(CODE_L);
  return reached;
}
