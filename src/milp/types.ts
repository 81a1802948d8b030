/** A variable; both bounds are finite. */
export interface Column {
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
  readonly integer: boolean;
  /** Coefficient in the objective, which is minimised. */
  readonly cost: number;
}

/** A linear expression: column indices and as many coefficients; no column twice. */
export interface Terms {
  readonly columns: readonly number[];
  readonly values: readonly number[];
}

/** A constraint; no coefficient is 0. */
export interface Row extends Terms {
  readonly name: string;
  readonly sense: '>=' | '<=';
  readonly rhs: number;
  /** What the row has been multiplied with; a power of two, 1 for most. */
  readonly scale: number;
}

export interface MilpModel {
  readonly name: string;
  /** Never empty. */
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** `[layer][neuron][input]`: column of the weight, -1 for an inactive input. */
  readonly weightColumns: readonly (readonly Int32Array[])[];
  /** Integrality and feasibility tolerance with which what a solver accepts is right once rounded. */
  readonly tolerance: number;
}

export function negated(terms: Terms): Terms {
  return { columns: terms.columns, values: terms.values.map((value) => -value) };
}

/** The sum of expressions that have no column in common. */
export function joined(...parts: readonly Terms[]): Terms {
  return { columns: parts.flatMap((part) => part.columns), values: parts.flatMap((part) => part.values) };
}

/** One column times a coefficient. */
export function single(column: number, value: number): Terms {
  return { columns: [column], values: [value] };
}
