import { type Encoding, encodeRow, inputsOf } from '../data/encoding.js';
import { applyScaling, type Scaling, scalingMiddle } from '../data/scaling.js';
import { FeatureReader, type FittedFeatures } from '../features/index.js';
import { type ImageShape, type PerturbationSet, perturbationFamily } from '../perturb/index.js';
import { scaledFamily } from './family.js';

/** How a sample becomes what networks read: what a model and a training know of it. */
export interface ReadingOptions {
  /** Values of a sample. */
  readonly columns: number;
  readonly scaling: Scaling;
  /** Instead of the scaling, which is `identity` then. */
  readonly encoding?: Encoding;
  readonly image?: ImageShape;
  readonly features?: FittedFeatures;
}

/**
 * Reads samples: raw values are scaled to whole numbers, and these, where there is a feature map, become features. Training and
 * prediction both read through here, so that they read the same. Arrays that it returns are its own, until the next call.
 */
export class InputReader {
  /** Inputs of the networks. */
  readonly inputs: number;
  /** What has been taken off every input after everything else; `undefined`: nothing. */
  readonly middle: readonly number[] | undefined;
  private readonly raw: Float64Array;
  private readonly scaled: Int32Array;
  private readonly map: FeatureReader | undefined;
  private readonly mapped: Int32Array;

  constructor(private readonly options: ReadingOptions) {
    const { columns, scaling, encoding, image, features } = options;
    this.map = features === undefined || image === undefined ? undefined : new FeatureReader(features, image);
    const scaled = encoding === undefined ? columns : inputsOf(encoding);
    this.inputs = this.map?.count ?? scaled;
    this.middle = features?.middle ?? scalingMiddle(scaling);
    this.raw = new Float64Array(columns);
    this.scaled = new Int32Array(scaled);
    this.mapped = new Int32Array(this.inputs);
  }

  /** The whole numbers of one row of raw values: pixels of an image, inputs of an encoding. Throws `InputError` for values that are no finite numbers. */
  scale(values: ArrayLike<number>, offset: number): Int32Array {
    if (this.options.encoding !== undefined) {
      encodeRow(this.options.encoding, values, offset, this.scaled);
      return this.scaled;
    }
    for (let i = 0; i < this.raw.length; i++) this.raw[i] = values[offset + i];
    applyScaling(this.options.scaling, this.raw, this.scaled);
    return this.scaled;
  }

  /** What networks read of a scaled row. */
  read(row: Int32Array): Int32Array {
    if (this.map === undefined) return row;
    this.map.read(row, this.mapped);
    return this.mapped;
  }

  /**
   * What networks read of the family of a scaled row, itself first. Copies are made of the picture, in grey levels 0..255 where
   * features follow (16 levels would be too coarse for them), and every copy is mapped for itself.
   *
   * @param image of a sample whose model knows none
   */
  family(row: Int32Array, set: PerturbationSet, seed: number, image = this.options.image): Int32Array[] {
    const { map } = this;
    if (map === undefined) return scaledFamily(row, image, set, seed, this.options.scaling);
    return perturbationFamily(map.levels(row), image, set, seed).map((grey) => {
      const member = new Int32Array(this.inputs);
      map.readLevels(grey, member);
      return member;
    });
  }
}
