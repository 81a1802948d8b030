import { InputError } from '../errors.js';
import { groupsOf } from '../problem/groups.js';
import { targetsOf } from '../problem/objective.js';
import { rowsOf } from '../problem/robust.js';
import { marginUnits } from '../problem/scale.js';
import type { Hold, StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { addAtMostWrong, addCombinations, addUses } from './limits-part.js';
import { NetworkPart } from './network-part.js';
import { neededTolerance } from './row-scale.js';
import { joined, type MilpModel, negated, single, type Terms } from './types.js';

/*
 * The stages of the robust objective and of soft margins (docs/robust.md) as mixed-integer linear models, of single neurons: there the neuron is the
 * output, and a row is certified where its own side holds over the box. Beside the columns of model.ts
 *
 *   z_g     SM: sample g is certified, all its rows are
 *   m_1_0   MM: the largest margin
 *   n_0     1 only where the neuron has no weights: it answers + whatever comes, its reach as + has no end
 *   l_k     soft margins: what row k lacks of the reach wanted of it
 *   q_k     its square
 *
 * A square is exact at whole numbers by its chords, `q >= (2 j + 1) l - j (j + 1)` for every whole j that l can come to: l is whole where the weights
 * are. Far lacks are cut off where a loss is known that an optimum does not exceed: MW's, or in MM that of the neuron without weights.
 */

/** Chords at most, of all rows together. */
const MOST_CHORDS = 2 ** 16;

/**
 * The model of one stage; its minimum as in model.ts, of MM under soft margins the loss.
 *
 * @param keep samples that MM and MW keep
 * @throws InputError with hidden layers, or where lacks are too large to be squared by chords
 */
export function robustModel(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  hold: Hold,
): MilpModel {
  if (problem.layers.length > 2) {
    throw new InputError(
      'objective robust with hidden layers: its stages have no MILP here; use the default engine',
    );
  }
  const samples = stage === 'sm' ? Array.from({ length: groupsOf(problem).count }, (_, g) => g) : keep;
  const model = new RobustModel(problem, rowsOf(problem, samples));
  const { part } = model;
  if (stage !== 'mw' && problem.maxNonzero !== undefined) addUses(part, 0);
  addCombinations(part);
  const targets = targetsOf(problem);
  if (stage === 'sm') model.countCertified();
  else if (stage === 'mw') model.countWeights(hold);
  else if (targets === undefined) model.liftMargin();
  else model.sumSquares(targets, 1);
  // Without a weight it is a linear program, of which HiGHS says no bound.
  if (!part.columns.some(({ integer }) => integer)) part.column('nothing', 0, 0, true);
  const { columns, rows, weights } = part;
  const unit = stage === 'mm' && targets === undefined ? 1 / marginUnits(problem).scale : 1;
  const tolerance = Math.min(neededTolerance({ rows }, unit), model.squareTolerance);
  return { name: stage, columns, rows, weightColumns: weights, tolerance };
}

class RobustModel {
  readonly part: NetworkPart;
  /** What the squares ask of a solver: that together they are less than half of 1 off. */
  squareTolerance = Number.POSITIVE_INFINITY;
  /** Per row `S` less the radius on its label's side. */
  private readonly reaches: Terms[] = [];

  constructor(
    private readonly problem: TrainingProblem,
    private readonly rows: readonly number[],
  ) {
    this.part = new NetworkPart(problem, rows);
    this.part.forEachSum((_, __, n, sum) => {
      const signed = this.isPlus(n) ? sum : negated(sum);
      this.reaches[n] = joined(signed, negated(this.part.norms[0]));
    });
  }

  /** SM: a sample counts where each of its rows is on its side over the whole box. */
  countCertified(): void {
    const { part, problem, rows } = this;
    const groups = groupsOf(problem);
    const certified = groups.rows.map((_, g) =>
      part.column(`z_${g}`, 0, 1, true, 0 - (problem.costs?.[g] ?? 1)),
    );
    addAtMostWrong(
      part,
      certified,
      groups.rows.map(([first]) => problem.labels[first]),
    );
    rows.forEach((k, n) => {
      const least = this.isPlus(n) ? 0 : 1;
      const slack = this.farthest(n) + least;
      const terms = joined(this.reaches[n], single(certified[groups.of[k]], -slack));
      part.row(`certified_${k}`, terms, '>=', least - slack);
    });
  }

  /** MM: the least distance of a row; there is nothing to tell apart where all have one label. */
  liftMargin(): void {
    const { part, rows, problem } = this;
    const { scale, epsilon } = marginUnits(problem);
    const isMixed = rows.some((_, n) => this.isPlus(n)) && rows.some((_, n) => !this.isPlus(n));
    const m = part.column('m_1_0', 0, isMixed ? part.largestMargin(0) : 0, false, -1);
    rows.forEach((k, n) => {
      const terms = joined(this.reaches[n], single(m, -1));
      part.row(`held_${k}`, terms, '>=', this.isPlus(n) ? 0 : epsilon / scale);
    });
  }

  /** MW: weights that are not 0, the thresholds or the loss held. */
  countWeights(hold: Hold): void {
    const { part, rows, problem } = this;
    addUses(part, 1);
    const targets = targetsOf(problem);
    if (hold.kind === 'loss' && targets !== undefined) {
      const squares = this.sumSquares(targets, 0, hold.most);
      part.row('loss', squares, '<=', hold.most);
      return;
    }
    const { scale, epsilon } = marginUnits(problem);
    const held = hold.kind === 'margins' ? hold.margins[0][0] : 0;
    const plus = Math.ceil(held / scale);
    // A row - is out of reach without weights, so they are asked for where there is one.
    const nothing = plus > 0 && rows.every((_, n) => this.isPlus(n)) ? this.withoutWeights() : undefined;
    rows.forEach((k, n) => {
      const isLet = nothing === undefined ? NOTHING : single(nothing, plus);
      const least = this.isPlus(n) ? plus : Math.ceil((held + epsilon) / scale);
      part.row(`held_${k}`, joined(this.reaches[n], isLet), '>=', least);
    });
  }

  /**
   * The squares of what the rows lack.
   *
   * @param cost of a unit of them
   * @param most no network matters that loses more
   */
  sumSquares(targets: Int32Array, cost: 0 | 1, most = this.lossWithoutWeights(targets)): Terms {
    const { part, rows } = this;
    const nothing = rows.some((k, n) => this.isPlus(n) && targets[k] > 0) ? this.withoutWeights() : undefined;
    const far = Math.ceil(Math.sqrt(most)) + 1;
    const lacks = rows.map((k, n) => Math.max(0, Math.min(far, targets[k] + this.farthest(n) + 1)));
    const chords = lacks.reduce((sum, lack) => sum + lack, 0);
    if (chords > MOST_CHORDS) {
      throw new InputError(
        `soft margins: ${rows.length} rows that lack up to ${Math.max(...lacks)} ask for ${chords} chords, more than ${MOST_CHORDS}: no MILP here; use the default engine`,
      );
    }
    const squares = rows.map((k, n) => {
      const l = part.column(`l_${k}`, 0, lacks[n], false);
      const q = part.column(`q_${k}`, 0, lacks[n] ** 2, false, cost);
      const wanted = targets[k] + (this.isPlus(n) ? 0 : 1);
      const isLet = this.isPlus(n) && nothing !== undefined ? single(nothing, wanted) : NOTHING;
      part.row(`lack_${k}`, joined(this.reaches[n], single(l, 1), isLet), '>=', wanted);
      for (let j = 0; j < lacks[n]; j++) {
        part.row(`chord_${k}_${j}`, { columns: [q, l], values: [1, -2 * j - 1] }, '>=', -j * (j + 1));
      }
      return q;
    });
    if (chords > 0) this.squareTolerance = 1 / (4 * rows.length * (Math.max(...lacks) + 1));
    return { columns: squares, values: squares.map(() => 1) };
  }

  /** What the neuron without weights loses, where it is allowed. */
  private lossWithoutWeights(targets: Int32Array): number {
    if (!this.allowsNothing()) return Number.POSITIVE_INFINITY;
    return this.rows.reduce((sum, k, n) => sum + (this.isPlus(n) ? 0 : (targets[k] + 1) ** 2), 0);
  }

  private allowsNothing(): boolean {
    const { weights, columns } = this.part;
    return weights[0][0].every((w) => w < 0 || (columns[w].lower <= 0 && columns[w].upper >= 0));
  }

  /** A column that is 1 only where the neuron has no weights; undefined: it has some in any case. */
  private withoutWeights(): number | undefined {
    const { part } = this;
    if (!this.allowsNothing()) return undefined;
    const nothing = part.column('n_0', 0, 1, true);
    part.weights[0][0].forEach((w, i) => {
      if (w < 0) return;
      const { lower, upper } = part.columns[w];
      if (upper > 0) part.row(`none_plus_${i}`, { columns: [w, nothing], values: [1, upper] }, '<=', upper);
      if (lower < 0) part.row(`none_minus_${i}`, { columns: [w, nothing], values: [1, lower] }, '>=', lower);
    });
    return nothing;
  }

  private isPlus(n: number): boolean {
    return this.problem.labels[this.rows[n]] > 0;
  }

  /** The most by which a row's reach can lie below 0. */
  private farthest(n: number): number {
    return this.part.reach(0, this.rows[n]) + this.part.largestRadius(0);
  }
}

const NOTHING: Terms = { columns: [], values: [] };
