import { columnPlaces, placeColumns } from '../../data/columns.js';
import { type Encoding, recode } from '../../data/encoding.js';
import { InputError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { checkOptionNames } from '../../option-names.js';
import { checkChoice } from '../../option-rows.js';
import { checkedNumber, OPTIONS } from '../../options.js';
import {
  checkPerturbations,
  type ImageShape,
  movesColumns,
  type PerturbationSet,
} from '../../perturb/index.js';
import { describe, quoted, quotedList, show } from '../../printable.js';
import { type DenseMatrix, toDense } from '../matrix.js';
import type { Evaluation, LabelCount, Matrix, Perturbations, Roc, VoteRule } from '../types.js';
import { type Ballot, NO_LABEL, OUTCOME_COUNT, outcomeCode } from '../vote/vote.js';
import { areaUnder, classFigures, meanOf, rocOf } from './class-figures.js';
import type { ColumnCertifier } from './column-certificate.js';
import { WorstErrors } from './worst.js';

export interface EvaluateOptions {
  /** Default: `paper`. */
  readonly vote?: VoteRule;
  /** Only the first so many samples of each class, in the data's order; default: all. */
  readonly perClass?: number;
  /**
   * Worst case instead of the sample alone: a sample counts as right only when all members of its family
   * are, and under `linf` only when no input within the radius can change that (a proof by intervals, so the accuracy is
   * a lower bound there). With `sd` or `columns` only when no row within these radii of
   * its columns can (exact for single neurons of two classes). Otherwise the first failing copy stands for the sample.
   */
  readonly perturb?: Perturbations;
  /** Of the random members of the families; default: the model's own, which gives training samples their own families. */
  readonly seed?: number;
  /** So many of the errors that the vote was surest of come with the result (`worst`); not with `perturb`. Default: none. */
  readonly worst?: number;
}

/** Samples with their true labels; `TrainingData` is one. */
export interface LabelledData {
  readonly samples: Matrix;
  readonly labels: ArrayLike<string | number>;
  /** As in the training data: places of levels are found by their names. Absent: they are the model's. */
  readonly levels?: readonly (readonly string[] | null)[];
  /** Names of the columns: where the model has names too, columns are found by them. */
  readonly columns?: readonly string[];
  /** Width and height where the rows are images, for a model that does not know them. */
  readonly image?: { readonly width: number; readonly height: number };
}

/** A vote, the networks that voted for each class, and what speaks for each, the more the larger (`EnsembleClassifier.scores`). */
interface Scored {
  readonly ballot: Ballot;
  readonly votes: readonly number[];
  readonly scores: readonly number[];
}

/** What evaluation needs of a classifier. */
export interface Judge {
  readonly classes: readonly string[];
  /** Values of a sample. */
  readonly inputs: number;
  readonly image?: { readonly width: number; readonly height: number };
  readonly columns?: readonly string[];
  readonly encoding?: Encoding;
  /** Classes that the training left out on purpose; `undefined`: not known, so all that are none of `classes`. */
  readonly leftOut?: readonly string[];
  /** Of the random perturbed copies. */
  readonly seed: number;
  /** The integers that the networks read, from one raw row. The result is valid until the next call. */
  read(values: ArrayLike<number>, offset: number): Int32Array;
  /** The same of all members of its family, itself first. */
  family(
    values: ArrayLike<number>,
    offset: number,
    set: PerturbationSet,
    seed: number,
    image: ImageShape | undefined,
  ): Int32Array[];
  ballot(row: Int32Array, rule: VoteRule): Ballot;
  /** The same with what stands behind it. */
  scored(row: Int32Array, rule: VoteRule): Scored;
  /** What the columns of a table may do to a label, each in its own units. */
  columnCertifier(asked: PerturbationSet): Pick<ColumnCertifier, 'holds'>;
  /** A ballot that is right only when no input within the radius can change that. */
  worstBallot(row: Int32Array, radius: number, truth: number, rule: VoteRule): Ballot;
}

/**
 * Accuracy, outcome codes and confusion of a classifier on labelled samples (contract, `fewbit evaluate --json`).
 *
 * Classes that the training left out on purpose are left out here too: a 4-9 model judged on all digits is judged on its
 * fours and nines. A sample of any other label that the classifier does not know counts, as wrong: a slip in a label must
 * not look like a success. Both are counted by label. Throws `InputError` when no sample is of a class of the model, and
 * for bad samples, labels and options.
 */
export function evaluate(judge: Judge, data: LabelledData, options: EvaluateOptions = {}): Evaluation {
  checkOptionNames(options, OPTION_NAMES, 'evaluate');
  const { classes } = judge;
  const matrix = checkSamples(judge, data);
  const rule = checkVoteRule(options.vote);
  const { chosen, unknownLabels, leftOutLabels } = chooseSamples(data.labels, judge, options.perClass);
  const ranking = options.perturb === undefined ? new Ranking(classes) : undefined;
  const worst = worstOf(classes, options);
  const judgeOne =
    ranking === undefined
      ? worstCaseOf(judge, data, options, rule)
      : (values: ArrayLike<number>, offset: number, truth: number, sample: number): Ballot => {
          const { ballot, votes, scores } = judge.scored(judge.read(values, offset), rule);
          if (truth !== UNKNOWN) {
            ranking.take(scores, truth);
            worst?.take(sample, truth, ballot, votes, scores);
          }
          return ballot;
        };
  const outcomes = new Array<number>(OUTCOME_COUNT).fill(0);
  const confusion = classes.map(() => new Array<number>(classes.length + 1).fill(0));
  for (const { sample, truth } of chosen) {
    const ballot = judgeOne(matrix.values, sample * matrix.columns, truth, sample);
    outcomes[outcomeCode(ballot, truth)]++;
    if (truth !== UNKNOWN) confusion[truth][ballot.label === NO_LABEL ? classes.length : ballot.label]++;
  }
  const auc = ranking?.figures();
  const perClass = classFigures(confusion, classes, auc?.areas);
  const images = chosen.length;
  const correct = outcomes[0] + outcomes[1];
  const unlabelled = outcomes[3] + outcomes[4];
  return {
    accuracy: correct / images,
    images,
    correct,
    wrong: images - correct - unlabelled,
    unlabelled,
    outcomes,
    confusion,
    labels: [...classes],
    balancedAccuracy: meanOf(perClass.map(({ recall }) => recall)),
    macroF1: meanOf(perClass.map(({ f1 }) => f1)),
    ...(auc === undefined ? {} : { auc: meanOf(auc.areas) }),
    perClass,
    ...(auc?.roc === undefined ? {} : { roc: auc.roc }),
    unknownLabels,
    leftOutLabels,
    ...(worst === undefined ? {} : { worst: worst.list() }),
  };
}

function worstOf(classes: readonly string[], { worst, perturb }: EvaluateOptions): WorstErrors | undefined {
  if (worst === undefined) return undefined;
  if (!Number.isSafeInteger(worst) || worst < 1)
    throw new InputError(`worst: must be a whole number >= 1, got ${show(worst)}`);
  if (perturb !== undefined) throw new InputError('worst: not with perturb, where copies stand for samples');
  return new WorstErrors(classes, worst);
}

/** Scores of samples of known classes, as they are judged, and how well these put each class before the others. */
class Ranking {
  private readonly truths: number[] = [];
  /** By class; of two only of the second: the first one's are the negatives. */
  private readonly scores: number[][];

  constructor(private readonly classes: readonly string[]) {
    this.scores = classes.length === 2 ? [[]] : classes.map(() => []);
  }

  take(scores: readonly number[], truth: number): void {
    this.truths.push(truth);
    const first = this.classes.length - this.scores.length;
    for (const [c, list] of this.scores.entries()) list.push(scores[first + c]);
  }

  figures(): { areas: (number | null)[]; roc?: Roc | null } {
    const { classes, truths } = this;
    const against = (c: number, scores: readonly number[]) => ({
      scores,
      is: truths.map((truth) => (truth === c ? 1 : 0)),
    });
    if (classes.length > 2) return { areas: this.scores.map((scores, c) => areaUnder(against(c, scores))) };
    const ranked = against(1, this.scores[0]);
    const area = areaUnder(ranked);
    return { areas: [area, area], roc: rocOf(classes[1], ranked) };
  }
}

const OPTION_NAMES = { vote: true, perClass: true, perturb: true, seed: true, worst: true } as const;

/** Checks samples and labels, and puts columns that have names into the model's order. Throws `InputError`. */
export function checkSamples(
  judge: Pick<Judge, 'inputs' | 'columns' | 'encoding'>,
  data: LabelledData,
): DenseMatrix {
  if (data === null || typeof data !== 'object') {
    throw new InputError(`data: expected { samples, labels }, got ${describe(data)}`);
  }
  const { labels } = data;
  const { encoding } = judge;
  const names = judge.columns === undefined ? undefined : data.columns;
  if (names !== undefined && (!Array.isArray(names) || names.some((name) => typeof name !== 'string'))) {
    throw new InputError(`columns: expected a list of names, got ${describe(names)}`);
  }
  const places =
    names === undefined ? undefined : columnPlaces(names, judge.columns ?? [], 'columns', 'the model');
  const matrix = toDense(data.samples, {
    columns: judge.inputs,
    columnNames: names ?? judge.columns,
    missing: encoding !== undefined && !encoding.complete,
  });
  if (labels === null || typeof labels !== 'object' || labels.length !== matrix.rows) {
    throw new InputError(`labels: ${labels?.length ?? 'no'} labels for ${matrix.rows} samples`);
  }
  for (let sample = 0; sample < matrix.rows; sample++) {
    const label: unknown = labels[sample];
    if (typeof label === 'string' || (typeof label === 'number' && Number.isFinite(label))) continue;
    throw new InputError(`labels[${sample}]: expected a name or a number, got ${describe(label)}`);
  }
  const placed = places === undefined ? matrix.values : placeColumns(matrix.values, matrix.rows, places);
  if (data.levels === undefined) return { ...matrix, values: placed };
  if (encoding === undefined) {
    const column = data.levels.findIndex((list) => list !== null);
    if (column < 0) return { ...matrix, values: placed };
    const name = quoted(data.columns?.[column] ?? String(column));
    throw new InputError(`column ${name} has texts, but the model reads numbers`);
  }
  const levels = data.levels;
  const named =
    places === undefined ? levels : encoding.columns.map((_, place) => levels[places.indexOf(place)] ?? null);
  return { ...matrix, values: recode(encoding, placed, matrix.rows, named, judge.columns) };
}

export function checkVoteRule(rule: VoteRule | undefined): VoteRule {
  return rule === undefined ? OPTIONS.vote.default : checkChoice(OPTIONS.vote, 'vote', rule);
}

/** Throws `InputError` for a seed that is no whole number of 32 bits. */
export function checkSeed(seed: number | undefined): number | undefined {
  return seed === undefined ? undefined : checkedNumber('seed', seed);
}

/** In place of a class: the sample's label is none of the classifier's. No outcome is right for it. */
export const UNKNOWN = -1;

export interface ChosenSamples {
  /** In the data's order; `truth` is the index of the class, or `UNKNOWN`. */
  readonly chosen: readonly { readonly sample: number; readonly truth: number }[];
  readonly unknownLabels: readonly LabelCount[];
  readonly leftOutLabels: readonly LabelCount[];
}

/**
 * The samples to judge: the first `perClass` of every label, without those of the classes that the training left out.
 * Throws `InputError` where none of them is of a class of the model.
 */
export function chooseSamples(
  labels: ArrayLike<string | number>,
  judge: Pick<Judge, 'classes' | 'leftOut'>,
  perClass: number | undefined,
): ChosenSamples {
  if (perClass !== undefined && (!Number.isSafeInteger(perClass) || perClass < 1)) {
    throw new InputError(`per-class: must be a whole number >= 1, got ${show(perClass)}`);
  }
  const { classes, leftOut } = judge;
  const indexOf = new Map(classes.map((name, c) => [name, c]));
  const apart = leftOut === undefined ? undefined : new Set(leftOut);
  const taken = new Map<string, number>();
  const chosen: { sample: number; truth: number }[] = [];
  const unknown = new Map<string, number>();
  const out = new Map<string, number>();
  let known = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    const label = String(labels[sample]);
    const truth = indexOf.get(label) ?? UNKNOWN;
    if (truth === UNKNOWN && apart?.has(label) !== false) {
      out.set(label, (out.get(label) ?? 0) + 1);
      continue;
    }
    const count = taken.get(label) ?? 0;
    if (perClass !== undefined && count >= perClass) continue;
    taken.set(label, count + 1);
    if (truth === UNKNOWN) unknown.set(label, count + 1);
    else known++;
    chosen.push({ sample, truth });
  }
  if (known === 0) {
    throw new InputError(`labels: no sample is of a class of this model (${quotedList(classes)})`);
  }
  return { chosen, unknownLabels: countsOf(unknown), leftOutLabels: countsOf(out) };
}

