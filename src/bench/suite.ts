import { drawDigits } from '../data/digits/index.js';
import { networkMargins } from '../network/margins.js';
import type { Network } from '../network/types.js';
import { marginUnits } from '../problem/semantics.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { drawNetwork } from '../testing/draw-problem.js';
import { Draws } from '../testing/draws.js';
import { type PlantedKind, type PlantedShape, planted } from '../testing/planted.js';
import { problemOf } from '../testing/problem-of.js';
import type { Instance } from './types.js';

/*
 * Suites without a download: every instance is made by a generator, the same on every machine and with every release of this list.
 * Names say what is inside: generator, layers, samples, P, stage.
 */

export const SUITES = ['small', 'medium', 'hard'] as const;
export type SuiteName = (typeof SUITES)[number];

const SIDE = 28;

/** Drawn digits: two classes, `shots` each, halved in size `halvings` times by adding pixels up. */
function digits(
  classes: readonly [number, number],
  shots: number,
  halvings: number,
  hidden: number[],
  stage: StageName,
) {
  const { samples } = drawDigits({ perClass: shots, stream: 'train' });
  const side = SIDE >> halvings;
  const rows = classes.flatMap((digit) =>
    Array.from({ length: shots }, (_, n) => {
      const row = new Array<number>(side * side).fill(0);
      const from = (10 * n + digit) * SIDE * SIDE;
      for (let i = 0; i < SIDE * SIDE; i++) {
        const [y, x] = [Math.floor(i / SIDE) >> halvings, (i % SIDE) >> halvings];
        row[y * side + x] += (samples.values as Uint8Array)[from + i];
      }
      return row.map((sum) => sum >> (2 * halvings));
    }),
  );
  const labels = rows.map((_, k) => (k < shots ? 1 : -1));
  const problem = problemOf(rows, labels, { layers: [side * side, ...hidden, 1] });
  return named(`digits${classes.join('v')}`, withMargins(problem, stage), stage);
}

/** Noise: labels that nothing says. SM alone, because nothing separates them. */
function noise(seed: number, layers: number[], count: number): Instance {
  const draws = new Draws(seed, count);
  const rows = draws.list(count, () => draws.list(layers[0], () => draws.int(-9, 9)));
  return named(
    'noise',
    problemOf(
      rows,
      draws.list(count, () => draws.pick([1, -1])),
      { layers },
    ),
    'sm',
  );
}

/**
 * A table drawn from a model: columns of few values (a flag, a grade, a measurement), labels from a random network on them, of every
 * tenth row the other label where it is SM that has to find out which.
 */
function table(
  seed: number,
  layers: number[],
  count: number,
  weightBound: number,
  stage: StageName,
): Instance {
  const draws = new Draws(seed, count);
  const tops = draws.list(layers[0], () => draws.pick([1, 1, 3, 9]));
  const shape = problemOf([tops], [1], { layers, weightBound });
  const network = drawNetwork(draws, shape);
  const rows: number[][] = [];
  const labels: number[] = [];
  for (let tries = 0; rows.length < count && tries < 1000 * count; tries++) {
    const row = tops.map((top) => draws.int(-top, top));
    const label = answerOf(network, row);
    // As many of the one as of the other, as far as the network has both.
    const of = labels.filter((other) => other === label).length;
    if (of > count / 2 && tries < 500 * count) continue;
    rows.push(row);
    labels.push(label);
  }
  const told = labels.map((label, k) => (stage === 'sm' && k % 10 === 9 ? -label : label));
  const problem = problemOf(rows, told, {
    layers,
    weightBound,
    ...(stage === 'sm' ? { confidence: 1 } : {}),
  });
  return named('table', withMargins(problem, stage, network), stage);
}

function answerOf({ weights }: Network, row: readonly number[]): 1 | -1 {
  let values = row;
  for (const layer of weights) {
    const below = values;
    values = layer.map((neuron) => (neuron.reduce((sum, w, i) => sum + w * below[i], 0) >= 0 ? 1 : -1));
  }
  return values[0] as 1 | -1;
}

/** MW holds half of what a network has; one that is at hand, or the difference of the classes' means. */
function withMargins(
  problem: TrainingProblem,
  stage: StageName,
  network = meansOf(problem),
): TrainingProblem {
  if (stage !== 'mw') return problem;
  const units = marginUnits(problem);
  const all = Array.from({ length: problem.sampleCount }, (_, k) => k);
  const margins = networkMargins(network, problem, all, units).map((layer) =>
    layer.map((margin) => Math.max(0, Math.floor(margin / 2)) / units.scale),
  );
  return { ...problem, margins };
}

