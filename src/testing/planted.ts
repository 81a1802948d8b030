import { InputError } from '../errors.js';
import { checkWeightBound } from '../network/shape.js';
import type { Network } from '../network/types.js';
import { show } from '../printable.js';
import { isInteger } from '../problem/checks.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { checkRange } from '../problem/validate.js';
import { Draws } from './draws.js';
import { problemOf } from './problem-of.js';

/*
 * Problems of any size whose optimum is known because it was planted, each with an argument of two lines for why nothing is
 * better. No search and no solver has had a part in it.
 */

/** A problem, the stage that it is about, and what is known. */
export interface Planted {
  readonly problem: TrainingProblem;
  /** Run this stage alone. */
  readonly stage: StageName;
  /** In the units of solution files. */
  readonly optimum: number;
  /** One that attains it. */
  readonly network: Network;
}

export interface PlantedShape {
  /** n0; default 12. */
  readonly inputs?: number;
  /** Hidden layers, of `counted` and `constant`; default none. */
  readonly hidden?: readonly number[];
  /** Rows; default 8. */
  readonly rows?: number;
  /** P; default 1. */
  readonly weightBound?: number;
  readonly epsilon?: number;
}

type Full = Required<PlantedShape>;

function full({ inputs = 12, hidden = [], rows = 8, weightBound = 1, epsilon = 0.1 }: PlantedShape): Full {
  return { inputs, hidden, rows, weightBound, epsilon };
}

/** @throws InputError, one line, for sizes that are none */
function checkShape(kind: PlantedKind, { inputs, hidden, rows, weightBound }: Full): void {
  const where = `planted ${kind}`;
  checkSize(inputs, kind === 'level' ? 2 : 1, `${where}: inputs`);
  checkSize(rows, 1, `${where}: rows`);
  for (const [l, size] of hidden.entries()) checkSize(size, 1, `${where}: hidden ${l}`);
  checkWeightBound(weightBound, `${where}: weightBound`);
}

function checkSize(size: unknown, least: number, where: string): void {
  if (!isInteger(size) || size < least)
    throw new InputError(`${where}: must be a whole number from ${least} on, got ${show(size)}`);
}

/** Most rows that are drawn for one that is taken. */
const PATIENCE = 10_000;
/** Rows without an answer after which a network is drawn anew: it may have none at all. */
const UNANSWERED = 1000;

/**
 * SM: a network's own answers, and some rows once more with the other label. Of a row and its contradiction at most one is counted, so
 * the optimum is all rows but the contradictions.
 */
function counted(draws: Draws, shape: Full): Planted {
  const { inputs, hidden, weightBound, epsilon } = shape;
  const layers = [inputs, ...hidden, 1];
  const drawWeights = () =>
    layers
      .slice(1)
      .map((size, l) =>
        draws.list(size, () => draws.list(layers[l], () => draws.pick([-weightBound, weightBound]))),
      );
  let weights = drawWeights();
  const again = draws.int(0, Math.floor(shape.rows / 2));
  const rows: number[][] = [];
  const labels: number[] = [];
  for (let tries = 1; rows.length < shape.rows - again && (tries < PATIENCE || rows.length === 0); tries++) {
    const row = draws.list(inputs, () => draws.int(-9, 9));
    const output = outputOf(weights, row);
    if (output !== 0) {
      rows.push(row);
      labels.push(Math.sign(output));
    } else if (rows.length === 0 && tries % UNANSWERED === 0) weights = drawWeights(); // neurons that are equal may cancel each other
  }
  const optimum = rows.length;
  for (let k = 0; k < again && k < optimum; k++) {
    rows.push([...rows[k]]);
    labels.push(-labels[k]);
  }
  const problem = problemOf(rows, labels, { layers, weightBound, epsilon, confidence: 1 });
  return { problem, stage: 'sm', optimum, network: networkOf(problem, weights) };
}

