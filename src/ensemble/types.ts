import type { ColumnSummary } from '../data/encoding-fit.js';
import type { ScalingSummary } from '../data/scaling-summary.js';
import type { Network } from '../network/types.js';
import type { OptionValues, TRAIN_OPTIONS } from '../options.js';
import type { Perturbations } from '../perturb/index.js';
import type { NetworkPool } from '../problem/solution.js';
import type { StageProgress, StageResult } from '../stages/types.js';

export type { ColumnSummary } from '../data/encoding-fit.js';
export type { ScalingMode } from '../data/scaling-fit.js';
export type { ScalingSummary } from '../data/scaling-summary.js';
export type { Perturbations } from '../perturb/index.js';
export type { TrainingConfig } from './config.js';

/** Numbers row by row: nested arrays, or one flat array with its shape. */
export type Matrix =
  | readonly ArrayLike<number>[]
  | { readonly values: ArrayLike<number>; readonly rows: number; readonly columns: number };

/** Plain data, as every reader in data/ delivers it and as `train` takes it. */
export interface TrainingData {
  /** One row per sample; finite numbers, all rows of one length. */
  readonly samples: Matrix;
  /** One label per sample: class names, or numbers which then name the classes. */
  readonly labels: ArrayLike<string | number>;
  /** Order of the classes (rows of the confusion matrix); default: sorted, numerically where all are numbers. */
  readonly classes?: readonly string[];
  /** Column names for messages; images need none. */
  readonly columns?: readonly string[];
  /** Of every column of texts its levels, whose places the values are; `null` for numbers. Missing values are NaN. Absent: all are numbers. */
  readonly levels?: readonly (readonly string[] | null)[];
  /** Name of the label column where it is not `label`; a model remembers it. */
  readonly labelColumn?: string;
  /** Columns that were left out; a model remembers them, and tables to be judged may have them. */
  readonly dropped?: readonly string[];
  /** What an error on each row counts: whole numbers 0..10^9, under the objective bemi. Absent: 1 each. */
  readonly weights?: ArrayLike<number>;
  /** Width and height where the rows are images: every perturbation but linf needs them. With `channels=3` in `features` a pixel is three values. */
  readonly image?: { readonly width: number; readonly height: number };
}

/** Other pictures of training samples, which then count among their perturbed copies. */
export interface ExtraSamples {
  /** Rows as in the data, before scaling. */
  readonly samples: Matrix;
  /** The row of the data, from 0, that each belongs to. Those of rows that are not trained on are left out. */
  readonly of: ArrayLike<number>;
}

/** The options of the table (options.ts), and what only a program can give. */
export interface TrainOptions
  extends Pick<OptionValues, Exclude<(typeof TRAIN_OPTIONS)[number], 'perturb' | 'extra'>> {
  /** What margins must survive; docs/robust.md, "Perturbation sets". */
  readonly perturb?: Perturbations;
  readonly extra?: ExtraSamples;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: TrainEvent) => void;
  /** Pairs that an earlier run finished, by index; they are taken over and not trained again. */
  readonly completed?: ReadonlyMap<number, PairResult>;
}

export type TrainEvent =
  | {
      readonly type: 'start';
      readonly pairs: number;
      readonly workers: number;
      readonly classes: readonly string[];
      readonly scaling: ScalingSummary;
    }
  | { readonly type: 'pair-start'; readonly pair: number; readonly classes: readonly [string, string] }
  | {
      readonly type: 'pair-progress';
      readonly pair: number;
      readonly classes: readonly [string, string];
      readonly progress: StageProgress;
    }
  | {
      /** Also for the pairs that an earlier run completed, then without a `pair-start`. */
      readonly type: 'pair-done';
      readonly pair: number;
      readonly result: PairResult;
      readonly done: number;
      readonly total: number;
    };

/** The best networks of a training of two classes by single neurons (docs/formats.md, "Pool of a training"). */
export interface TrainedPool extends Omit<NetworkPool, 'networks'> {
  /** Training rows of the pair. */
  readonly rows: number;
  /** Which network the model has, counted from 1. */
  readonly chosen: number;
  /** Best first. */
  readonly networks: readonly {
    /** In the units of the stage's objective. */
    readonly objective: number;
    /** One an input, as the model has them. */
    readonly weights: readonly number[];
    readonly bias?: number;
    readonly nonzero: number;
    /** Training rows that it answers rightly. */
    readonly right: number;
  }[];
}

/** One pair's outcome; `classes[0]` is +1. */
export interface PairResult {
  readonly classes: readonly [string, string];
  readonly stages: readonly StageResult[];
  /** Non-zero weights of the network, and all its weights (those of inactive inputs included). */
  readonly nonzero: number;
  readonly links: number;
  /** `null` only when the pair was interrupted before it had anything usable. */
  readonly network: Network | null;
  /** Robust objective, where a pair's set may shrink: the share of the motions (on features, of the radius) that it was trained with, 0..1. */
  readonly share?: number;
  /** Robust objective: training samples (positions in the data used) that are not certified right under the set. */
  readonly uncertified?: readonly number[];
  /** The best networks, where they were asked for. */
  readonly pool?: TrainedPool;
}

