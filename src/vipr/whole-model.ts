import type { MilpModel } from '../milp/types.js';
import type { Network } from '../network/types.js';
import { marginUnits } from '../problem/semantics.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';

/*
 * The exported MILP of a stage in whole numbers: rows are taken back to their size before row-scale.ts, MM's margins count units of
 * 1/D, so that no coefficient and no right-hand side has decimals, and every column is an integer. Of a network the smallest sizes,
 * products and largest margins that the rows allow are whole, so nothing is lost: the optimum is the stage's, in units.
 */

export interface WholeColumn {
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
}

export interface WholeTerms {
  readonly columns: readonly number[];
  readonly values: readonly bigint[];
}

export interface WholeRow extends WholeTerms {
  readonly name: string;
  readonly sense: '>=' | '<=';
  readonly rhs: bigint;
}

export interface WholeModel {
  readonly columns: readonly WholeColumn[];
  readonly rows: readonly WholeRow[];
  /** Minimised: minus the samples or what they cost, minus the sum of margins in units of 1/D, the weights other than 0. */
  readonly objective: WholeTerms;
  readonly weightColumns: MilpModel['weightColumns'];
  /** Column of a name; -1: there is none. */
  column(name: string): number;
}

export function wholeModel(problem: TrainingProblem, stage: StageName, model: MilpModel): WholeModel {
  const scale = stage === 'mm' ? marginUnits(problem).scale : 1;
  const isMargin = model.columns.map(({ name }) => name.startsWith('m_'));
  const columns = model.columns.map(({ name, lower, upper }, c) => {
    return { name, lower: lower * (isMargin[c] ? scale : 1), upper: upper * (isMargin[c] ? scale : 1) };
  });
  const rows = model.rows.map((row): WholeRow => {
    // A row without a margin keeps its size.
    const units = row.columns.some((c) => isMargin[c]) ? scale : 1;
    const values = row.values.map((value, n) =>
      BigInt(Math.round(value / row.scale) * (isMargin[row.columns[n]] ? 1 : units)),
    );
    const rhs = BigInt(Math.round((row.rhs / row.scale) * units));
    return { name: row.name, sense: row.sense, columns: row.columns, values, rhs };
  });
  const costly = model.columns.flatMap(({ cost }, c) => (cost === 0 ? [] : [c]));
  const values = costly.map((c) => BigInt(Math.round(model.columns[c].cost)));
  const places = new Map(columns.map(({ name }, c) => [name, c]));
  return {
    columns,
    rows,
    objective: { columns: costly, values },
    weightColumns: model.weightColumns,
    column: (name) => places.get(name) ?? -1,
  };
}

/**
 * A network as a point of the model, with the best values of the other columns that its rows allow; `undefined`: it has none, the network
 * is not one of the stage.
 */
export function pointOf(problem: TrainingProblem, network: Network, model: WholeModel): bigint[] | undefined {
  const point = model.columns.map(({ lower }) => BigInt(lower));
  for (const [l, layer] of model.weightColumns.entries()) {
    for (const [j, inputs] of layer.entries()) {
      for (const [i, c] of inputs.entries()) if (c >= 0) point[c] = BigInt(network.weights[l][j][i]);
    }
  }
  const set = (name: string, value: bigint) => {
    const c = model.column(name);
    if (c >= 0) point[c] = value;
  };
  for (const [l, layer] of network.weights.entries()) {
    for (const [j, inputs] of layer.entries()) {
      for (const [i, w] of inputs.entries()) {
        if (w !== 0) set(`u_${l + 1}_${j}_${i}`, 1n);
        if (l === 0) set(`t_1_${j}_${i}`, BigInt(Math.abs(w)));
      }
    }
  }
  for (let k = 0; k < problem.sampleCount; k++) activate(problem, network, k, set);
  takeBest(point, model);
  return model.rows.every((row) => holds(row, point)) ? point : undefined;
}

function activate(
  { samples, layers }: TrainingProblem,
  network: Network,
  k: number,
  set: (name: string, value: bigint) => void,
): void {
  let inputs = Array.from(samples.subarray(k * layers[0], (k + 1) * layers[0]));
  for (const [l, layer] of network.weights.entries()) {
    const sums = layer.map((weights) => weights.reduce((sum, w, i) => sum + w * inputs[i], 0));
    const signs = sums.map((sum) => (sum >= 0 ? 1 : -1));
    for (const [j, weights] of layer.entries()) {
      set(`a_${l + 1}_${j}_${k}`, signs[j] > 0 ? 1n : 0n);
      if (l > 0)
        for (const [i, w] of weights.entries()) set(`c_${l + 1}_${j}_${i}_${k}`, BigInt(w * inputs[i]));
    }
    inputs = signs;
  }
}

/** Margins and counted samples as large as the rows allow, each of which is about one of them. */
function takeBest(point: bigint[], model: WholeModel): void {
  const isBest = model.columns.map(({ name }) => name.startsWith('m_') || name.startsWith('z_'));
  for (const [c, is] of isBest.entries()) if (is) point[c] = BigInt(model.columns[c].upper);
  for (const row of model.rows) {
    const n = row.columns.findIndex((c) => isBest[c]);
    if (n < 0 || row.name.startsWith('wrong_') || holds(row, point)) continue;
    const c = row.columns[n];
    const { lower } = model.columns[c];
    const rest = sumOf(row, point) - row.values[n] * point[c];
    const step = row.values[n] < 0n ? -row.values[n] : row.values[n];
    const room = row.sense === '>=' ? rest - row.rhs : row.rhs - rest;
    const most = room / step;
    point[c] = most > BigInt(lower) ? most : BigInt(lower);
  }
}

function sumOf({ columns, values }: WholeTerms, point: readonly bigint[]): bigint {
  return columns.reduce((sum, c, n) => sum + values[n] * point[c], 0n);
}

function holds(row: WholeRow, point: readonly bigint[]): boolean {
  const sum = sumOf(row, point);
  return row.sense === '>=' ? sum >= row.rhs : sum <= row.rhs;
}

/** The objective of a point. */
export function objectiveOf(model: WholeModel, point: readonly bigint[]): bigint {
  return sumOf(model.objective, point);
}
