import { CHECKED } from '../../base/check';
import { CODE_L, CODE_X } from '../../record/log';
import { boundOf, sumOfBounds, upperBoundNow } from '../state';
import { boundNeuron, narrowBoxes } from '../neuron';
import { closeNode, cut, dirty, impossible, lemmaCut, lemmaNeuron, minimise, setImpossible } from '../path';
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
  narrowBoxes(j, lemmaNeuron >= 0 ? <i64>lemmaCut : cut - others);
  if (CHECKED) narrowedNode(held, 'proving/sides: reduced costs');
}

/** Ends the node if its bound or an impossibility allows; says whether it did. */
export function closeOrGoOn(): bool {
  if (impossible || (!minimise && dirty >= 0 && boundOf(dirty) < 0)) {
    if (CHECKED) closingNode('proving/sides: an impossible node');
    closeNode(CODE_X);
    return true;
  }
  const reached =
    lemmaNeuron >= 0 ? boundOf(lemmaNeuron) <= lemmaCut : sumOfBounds() + <i64>upperBoundNow() <= cut;
  if (CHECKED && reached) closingNode('proving/sides: the bound of a node');
  if (reached) closeNode(CODE_L);
  return reached;
}
