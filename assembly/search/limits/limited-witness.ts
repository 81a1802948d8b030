import { weightAt, weightRow } from '../../network/weights';
import { mustHold, witness, witnessBeats } from '../../witness/state';
import { boxedHighs, boxedLows, boxedPlaces, limitedOrder, limitedValues, NetworkTree } from './state';

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

/** Whole networks: weight `v` within [low, high], the others in their boxes: nothing in there is worth more than `most`. */
export function closingNetworks(v: i32, low: i32, high: i32, most: i64, place: string): void {
  if (!witnessBeats(most)) return;
  let lies = true;
  for (let other = 0; other < NetworkTree.weights && lies; other++) {
    const at = <usize>load<i32>(boxedPlaces + (<usize>other << 4));
    const w = <i32>load<i16>(witness + at);
    const least = other == v ? low : <i32>load<i16>(boxedLows + at);
    lies = w >= least && w <= (other == v ? high : <i32>load<i16>(boxedHighs + at));
  }
  mustHold(!lies, place);
}
