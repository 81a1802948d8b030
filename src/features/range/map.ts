import { greyLevels } from '../levels.js';
import { featureCount } from '../name.js';
import { ROOTS } from '../tables.js';
import type { FittedFeatures, ImageSize } from '../types.js';
import { stanceOf, standing } from '../upright.js';
import { CanvasRange } from './canvas.js';
import { HistogramRange } from './histograms.js';
import { onlyStance, rangeOfStance, type StanceRange } from './stance.js';

/**
 * What a feature map can make of all pictures in a box: intervals of whole numbers through every one of its steps, each of which holds
 * whatever the map makes of any picture in the box, for real perturbations that are rounded as for whole ones. The stance (centre and slope) is
 * what spoils intervals: all pixels of the canvas move with it together. So features are asked for by parts of its range: whoever wants to know splits
 * it, and what holds on all parts holds on the whole.
 */
export class FeatureRange {
  readonly count: number;
  /** Least and most of every feature, less the means, after `read`. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  private readonly lowGrey: Int32Array;
  private readonly highGrey: Int32Array;
  private readonly canvas: CanvasRange;
  private readonly histograms: HistogramRange | undefined;
  private readonly upright: boolean;

  constructor(
    private readonly fitted: FittedFeatures,
    private readonly image: ImageSize,
  ) {
    const { spec } = fitted;
    this.count = featureCount(spec, image);
    this.low = new Int32Array(this.count);
    this.high = new Int32Array(this.count);
    this.lowGrey = new Int32Array(image.width * image.height);
    this.highGrey = new Int32Array(image.width * image.height);
    this.canvas = new CanvasRange(image, spec.name === 'hog' ? spec.zoom : 1);
    this.histograms = spec.name === 'hog' ? new HistogramRange(spec, image) : undefined;
    this.upright = spec.name === 'deskew' || spec.deskew;
  }

  /**
   * Sets the box, pixel by pixel.
   *
   * @returns the stances that pictures in it may have; `undefined`: any, as the picture may be all black
   */
  box(low: ArrayLike<number>, high: ArrayLike<number>): StanceRange | undefined {
    greyLevels(low, this.fitted, this.lowGrey);
    greyLevels(high, this.fitted, this.highGrey);
    if (!this.upright) return onlyStance(standing(this.image));
    // All black for certain: there is one such picture.
    if (!this.highGrey.some((grey) => grey > 0)) return onlyStance(stanceOf(this.highGrey, this.image));
    return rangeOfStance(this.lowGrey, this.highGrey, this.image);
  }

  /** Least and most of every feature of pictures in the box that stand within the range. */
  read(stance: StanceRange): void {
    const { canvas, low, high, histograms, fitted } = this;
    canvas.draw(this.lowGrey, this.highGrey, stance);
    if (histograms !== undefined) histograms.describe(canvas.low, canvas.high, low, high);
    else {
      const isRoot = fitted.spec.name === 'deskew' && fitted.spec.root;
      for (let at = 0; at < low.length; at++) {
        low[at] = isRoot ? ROOTS[canvas.low[at]] : canvas.low[at];
        high[at] = isRoot ? ROOTS[canvas.high[at]] : canvas.high[at];
      }
    }
    const { middle } = fitted;
    for (let at = 0; at < low.length; at++) {
      low[at] -= middle[at];
      high[at] -= middle[at];
    }
  }
}
