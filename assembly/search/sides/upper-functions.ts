import { breathe } from '../../base/pause';
import { spend } from '../../base/clock';
import { epsilon, layerCount, marginScale, size, weightBound } from '../../problem/shape';
import { chosenOptions, functionMinus, functionPlus, functionValue, Functions, MOST_WIDTH, MOST_FUNCTIONS, MOST_OPTIONS, optionMargin, optionMinus, optionPlus, turnedCells } from './state';

/**
 * What the layers above the first can do, as functions of the first layer's answer (a cell, bit j: neuron j at +): a triple
 *
 *     plus, minus    cells that are answered + and - , every upper neuron at least so sure there,    value   their margins' sum
 *
 * Whatever upper layers a network has, with v the sum of their margins on the cells that occur, some listed triple has all
 * cells of + rows in `plus`, all of - rows in `minus`, and a value of v or more: a triple that another one includes, after some
 * permutation of the first layer's neurons (which are interchangeable in MM), is left out. So a list of some dozens stands for
 * all upper layers.
 */

/** Lists them; `Functions.listed` says whether that was little enough. */
export function listFunctions(): void {
  const n = size(1);
  Functions.count = 0;
  Functions.listed = false;
  if (n > MOST_WIDTH || layerCount > 3) return;
  listPermutations(n);
  const first = listOptions(0, n);
  if (first < 0) return;
  if (layerCount == 2) {
    for (let o = 0; o < first; o++) if (!keepFunction(optionOf(optionPlus, o), optionOf(optionMinus, o), optionOf(optionMargin, o))) return;
    Functions.listed = true;
    return;
  }
  const width = size(2);
  if (width > MOST_WIDTH) return;
  const second = listOptions(first, width);
  if (second < 0 || tuples(first, width) * <f64>second > MOST_WORK) return;
  Functions.listed = choose(0, 0, width, first, second, (1 << (1 << n)) - 1, 0);
}

/** Triples that are looked at, and margins of weight vectors of one neuron. */
const MOST_WORK: f64 = 5e5;

/** Multisets of `width` of so many. */
function tuples(options: i32, width: i32): f64 {
  let count: f64 = 1;
  for (let i = 0; i < width; i++) count = (count * <f64>(options + i)) / <f64>(i + 1);
  return count;
}

// @ts-ignore: decorator
@inline
function optionOf(base: usize, o: i32): i32 {
  return load<i32>(base + (<usize>o << 2));
}

/**
 * What one neuron over `n` inputs of +1 and -1 can do, from option `from` on: cells at which its margin is at least m on either
 * side, for all weights and every m that is a margin. Returns how many options there are, -1: too many.
 */
function listOptions(from: i32, n: i32): i32 {
  let count = 0;
  let vectors = 1;
  for (let i = 0; i < n; i++) vectors *= 2 * weightBound + 1;
  if (<f64>vectors * <f64>(2 * weightBound * n) > MOST_WORK) return -1;
  const most = marginScale * weightBound * n;
  for (let code = 0; code < vectors; code++) {
    breathe();
    spend(<f64>(1 << n));
    for (let step = 0; step <= 2 * weightBound * n; step++) {
      // Margins in ascending order: 0, D - eps, D, 2 D - eps, 2 D, ..
      const margin = step & 1 ? ((step + 1) >> 1) * marginScale - epsilon : (step >> 1) * marginScale;
      if (margin > most) break;
      let plus = 0;
      let minus = 0;
      for (let cell = 0; cell < 1 << n; cell++) {
        const s = sumAt(code, cell, n);
        if (s >= 0 && marginScale * s >= margin) plus |= 1 << cell;
        else if (s < 0 && -marginScale * s - epsilon >= margin) minus |= 1 << cell;
      }
      if ((plus | minus) == 0) break;
      count = addOption(from, count, plus, minus, margin);
      if (count < 0) return -1;
    }
  }
  return count;
}

function sumAt(code: i32, cell: i32, n: i32): i32 {
  const base = 2 * weightBound + 1;
  let s = 0;
  for (let i = 0; i < n; i++) {
    const w = (code % base) - weightBound;
    code /= base;
    s += (cell >> i) & 1 ? w : -w;
  }
  return s;
}

/** Keeps the option unless another one does as much; drops those that do less. */
function addOption(from: i32, count: i32, plus: i32, minus: i32, margin: i32): i32 {
  spend(<f64>count / 4);
  for (let o = from; o < from + count; o++) {
    if (includes(optionOf(optionPlus, o), optionOf(optionMinus, o), optionOf(optionMargin, o), plus, minus, margin)) return count;
  }
  let to = from;
  for (let o = from; o < from + count; o++) {
    if (includes(plus, minus, margin, optionOf(optionPlus, o), optionOf(optionMinus, o), optionOf(optionMargin, o))) continue;
    setOption(to++, optionOf(optionPlus, o), optionOf(optionMinus, o), optionOf(optionMargin, o));
  }
  if (to == MOST_OPTIONS) return -1;
  setOption(to++, plus, minus, margin);
  return to - from;
}

