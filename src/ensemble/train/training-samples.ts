import type { Encoding } from '../../data/encoding.js';
import type { ColumnSummary } from '../../data/encoding-fit.js';
import type { Scaling } from '../../data/scaling.js';
import type { ScalingSummary } from '../../data/scaling-summary.js';
import type { FittedFeatures } from '../../features/index.js';

/** Extra samples of chosen training samples, as integers. */
export interface OwnedExtra {
  readonly rows: Int32Array;
  /** Positions among the chosen samples. */
  readonly owners: Int32Array;
}

/** How far columns may be off in a training. */
export interface ColumnReach {
  /** By source columns, in their units. */
  readonly columns: Float64Array;
  /** By inputs of the networks; 0 where copies say it. */
  readonly inputs: Int32Array;
  /** Columns that move by copies. */
  readonly stepped: readonly number[];
  readonly mostCopies: number;
}

/** The samples of a training: chosen, checked, and as integers. */
export interface TrainingSamples {
  readonly classes: readonly string[];
  /** Raw values, row-major, as given. */
  readonly values: Float64Array;
  /** The values scaled to integers, row-major; in a plan times `TrainingConfig.fineness`. What networks read, or make features of. */
  readonly rows: Int32Array;
  /** Whole numbers of a sample: its values, or what an encoding makes of them. */
  readonly columns: number;
  /** Raw values of a sample, where an encoding makes others of them; absent: `columns`. */
  readonly sources?: number;
  /** Fitted on exactly these samples; absent: the scaling does. */
  readonly encoding?: Encoding;
  /** What became of each column of a table with names. */
  readonly columnSummary?: readonly ColumnSummary[];
  /** Inputs of the networks: as many, or the features of an image. */
  readonly inputs: number;
  /** Class index of every sample. */
  readonly labels: Int32Array;
  /** Fitted on exactly these samples. */
  readonly scaling: Scaling;
  /** Fitted on these samples and their copies; absent: networks read the scaled values themselves. */
  readonly features?: FittedFeatures;
  /** What there is to say about the scaling. */
  readonly summary: ScalingSummary;
  /** Standard deviations of the columns of a table (column-moves.ts). */
  readonly deviations?: readonly number[];
  /** How far columns may be off, where the perturbations say it in their units. */
  readonly reach?: ColumnReach;
  readonly image?: { readonly width: number; readonly height: number };
  readonly columnNames?: readonly string[];
  readonly labelColumn?: string;
  readonly dropped?: readonly string[];
  /** Classes of the data that were not asked for; absent where there are more than a model can list. */
  readonly leftOut?: readonly string[];
  /** Extra samples given for these. */
  readonly extra?: OwnedExtra;
  /** What an error on each sample counts; absent: 1 each. */
  readonly weights?: Int32Array;
  /** SHA-256 of values, labels, class names, extra samples and weights. */
  readonly fingerprint: string;
}
