import { type Encoding, inputsOfColumn, inputNames as namesOfInputs } from '../../data/encoding.js';
import type { Scaling } from '../../data/scaling.js';
import { InputError } from '../../errors.js';
import { type Calibration, MILLION, millionthsOf } from '../model/calibration.js';
import type { EnsembleModel } from '../model/model.js';
import { InputReader } from '../reading.js';
import type { EnsembleClassifier } from './classifier.js';
import { checkSamples, type LabelledData } from './evaluate.js';

/*
 * What a model of a table looks at, by the names of its columns. A network of one neuron is a score card: every column gives
 * points, whole numbers, and where they come to the threshold the answer is the first class. Wider networks are listed neuron by neuron.
 */

export type { Calibration } from '../model/calibration.js';

/** What a column's value is worth, in words; points are whole numbers, as the networks count. */
export type Worth =
  /** So many points for each whole of the value, times `factor` and rounded first. */
  | { readonly kind: 'each'; readonly points: number; readonly factor: number }
  /** So many points where what the column's name says is so, else none. */
  | { readonly kind: 'on'; readonly points: number }
  /** In a line from the points at one value to those at another, rounded on the way, and on beyond to twice as far. */
  | {
      readonly kind: 'line';
      readonly low: number;
      readonly high: number;
      readonly atLow: number;
      readonly atHigh: number;
    }
  /** Points by level: of values from `from` (`null`: the least) up to the next level's. */
  | {
      readonly kind: 'levels';
      readonly levels: readonly { readonly from: number | null; readonly points: number }[];
    };

export interface CardColumn {
  readonly name: string;
  readonly weight: number;
  readonly worth: Worth;
}

/** A first-layer neuron: it is + where the points of its columns come to the threshold. */
export interface Card {
  /** Sorted by what they can give, the largest first; only columns that are read. */
  readonly columns: readonly CardColumn[];
  /** `-bias`: the sum from which on the neuron is +. */
  readonly threshold: number;
}

export interface ExplainedPair {
  readonly classes: readonly [string, string];
  /** One a neuron of the first layer; empty: no network. */
  readonly neurons: readonly Card[];
  /** One neuron: + is the answer `classes[0]`. */
  readonly isScoreCard: boolean;
  readonly nonzero: number;
}

export interface Explanation {
  readonly classes: readonly string[];
  readonly layers: readonly number[];
  readonly weightBound: number;
  readonly pairs: readonly ExplainedPair[];
  /** Columns that no network reads. */
  readonly unread: readonly string[];
  readonly columns: number;
  /** How scores map to the probability of the first class, where the model says it. */
  readonly calibration?: Calibration;
}

/** Names of what networks read: columns of the table, or what an encoding has made of them; else `x0`, `x1` and so on. */
export function inputNames({
  columns,
  layers,
  encoding,
}: Pick<EnsembleModel, 'columns' | 'layers' | 'encoding'>): string[] {
  const known = knownInputNames({ columns, encoding });
  return known === undefined ? Array.from({ length: layers[0] }, (_, i) => `x${i}`) : [...known];
}

/** The same where the model has names of columns; `undefined` where it has none. */
export function knownInputNames({
  columns,
  encoding,
}: Pick<EnsembleModel, 'columns' | 'encoding'>): readonly string[] | undefined {
  return columns === undefined || encoding === undefined ? columns : namesOfInputs(encoding, columns);
}

/**
 * Explains a model of a table.
 *
 * @throws InputError for a model of images: the report draws its weights
 */
export function explainModel(model: EnsembleModel): Explanation {
  refuseImages(model);
  const names = inputNames(model);
  const read = new Uint8Array(names.length);
  const encoded = model.encoding === undefined ? undefined : worthsOf(model.encoding);
  const pairs = model.pairs.map(({ classes, network, nonzero }): ExplainedPair => {
    const rows = network?.weights[0] ?? [];
    const neurons = rows.map((row, j): Card => {
      const columns = row.flatMap((weight, i): CardColumn[] => {
        if (weight === 0) return [];
        read[i] = 1;
        const worth = encoded?.[i](weight) ?? worthOf(model.scaling, i, weight);
        return [{ name: names[i], weight, worth }];
      });
      columns.sort((a, b) => mostOf(b) - mostOf(a));
      return { columns, threshold: 0 - (network?.biases?.[j] ?? 0) };
    });
    return { classes, neurons, isScoreCard: model.layers.length === 2 && network !== null, nonzero };
  });
  return {
    classes: model.classes,
    layers: model.layers,
    weightBound: model.weightBound,
    pairs,
    unread: names.filter((_, i) => read[i] === 0),
    columns: names.length,
    ...(model.calibration === undefined ? {} : { calibration: model.calibration }),
  };
}