function outputOf(weights: readonly (readonly (readonly number[])[])[], row: readonly number[]): number {
  let inputs = row;
  let sums: number[] = [];
  for (const layer of weights) {
    const from = inputs;
    sums = layer.map((neuron) => neuron.reduce((sum, w, i) => sum + w * from[i], 0));
    inputs = sums.map((sum) => (sum >= 0 ? 1 : -1));
  }
  return sums[0];
}

/**
 * MM of one neuron. The rows, each times its label, add up to 0 on some inputs and have the sign of the planted weight, +-P, on the
 * others; and the planted weights give every row the same sum M. Whatever the weights, the rows' sums add up to at most T M, so the
 * least is at most M. On the inputs that add up to 0 any weight will do for the sum and hardly any for every row: a market split.
 */
function level(draws: Draws, { inputs, rows: count, weightBound, epsilon }: Full): Planted {
  const forced = draws.int(1, Math.max(1, Math.floor((inputs - 1) / 2)));
  const weights: number[] = [];
  const columns: number[][] = [];
  let total = 0; // what the rows' sums add up to, over P
  for (let i = 0; i < forced; i++) {
    const sign = draws.pick([1, -1]);
    const column = draws.list(count, () => draws.int(-2, 9));
    column[draws.int(0, count - 1)] += 2 * count + 1; // the sum is above 0
    total += column.reduce((sum, x) => sum + x, 0);
    if (i === forced - 1) {
      const rest = (count - (total % count)) % count;
      column[draws.int(0, count - 1)] += rest;
      total += rest;
    }
    weights.push(sign * weightBound);
    columns.push(column.map((x) => sign * x));
  }
  for (let i = forced; i < inputs - 1; i++) {
    weights.push(draws.int(-weightBound, weightBound));
    const column = draws.list(count, () => draws.int(-9, 9));
    const sum = column.reduce((all, x) => all + x, 0);
    const share = Math.trunc(sum / count);
    columns.push(
      spread(
        column.map((x) => x - share),
        sum - share * count,
      ),
    );
  }
  // The last input makes every row's sum M; these entries add up to 0, because the others add up to T M.
  const level = (weightBound * total) / count;
  columns.push(
    Array.from(
      { length: count },
      (_, k) => level - weights.reduce((sum, w, i) => sum + w * columns[i][k], 0),
    ),
  );
  weights.push(1);
  const labels = draws.list(count, () => draws.pick([1, -1]));
  const order = draws.order(inputs);
  const rows = labels.map((label, k) => order.map((i) => label * columns[i][k] + 0));
  const problem = problemOf(rows, labels, { weightBound, epsilon });
  const optimum = labels.includes(-1) ? decimal(level - epsilon) : level;
  return { problem, stage: 'mm', optimum, network: networkOf(problem, [[order.map((i) => weights[i])]]) };
}

/** The column with `rest` taken away, one at a time from the top. */
function spread(column: number[], rest: number): number[] {
  const sign = Math.sign(rest);
  return column.map((x, k) => (k < Math.abs(rest) ? x - sign : x));
}

