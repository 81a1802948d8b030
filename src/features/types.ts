/** Width and height of an image in pixels. In colour (`channels` of the map) every pixel is three values, one after another. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** `deskew`: the upright image itself, one feature a pixel. */
export interface DeskewSpec {
  readonly name: 'deskew';
  /** Roots of the grey values instead of these. */
  readonly root: boolean;
  /** Per cent of each feature's training mean that is taken off it, 0..100. */
  readonly mean: number;
  /** How many of 255 grey levels at either end of the training's range count as black and as white, 0..100. */
  readonly ends: number;
  /** Values a pixel: 1 (grey) or 3 (red, green, blue), each of which is a picture that is mapped. */
  readonly channels: number;
}

/** `hog`: histograms of oriented gradients. */
export interface HogSpec {
  readonly name: 'hog';
  /** Side of a cell in pixels of the canvas, 2..64. */
  readonly cell: number;
  /** Directions of a histogram, 4..36. */
  readonly bins: number;
  /** Pixels of the canvas a pixel of the image, each axis, 1..8. */
  readonly zoom: number;
  /** Whether the image is made upright first. */
  readonly deskew: boolean;
  /** As in `DeskewSpec`. */
  readonly mean: number;
  readonly ends: number;
  readonly channels: number;
}

/** A map of images to features, with nothing left open: what a name with its options says (docs/features.md). */
export type FeatureSpec = DeskewSpec | HogSpec;

/** Which values of an image are black and white: whole numbers, the first one smaller. */
export interface GreyRange {
  readonly black: number;
  readonly white: number;
}

/** A map fitted on training data: all that a model has to know of it. */
export interface FittedFeatures extends GreyRange {
  readonly spec: FeatureSpec;
  /** What is taken off each feature: whole numbers. */
  readonly middle: readonly number[];
}
