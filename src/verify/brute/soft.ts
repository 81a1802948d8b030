import { targetsOf } from '../../problem/objective.js';
import { bruteRobust, RobustStage, search, type Vector } from './robust.js';
import type { BruteResult, BruteTask } from './types.js';
import type { UpperFunction } from './upper-functions.js';

/** The optimum with soft margins: MM's figure is minus the loss, and MW may lose what it holds. */
export function bruteSoft(task: BruteTask): BruteResult {
  const isAboutLoss = task.stage === 'mm' || (task.stage === 'mw' && task.hold.kind === 'loss');
  return isAboutLoss ? search(new SoftStage(task)) : bruteRobust(task);
}

class SoftStage extends RobustStage {
  private readonly targets: readonly number[];

  constructor(task: BruteTask) {
    super(task);
    const targets = targetsOf(task.problem);
    this.targets = this.rows.map((k) => targets?.[k] ?? 0);
  }

  override held(): number {
    return 0;
  }

  override reaches(sums: Int32Array, radius: number, isZero: boolean): [Float64Array, Float64Array] {
    // More than the target is as good as the target.
    const plus = Float64Array.from(sums, (sum, r) =>
      isZero ? Number.POSITIVE_INFINITY : Math.min(sum - radius, this.targets[r]),
    );
    const minus = Float64Array.from(sums, (sum, r) => Math.min(-sum - radius - 1, this.targets[r]));
    return [plus, minus];
  }

  override score(chosen: readonly Vector[], upper: UpperFunction, toBeat: number): number {
    const { stage, hold } = this.task;
    const fewer = stage === 'mw' ? this.fewer(chosen, upper, toBeat) : 0;
    if (fewer === Number.NEGATIVE_INFINITY) return fewer;
    const most = hold.kind === 'loss' && stage === 'mw' ? hold.most : 0 - toBeat;
    let loss = 0;
    for (let r = 0; r < this.rows.length; r++) {
      loss += Math.max(0, this.targets[r] - this.reach(chosen, upper, r)) ** 2;
      if (loss > most) return Number.NEGATIVE_INFINITY;
    }
    return stage === 'mw' ? fewer : Number.isFinite(loss) ? 0 - loss : Number.NEGATIVE_INFINITY;
  }
}