function refuseImages({ image, features }: EnsembleModel): void {
  if (image === undefined && features === undefined) return;
  throw new InputError('explain: this is a model of images; its report draws what the networks look at');
}

/** Levels beyond these are a line to a reader. */
const MOST_LEVELS = 12;

function worthOf(scaling: Scaling, i: number, weight: number): Worth {
  switch (scaling.kind) {
    case 'factor':
      return { kind: 'each', points: weight, factor: scaling.factor };
    case 'centred':
      return lineOf(scaling.middle[i], scaling.half[i], scaling.end ?? 127, weight);
    case 'quantile':
      return levelsOf(scaling.thresholds[i], weight);
    default:
      return { kind: 'each', points: weight, factor: 1 };
  }
}

function lineOf(middle: number, half: number, end: number, weight: number): Worth {
  const most = half === 0 ? 0 : weight * end;
  return { kind: 'line', low: middle - half, high: middle + half, atLow: 0 - most, atHigh: most };
}

function levelsOf(thresholds: readonly number[], weight: number): Worth {
  const m = thresholds.length;
  const value = (k: number): number => (m === 0 ? 0 : Math.floor((508 * k + m) / (2 * m)) - 127);
  const all = Array.from({ length: m + 1 }, (_, k) => ({
    from: k === 0 ? null : thresholds[k - 1],
    points: weight * value(k) + 0,
  }));
  const stride = Math.ceil(all.length / MOST_LEVELS);
  return { kind: 'levels', levels: all.filter((_, k) => k % stride === 0 || k === m) };
}

/** Of every input of an encoding what a weight on it is worth. */
function worthsOf({ one, columns }: Encoding): ((weight: number) => Worth)[] {
  const on = (weight: number): Worth => ({ kind: 'on', points: weight * one });
  return columns.flatMap((column): ((weight: number) => Worth)[] => {
    const all = new Array<(weight: number) => Worth>(inputsOfColumn(column)).fill(on);
    if (column.kind === 'whole') all[0] = (weight) => ({ kind: 'each', points: weight, factor: 1 });
    if (column.kind === 'range') all[0] = (weight) => lineOf(column.middle, column.half, column.end, weight);
    if (column.kind === 'rank') all[0] = (weight) => levelsOf(column.thresholds, weight);
    return all;
  });
}

function mostOf({ weight }: CardColumn): number {
  return Math.abs(weight);
}

/** What a column gave to one row. */
export interface Contribution {
  readonly name: string;
  /** As in the table; of an encoded one what the networks read. */
  readonly value: number;
  readonly points: number;
}

/** Why a row has its label: of every pair that has it, or of the only one, what each column gave. */
export interface RowExplanation {
  readonly row: number;
  readonly label: string | null;
  readonly votes: readonly number[];
  /** Of each class, of a calibrated model. */
  readonly probabilities?: readonly [number, number];
  readonly pairs: readonly {
    readonly classes: readonly [string, string];
    readonly answer: string | null;
    /** One a neuron: what came together, from which threshold on it is +, and the columns that gave anything, the most first. */
    readonly neurons: readonly {
      readonly sum: number;
      readonly threshold: number;
      readonly contributions: readonly Contribution[];
    }[];
  }[];
}

