import { isRobust } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';
import type { StageName } from './types.js';

/**
 * Work a pair gets where neither a time nor a work limit is given: the engine's own plan, a second or two on a machine
 * of 2026. Deterministic, so a training without limits is reproducible too.
 */
export const DEFAULT_WORK = 5e8;

/** The same for the robust objective: more rows, and clusters to be found. */
export const DEFAULT_ROBUST_WORK = 2e9;

/** Samples that SM's forward selection looks at first, and what it spends on one of them for an input, a value and a weight: some ten selections. */
const SCREENED = 4096;
const SELECTION_WORK = 100;
const MOST_SELECTION_WORK = 4e9;

/**
 * What the plan has for SM besides, so that a single neuron with at most k weights sees its first selections through
 * (assembly/search/limits/forward-search.ts): tables have tens of thousands of rows and hundreds of inputs, of which five are wanted.
 */
export function selectionWork({
  layers,
  maxNonzero,
  objective,
  sampleCount,
  weightBound,
}: TrainingProblem): number {
  if (maxNonzero === undefined || layers.length !== 2 || objective !== undefined) return 0;
  const [inputs] = layers;
  const chosen = Math.min(maxNonzero, inputs);
  const values = Math.min(2 * weightBound, 12);
  const selections = SELECTION_WORK * chosen * inputs * Math.min(sampleCount, SCREENED) * values;
  return Math.min(MOST_SELECTION_WORK, selections + sampleCount * inputs * (chosen + 5));
}

/** Share of what is left (of time, of work) that a stage may use while another stage waits behind it. */
const SHARES: Readonly<Record<StageName, number>> = { sm: 0.3, mm: 0.75, mw: 1 };

/**
 * What a stage may spend of what is left; the last stage may spend everything. Unused parts pass on by themselves.
 *
 * @param own what of it is this stage's alone
 */
export function stageShare(stage: StageName, isLast: boolean, left: number, own = 0): number {
  const mine = Math.min(left, own);
  return isLast ? left : mine + (left - mine) * SHARES[stage];
}

/** Work for the proof of a stage: this much, and so many times what the stage itself has spent. */
const LEAST_PROOF_WORK = 1e9;
const TIMES_PROOF_WORK = 10;
/** A limit of work never leaves less than this for the proofs: a fifth of a second. */
const FLOOR_PROOF_WORK = 1e8;

/** What the proofs of all stages together may spend under a limit of work for the stages. */
export function mostProofWork(workLimit: number): number {
  return Math.max(FLOOR_PROOF_WORK, TIMES_PROOF_WORK * workLimit);
}

/**
 * What a unit of the budget above buys for a proof of this problem. Trees over certificates, of the robust objectives with hidden layers, keep the bounds
 * of neurons that come up again, nine of ten, and their proofs make them anew.
 */
export function proofUnits(problem: TrainingProblem): number {
  return isRobust(problem) && problem.layers.length > 2 ? 2 : 1;
}

/** What the proof of one stage may spend, of what is left for proofs. */
export function stageProofWork(stage: StageName, isLast: boolean, stageWork: number, left: number): number {
  return Math.min(
    LEAST_PROOF_WORK + TIMES_PROOF_WORK * stageWork,
    stageShare(stage, isLast, Math.max(0, left)),
  );
}
