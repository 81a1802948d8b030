import { activeInputs } from '../problem/active.js';
import { rangeOf } from '../problem/boxes.js';
import { targetsOf } from '../problem/objective.js';
import { confidenceThreshold, keptSamples, marginUnits } from '../problem/semantics.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGES } from '../stage-list.js';
import type { Draws } from './draws.js';
import { added, atLeast, atMost, least, most, type Range, widened } from './optimum-range.js';
import { hasPlainRows, isPaper, ofInputs, ofRows, withDarkInput } from './rows.js';
import { isSound } from './sound.js';

/*
 * Relations that need no oracle: problems whose optima are bound to each other, whatever they are. Each stage is run alone, on
 * samples and margins that the problem names, so that nothing depends on which optimum a stage before has found.
 */

/** What is to be solved, and what then has to hold. */
export interface Related {
  /** The first is the problem itself. */
  readonly problems: readonly TrainingProblem[];
  /** Given where the optimum of each lies: that of the first, or of the second, and where it has to be. Whole units. */
  readonly holds: (optima: readonly Range[]) => { readonly found: Range; readonly expected: Range };
}

type Relation = (draws: Draws, problem: TrainingProblem, stage: StageName) => Related | undefined;

const same = (problem: TrainingProblem, other: TrainingProblem): Related => ({
  problems: [problem, other],
  holds: ([one, two]) => ({ found: two, expected: one }),
});

/** The other's optimum is no worse than the problem's, and at most `gain` better, whole units. */
function noWorse(
  problem: TrainingProblem,
  other: TrainingProblem,
  stage: StageName,
  gain = Number.POSITIVE_INFINITY,
): Related {
  const { sense } = STAGES[stage];
  return {
    problems: [problem, other],
    holds: ([one, two]) => ({
      found: two,
      expected: sense > 0 ? widened(one, 0, gain) : widened(one, -gain, 0),
    }),
  };
}

/** Whether rows may be doubled or left out without a word in other fields. */
function hasLooseRows(problem: TrainingProblem): boolean {
  return hasPlainRows(problem) && problem.atMostWrong === undefined && targetsOf(problem) === undefined;
}

/** Whether the first layer is as the paper has it: every input alike, nothing moves. */
function isPlainLayer(problem: TrainingProblem): boolean {
  const { ranges, radii, free, maxNonzero, exclusive, together, linf } = problem;
  const fields = [ranges, radii, free, maxNonzero, exclusive, together];
  return linf === 0 && fields.every((field) => field === undefined);
}

const permutedRows: Relation = (draws, problem) => {
  return same(problem, ofRows(problem, draws.order(problem.sampleCount)));
};

const permutedColumns: Relation = (draws, problem) => {
  return same(problem, ofInputs(problem, draws.order(problem.layers[0])));
};

/** Neurons have names only where the margins that they hold have. */
const permutedNeurons: Relation = (draws, problem, stage) => {
  const { margins, layers } = problem;
  if (stage !== 'mw' || margins === undefined || layers.length < 3) return undefined;
  const other = margins.map((layer) => draws.order(layer.length).map((j) => layer[j]));
  return same(problem, { ...problem, margins: other });
};

/** A weight of the other sign does for an input of the other sign. */
const mirroredColumns: Relation = (draws, problem) => {
  const width = problem.layers[0];
  const order = Array.from({ length: width }, (_, i) => i);
  return same(
    problem,
    ofInputs(
      problem,
      order,
      draws.list(width, () => draws.pick([1, -1])),
    ),
  );
};

const zeroColumn: Relation = (draws, problem) => {
  return same(problem, withDarkInput(problem, draws.int(0, problem.layers[0])));
};

/**
 * Sums of the first layer are c times what they were. Its signs stay, so do SM and MW without margins. A margin of its + side grows c
 * times, one of its - side by (c - 1) epsilon more.
 */
