import type { Network } from '../network/types.js';
import { groupingOf, targetsOf } from '../problem/objective.js';
import type { Hold } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { freeNonzeros } from './evaluate.js';
import { decimalUnits } from './units.js';

/*
 * The judges' own reading of the robust objective (docs/robust.md): distances of first-layer activations, and every
 * completion of those that are not known. It deliberately repeats what problem/robust says and imports nothing of it.
 */

/** Where a first-layer neuron stands on a row: how far from the other side at worst, and on which side. */
export interface Standing {
  /** Units of 1 / D; negative: unknown. Infinite: the neuron has no weights. */
  readonly distance: number;
  readonly side: 1 | -1;
}

/** The rows of every sample. */
export function families(problem: TrainingProblem): number[][] {
  const rows: number[][] = [];
  const groups = groupingOf(problem);
  for (let k = 0; k < problem.sampleCount; k++) {
    const sample = groups === undefined ? k : groups[k];
    if (rows[sample] === undefined) rows[sample] = [];
    rows[sample].push(k);
  }
  return rows;
}

/** Where a row of weights stands on row `k` of the problem. */
export function standingOf(problem: TrainingProblem, weights: readonly number[], k: number): Standing {
  const { scale, epsilon } = decimalUnits(problem.epsilon);
  const width = problem.layers[0];
  let low = 0;
  let high = 0;
  let isZero = true;
  for (let i = 0; i < width; i++) {
    const w = weights[i];
    if (w === 0) continue;
    isZero = false;
    const x = problem.samples[k * width + i];
    const radius = problem.radii === undefined ? problem.linf : problem.radii[i];
    low += w * (w > 0 ? x - radius : x + radius);
    high += w * (w > 0 ? x + radius : x - radius);
  }
  if (isZero) return { distance: Number.POSITIVE_INFINITY, side: 1 };
  // The sum itself lies in the middle of what the box can make of it.
  return low + high >= 0
    ? { distance: scale * low, side: 1 }
    : { distance: -scale * high - epsilon, side: -1 };
}

/** What the worst of the box leaves of a neuron's sum on row `k` as + and as -, in whole units; negative: on the other side. */
export function reachesOf(problem: TrainingProblem, weights: readonly number[], k: number): [number, number] {
  const width = problem.layers[0];
  let low = 0;
  let high = 0;
  for (let i = 0; i < width; i++) {
    const x = problem.samples[k * width + i];
    const radius = problem.radii === undefined ? problem.linf : problem.radii[i];
    const ends = [weights[i] * (x - radius), weights[i] * (x + radius)];
    low += Math.min(...ends);
    high += Math.max(...ends);
  }
  return [weights.every((w) => w === 0) ? Number.POSITIVE_INFINITY : low, -high - 1];
}

/** All vectors of +, - and open (0) whose every completion gives `label`. */
export function forcingVectors(
  width: number,
  label: number,
  allGive: (label: number, answers: readonly (1 | -1 | 0)[]) => boolean,
): (1 | -1 | 0)[][] {
  let vectors: (1 | -1 | 0)[][] = [[]];
  for (let j = 0; j < width; j++) {
    vectors = vectors.flatMap((head) => ([1, -1, 0] as const).map((answer) => [...head, answer]));
  }
  return vectors.filter((answers) => allGive(label, answers));
}

/** The largest r at which literals of reach r or more are one of the vectors; minus infinity without any. */
export function rowReach(
  reaches: readonly (readonly [number, number])[],
  vectors: readonly (readonly (1 | -1 | 0)[])[],
): number {
  return Math.max(
    ...vectors.map((answers) =>
      Math.min(
        ...answers.map((answer, j) =>
          answer === 0 ? Number.POSITIVE_INFINITY : reaches[j][answer > 0 ? 0 : 1],
        ),
      ),
    ),
  );
}

/** What MW holds as thresholds, one a first-layer neuron; a loss is held in place of any. */
export function thresholdsOf(problem: TrainingProblem, hold: Hold): readonly number[] {
  return hold.kind === 'margins' ? hold.margins[0] : new Array<number>(problem.layers[1]).fill(0);
}

/** What MW allows a loss to grow to: by the share `tolerance`, taken to six decimals, rounded down. */
export function allowedLoss(loss: number, tolerance: number): number {
  if (!Number.isFinite(loss)) return loss; // of a network that cannot give a row its label: MM allows none such
  const millionths = BigInt(Math.round(tolerance * 1e6));
  return Number(BigInt(loss) + (BigInt(loss) * millionths) / 1_000_000n);
}

/** What a network does on all rows, as far as certificates go. */
export class RobustEvaluation {
  readonly standings: readonly (readonly Standing[])[]; // [row][neuron]
  readonly nonzeros: number;
  private readonly outputs = new Map<string, number>();

