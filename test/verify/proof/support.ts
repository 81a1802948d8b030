import type { Hold, SolutionRecord, StageName } from '../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { bareStage } from '../../../src/testing/records.js';
import { type StageProof, verifyProof } from '../../../src/verify/proof/index.js';
import { decimalUnits } from '../../../src/verify/units.js';

export const HEADER = 'fewbit-proof 1';

/** A solution in which the stage keeps and holds what the problem says: no network is needed to derive either. */
export function bareSolution(...stages: StageName[]): SolutionRecord {
  return { stages: stages.map((stage) => bareStage(stage)), network: null };
}

/** A problem and a solution from which the verifier derives this keep and this hold. */
export function posed(
  problem: TrainingProblem,
  stage: 'mm' | 'mw',
  keep: readonly number[],
  hold: Hold,
): { problem: TrainingProblem; solution: SolutionRecord } {
  const { scale } = decimalUnits(problem.epsilon);
  const margins =
    hold.kind === 'margins' ? hold.margins.map((layer) => layer.map((m) => m / scale)) : undefined;
  const stages: StageName[] = stage === 'mw' && hold.kind === 'confident' ? ['sm', 'mw'] : [stage];
  return { problem: { ...problem, keep, margins }, solution: bareSolution(...stages) };
}

/** The verdict on the last block of a proof. */
export function verdictOn(
  problem: TrainingProblem,
  solution: SolutionRecord,
  block: readonly string[],
): StageProof | string {
  const { stages, fault } = verifyProof(problem, solution, [HEADER, ...block]);
  return fault ?? stages.at(-1) ?? 'no block';
}

/** Park-Miller: the choices of a test, the same in every run of it. */
export function randomOf(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** What the verifier makes of a block, written with any indentation, of a solution of this one stage. */
export function verdict(problem: TrainingProblem, stage: StageName, text: string) {
  return verdictOn(problem, bareSolution(stage), linesOf(text));
}

/** Lines of a text without the indentation. */
export function linesOf(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

/** Whether what a block claims, in whole units, is so. */
export function isSo(stage: StageName, optimum: number | null, claim: number | 'none'): boolean {
  if (optimum === null) return true;
  if (claim === 'none') return false;
  return stage === 'mw' ? claim <= optimum : claim >= optimum;
}
