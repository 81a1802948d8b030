import { dotF32, flooredF32 } from '../base/kernels/simd';
import { spend, strain } from '../base/clock';
import { breathe } from '../base/pause';
import { isWeight, radiusOf } from '../problem/boxes';
import { inputs } from '../problem/shape';
import { column, move, softLacks, softRows } from './soft-neuron';
import { POLISHED_AT_ONCE, polishChanges, polishColumns, polishInputs, polishLosses, Polish, softFloors } from './state';

/**
 * Whole weights of one neuron that no change of a single weight improves, improved by changes of two: descent over single weights (soft-neuron.ts) stands
 * still where one weight would have to give what another takes, as neighbouring pixels do. The changes that cost least by themselves are candidates;
 * what two of them come to together is seen from the rows that lack something, the loss being a quadratic as long as these stay the same, and recounted
 * on all rows before it is taken (2-opt with a candidate list).
 *
 * A row that relies on other neurons, too, loses no less than what it lacks there: its floor. So this is descent on the loss itself, where settling
 * neuron by neuron adds up what a row lacks at each of its literals.
 */
// @ts-ignore: decorator
@inline
function at32(array: usize, index: i32): usize {
  return array + (<usize>index << 2);
}

/** f32 [softRows()]: what the packed rows lose elsewhere, padding 0; the caller's to write. */
export function floors(): usize {
  return softFloors;
}

/** No packed row has a floor. */
export function clearFloors(): void {
  memory.fill(softFloors, 0, <usize>softRows() << 2);
}

/** A round over the rows packed last: single weights, or else pairs of them; whether anything has moved. */
export function polishSoft(weights: usize): bool {
  const still = improveSingles(weights);
  return still ? improvePairs(weights) : true;
}

/** What every row lacks more, whatever its input, after a change of weight `i`. */
// @ts-ignore: decorator
@inline
function tollOf(i: i32, before: f64, change: f64): f32 {
  return <f32>(<f64>radiusOf(i) * (abs<f64>(before + change) - abs<f64>(before)));
}

// @ts-ignore: decorator
@inline
function lossAfter(i: i32, before: f64, change: f64): f32 {
  return flooredF32(softLacks(), softFloors, column(i), tollOf(i, before, change), <f32>change, softRows());
}

function lossNow(): f32 {
  return flooredF32(softLacks(), softFloors, softLacks(), 0, 0, softRows());
}

/** Every weight to the best of two steps down to two steps up; true where none moves: then the candidates are listed. */
function improveSingles(weights: usize): bool {
  let still = true;
  let least = lossNow();
  Polish.loss = least;
  Polish.count = 0;
  for (let i = 0; i < inputs; i++) {
    breathe();
    spend(<f64>softRows());
    strain(<f64>softRows());
    const before = load<f64>(weights + (<usize>i << 3));
    let best: f64 = 0;
    let next: f64 = 0;
    let after: f32 = f32.MAX_VALUE;
    for (let change = -2; change <= 2; change++) {
      if (change == 0 || !isWeight(i, <i32>before + change)) continue;
      const loss = lossAfter(i, before, <f64>change);
      if (loss < least) {
        least = loss;
        best = <f64>change;
      } else if (loss < after) {
        after = loss;
        next = <f64>change;
      }
    }
    if (best != 0) {
      move(weights, i, before, before + best);
      still = false;
    } else if (next != 0) suggest(i, next, after);
  }
  return still;
}

/** Keeps the candidates that cost least, rising. */
function suggest(i: i32, change: f64, loss: f32): void {
  if (Polish.count == POLISHED_AT_ONCE && loss >= load<f32>(at32(polishLosses, POLISHED_AT_ONCE - 1))) return;
  let at = Polish.count < POLISHED_AT_ONCE ? Polish.count++ : POLISHED_AT_ONCE - 1;
  while (at > 0 && load<f32>(at32(polishLosses, at - 1)) > loss) {
    store<f32>(at32(polishLosses, at), load<f32>(at32(polishLosses, at - 1)));
    store<i32>(at32(polishInputs, at), load<i32>(at32(polishInputs, at - 1)));
    store<f32>(at32(polishChanges, at), load<f32>(at32(polishChanges, at - 1)));
    at--;
  }
  store<f32>(at32(polishLosses, at), loss);
  store<i32>(at32(polishInputs, at), i);
  store<f32>(at32(polishChanges, at), <f32>change);
}

/** What a candidate does to the rows that lose more than their floors, 0 elsewhere. */
function columnOf(c: i32): usize {
  return polishColumns + (<usize>(c * softRows()) << 2);
}

function writeColumns(weights: usize): void {
  const lacks = softLacks();
  const rows = softRows();
  for (let c = 0; c < Polish.count; c++) {
    const i = load<i32>(at32(polishInputs, c));
    const before = load<f64>(weights + (<usize>i << 3));
    const change = load<f32>(at32(polishChanges, c));
    const toll = tollOf(i, before, <f64>change);
    const from = column(i);
    const to = columnOf(c);
    breathe();
    spend(<f64>rows);
    strain(<f64>rows);
    for (let r = 0; r < rows; r++) {
      const loses = load<f32>(at32(lacks, r)) > load<f32>(at32(softFloors, r));
      store<f32>(at32(to, r), loses ? toll - change * load<f32>(at32(from, r)) : 0);
    }
  }
}

/** Takes every candidate together with its best partner, where both help. */
function improvePairs(weights: usize): bool {
  writeColumns(weights);
  let any = false;
  const stood = Polish.loss;
  for (let a = 0; a < Polish.count; a++) {
    if (load<i32>(at32(polishInputs, a)) < 0) continue;
    const b = partnerOf(a, stood);
    if (b >= 0 && takeBoth(weights, a, b)) any = true;
  }
  return any;
}

/** The candidate behind `a` with which it comes to least, below what stood; -1: there is none. */
function partnerOf(a: i32, stood: f32): i32 {
  let best = -1;
  let least: f32 = 0;
  const mine = load<f32>(at32(polishLosses, a)) - stood;
  for (let b = a + 1; b < Polish.count; b++) {
    const alone = mine + load<f32>(at32(polishLosses, b)) - stood;
    if (load<i32>(at32(polishInputs, b)) < 0) continue;
    breathe();
    spend(<f64>softRows() / 4);
    const both = alone + 2 * dotF32(columnOf(a), columnOf(b), softRows());
    if (both >= least) continue;
    least = both;
    best = b;
  }
  return best;
}

/** Takes two changes where they gain together, as all rows say. They are no candidates any more then. */
function takeBoth(weights: usize, a: i32, b: i32): bool {
  const i = load<i32>(at32(polishInputs, a));
  const before = load<f64>(weights + (<usize>i << 3));
  const other = load<i32>(at32(polishInputs, b));
  const change = <f64>load<f32>(at32(polishChanges, b));
  move(weights, i, before, before + <f64>load<f32>(at32(polishChanges, a)));
  const was = load<f64>(weights + (<usize>other << 3));
  const loss = lossAfter(other, was, change);
  spend(<f64>softRows());
  if (loss >= Polish.loss) {
    move(weights, i, load<f64>(weights + (<usize>i << 3)), before);
    return false;
  }
  move(weights, other, was, was + change);
  Polish.loss = loss;
  store<i32>(at32(polishInputs, a), -1);
  store<i32>(at32(polishInputs, b), -1);
  return true;
}
