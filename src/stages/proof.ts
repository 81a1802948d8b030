import type { Engine } from '../engine/index.js';
import { linkCount } from '../network/links.js';
import { activeInputs } from '../problem/active.js';
import { weightVectors } from '../problem/boxes.js';
import type { WholeResult } from '../problem/figures.js';
import { isRobust } from '../problem/objective.js';
import { confidenceThreshold } from '../problem/semantics.js';
import type { Hold } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { type Argument, type ProofLimits, ProofSearch } from './proof-search.js';
import { blockOf } from './proof-text.js';
import { robustArgument } from './robust-proof.js';

export const PROOF_HEADER = 'fewbit-proof 1\n';

/** First layers with at most so many weight vectors are enumerated by the verifier rather than argued about. */
const MOST_VECTORS = 600_000;
/** What the verifier takes on for SM; beyond it only what needs no search is claimed. */
const MOST_SM_VECTORS = 2 ** 22;
const MOST_SM_NEURONS = 5;
const MOST_SM_INPUTS = 2048;

/** What the proof of a stage has come to. */
export interface StageBlock {
  /** The block of the proof file; `undefined`: nothing was shown within the limits, the bound stays an unproved claim. */
  readonly text?: string;
  /** What the block shows where that is less than the stage's bound, in whole units. */
  readonly provedBound?: number;
  /** Work units. */
  readonly work: number;
}

/**
 * Writes the block of one stage that the engine has just ended, with the engine still standing in that stage. Where the
 * bound itself cannot be shown within the limits, the block is about the best weaker one that can. Yields between slices.
 */
export function* stageProof(
  engine: Engine,
  problem: TrainingProblem,
  result: WholeResult,
  keep: readonly number[],
  hold: Hold,
  limits: ProofLimits,
): Generator<void, StageBlock> {
  const { stage } = result;
  const claim = claimOf(problem, result);
  if (claim === undefined) return { work: 0 };
  const search = new ProofSearch(engine, problem, limits);
  const argument = isRobust(problem)
    ? yield* robustArgument(search, problem, result, keep, hold, claim, limits.stop)
    : yield* paperArgument(search, problem, result, { keep, hold }, claim, engine.shownBound() ?? claim);
  const work = search.spent;
  if (argument === undefined) return { work };
  const shown = result.status === 'infeasible' ? null : argument.claim;
  const text = blockOf(stage, keep, hold, shown, argument.text);
  if (argument.claim === claim) return { text, work };
  return { text, provedBound: argument.claim, work };
}

function* paperArgument(
  search: ProofSearch,
  problem: TrainingProblem,
  { stage, status }: WholeResult,
  { keep, hold }: { readonly keep: readonly number[]; readonly hold: Hold },
  claim: number,
  shown: number,
): Generator<void, Argument | undefined> {
  if (stage === 'sm') return yield* countArgument(search, problem, claim, Math.max(claim, shown));
  const hidden = problem.layers.length > 2;
  if (stage === 'mw' && claim > 0 && hold.kind === 'confident' && confidenceThreshold(problem) <= 0) {
    return byEnumeration(problem, status, claim);
  }
  if (keep.length === 0 || (stage === 'mw' && claim <= 0)) return { claim, text: 'method trivial\n' };
  if (hidden && weightVectors(problem) <= MOST_VECTORS) return { claim, text: 'method enumerate\n' };
  const text = yield* search.claim(claim);
  if (text !== undefined) return { claim, text };
  // That there is no network at all has no weaker form.
  return status === 'infeasible' ? undefined : yield* search.weaker(stage, claim);
}

/** MW at a confidence of 0 where ranges ask for weights: no record of a tree says anything about networks that are right on nothing. */
function byEnumeration(
  problem: TrainingProblem,
  status: WholeResult['status'],
  claim: number,
): Argument | undefined {
  if (weightVectors(problem) <= MOST_VECTORS) return { claim, text: 'method enumerate\n' };
  return status === 'infeasible' ? undefined : { claim: 0, text: 'method trivial\n' };
}

/**
 * SM: what a single neuron's rows show is written down. For everything else the verifier looks for itself, or there is nothing to
 * look for.
 *
 * @param others what is shown without the rows
 */
function* countArgument(
  search: ProofSearch,
  problem: TrainingProblem,
  claimed: number,
  others: number,
): Generator<void, Argument | undefined> {
  const most = yield* mostCounted(problem);
  const byRows = claimed < most && claimed >= 0 ? yield* search.rows(claimed, others) : undefined;
  if (byRows !== undefined) return byRows;
  const claim = others;
  const hidden = problem.layers.length > 2;
  const inReach = hidden
    ? weightVectors(problem) <= MOST_SM_VECTORS && problem.layers[1] <= MOST_SM_NEURONS
    : problem.layers[0] <= MOST_SM_INPUTS;
  if (claim < 0 && !inReach) return undefined; // that no network leaves out so few has no weaker form
  // A stage that was cut off before it counted contradictions claims more than there can be.
  if (claim >= most || !inReach) return { claim: Math.max(claim, most), text: 'method trivial\n' };
  return { claim, text: `method ${hidden ? 'enumerate' : 'interval'}\n` };
}

/** The bound that has to be shown. For `none`, that there is no network: what any network would beat. */
function claimOf(problem: TrainingProblem, result: WholeResult): number | undefined {
  if (result.status === 'infeasible') {
    return result.stage === 'mw' ? 1 + mostCountable(problem) : -1;
  }
  return result.bound ?? undefined;
}

/** No network has more weights that MW counts. */
function mostCountable(problem: TrainingProblem): number {
  const { layers, free = [], maxNonzero = Number.POSITIVE_INFINITY } = problem;
  const [, ...widths] = layers;
  const counted = activeInputs(problem).filter((i) => !free.includes(i)).length;
  return Math.min(counted * layers[1], maxNonzero) + linkCount(widths);
}

/** Values written out between two yields: milliseconds. */
const VALUES_A_STEP = 1 << 16;

/** What needs no search: docs/proof.md, `trivial`. */
function* mostCounted(problem: TrainingProblem): Generator<void, number> {
  const { layers, weightBound } = problem;
  const least = confidenceThreshold(problem);
  if (least <= 0) return totalCost(problem);
  if (layers.length > 2 && weightBound * layers[layers.length - 2] < least) return 0;
  return yield* consistentSamples(problem);
}

function totalCost({ costs, sampleCount }: TrainingProblem): number {
  return costs?.reduce((sum, cost) => sum + cost, 0) ?? sampleCount;
}

/** What all samples cost less, for every group of equal inputs, the label that costs less. */
function* consistentSamples(problem: TrainingProblem): Generator<void, number> {
  const groups = new Map<string, [number, number]>();
  const width = problem.layers[0];
  const block = Math.max(1, Math.floor(VALUES_A_STEP / width));
  for (let k = 0; k < problem.sampleCount; k++) {
    if ((k + 1) % block === 0) yield;
    const key = problem.samples.subarray(k * width, (k + 1) * width).join();
    const counts = groups.get(key) ?? [0, 0];
    counts[problem.labels[k] > 0 ? 0 : 1] += problem.costs?.[k] ?? 1;
    groups.set(key, counts);
  }
  let lost = 0;
  for (const [plus, minus] of groups.values()) lost += Math.min(plus, minus);
  return totalCost(problem) - lost;
}
