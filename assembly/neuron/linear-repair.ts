import { spend } from '../base/clock';
import { breathe } from '../base/pause';
import { swapRandom } from '../base/random';
import { Clock } from '../base/state';
import { weightAt } from '../network/weights';
import { leastWeight, mostWeight } from '../problem/boxes';
import { inputs, inputsPadded } from '../problem/shape';
import { closeLacks, insertColumn, packColumn, packRows, sumAt, tollOf } from './packing';
import { MaxMin, Move, Packing, Packings } from './state';
import { chooseStep, inputAt, makeMove } from './tabu';

/**
 * The rows that rounding has cost a neuron: of hundreds of weights the two hundred that were nearest to being rounded the other way
 * may move, a step at a time, so that the sum of squared lacks to twice what is asked falls. A few dozen moves; the weights after
 * which most rows have what they are asked for are kept, and all rows are the end of it. Aiming at twice as much costs nothing where
 * all rows can be had, and leaves fewer rows where not than aiming at four times (optdigits, pairs of 769 rows: 750 to 759
 * of 3 and 8, rounded 500 to 690). It has random numbers of its own.
 */
const WIDTH = 200;
const MOVES = 60;
const IDLE = 20; // moves that win no row, one after the other

/**
 * `row` (i16 [NP]) is `real` (f64 [NP]) times `factor`, rounded; it becomes the best row met. Returns the rows with a side that
 * have `asked` then. The moves aim at `aim` (units of S, more than `asked`); none begins at `until` (`Clock.work`) or later.
 */
export function repairLinear(sides: usize, row: usize, real: usize, factor: f64, asked: i32, aim: i32, until: f64): i32 {
  const packing = Packings.maxMin;
  MaxMin.mark++; // whose packing it was has to begin anew
  packRows(packing, sides);
  listColumns(packing, sides, row, real, factor);
  memory.copy(packing.moving, row, <usize>inputsPadded << 1);
  measure(packing, sides, aim);
  let best = counted(packing, aim - asked);
  let idle = 0;
  swapRandom();
  for (let move = 0; move < MOVES && idle < IDLE && best < packing.rows && Clock.work < until; move++) {
    packing.turn++;
    chooseStep(packing, false, 8);
    if (Move.column < 0) break;
    makeMove(packing, inputAt(packing, Move.column), 6, 4);
    const count = counted(packing, aim - asked);
    idle++;
    if (count <= best) continue;
    best = count;
    idle = 0;
    memory.copy(row, packing.moving, <usize>inputsPadded << 1);
  }
  swapRandom();
  return best;
}

/** How near a weight was to being rounded the other way, 0 to 1/2, and what is beyond its range is far. */
function listColumns(packing: Packing, sides: usize, row: usize, real: usize, factor: f64): void {
  packing.columns = 0;
  for (let i = 0; i < inputs; i++) {
    store<i16>(packing.lows + (<usize>i << 1), <i16>leastWeight(i));
    store<i16>(packing.highs + (<usize>i << 1), <i16>mostWeight(i));
    if (leastWeight(i) == mostWeight(i)) continue;
    insertColumn(packing, i, abs(0.5 - abs(factor * load<f64>(real + (<usize>i << 3)) - <f64>weightAt(row, i))), WIDTH);
    breathe();
  }
  spend(<f64>inputs * 8);
  for (let c = 0; c < packing.columns; c++) packColumn(packing, sides, c, inputAt(packing, c));
}

function measure(packing: Packing, sides: usize, aim: i32): void {
  const toll = tollOf(packing);
  for (let r = 0; r < packing.rows; r++) {
    breathe();
    spend(<f64>inputsPadded / 8);
    store<f32>(packing.lacks + (<usize>r << 2), <f32>(aim + toll - sumAt(packing, sides, r)));
  }
  closeLacks(packing);
}

/** Rows that lack no more than so much to the aim. */
function counted(packing: Packing, most: i32): i32 {
  let count = 0;
  for (let r = 0; r < packing.rows; r++) count += i32(load<f32>(packing.lacks + (<usize>r << 2)) <= <f32>most);
  spend(<f64>packing.rows);
  return count;
}
