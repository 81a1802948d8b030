import { type Clip, SumRange } from '../../certify/index.js';
import { FeatureRange, halvesOf, middleStance } from '../../features/range/index.js';
import type { Network } from '../../network/types.js';
import type { ReadingOptions } from '../reading.js';
import type { VoteRule } from '../types.js';
import { marginHolds } from '../vote/margin.js';
import { isSafe } from '../vote/worst-case.js';

/** Parts of the range of stances that are looked at for one radius: a millisecond or two each. */
const MOST_PARTS = 200;

/**
 * How far a label provably holds in pixels, through a feature map: whole numbers from the box of pixels through intervals of features and
 * of sums to the vote. Stances (how an upright picture is moved and slanted) are what couples all pixels, so their range is halved until the
 * vote is safe on every part; a part of one stance on which it is not ends the attempt.
 */
export class PixelCertifier {
  private readonly range: FeatureRange;
  private readonly sums: SumRange;
  private readonly height: number;

  constructor(
    reading: Required<Pick<ReadingOptions, 'image' | 'features'>>,
    private readonly networks: readonly (Network | null)[],
    private readonly classCount: number,
  ) {
    this.range = new FeatureRange(reading.features, reading.image);
    this.sums = new SumRange(networks);
    this.height = reading.image.height;
  }

  /**
   * The largest of some radii at which `label` provably wins on all pictures within it, as far as is shown; 0 where it is none.
   *
   * @param row scaled values @param label wins on `row` @param radii above 0, ascending
   */
  radius(row: Int32Array, label: number, rule: VoteRule, radii: readonly number[], clip?: Clip): number {
    let [low, high] = [-1, radii.length];
    // Steps that double first: most pictures hold for a few levels, and a box that is too large costs most.
    for (let at = 0; high - low > 1; ) {
      if (this.holds(row, label, rule, radii[at], clip)) low = at;
      else high = at;
      at = high === radii.length ? Math.min(high - 1, 2 * low + 1) : low + ((high - low) >> 1);
    }
    return low < 0 ? 0 : radii[low];
  }

  /** Whether it provably wins on all pictures within the radius. */
  holds(row: Int32Array, label: number, rule: VoteRule, radius: number, clip?: Clip): boolean {
    const [least, most] = clip ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    // A value that is beyond the clip already may stay where it is.
    const low = Float64Array.from(row, (x) => Math.min(x, Math.max(least, x - radius)));
    const high = Float64Array.from(row, (x) => Math.max(x, Math.min(most, x + radius)));
    const stances = this.range.box(low, high);
    if (stances === undefined) return false;
    // One of them first: where that fails nothing is lost.
    const open = [stances, middleStance(stances)];
    for (let parts = 0; ; parts++) {
      const part = open.pop();
      if (part === undefined) return true;
      if (parts === MOST_PARTS) return false;
      this.range.read(part);
      this.sums.read(this.range.low, this.range.high);
      if (this.isSafe(label, rule)) continue;
      const halves = halvesOf(part, this.height);
      if (halves === undefined) return false;
      open.push(...halves);
    }
  }

  private isSafe(label: number, rule: VoteRule): boolean {
    const { sums, classCount } = this;
    if (rule === 'margin') return marginHolds(sums, this.hasNetwork, classCount, label);
    const isOpen = (pair: number): boolean => sums.answers[pair] === 0 && this.hasNetwork(pair);
    return isSafe(sums.answers, isOpen, classCount, label);
  }

  private readonly hasNetwork = (pair: number): boolean => this.networks[pair] !== null;
}