  constructor(
    private readonly problem: TrainingProblem,
    private readonly network: Network,
  ) {
    this.standings = Array.from({ length: problem.sampleCount }, (_, k) =>
      network.weights[0].map((weights) => standingOf(problem, weights, k)),
    );
    this.nonzeros = network.weights.flat(2).filter((w) => w !== 0).length - freeNonzeros(problem, network);
  }

  /** Whether every completion of the activations not known at these thresholds gives row `k` its label. */
  isCertified(k: number, thresholds: readonly number[]): boolean {
    const answers = this.standings[k].map(({ distance, side }, j) => (distance >= thresholds[j] ? side : 0));
    return this.allGive(this.problem.labels[k], answers);
  }

  /** The largest common threshold at which row `k` is certified; `undefined`: not even at 0. */
  marginOf(k: number): number | undefined {
    const steps = this.standings[k].map(({ distance }) => distance).filter((distance) => distance >= 0);
    const width = this.standings[k].length;
    const certified = [...steps, Number.POSITIVE_INFINITY].filter((step) =>
      this.isCertified(k, new Array<number>(width).fill(step)),
    );
    return certified.length === 0 ? undefined : Math.max(...certified);
  }

  /** Samples all of whose rows are certified at 0, ascending. */
  certifiedSamples(): number[] {
    const rows = families(this.problem);
    return rows.flatMap((family, sample) =>
      family.every((k) => this.marginOf(k) !== undefined) ? [sample] : [],
    );
  }

  /** The least margin over the rows of the kept samples; 0 where they have one label only; `undefined`: not certified. */
  certifiedMargin(keep: readonly number[]): number | undefined {
    const rows = this.rowsOf(keep);
    const margins = rows.map((k) => this.marginOf(k));
    if (margins.includes(undefined)) return undefined;
    if (!this.tellsApart(rows)) return 0;
    return Math.min(...(margins as number[]));
  }

  /** Soft margins: the squared shortfalls of the kept rows in sum. */
  softLoss(keep: readonly number[]): number {
    const width = this.network.weights[0].length;
    const vectors = new Map(
      [1, -1].map((label) => [label, forcingVectors(width, label, (y, answers) => this.allGive(y, answers))]),
    );
    return this.rowsOf(keep).reduce((sum, k) => {
      const reaches = this.network.weights[0].map((weights) => reachesOf(this.problem, weights, k));
      const reach = rowReach(reaches, vectors.get(this.problem.labels[k]) ?? []);
      return sum + Math.max(0, (targetsOf(this.problem)?.[k] ?? 0) - reach) ** 2;
    }, 0);
  }

  /** The thresholds the network holds: its margin for all, then neuron after neuron raised as far as it goes. */
  neuronMargins(keep: readonly number[]): number[] {
    const margin = this.certifiedMargin(keep) ?? 0;
    const held = this.network.weights[0].map(() => margin);
    const rows = this.rowsOf(keep);
    if (!this.tellsApart(rows)) return held;
    for (let j = 0; j < held.length; j++) {
      const needed = rows.filter((k) => !this.isCertified(k, held.with(j, Number.NaN)));
      const raised = Math.min(...needed.map((k) => this.standings[k][j].distance));
      if (Number.isFinite(raised)) held[j] = raised;
    }
    return held;
  }

  /** Whether every row of the kept samples is certified at the thresholds. */
  holds(keep: readonly number[], thresholds: readonly number[]): boolean {
    return this.rowsOf(keep).every((k) => this.isCertified(k, thresholds));
  }

  private rowsOf(keep: readonly number[]): number[] {
    const rows = families(this.problem);
    return keep.flatMap((sample) => rows[sample]);
  }

  private tellsApart(rows: readonly number[]): boolean {
    return new Set(rows.map((k) => this.problem.labels[k])).size === 2;
  }

  /** Completes the answers (0: open) one by one, down to every full vector. */
  private allGive(label: number, answers: readonly (1 | -1 | 0)[]): boolean {
    const open = answers.indexOf(0);
    if (open < 0) return this.output(answers) === label;
    return ([1, -1] as const).every((value) => this.allGive(label, answers.with(open, value)));
  }

  private output(answers: readonly number[]): number {
    const key = answers.join();
    const known = this.outputs.get(key);
    if (known !== undefined) return known;
    const output = upperOutput(this.network.weights.slice(1), answers);
    this.outputs.set(key, output);
    return output;
  }
}

/** What upper layers make of the first layer's answers. */
export function upperOutput(
  layers: readonly (readonly (readonly number[])[])[],
  answers: readonly number[],
): number {
  let values = answers;
  for (const layer of layers) {
    const below = values;
    values = layer.map((weights) => (weights.reduce((sum, w, i) => sum + w * below[i], 0) >= 0 ? 1 : -1));
  }
  return values[0];
}
