import { InputError } from '../../../errors.js';
import { objectiveOf } from '../../../problem/objective.js';
import type { StageName } from '../../../problem/solution.js';
import type { TrainingProblem } from '../../../problem/types.js';
import { bruteStage } from '../../brute/index.js';
import type { StageStart } from '../../starts.js';
import type { Fields } from '../parse.js';
import { reject } from '../types.js';
import { Matching } from './matching.js';
import { RobustReplay } from './replay.js';
import { plainBound, robustSetting } from './setting.js';

/** What reads the records of a block. */
export interface Records {
  record(letter: string, fields: Fields): void;
  /** Nothing is left to be shown. */
  readonly done: boolean;
}

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
  if (objectiveOf(problem) === 'soft' && stage !== 'sm')
    reject(`soft margins have no records for stage ${stage}`);
  const keep = stage === 'sm' ? [] : (start.keep as readonly number[]);
  const hold = start.hold ?? { kind: 'correct' };
  if (method === 'enumerate') {
    try {
      confirm(bruteStage(problem, stage, keep, hold).objective);
    } catch (error) {
      if (error instanceof InputError) reject('too large to enumerate');
      throw error;
    }
    return undefined;
  }
  const setting = robustSetting(problem, stage, keep, hold);
  if (method === 'tree') return new RobustReplay(setting, claim);
  if (method === 'matching' && stage === 'sm') return new Matching(setting, claim);
  if (method !== 'trivial') return reject(`'${method.slice(0, 20)}' is no method of stage ${stage}`);
  confirm(plainBound(setting));
  return undefined;
}
