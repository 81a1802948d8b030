import type { ColumnGroup } from './combinations.js';
import type { Objective } from './objective.js';

/** +1 is the first class of the pair, -1 the second. */
export type Sign = 1 | -1;

export type { Objective } from './objective.js';

/**
 * One training problem: one pair of classes, one network. The in-memory form of the contract's problem file.
 * Everything in it is validated (see `validateProblem`): integers only, labels +1/-1, at least one sample.
 */
export interface TrainingProblem {
  /** `[n0, n1, .., nL]`, `nL = 1`, every entry at least 1. */
  readonly layers: readonly number[];
  /** P: weights lie in `{-P..P}`, P >= 1. */
  readonly weightBound: number;
  /** In (0, 1], at most four decimals, so that margins are integers in units of `1 / marginScale`. */
  readonly epsilon: number;
  /** Row-major, `sampleCount * layers[0]` integers. */
  readonly samples: Int32Array;
  readonly sampleCount: number;
  /** One +1 / -1 per sample. */
  readonly labels: Int8Array;
  /** L-infinity radius (integer >= 0) around every sample, in input units. 0: the paper. */
  readonly linf: number;
  /** What SM asks of `y * S` of the last layer, an integer >= 0; default `ceil(P * (n + 1) / 4)`. Only the paper's objective has a use for it. */
  readonly confidence?: number;
  /** Left out: the paper's. */
  readonly objective?: Objective;
  /** Least and largest weight of the first layer, one pair an input, in -127..127; left out: `[-P, P]`. */
  readonly ranges?: readonly (readonly [number, number])[];
  /** L-infinity radius of every input, integers >= 0; `linf` is 0 then. Left out: `linf` for all. */
  readonly radii?: Int32Array;
  /** Inputs, ascending, whose first-layer weights neither MW nor `maxNonzero` counts. */
  readonly free?: readonly number[];
  /** Of the first layer at most so many weights that are not free are other than 0. */
  readonly maxNonzero?: number;
  /** Single neurons: groups of columns of which at most one is used, that is has a weight other than 0 (combinations.ts). */
  readonly exclusive?: readonly ColumnGroup[];
  /** Single neurons: groups of columns of which all are used or none. */
  readonly together?: readonly ColumnGroup[];
  /** SM maximises the sum of these over the samples that it counts, one integer >= 0 a sample; left out: 1 each. */
  readonly costs?: Int32Array;
  /** SM: of the samples of a label at most so many are not counted. */
  readonly atMostWrong?: { readonly plus?: number; readonly minus?: number };
  /** Samples that MM and MW keep; undefined: decided by SM, or all of them where SM is left out. */
  readonly keep?: readonly number[];
  /** Margins that MW holds, one per neuron per layer; undefined: MM's, or none (see design section 1). */
  readonly margins?: readonly (readonly number[])[];
}
