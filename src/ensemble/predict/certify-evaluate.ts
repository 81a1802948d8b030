import type { Adversarial, AttackOptions, Clip } from '../../certify/index.js';
import { InputError } from '../../errors.js';
import { checkOptionNames } from '../../option-names.js';
import { checkPerturbations, MAX_SD } from '../../perturb/index.js';
import { describe } from '../../printable.js';
import type { DenseMatrix } from '../matrix.js';
import type { CertificateReport, VoteRule } from '../types.js';
import { NO_LABEL } from '../vote/vote.js';
import {
  checkSamples,
  checkSeed,
  checkVoteRule,
  chooseSamples,
  type Judge,
  type LabelledData,
  UNKNOWN,
} from './evaluate.js';

export interface CertifyOptions {
  /** Default: `paper`. */
  readonly vote?: VoteRule;
  /** Only the first so many samples of each class, in the data's order; default: all. */
  readonly perClass?: number;
  /** Whole L-infinity radii, in the units that the networks read. Default: 1, 4, 8, 16. */
  readonly radii?: readonly number[];
  /** Instead of `radii`, of tables: every column of numbers off by up to so many of its standard deviations on the training rows, 0..100. Without an attack. */
  readonly sd?: readonly number[];
  /** How many samples to attack, the first ones of each class; 0: none. Default: 200. */
  readonly attack?: number;
  /** Values that samples may have, in the units that the networks read; certificate and attack are then about these. */
  readonly clip?: Clip;
  /** Of the attack's random starts. Default: 0. */
  readonly seed?: number;
}

/** What certification needs of a classifier beyond judging. */
export interface Certifier extends Judge {
  /** The label now (`NO_LABEL` for none), and the largest whole radius at which it provably holds. */
  certified(
    row: Int32Array,
    rule: VoteRule,
    clip?: Clip,
  ): { readonly label: number; readonly radius: number };
  attacked(row: Int32Array, rule: VoteRule, options: AttackOptions): Adversarial | null;
  /** Of a model on features: an attack on the pixels. */
  readonly pixelsAttacked?: (
    values: ArrayLike<number>,
    offset: number,
    rule: VoteRule,
    options: AttackOptions,
  ) => Adversarial | null;
  /** The same: the largest of some radii, above 0 and ascending, within which a label provably wins; 0: none. */
  readonly pixelsCertified?: (
    values: ArrayLike<number>,
    offset: number,
    label: number,
    rule: VoteRule,
    radii: readonly number[],
  ) => number;
}

export const DEFAULT_RADII: readonly number[] = [1, 4, 8, 16];
const DEFAULT_ATTACKED = 200;
const MAX_RADIUS = 32767;

/**
 * Certified accuracy over the radius: the share of samples whose label is right and provably stays so. On some of them
 * the attack shows how much of the rest is lost indeed: its share of right samples broken within a radius, and what neither
 * certificate nor attack decides. Throws `InputError` for bad samples, labels and options.
 */
export function evaluateCertificates(
  judge: Certifier,
  data: LabelledData,
  options: CertifyOptions = {},
): CertificateReport {
  checkOptionNames(options, OPTION_NAMES, 'evaluateCertificates');
  const matrix = checkSamples(judge, data);
  const rule = checkVoteRule(options.vote);
  if (options.sd !== undefined) return columnReport(judge, data, matrix, options, rule);
  const radii = checkRadii('radii', options.radii ?? DEFAULT_RADII, WHOLE_RADII);
  const clip = checkClip(options.clip);
  const { chosen } = chooseSamples(data.labels, judge, options.perClass);
  const rowOf = (sample: number): Int32Array => judge.read(matrix.values, sample * matrix.columns);
  /** Radius of every sample that is right, by its place among the chosen. */
  const certified = new Map<number, number>();
  for (const [place, { sample, truth }] of chosen.entries()) {
    const { label, radius } = judge.certified(rowOf(sample), rule, clip);
    if (label !== NO_LABEL && label === truth) certified.set(place, radius);
  }
  const holds = [...certified.values()];
  const attacked = firstOfEach(chosen, judge.classes.length, checkCount(options.attack ?? DEFAULT_ATTACKED));
  const attackOptions = { clip, seed: checkSeed(options.seed), maxRadius: Math.max(...radii) };
  const broken = new Map<number, number>();
  for (const place of attacked) {
    if ((certified.get(place) ?? Infinity) >= attackOptions.maxRadius) continue;
    const found = judge.attacked(rowOf(chosen[place].sample).slice(), rule, attackOptions);
    if (found !== null) broken.set(place, found.radius);
  }
  const right = attacked.filter((place) => certified.has(place));
  const pixels = pixelReport(
    judge,
    matrix,
    right.map((place) => chosen[place]),
    radii,
    rule,
    {
      // A range of values is about features here.
      seed: attackOptions.seed,
      maxRadius: attackOptions.maxRadius,
    },
  );
  return {
    ...(pixels === undefined || attacked.length === 0 ? {} : { pixels }),
    images: chosen.length,
    right: holds.length,
    radii: radii.map((radius) => {
      const count = holds.filter((hold) => hold >= radius).length;
      return { radius, certified: count, certifiedAccuracy: count / chosen.length };
    }),
    attack:
      attacked.length === 0
        ? null
        : {
            images: attacked.length,
            right: right.length,
            radii: radii.map((radius) => {
              const safe = right.filter((place) => (certified.get(place) as number) >= radius).length;
              const lost = right.filter((place) => (broken.get(place) ?? Infinity) <= radius).length;
              return {
                radius,
                certified: safe,
                broken: lost,
                undecided: right.length - safe - lost,
                successRate: right.length === 0 ? null : lost / right.length,
              };
            }),
          },
  };
}

