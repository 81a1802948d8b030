import { objectiveOf } from '../../../problem/objective.js';
import type { StageName } from '../../../problem/solution.js';
import type { TrainingProblem } from '../../../problem/types.js';
import { bruteOptimum } from '../../brute/index.js';
import type { StageStart } from '../../starts.js';
import type { Records } from '../records.js';
import { beginSoftBlock } from '../soft/begin.js';
import { reject } from '../types.js';
import { Matching } from './matching.js';
import { RobustReplay } from './replay.js';
import { plainBound, robustSetting } from './setting.js';

/**
 * Begins the block of a robust stage.
 *
 * @param claim the bound to reach, in whole units
 * @param confirm compares the claim with a bound that the verifier has found itself; `null`: there is no network at all
 * @returns what the records that follow are for; `undefined`: none follow, the claim holds
 */
export function beginRobustBlock(
  problem: TrainingProblem,
  stage: StageName,
  start: StageStart,
  claim: number,
  method: string,
  confirm: (bound: number | null) => void,
): Records | undefined {
  const keep = stage === 'sm' ? [] : (start.keep as readonly number[]);
  const hold = start.hold ?? { kind: 'correct' };
  // MW that holds margins in place of a loss is the robust one.
  const isSoft = objectiveOf(problem) === 'soft' && (stage === 'mm' || hold.kind === 'loss');
  if (isSoft && stage !== 'sm') return beginSoftBlock(problem, stage, keep, hold, claim, method, confirm);
  if (method === 'enumerate') {
    const optimum = bruteOptimum(problem, stage, keep, hold);
    if (optimum === undefined) return reject('too large to enumerate');
    confirm(optimum);
    return undefined;
  }
  const setting = robustSetting(problem, stage, keep, hold);
  if (method === 'tree') return new RobustReplay(setting, claim);
  if (method === 'matching' && stage === 'sm') return new Matching(setting, claim);
  if (method !== 'trivial') return reject(`'${method.slice(0, 20)}' is no method of stage ${stage}`);
  confirm(plainBound(setting));
  return undefined;
}
