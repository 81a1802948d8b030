import { InputError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { checkLayers, checkWeightBound } from '../network/shape.js';
import { show } from '../printable.js';
import { activeInputs } from './active.js';
import { boundOf, radiusOf, rangeOf } from './boxes.js';
import { countOf, isInteger, isList } from './checks.js';
import { hasCombinations, leastUse } from './combinations.js';
import { groupsOf } from './groups.js';
import { isRobust, type Objective, targetsOf } from './objective.js';
import { MAX_EPSILON_DECIMALS, marginScale } from './scale.js';
import type { TrainingProblem } from './types.js';
import { checkFields } from './validate-fields.js';
import { checkObjective } from './validate-objective.js';

export const MAX_SAMPLES = LIMITS.samples;
/** Numbers in all samples together, so that a typed array of them can be had. */
export const MAX_SAMPLE_VALUES = 2 ** 28;
/** Inputs are held in 16 bits. */
export const MAX_INPUT_VALUE = 32767;
/** No pre-activation is larger, so that a larger confidence is a slip of units. */
export const MAX_CONFIDENCE = LIMITS.confidence;
/** Pre-activations in units of `1 / D` are held in 32 bits: their worst case stays below this. */
export const MAX_MARGIN_UNITS = 2 ** 31;

/**
 * Checks a training problem as a caller or a file gives it (contract, problem file: `layers`, `weightBound`,
 * `epsilon`, `samples`, `labels`, and optionally `perturbations.linf`, `confidence`, `keep`, `margins`) and packs it. Unknown fields
 * are ignored. Sizes are checked before anything is allocated; rows may be arrays or typed arrays.
 *
 * @param where the start of the error line: a file name, or what the problem is
 * @throws InputError, one line, naming field, sample and column (counted from 0) of the first fault
 */
export function validateProblem(raw: unknown, where: string): TrainingProblem {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new InputError(`${where}: expected an object with layers, samples and labels, got ${show(raw)}`);
  }
  const fields = raw as Record<string, unknown>;
  const layers = checkLayers(fields.layers, `${where}: layers`);
  const weightBound = checkWeightBound(fields.weightBound, `${where}: weightBound`);
  const { epsilon, scale } = checkEpsilon(fields.epsilon, `${where}: epsilon`);
  const linf = checkLinf(fields.perturbations, `${where}: perturbations`);
  const samples = checkSamples(fields.samples, layers[0], `${where}: samples`);
  const sampleCount = samples.length / layers[0];
  const labels = checkLabels(fields.labels, sampleCount, `${where}: labels`);
  const confidence = checkConfidence(fields.confidence, `${where}: confidence`);
  const objective = checkObjective(fields, layers, labels, where);
  const kinds = isRobust({ objective }) ? groupsOf({ sampleCount, objective }).count : sampleCount;
  const single = layers.length === 2;
  const more = checkFields(
    fields,
    { inputs: layers[0], neurons: layers[1], single, kinds, linf, samples },
    where,
  );
  const problem: TrainingProblem = {
    layers,
    weightBound,
    epsilon,
    samples,
    sampleCount,
    labels,
    linf,
    ...(confidence === undefined ? {} : { confidence }),
    ...(objective === undefined ? {} : { objective }),
    ...more,
    ...(fields.keep === undefined ? {} : { keep: checkKeep(fields.keep, kinds, `${where}: keep`) }),
    ...(fields.margins === undefined
      ? {}
      : { margins: checkMargins(fields.margins, layers, scale, `${where}: margins`) }),
  };
  if (hasCombinations(problem)) {
    const active = new Set(activeInputs(problem));
    const boxes = Array.from({ length: layers[0] }, (_, i) =>
      active.has(i) ? rangeOf(problem, i) : ([0, 0] as const),
    );
    leastUse(problem, boxes, where);
  }
  toTheEnd(sumSteps(problem, scale, where));
  return problem;
}

/**
 * What the engine cannot hold, of a problem that is already packed: values beyond 16 bits, pre-activations beyond 32 in
 * units of `1 / D`, a soft loss beyond 2^53. `validateProblem` has looked at it; a problem made in memory comes here.
 *
 * @throws InputError, one line, naming the sample (counted from 0)
 */
export function checkRange(problem: Ranged, where: string): void {
  toTheEnd(checkRangeSteps(problem, where));
}

/** What `checkRange` looks at. */
type Ranged = Pick<
  TrainingProblem,
  'samples' | 'layers' | 'weightBound' | 'ranges' | 'linf' | 'radii' | 'epsilon' | 'objective'
>;

/** Values looked at between two yields: a millisecond. */
const VALUES_A_STEP = 1 << 18;

function samplesAStep(width: number): number {
  return Math.max(1, Math.floor(VALUES_A_STEP / width));
}

function toTheEnd(steps: Generator<void, void>): void {
  while (steps.next().done !== true);
}

