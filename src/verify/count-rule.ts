import type { TrainingProblem } from '../problem/types.js';

/**
 * SM's figure: the cost of what is counted, where few enough samples of each label are left out.
 *
 * @param costs of every sample; undefined: 1 each
 */
export class CountRule {
  /** A figure that nothing beats. */
  readonly most: number;
  private readonly costs: readonly number[];
  private readonly spare: Readonly<Record<'1' | '-1', number>>;

  /** @param labels one a sample */
  constructor(
    { costs, atMostWrong = {} }: TrainingProblem,
    private readonly labels: readonly number[],
  ) {
    this.costs = labels.map((_, sample) => costs?.[sample] ?? 1);
    const { plus = Number.POSITIVE_INFINITY, minus = Number.POSITIVE_INFINITY } = atMostWrong;
    this.spare = { '1': plus, '-1': minus };
    this.most = this.costs.reduce((sum, cost) => sum + cost, 0);
  }

  /** Minus infinity where too many are left out. */
  value(isCounted: (sample: number) => boolean): number {
    const left = { ...this.spare };
    let sum = 0;
    for (let sample = 0; sample < this.labels.length; sample++) {
      if (isCounted(sample)) sum += this.costs[sample];
      else if (left[this.labels[sample] > 0 ? '1' : '-1']-- <= 0) return Number.NEGATIVE_INFINITY;
    }
    return sum;
  }

  /** Of a list of samples; undefined: too many are left out. */
  of(counted: readonly number[]): number | undefined {
    const inside = new Set(counted);
    const value = this.value((sample) => inside.has(sample));
    return value === Number.NEGATIVE_INFINITY ? undefined : value;
  }

  /** What these cost, whatever is left out. */
  costOf(samples: readonly number[]): number {
    return samples.reduce((sum, sample) => sum + this.costs[sample], 0);
  }

  /** Nothing can be left out of a count that costs all there is. */
  get isStrict(): boolean {
    return this.costs.every((cost) => cost > 0);
  }
}
