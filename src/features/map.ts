import { Histograms } from './hog.js';
import { greyLevels } from './levels.js';
import { featureCount } from './name.js';
import { ROOTS } from './tables.js';
import type { FeatureSpec, FittedFeatures, ImageSize } from './types.js';
import { drawUpright, type Stance, stanceOf, standing } from './upright.js';

/**
 * A map of grey pictures of one size to features 0..255, before any means are taken off. Whole numbers throughout; a map
 * has scratch of its own and serves one picture at a time.
 */
export class FeatureMap {
  /** Features of a picture. */
  readonly count: number;
  private readonly histograms: Histograms | undefined;
  private readonly canvas: Int32Array;
  private readonly zoom: number;
  /** One channel of a picture, and the sum of all; of a grey one neither is needed. */
  private readonly plane: Int32Array | undefined;
  private readonly light: Int32Array | undefined;

  constructor(
    readonly spec: FeatureSpec,
    readonly image: ImageSize,
  ) {
    this.count = featureCount(spec, image);
    this.zoom = spec.name === 'hog' ? spec.zoom : 1;
    this.histograms = spec.name === 'hog' ? new Histograms(spec, image) : undefined;
    const pixels = image.width * image.height;
    this.canvas = new Int32Array(pixels * this.zoom ** 2);
    if (spec.channels > 1) [this.plane, this.light] = [new Int32Array(pixels), new Int32Array(pixels)];
  }

  /**
   * @param grey levels 0..255, row by row, the channels of a pixel one after another
   * @param out receives `count` features, channel by channel
   */
  describe(grey: Int32Array, out: Int32Array): void {
    const { spec, image, plane, light } = this;
    const upright = spec.name === 'deskew' || spec.deskew;
    if (plane === undefined || light === undefined) {
      this.draw(grey, upright ? stanceOf(grey, image) : standing(image), out);
      return;
    }
    sumChannels(grey, light);
    // All channels stand alike, as their sum does.
    const stance = upright ? stanceOf(light, image) : standing(image);
    const each = this.count / spec.channels;
    for (let channel = 0; channel < spec.channels; channel++) {
      takeChannel(grey, channel, plane);
      this.draw(plane, stance, out.subarray(channel * each, (channel + 1) * each));
    }
  }

  private draw(grey: Int32Array, stance: Stance, out: Int32Array): void {
    const { spec, image, canvas, zoom } = this;
    if (spec.name === 'deskew' || spec.deskew || zoom > 1) drawUpright(grey, image, stance, zoom, canvas);
    else canvas.set(grey);
    if (this.histograms !== undefined) this.histograms.describe(canvas, out);
    else if (spec.name === 'deskew' && spec.root) {
      for (let at = 0; at < out.length; at++) out[at] = ROOTS[canvas[at]];
    } else out.set(canvas);
  }
}

/** One channel of a picture: as many pixels as `out` has, of however many values each. */
export function takeChannel(grey: Int32Array, channel: number, out: Int32Array): void {
  const channels = grey.length / out.length;
  for (let at = 0, from = channel; at < out.length; at++, from += channels) out[at] = grey[from];
}

/** The sum of the channels, pixel by pixel. */
export function sumChannels(grey: Int32Array, out: Int32Array): void {
  const channels = grey.length / out.length;
  out.fill(0);
  for (let from = 0; from < grey.length; from++) out[Math.floor(from / channels)] += grey[from];
}

/** From the whole numbers of an image to what networks read. */
export class FeatureReader {
  readonly count: number;
  private readonly map: FeatureMap;
  private readonly grey: Int32Array;

  constructor(
    private readonly fitted: FittedFeatures,
    image: ImageSize,
  ) {
    this.map = new FeatureMap(fitted.spec, image);
    this.count = this.map.count;
    this.grey = new Int32Array(image.width * image.height * fitted.spec.channels);
  }

  /** Grey levels 0..255 of an image; the same array at every call. */
  levels(row: ArrayLike<number>): Int32Array {
    greyLevels(row, this.fitted, this.grey);
    return this.grey;
  }

  /** Features of grey levels, less the means. */
  readLevels(grey: Int32Array, out: Int32Array): void {
    this.map.describe(grey, out);
    const { middle } = this.fitted;
    for (let at = 0; at < out.length; at++) out[at] -= middle[at];
  }

  /** What networks read of an image. */
  read(row: ArrayLike<number>, out: Int32Array): void {
    this.readLevels(this.levels(row), out);
  }
}

/**
 * Fits the means of a map.
 *
 * @param pictures grey levels of training rows, one picture after another
 */
export function fitMeans(map: FeatureMap, pictures: Iterable<Int32Array>): number[] {
  const sums = new Float64Array(map.count);
  const features = new Int32Array(map.count);
  let rows = 0;
  for (const grey of pictures) {
    map.describe(grey, features);
    for (let at = 0; at < sums.length; at++) sums[at] += features[at];
    rows++;
  }
  const parts = 100 * rows;
  // `mean` per cent of the mean, to nearest, halves up.
  return Array.from(sums, (sum) =>
    rows === 0 ? 0 : Math.floor((2 * map.spec.mean * sum + parts) / (2 * parts)),
  );
}
