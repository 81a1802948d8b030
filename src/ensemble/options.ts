import { parseEncode } from '../data/encode-spec.js';
import { InputError } from '../errors.js';
import { checkLayers, checkWeightBound } from '../network/shape.js';
import { checkSwitch } from '../option-rows.js';
import { checkedNumber as checked, checkedChoice, OPTIONS } from '../options.js';
import {
  checkPerturbations,
  NO_PERTURBATIONS,
  type PerturbationSet,
  type Perturbations,
} from '../perturb/index.js';
import { describe, quoted } from '../printable.js';
import { MAX_SOFT_WIDTH } from '../problem/groups.js';
import { MAX_COST } from '../problem/validate-fields.js';
import { misplacedStage, STAGE_NAMES } from '../stage-list.js';
import type { StageName } from '../stages/types.js';
import type { TrainingConfig } from './config.js';
import { defaultPerturbations } from './robust-defaults.js';
import type { TrainOptions } from './types.js';

/** The paper's epsilon (section 3.2): the least negative pre-activation that counts as one. */
export const EPSILON = 0.1;
export const DEFAULT_HIDDEN: readonly number[] = [4, 4];
/** Robust, on histograms: one neuron a pair is as good as clusters of four (docs/features.md). */
export const FEATURES_HIDDEN: readonly number[] = [];
/** What an upright image is: pixels still, with the layers and the set of pixels. */
const UPRIGHT = /^deskew\b/;
const LISTED = STAGE_NAMES.join(', ');
/** Soft margins look at all samples, so there is no call for SM. */
const SOFT_STAGES: readonly StageName[] = ['mm'];
/**
 * What SM asks of a network without hidden layers, unless told: the right answer by one unit. The paper's `P * (n + 1) / 4`
 * speaks of activations, +1 and -1; a sum of inputs has their units, and on 0/1 data it is out of reach of most rows.
 */
const SINGLE_CONFIDENCE = 1;

const ROBUST_ADAPT = 0.15;
/** With soft margins: the most that a pair may lack. */
const SOFT_ADAPT = 0.08;
const ROBUST_SOFT = 0.45;
/** On features, where it is the radius that a pair may have less of. */
const FEATURES_ADAPT = 0.003;

/** A year: anything longer is a slip of units. */
const MAX_SECONDS = 31_536_000;

/**
 * Resolves the options of a training once: every default filled in, every value checked against its range. `inputs` and
 * `isImage` describe the data. Throws `InputError`, one line that names the option.
 */
