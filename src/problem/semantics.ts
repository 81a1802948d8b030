import { forward } from '../network/forward.js';
import { firstLayerRadii, networkMargins } from '../network/margins.js';
import type { Network } from '../network/types.js';
import { activeInputs } from './active.js';
import { boundOf, rangeOf } from './boxes.js';
import { hasCombinations, isCombined } from './combinations.js';
import { groupsOf } from './groups.js';
import { isRobust, targetsOf } from './objective.js';
import { certifiedSamples, neuronMarginSteps } from './robust.js';
import { marginUnits } from './scale.js';
import { softLoss } from './soft.js';
import type { Hold, StageName } from './solution.js';
import type { TrainingProblem } from './types.js';

export { marginUnits } from './scale.js';

/**
 * A sample is confident when `y * S >= ` this in the last layer: the problem's own `confidence`, or `ceil(P * (n + 1) / 4)`,
 * n the inputs of the last layer, which for a single neuron are the active inputs (paper section 3.3, sat-margin).
 *
 * @param activeCount how many inputs are active, where the caller knows it
 */
export function confidenceThreshold(problem: TrainingProblem, activeCount?: number): number {
  const { layers, weightBound } = problem;
  if (problem.confidence !== undefined) return Math.min(problem.confidence, unreachable(problem));
  const inputs =
    layers.length === 2 ? (activeCount ?? activeInputs(problem).length) : layers[layers.length - 2];
  return Math.ceil((weightBound * (inputs + 1)) / 4);
}

/** One more than any output can be: what lies beyond asks for the same, and would not fit the engine's sums. */
function unreachable(problem: TrainingProblem): number {
  const { layers, weightBound, samples } = problem;
  if (layers.length > 2) return weightBound * layers[layers.length - 2] + 1;
  const width = layers[0];
  let most = 0;
  for (let at = 0; at < samples.length; at += width) {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += boundOf(problem, i) * Math.abs(samples[at + i]);
    most = Math.max(most, sum);
  }
  return most + 1;
}

/** Whether SM counts this sample: a confident output and, under an L-infinity radius, certain first-layer activations. */
export function isConfident(
  problem: TrainingProblem,
  network: Network,
  sample: number,
  threshold = confidenceThreshold(problem),
): boolean {
  const pass = forward(network, problem.samples, sample * problem.layers[0]);
  const radii = firstLayerRadii(network, problem);
  const last = network.weights.length - 1;
  const output = problem.labels[sample] * pass.preActivations[last][0];
  if (last === 0) return output - radii[0] >= threshold;
  for (let j = 0; j < radii.length; j++) {
    const sum = pass.preActivations[0][j];
    if (sum >= 0 ? sum < radii[j] : -sum < radii[j] + 1) return false;
  }
  return output >= threshold;
}

/**
 * The samples that SM counts, ascending: SM's objective is how many they are. Under the robust objective: those that are
 * certified.
 */
export function confidentSamples(problem: TrainingProblem, network: Network): number[] {
  if (isRobust(problem)) return certifiedSamples(problem, network);
  const threshold = confidenceThreshold(problem);
  return allSamples(problem).filter((sample) => isConfident(problem, network, sample, threshold));
}

/**
 * SM's objective of what a network counts: how many samples, or what they cost. `null`: more samples of a label are left out than the
 * problem allows.
 */
export function countedWorth(problem: TrainingProblem, counted: readonly number[]): number | null {
  const { costs, atMostWrong } = problem;
  if (atMostWrong !== undefined) {
    const { plus = Number.POSITIVE_INFINITY, minus = Number.POSITIVE_INFINITY } = atMostWrong;
    const inside = new Set(counted);
    const wrong = { '1': 0, '-1': 0 };
    for (const sample of allSamples(problem)) if (!inside.has(sample)) wrong[`${labelOf(problem, sample)}`]++;
    if (wrong['1'] > plus || wrong['-1'] > minus) return null;
  }
  return costs === undefined ? counted.length : counted.reduce((sum, sample) => sum + costs[sample], 0);
}

function labelOf(problem: TrainingProblem, sample: number): 1 | -1 {
  const row = isRobust(problem) ? groupsOf(problem).rows[sample][0] : sample;
  return problem.labels[row] > 0 ? 1 : -1;
}

/** Whether a network is among those that the problem allows: first-layer weights in their ranges and few enough others than 0 in the columns that may be used, the rest in -P..P. */
export function isAllowed(problem: TrainingProblem, network: Network): boolean {
  const { maxNonzero = Number.POSITIVE_INFINITY } = problem;
  const inRange = (w: number, i: number): boolean => {
    const [low, high] = rangeOf(problem, i);
    return w >= low && w <= high;
  };
  const isSmall = (w: number): boolean => Math.abs(w) <= problem.weightBound;
  return (
    network.weights[0].every((row) => row.every(inRange)) &&
    network.weights.slice(1).flat(2).every(isSmall) &&
    firstLayerCount(problem, network) <= maxNonzero &&
    (!hasCombinations(problem) || isCombined(problem, network.weights[0][0]))
  );
}

