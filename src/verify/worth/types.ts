import type { Network } from '../../network/types.js';
import type { Hold, StageName } from '../../problem/solution.js';
import type { WorthKind } from '../claims.js';
import type { CountRule } from '../count-rule.js';

/** What one network does on a problem: all that the judges ask of it, under any objective. Figures are whole units. */
export interface Measured {
  /** Weights that are not 0, of all layers. */
  readonly nonzeros: number;
  /** The samples that SM counts, ascending. */
  readonly counted: readonly number[];
  /** What SM makes of it; undefined: SM does not allow it. */
  readonly count: number | undefined;
  /** What MM makes of it on these samples; undefined: MM does not allow it. */
  value(keep: readonly number[]): number | undefined;
  /** What MW holds where this is MM's network. */
  held(keep: readonly number[], tolerance: number): Hold;
  satisfies(keep: readonly number[], hold: Hold): boolean;
}

/** The definition of what networks are worth at every stage: the paper's, robust, or with soft margins. */
export interface Worth {
  readonly kind: WorthKind;
  /** Samples as SM counts them. */
  readonly samples: number;
  /** What SM makes of samples, however they are counted. */
  readonly costs: CountRule;
  /** Rows of these samples. */
  rowsOf(keep: readonly number[]): number;
  /** Whether a network is right on what it counts, so that MM allows it there. */
  readonly countsRight: boolean;
  /** @param network one in which `networkFault` finds nothing */
  measure(network: Network): Measured;
  /** MW: whether the network without weights holds this on any samples. */
  isFree(hold: Hold): boolean;
  /** What MW holds where neither the problem nor MM says it. */
  plainHold(afterSm: boolean): Hold;
  /**
   * A bound that needs no search.
   *
   * @param keep ignored by SM
   * @param hold ignored by all but MW
   */
  trivial(stage: StageName, keep: readonly number[], hold: Hold): number;
  /** Where a stage allows any network, it allows one that is no worse than this: a bound beyond it says that there is none. */
  floor(stage: StageName): number;
  /** Combinations that take some tenths of a second. */
  readonly quick: number;
}