/** `checkRange`, yielding now and then where the problem is large. */
export function* checkRangeSteps(problem: Ranged, where: string): Generator<void, void> {
  const { samples, layers, weightBound, epsilon } = problem;
  checkKind(problem, where);
  const { scale } = checkEpsilon(epsilon, `${where}: epsilon`);
  checkWeightBound(weightBound, `${where}: weightBound`);
  for (let from = 0; from < samples.length; from += VALUES_A_STEP) {
    if (from > 0) yield;
    const at = firstBeyond(samples, from, Math.min(samples.length, from + VALUES_A_STEP));
    if (at < 0) continue;
    throw new InputError(
      `${where}: samples, sample ${Math.floor(at / layers[0])}, column ${at % layers[0]}: must be an integer in ` +
        `-${MAX_INPUT_VALUE}..${MAX_INPUT_VALUE}, got ${samples[at]}`,
    );
  }
  yield* sumSteps(problem, scale, where);
}

/** Pre-activations and losses at their largest. */
function* sumSteps(problem: Ranged, scale: number, where: string): Generator<void, void> {
  const largest = yield* largestSums(problem);
  checkMagnitude(problem, largest, scale, where);
  const targets = targetsOf(problem);
  if (targets !== undefined) checkLoss(largest, targets, `${where}: soft`);
}

/** Of a problem made in memory by somebody without a compiler: an objective of another form must not pass for the paper's. */
function checkKind({ objective }: Ranged, where: string): void {
  const kind: unknown = (objective as Partial<Objective> | null | undefined)?.kind;
  if (objective === undefined || kind === 'paper' || kind === 'robust' || kind === 'soft') return;
  throw new InputError(
    `${where}: objective: expected { kind: "paper" | "robust" | "soft", .. }, got ${show(objective)}`,
  );
}

/** Where the first value stands that does not fit the engine; -1: nowhere. */
function firstBeyond(samples: Int32Array, from: number, to: number): number {
  for (let at = from; at < to; at++) if (Math.abs(samples[at]) > MAX_INPUT_VALUE) return at;
  return -1;
}

/** By sample, the largest |S| that a first-layer neuron can have within the radius. */
function* largestSums(problem: Ranged): Generator<void, Float64Array> {
  const { samples, layers } = problem;
  const width = layers[0];
  const bounds = Float64Array.from({ length: width }, (_, i) => boundOf(problem, i));
  const moved = bounds.reduce((sum, bound, i) => sum + bound * radiusOf(problem, i), 0);
  const sums = new Float64Array(samples.length / width).fill(moved);
  for (let k = 0; k < sums.length; k++) {
    if ((k + 1) % samplesAStep(width) === 0) yield;
    sums[k] += largestSum(samples, k * width, bounds);
  }
  return sums;
}

function largestSum(samples: Int32Array, at: number, bounds: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < bounds.length; i++) sum += bounds[i] * Math.abs(samples[at + i]);
  return sum;
}

function checkEpsilon(raw: unknown, where: string): { epsilon: number; scale: number } {
  if (typeof raw !== 'number' || !(raw > 0 && raw <= 1)) {
    throw new InputError(`${where}: must be a number in (0, 1], got ${show(raw)}`);
  }
  const scale = marginScale(raw);
  if (scale === undefined) {
    throw new InputError(`${where}: at most ${MAX_EPSILON_DECIMALS} decimals, got ${show(raw)}`);
  }
  return { epsilon: raw, scale };
}

function checkLinf(raw: unknown, where: string): number {
  if (raw === undefined) return 0;
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new InputError(`${where}: expected an object like {"linf": 0}, got ${show(raw)}`);
  }
  const linf = (raw as Record<string, unknown>).linf;
  if (linf === undefined) return 0;
  if (!isInteger(linf) || linf < 0 || linf > MAX_INPUT_VALUE) {
    throw new InputError(`${where}: linf must be an integer in 0..${MAX_INPUT_VALUE}, got ${show(linf)}`);
  }
  return linf;
}

function checkConfidence(raw: unknown, where: string): number | undefined {
  if (raw === undefined) return undefined;
  if (!isInteger(raw) || raw < 0 || raw > MAX_CONFIDENCE) {
    throw new InputError(`${where}: must be a whole number in 0..${MAX_CONFIDENCE}, got ${show(raw)}`);
  }
  return raw;
}

/** A loss is a sum of squares that has to stay a whole number of doubles. */
function checkLoss(largest: Float64Array, targets: Int32Array, where: string): void {
  const most = targets.reduce((sum, target, k) => sum + (target + largest[k] + 1) ** 2, 0);
  if (most <= Number.MAX_SAFE_INTEGER) return;
  throw new InputError(`${where}: the loss can reach ${most.toPrecision(3)}, which does not stay below 2^53`);
}

