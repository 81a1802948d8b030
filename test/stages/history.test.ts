import { expect, it } from 'vitest';
import { History } from '../../src/stages/history.js';

it('has a point at every change and at the end, and none before there is anything', () => {
  const history = new History();
  history.take(1, { objective: null, bound: null });
  history.take(2, { objective: null, bound: 9 });
  history.take(3, { objective: 4, bound: 9 });
  history.take(4, { objective: 4, bound: 9 });
  history.take(4, { objective: 5, bound: 9 });
  expect(history.whole(6, { objective: 5, bound: 5 })).toEqual([
    [2, null, 9],
    [3, 4, 9],
    [4, 5, 9],
    [6, 5, 5],
  ]);
  expect(new History().whole(7, { objective: null, bound: null })).toEqual([]);
});

it('says less of many changes and nothing wrong: first, last, in order, each as it was', () => {
  const history = new History();
  for (let work = 0; work < 10_000; work++) history.take(work, { objective: work, bound: 20_000 - work });
  const points = history.whole(10_000, { objective: 10_000, bound: 10_000 });
  expect(points.length).toBeLessThanOrEqual(65);
  expect(points[0]).toEqual([0, 0, 20_000]);
  expect(points.at(-1)).toEqual([10_000, 10_000, 10_000]);
  for (const [at, [work, objective, bound]] of points.entries()) {
    expect([objective, bound]).toEqual([work, 20_000 - work]);
    if (at > 0) expect(work).toBeGreaterThan(points[at - 1][0]);
  }
});
