import { drawDigits } from '../../src/data/index.js';
import type { DataSet } from '../../src/data/types.js';
import type { DigitsRequest, Drawing } from './api.js';
import type { Prepared } from './prepared.js';

/** Built-in drawings of each class that are never trained on: those of the command line's test part, the first ones. */
const HELD_PER_CLASS = 20;

/**
 * Digits to train on: of each class first the drawings of the page, then built-in ones, `shots` in all. The built-in ones are those of the
 * command line (`--data digits --shots N`), so that without drawings the same model comes out there.
 */
export function digitsData({ classes, shots, drawings }: DigitsRequest): Prepared {
  const built = drawDigits({ perClass: shots, stream: 'train' });
  const unseen = drawDigits({ perClass: HELD_PER_CLASS, stream: 'test' });
  const own = drawings.filter(({ label, held }) => !held && classes.includes(label));
  const held = drawings.filter((drawing) => drawing.held && classes.includes(drawing.label));
  const train = joined(own, built);
  const test = joined(held, unseen);
  const shown = classes.flatMap((label) => rowsOf(train, label).slice(0, shots));
  const tried = classes.flatMap((label) => rowsOf(test, label));
  return {
    train,
    test: picked(test, tried, classes),
    shots,
    view: {
      classes,
      counts: classes.map(() => shots),
      heldBack: tried.length,
      pictures: { ...pictures(train, shown), side: train.image?.width ?? 0 },
      unseen: pictures(test, tried),
    },
  };
}

/** Drawings in front of a data set. */
function joined(drawings: readonly Drawing[], data: DataSet): DataSet {
  const { values, rows, columns } = data.samples;
  if (drawings.length === 0) return data;
  const all = new Uint8Array((drawings.length + rows) * columns);
  for (const [row, { pixels }] of drawings.entries()) all.set(pixels, row * columns);
  all.set(values, drawings.length * columns);
  return {
    ...data,
    samples: { values: all, rows: drawings.length + rows, columns },
    labels: [...drawings.map(({ label }) => label), ...data.labels],
  };
}

function rowsOf({ labels }: DataSet, label: string): number[] {
  return labels.flatMap((one, row) => (one === label ? [row] : []));
}

function picked(data: DataSet, rows: readonly number[], classes: readonly string[]): DataSet {
  const { values, labels } = pictures(data, rows);
  const samples = { values, rows: rows.length, columns: data.samples.columns };
  return { ...data, samples, labels, classes };
}

function pictures(
  { samples, labels }: DataSet,
  rows: readonly number[],
): { values: Uint8Array; labels: string[] } {
  const { columns } = samples;
  const values = new Uint8Array(rows.length * columns);
  for (const [to, row] of rows.entries()) {
    values.set(samples.values.subarray(row * columns, (row + 1) * columns), to * columns);
  }
  return { values, labels: rows.map((row) => labels[row]) };
}