function checkSamples(raw: unknown, width: number, where: string): Int32Array {
  if (!isList(raw) || raw.length === 0) {
    throw new InputError(
      `${where}: expected a list of at least one sample, got ${isList(raw) ? 'none' : show(raw)}`,
    );
  }
  if (raw.length > MAX_SAMPLES) {
    throw new InputError(`${where}: ${raw.length} samples; at most ${MAX_SAMPLES} are supported`);
  }
  if (raw.length * width > MAX_SAMPLE_VALUES) {
    throw new InputError(
      `${where}: ${raw.length} samples of ${width} inputs are ${raw.length * width} numbers; ` +
        `at most ${MAX_SAMPLE_VALUES} are supported`,
    );
  }
  for (let k = 0; k < raw.length; k++) {
    const row: unknown = raw[k];
    if (!isList(row) || row.length !== width) {
      const got = countOf(row);
      throw new InputError(`${where}, sample ${k}: expected ${width} inputs (layers[0]), got ${got}`);
    }
  }
  const samples = new Int32Array(raw.length * width);
  for (let k = 0; k < raw.length; k++) {
    const row = raw[k] as ArrayLike<unknown>;
    for (let i = 0; i < width; i++) {
      const value = row[i];
      if (!isInteger(value) || Math.abs(value) > MAX_INPUT_VALUE) {
        throw new InputError(
          `${where}, sample ${k}, column ${i}: must be an integer in -${MAX_INPUT_VALUE}..${MAX_INPUT_VALUE}, ` +
            `got ${show(value)}`,
        );
      }
      samples[k * width + i] = value;
    }
  }
  return samples;
}

function checkLabels(raw: unknown, count: number, where: string): Int8Array {
  if (!isList(raw) || raw.length !== count) {
    const got = countOf(raw);
    throw new InputError(`${where}: expected one label per sample (${count}), got ${got}`);
  }
  const labels = new Int8Array(count);
  for (let k = 0; k < count; k++) {
    const label: unknown = raw[k];
    if (label !== 1 && label !== -1) {
      throw new InputError(`${where}, sample ${k}: must be 1 or -1, got ${show(label)}`);
    }
    labels[k] = label;
  }
  return labels;
}

/** The largest pre-activation any network can have, moved by the radius, has to fit 32 bits in `1 / D`. */
function checkMagnitude(
  { layers, weightBound }: Ranged,
  sums: Float64Array,
  scale: number,
  where: string,
): void {
  let largest = Math.max(...layers.slice(1)) * weightBound;
  let largestSample = -1;
  for (let k = 0; k < sums.length; k++) if (sums[k] > largest) [largest, largestSample] = [sums[k], k];
  const worst = (largest + 1) * scale;
  if (worst >= MAX_MARGIN_UNITS) {
    const at = largestSample < 0 ? 'layers' : `samples, sample ${largestSample}`;
    throw new InputError(
      `${where}: ${at}: a pre-activation can reach ${largest}, ${worst} in units of 1/${scale}, which ` +
        'does not stay below 2^31; scale the inputs down, or lower weightBound, linf or the decimals of epsilon',
    );
  }
}

function checkKeep(raw: unknown, count: number, where: string): number[] {
  if (!isList(raw)) throw new InputError(`${where}: expected a list of sample indices, got ${show(raw)}`);
  const seen = new Set<number>();
  for (let n = 0; n < raw.length; n++) {
    const index: unknown = raw[n];
    if (!isInteger(index) || index < 0 || index >= count) {
      throw new InputError(
        `${where}, entry ${n}: must be a sample index in 0..${count - 1}, got ${show(index)}`,
      );
    }
    if (seen.has(index)) throw new InputError(`${where}, entry ${n}: sample ${index} is listed twice`);
    seen.add(index);
  }
  return [...seen].sort((a, b) => a - b);
}

function checkMargins(raw: unknown, layers: readonly number[], scale: number, where: string): number[][] {
  if (!isList(raw) || raw.length !== layers.length - 1) {
    const got = countOf(raw);
    throw new InputError(`${where}: expected one list per layer (${layers.length - 1}), got ${got}`);
  }
  return Array.from(raw, (layer, l) => {
    if (!isList(layer) || layer.length !== layers[l + 1]) {
      const got = countOf(layer);
      throw new InputError(
        `${where}, layer ${l}: expected one margin per neuron (${layers[l + 1]}), got ${got}`,
      );
    }
    return Array.from(layer, (margin, j) => {
      const at = `${where}, layer ${l}, neuron ${j}`;
      if (typeof margin !== 'number' || !(margin >= 0 && margin * scale < MAX_MARGIN_UNITS)) {
        throw new InputError(`${at}: must be a number in [0, 2^31 / ${scale}), got ${show(margin)}`);
      }
      if (Math.round(margin * scale) / scale !== margin) {
        throw new InputError(`${at}: must be a multiple of ${1 / scale} as epsilon is, got ${show(margin)}`);
      }
      return margin;
    });
  });
}