export function resolveConfig(options: TrainOptions, inputs: number, isImage: boolean): TrainingConfig {
  const shots = options.shots === undefined ? null : checked('shots', options.shots);
  const instance = checked('instance', options.instance);
  if (shots === null && instance !== 0) {
    throw new InputError('instance: only with shots, it counts blocks of that many samples of each class');
  }
  const features = featuresGiven(options.features);
  const histograms = features !== undefined && !UPRIGHT.test(features);
  const isPlain = !histograms || options.objective !== 'robust';
  const hidden = options.hidden ?? (isPlain ? DEFAULT_HIDDEN : FEATURES_HIDDEN);
  if (!Array.isArray(hidden)) {
    throw new InputError(
      `hidden: expected layer sizes such as [4, 4], or [] for a single neuron, got ${describe(hidden)}`,
    );
  }
  checkLayers([inputs, ...hidden, 1], 'hidden: the layers [inputs, ...hidden, 1]');
  const objective = checkedChoice('objective', options.objective);
  // A set that somebody asked for is what has to hold, whole, unless they say otherwise.
  const isDefault = objective === 'robust' && isImage && options.perturb === undefined;
  const fitsSoft = hidden.length === 0 || hidden[0] <= MAX_SOFT_WIDTH;
  // Soft margins are MM's. Without it SM and MW ask for every row, which the many copies for soft margins do not bear.
  const stages = options.stages === undefined ? undefined : resolveStages(options.stages);
  const hasMargins = stages === undefined || stages.includes('mm');
  // Nor SM's count of samples certified on all their copies: at so many copies it keeps one class of a pair.
  const countsSamples = stages?.includes('sm') === true;
  const softDefault = isDefault && fitsSoft && hasMargins && !countsSamples ? ROBUST_SOFT : 0;
  const soft = checked('soft', options.soft ?? softDefault);
  if (soft > 0 && objective !== 'robust') throw new InputError('soft: only with objective robust');
  if (soft > 0 && !hasMargins) {
    throw new InputError('soft: only with the stage mm, whose margins it is about; add mm, or say soft 0');
  }
  if (soft > 0 && !fitsSoft) {
    throw new InputError(
      `soft: at most ${MAX_SOFT_WIDTH} neurons in the first hidden layer, got ${hidden[0]}`,
    );
  }
  const adapt = checked('adapt', options.adapt ?? (isDefault ? defaultAdapt(soft > 0, histograms) : 0));
  // Never unasked: a radius is promised in the values that images have, which are grey levels.
  const contrast = checkSwitch('contrast', options.contrast ?? false);
  if (contrast && !isImage) {
    throw new InputError(
      'contrast: needs images, and the width and height of this data are not known (option image-shape)',
    );
  }
  const bias = checkSwitch('bias', options.bias ?? false);
  const scaling = checkedChoice('scaling', options.scaling);
  if (contrast && features !== undefined) {
    throw new InputError('contrast: features make roots of their own; leave one of them out');
  }
  if (contrast && scaling !== 'auto') {
    throw new InputError(`scaling: ${scaling}, but contrast is a scaling of its own; leave one of them out`);
  }
  const missing = checkedChoice('missing', options.missing);
  const { encode } = options;
  if (encode !== undefined) {
    parseEncode(encode);
    if (isImage) throw new InputError('encode: for tables only; features are what images have');
  }
  if (adapt > 0 && objective !== 'robust') throw new InputError('adapt: only with objective robust');
  if (options.confidence !== undefined && objective === 'robust') {
    throw new InputError('confidence: only with objective bemi; robust counts what is certified');
  }
  const confidence =
    options.confidence !== undefined
      ? checked('confidence', options.confidence)
      : objective === 'bemi' && hidden.length === 0
        ? SINGLE_CONFIDENCE
        : undefined;
  return {
    shots,
    instance,
    hidden: [...hidden],
    weightBound: checkWeightBound(options.weightBound ?? OPTIONS.weightBound.default, 'weightBound'),
    objective,
    stages: stages ?? [...(soft > 0 ? SOFT_STAGES : STAGE_NAMES)],
    perturb: resolvePerturbations(options.perturb, objective, isImage, shots, soft > 0, histograms),
    tolerance: checked('tolerance', options.tolerance),
    ...(adapt > 0 ? { adapt } : {}),
    ...(soft > 0 ? { soft } : {}),
    ...(confidence === undefined ? {} : { confidence }),
    ...(scaling === 'auto' ? {} : { scaling }),
    ...(missing === 'auto' ? {} : { missing }),
    ...(encode === undefined ? {} : { encode }),
    ...(contrast ? { contrast } : {}),
    ...(features === undefined ? {} : { features }),
    ...(bias ? { bias } : {}),
    ...resolveConstraints(options, soft > 0),
    ...resolveGroups(options, hidden.length === 0),
    timeLimit: options.timeLimit === undefined ? null : checked('timeLimit', options.timeLimit, MAX_SECONDS),
    workLimit: options.workLimit === undefined ? null : checked('workLimit', options.workLimit),
    seed: checked('seed', options.seed),
  };
}

/** The limits that somebody asked for, checked for themselves; names are looked up where the data are known. */
function resolveConstraints(
  options: TrainOptions,
  isSoft: boolean,
): Pick<TrainingConfig, 'maxNonzero' | 'classWeight' | 'atMostWrong' | 'monotone' | 'ranges'> {
  const { maxNonzero, classWeight, atMostWrong, monotone, ranges } = options;
  const given = { maxNonzero, atMostWrong, monotone, ranges };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && (isSoft || options.objective === 'robust')) {
      throw new InputError(`${name}: only with objective bemi, whose stages know it`);
    }
  }
  if (classWeight !== undefined && options.objective === 'robust' && !isSoft) {
    throw new InputError(
      'classWeight: not with the largest margin of all, to which no row counts more than another',
    );
  }
  return {
    ...(maxNonzero === undefined ? {} : { maxNonzero: checked('maxNonzero', maxNonzero) }),
    ...(classWeight === undefined
      ? {}
      : {
          classWeight:
            classWeight === 'balanced' ? classWeight : checkCounts(classWeight, 'classWeight', MAX_COST),
        }),
    ...(atMostWrong === undefined ? {} : { atMostWrong: checkCounts(atMostWrong, 'atMostWrong') }),
    ...(monotone === undefined ? {} : { monotone: checkRecord(monotone, 'monotone', isName, 'a class') }),
    ...(ranges === undefined ? {} : { ranges: checkRecord(ranges, 'ranges', isRange, '[least, largest]') }),
  };
}

