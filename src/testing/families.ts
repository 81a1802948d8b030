import type { TrainingProblem } from '../problem/types.js';
import type { Draws } from './draws.js';
import { problemOf } from './problem-of.js';

/*
 * Families of degenerate problems by name: what solvers fall over. All are small enough to enumerate, and all that they say
 * is valid.
 */

type Rows = number[][];

function rows(draws: Draws, count: number, width: number, value: () => number): Rows {
  return draws.list(count, () => draws.list(width, value));
}

function signs(draws: Draws, count: number): number[] {
  return draws.list(count, () => draws.pick([1, -1]));
}

/** Now and then a hidden layer. */
function layersFor(draws: Draws, width: number): number[] {
  return draws.once(2) ? [width, 1] : [width, draws.int(1, 2), 1];
}

const small = (draws: Draws) => () => draws.int(-3, 3);

const DRAWN = {
  /** One row. */
  'one-sample': (draws: Draws) => {
    const width = draws.int(1, 3);
    return problemOf(rows(draws, 1, width, small(draws)), signs(draws, 1), {
      layers: layersFor(draws, width),
    });
  },
  /** One input, so that rows are numbers. */
  'one-input': (draws: Draws) => {
    const count = draws.int(1, 5);
    return problemOf(rows(draws, count, 1, small(draws)), signs(draws, count), {
      weightBound: draws.int(1, 3),
    });
  },
  /** One label on every row. */
  'one-label': (draws: Draws) => {
    const [count, width, label] = [draws.int(1, 5), draws.int(1, 3), draws.pick([1, -1])];
    return problemOf(rows(draws, count, width, small(draws)), new Array(count).fill(label), {
      layers: layersFor(draws, width),
    });
  },
  /** Every input 0 everywhere: no weight of the first layer is a variable, and every sum there is 0. */
  'all-dark': (draws: Draws) => {
    const [count, width] = [draws.int(1, 4), draws.int(1, 3)];
    return problemOf(
      rows(draws, count, width, () => 0),
      signs(draws, count),
      { layers: layersFor(draws, width) },
    );
  },
  /** One row of zeros among others: sgn(0) = +1. */
  'zero-row': (draws: Draws) => {
    const width = draws.int(1, 3);
    const some = rows(draws, draws.int(1, 4), width, small(draws));
    const all = [...some, new Array<number>(width).fill(0)];
    return problemOf(all, signs(draws, all.length), { layers: layersFor(draws, width) });
  },
  /** Every row twice, with both labels. */
  contradictory: (draws: Draws) => {
    const width = draws.int(1, 3);
    const some = rows(draws, draws.int(1, 3), width, small(draws));
    const labels = signs(draws, some.length);
    return problemOf([...some, ...some], [...labels, ...labels.map((label) => -label)], {
      layers: layersFor(draws, width),
    });
  },
  /** A row and its negative with one label: where one sum is above, the other is below. */
  mirrored: (draws: Draws) => {
    const width = draws.int(1, 3);
    const some = rows(draws, draws.int(1, 2), width, small(draws));
    const all = some.flatMap((row) => [row, row.map((x) => -x)]);
    return problemOf(
      all,
      all.map(() => 1),
      { layers: layersFor(draws, width) },
    );
  },
  /** Rows that are multiples of one another. */
  proportional: (draws: Draws) => {
    const width = draws.int(1, 3);
    const row = draws.list(width, small(draws));
    const factors = draws.list(draws.int(2, 5), () => draws.int(-3, 3));
    return problemOf(
      factors.map((f) => row.map((x) => f * x + 0)),
      signs(draws, factors.length),
      {
        layers: layersFor(draws, width),
      },
    );
  },
  /** The same input several times: many optimal networks. */
  'equal-columns': (draws: Draws) => {
    const [count, width] = [draws.int(2, 5), draws.int(2, 4)];
    const column = draws.list(count, small(draws));
    return problemOf(
      column.map((x) => new Array<number>(width).fill(x)),
      signs(draws, count),
      {
        layers: layersFor(draws, width),
      },
    );
  },
  /** One weight for every row: the identity. */
  diagonal: (draws: Draws) => {
    const width = draws.int(1, 4);
    const scale = draws.int(1, 3);
    const all = draws.list(width, (k) => draws.list(width, (i) => (i === k ? scale : 0)));
    return problemOf(all, signs(draws, width), { layers: layersFor(draws, width) });
  },
  /** Both inputs of a xor. */
  xor: (draws: Draws) => {
    const [a, b] = draws.pick([
      [0, 1],
      [-1, 1],
      [1, 2],
    ]);
    return problemOf(
      [
        [a, a],
        [a, b],
        [b, a],
        [b, b],
      ],
      [-1, 1, 1, -1],
      {
        layers: draws.pick([
          [2, 1],
          [2, 2, 1],
          [2, 1, 1],
        ]),
      },
    );
  },
  /** No sample kept: MM and MW have nothing to do. */
  'none-kept': (draws: Draws) => {
    const [count, width] = [draws.int(1, 4), draws.int(1, 3)];
    return problemOf(rows(draws, count, width, small(draws)), signs(draws, count), {
      layers: layersFor(draws, width),
      keep: [],
    });
  },
  /** A radius that nothing is certain within, or that just leaves something. */
  'large-radius': (draws: Draws) => {
    const [count, width] = [draws.int(1, 4), draws.int(1, 3)];
    return problemOf(
      rows(draws, count, width, () => draws.int(-9, 9)),
      signs(draws, count),
      {
        layers: layersFor(draws, width),
        linf: draws.pick([1, 8, 9, 10, 30000]),
      },
    );
  },
  /** Confidence at the very most that an output can be, one below, and one beyond. */
  'edge-confidence': (draws: Draws) => {
    const [count, hidden, weightBound] = [draws.int(1, 4), draws.int(1, 2), draws.int(1, 2)];
    return problemOf(rows(draws, count, 2, small(draws)), signs(draws, count), {
      layers: [2, hidden, 1],
      weightBound,
      confidence: hidden * weightBound + draws.int(-1, 1),
    });
  },
  /** Inputs at the end of their range. */
  'large-values': (draws: Draws) => {
    const [count, width] = [draws.int(1, 4), draws.int(1, 3)];
    const ends = [-32767, 32767, 32766, 0, 1];
    return problemOf(
      rows(draws, count, width, () => draws.pick(ends)),
      signs(draws, count),
      {
        layers: layersFor(draws, width),
        epsilon: draws.pick([0.1, 1]),
      },
    );
  },
  /** The largest weights there are. */
  'large-weights': (draws: Draws) => {
    const count = draws.int(1, 4);
    return problemOf(rows(draws, count, 1, small(draws)), signs(draws, count), {
      weightBound: draws.pick([100, 127]),
    });
  },
  /** Many layers of one neuron. */
  deep: (draws: Draws) => {
    const [count, width] = [draws.int(1, 3), draws.int(1, 2)];
    return problemOf(rows(draws, count, width, small(draws)), signs(draws, count), {
      layers: [width, 1, 1, 1, 1],
    });
  },
  /** epsilon 1, and the least that four decimals can say. */
  'edge-epsilon': (draws: Draws) => {
    const [count, width] = [draws.int(1, 4), draws.int(1, 3)];
    return problemOf(rows(draws, count, width, small(draws)), signs(draws, count), {
      layers: layersFor(draws, width),
      epsilon: draws.pick([1, 0.0001, 0.9999]),
    });
  },
  /** Margins that no network has, one more than some have, and none at all. */
  'edge-margins': (draws: Draws) => {
    const [count, width] = [draws.int(1, 3), draws.int(1, 3)];
    const all = rows(draws, count, width, () => draws.int(1, 3));
    const least = Math.min(...all.map((row) => row.reduce((sum, x) => sum + x, 0)));
    return problemOf(all, new Array(count).fill(1), { margins: [[Math.max(0, least + draws.int(-1, 1))]] });
  },
} as const satisfies Readonly<Record<string, (draws: Draws) => TrainingProblem>>;

export type FamilyName = keyof typeof DRAWN;

/** The names of the families. */
export const FAMILIES = Object.keys(DRAWN) as readonly FamilyName[];

/** A problem of a family. */
export function drawFamily(draws: Draws, name: FamilyName): TrainingProblem {
  return DRAWN[name](draws);
}