const scaledInputs: Relation = (draws, problem, stage) => {
  if (!isPaper(problem) || (stage === 'mw' && problem.margins !== undefined)) return undefined;
  const factor = draws.int(2, 5);
  const { samples, linf, radii, confidence, layers } = problem;
  const other: TrainingProblem = {
    ...problem,
    samples: samples.map((x) => factor * x),
    linf: factor * linf,
    ...(radii === undefined ? {} : { radii: radii.map((r) => factor * r) }),
    ...(confidence === undefined || layers.length > 2 ? {} : { confidence: factor * confidence }),
  };
  if (stage !== 'mm') return same(problem, other);
  const { epsilon } = marginUnits(problem);
  const gain = layers[1] * (factor - 1) * epsilon;
  return {
    problems: [problem, other],
    holds: ([one, two]) => ({ found: two, expected: { low: one.low, high: factor * one.high + gain } }),
  };
};

/** SM: one sample more, counted or not. MM and MW ask nothing new. */
const duplicatedRow: Relation = (draws, problem, stage) => {
  if (!hasLooseRows(problem)) return undefined;
  const all = Array.from({ length: problem.sampleCount }, (_, k) => k);
  const row = draws.int(0, problem.sampleCount - 1);
  const other = ofRows(problem, [...all, row]);
  return stage === 'sm' ? noWorse(problem, other, stage, problem.costs?.[row] ?? 1) : same(problem, other);
};

/**
 * SM: a sample less, counted or not. The others ask for less, or for the same. (Not so of the robust margin: with one label left
 * nothing has to be known of any row, and it is 0.)
 */
const rowLeftOut: Relation = (draws, problem, stage) => {
  if (!isPaper(problem) || !hasLooseRows(problem) || problem.sampleCount < 2) return undefined;
  const row = draws.int(0, problem.sampleCount - 1);
  const others = Array.from({ length: problem.sampleCount }, (_, k) => k).filter((k) => k !== row);
  const other = ofRows(problem, others);
  if (stage === 'sm') {
    const cost = problem.costs?.[row] ?? 1;
    return {
      problems: [problem, other],
      holds: ([one, two]) => ({ found: two, expected: widened(one, -cost, 0) }),
    };
  }
  return other.keep?.length === 0 ? undefined : noWorse(problem, other, stage);
};

/** More weights, the threshold as it was. */
const raisedBound: Relation = (draws, problem, stage) => {
  return noWorse(problem, { ...problem, weightBound: problem.weightBound + draws.int(1, 2) }, stage);
};

/** SM: with the weights of the last layer of the other sign every answer is the other. Of MM, one neuron's epsilon changes sides. */
const swappedLabels: Relation = (_draws, problem, stage) => {
  const { labels, layers, ranges, atMostWrong } = problem;
  if (!isPaper(problem) || stage === 'mw' || (stage === 'mm' && layers.length > 2)) return undefined;
  const isMirrored = layers.length === 2 && ranges !== undefined;
  const other: TrainingProblem = {
    ...problem,
    labels: labels.map((label) => -label),
    ...(isMirrored ? { ranges: ranges.map(([low, high]) => [-high + 0, -low + 0] as const) } : {}),
    ...(atMostWrong === undefined ? {} : { atMostWrong: swapped(atMostWrong) }),
  };
  if (stage === 'sm') return same(problem, other);
  const { epsilon } = marginUnits(problem);
  return {
    problems: [problem, other],
    // A sum of 0 is right on the + side alone, so what is below epsilon says nothing.
    holds: ([one, two]) => ({
      found: two,
      expected: {
        low: one.low >= epsilon ? one.low - epsilon : Number.NEGATIVE_INFINITY,
        high: Math.max(one.high, 0) + epsilon,
      },
    }),
  };
};

function swapped({ plus, minus }: { readonly plus?: number; readonly minus?: number }) {
  return { ...(minus === undefined ? {} : { plus: minus }), ...(plus === undefined ? {} : { minus: plus }) };
}

/**
 * A branching on one input's weights. With one neuron in the first layer the better half has the optimum; with more, whose weights
 * on it may lie in both, neither half has anything better.
 */
const caseSplit: Relation = (draws, problem, stage) => {
  const wide = [...activeInputs(problem)].filter((i) => {
    const [low, high] = rangeOf(problem, i);
    return low < high;
  });
  if (wide.length === 0) return undefined;
  const input = draws.pick(wide);
  const [low, high] = rangeOf(problem, input);
  const at = draws.int(low, high - 1);
  const half = (range: readonly [number, number]): TrainingProblem => ({
    ...problem,
    ranges: Array.from({ length: problem.layers[0] }, (_, i) => (i === input ? range : rangeOf(problem, i))),
  });
  const { sense } = STAGES[stage];
  const isWhole = problem.layers[1] === 1;
  return {
    problems: [problem, half([low, at]), half([at + 1, high])],
    holds: ([one, ...halves]) => {
      const better = sense > 0 ? most(halves) : least(halves);
      if (isWhole) return { found: one, expected: better };
      return { found: one, expected: sense > 0 ? atLeast(better.low) : atMost(better.high) };
    },
  };
};

