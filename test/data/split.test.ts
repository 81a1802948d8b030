import { describe, expect, it } from 'vitest';
import { fewShotRows, firstPerClass, selectRows } from '../../src/data/split.js';

const labels = ['b', 'a', 'b', 'c', 'a', 'b', 'a', 'c', 'b'];
const data = {
  samples: { values: Int32Array.from(labels, (_, k) => k), rows: labels.length, columns: 1 },
  labels,
  classes: ['a', 'b', 'c'],
};

describe('fewShotRows', () => {
  it('takes [instance * shots, (instance + 1) * shots) of each class in file order', () => {
    expect(fewShotRows(data, { shots: 1 })).toEqual({ classes: ['a', 'b', 'c'], rows: [0, 1, 3] });
    expect(fewShotRows(data, { shots: 1, instance: 1 }).rows).toEqual([2, 4, 7]);
    expect(fewShotRows(data, { shots: 2, classes: ['b', 'c'] })).toEqual({
      classes: ['b', 'c'],
      rows: [0, 2, 3, 7],
    });
    expect(fewShotRows(data).rows).toHaveLength(9);
  });

  it('finds the class order where there is none, numbers by value', () => {
    expect(fewShotRows({ labels: [10, 9, 10] }).classes).toEqual(['9', '10']);
  });

  it.each<[Parameters<typeof fewShotRows>[1], string]>([
    [{ shots: 3 }, 'shots: class "c" has 2 samples; instance 0 of 3 shots needs 3'],
    [
      { shots: 2, instance: 1, classes: ['a', 'b'] },
      'shots: class "a" has 3 samples; instance 1 of 2 shots needs 4',
    ],
    [{ shots: 0 }, 'shots: must be a whole number >= 1, got 0'],
    [{ shots: 1, instance: -1 }, 'instance: must be a whole number >= 0, got -1'],
    [{ instance: 1 }, 'instance: needs shots'],
    [{ classes: ['a', 'z'] }, 'classes: no class "z"; there are "a", "b", "c"'],
    [{ classes: ['a', 'a'] }, 'classes: "a" is listed twice'],
    [{ classes: ['a'] }, 'classes: at least two are needed, got "a"'],
  ])('refuses %j', (options, message) => {
    expect(() => fewShotRows(data, options)).toThrow(message);
  });
});

describe('firstPerClass', () => {
  it('takes the first of each class, all where there are fewer', () => {
    expect(firstPerClass(data, 3).rows).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(firstPerClass(data, 1, ['c'])).toEqual({ classes: ['c'], rows: [3] });
    expect(firstPerClass(data).rows).toHaveLength(9);
    expect(() => firstPerClass(data, 0)).toThrow('per-class: must be a whole number >= 1, got 0');
  });
});

describe('selectRows', () => {
  it('copies rows and labels and keeps the rest', () => {
    const picked = selectRows({ ...data, columns: ['x'] }, fewShotRows(data, { shots: 1, instance: 1 }));
    expect(picked.samples).toEqual({ values: Int32Array.of(2, 4, 7), rows: 3, columns: 1 });
    expect(picked.labels).toEqual(['b', 'a', 'c']);
    expect(picked.columns).toEqual(['x']);
    const nested = selectRows({ samples: [[1], [2]], labels: [0, 1] }, { classes: ['0', '1'], rows: [1] });
    expect(nested).toEqual({ samples: [[2]], labels: ['1'], classes: ['0', '1'] });
  });
});
