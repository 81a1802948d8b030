import { strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { keptCount, reachFor, size } from '../../problem/shape';
import { heldByNeuron } from '../../record/incumbent';
import { rowDistance } from './pair-order';
import { heldClass, MOST_CLASSED, RowClasses, rowClass } from './state';

/**
 * What held margins force before anything is decided (MW). A neuron that holds margin m and has rows k and l on unlike sides has
 *
 *     w.(x_k - x_l) - 2 sum_i r_i |w_i| >= reach(m, +) + reach(m, -),  and the left side is at most P * sum_i max(|x_ki - x_li| - 2 r_i, 0)
 *
 * (weak duality, both multipliers 1). Rows for which that is too little are on the same side, and so is what is connected by
 * them: a neuron has classes of rows, and one with a single class is constant, on the + side: an all-minus neuron, mirrored
 * together with the weights it feeds, holds as much (docs/proof.md, `t`). On images that decides all but a neuron or two,
 * because MM's optimum has constant neurons at the margin of the darkest sample.
 *
 * Neurons that hold the same margin have the same classes and can change places.
 */
export function findRowClasses(): void {
  RowClasses.known = keptCount <= MOST_CLASSED;
  for (let j = 0; j < size(1); j++) {
    let first = 0;
    while (heldByNeuron(first) != heldByNeuron(j)) first++;
    store<i32>(heldClass + (<usize>j << 2), first);
    if (first == j && RowClasses.known) connect(j);
  }
}

/** The first neuron that holds the margin of neuron `j`. */
// @ts-ignore: decorator
@inline
export function heldClassOf(j: i32): i32 {
  return load<i32>(heldClass + (<usize>j << 2));
}

// @ts-ignore: decorator
@inline
function classAt(j: i32, k: i32): usize {
  assert(RowClasses.known && <u32>k < <u32>keptCount);
  return rowClass + (<usize>(heldClassOf(j) * keptCount + k) << 2);
}

/** The class of row `k` for neuron `j`, a row of it; rows of a class are on the same side. */
// @ts-ignore: decorator
@inline
export function rowClassOf(j: i32, k: i32): i32 {
  return RowClasses.known ? load<i32>(classAt(j, k)) : k;
}

/** Whether all rows are in one class: the neuron is constant. */
export function isForcedConstant(j: i32): bool {
  for (let k = 1; k < keptCount; k++) if (rowClassOf(j, k) != rowClassOf(j, 0)) return false;
  return keptCount > 0;
}

/** Whether turning neuron `j` round, and the weights that it feeds, is a symmetry: both sides ask for the same. */
export function isTurnSymmetric(j: i32): bool {
  return reachFor(heldByNeuron(j), 1) == reachFor(heldByNeuron(j), -1);
}

function connect(j: i32): void {
  const held = heldByNeuron(j);
  const asked = <i64>reachFor(held, 1) + <i64>reachFor(held, -1);
  for (let k = 0; k < keptCount; k++) store<i32>(classAt(j, k), k);
  for (let a = 0; a < keptCount; a++) {
    for (let b = a + 1; b < keptCount; b++) {
      breathe();
      const from = load<i32>(classAt(j, b));
      const to = load<i32>(classAt(j, a));
      if (from == to || <i64>rowDistance(a, b) >= asked) continue;
      strain(<f64>keptCount);
      for (let k = 0; k < keptCount; k++) if (load<i32>(classAt(j, k)) == from) store<i32>(classAt(j, k), to);
    }
  }
}
