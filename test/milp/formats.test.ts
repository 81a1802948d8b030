import { describe, expect, it } from 'vitest';
import { exportStage, type ModelFormat } from '../../src/milp/export.js';
import { formatLp } from '../../src/milp/lp.js';
import { stageModel } from '../../src/milp/model.js';
import { formatMps } from '../../src/milp/mps.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { bruteSolve } from '../../src/verify/brute/solve.js';

const problem = problemOf(
  [
    [3, -1],
    [-2, 0],
  ],
  [1, -1],
);

describe('model files', () => {
  it('of a max-margin neuron as MPS', () => {
    expect(formatMps(stageModel(problem, 'mm', [0, 1])).split('\n')).toEqual([
      'NAME mm',
      'ROWS',
      ' N obj',
      ' G plus_1_0_0',
      ' G minus_1_0_1',
      'COLUMNS',
      " MARKER0 'MARKER' 'INTORG'",
      ' w_1_0_0 plus_1_0_0 3',
      ' w_1_0_0 minus_1_0_1 2',
      ' w_1_0_1 plus_1_0_0 -1',
      " MARKER1 'MARKER' 'INTEND'",
      ' m_1_0 obj -1',
      ' m_1_0 plus_1_0_0 -1',
      ' m_1_0 minus_1_0_1 -1',
      'RHS',
      ' RHS minus_1_0_1 0.1',
      'BOUNDS',
      ' LO BND w_1_0_0 -1',
      ' UP BND w_1_0_0 1',
      ' LO BND w_1_0_1 -1',
      ' UP BND w_1_0_1 1',
      ' LO BND m_1_0 0',
      ' UP BND m_1_0 2',
      'ENDATA',
      '',
    ]);
  });

  it('of a max-margin neuron as LP', () => {
    expect(formatLp(stageModel(problem, 'mm', [0, 1])).split('\n')).toEqual([
      '\\ stage mm',
      'Minimize',
      ' obj: - m_1_0',
      'Subject To',
      ' plus_1_0_0: + 3 w_1_0_0 - w_1_0_1 - m_1_0 >= 0',
      ' minus_1_0_1: + 2 w_1_0_0 - m_1_0 >= 0.1',
      'Bounds',
      ' -1 <= w_1_0_0 <= 1',
      ' -1 <= w_1_0_1 <= 1',
      ' 0 <= m_1_0 <= 2',
      'General',
      ' w_1_0_0 w_1_0_1',
      'End',
      '',
    ]);
  });

  it('keep lines short and every name in one piece', () => {
    const wide = problemOf([Array.from({ length: 300 }, (_, i) => i + 1)], [1], { layers: [300, 2, 1] });
    const text = exportStage(wide, 'sm', 'lp');
    const lines = text.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(200);
    expect(lines.length).toBeGreaterThan(600);
    expect(text).toContain('w_1_1_299');
  });

  it('write an exact epsilon, never an exponent', () => {
    const fine = problemOf(
      [
        [3, -1],
        [-2, 0],
      ],
      [1, -1],
      { epsilon: 0.0001 },
    );
    expect(exportStage({ ...fine, keep: [0, 1] }, 'mm', 'mps')).toContain(' RHS minus_1_0_1 0.0001\n');
  });
});

describe('exportStage', () => {
  it('starts MM from SM and MW from MM', () => {
    const solution = bruteSolve(
      problemOf(
        [
          [3, -1],
          [-2, 0],
          [3, -1],
        ],
        [1, -1, -1],
      ),
      ['sm', 'mm'],
    );
    const contradicting = problemOf(
      [
        [3, -1],
        [-2, 0],
        [3, -1],
      ],
      [1, -1, -1],
    );
    const mm = exportStage(contradicting, 'mm', 'lp', solution);
    expect(mm.match(/^ (plus|minus)_1_0_\d/gm)).toHaveLength(2);
    const mw = exportStage(contradicting, 'mw', 'lp', solution);
    expect(mw).toContain(' obj: + u_1_0_0 + u_1_0_1');
    expect(mw.match(/^ (plus|minus)_1_0_\d/gm)).toHaveLength(2);
  });

  it('says what it needs', () => {
    expect(() => exportStage(problem, 'mm', 'mps')).toThrow(/^stage mm: which samples to keep is not known/);
    expect(() => exportStage(problem, 'sm', 'xml' as ModelFormat)).toThrow(
      '--format: must be mps or lp, got xml',
    );
  });
});