/** @param row from 0 */
export function explainRow(
  classifier: EnsembleClassifier,
  data: Pick<LabelledData, 'samples' | 'labels' | 'columns' | 'levels'>,
  row: number,
): RowExplanation {
  const { model, inputs } = classifier;
  refuseImages(model);
  const { values, rows, columns } = checkSamples(
    { inputs, columns: model.columns, encoding: model.encoding },
    data,
  );
  if (row >= rows) throw new InputError(`row: ${row}, but there are ${rows} rows, counted from 0`);
  const sample = Array.from({ length: columns }, (_, i) => values[row * columns + i]);
  const label = classifier.predictOne(sample);
  const read = new InputReader({ ...model, columns: inputs });
  const scaled = read.read(read.scale(sample, 0)).slice();
  const names = inputNames(model);
  const decisions = classifier.decisions(sample);
  const pairs = classifier.pairs.flatMap(({ classes, network }, at) => {
    if (network === null || (label !== null && !classes.includes(label))) return [];
    const neurons = network.weights[0].map((weights, j) => {
      const threshold = 0 - (network.biases?.[j] ?? 0);
      const contributions = weights.flatMap((weight, i): Contribution[] =>
        weight * scaled[i] === 0
          ? []
          : [
              {
                name: names[i],
                value: model.encoding === undefined ? sample[i] : scaled[i],
                points: weight * scaled[i],
              },
            ],
      );
      contributions.sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
      return { sum: contributions.reduce((sum, { points }) => sum + points, 0), threshold, contributions };
    });
    return [{ classes, answer: decisions[at] === 0 ? null : classes[decisions[at] > 0 ? 0 : 1], neurons }];
  });
  const probabilities = classifier.probabilities(sample);
  return {
    row,
    label,
    votes: classifier.votes(sample),
    ...(probabilities === undefined ? {} : { probabilities }),
    pairs,
  };
}

/** Rows whose score lies between two values, and how many of them are of the second class. */
export interface ScoreBand {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly second: number;
}

const BANDS = 10;

/**
 * How scores of a single score card go with classes on some rows: up to ten bands of about as many rows, by points above the threshold,
 * least first. Rows of other classes are left out.
 */
export function scoreBands(classifier: EnsembleClassifier, data: LabelledData): ScoreBand[] {
  const { model, inputs, classes } = classifier;
  if (classes.length !== 2) return [];
  const matrix = checkSamples({ inputs, columns: model.columns, encoding: model.encoding }, data);
  const scored: { score: number; second: boolean }[] = [];
  const sample = new Float64Array(inputs);
  for (let row = 0; row < matrix.rows; row++) {
    const truth = classes.indexOf(String(data.labels[row]));
    if (truth < 0) continue;
    for (let i = 0; i < inputs; i++) sample[i] = matrix.values[row * inputs + i];
    scored.push({ score: classifier.scores(sample)[0], second: truth === 1 });
  }
  scored.sort((a, b) => a.score - b.score);
  const bands: ScoreBand[] = [];
  const size = Math.max(1, Math.ceil(scored.length / BANDS));
  for (let from = 0; from < scored.length; ) {
    let to = Math.min(scored.length, from + size);
    // Equal scores are one band's.
    while (to < scored.length && scored[to].score === scored[to - 1].score) to++;
    const part = scored.slice(from, to);
    bands.push({
      from: part[0].score,
      to: part[part.length - 1].score,
      rows: part.length,
      second: part.filter(({ second }) => second).length,
    });
    from = to;
  }
  return bands;
}

/** Scores from `from` on, up to the next line's, and the probability of the first class there. */
export interface ProbabilityLine {
  /** `null`: the least. */
  readonly from: number | null;
  readonly probability: number;
  /** Held-out rows that say so, and those of the first class among them; none of a curve. */
  readonly rows?: number;
  readonly first?: number;
}

/** Probabilities that a reader wants the score of, where a curve is the answer. */
const MARKS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/**
 * How scores of the first class map to its probability: the steps, or of a curve the least whole score at which each of some probabilities is reached, as
 * the calibration itself answers there.
 */
export function probabilityLines(calibration: Calibration): ProbabilityLine[] {
  const at = (score: number): number => millionthsOf(calibration, score) / MILLION;
  if (calibration.kind === 'isotonic') {
    return calibration.steps.map((step, k) => ({
      ...step,
      probability: at(step.from ?? (calibration.steps[k + 1]?.from ?? 0) - 1),
    }));
  }
  const { slope, intercept, scale } = calibration;
  if (slope === 0) return [{ from: null, probability: at(0) }];
  const lines: ProbabilityLine[] = [];
  for (const mark of MARKS) {
    const from = Math.ceil(((Math.log(mark / (1 - mark)) - intercept) * scale) / slope) + 0;
    if (Number.isSafeInteger(from) && from !== lines.at(-1)?.from)
      lines.push({ from, probability: at(from) });
  }
  return lines;
}
