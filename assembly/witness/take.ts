import { CHECKED } from '../base/check';
import { setWeight, weightAt, weightRow } from '../network/weights';
import { Boxes } from '../problem/boxes';
import { groupCount, inputs, inputsPadded, keptCount, layerCount, marginOf, size } from '../problem/shape';
import { isEmpty, sumOf, tollOf } from './rows';
import { Witness, witness, witnessMargins, witnessReach, witnessRows, witnessSides } from './state';

/** No witness: a stage begins, or the release runs. */
export function forgetWitness(): void {
  Witness.known = false;
}

/**
 * The network in `witness` becomes one that the trees would meet: a first-layer neuron that is - on every kept sample is
 * turned round, and what the next layer makes of it. (The paper's stages: it is worth epsilon more that way, and trees do not
 * look at the other; docs/engine.md.) Then `measureWitness` once its value is known.
 */
export function turnWitness(): void {
  if (!CHECKED || groupCount || layerCount < 2 || keptCount == 0 || Boxes.ranged) return;
  for (let j = 0; j < size(1); j++) {
    const row = weightRow(witness, 0, j);
    let minus = true;
    for (let k = 0; k < keptCount && minus; k++) minus = sumOf(row, k) < 0;
    if (!minus) continue;
    for (let i = 0; i < inputs; i++) setWeight(row, i, -weightAt(row, i));
    for (let u = 0; u < size(2); u++) {
      const above = weightRow(witness, 1, u);
      setWeight(above, j, -weightAt(above, j));
    }
  }
}

/** The witness is worth `value` in the running stage: its sides and distances on the kept samples, and its rows. */
export function measureWitness(value: i64): void {
  if (!CHECKED || keptCount == 0) return;
  Witness.known = true;
  Witness.value = value;
  const n = size(1);
  for (let j = 0; j < n; j++) {
    const row = weightRow(witness, 0, j);
    const empty = isEmpty(row);
    const toll = tollOf(row);
    let least = i32.MAX_VALUE;
    for (let k = 0; k < keptCount; k++) {
      const sum = sumOf(row, k);
      const side = sum >= 0 ? 1 : -1;
      // Robust: a neuron without weights is + everywhere for certain.
      const distance = groupCount && empty ? i32.MAX_VALUE : marginOf(sum, side, toll);
      store<i8>(witnessSides + <usize>(j * keptCount + k), <i8>side);
      store<i32>(witnessReach + (<usize>(j * keptCount + k) << 2), distance);
      least = min(least, distance);
    }
    store<i32>(witnessMargins + (<usize>j << 2), least);
    const copy = witnessRows + ((<usize>j * <usize>inputsPadded) << 1);
    const mirror = witnessRows + ((<usize>(n + j) * <usize>inputsPadded) << 1);
    for (let i = 0; i < inputsPadded; i++) {
      const w = i < inputs ? weightAt(row, i) : 0;
      setWeight(copy, i, w);
      setWeight(mirror, i, -w);
    }
  }
}
