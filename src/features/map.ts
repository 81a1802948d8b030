import { Histograms } from './hog.js';
import { greyLevels } from './levels.js';
import { featureCount } from './name.js';
import { ROOTS } from './tables.js';
import type { FeatureSpec, FittedFeatures, ImageSize } from './types.js';
import { drawUpright, stanceOf, standing } from './upright.js';

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

  constructor(
    readonly spec: FeatureSpec,
    readonly image: ImageSize,
  ) {
    this.count = featureCount(spec, image);
    this.zoom = spec.name === 'hog' ? spec.zoom : 1;
    this.histograms = spec.name === 'hog' ? new Histograms(spec, image) : undefined;
    this.canvas = new Int32Array(image.width * image.height * this.zoom ** 2);
  }

  /**
   * @param grey levels 0..255, row by row
   * @param out receives `count` features
   */
  describe(grey: Int32Array, out: Int32Array): void {
    const { spec, image, canvas, zoom } = this;
    const upright = spec.name === 'deskew' || spec.deskew;
    if (upright || zoom > 1) {
      drawUpright(grey, image, upright ? stanceOf(grey, image) : standing(image), zoom, canvas);
    } else canvas.set(grey);
    if (this.histograms !== undefined) this.histograms.describe(canvas, out);
    else if (spec.name === 'deskew' && spec.root) {
      for (let at = 0; at < out.length; at++) out[at] = ROOTS[canvas[at]];
    } else out.set(canvas);
  }
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
    this.grey = new Int32Array(image.width * image.height);
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
 * @param pictures grey levels of training rows, one picture after another: `image.width * image.height` each
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
