import { dotI16 } from '../base/kernels/simd';
import { spend, strain } from '../base/clock';
import { breathe } from '../base/pause';
import { setWeight, weightAt, weightRow } from '../network/weights';
import { epsilon, kept, keptCount, label, layerCount, marginScale, paddedInputs, sampleRow, size, weightBound } from '../problem/shape';
import { breatheUpper, countOf, listPatterns, nextOdometer, nonzeroDigits, SOME, startOdometer, vectorAt } from './neuron-patterns';
import { bestChosen, chosen, MOST_PATTERNS, MOST_VECTORS, outputRow, patternCount, patternMargin, patternMask, patternValue, patternWeights, Search, Upper, vectorCount, vectorLabels } from './state';

/**
 * The best upper layers for given first-layer weights, by enumeration. The kept samples collapse to a few distinct
 * activation vectors; the patterns of a neuron over them are listed (neuron-patterns.ts), and multisets of patterns are
 * searched with the bound "what is left cannot beat the incumbent". For min-weight only weights that keep a neuron's held
 * margin count.
 *
 * Where a neuron has too many weight vectors, the weights are multiples of a step, the finest that leaves few enough.
 *
 * Exact when `Upper.complete` stays true; where the enumeration would be too large it answers false or stops at its
 * budget with the best so far.
 */

/** The margin that neuron `j` of weight layer `l` has to keep. */
function heldOf(l: i32, j: i32): i32 {
  if (!Upper.held) return 0;
  let before = j;
  for (let below = 0; below < l; below++) before += size(below + 1);
  return load<i32>(Upper.held + (<usize>before << 2));
}

/**
 * Replaces all upper weights of `network` by the best ones for its first layer, over the kept samples. False when the
 * activation vectors do not allow any (or the shape is not enumerable, in steps either); the network is then unchanged.
 */
export function solveUpper(network: usize, effort: i64): bool {
  if (!Upper.enumerableCoarsely) return false;
  startUpper();
  for (let index = 0; index < keptCount; index++) {
    const k = kept(index);
    breathe();
    const vector = nextVector();
    if (!vector) return false;
    strain(<f64>(size(1) * paddedInputs(0)) / 8);
    for (let j = 0; j < size(1); j++) {
      const s = dotI16(weightRow(network, 0, j), sampleRow(k), paddedInputs(0));
      store<i16>(vector + (<usize>j << 1), s >= 0 ? 1 : -1);
    }
    if (!addVector(label(k))) return false;
  }
  spend(<f64>(keptCount * size(1) * paddedInputs(0)) / 8);
  if (!finishUpper(effort)) return false;
  writeUpper(network);
  return true;
}

/** For activations that no weights stand behind yet: start, then `nextVector` and `addVector` a sample, then finish. */
export function startUpper(): void {
  store<i32>(vectorCount + 4, 0);
}

/** Where to write the activations of the next sample (i16 per first-layer neuron, padding zero), or 0: too many. */
export function nextVector(): usize {
  const count = countOf(vectorCount, 1);
  if (count == MOST_VECTORS) return 0;
  const vector = vectorAt(1, count);
  memory.fill(vector, 0, <usize>Upper.pad << 1);
  return vector;
}

/** Takes the vector just written; false when it contradicts an equal one of the other label. */
export function addVector(y: i32): bool {
  return mergeVector(1, y);
}

/** Searches the upper layers for the vectors given; `Upper` tells the outcome. */
export function finishUpper(effort: i64): bool {
  Upper.complete = Upper.unit == 1;
  Upper.budget = effort;
  Search.found = false;
  Search.bestTotal = i64.MIN_VALUE;
  Upper.counted = effort;
  descend(1, 0);
  spend(<f64>(Upper.counted - Upper.budget));
  breathe(); // a tree asks for thousands of these, each too short to come to a breath of its own
  if (Upper.budget <= 0) Upper.complete = false;
  Upper.value = Search.bestTotal;
  return Search.found;
}

/** Writes the upper layers found last into a network. */
export function writeUpper(network: usize): void {
  for (let l = 1; l < layerCount; l++) {
    for (let j = 0; j < size(l + 1); j++) {
      const row = weightRow(network, l, j);
      const from = bestChosen + (<usize>((l * Upper.pad + j) * Upper.pad) << 1);
      for (let i = 0; i < size(l); i++) setWeight(row, i, weightAt(from, i));
    }
  }
}

/** The vector written behind the last one of layer `l` becomes one of them, unless it is there already. */
function mergeVector(l: i32, y: i32): bool {
  const count = countOf(vectorCount, l);
  const fresh = vectorAt(l, count);
  for (let v = 0; v < count; v++) {
    if (memory.compare(vectorAt(l, v), fresh, <usize>Upper.pad << 1) == 0) {
      return <i32>load<i8>(vectorLabels + <usize>(l * MOST_VECTORS + v)) == y;
    }
  }
  store<i8>(vectorLabels + <usize>(l * MOST_VECTORS + count), <i8>y);
  store<i32>(vectorCount + (<usize>l << 2), count + 1);
  return true;
}