/**
 * Two problems without a common input or row. One neuron serves both at once: SM and MW add up, the least margin is the least of both.
 * With hidden layers one network has to, and does no better than two.
 */
const sideBySide: Relation = (draws, problem, stage) => {
  const { layers, sampleCount, samples, costs, keep, labels } = problem;
  if (!isPaper(problem) || !isPlainLayer(problem) || problem.atMostWrong !== undefined) return undefined;
  const [width, count] = [draws.int(1, 3), draws.int(1, 4)];
  const top = Math.max(2, Math.min(9, ...samples.map(Math.abs)));
  const rows = draws.list(count, () => draws.list(width, () => draws.int(-top, top)));
  const second: TrainingProblem = {
    ...problem,
    layers: [width, ...layers.slice(1)],
    samples: Int32Array.from(rows.flat()),
    sampleCount: count,
    labels: Int8Array.from(rows, () => draws.pick([1, -1])),
    keep: Array.from({ length: count }, (_, k) => k),
    ...(costs === undefined ? {} : { costs: new Int32Array(count).fill(1) }),
  };
  const dark = (n: number) => new Array<number>(n).fill(0);
  const one = Array.from({ length: sampleCount }, (_, k) => [
    ...samples.subarray(k * layers[0], (k + 1) * layers[0]),
    ...dark(width),
  ]);
  const two = rows.map((row) => [...dark(layers[0]), ...row]);
  const both: TrainingProblem = {
    ...problem,
    layers: [layers[0] + width, ...layers.slice(1)],
    samples: Int32Array.from([...one, ...two].flat()),
    sampleCount: sampleCount + count,
    labels: Int8Array.from([...labels, ...second.labels]),
    keep: [...(keep ?? []), ...second.keep!.map((k) => sampleCount + k)],
    ...(costs === undefined ? {} : { costs: Int32Array.from([...costs, ...dark(count).map(() => 1)]) }),
  };
  if (stage !== 'sm' && keep?.length === 0) return undefined;
  const isWhole = layers.length === 2;
  return {
    problems: [problem, second, both],
    holds: ([a, b, all]) => {
      if (stage === 'mw') {
        return { found: all, expected: isWhole ? added(a, b, -1) : atLeast(Math.max(a.low, b.low)) };
      }
      const expected = stage === 'mm' ? least([a, b]) : added(a, b, 1);
      return { found: all, expected: isWhole ? expected : atMost(expected.high) };
    },
  };
};

const TABLE = {
  'permuted-rows': permutedRows,
  'permuted-columns': permutedColumns,
  'permuted-neurons': permutedNeurons,
  'mirrored-columns': mirroredColumns,
  'zero-column': zeroColumn,
  'scaled-inputs': scaledInputs,
  'duplicated-row': duplicatedRow,
  'row-left-out': rowLeftOut,
  'raised-bound': raisedBound,
  'swapped-labels': swappedLabels,
  'case-split': caseSplit,
  'side-by-side': sideBySide,
} as const satisfies Readonly<Record<string, Relation>>;

export type RelationName = keyof typeof TABLE;

/** The names of the relations. */
export const RELATIONS = Object.keys(TABLE) as readonly RelationName[];

/**
 * The problem, with what a relation has to name made explicit, and its relatives.
 *
 * @returns undefined where the relation says nothing about such a problem
 */
export function related(
  name: RelationName,
  draws: Draws,
  problem: TrainingProblem,
  stage: StageName,
): Related | undefined {
  const explicit: TrainingProblem = {
    ...problem,
    keep: keptSamples(problem),
    ...(isPaper(problem) ? { confidence: confidenceThreshold(problem) } : {}),
  };
  const found = TABLE[name](draws, explicit, stage);
  return found?.problems.every(isSound) ? found : undefined;
}