/** Of labels without end the first ones, and one entry for the rest. */
function countsOf(counts: ReadonlyMap<string, number>): LabelCount[] {
  const entries = [...counts].map(([label, images]): LabelCount => ({ label, images }));
  if (entries.length <= LIMITS.mostClasses) return entries;
  const rest = entries.slice(LIMITS.mostClasses).reduce((sum, { images }) => sum + images, 0);
  return [...entries.slice(0, LIMITS.mostClasses), { label: null, images: rest }];
}

function worstCaseOf(
  judge: Judge,
  data: LabelledData,
  options: EvaluateOptions,
  rule: VoteRule,
): (values: ArrayLike<number>, offset: number, truth: number) => Ballot {
  const plain = (values: ArrayLike<number>, offset: number): Ballot =>
    judge.ballot(judge.read(values, offset), rule);
  const image = judge.image ?? data.image;
  const set = checkPerturbations(options.perturb ?? {}, image !== undefined);
  const seed = checkSeed(options.seed) ?? judge.seed;
  const { linf } = set;
  if (movesColumns(set)) {
    const certifier = judge.columnCertifier(set);
    return (values, offset, truth) => {
      const ballot = plain(values, offset);
      if (truth === UNKNOWN || ballot.label !== truth || certifier.holds(values, offset, truth, rule)) {
        return ballot;
      }
      return { label: NO_LABEL, leaders: [truth] };
    };
  }
  return (values, offset, truth) => {
    if (truth === UNKNOWN) return plain(values, offset); // wrong whatever happens
    let first: Ballot | undefined;
    for (const member of judge.family(values, offset, set, seed, image)) {
      const ballot = linf > 0 ? judge.worstBallot(member, linf, truth, rule) : judge.ballot(member, rule);
      if (outcomeCode(ballot, truth) > 1) return ballot;
      first ??= ballot;
    }
    return first as Ballot;
  };
}
