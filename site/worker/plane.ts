import type { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { InputError } from '../../src/errors.js';
import { EDGE, PLANE_CLASSES } from '../state/plane-data.js';
import type { PlaneRequest, Region } from './api.js';
import type { Prepared } from './prepared.js';

/** Points of the plane as a table of two columns. */
export function planeData({ points }: PlaneRequest): Prepared {
  const present = PLANE_CLASSES.filter((_, c) => points.some((point) => point.c === c));
  if (present.length < 2) throw new InputError('points: of two colours at least');
  const values = Int32Array.from(points.flatMap(({ x, y }) => [x, y]));
  const labels = points.map(({ c }) => PLANE_CLASSES[c]);
  return {
    train: {
      samples: { values, rows: points.length, columns: 2 },
      labels,
      classes: present,
      columns: ['x', 'y'],
    },
    test: null,
    view: {
      classes: present,
      counts: present.map((name) => labels.filter((label) => label === name).length),
      heldBack: 0,
    },
  };
}

/** What the vote says of a grid of points: as many a side, from the upper left corner. */
export function planeRegion(classifier: EnsembleClassifier, side: number): Region | null {
  if (classifier.inputs !== 2) return null;
  const values = new Float64Array(2 * side * side);
  for (let row = 0, at = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      values[at++] = EDGE * ((2 * column + 1) / side - 1);
      values[at++] = EDGE * (1 - (2 * row + 1) / side);
    }
  }
  const labels = classifier.predict({ values: values.map(Math.round), rows: side * side, columns: 2 });
  const names: readonly string[] = PLANE_CLASSES;
  return {
    side,
    labels: Uint8Array.from(labels, (label) => (label === null ? 255 : names.indexOf(label))),
  };
}
