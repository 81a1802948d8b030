import { describe, expect, it } from 'vitest';
import { figuresOutside, recordOf, unitOf } from '../../src/problem/figures.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { readFigures } from '../../src/verify/figures.js';

const paper = problemOf([[1], [-1]], [1, -1], { epsilon: 0.0003 });
const targets = Int32Array.from([1, 1]);

describe('the unit of a stage', () => {
  it('is samples, margins in 1/D or a loss, or weights', () => {
    expect(unitOf(paper, 'sm')).toEqual({ figure: 'samples', scale: 1 });
    expect(unitOf(paper, 'mm')).toEqual({ figure: 'margin', scale: 10_000 });
    expect(unitOf(paper, 'mw')).toEqual({ figure: 'weights', scale: 1 });
    expect(unitOf({ ...paper, objective: { kind: 'robust' } }, 'mm')).toEqual({
      figure: 'margin',
      scale: 10_000,
    });
    expect(unitOf({ ...paper, objective: { kind: 'soft', targets } }, 'mm')).toEqual({
      figure: 'loss',
      scale: 1,
    });
  });
});

describe('whole figures outside', () => {
  it('are the doubles nearest to their decimals, with the gap of the contract', () => {
    const unit = { figure: 'margin', scale: 10 } as const;
    expect(figuresOutside(unit, { objective: 464188, bound: 464678 })).toEqual({
      objective: 46418.8,
      bound: 46467.8,
      gap: (46467.8 - 46418.8) / 46418.8,
    });
    expect(figuresOutside(unit, { objective: 3, bound: 9, provedBound: 12 })).toEqual({
      objective: 0.3,
      bound: 0.9,
      gap: 0.9 - 0.3,
      provedBound: 1.2,
    });
    expect(figuresOutside(unit, { objective: null, bound: 7 })).toEqual({
      objective: null,
      bound: 0.7,
      gap: null,
    });
    expect(figuresOutside(unit, { objective: 7, bound: null })).toEqual({
      objective: 0.7,
      bound: null,
      gap: null,
    });
  });

  it('are read back to the last unit, however large', () => {
    for (const whole of [0, 1, 3, 29, 2 ** 31 - 1, 2 ** 40 + 1, 2 ** 51 + 7]) {
      const outcome = {
        stage: 'mm',
        status: 'feasible',
        stopReason: 'work-limit',
        objective: whole,
        bound: whole + 1,
        provedBound: whole + 2,
        nodes: 0,
        work: 0,
        seconds: 0,
      } as const;
      expect(readFigures(paper, recordOf(paper, outcome))).toEqual({
        objective: whole,
        bound: whole + 1,
        provedBound: whole + 2,
        boundGivenReliance: null,
      });
    }
  });
});
