import type { Scaling } from '../data/scaling.js';
import { firstPerClass } from '../data/split.js';
import { InputError } from '../errors.js';
import { checkPerturbations } from '../perturb/index.js';
import { scaledFamily } from './family.js';
import { toDense } from './matrix.js';
import type { Evaluation, Matrix, Perturbations, VoteRule } from './types.js';
import { type Ballot, NO_LABEL, OUTCOME_COUNT, outcomeCode } from './vote.js';

export interface EvaluateOptions {
  /** Default: `paper`. */
  readonly vote?: VoteRule;
  /** Only the first so many samples of each class, in the data's order; default: all. */
  readonly perClass?: number;
  /**
   * Worst case instead of the sample alone: a sample counts as right only when all members of its family
   * are, and under `linf` only when no input within the radius can change that (a proof by intervals, so the accuracy is
   * a lower bound there). Otherwise the first failing copy stands for the sample.
   */
  readonly perturb?: Perturbations;
  /** Of the random members of the families; default: the model's own, which gives training samples their own families. */
  readonly seed?: number;
}

/** Samples with their true labels; `TrainingData` is one. */
export interface LabelledData {
  readonly samples: Matrix;
  readonly labels: ArrayLike<string | number>;
  /** Width and height where the rows are images, for a model that does not know them. */
  readonly image?: { readonly width: number; readonly height: number };
}

/** What evaluation needs of a classifier. */
export interface Judge {
  readonly classes: readonly string[];
  readonly inputs: number;
  readonly image?: { readonly width: number; readonly height: number };
  readonly columns?: readonly string[];
  readonly scaling: Scaling;
  /** Of the random perturbed copies. */
  readonly seed: number;
  /** The integers that the networks read, from one raw row. The result is valid until the next call. */
  scale(values: ArrayLike<number>, offset: number): Int32Array;
  ballot(row: Int32Array, rule: VoteRule): Ballot;
  /** A ballot that is right only when no input within the radius can change that. */
  worstBallot(row: Int32Array, radius: number, truth: number, rule: VoteRule): Ballot;
}

/**
 * Accuracy, outcome codes and confusion of a classifier on labelled samples (contract, `fewbit evaluate --json`).
 * Samples of classes that the classifier does not know are left out: a 4-9 model judged on all digits is judged on its
 * fours and nines. Throws `InputError` when nothing is left, or for bad samples, labels and options.
 */
export function evaluate(judge: Judge, data: LabelledData, options: EvaluateOptions = {}): Evaluation {
  const { classes } = judge;
  const matrix = toDense(data.samples, { columns: judge.inputs, columnNames: judge.columns });
  if (data.labels.length !== matrix.rows) {
    throw new InputError(`labels: ${data.labels.length} labels for ${matrix.rows} samples`);
  }
  const rule = checkVoteRule(options.vote);
  const chosen = chooseSamples(data.labels, classes, options.perClass);
  const judgeOne = worstCaseOf(judge, data, options, rule);
  const outcomes = new Array<number>(OUTCOME_COUNT).fill(0);
  const confusion = classes.map(() => new Array<number>(classes.length + 1).fill(0));
  for (const { sample, truth } of chosen) {
    const ballot = judgeOne(judge.scale(matrix.values, sample * matrix.columns), truth);
    outcomes[outcomeCode(ballot, truth)]++;
    confusion[truth][ballot.label === NO_LABEL ? classes.length : ballot.label]++;
  }
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
  };
}

export function checkVoteRule(rule: VoteRule | undefined): VoteRule {
  if (rule === undefined || rule === 'paper') return 'paper';
  if (rule === 'recursive') return rule;
  throw new InputError(`vote: expected paper or recursive, got ${JSON.stringify(rule)}`);
}

/** The samples to judge, of the classes that the classifier knows. */
export function chooseSamples(
  labels: ArrayLike<string | number>,
  classes: readonly string[],
  perClass: number | undefined,
): { sample: number; truth: number }[] {
  const indexOf = new Map(classes.map((name, c) => [name, c]));
  const { rows } = firstPerClass({ labels, classes }, perClass);
  const chosen = rows.map((sample) => ({ sample, truth: indexOf.get(String(labels[sample])) as number }));
  if (chosen.length > 0) return chosen;
  throw new InputError(
    `labels: no sample is of a class of this model (${classes.slice(0, 10).join(', ')}${classes.length > 10 ? ', ...' : ''})`,
  );
}

function worstCaseOf(
  judge: Judge,
  data: LabelledData,
  options: EvaluateOptions,
  rule: VoteRule,
): (row: Int32Array, truth: number) => Ballot {
  if (options.perturb === undefined) return (row) => judge.ballot(row, rule);
  const image = judge.image ?? data.image;
  const set = checkPerturbations(options.perturb, image !== undefined);
  const seed = options.seed ?? judge.seed;
  const { linf } = set;
  return (row, truth) => {
    let first: Ballot | undefined;
    for (const member of scaledFamily(row, image, set, seed, judge.scaling)) {
      const ballot = linf > 0 ? judge.worstBallot(member, linf, truth, rule) : judge.ballot(member, rule);
      if (outcomeCode(ballot, truth) > 1) return ballot;
      first ??= ballot;
    }
    return first as Ballot;
  };
}
