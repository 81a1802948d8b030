import { forEachVector } from '../vectors.js';
import type { Setting } from './setting.js';
import { reject } from './types.js';

/*
 * What the layers above the first can do in MM, as triples over the 2^n1 activations of the first layer, its *cells* (bit j of a cell:
 * neuron j at +): the cells that may be answered + and those that may be answered -, and what the margins of all upper neurons then
 * sum to. A network's own triple are the cells that its kept samples are in, by label, and the sum of its upper margins. Every neuron
 * there has a margin m that one of those cells attains, so the cells are among those at which it has m or more.
 */

export interface Triple {
  readonly plus: number;
  readonly minus: number;
  readonly value: number;
}

/** Neurons of a layer at most: 16 cells. */
export const MAX_WIDTH = 4;
/** Comparisons of triples, and sums, at most: some seconds. */
const MAX_STEPS = 2 ** 28;

/**
 * Whether every network's triple, its first-layer neurons put in some order, is included in a listed one: no cell of it is missing
 * there, and its value is not above. Refuses what is too much to look at.
 */
export function coversAll(setting: Setting, listed: readonly Triple[]): boolean {
  const { layers } = setting.problem;
  if (layers.length > 4 || layers.slice(1).some((size) => size > MAX_WIDTH)) {
    return reject('the upper layers are too large to be listed');
  }
  const images = permutations(layers[1]).map((order) => listed.map((triple) => permuted(triple, order)));
  const budget = { left: MAX_STEPS };
  const isListed = (triple: Triple): boolean => {
    // Samples of both labels are in some cells.
    if (setting.mixed && (triple.plus === 0 || triple.minus === 0)) return true;
    spend(budget, images.length * listed.length);
    return images.some((image) => image.some((other) => includes(other, triple)));
  };
  const first = optionsOf(setting, layers[1], budget);
  if (layers.length === 3) return first.every(isListed);
  const last = optionsOf(setting, layers[2], budget);
  return eachChoice(first, layers[2], (chosen) =>
    last.every((answer) => isListed(composed(chosen, answer, 2 ** layers[1]))),
  );
}

function spend(budget: { left: number }, steps: number): void {
  budget.left -= steps;
  if (budget.left < 0) reject('the upper layers are too large to be listed');
}

/** What one neuron over inputs of +1 and -1 can do, but for what another option includes. */
function optionsOf({ problem, scale, epsilon }: Setting, inputs: number, budget: { left: number }): Triple[] {
  const cells = 2 ** inputs;
  spend(budget, (2 * problem.weightBound + 1) ** inputs * cells * cells);
  const columns = Array.from({ length: inputs }, (_, i) =>
    Int8Array.from({ length: cells }, (_, cell) => ((cell >> i) & 1 ? 1 : -1)),
  );
  const best = new Map<number, number>(); // by cells, + and -
  forEachVector(columns, cells, problem.weightBound, (_weights, sums) => {
    const margins = Array.from(sums, (s) => (s >= 0 ? scale * s : -scale * s - epsilon));
    for (const margin of new Set(margins)) {
      let key = 0;
      for (let cell = 0; cell < cells; cell++) {
        if (margins[cell] >= margin) key += 2 ** (sums[cell] >= 0 ? cell : cell + cells);
      }
      best.set(key, Math.max(margin, best.get(key) ?? margin));
    }
  });
  const all = [...best].map(([key, value]) => ({
    plus: key % 2 ** cells,
    minus: Math.floor(key / 2 ** cells),
    value,
  }));
  spend(budget, all.length ** 2);
  return all.filter((one) => !all.some((other) => other !== one && includes(other, one)));
}

function includes(a: Triple, b: Triple): boolean {
  return (b.plus & ~a.plus) === 0 && (b.minus & ~a.minus) === 0 && b.value <= a.value;
}

/** Second-layer neurons are interchangeable: choices without order, with repetition. */
function eachChoice(
  from: readonly Triple[],
  size: number,
  holds: (chosen: readonly Triple[]) => boolean,
): boolean {
  const chosen: Triple[] = [];
  const choose = (least: number): boolean => {
    if (chosen.length === size) return holds(chosen);
    for (let n = least; n < from.length; n++) {
      chosen.push(from[n]);
      const isHeld = choose(n);
      chosen.pop();
      if (!isHeld) return false;
    }
    return true;
  };
  return choose(0);
}

/** Second-layer neurons and the one above them, as a triple over the first layer's cells. */
function composed(chosen: readonly Triple[], answer: Triple, cells: number): Triple {
  let plus = 0;
  let minus = 0;
  for (let cell = 0; cell < cells; cell++) {
    if (chosen.some((option) => (((option.plus | option.minus) >> cell) & 1) === 0)) continue;
    let above = 0;
    for (const [i, option] of chosen.entries()) above |= ((option.plus >> cell) & 1) << i;
    plus |= ((answer.plus >> above) & 1) << cell;
    minus |= ((answer.minus >> above) & 1) << cell;
  }
  return { plus, minus, value: chosen.reduce((sum, { value }) => sum + value, answer.value) };
}

/** The triple of a first layer in which neuron `order[j]` stands at place j. */
function permuted({ plus, minus, value }: Triple, order: readonly number[]): Triple {
  const image = (mask: number): number => {
    let to = 0;
    for (let cell = 0; cell < 2 ** order.length; cell++) {
      let place = 0;
      for (const [j, from] of order.entries()) place |= ((cell >> from) & 1) << j;
      to |= ((mask >> cell) & 1) << place;
    }
    return to;
  };
  return { plus: image(plus), minus: image(minus), value };
}

function permutations(size: number): number[][] {
  if (size === 0) return [[]];
  return permutations(size - 1).flatMap((order) =>
    Array.from({ length: size }, (_, at) => order.toSpliced(at, 0, size - 1)),
  );
}
