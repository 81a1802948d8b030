import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';

/**
 * One model file per format version, kept as it was written: whatever changes in the library, these load and answer as
 * they did. The answers were worked out by hand from the weights in the file. Never regenerate them; add the next version.
 */
describe('a model file of version 1', () => {
  const text = readFileSync(new URL('./golden/model-v1.json', import.meta.url), 'utf8');
  const rows = [
    [0, 0, 0, 0],
    [2, 4.5, 0, 1.5],
    [1, 2, 0, -7.5],
    [-5, 10, 3, 2],
  ];

  it('answers as it did', () => {
    const classifier = EnsembleClassifier.load(text, 'model-v1.json');
    expect(classifier.classes).toEqual(['left "1"', 'right', '__proto__']);
    expect(rows.map((row) => Array.from(classifier.decisions(row)))).toEqual([
      [1, 1, 0],
      [1, -1, 0],
      [1, 1, 0],
      [1, -1, 0],
    ]);
    expect(classifier.predict(rows)).toEqual(['left "1"', '__proto__', 'left "1"', '__proto__']);
  });

  it('is written back with the same content', () => {
    expect(JSON.parse(JSON.stringify(EnsembleClassifier.load(text)))).toEqual(JSON.parse(text));
  });
});

/**
 * Pictures of 8 x 8 in 16 greys: a bar, a dash, a ring, nothing, a pattern. The answers were worked out from the file by
 * test/features/by-the-book.ts and plain sums.
 */
describe('a model file of version 2', () => {
  const text = readFileSync(new URL('./golden/model-v2.json', import.meta.url), 'utf8');
  const picture = (pixel: (x: number, y: number) => number): number[] =>
    Array.from({ length: 64 }, (_, i) => pixel(i % 8, i >> 3));
  const rows = [
    picture((x, y) => (x === 3 ? 16 - ((x + y) % 3) : (x * y) % 2)),
    picture((x, y) => (y === 3 ? 16 - ((x + y + 1) % 3) : (x * y + 1) % 2)),
    picture((x, y) => {
      const far = (x - 4) ** 2 + (y - 4) ** 2;
      return far > 4 && far < 12 ? 16 - ((x + y) % 3) : (x * y) % 2;
    }),
    picture(() => 9),
    picture((x, y) => ((8 * y + x) * 37) % 17),
  ];

  it('answers as it did', () => {
    const classifier = EnsembleClassifier.load(text, 'model-v2.json');
    expect(rows.map((row) => Array.from(classifier.decisions(row)))).toEqual([
      [1, 1, 1],
      [-1, -1, 1],
      [-1, -1, -1],
      [1, -1, -1],
      [-1, -1, -1],
    ]);
    for (const vote of ['paper', 'recursive', 'margin'] as const) {
      expect(classifier.predict(rows, { vote })).toEqual(['bar', 'dash', 'ring', 'ring', 'ring']);
    }
  });

  it('is written back with the same content', () => {
    expect(JSON.parse(JSON.stringify(EnsembleClassifier.load(text)))).toEqual(JSON.parse(text));
  });
});
