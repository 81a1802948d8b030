/** One fold of one setting, judged by a training on the others. */
export interface FoldResult {
  readonly setting: number;
  readonly fold: number;
  /** Rows judged, and how many of them are right. */
  readonly rows: number;
  readonly correct: number;
  readonly accuracy: number;
  readonly balancedAccuracy: number | null;
  readonly macroF1: number | null;
  readonly auc: number | null;
  readonly trainAccuracy: number;
  /** Weights other than 0 of all networks. */
  readonly nonzero: number;
}

/** Mean and standard deviation (of a sample; 0 for a single value). */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** Of the values that are known; `null`: none is. */
export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: known.length === 1 ? 0 : Math.sqrt(squares / (known.length - 1)) };
}

/** What the folds of one setting say together. */
export interface CrossSummary {
  readonly accuracy: Spread | null;
  readonly balancedAccuracy: Spread | null;
  readonly macroF1: Spread | null;
  readonly auc: Spread | null;
  readonly trainAccuracy: Spread | null;
  readonly nonzero: Spread | null;
}

export function summariseFolds(folds: readonly FoldResult[]): CrossSummary {
  const spread = (name: keyof CrossSummary): Spread | null => spreadOf(folds.map((fold) => fold[name]));
  return {
    accuracy: spread('accuracy'),
    balancedAccuracy: spread('balancedAccuracy'),
    macroF1: spread('macroF1'),
    auc: spread('auc'),
    trainAccuracy: spread('trainAccuracy'),
    nonzero: spread('nonzero'),
  };
}

/** One setting of a cross-validation: what the folds came to, and the figures over them. */
export interface CrossEntry extends CrossSummary {
  /** What a grid has set, by options of the command line. */
  readonly setting: Readonly<Record<string, string>>;
  readonly folds: readonly Omit<FoldResult, 'setting'>[];
}

/** Contract, `fewbit cv --json`: the folds and figures of the only setting, or of the best of a grid. */
export interface CrossReport extends Omit<CrossEntry, 'setting'> {
  readonly best?: CrossEntry['setting'];
  readonly grid?: readonly CrossEntry[];
  readonly rows: number;
  readonly seconds: number;
  readonly interrupted: boolean;
}
