import type { Network } from '../../network/types.js';
import type { Hold, StageName } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { CountRule } from '../count-rule.js';
import { relaxedMargins } from '../evaluate.js';
import { plainBound, robustSetting } from '../proof/robust/setting.js';
import { families, RobustEvaluation, thresholdsOf } from '../robust.js';
import { mostWeights } from './beyond.js';
import type { Measured, Worth } from './types.js';

/** The robust stages (docs/robust.md): certified samples, the certified margin, non-zero weights at thresholds. */
export class RobustWorth implements Worth {
  readonly kind: 'robust' | 'soft' = 'robust';
  readonly samples: number;
  readonly costs: CountRule;
  readonly quick: number;
  readonly countsRight = true;

  constructor(protected readonly problem: TrainingProblem) {
    const sets = families(problem);
    this.samples = sets.length;
    this.costs = new CountRule(
      problem,
      sets.map(([row]) => problem.labels[row]),
    );
    const { layers, sampleCount } = problem;
    const answers = layers.length === 2 ? 2 : 2 ** layers[1];
    this.quick = Math.min(2 ** 16, 2 ** 23 / (sampleCount * answers));
  }

  measure(network: Network): Measured {
    return new RobustMeasured(this.problem, new RobustEvaluation(this.problem, network), this.costs);
  }

  rowsOf(keep: readonly number[]): number {
    const sets = families(this.problem);
    return keep.reduce((sum, sample) => sum + sets[sample].length, 0);
  }

  /** Without weights every answer is +: as good as none where a kept sample is -. */
  isFree(): boolean {
    return false;
  }

  plainHold(): Hold {
    return { kind: 'correct' };
  }

  trivial(stage: StageName, keep: readonly number[], hold: Hold): number {
    return plainBound(robustSetting(this.problem, stage, keep, hold));
  }

  floor(stage: StageName): number {
    return stage === 'mw' ? mostWeights(this.problem) : 0;
  }
}

export class RobustMeasured implements Measured {
  readonly nonzeros: number;
  private certified: readonly number[] | undefined;

  constructor(
    private readonly problem: TrainingProblem,
    protected readonly evaluation: RobustEvaluation,
    private readonly costs: CountRule,
  ) {
    this.nonzeros = evaluation.nonzeros;
  }

  get counted(): readonly number[] {
    this.certified ??= this.evaluation.certifiedSamples();
    return this.certified;
  }

  get count(): number | undefined {
    return this.costs.of(this.counted);
  }

  value(keep: readonly number[]): number | undefined {
    return this.evaluation.certifiedMargin(keep);
  }

  /** Only the first layer holds: what stands above it sees +1 and -1. */
  held(keep: readonly number[], tolerance: number): Hold {
    const above = this.problem.layers.slice(2).map((size) => new Array<number>(size).fill(0));
    const margins = [this.evaluation.neuronMargins(keep), ...above];
    return { kind: 'margins', margins: relaxedMargins(margins, tolerance) };
  }

  satisfies(keep: readonly number[], hold: Hold): boolean {
    return this.evaluation.holds(keep, thresholdsOf(this.problem, hold));
  }
}
