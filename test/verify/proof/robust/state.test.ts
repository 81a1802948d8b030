import { describe, expect, it } from 'vitest';
import type { StageName } from '../../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { problemOf } from '../../../../src/testing/problem-of.js';
import { robustSetting } from '../../../../src/verify/proof/robust/setting.js';
import { RobustState } from '../../../../src/verify/proof/robust/state.js';
import { verdict } from '../support.js';

function robust(labels: readonly number[], rest: Partial<TrainingProblem> = {}): TrainingProblem {
  const rows = [[4], [-4], [6], [-6]].slice(0, labels.length);
  return problemOf(rows, labels, { layers: [1, 2, 1], objective: { kind: 'robust' }, ...rest });
}

function stateOf(problem: TrainingProblem, goal: StageName): RobustState {
  const keep = Array.from({ length: problem.sampleCount }, (_, k) => k);
  return new RobustState(robustSetting(problem, goal, keep, { kind: 'correct' }));
}

describe('the root', () => {
  it('knows of rows of one label what the output allows them, and nothing of hidden neurons', () => {
    // The weight is 1 and moves by 2 where the rows have 1: no sum is 0 or more.
    const given = { ranges: [[1, 1]] as const, radii: Int32Array.of(2) };
    const mm = 'stage mm\nkeep 0 1\nclaim none\nmethod tree\nx\nend';
    const problem = problemOf([[1], [1]], [1, 1], { objective: { kind: 'robust' }, ...given });
    expect(verdict(problem, 'mm', mm)).toMatchObject({ claim: 'none', holds: true });
    expect(verdict({ ...problem, layers: [1, 1, 1] }, 'mm', mm)).toMatchObject({
      reason: 'nothing says that the node is impossible',
    });
  });

  it('has weights above the first layer where labels are unlike', () => {
    const mw = (claim: number) => `stage mw\nkeep 0 1\nhold correct\nclaim ${claim}\nmethod tree\nl\nend`;
    expect(verdict(robust([1, 1]), 'mw', mw(1))).toMatchObject({
      reason: "the node's bound is 0, which does not close it at 1",
    });
    expect(verdict(robust([-1, -1]), 'mw', mw(1))).toMatchObject({ holds: true });
    expect(verdict(robust([-1, -1]), 'mw', mw(2))).toMatchObject({ holds: false });
    expect(verdict(robust([1, -1]), 'mw', mw(2))).toMatchObject({ holds: true });
    expect(verdict(robust([1, -1]), 'mw', mw(3))).toMatchObject({ holds: false });
  });
});

describe('what is not known, and samples left out', () => {
  it('are taken back, each with what it counted', () => {
    const state = stateOf(robust([1, -1, 1, -1], { costs: Int32Array.of(3, 5, 7, 11) }), 'sm');
    const mark = state.mark();
    state.declareOpen(1, 1);
    state.declareOpen(1, 2);
    expect([state.touched(0), state.touched(1), state.isOpen(1, 2), state.isOpen(1, 3)]).toEqual([
      ...[false, true, true, false],
    ]);
    expect([state.undecided(1, 2), state.mayKnow(1, 2, 1), state.mayKnow(1, 3, 1)]).toEqual([
      false,
      false,
      true,
    ]);
    state.leaveOut(1);
    state.leaveOut(2);
    expect([state.total(), state.isOut(2), state.isOut(3)]).toEqual([26 - 12, true, false]);
    state.undoTo(mark);
    expect([state.total(), state.isOut(2), state.touched(1), state.isOpen(1, 2)]).toEqual([
      26,
      false,
      false,
      false,
    ]);
  });

  it('are impossible where more of a label are left out than may be', () => {
    const left = (spare: { plus?: number; minus?: number }, ...samples: number[]) => {
      const state = stateOf(robust([1, -1, 1, -1], { atMostWrong: spare }), 'sm');
      const mark = state.mark();
      state.leaveOut(0);
      state.leaveOut(1);
      state.undoTo(mark); // counts for nothing
      for (const k of samples) state.leaveOut(k);
      return state.impossible;
    };
    expect([left({ plus: 1 }, 0), left({ plus: 1 }, 0, 2), left({ plus: 1 }, 0, 1, 3)]).toEqual([
      false,
      true,
      false,
    ]);
    expect([left({ minus: 1 }, 1), left({ minus: 1 }, 1, 3), left({ minus: 1 }, 0, 2, 3)]).toEqual([
      ...[false, true, false],
    ]);
    expect([left({}, 0, 1, 2, 3), left({ plus: 0, minus: 0 })]).toEqual([false, false]);
  });
});