/** Every first-layer neuron the sign of the difference of the classes' means, every other one the first below it. */
function meansOf({ layers, samples, labels }: TrainingProblem): Network {
  const sums = new Array<number>(layers[0]).fill(0);
  for (let at = 0; at < samples.length; at++)
    sums[at % layers[0]] += labels[Math.floor(at / layers[0])] * samples[at];
  const weights = layers
    .slice(1)
    .map((size, l) =>
      Array.from({ length: size }, () =>
        Array.from({ length: layers[l] }, (_, i) => (l === 0 ? Math.sign(sums[i]) : i === 0 ? 1 : 0)),
      ),
    );
  return { layers, weightBound: 1, weights };
}

function plant(kind: PlantedKind, shape: PlantedShape, seed: number): Instance {
  const { problem, stage, optimum } = planted(kind, shape, seed);
  const name = { counted: 'contradictions', level: 'market-split', covered: 'cover', constant: 'bright' }[
    kind
  ];
  return named(name, problem, stage, optimum);
}

function named(kind: string, problem: TrainingProblem, stage: StageName, optimum?: number): Instance {
  const { layers, sampleCount, weightBound } = problem;
  const name = `${kind}-${layers.slice(0, -1).join('x')}-n${sampleCount}-P${weightBound}-${stage}`;
  // MM and MW of a race keep all samples, whatever SM would do.
  const keep = Array.from({ length: sampleCount }, (_, k) => k);
  return {
    name,
    problem: stage === 'sm' ? problem : { ...problem, keep },
    stage,
    ...(optimum === undefined ? {} : { known: { [stage]: optimum } }),
  };
}

/** Each takes one instance at a time, so that nothing is made that is not raced. */
const MAKERS: Readonly<Record<SuiteName, readonly (() => Instance)[]>> = {
  small: [
    () => digits([4, 9], 4, 1, [], 'mm'),
    () => digits([3, 8], 3, 1, [], 'mw'),
    () => digits([1, 8], 2, 2, [2], 'mm'),
    () => noise(1, [10, 1], 20),
    () => noise(2, [8, 2, 1], 10),
    () => table(3, [12, 1], 30, 1, 'sm'),
    () => table(4, [10, 2, 1], 14, 1, 'mm'),
    () => table(5, [10, 1], 24, 3, 'mw'),
    () => plant('counted', { inputs: 14, hidden: [2], rows: 16 }, 6),
    () => plant('level', { inputs: 16, rows: 4 }, 7),
    () => plant('covered', { inputs: 30, rows: 12 }, 8),
    () => plant('constant', { inputs: 20, hidden: [3], rows: 10 }, 9),
  ],
  medium: [
    () => digits([4, 9], 10, 1, [], 'mm'),
    () => digits([3, 8], 8, 1, [], 'mw'),
    () => digits([4, 9], 5, 1, [2], 'mm'),
    () => digits([1, 8], 6, 2, [2, 2], 'mm'),
    () => noise(1, [16, 1], 32),
    () => noise(2, [12, 2, 1], 16),
    () => table(3, [16, 2, 1], 40, 1, 'sm'),
    () => table(4, [14, 3, 1], 24, 1, 'mm'),
    () => table(5, [16, 2, 1], 24, 1, 'mw'),
    () => table(6, [12, 1], 60, 7, 'sm'),
    () => plant('counted', { inputs: 20, hidden: [3], rows: 30 }, 7),
    () => plant('level', { inputs: 24, rows: 5 }, 8),
    () => plant('covered', { inputs: 120, rows: 40, weightBound: 2 }, 9),
  ],
  hard: [
    () => digits([4, 9], 20, 0, [], 'mm'),
    () => digits([4, 9], 10, 0, [4, 4], 'mm'),
    () => digits([3, 8], 10, 0, [4], 'mw'),
    () => noise(1, [20, 1], 50),
    () => noise(2, [16, 3, 1], 30),
    () => table(3, [20, 3, 1], 120, 1, 'sm'),
    () => table(4, [24, 4, 1], 60, 1, 'mm'),
    () => table(5, [20, 3, 1], 60, 3, 'mw'),
    () => plant('level', { inputs: 40, rows: 8 }, 6),
    () => plant('level', { inputs: 60, rows: 10, weightBound: 3 }, 7),
    () => plant('counted', { inputs: 30, hidden: [4, 4], rows: 60 }, 8),
  ],
};

/** The instances of a suite, in its order. */
export function suite(name: SuiteName): Instance[] {
  return MAKERS[name].map((make) => make());
}