/** Certified accuracy over what columns of numbers may be off by, all at once, each by so many of its standard deviations. */
function columnReport(
  judge: Certifier,
  { labels }: LabelledData,
  { values, columns }: DenseMatrix,
  options: CertifyOptions,
  rule: VoteRule,
): CertificateReport {
  for (const name of ['radii', 'attack', 'clip'] as const) {
    if (options[name] !== undefined && (name !== 'attack' || options.attack !== 0))
      throw new InputError(`${name}: not with radii in standard deviations`);
  }
  const radii = checkRadii('sd', options.sd ?? [], SD_RADII);
  const { chosen } = chooseSamples(labels, judge, options.perClass);
  const right = chosen.filter(
    ({ sample, truth }) =>
      truth !== UNKNOWN && judge.ballot(judge.read(values, sample * columns), rule).label === truth,
  );
  const counts = radii.map((radius) => {
    if (radius === 0) return right.length;
    const certifier = judge.columnCertifier(checkPerturbations({ sd: radius }, judge.image !== undefined));
    return right.filter(({ sample, truth }) => certifier.holds(values, sample * columns, truth, rule)).length;
  });
  return {
    unit: 'sd',
    images: chosen.length,
    right: right.length,
    radii: radii.map((radius, at) => ({
      radius,
      certified: counts[at],
      certifiedAccuracy: counts[at] / chosen.length,
    })),
    attack: null,
  };
}

/** What changes of pixels do to samples that are right, where networks read features of them, and what they provably cannot. */
function pixelReport(
  judge: Certifier,
  { values, columns }: DenseMatrix,
  samples: readonly { readonly sample: number; readonly truth: number }[],
  radii: readonly number[],
  rule: VoteRule,
  options: AttackOptions,
): CertificateReport['pixels'] {
  const { pixelsAttacked, pixelsCertified } = judge;
  if (pixelsAttacked === undefined || pixelsCertified === undefined) return undefined;
  const above = radii.filter((radius) => radius > 0);
  const judged = samples.map(({ sample, truth }) => {
    const offset = sample * columns;
    const certified = pixelsCertified(values, offset, truth, rule, above);
    const isSafe = certified >= (options.maxRadius ?? Number.POSITIVE_INFINITY);
    const found = isSafe ? null : pixelsAttacked(values, offset, rule, options);
    return { certified, broken: found?.radius ?? Number.POSITIVE_INFINITY };
  });
  return {
    right: samples.length,
    radii: radii.map((radius) => {
      const certified = judged.filter((one) => one.certified >= radius).length;
      const broken = judged.filter((one) => one.broken <= radius).length;
      return {
        radius,
        certified,
        broken,
        undecided: samples.length - certified - broken,
        successRate: samples.length === 0 ? null : broken / samples.length,
      };
    }),
  };
}

const OPTION_NAMES = {
  vote: true,
  perClass: true,
  radii: true,
  sd: true,
  attack: true,
  clip: true,
  seed: true,
} as const;

/** Places of the first samples of each class, about `count` in all, at least one a class. */
function firstOfEach(
  chosen: readonly { readonly truth: number }[],
  classCount: number,
  count: number,
): number[] {
  if (count === 0) return [];
  const most = Math.max(1, Math.round(count / classCount));
  const taken = new Array<number>(classCount).fill(0);
  return [...chosen.keys()].filter((place) => {
    const { truth } = chosen[place];
    return truth !== UNKNOWN && taken[truth]++ < most;
  });
}

/** What radii may be, in their unit. */
interface RadiiRange {
  readonly most: number;
  readonly whole: boolean;
  readonly example: string;
}

const WHOLE_RADII: RadiiRange = { most: MAX_RADIUS, whole: true, example: '[1, 4]' };
const SD_RADII: RadiiRange = { most: MAX_SD, whole: false, example: '[0.1, 0.5]' };

/** Ascending, each once. Throws `InputError`. */
function checkRadii(name: string, radii: readonly number[], { most, whole, example }: RadiiRange): number[] {
  if (!Array.isArray(radii) || radii.length === 0)
    throw new InputError(`${name}: expected some of 0..${most} such as ${example}, got ${describe(radii)}`);
  for (const [at, radius] of radii.entries()) {
    if (typeof radius === 'number' && radius >= 0 && radius <= most && (!whole || Number.isInteger(radius)))
      continue;
    const kind = whole ? 'a whole number' : 'a number';
    throw new InputError(`${name}[${at}]: must be ${kind} in 0..${most}, got ${describe(radius)}`);
  }
  return [...new Set(radii)].sort((a, b) => a - b);
}

function checkCount(count: number): number {
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new InputError(`attack: must be a whole number of samples, got ${describe(count)}`);
}

/** How far an attack looks at most. Throws `InputError`. */
export function checkMaxRadius(radius: number | undefined): number | undefined {
  if (radius === undefined || (typeof radius === 'number' && radius >= 0 && radius <= 2 * MAX_RADIUS)) {
    return radius;
  }
  throw new InputError(`maxRadius: must be a number in 0..${2 * MAX_RADIUS}, got ${describe(radius)}`);
}

/** A range of whole numbers, or none. Throws `InputError`. */
export function checkClip(clip: Clip | undefined): Clip | undefined {
  if (clip === undefined) return undefined;
  if (Array.isArray(clip) && clip.length === 2 && clip.every(Number.isInteger) && clip[0] <= clip[1]) {
    return clip;
  }
  throw new InputError(`clip: expected two whole numbers, least and most, got ${describe(clip)}`);
}
