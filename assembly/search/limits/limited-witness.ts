import { weightAt, weightRow } from '../../network/weights';
import { mustHold, witness, witnessBeats } from '../../witness/state';
import { limitedOrder, limitedValues } from './state';

/** Checked build: the witness (assembly/witness/) before the trees that know limits, which may not close what its weights are in. */

/** One neuron: weights decided up to `d`, that one within [low, high]: nothing in there is worth more than `most`. */
export function closingValues(d: i32, low: i32, high: i32, most: i64, place: string): void {
  if (!witnessBeats(most)) return;
  const row = weightRow(witness, 0, 0);
  let lies = true;
  for (let at = 0; at < d && lies; at++) {
    lies = weightAt(row, load<i32>(limitedOrder + (<usize>at << 2))) == <i32>load<i16>(limitedValues + (<usize>at << 1));
  }
  const w = weightAt(row, load<i32>(limitedOrder + (<usize>d << 2)));
  mustHold(!(lies && w >= low && w <= high), place);
}
