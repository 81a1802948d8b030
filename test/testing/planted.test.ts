import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { formatProblem, parseProblem } from '../../src/problem/file.js';
import { Draws } from '../../src/testing/draws.js';
import { drawFamily, FAMILIES } from '../../src/testing/families.js';
import { PLANTED, planted } from '../../src/testing/planted.js';
import { bareStage } from '../../src/testing/records.js';
import { referee } from '../../src/testing/referee.js';
import { stageCases } from '../../src/testing/stage-case.js';
import { bruteOptimum } from '../../src/verify/brute/index.js';
import { scaleOf } from '../../src/verify/claims.js';

describe.each(PLANTED)('planted %s', (kind) => {
  it('has the optimum that enumeration finds, where it can', () => {
    for (let n = 0; n < 25; n++) {
      const weightBound = 1 + (n % 2);
      const shape = { inputs: 2 + (n % 4), rows: 2 + (n % 5), hidden: n % 3 === 0 ? [2] : [], weightBound };
      const { problem, stage, optimum } = planted(kind, shape, n);
      expect(parseProblem(formatProblem(problem), kind)).toEqual(problem);
      const [{ keep, hold }] = stageCases(problem, { stages: [bareStage(stage)], network: null }, {});
      expect(bruteOptimum(problem, stage, keep, hold), `${n}`).toBe(
        Math.round(optimum * scaleOf(problem, stage)),
      );
    }
  });

  it('has a network that attains it at any size, and the referee says so', () => {
    for (const [inputs, rows] of [
      [40, 12],
      [784, 40],
    ]) {
      const { problem, stage, optimum, network } = planted(
        kind,
        { inputs, rows, hidden: [4], epsilon: 0.25 },
        7,
      );
      const claim = {
        status: 'optimal',
        stopReason: 'proved',
        objective: optimum,
        bound: optimum,
        network,
      } as const;
      const solution = { stages: [bareStage(stage, claim)], network };
      expect(referee(problem, solution, undefined, { known: { [stage]: optimum } }).verdict).toBe('right');
      const better = optimum + (stage === 'mw' ? 1 : -1);
      expect(referee(problem, solution, undefined, { known: { [stage]: better } }).verdict).toBe('wrong');
    }
  });
});

describe('planted', () => {
  it.each([
    [{ rows: 0 }, 'planted level: rows: must be a whole number from 1 on, got 0'],
    [{ inputs: 1 }, 'planted level: inputs: must be a whole number from 2 on, got 1'],
    [{ hidden: [2, 1.5] }, 'planted level: hidden 1: must be a whole number from 1 on, got 1.5'],
    [{ weightBound: 1000 }, /^planted level: weightBound: /],
    [{ epsilon: 0 }, /^planted level: epsilon: /],
    [{ inputs: 784, rows: 60, weightBound: 127 }, /^planted level: samples, sample \d+, column \d+: /],
  ])('refuses %j', (shape, message) => {
    expect(() => planted('level', shape, 1)).toThrow(InputError);
    expect(() => planted('level', shape, 1)).toThrow(message);
  });
});

describe('planted counted', () => {
  it('draws another network where equal neurons cancel each other on every row', () => {
    const shapes = [1, 2, 3].flatMap((inputs) => [[2], [2, 2], [4]].map((hidden) => ({ inputs, hidden })));
    for (const [n, shape] of Array.from({ length: 180 }, (_, n) => [n, shapes[n % shapes.length]] as const)) {
      const { problem, optimum } = planted('counted', { ...shape, rows: 3 }, n);
      expect(optimum).toBeGreaterThan(0);
      expect(problem.sampleCount).toBeGreaterThanOrEqual(optimum);
    }
  });
});

describe('families', () => {
  it.each(FAMILIES)('%s is made of problems', (name) => {
    const texts = new Set<string>();
    for (let n = 0; n < 40; n++) {
      const problem = drawFamily(new Draws(n), name);
      const text = formatProblem(problem);
      expect(parseProblem(text, name)).toEqual(problem);
      texts.add(text);
    }
    expect(texts.size).toBeGreaterThan(4);
  });
});
