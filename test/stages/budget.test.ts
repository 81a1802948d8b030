import { describe, expect, it } from 'vitest';
import type { TrainingProblem } from '../../src/problem/types.js';
import { selectionWork, stageShare } from '../../src/stages/budget.js';

const table = (
  sampleCount: number,
  inputs: number,
  more: Partial<TrainingProblem> = {},
): TrainingProblem => ({
  ...{ layers: [inputs, 1], weightBound: 1, epsilon: 0.1, linf: 0, maxNonzero: 5 },
  ...{ samples: new Int32Array(0), labels: new Int8Array(0), sampleCount },
  ...more,
});

describe('the plan of SM', () => {
  it('has more for single neurons with few weights alone, by what a selection looks at', () => {
    const few = selectionWork(table(300, 14));
    expect(few).toBeGreaterThan(0);
    expect(selectionWork(table(300, 28))).toBe(2 * few);
    expect(selectionWork(table(300, 14, { weightBound: 3 }))).toBeGreaterThan(2 * few);
    // Of many rows candidates are looked at on a part.
    expect(selectionWork(table(32_561, 157)) / selectionWork(table(4096, 157))).toBeLessThan(2);
    expect(selectionWork(table(2 ** 20, 1000, { maxNonzero: 900 }))).toBe(4e9);
    expect(selectionWork(table(300, 14, { maxNonzero: undefined }))).toBe(0);
    expect(selectionWork(table(300, 14, { layers: [14, 2, 1] }))).toBe(0);
    expect(selectionWork(table(300, 14, { objective: { kind: 'robust' } }))).toBe(0);
  });

  it('is its own: the stages behind it have what they would have', () => {
    const [plain, more] = [stageShare('sm', false, 100), stageShare('sm', false, 150, 50)];
    expect(more).toBe(plain + 50);
    expect(100 - plain).toBeCloseTo(150 - more);
    expect(stageShare('sm', true, 150, 50)).toBe(150);
    expect(stageShare('sm', false, 20, 50)).toBe(20);
  });
});