/** Layers `l`.. on the vectors of layer `l`; `sum` is what the layers below are worth. */
function descend(l: i32, sum: i64): void {
  if (l == layerCount - 1) {
    bestOutput(l, sum);
    return;
  }
  listPatterns(l);
  choose(l, 0, 0, sum);
}

/** What layers above `l` could add at most. */
function ceilingAbove(l: i32): i64 {
  let most: i64 = 0;
  if (Upper.sparse) return 0;
  for (let above = l + 1; above < layerCount; above++) {
    most += <i64>size(above + 1) * <i64>(marginScale * weightBound * size(above));
  }
  return most;
}

/** Neurons `j`.. of layer `l` take patterns number `from`.. (neurons of a layer may be permuted: ascending order). */
function choose(l: i32, j: i32, from: i32, sum: i64): void {
  const n = size(l + 1);
  const rest = ceilingAbove(l);
  if (j == n) {
    if (sum + rest <= Search.bestTotal) return;
    const count = countOf(vectorCount, l);
    store<i32>(vectorCount + (<usize>(l + 1) << 2), 0);
    for (let v = 0; v < count; v++) {
      const next = countOf(vectorCount, l + 1);
      const fresh = vectorAt(l + 1, next);
      memory.fill(fresh, 0, <usize>Upper.pad << 1);
      for (let i = 0; i < n; i++) {
        const p = load<i32>(chosen + (<usize>(l * Upper.pad + i) << 2));
        const mask = load<u64>(patternMask + (<usize>(l * MOST_PATTERNS + p) << 3));
        store<i16>(fresh + (<usize>i << 1), (mask >>> <u64>v) & 1 ? 1 : -1);
      }
      if (!mergeVector(l + 1, <i32>load<i8>(vectorLabels + <usize>(l * MOST_VECTORS + v)))) return;
    }
    Upper.budget -= <i64>(count * n);
    descend(l + 1, sum);
    return;
  }
  const patterns = countOf(patternCount, l);
  const held = heldOf(l, j);
  const alike = j + 1 < n && heldOf(l, j + 1) == held;
  for (let p = from; p < patterns; p++) {
    if (Upper.budget <= 0) return;
    breatheUpper();
    const value = <i64>load<i32>(patternValue + (<usize>(l * MOST_PATTERNS + p) << 2));
    // Patterns stand in falling order of value, so no later one can do better either. (Min-weight: the neurons to come
    // may stand under other holds; minus their non-zeros is at most 0.)
    const most = Upper.sparse ? value : value * <i64>(n - j);
    if (sum + most + rest <= Search.bestTotal) return;
    Upper.budget--;
    if (load<i32>(patternMargin + (<usize>(l * MOST_PATTERNS + p) << 2)) < held) continue;
    store<i32>(chosen + (<usize>(l * Upper.pad + j) << 2), p);
    choose(l, j + 1, alike || !Upper.sparse ? p : 0, sum + value);
  }
}

/** The output neuron on the vectors of layer `l`: all weights, best value; records the whole upper network. */
function bestOutput(l: i32, sum: i64): void {
  const n = size(l);
  const count = countOf(vectorCount, l);
  const held = heldOf(l, 0);
  startOdometer(n);
  while (tryOutputs(l, n, count, held, sum)) breatheUpper();
}

function tryOutputs(l: i32, n: i32, count: i32, held: i32, sum: i64): bool {
  for (let turn = 0, more = true; more; turn++, more = nextOdometer(n)) {
    if (turn == SOME) return true;
    let margin = i32.MAX_VALUE;
    for (let v = 0; v < count && margin >= held; v++) {
      const s = dotI16(outputRow, vectorAt(l, v), Upper.pad);
      const y = <i32>load<i8>(vectorLabels + <usize>(l * MOST_VECTORS + v));
      margin = min(margin, y > 0 ? marginScale * s : -marginScale * s - epsilon);
      if (y * s < Upper.outputReach) margin = -1;
    }
    Upper.budget -= <i64>(count + 1);
    if (margin < held) continue;
    const value = sum + <i64>(Upper.sparse ? -nonzeroDigits(n) : margin);
    if (value <= Search.bestTotal) continue;
    Search.bestTotal = value;
    Search.found = true;
    for (let layer = 1; layer < l; layer++) {
      for (let j = 0; j < size(layer + 1); j++) {
        const p = load<i32>(chosen + (<usize>(layer * Upper.pad + j) << 2));
        memory.copy(
          bestChosen + (<usize>((layer * Upper.pad + j) * Upper.pad) << 1),
          patternWeights + (<usize>((layer * MOST_PATTERNS + p) * Upper.pad) << 1),
          <usize>Upper.pad << 1,
        );
      }
    }
    memory.copy(bestChosen + (<usize>(l * Upper.pad * Upper.pad) << 1), outputRow, <usize>Upper.pad << 1);
  }
  return false;
}
