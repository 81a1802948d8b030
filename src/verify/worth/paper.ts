import type { Network } from '../../network/types.js';
import type { Hold, StageName } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { CountRule } from '../count-rule.js';
import { type Evaluation, evaluate, marginsOf, relaxedMargins, sumOf } from '../evaluate.js';
import { settingOf, threshold } from '../proof/setting.js';
import { isFree, mostCounted, rootBound } from '../proof/trivial.js';
import { allowsZeros, mostWeights } from './beyond.js';
import type { Measured, Worth } from './types.js';

/** The paper's stages (design section 1): confident samples, the sum of all margins, non-zero weights. */
export class PaperWorth implements Worth {
  readonly kind = 'paper';
  readonly samples: number;
  readonly costs: CountRule;
  readonly quick: number;
  readonly countsRight: boolean;

  constructor(private readonly problem: TrainingProblem) {
    this.samples = problem.sampleCount;
    this.costs = new CountRule(problem, [...problem.labels]);
    this.countsRight = threshold(problem) > 0;
    this.quick = Math.min(2 ** 18, 2 ** 27 / problem.sampleCount);
  }

  measure(network: Network): Measured {
    return new PaperMeasured(this.problem, evaluate(this.problem, network), this.costs);
  }

  rowsOf(keep: readonly number[]): number {
    return keep.length;
  }

  isFree(hold: Hold): boolean {
    return isFree(this.problem, hold) && allowsZeros(this.problem);
  }

  plainHold(afterSm: boolean): Hold {
    return { kind: afterSm ? 'confident' : 'correct' };
  }

  trivial(stage: StageName, keep: readonly number[], hold: Hold): number {
    if (stage === 'sm') return mostCounted(this.problem);
    const isNothing = keep.length === 0 || (stage === 'mw' && this.isFree(hold));
    return isNothing ? 0 : rootBound(settingOf(this.problem, stage, keep, hold));
  }

  floor(stage: StageName): number {
    return stage === 'mw' ? mostWeights(this.problem) : 0;
  }
}

class PaperMeasured implements Measured {
  readonly nonzeros: number;
  readonly counted: readonly number[];

  constructor(
    private readonly problem: TrainingProblem,
    private readonly evaluation: Evaluation,
    private readonly costs: CountRule,
  ) {
    this.nonzeros = evaluation.nonzeros;
    this.counted = evaluation.counted;
  }

  get count(): number | undefined {
    return this.costs.of(this.counted);
  }

  value(keep: readonly number[]): number | undefined {
    const margins = this.margins(keep);
    return margins.flat().every((margin) => margin >= 0) ? sumOf(margins) : undefined;
  }

  held(keep: readonly number[], tolerance: number): Hold {
    return { kind: 'margins', margins: relaxedMargins(this.margins(keep), tolerance) };
  }

  satisfies(keep: readonly number[], hold: Hold): boolean {
    if (keep.length === 0) return true;
    if (hold.kind === 'confident') {
      const counted = new Set(this.counted);
      return keep.every((k) => counted.has(k));
    }
    const least = (l: number, j: number) => (hold.kind === 'margins' ? hold.margins[l][j] : 0);
    return this.margins(keep).every((layer, l) => layer.every((margin, j) => margin >= least(l, j)));
  }

  private margins(keep: readonly number[]): number[][] {
    return marginsOf(this.problem, this.evaluation, keep);
  }
}
