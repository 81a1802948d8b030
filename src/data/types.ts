/**
 * What every reader delivers: plain numbers row by row, plain labels. It is assignable to the training data that the
 * ensemble takes, without knowing the ensemble.
 */
export interface DataSet {
  readonly samples: {
    /** Row-major, `rows * columns` finite numbers. */
    readonly values: Uint8Array | Int32Array | Float64Array;
    readonly rows: number;
    readonly columns: number;
  };
  /** One class name per row. */
  readonly labels: readonly string[];
  /** All class names in the order that pairs and confusion matrices use. */
  readonly classes: readonly string[];
  /** Names of the columns where the source has them. */
  readonly columns?: readonly string[];
  /** Of every column of texts its levels, whose places the values are; `null` for numbers. Missing values are NaN. */
  readonly levels?: readonly (readonly string[] | null)[];
  /** Name of the label column where it is not `label`. */
  readonly labelColumn?: string;
  /** Columns that were left out: a table to be judged may have them. */
  readonly dropped?: readonly string[];
  /** What an error on each row counts, whole numbers >= 0 (`--weight`); absent: 1 each. */
  readonly weights?: Int32Array;
  /** Shape of a row where rows are images, `columns = width * height`, row by row from the top. */
  readonly image?: { readonly width: number; readonly height: number };
  /** What reading has changed, a line each: numbers that no double holds. */
  readonly notes?: readonly string[];
}
