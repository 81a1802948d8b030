import { weightAt, weightRow } from '../../network/weights';
import { radiusOf } from '../../problem/boxes';
import { costOf } from '../../problem/limits';
import { confidence, inputs, label, sampleCount, sampleRow, weightBound } from '../../problem/shape';
import { mustHold, witness, witnessBeats } from '../../witness/state';
import { boxHighs, boxLows, rowStates, treeChoices, treeOrder, treeTurns } from './state';

/** Checked build: the witness (assembly/witness/) before the trees of a single neuron, which may not close what its weights are in. */

// @ts-ignore: decorator
@inline
function weight(i: i32): i32 {
  return weightAt(weightRow(witness, 0, 0), i);
}

/** Boxes of weights in multiples of `unit`: nothing in the box at hand has more than `most` samples. */
export function closingBox(unit: i32, most: i64, place: string): void {
  if (!witnessBeats(most)) return;
  let lies = true;
  for (let i = 0; i < inputs && lies; i++) {
    const low = unit * load<i32>(boxLows + (<usize>i << 2));
    lies = weight(i) >= low && weight(i) <= unit * load<i32>(boxHighs + (<usize>i << 2));
  }
  mustHold(!lies, place);
}

/** Values one by one: nothing below the value taken last at `depth` has more than `most` samples. */
export function closingValue(depth: i32, most: i64, place: string): void {
  if (!witnessBeats(most)) return;
  const values = 2 * weightBound + 1;
  let lies = true;
  for (let d = 0; d <= depth && lies; d++) {
    const taken = load<i32>(treeTurns + (<usize>d << 2)) - 1;
    lies = <i32>load<i16>(treeChoices + (<usize>(d * values + taken) << 1)) == weight(load<i32>(treeOrder + (<usize>d << 2)));
  }
  mustHold(!lies, place);
}

/** Rows: with those held that are held, and those given up that are, nothing has more than `most` samples. */
export function closingRows(most: i64, place: string): void {
  if (!witnessBeats(most)) return;
  let lies = true;
  for (let k = 0; k < sampleCount && lies; k++) {
    const state = load<u8>(rowStates + <usize>k);
    if (state == 0 || costOf(k) == 0) continue; // one that costs nothing is given up without being lost
    let sum = 0;
    for (let i = 0; i < inputs; i++) {
      const x = <i32>load<i16>(sampleRow(k) + (<usize>i << 1));
      sum += label(k) * x * weight(i) - radiusOf(i) * abs(weight(i));
    }
    lies = (sum >= confidence) == (state == 1);
  }
  mustHold(!lies, place);
}
