import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import type { Draws } from '../testing/draws.js';
import { problemOf } from '../testing/problem-of.js';
import type { FuzzRun, RunOptions } from './types.js';

/*
 * Small problems of shapes that lead to places of the engine where hardly anything comes that can be enumerated: tables, enumeration and the
 * tree over functions serve what is narrow, and searches settle what is easy. Each was drawn because a planted fault of its place
 * (bench/lib/faults.mjs) had not been met by many thousand other problems.
 */

type Shape = (draws: Draws) => { problem: TrainingProblem; options: Partial<RunOptions> };

/** Work units: nearly all end before this. */
const WORK = 1e6;
/** Bytes for trees: eight or sixteen nodes of weights, so that those of small problems fill them. */
const HARDLY_ANY = [2 ** 8, 2 ** 9];
const SETS: readonly (readonly StageName[])[] = [
  ['mm'],
  ['mm'],
  ['mm', 'mw'],
  ['sm', 'mm'],
  ['sm', 'mm', 'mw'],
];

const SHAPES = { broad, tall, deep, full, softly } as const satisfies Readonly<Record<string, Shape>>;

export type ShapeName = keyof typeof SHAPES;

/** The cheap ones, and those that find less, more often. */
const SHARES: readonly ShapeName[] = ['broad', 'broad', 'tall', 'deep', 'deep', 'full', 'full', 'softly'];

/** A problem of the shape, or of one of them, and a way to run it without tables. */
export function drawShaped(draws: Draws, shape: ShapeName = draws.pick(SHARES)): FuzzRun {
  const { problem, options } = SHAPES[shape](draws);
  return {
    problem,
    options: {
      stages: draws.pick(SETS),
      tolerance: draws.pick([0, 0, 0, 0.25]),
      seed: draws.int(0, 3),
      workLimit: draws.once(8) ? draws.logarithmic(WORK) : WORK,
      proof: draws.once(8),
      enumeration: 0,
      treeBytes: draws.pick([...HARDLY_ANY, 2 ** 16, 2 ** 20]),
      ...options,
    },
  };
}

/** Four neurons and more in the first layer: Level A lists patterns, makes sets of them, and its nodes stand for both orientations. */
function broad(draws: Draws): ReturnType<Shape> {
  const layers = draws.pick([
    [1, 4, 1],
    [1, 5, 1],
    [2, 4, 1],
    [2, 4, 1],
    [3, 4, 1],
  ]);
  return { problem: answered(draws, layers, 1, draws.int(2, 8), [1, 4, 9, 50]), options: {} };
}

/** More rows than a word has bits: no tables, no lists of patterns, Level A begins with nothing decided. */
function tall(draws: Draws): ReturnType<Shape> {
  const layers = draws.pick([
    [1, 2, 1],
    [2, 2, 1],
    [2, 3, 1],
    [3, 2, 1],
    [3, 1, 1],
    [2, 2, 2, 1],
  ]);
  const weightBound = layers[0] < 3 && layers.length < 4 ? draws.int(1, 2) : 1;
  return { problem: answered(draws, layers, weightBound, draws.int(65, 72), [2, 4, 9, 50]), options: {} };
}

/** Layers beyond those that are enumerated above the first: what is left open there has to stay in the bound. */
function deep(draws: Draws): ReturnType<Shape> {
  const first = draws.pick([1, 1, 2]);
  const inputs = draws.int(2, first === 1 ? 5 : 3);
  const layers = [inputs, first, ...draws.list(3, () => draws.pick([1, 1, 2])), 1];
  const weightBound = first === 1 && inputs < 4 ? draws.int(1, 2) : 1;
  return { problem: answered(draws, layers, weightBound, draws.int(2, 8), [4, 9, 50, 50]), options: {} };
}

/** MW of one neuron whose tree fills its memory: what is given up there has to stay in the bound. */
function full(draws: Draws): ReturnType<Shape> {
  const [inputs, weightBound] = draws.pick([
    [8, 1],
    [8, 1],
    [5, 2],
    [4, 4],
    [3, 9],
  ]);
  const tops = [1, 2, 9, 50];
  const problem = answered(draws, [inputs, 1], weightBound, draws.int(3, 10), tops);
  const margins = draws.once(2) ? undefined : [[draws.int(0, 3 * draws.pick(tops))]];
  return {
    problem: margins === undefined ? problem : { ...problem, margins },
    options: { stages: draws.pick([['mw'], ['mw'], ['sm', 'mw']]), treeBytes: draws.pick(HARDLY_ANY) },
  };
}

/** Losses of a few units, of one neuron: what costs fix at the last unit, which a proof has to say as the verifier does. */
function softly(draws: Draws): ReturnType<Shape> {
  const count = draws.int(6, 12);
  const problem = answered(draws, [draws.int(4, 8), 1], draws.int(1, 2), count, [3, 4, 5, 7]);
  const most = draws.int(3, 40);
  const targets = Int32Array.from(draws.list(count, () => draws.int(0, most)));
  return {
    problem: { ...problem, objective: { kind: 'soft', targets } },
    options: { stages: draws.pick([['mm'], ['mm'], ['mm', 'mw']]), proof: true, treeBytes: 2 ** 20 },
  };
}

/** Rows between -top and top, or not negative, with the answers of a network of these layers, now and then one that is wrong. */
function answered(
  draws: Draws,
  layers: readonly number[],
  weightBound: number,
  count: number,
  tops: readonly number[],
): TrainingProblem {
  const top = draws.pick(tops);
  const low = draws.once(4) ? 0 : -top;
  const rows = draws.list(count, () => draws.list(layers[0], () => draws.int(low, top)));
  const weights = layers
    .slice(1)
    .map((size, l) =>
      draws.list(size, () => draws.list(layers[l], () => draws.int(-weightBound, weightBound))),
    );
  const labels = rows.map((row) => {
    const [answer] = weights.reduce<readonly number[]>(
      (inputs, layer) =>
        layer.map((neuron) => (neuron.reduce((sum, w, i) => sum + w * inputs[i], 0) >= 0 ? 1 : -1)),
      row,
    );
    return draws.once(3 * count) ? -answer : answer;
  });
  return problemOf(rows, labels, {
    layers,
    weightBound,
    epsilon: draws.pick([0.1, 0.1, 0.5, 1]),
    linf: draws.once(8) ? draws.int(0, Math.ceil(top / 8)) : 0,
  });
}
