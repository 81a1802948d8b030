import { size } from '../problem/shape';
import { wiringFits } from './cluster-wiring';
import { samplesOf } from './clusters';
import { Shape } from './state';

/** Kinds of clusters, A x B of the two classes, that fit the first layer: one after the other, the best first. */

/** Begins with the best kind again. */
export function resetShapes(): void {
  Shape.lastRank = i32.MAX_VALUE;
}

/**
 * The next kind of clusters, in turn, of those that no larger one contains: many neurons first, then like numbers of
 * clusters on both sides.
 */
export function nextShape(): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    let best = -1;
    for (let a = 1; a <= size(1); a++) {
      for (let b = 1; b <= size(1); b++) {
        if (!isMaximal(a, b)) continue;
        const rank = (a * b * 64 - abs(a - b)) * 64 + a;
        if (rank >= Shape.lastRank || rank <= best) continue;
        best = rank;
        Shape.a = a;
        Shape.b = b;
      }
    }
    Shape.lastRank = best;
    if (best >= 0) return;
    Shape.lastRank = i32.MAX_VALUE; // all had their turn
  }
}

function isMaximal(a: i32, b: i32): bool {
  const plus = max(1, samplesOf(1));
  const minus = max(1, samplesOf(-1));
  if (a > plus || b > minus || !wiringFits(a, b)) return false;
  return !(a < plus && wiringFits(a + 1, b)) && !(b < minus && wiringFits(a, b + 1));
}
