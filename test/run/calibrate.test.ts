import { describe, expect, it } from 'vitest';
import { foldsOf } from '../../src/data/folds.js';
import { train } from '../../src/ensemble/train/train.js';
import { calibrate, checkCalibrate } from '../../src/run/calibrate.js';
import '../../src/run/node.js';

const samples = Array.from({ length: 20 }, (_, row) => [row, (row * 7) % 11]);
const labels = samples.map(([x, y]) => (x + y > 14 ? 'a' : 'b'));
const data = { samples, labels, classes: ['a', 'b'], columns: ['x', 'y'] };
const options = { hidden: [], workLimit: 200_000, workers: 0, seed: 3 };

describe('calibration', () => {
  it('is fitted to the scores of rows that their training has not seen', async () => {
    const fitted = await calibrate(data, 'platt', options);
    const fold = foldsOf(labels, 5, 3);
    let most = 1;
    for (let k = 0; k < 5; k++) {
      const pick = (inside: boolean) =>
        samples.flatMap((_, row) => ((fold[row] === k) === inside ? [row] : []));
      const [own, held] = [pick(false), pick(true)];
      const { classifier } = await train(
        { ...data, samples: own.map((row) => samples[row]), labels: own.map((row) => labels[row]) },
        options,
      );
      for (const row of held) most = Math.max(most, Math.abs(classifier.scores(samples[row])[0]));
    }
    expect(fitted).toMatchObject({ kind: 'platt', folds: 5, seed: 3, rows: 20, scale: most });
    expect(await calibrate(data, 'platt', options)).toEqual(fitted);
  });

  it('refuses three classes, extra samples and another kind by name', () => {
    expect(() => checkCalibrate('platt', ['a', 'b', 'c'], false)).toThrow('calibrate: for two classes');
    expect(() => checkCalibrate('platt', ['a', 'b'], true)).toThrow('calibrate: not with extra');
    expect(() => checkCalibrate('spline' as never, ['a', 'b'], false)).toThrow(
      'calibrate: expected isotonic',
    );
  });
});
