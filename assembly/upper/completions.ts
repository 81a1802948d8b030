import { spend, strain } from '../base/clock';
import { breathe } from '../base/pause';
import { size } from '../problem/shape';
import { addVector, finishUpper, nextVector, startUpper } from './upper-layers';
import { Asked, MOST_VECTORS, points, Upper } from './state';

/**
 * What certificates ask of the layers above the first. A row knows some of its first-layer neurons; whatever the others
 * answer, every completion has to give the row's label. The trees over literals say row by row what is known, and ask
 * whether any upper layers give all of it:
 *
 *     startCompletions -> askCompletions a row -> answerCompletions(effort), `Asked.known`
 */
export function startCompletions(): void {
  memory.fill(points, 0, <usize>1 << <usize>size(1));
  Asked.count = 0;
}

/**
 * All answers of the first layer that agree with a row have to give `y`.
 *
 * @param plus bit j: neuron j is known to be +1
 * @param free bit j: neuron j is not known; all other bits of both are 0
 */
export function askCompletions(plus: u32, free: u32, y: i32): void {
  assert((plus & free) == 0 && (plus | free) < <u32>1 << size(1) && (y == 1 || y == -1));
  breathe();
  strain(<f64>(1 << size(1)));
  for (let rest = free; ; rest = (rest - 1) & free) {
    const at = points + <usize>(plus | rest);
    if (load<i8>(at) == 0) Asked.count++;
    store<i8>(at, <i8>y);
    if (rest == 0) break;
  }
}

/**
 * Whether there are upper layers that give everything asked. `Asked.known` is false where that is not known: more is asked
 * than the enumeration takes, the shape is too large for it, or it has come to the end of its effort.
 */
export function answerCompletions(effort: i64): bool {
  Asked.known = false;
  if (!Upper.enumerable || Asked.count > MOST_VECTORS) return false;
  startUpper();
  for (let answer = 0; answer < 1 << size(1); answer++) {
    const y = <i32>load<i8>(points + <usize>answer);
    if (y == 0) continue;
    const vector = nextVector();
    for (let j = 0; j < size(1); j++) store<i16>(vector + (<usize>j << 1), (answer >>> j) & 1 ? 1 : -1);
    addVector(y);
  }
  const found = finishUpper(effort);
  Asked.known = Upper.complete;
  return found;
}

/** The work of looking at all completions of so many rows. */
export function spendCompletions(rows: i32): void {
  spend(<f64>rows * <f64>(1 << size(1)));
}
