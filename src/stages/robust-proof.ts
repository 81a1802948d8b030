import type { Engine } from '../engine/index.js';
import { activeInputs } from '../problem/active.js';
import { groupsOf } from '../problem/groups.js';
import { rowsOf } from '../problem/robust.js';
import type { TrainingProblem } from '../problem/types.js';
import { proofLines } from './proof-text.js';
import type { StageName, StageResult } from './types.js';

/*
 * How the bound of a robust stage is shown (docs/proof.md): what needs no search; by the engine's matching or literal
 * tree; or, where that does not get there, by letting the verifier look at all networks.
 */

/** Tree nodes between two yields. */
const NODES = 10;
/** Work for a tree: this much, and so many times what the stage itself has spent. Deterministic, as the stage is. */
const LEAST_WORK = 1e9;
const TIMES_WORK = 10;
/** First layers times upper functions that the verifier enumerates: a minute. */
const MOST_COMBINATIONS = 2 ** 21;

/** Lines of a block from `method` on, without `end`; `undefined`: the bound cannot be shown within the budget. */
export function* robustArgument(
  engine: Engine,
  problem: TrainingProblem,
  result: StageResult,
  keep: readonly number[],
  claim: number,
  stop: () => boolean,
): Generator<void, string | undefined> {
  const { stage } = result;
  if (isTrivial(problem, stage, keep, claim)) return 'method trivial\n';
  engine.beginProof(claim);
  const text = [`method ${engine.provesByMatching ? 'matching' : 'tree'}\n`];
  const active = activeInputs(problem);
  const most = LEAST_WORK + TIMES_WORK * result.work;
  for (let state = 'running'; state === 'running' && engine.figures().work < most; ) {
    state = engine.stepProof(NODES);
    text.push(proofLines(engine.drainProof(), active));
    if (state === 'proved' && engine.provedClaim() === claim) return text.join('');
    if (stop()) return undefined;
    yield;
  }
  return combinations(problem) <= MOST_COMBINATIONS ? 'method enumerate\n' : undefined;
}

/** All samples count; one label has margin 0; every layer needs a weight that tells labels apart. */
function isTrivial(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  claim: number,
): boolean {
  if (stage === 'sm') return claim === groupsOf(problem).count;
  const labels = new Set(rowsOf(problem, keep).map((k) => problem.labels[k]));
  if (stage === 'mm') return labels.size < 2 && claim >= 0;
  return claim <= (labels.size === 2 ? problem.layers.length - 1 : labels.has(-1) ? 1 : 0);
}

/** First layers times functions of the layers above; never fewer than the verifier will find. */
function combinations(problem: TrainingProblem): number {
  const { layers, weightBound } = problem;
  const values = 2 * weightBound + 1;
  const first = values ** (activeInputs(problem).length * layers[1]);
  const upper = layers.slice(2).reduce((sum, size, l) => sum + size * layers[l + 1], 0);
  return Math.max(first * Math.min(values ** upper, 2 ** (2 ** layers[1])), values ** upper);
}