/** Weights of the first layer other than 0, but for the free ones. */
function firstLayerCount({ free = [] }: TrainingProblem, network: Network): number {
  const isFree = new Set(free);
  return network.weights[0].reduce(
    (sum, row) => sum + row.filter((w, i) => w !== 0 && !isFree.has(i)).length,
    0,
  );
}

/** MW's objective: weights other than 0, but for the free ones. */
export function countedWeights(problem: TrainingProblem, network: Network): number {
  const above = network.weights.slice(1).flat(2);
  return firstLayerCount(problem, network) + above.filter((w) => w !== 0).length;
}

/** The samples that MM and MW keep without SM: the problem's own `keep` where it has one, else all. */
export function keptSamples(problem: TrainingProblem): number[] {
  return problem.keep === undefined ? allSamples(problem) : [...problem.keep];
}

/** The problem's `margins` in integer units of `1 / D`. */
export function explicitMargins(problem: TrainingProblem): number[][] | undefined {
  const { scale } = marginUnits(problem);
  return problem.margins?.map((layer) => layer.map((margin) => Math.round(margin * scale)));
}

/**
 * Margins relaxed by a tolerance: `ceil((1 - tolerance) * m)` in integer units, the tolerance taken to six decimals.
 *
 * @param margins integers >= 0 in units of `1 / D`, below 2^31
 * @param tolerance in [0, 1]; 0 holds the margins themselves
 */
export function heldMargins(margins: readonly (readonly number[])[], tolerance: number): number[][] {
  const million = 1_000_000;
  const share = million - Math.round(tolerance * million);
  return margins.map((layer) =>
    layer.map((margin) => {
      const product = share * margin;
      const rest = product % million;
      return (product - rest) / million + (rest > 0 ? 1 : 0);
    }),
  );
}

/** What an MM network is worth on the kept samples: what of it MW holds. */
export interface MmWorth {
  /** In units of `1 / D`; under the robust objective the first layer's thresholds, and zeros. */
  readonly margins?: readonly (readonly number[])[];
  /** Soft margins: the loss. */
  readonly loss?: number;
}

/**
 * What MW holds: the problem's own margins where it has them, else those of MM's network on the kept samples, else
 * confidence after SM, else correctness.
 *
 * @param ran the stages before MW in the same run
 * @param mm what MM's network is worth, where the caller knows it
 */
export function holdOfMinWeight(
  problem: TrainingProblem,
  ran: readonly StageName[],
  mmNetwork: Network | null,
  keep: readonly number[],
  tolerance: number,
  mm: MmWorth = {},
): Hold {
  if (targetsOf(problem) !== undefined && problem.margins === undefined && ran.includes('mm') && mmNetwork) {
    return { kind: 'loss', most: allowedLoss(mm.loss ?? softLoss(problem, mmNetwork, keep), tolerance) };
  }
  const margins =
    explicitMargins(problem) ??
    (ran.includes('mm') && mmNetwork ? (mm.margins ?? heldBy(problem, mmNetwork, keep)) : undefined);
  if (isRobust(problem) && margins === undefined) return { kind: 'correct' };
  if (margins !== undefined) return { kind: 'margins', margins: heldMargins(margins, tolerance) };
  return { kind: ran.includes('sm') ? 'confident' : 'correct' };
}

/** What a loss may grow to: by the share `tolerance`, taken to six decimals and rounded down. */
function allowedLoss(loss: number, tolerance: number): number {
  if (!Number.isFinite(loss)) return Number.MAX_SAFE_INTEGER; // of a network that MM does not allow
  const million = 1_000_000;
  const share = BigInt(million + Math.round(tolerance * million));
  const most = (BigInt(loss) * share) / BigInt(million);
  return most > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(most);
}

/** What MW holds of MM's network. Under the robust objective only the first layer has thresholds. */
function heldBy(problem: TrainingProblem, network: Network, keep: readonly number[]): number[][] {
  if (!isRobust(problem)) return networkMargins(network, problem, keep, marginUnits(problem));
  const steps = robustMarginSteps(problem, network, keep);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The thresholds that MW holds of a robust network, layer by layer, in steps of some milliseconds. */
export function* robustMarginSteps(
  problem: TrainingProblem,
  network: Network,
  keep: readonly number[],
): Generator<void, number[][]> {
  const first = yield* neuronMarginSteps(problem, network, keep);
  return [first, ...problem.layers.slice(2).map((size) => new Array<number>(size).fill(0))];
}

/** Whether a network satisfies MW's hold on the kept samples. */
export function satisfiesHold(
  problem: TrainingProblem,
  network: Network,
  keep: readonly number[],
  hold: Hold,
): boolean {
  if (keep.length === 0) return true;
  if (hold.kind === 'loss') return softLoss(problem, network, keep) <= hold.most;
  if (hold.kind === 'confident') {
    const threshold = confidenceThreshold(problem);
    return keep.every((sample) => isConfident(problem, network, sample, threshold));
  }
  const margins = networkMargins(network, problem, keep, marginUnits(problem));
  return margins.every((layer, l) =>
    layer.every((margin, j) => margin >= (hold.kind === 'margins' ? hold.margins[l][j] : 0)),
  );
}

function allSamples(problem: TrainingProblem): number[] {
  const count = isRobust(problem) ? groupsOf(problem).count : problem.sampleCount;
  return Array.from({ length: count }, (_, sample) => sample);
}
