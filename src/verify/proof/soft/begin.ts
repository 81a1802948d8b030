import { targetsOf } from '../../../problem/objective.js';
import type { Hold, StageName } from '../../../problem/solution.js';
import type { TrainingProblem } from '../../../problem/types.js';
import { bruteOptimum } from '../../brute/index.js';
import { families } from '../../robust.js';
import type { Records } from '../records.js';
import { settingOf } from '../setting.js';
import { reject } from '../types.js';
import { SoftReplay } from './replay.js';

/**
 * Begins the block of MM with soft margins, or of MW that holds their loss.
 *
 * @param claim the bound to reach, in whole units: minus a loss, or non-zero weights
 * @param confirm compares the claim with a bound that the verifier has found itself; `null`: there is no network at all
 * @returns what the records that follow are for; `undefined`: none follow, the claim holds
 */
export function beginSoftBlock(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  hold: Hold,
  claim: number,
  method: string,
  confirm: (bound: number | null) => void,
): Records | undefined {
  if (method === 'trivial') {
    confirm(0); // a sum of squares; no weights
    return undefined;
  }
  if (method === 'enumerate') {
    const optimum = bruteOptimum(problem, stage, keep, hold);
    if (optimum === undefined) return reject('too large to enumerate');
    confirm(optimum);
    return undefined;
  }
  const isTree = method === 'tree' && problem.layers.length === 2 && (stage === 'mm' || hold.kind === 'loss');
  if (!isTree) return reject(`'${method.slice(0, 20)}' is no method of stage ${stage} with soft margins`);
  const targets = targetsOf(problem) ?? new Int32Array(problem.sampleCount);
  const sets = families(problem);
  const rows = keep.flatMap((sample) => sets[sample]).sort((a, b) => a - b);
  const wanted = rows.map((k) => targets[k]);
  const setting = settingOf(problem, 'mm', rows, { kind: 'correct' });
  if (stage === 'mm' || hold.kind !== 'loss') return new SoftReplay(setting, wanted, claim);
  // Fewer weights than the claim's lose more than may be lost.
  return new SoftReplay({ ...setting, limit: Math.min(setting.limit, claim - 1) }, wanted, -(hold.most + 1));
}
