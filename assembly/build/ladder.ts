import { copyRow, fillRow, setWeight, weightRow } from '../network/weights';
import { epsilon, layerCount, marginScale, size, weightBound } from '../problem/shape';
import { Ladder, ladderBest, ladderChoice, ladderCounts } from './state';

/**
 * The ladder: a network in which s_l neurons of layer l separate the classes and all the others are constant, layer by
 * layer up to the output. Whatever the shape, one first-layer neuron that separates the kept samples makes every other
 * layer trivial, and for max-margin with hidden layers "one separator, the rest constant" is the construction to beat
 * (design section 2.2). The best counts s_l come from a small dynamic programme over layers:
 *
 *     layer 1      s * M + (n - s) * C                     M, C: margins of the separator and of the constant
 *     layer l      s * (P * s' - eps) + (n - s) * P * (n' - s')     s', n': the layer below
 *     output       P * s' - eps
 *
 * Separators look only at separators, constants only at constants.
 */

// @ts-ignore: decorator
@inline
function cell(l: i32, s: i32): usize {
  assert(l >= 0 && l < layerCount && s >= 0 && s <= Ladder.widest);
  return <usize>(l * (Ladder.widest + 1) + s);
}

/**
 * Writes the best ladder into `network`: `separator` and `constant` are first-layer rows with margins `M` and `C` in
 * units of 1/D. With `atLeast` > 0 the last hidden layer has that many separators or more (confidence).
 */
export function buildLadder(network: usize, separator: usize, constant: usize, M: i32, C: i32, atLeast: i32): void {
  chooseCounts(M, C, atLeast);
  for (let l = 0; l < layerCount; l++) {
    const n = size(l + 1);
    const s = l == layerCount - 1 ? 1 : load<i32>(ladderCounts + (<usize>l << 2));
    const under = l == 0 ? 0 : load<i32>(ladderCounts + (<usize>(l - 1) << 2));
    for (let j = 0; j < n; j++) {
      const row = weightRow(network, l, j);
      if (l == 0) {
        copyRow(row, j < s ? separator : constant, 0);
        continue;
      }
      fillRow(row, l, 0);
      for (let i = 0; i < size(l); i++) if (i < under == j < s) setWeight(row, i, weightBound);
    }
  }
}

function chooseCounts(M: i32, C: i32, atLeast: i32): void {
  const top = layerCount - 1;
  if (top == 0) return;
  for (let l = 0; l < top; l++) {
    const n = size(l + 1);
    const first = l == top - 1 ? max(1, min(atLeast, n)) : 1;
    for (let s = 1; s <= n; s++) {
      const at = cell(l, s);
      if (s < first) {
        store<i64>(ladderBest + (at << 3), i64.MIN_VALUE / 2);
        continue;
      }
      if (l == 0) {
        store<i64>(ladderBest + (at << 3), <i64>s * <i64>M + <i64>(n - s) * <i64>C);
        continue;
      }
      let value: i64 = i64.MIN_VALUE;
      for (let under = 1; under <= size(l); under++) {
        const v =
          load<i64>(ladderBest + (cell(l - 1, under) << 3)) +
          <i64>s * <i64>(marginScale * weightBound * under - epsilon) +
          <i64>(n - s) * <i64>(marginScale * weightBound * (size(l) - under));
        if (v > value) {
          value = v;
          store<i32>(ladderChoice + (at << 2), under);
        }
      }
      store<i64>(ladderBest + (at << 3), value);
    }
  }
  let pick = 1;
  let value: i64 = i64.MIN_VALUE;
  for (let s = 1; s <= size(top); s++) {
    const v = load<i64>(ladderBest + (cell(top - 1, s) << 3)) + <i64>(marginScale * weightBound * s - epsilon);
    if (v > value) {
      value = v;
      pick = s;
    }
  }
  for (let l = top - 1; l >= 0; l--) {
    store<i32>(ladderCounts + (<usize>l << 2), pick);
    if (l > 0) pick = load<i32>(ladderChoice + (cell(l, pick) << 2));
  }
}
