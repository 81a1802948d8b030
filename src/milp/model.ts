import { isRobust } from '../problem/objective.js';
import { confidenceThreshold, marginUnits } from '../problem/semantics.js';
import type { Hold, StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { addAtMostWrong, addCombinations, addUses } from './limits-part.js';
import { NetworkPart } from './network-part.js';
import { robustModel } from './robust-model.js';
import { neededTolerance } from './row-scale.js';
import { joined, type MilpModel, negated, single, type Terms } from './types.js';

/*
 * A stage as a mixed-integer linear model, after the paper's section 3 (activations as binaries, products of weight
 * and activation linearised, sgn by big-M rows), for any number of layers, any P and an L-infinity radius.
 *
 *   w_l_j_i    weight of neuron j of layer l on its input i, integer in -P..P; inactive inputs have none
 *   a_l_j_k    activation of hidden neuron j on sample k: 1 is +1, 0 is -1
 *   c_l_j_i_k  w_l_j_i times the sign of a_(l-1)_i_k, for l >= 2
 *   t_1_j_i    at least |w_1_j_i|, only with a radius
 *   z_k        SM: sample k is counted
 *   m_l_j      MM: margin of neuron j
 *   x_i, y_i   exclusive, together: 1 only where the weight on input i is above 0, below 0
 *   v_i        the same: 1 where the column that begins with input i is used
 *   u_l_j_i    MW, and under a limit of them: 1 where the weight is not 0
 *
 * The robust objectives, of single neurons, are in robust-model.ts.
 *
 * Layers count from 1 as in the paper; neurons, inputs and samples from 0 as in the files. Sums are integers, so
 * "S <= -eps" is written S <= -1 wherever no margin variable stands in the row, and every big-M is an integer, the least
 * that does for its row and sample. Rows with large numbers are divided by their size (row-scale.ts). Every objective is
 * minimised: SM and MM are negated. No name may be a word of a format to some reader: `free`, `st`, `end`, `inf`, `none`,
 * or a number such as `e1`; a letter, `_` and indices are none of them.
 */

/**
 * The model of one stage. Its minimum is `-objective` for SM and MM (MM in real units, not in units of 1/D) and the
 * objective for MW.
 *
 * @param keep the samples MM and MW keep; SM looks at all and ignores it
 * @param hold what MW holds; SM and MM ignore it
 */
export function stageModel(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  hold: Hold = { kind: 'correct' },
): MilpModel {
  if (isRobust(problem)) return robustModel(problem, stage, keep, hold);
  const samples = stage === 'sm' ? Array.from({ length: problem.sampleCount }, (_, k) => k) : keep;
  const part = new NetworkPart(problem, samples);
  if (stage !== 'mw' && problem.maxNonzero !== undefined) addUses(part, 0);
  addCombinations(part);
  if (stage === 'sm') addSatMargin(part);
  else if (stage === 'mm') addMaxMargin(part);
  else addMinWeight(part, hold);
  // "none" is a word of the MPS format to CBC.
  if (part.columns.length === 0) part.column('nothing', 0, 0, true);
  const { columns, rows, weights } = part;
  const unit = stage === 'mm' ? 1 / marginUnits(problem).scale : 1;
  return { name: stage, columns, rows, weightColumns: weights, tolerance: neededTolerance({ rows }, unit) };
}

/** Sat-margin (paper section 3.3): every activation is the sign of its sum; z_k = 1 only where SM counts the sample. */
function addSatMargin(part: NetworkPart): void {
  const { problem, samples, last } = part;
  const threshold = confidenceThreshold(problem);
  // Where no weights reach the threshold, the sample is out, and its row would have nothing but a huge coefficient.
  const reachable = (k: number) => threshold <= part.reach(last, k);
  const counted = samples.map((k) => {
    const cost = problem.costs?.[k] ?? 1;
    return part.column(`z_${k}`, 0, reachable(k) ? 1 : 0, true, 0 - cost);
  });
  addAtMostWrong(
    part,
    counted,
    samples.map((k) => problem.labels[k]),
  );
  part.forEachSum((l, j, n, sum) => {
    const k = samples[n];
    const z = counted[n];
    const reach = part.reach(l, k);
    const all = reach + part.largestRadius(l); // of |S| + r
    const less = l === 0 ? negated(part.norms[j]) : NOTHING;
    if (l === last) {
      if (!reachable(k)) return;
      const signed = problem.labels[k] === 1 ? sum : negated(sum);
      const slack = threshold + all;
      part.row(`confident_${k}`, joined(signed, less, single(z, -slack)), '>=', threshold - slack);
      return;
    }
    const a = part.activations[l][j][n];
    const at = `${l + 1}_${j}_${k}`;
    part.row(`plus_${at}`, joined(sum, single(a, -reach)), '>=', -reach);
    part.row(`minus_${at}`, joined(sum, single(a, -reach - 1)), '<=', -1);
    if (less.columns.length === 0) return;
    // A counted sample's first-layer activations are certain: S - r >= 0 where a = 1, -S - r >= 1 where a = 0.
    const sure = joined(sum, less, single(a, -all), single(z, -all));
    part.row(`sure_plus_${at}`, sure, '>=', -2 * all);
    const below = joined(negated(sum), less, single(a, all + 1), single(z, -all - 1));
    part.row(`sure_minus_${at}`, below, '>=', -all);
  });
}

/** Max-margin (paper section 3.4): every neuron's margin is a variable, in the first layer beyond the radius. */
function addMaxMargin(part: NetworkPart): void {
  const { scale, epsilon } = marginUnits(part.problem);
  const largest = part.weights.map((_, l) => part.largestMargin(l));
  const margins = part.weights.map((layer, l) =>
    layer.map((_, j) => part.column(`m_${l + 1}_${j}`, 0, largest[l], false, -1)),
  );
  part.forEachSum((l, j, n, sum) => {
    // On the other side m + r is at most |S|, so S - r - m misses 0 by at most |S| + |S|, and epsilon is at most 1.
    const reach = part.reach(l, part.samples[n]);
    const slack = reach + Math.min(reach, largest[l] + part.largestRadius(l));
    const less = joined(l === 0 ? part.norms[j] : NOTHING, single(margins[l][j], 1));
    addSides(part, l, j, n, sum, less, { least: 0, slack }, { least: epsilon / scale, slack: slack + 1 });
  });
}

/** Min-weight (paper section 3.5): count the weights that are not 0, with what MW holds as constants in the rows. */
function addMinWeight(part: NetworkPart, hold: Hold): void {
  addUses(part, 1);
  part.forEachSum((l, j, n, sum) => {
    const { plus, minus } = heldDistances(part, hold, l, j);
    const reach = part.reach(l, part.samples[n]);
    // On the other side r is at most |S| less what is held there.
    const slack = (held: number, other: number) =>
      held + reach + Math.min(part.largestRadius(l), Math.max(0, reach - other));
    const less = l === 0 ? part.norms[j] : NOTHING;
    const above = { least: plus, slack: slack(plus, minus) };
    addSides(part, l, j, n, sum, less, above, { least: minus, slack: slack(minus, plus) });
  });
}

const NOTHING: Terms = { columns: [], values: [] };

/** One side of a neuron: its least distance, and by how much the row can be missed when the neuron is not there. */
interface Side {
  readonly least: number;
  readonly slack: number;
}

/**
 * `S - less >= least` on the + side and `-S - less >= least` on the - side: by the label in the last layer, by the
 * activation in a hidden one, where the other side's row is relaxed by its slack.
 */
function addSides(
  part: NetworkPart,
  l: number,
  j: number,
  n: number,
  sum: Terms,
  less: Terms,
  plus: Side,
  minus: Side,
): void {
  const k = part.samples[n];
  const at = `${l + 1}_${j}_${k}`;
  const above = joined(sum, negated(less));
  const below = joined(negated(sum), negated(less));
  if (l === part.last) {
    if (part.problem.labels[k] === 1) part.row(`plus_${at}`, above, '>=', plus.least);
    else part.row(`minus_${at}`, below, '>=', minus.least);
    return;
  }
  const a = part.activations[l][j][n];
  part.row(`plus_${at}`, joined(above, single(a, -plus.slack)), '>=', plus.least - plus.slack);
  part.row(`minus_${at}`, joined(below, single(a, minus.slack)), '>=', minus.least);
}

/** Margins held as integers: S and r are integers, so `S - r >= m` is `S - r >= ceil(m)`, likewise `m + epsilon`. */
function heldDistances(part: NetworkPart, hold: Hold, l: number, j: number): { plus: number; minus: number } {
  if (hold.kind === 'margins') {
    const { scale, epsilon } = marginUnits(part.problem);
    const held = hold.margins[l][j];
    return { plus: Math.ceil(held / scale), minus: Math.ceil((held + epsilon) / scale) };
  }
  if (hold.kind === 'confident' && l === part.last) {
    const threshold = confidenceThreshold(part.problem);
    return { plus: threshold, minus: threshold };
  }
  return { plus: 0, minus: 1 };
}
