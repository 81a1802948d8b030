import { linkCount } from '../network/links.js';
import { activeInputs } from '../problem/active.js';
import { weightVectors } from '../problem/boxes.js';
import type { WholeResult } from '../problem/figures.js';
import { groupsOf } from '../problem/groups.js';
import { objectiveOf } from '../problem/objective.js';
import { rowsOf } from '../problem/robust.js';
import type { Hold } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import type { Argument, ProofSearch } from './proof-search.js';
import type { StageName } from './types.js';

/*
 * How the bound of a robust stage is shown (docs/proof.md): what needs no search; by the engine's matching or literal
 * tree; or, where that does not get there, by letting the verifier look at all networks; else a weaker bound.
 */

/** First layers times upper functions that the verifier enumerates: a minute. */
const MOST_COMBINATIONS = 2 ** 21;

/** `undefined`: nothing can be shown within the limits. */
export function* robustArgument(
  search: ProofSearch,
  problem: TrainingProblem,
  { stage, status }: WholeResult,
  keep: readonly number[],
  hold: Hold,
  claim: number,
  stop: () => boolean,
): Generator<void, Argument | undefined> {
  if (objectiveOf(problem) === 'soft' && (stage === 'mm' || hold.kind === 'loss'))
    return yield* softArgument(search, problem, stage, claim, stop);
  // That there is no network is a claim of its own, which is not trivial.
  if (status !== 'infeasible' && isTrivial(problem, stage, keep, claim))
    return { claim, text: 'method trivial\n' };
  const text = yield* search.claim(claim);
  if (text !== undefined) return { claim, text };
  if (stop()) return undefined;
  if (combinations(problem) <= MOST_COMBINATIONS) return { claim, text: 'method enumerate\n' };
  return status === 'infeasible' ? undefined : yield* search.weaker(stage, claim);
}

/** What soft margins claim: one neuron's loss by the engine's tree; else what the verifier finds out alone. */
function* softArgument(
  search: ProofSearch,
  problem: TrainingProblem,
  stage: StageName,
  claim: number,
  stop: () => boolean,
): Generator<void, Argument | undefined> {
  if (stage === 'mm' ? claim >= 0 : claim <= 0) return { claim, text: 'method trivial\n' };
  const hasTree = problem.layers.length === 2;
  const text = hasTree ? yield* search.claim(claim) : undefined;
  if (text !== undefined) return { claim, text };
  if (stop()) return undefined;
  if (combinations(problem) <= MOST_COMBINATIONS) return { claim, text: 'method enumerate\n' };
  return hasTree ? yield* search.weaker(stage, claim) : undefined;
}

/** All samples count; one label has margin 0; every layer needs a weight that tells labels apart. */
function isTrivial(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  claim: number,
): boolean {
  if (stage === 'sm') {
    const all = problem.costs?.reduce((sum, cost) => sum + cost, 0) ?? groupsOf(problem).count;
    return claim === all;
  }
  const labels = new Set(rowsOf(problem, keep).map((k) => problem.labels[k]));
  if (stage === 'mm') return labels.size < 2 && claim >= 0;
  // The weight that the first layer needs may be a free one.
  const isFree = activeInputs(problem).some((i) => problem.free?.includes(i));
  const layers = problem.layers.length - (isFree ? 2 : 1);
  return claim <= (labels.size === 2 ? layers : labels.has(-1) ? Math.min(1, layers) : 0);
}

/** First layers times functions of the layers above; never fewer than the verifier will find. */
function combinations(problem: TrainingProblem): number {
  const { layers, weightBound } = problem;
  const values = 2 * weightBound + 1;
  const first = weightVectors(problem) ** layers[1];
  const upper = linkCount(layers.slice(1));
  return Math.max(first * Math.min(values ** upper, 2 ** (2 ** layers[1])), values ** upper);
}
