import { greyLevels } from '../levels.js';
import { sumChannels, takeChannel } from '../map.js';
import { featureCount } from '../name.js';
import { ROOTS } from '../tables.js';
import type { FittedFeatures, ImageSize } from '../types.js';
import { standing } from '../upright.js';
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
  /** One channel of these, or the sum of all. */
  private readonly lowPlane: Int32Array;
  private readonly highPlane: Int32Array;
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
    const pixels = image.width * image.height;
    this.lowGrey = new Int32Array(pixels * spec.channels);
    this.highGrey = new Int32Array(pixels * spec.channels);
    this.lowPlane = new Int32Array(pixels);
    this.highPlane = new Int32Array(pixels);
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
    if (!this.highGrey.some((grey) => grey > 0)) return onlyStance(standing(this.image));
    sumChannels(this.lowGrey, this.lowPlane);
    sumChannels(this.highGrey, this.highPlane);
    return rangeOfStance(this.lowPlane, this.highPlane, this.image);
  }

  /** Least and most of every feature of pictures in the box that stand within the range. */
  read(stance: StanceRange): void {
    const { low, high, lowPlane, highPlane } = this;
    const { spec, middle } = this.fitted;
    const each = this.count / spec.channels;
    for (let channel = 0; channel < spec.channels; channel++) {
      takeChannel(this.lowGrey, channel, lowPlane);
      takeChannel(this.highGrey, channel, highPlane);
      const [from, to] = [channel * each, (channel + 1) * each];
      this.readChannel(stance, low.subarray(from, to), high.subarray(from, to));
    }
    for (let at = 0; at < low.length; at++) {
      low[at] -= middle[at];
      high[at] -= middle[at];
    }
  }

  private readChannel(stance: StanceRange, low: Int32Array, high: Int32Array): void {
    const { canvas, histograms, fitted } = this;
    canvas.draw(this.lowPlane, this.highPlane, stance);
    if (histograms !== undefined) {
      histograms.describe(canvas.low, canvas.high, low, high);
      return;
    }
    const isRoot = fitted.spec.name === 'deskew' && fitted.spec.root;
    for (let at = 0; at < low.length; at++) {
      low[at] = isRoot ? ROOTS[canvas.low[at]] : canvas.low[at];
      high[at] = isRoot ? ROOTS[canvas.high[at]] : canvas.high[at];
    }
  }
}