/** Without what floating point adds: at most four decimals. */
function decimal(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/**
 * MW of one neuron. Every row has inputs of its own, all of one size, and needs so many of them; further rows are sums of rows of their
 * label, with something on inputs of nobody's, and ask for nothing more. Rows without a common input need what they need together.
 */
function covered(draws: Draws, { inputs, rows: count, weightBound, epsilon }: Full): Planted {
  const margin = draws.int(1, 6);
  const own = Math.max(1, Math.min(Math.ceil(count / 2), inputs));
  const size = Math.floor(inputs / own);
  const labels = draws.list(own, () => draws.pick([1, -1]));
  const rows: number[][] = [];
  const weights = new Array<number>(inputs).fill(0);
  let optimum = 0;
  for (let k = 0; k < own; k++) {
    const need = labels[k] === 1 ? margin : Math.ceil(decimal(margin + epsilon));
    const most = draws.int(1, size); // that many weights at most
    const value = Math.max(1, Math.ceil(need / (weightBound * most)));
    const used = Math.ceil(need / (weightBound * value));
    const row = new Array<number>(inputs).fill(0);
    for (let n = 0; n < size; n++) {
      const sign = draws.pick([1, -1]);
      row[k * size + n] = sign * value;
      if (n < used) weights[k * size + n] = labels[k] * sign * weightBound;
    }
    rows.push(row);
    optimum += used;
  }
  const first = rows.length;
  for (let k = first; k < count; k++) {
    const label = draws.pick(labels);
    const of = Array.from({ length: own }, (_, at) => at).filter((at) => labels[at] === label);
    const some = of.filter(() => draws.once(2));
    const parts = some.length === 0 ? [draws.pick(of)] : some;
    rows.push(
      weights.map((_, i) => {
        const nobodys = i >= own * size ? draws.int(-9, 9) : 0;
        return parts.reduce((sum, at) => sum + rows[at][i], nobodys);
      }),
    );
    labels.push(label);
  }
  const order = draws.order(inputs);
  const problem = problemOf(
    rows.map((row) => order.map((i) => row[i])),
    labels,
    { weightBound, epsilon, margins: [[margin]] },
  );
  return { problem, stage: 'mw', optimum, network: networkOf(problem, [[order.map((i) => weights[i])]]) };
}

/**
 * MM of any layers: inputs that are not negative and one label. A neuron's margin is at most P times the least row's sum in the first
 * layer, P times the neurons below in the others, and all weights P attain it.
 */
function constant(draws: Draws, { inputs, hidden, rows: count, weightBound, epsilon }: Full): Planted {
  const layers = [inputs, ...hidden, 1];
  const rows = draws.list(count, () => draws.list(inputs, () => draws.int(0, 9)));
  for (let i = 0; i < inputs; i++) rows[draws.int(0, count - 1)][i] ||= 1; // no input is dark
  const least = Math.min(...rows.map((row) => row.reduce((sum, x) => sum + x, 0)));
  const above = layers.slice(2).reduce((sum, size, l) => sum + size * layers[l + 1], 0);
  const optimum = weightBound * (layers[1] * least + above);
  const weights = layers
    .slice(1)
    .map((size, l) => draws.list(size, () => new Array<number>(layers[l]).fill(weightBound)));
  const problem = problemOf(rows, new Array(count).fill(1), { layers, weightBound, epsilon });
  return { problem, stage: 'mm', optimum, network: networkOf(problem, weights) };
}

/** Weights of inputs that are 0 everywhere are 0. */
function networkOf(problem: TrainingProblem, [first, ...above]: number[][][]): Network {
  const { layers, weightBound, samples } = problem;
  const lit = new Set<number>();
  for (let at = 0; at < samples.length; at++) if (samples[at] !== 0) lit.add(at % layers[0]);
  const weights = [first.map((row) => row.map((w, i) => (lit.has(i) ? w : 0))), ...above];
  return { layers: [...layers], weightBound, weights };
}

const KINDS = { counted, level, covered, constant };

export type PlantedKind = keyof typeof KINDS;

/** What can be planted: SM `counted`, MM `level` and `constant`, MW `covered`. */
export const PLANTED = Object.keys(KINDS) as readonly PlantedKind[];

/**
 * A problem with a known optimum; the same from the same seed.
 *
 * @param shape sizes; `level` and `covered` are single neurons and ignore `hidden`
 * @throws InputError, one line, for sizes that are none, or whose sums are beyond what problems may have
 */
export function planted(kind: PlantedKind, shape: PlantedShape = {}, ...seed: readonly number[]): Planted {
  const whole = full(shape);
  checkShape(kind, whole);
  const made = KINDS[kind](new Draws(...seed), whole);
  checkRange(made.problem, `planted ${kind}`);
  return made;
}