/** Contract, `fewbit train --json` (without the classifier). */
export interface TrainSummary {
  readonly pairs: readonly Omit<PairResult, 'network'>[];
  readonly seconds: number;
  readonly nonzero: number;
  readonly links: number;
  /** Bytes of the weights of all networks, written plainly (`ensemble/model/bytes.ts`). */
  readonly bytes: number;
  readonly trainAccuracy: number;
  readonly scaling: ScalingSummary;
  /** What became of each column of a table with names. */
  readonly columns?: readonly ColumnSummary[];
  /** True when a signal stopped the training and this is the best so far. */
  readonly interrupted: boolean;
}

export type VoteRule = NonNullable<OptionValues['vote']>;
/** The rules that count networks; `margin` weighs them (docs/formats.md, "Prediction"). */
export type CountingRule = Exclude<VoteRule, 'margin'>;

/** A sample that is not given its label. */
export interface WorstError {
  /** Its row in the data, from 0. */
  readonly sample: number;
  readonly truth: string;
  /** `null`: no label. */
  readonly answer: string | null;
  /** Networks that voted for each class. */
  readonly votes: readonly number[];
  /** By how much the largest score exceeds that of the truth: votes, of two classes sums of the last layer. */
  readonly by: number;
}

/** Contract, `fewbit evaluate --json`. */
export interface Evaluation {
  readonly accuracy: number;
  readonly images: number;
  readonly correct: number;
  readonly wrong: number;
  readonly unlabelled: number;
  /** Counts of the outcome codes 0..6 of design section 1. */
  readonly outcomes: readonly number[];
  /** Rows: true labels; columns: predicted labels, then one column for "no label". */
  readonly confusion: readonly (readonly number[])[];
  readonly labels: readonly string[];
  /** The mean recall of the classes that occur: what a guess by the largest class cannot lift. `null`: no class of the model does. */
  readonly balancedAccuracy: number | null;
  /** The mean F1 of the classes that occur or are answered. */
  readonly macroF1: number | null;
  /** Of the first class against the second, or the mean of each class against the rest; `null` without a score. Not under `perturb`. */
  readonly auc?: number | null;
  /** One entry a class, in the order of `labels`. */
  readonly perClass: readonly ClassFigures[];
  /** Two classes: the curve of the second one. Not under `perturb`. */
  readonly roc?: Roc | null;
  /** Samples whose label is no class of the model; they count, as wrong, and have no row in `confusion`. */
  readonly unknownLabels: readonly LabelCount[];
  /** Samples of classes that the training left out (`--classes`); they are in no other figure. */
  readonly leftOutLabels: readonly LabelCount[];
  /** Where they are asked for (`worst`): the errors that the vote was surest of, surest first. */
  readonly worst?: readonly WorstError[];
}

/** One class against the rest; `null` where there is nothing to divide by. */
export interface ClassFigures {
  readonly label: string;
  /** Samples with this label. */
  readonly images: number;
  /** Of the samples that are given this label, the share that has it. */
  readonly precision: number | null;
  /** Of the samples with this label, the share that is given it. */
  readonly recall: number | null;
  readonly f1: number | null;
  /** The share of pairs of a sample of the class and one of the rest that the score puts in order, ties by halves. Not under `perturb`. */
  readonly auc?: number | null;
}

/** The receiver operating characteristic: a sample is taken for `positive` where its score is at least the threshold. */
export interface Roc {
  readonly positive: string;
  /** Corners, from (0, 0), whose threshold is `null`, to (1, 1). */
  readonly points: readonly {
    readonly threshold: number | null;
    readonly falsePositiveRate: number;
    readonly truePositiveRate: number;
  }[];
}

/** How many samples have a label; `null` stands for all labels beyond the first thousand. */
export interface LabelCount {
  readonly label: string | null;
  readonly images: number;
}

/** Contract's addition, the field `certify` of `fewbit evaluate --certify --json`. */
export interface CertificateReport {
  /** Radii are standard deviations of every column of numbers, not units that the networks read. */
  readonly unit?: 'sd';
  readonly images: number;
  /** Images with the right label. */
  readonly right: number;
  readonly radii: readonly {
    /** L-infinity, whole, in the units that the networks read; or as `unit` says. */
    readonly radius: number;
    /** Images that are right and provably stay so within the radius. */
    readonly certified: number;
    readonly certifiedAccuracy: number;
  }[];
  /** Of a model on features, with an attack: what changes of pixels do to the attacked images that are right. */
  readonly pixels?: {
    readonly right: number;
    readonly radii: readonly {
      /** L-infinity, whole, in scaled values: grey levels of most images. */
      readonly radius: number;
      /** Provably right whatever happens to every pixel by no more than the radius. */
      readonly certified: number;
      readonly broken: number;
      /** Neither. */
      readonly undecided: number;
      readonly successRate: number | null;
    }[];
  };
  /** What an attack did to some of the images; `null` where none was asked for. */
  readonly attack: {
    readonly images: number;
    readonly right: number;
    readonly radii: readonly {
      readonly radius: number;
      readonly certified: number;
      /** Right images for which a changed one within the radius was found that has another label or none. */
      readonly broken: number;
      /** Right images that are neither certified nor broken. */
      readonly undecided: number;
      /** `broken` over the right images; `null` where none is right. */
      readonly successRate: number | null;
    }[];
  } | null;
}
