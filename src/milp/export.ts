import { InputError } from '../errors.js';
import { type StageInputs, stageInputs } from '../problem/chain.js';
import type { SolutionRecord, StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { formatLp } from './lp.js';
import { stageModel } from './model.js';
import { formatMps } from './mps.js';

export type ModelFormat = 'mps' | 'lp';

/**
 * The model file of one stage (contract, `fewbit export`). MM and MW start from what the stages before them found: the
 * problem's own `keep` and `margins`, or else the networks in the previous solution. The tolerance of MW is the
 * solution's.
 *
 * @param where the name of the solution file, for messages
 * @throws InputError when MM or MW needs a solution that is not given or does not fit
 */
export function exportStage(
  problem: TrainingProblem,
  stage: StageName,
  format: ModelFormat,
  previousSolution?: SolutionRecord,
  where = '--solution',
): string {
  if (format !== 'mps' && format !== 'lp') {
    throw new InputError(`--format: must be mps or lp, got ${String(format)}`);
  }
  const inputs: StageInputs =
    stage === 'sm'
      ? { keep: [], hold: { kind: 'correct' } }
      : stageInputs(problem, stage, previousSolution, where);
  const model = stageModel(problem, stage, inputs.keep, inputs.hold);
  return format === 'mps' ? formatMps(model) : formatLp(model);
}
