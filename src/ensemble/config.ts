import type { ScalingMode } from '../data/scaling-fit.js';
import type { OptionValues } from '../options.js';
import type { PerturbationSet } from '../perturb/index.js';
import type { StageName } from '../stages/types.js';

/** Everything that decides what is trained, with no default left open. It is what a model and a run folder record. */
export interface TrainingConfig {
  /** `null`: all samples of every class. */
  readonly shots: number | null;
  readonly instance: number;
  readonly hidden: readonly number[];
  readonly weightBound: number;
  readonly objective: NonNullable<OptionValues['objective']>;
  readonly stages: readonly StageName[];
  readonly perturb: PerturbationSet;
  readonly tolerance: number;
  /**
   * Least share of its margin without motions that a pair must keep under them, else they shrink; with soft margins, the
   * most that it may lack. Absent: never.
   */
  readonly adapt?: number;
  /** Soft margins: the reach wanted, as a share of what one neuron reaches in the mean at most; absent: the largest margin. */
  readonly soft?: number;
  /** What SM asks of `y * S` of the output; absent: the paper's `ceil(P * (n + 1) / 4)`. */
  readonly confidence?: number;
  /** How values become integers; absent: `auto`. */
  readonly scaling?: Exclude<ScalingMode, 'auto'>;
  /** Missing values are refused; absent: they are not. */
  readonly missing?: 'refuse';
  /** How columns become inputs (docs/formats.md, "Encoding"); absent: `auto`. */
  readonly encode?: string;
  /**
   * Robust objective, sets that nobody asked for: training has multiplied the scaled values by this whole number, so that
   * radius and copies are finer than whole values; `perturb.linf` is in these parts. Absent: 1. Networks answer alike on
   * x and on a multiple of x.
   */
  readonly fineness?: number;
  /** Images are read as roots less half their mean (scaling `contrast`); absent: as they are. */
  readonly contrast?: true;
  /** Images are read as features: the map with all its options (docs/features.md); absent: as they are. */
  readonly features?: string;
  /** First-layer neurons have a bias; absent: none. */
  readonly bias?: true;
  /** First-layer weights other than 0, at most; absent: as many as there are. */
  readonly maxNonzero?: number;
  /** What an error on a row of each class counts, or that all classes count alike; absent: every row counts 1. */
  readonly classWeight?: NonNullable<OptionValues['classWeight']>;
  /** SM: of a class at most so many training rows of a pair are not right. */
  readonly atMostWrong?: Readonly<Record<string, number>>;
  /** By columns: the class that more of it never speaks against. */
  readonly monotone?: Readonly<Record<string, string>>;
  /** By columns: least and largest weight; a positive one speaks for the first class of a pair. */
  readonly ranges?: Readonly<Record<string, readonly [number, number]>>;
  /** Groups of columns of which every network uses at most one. */
  readonly exclusive?: readonly (readonly string[])[];
  /** Groups of columns of which every network uses all or none. */
  readonly together?: readonly (readonly string[])[];
  /** Seconds a pair; `null`: none. */
  readonly timeLimit: number | null;
  /** Work units a pair; `null`: the engine's own plan. */
  readonly workLimit: number | null;
  readonly seed: number;
}
