import { penaltyF32 } from '../base/kernels/simd';
import { spend, strain } from '../base/clock';
import { breathe, perBreath } from '../base/pause';
import { below } from '../base/random';
import { weightAt } from '../network/weights';
import { radiusOf } from '../problem/boxes';
import { columnAt, moveWeight } from './packing';
import { Move, Packing } from './state';

/**
 * The core that the tabu searches of one neuron share (Glover 1989): of all moves `w_i +- 1` the one after which the sum of squared
 * lacks is least, a column that has moved standing still for a few turns. What the rows are to reach, when to start anew and what is
 * kept is each search's own.
 */

/** A turn begins: nothing is chosen yet. */
export function beginChoice(): void {
  Move.column = -1;
  Move.penalty = f32.MAX_VALUE;
}

// @ts-ignore: decorator
@inline
export function isTabu(packing: Packing, c: i32): bool {
  return load<i32>(packing.tabuUntil + (<usize>c << 2)) > packing.turn;
}

/** Column `c` stands still for `least` turns and up to `spread` - 1 more. */
export function holdStill(packing: Packing, c: i32, least: i32, spread: i32): void {
  store<i32>(packing.tabuUntil + (<usize>c << 2), packing.turn + least + below(spread));
}

// @ts-ignore: decorator
@inline
export function inputAt(packing: Packing, c: i32): i32 {
  assert(c >= 0 && c < packing.columns);
  return load<i32>(packing.inputOf + (<usize>c << 2));
}
// @ts-ignore: decorator
@inline
export function lowest(packing: Packing, i: i32): i32 {
  return <i32>load<i16>(packing.lows + (<usize>i << 1));
}
// @ts-ignore: decorator
@inline
export function highest(packing: Packing, i: i32): i32 {
  return <i32>load<i16>(packing.highs + (<usize>i << 1));
}

/**
 * Chooses the best move by one step of any column that is not tabu. `aspires`: also of one that is, where nothing is lacking after it.
 * `aside`: what a column costs beside its rows, as work.
 */
export function chooseStep(packing: Packing, aspires: bool, aside: i32): void {
  const rowsPadded = packing.rowsPadded;
  const lacks = packing.lacks;
  const columns = packing.columns;
  const block = perBreath(rowsPadded);
  let least: f32 = f32.MAX_VALUE;
  let pick = -1;
  let value = 0;
  for (let from = 0; from < columns; from += block) {
    breathe();
    const to = min(columns, from + block);
    for (let c = from; c < to; c++) {
      const tabu = isTabu(packing, c);
      if (tabu && !aspires) continue;
      const i = inputAt(packing, c);
      const w = weightAt(packing.moving, i);
      const column = columnAt(packing, c);
      if (w < highest(packing, i)) {
        const after = penaltyF32(lacks, column, <f32>(radiusOf(i) * (w >= 0 ? 1 : -1)), 1, rowsPadded);
        if (after < least && (!tabu || after == 0)) {
          least = after;
          pick = c;
          value = w + 1;
        }
      }
      if (w > lowest(packing, i)) {
        const after = penaltyF32(lacks, column, <f32>(radiusOf(i) * (w > 0 ? -1 : 1)), -1, rowsPadded);
        if (after < least && (!tabu || after == 0)) {
          least = after;
          pick = c;
          value = w - 1;
        }
      }
    }
    spend(<f64>((to - from) * (rowsPadded + aside)) / 2);
    strain(<f64>((to - from) * rowsPadded) / 2);
  }
  Move.column = pick;
  Move.after = value;
  Move.penalty = least;
}

/** Makes the move chosen; its column then stands still as `holdStill` says. */
export function makeMove(packing: Packing, i: i32, least: i32, spread: i32): void {
  moveWeight(packing, Move.column, i, Move.after);
  holdStill(packing, Move.column, least, spread);
}