function setOption(o: i32, plus: i32, minus: i32, margin: i32): void {
  store<i32>(optionPlus + (<usize>o << 2), plus);
  store<i32>(optionMinus + (<usize>o << 2), minus);
  store<i32>(optionMargin + (<usize>o << 2), margin);
}

/** Whether the first triple does all that the second one does. */
// @ts-ignore: decorator
@inline
function includes(plus: i32, minus: i32, value: i32, lessPlus: i32, lessMinus: i32, lessValue: i32): bool {
  return (lessPlus & ~plus) == 0 && (lessMinus & ~minus) == 0 && lessValue <= value;
}

/** Second-layer neurons `depth`.. take options number `from`.., which they may do: they are interchangeable. */
function choose(depth: i32, from: i32, width: i32, first: i32, second: i32, usable: i32, value: i32): bool {
  if (depth == width) {
    for (let o = first; o < first + second; o++) {
      let plus = 0;
      let minus = 0;
      for (let cell = 0; cell < 1 << size(1); cell++) {
        if (((usable >> cell) & 1) == 0) continue;
        let answer = 0;
        for (let i = 0; i < width; i++) answer |= ((optionOf(optionPlus, optionOf(chosenOptions, i)) >> cell) & 1) << i;
        if ((optionOf(optionPlus, o) >> answer) & 1) plus |= 1 << cell;
        else if ((optionOf(optionMinus, o) >> answer) & 1) minus |= 1 << cell;
      }
      if (!keepFunction(plus, minus, value + optionOf(optionMargin, o))) return false;
    }
    spend(<f64>(second * width) * <f64>(1 << size(1)) / 4);
    breathe();
    return true;
  }
  for (let o = from; o < first; o++) {
    store<i32>(chosenOptions + (<usize>depth << 2), o);
    const left = usable & (optionOf(optionPlus, o) | optionOf(optionMinus, o));
    if (left != 0 && !choose(depth + 1, o, width, first, second, left, value + optionOf(optionMargin, o))) return false;
  }
  return true;
}

/** The permutations of the first layer's neurons, as where each of them takes a cell. */
function listPermutations(n: i32): void {
  Functions.permutations = 0;
  for (let code = 0; code < n ** n; code++) {
    let seen = 0;
    for (let j = 0, rest = code; j < n; j++, rest /= n) seen |= 1 << (rest % n);
    if (seen != (1 << n) - 1) continue;
    const to = turnedCells + <usize>(Functions.permutations << MOST_WIDTH);
    for (let cell = 0; cell < 1 << n; cell++) {
      let image = 0;
      for (let j = 0, rest = code; j < n; j++, rest /= n) image |= ((cell >> j) & 1) << (rest % n);
      store<u8>(to + <usize>cell, <u8>image);
    }
    Functions.permutations++;
  }
}

/** The cells at `mask`, their neurons exchanged by listed permutation `p`. */
export function permuted(mask: i32, p: i32): i32 {
  const to = turnedCells + <usize>(p << MOST_WIDTH);
  let image = 0;
  for (let cell = 0; cell < 1 << size(1); cell++) if ((mask >> cell) & 1) image |= 1 << <i32>load<u8>(to + <usize>cell);
  return image;
}

/** Keeps a triple unless a listed one, permuted, does as much; drops those that do less. False: too many. */
function keepFunction(plus: i32, minus: i32, value: i32): bool {
  if (Functions.bothLabels && (plus == 0 || minus == 0)) return true;
  spend(<f64>(Functions.permutations * (Functions.count + 16)));
  for (let p = 0; p < Functions.permutations; p++) {
    const a = permuted(plus, p);
    const b = permuted(minus, p);
    for (let f = 0; f < Functions.count; f++) {
      if (includes(optionOf(functionPlus, f), optionOf(functionMinus, f), optionOf(functionValue, f), a, b, value)) return true;
    }
  }
  for (let p = 0; p < Functions.permutations; p++) {
    const a = permuted(plus, p);
    const b = permuted(minus, p);
    let to = 0;
    for (let f = 0; f < Functions.count; f++) {
      if (includes(a, b, value, optionOf(functionPlus, f), optionOf(functionMinus, f), optionOf(functionValue, f))) continue;
      setFunction(to++, optionOf(functionPlus, f), optionOf(functionMinus, f), optionOf(functionValue, f));
    }
    Functions.count = to;
  }
  if (Functions.count == MOST_FUNCTIONS) return false;
  setFunction(Functions.count++, plus, minus, value);
  return true;
}

function setFunction(f: i32, plus: i32, minus: i32, value: i32): void {
  store<i32>(functionPlus + (<usize>f << 2), plus);
  store<i32>(functionMinus + (<usize>f << 2), minus);
  store<i32>(functionValue + (<usize>f << 2), value);
}

/** The cells that function `f` gives a row of label `y`. */
// @ts-ignore: decorator
@inline
export function cellsFor(f: i32, y: i32): i32 {
  return optionOf(y > 0 ? functionPlus : functionMinus, f);
}

/** What the upper layers' margins add up to under function `f`, units of 1/D. */
// @ts-ignore: decorator
@inline
export function valueOfFunction(f: i32): i32 {
  return optionOf(functionValue, f);
}
