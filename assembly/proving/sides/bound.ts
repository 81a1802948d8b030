import { reserve } from '../../base/arena';
import { epsilon, keptCount, layerCount, marginScale } from '../../problem/shape';
import { CODE_L, CODE_X } from '../../record/log';
import { boundOf, sideAt, sumOfBounds, upperBoundNow } from '../node-state';
import { heldByNeuron, hold, HOLD_CONFIDENT } from '../../record/incumbent';
import { boundNeuron, narrowBoxes } from '../proof-neuron';
import { closeNode, cut, dirty, impossible, lemmaCut, lemmaNeuron, minimise, setImpossible } from '../proof-path';

/** Bounds at a node of the certified tree: of one neuron, and of the whole, which may close the node. */
let required: usize = 0; // i32 [K]: what MW asks of the kept samples, units of S

export function reserveCertifiedBound(rowCount: i32): void {
  required = reserve(<usize>rowCount << 2);
}

/** Re-bounds neuron `j` over its decided rows and boxes. */
export function evaluate(j: i32): void {
  if (!boundNeuron(j, minimise ? requiredOf(j) : 0)) setImpossible(true);
}

/** MW: what neuron `j` has to reach on each kept sample, i32 [K] in units of S. */
export function requiredOf(j: i32): usize {
  const held = heldByNeuron(j);
  const whole = layerCount == 1 && hold == HOLD_CONFIDENT;
  for (let k = 0; k < keptCount; k++) {
    const asks = sideAt(j, k) > 0 || whole ? held : held + epsilon;
    store<i32>(required + (<usize>k << 2), asks <= 0 ? 0 : (asks - 1) / marginScale + 1);
  }
  return required;
}

/** Reduced-cost fixing against what would close the node. */
export function fix(j: i32): void {
  const others = sumOfBounds() + <i64>upperBoundNow() - <i64>boundOf(j);
  narrowBoxes(j, lemmaNeuron >= 0 ? <i64>lemmaCut : cut - others);
}

/** Ends the node if its bound or an impossibility allows; says whether it did. */
export function closeOrGoOn(): bool {
  if (impossible || (!minimise && dirty >= 0 && boundOf(dirty) < 0)) {
    closeNode(CODE_X);
    return true;
  }
  const reached =
    lemmaNeuron >= 0 ? boundOf(lemmaNeuron) <= lemmaCut : sumOfBounds() + <i64>upperBoundNow() <= cut;
  if (reached) closeNode(CODE_L);
  return reached;
}
