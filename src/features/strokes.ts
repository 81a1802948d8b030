import { hogShape } from './name.js';
import type { FeatureSpec, ImageSize } from './types.js';

/** What a feature of `hog` looks at, for pictures of weights: a place of the (upright) image, and a direction. */
export interface Stroke {
  /** Middle of the cell, in pixels of the image from its upper left corner. */
  readonly x: number;
  readonly y: number;
  /** Where the image gets brighter, in turns from the right, clockwise on the screen; an edge runs across it. */
  readonly turn: number;
}

/** Strokes of a map, one a feature. */
export interface Strokes {
  readonly strokes: readonly Stroke[];
  /** Side of a cell in pixels of the image. */
  readonly cell: number;
}

/** `undefined` for maps whose features are pixels. Each cell and direction is in up to four blocks, hence four features. */
export function featureStrokes(spec: FeatureSpec, image: ImageSize): Strokes | undefined {
  if (spec.name !== 'hog') return undefined;
  const { across, down, left, top } = hogShape(spec, image);
  const { cell, bins, zoom } = spec;
  const strokes: Stroke[] = [];
  for (let row = 0; row + 1 < down; row++) {
    for (let column = 0; column + 1 < across; column++) {
      for (const [right, below] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ]) {
        const x = (left + (column + right + 0.5) * cell) / zoom;
        const y = (top + (row + below + 0.5) * cell) / zoom;
        for (let bin = 0; bin < bins; bin++) strokes.push({ x, y, turn: bin / bins });
      }
    }
  }
  // Channels stand alike.
  const all = Array.from({ length: spec.channels }, () => strokes).flat();
  return { strokes: all, cell: cell / zoom };
}