/** Groups of columns, which single neurons know, whatever their objective. */
function resolveGroups(
  options: TrainOptions,
  isSingle: boolean,
): Pick<TrainingConfig, 'exclusive' | 'together'> {
  const groups: { exclusive?: string[][]; together?: string[][] } = {};
  for (const name of ['exclusive', 'together'] as const) {
    const raw: unknown = options[name];
    if (raw === undefined) continue;
    if (!isSingle) throw new InputError(`${name}: only with networks without hidden layers (hidden none)`);
    const isGroup = (group: unknown): group is string[] =>
      Array.isArray(group) && group.length > 1 && new Set(group).size === group.length && group.every(isName);
    if (!Array.isArray(raw) || !raw.every(isGroup)) {
      throw new InputError(
        `${name}: expected lists of two columns or more, none twice, got ${describe(raw)}`,
      );
    }
    groups[name] = raw.map((group) => [...group]);
  }
  return groups;
}

function checkCounts(
  raw: unknown,
  name: string,
  most = Number.MAX_SAFE_INTEGER,
): Readonly<Record<string, number>> {
  const isCount = (value: unknown): value is number =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;
  return checkRecord(raw, name, isCount, 'a whole number >= 0');
}

function isName(value: unknown): value is string {
  return typeof value === 'string';
}

function isRange(value: unknown): value is readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [low, high] = value;
  return Number.isSafeInteger(low) && Number.isSafeInteger(high) && low <= high;
}

function checkRecord<T>(
  raw: unknown,
  name: string,
  fits: (value: unknown) => value is T,
  what: string,
): Readonly<Record<string, T>> {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    throw new InputError(`${name}: expected an object by names, got ${describe(raw)}`);
  }
  const entries = Object.entries(raw as Record<string, unknown>);
  for (const [key, value] of entries) {
    if (!fits(value))
      throw new InputError(`${name}: ${quoted(key)}: expected ${what}, got ${describe(value)}`);
  }
  return Object.fromEntries(entries) as Record<string, T>;
}

function defaultAdapt(soft: boolean, histograms: boolean): number {
  if (!soft) return ROBUST_ADAPT;
  return histograms ? FEATURES_ADAPT : SOFT_ADAPT;
}

/** `planTraining` has made `auto` and the defaults of a map into a text that says everything. */
function featuresGiven(features: string | undefined): string | undefined {
  if (features === undefined || typeof features === 'string')
    return features === 'none' ? undefined : features;
  throw new InputError(`features: expected a name, got ${describe(features)}`);
}

/** The number of worker threads: 0 (this thread) .. 256. */
export function resolveWorkers(workers: number | undefined, cores: number): number {
  return checked('workers', workers ?? cores);
}

function resolveStages(stages: readonly StageName[]): StageName[] {
  if (!Array.isArray(stages) || stages.length === 0) {
    throw new InputError(`stages: expected some of ${LISTED} in this order, got ${describe(stages)}`);
  }
  const misplaced = misplacedStage(stages);
  if (misplaced === undefined) return [...stages];
  const entry = describe(misplaced.entry);
  throw new InputError(
    misplaced.isStage
      ? `stages: ${entry} is out of order or twice; the order is ${LISTED}`
      : `stages: unknown stage ${entry}; there are sm, mm and mw`,
  );
}

/** Perturbations with their defaults: none for `bemi`, small ones for `robust`. Given ones replace the defaults as a whole. */
function resolvePerturbations(
  given: Perturbations | undefined,
  objective: TrainingConfig['objective'],
  isImage: boolean,
  shots: number | null,
  soft: boolean,
  histograms: boolean,
): PerturbationSet {
  if (given === undefined) {
    return objective === 'bemi' ? NO_PERTURBATIONS : defaultPerturbations(isImage, shots, soft, histograms);
  }
  return checkPerturbations(given, isImage);
}
