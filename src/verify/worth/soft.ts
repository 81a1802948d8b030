import type { Network } from '../../network/types.js';
import { targetsOf } from '../../problem/objective.js';
import type { Hold, StageName } from '../../problem/solution.js';
import { allowedLoss, RobustEvaluation } from '../robust.js';
import { allowsZeros } from './beyond.js';
import { RobustMeasured, RobustWorth } from './robust.js';
import type { Measured } from './types.js';

/** Soft margins (docs/robust.md): MM's figure is minus the loss, and MW holds what that may grow to. */
export class SoftWorth extends RobustWorth {
  override readonly kind = 'soft';

  override measure(network: Network): Measured {
    return new SoftMeasured(this.problem, new RobustEvaluation(this.problem, network), this.costs);
  }

  override trivial(stage: StageName, keep: readonly number[], hold: Hold): number {
    if (stage === 'mm' || hold.kind === 'loss') return 0;
    return super.trivial(stage, keep, hold);
  }

  /**
   * MM: a first neuron without weights, whose answer the layers above hand through, is + to infinity, and is - with reach
   * -1. So this loss is always to be had.
   */
  override floor(stage: StageName): number {
    if (stage !== 'mm') return super.floor(stage);
    if (!allowsZeros(this.problem)) return Number.NEGATIVE_INFINITY;
    const { labels } = this.problem;
    const targets = targetsOf(this.problem);
    return labels.reduce((sum, label, k) => (label > 0 ? sum : sum - ((targets?.[k] ?? 0) + 1) ** 2), 0);
  }
}

class SoftMeasured extends RobustMeasured {
  override value(keep: readonly number[]): number | undefined {
    const loss = this.evaluation.softLoss(keep);
    return Number.isFinite(loss) ? 0 - loss : undefined;
  }

  override held(keep: readonly number[], tolerance: number): Hold {
    return { kind: 'loss', most: allowedLoss(this.evaluation.softLoss(keep), tolerance) };
  }

  override satisfies(keep: readonly number[], hold: Hold): boolean {
    return hold.kind === 'loss' ? this.evaluation.softLoss(keep) <= hold.most : super.satisfies(keep, hold);
  }
}
