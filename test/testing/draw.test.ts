import { describe, expect, it } from 'vitest';
import { drawRun } from '../../src/fuzz/draw-run.js';
import { formatProblem, parseProblem } from '../../src/problem/file.js';
import { objectiveOf } from '../../src/problem/objective.js';
import { drawProblem, type Size } from '../../src/testing/draw-problem.js';
import { Draws } from '../../src/testing/draws.js';

describe('what is drawn', () => {
  it('is a valid problem, and the same after it has been written and read', () => {
    for (const objective of ['paper', 'robust', 'soft'] as const) {
      for (const size of ['tiny', 'medium'] satisfies Size[]) {
        const draws = new Draws(1, objective.length);
        for (let n = 0; n < (size === 'tiny' ? 400 : 60); n++) {
          const problem = drawProblem(draws, objective, size);
          expect(parseProblem(formatProblem(problem), 'drawn')).toEqual(problem);
          expect(objectiveOf(problem)).toBe(objective);
        }
      }
    }
  });

  it('comes again from its seed, and from another one does not', () => {
    const text = (...seed: number[]) => {
      const draws = new Draws(...seed);
      return JSON.stringify(Array.from({ length: 20 }, () => drawRun(draws)));
    };
    expect(text(3, 4)).toBe(text(3, 4));
    expect(text(3, 5)).not.toBe(text(3, 4));
    expect(text(4, 4)).not.toBe(text(3, 4));
  });

  it('reaches the ends of its ranges', () => {
    const draws = new Draws(9);
    const seen = Array.from({ length: 400 }, () => draws.int(-2, 2));
    expect([Math.min(...seen), Math.max(...seen)]).toEqual([-2, 2]);
    const large = Array.from({ length: 400 }, () => draws.logarithmic(1e6));
    expect(Math.min(...large)).toBeGreaterThanOrEqual(1);
    expect(large.filter((x) => x < 1000).length).toBeGreaterThan(120);
    expect(large.filter((x) => x > 1000).length).toBeGreaterThan(120);
    const lists = Array.from({ length: 200 }, () => draws.some(4));
    expect(lists.some((list) => list.length === 0)).toBe(true);
    expect(lists.some((list) => list.length === 4)).toBe(true);
  });
});
