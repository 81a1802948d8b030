import { reserve } from '../../base/arena';
import { epsilon, keptCount, marginScale } from '../../problem/shape';
import { sideAt } from '../node-state';
import { heldByNeuron, stage, STAGE_MW } from '../../record/incumbent';
import { boundNeuron } from '../proof-neuron';

/** One neuron of the literal tree: what the rows that know it ask of it, and its bound over them. */
let required: usize = 0; // i32 [K]

export function reserveLiteralNeuron(rowCount: i32): void {
  required = reserve(<usize>rowCount << 2);
}

/** Re-bounds neuron `j`, which has a - side; false where no weights of its boxes reach what its rows require (MW). */
export function evaluate(j: i32): bool {
  return boundNeuron(j, stage == STAGE_MW ? requirements(j) : 0);
}

/** MW: what |S| must exceed the box's toll by, per kept row (i32, units of S), on the side where it knows neuron `j`. */
export function requirements(j: i32): usize {
  const held = heldByNeuron(j);
  for (let k = 0; k < keptCount; k++) {
    const asks = sideAt(j, k) < 0 ? held + epsilon : held;
    store<i32>(required + (<usize>k << 2), asks <= 0 ? 0 : (asks - 1) / marginScale + 1);
  }
  return required;
}
