import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/network/types.js';
import { networkOfStage, StageChain, stageInputs } from '../../src/problem/chain.js';
import type { SolutionRecord, StageName, StageRecord } from '../../src/problem/solution.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { stageStarts } from '../../src/verify/starts.js';

const problem = problemOf(
  [
    [3, 1],
    [-2, 1],
    [1, 0],
  ],
  [1, -1, -1],
);
const right: Network = { layers: [2, 1], weightBound: 1, weights: [[[1, 0]]] }; // confident on 0 and 1
const record = (stage: StageName, objective: number | null, network?: Network): StageRecord => ({
  stage,
  status: objective === null ? 'unknown' : 'feasible',
  stopReason: 'work-limit',
  objective,
  bound: null,
  gap: null,
  nodes: 0,
  work: 0,
  seconds: 0,
  ...(network === undefined ? {} : { network }),
});

describe('the chain of stages', () => {
  it('keeps what SM counts, holds what MM reaches, and believes whoever ran them', () => {
    const chain = new StageChain(problem, 0.5);
    expect([chain.keep, chain.holdOf('mw')]).toEqual([[0, 1, 2], { kind: 'correct' }]);
    chain.ended('sm', right);
    expect([chain.keep, chain.holdOf('mw')]).toEqual([[0, 1], { kind: 'confident' }]);
    expect(chain.holdOf('mm')).toEqual({ kind: 'correct' });
    chain.ended('mm', right);
    expect(chain.holdOf('mw')).toEqual({ kind: 'margins', margins: [[10]] });
    const told = new StageChain(problem, 0.5);
    told.ended('sm', right, { counted: [0] });
    told.ended('mm', right, { mm: { margins: [[7]] } });
    expect([told.keep, told.holdOf('mw')]).toEqual([[0], { kind: 'margins', margins: [[4]] }]);
  });

  it('goes on from the stage before where one found nothing', () => {
    const chain = new StageChain(problem, 0);
    chain.ended('sm', right);
    chain.ended('mm', null);
    expect([chain.keep, chain.holdOf('mw')]).toEqual([[0, 1], { kind: 'confident' }]);
    const none = new StageChain(problem, 0);
    none.ended('sm', null);
    expect(none.keep).toEqual([0, 1, 2]);
  });

  it('is what the judges derive from the networks of a run', () => {
    const problems = [
      problem,
      { ...problem, keep: [0, 1] },
      { ...problem, margins: [[0.5]] },
      { ...problem, objective: { kind: 'robust' as const, groups: Int32Array.from([0, 1, 2]) } },
    ];
    const left: Network = { layers: [2, 1], weightBound: 1, weights: [[[1, -1]]] };
    for (const one of problems)
      for (const tolerance of [0, 0.3])
        for (const sm of [right, left]) {
          const chain = new StageChain(one, tolerance);
          chain.ended('sm', sm);
          chain.ended('mm', right);
          const stages = [record('sm', 1, sm), record('mm', 1, right)];
          const start = stageStarts(one, { stages, network: right, tolerance }).get('mw');
          expect({ keep: chain.keep, hold: chain.holdOf('mw') }).toEqual(start);
        }
  });
});

describe('what a stage starts from', () => {
  it("follows SM's and MM's networks", () => {
    const sm: SolutionRecord = { stages: [record('sm', 2)], network: right };
    expect(stageInputs(problem, 'mm', sm, 's').keep).toEqual([0, 1]);
    expect(stageInputs(problem, 'mw', sm, 's')).toEqual({ keep: [0, 1], hold: { kind: 'confident' } });
    const both: SolutionRecord = {
      stages: [record('sm', 2, right), record('mm', 1.9)],
      network: right,
      tolerance: 0.5,
    };
    expect(stageInputs(problem, 'mw', both, 's').hold).toEqual({ kind: 'margins', margins: [[10]] });
    expect(stageInputs(problem, 'mw', both, 's', 0).hold).toEqual({ kind: 'margins', margins: [[19]] });
    // The stage itself and later ones are left out of account.
    expect(stageInputs(problem, 'mm', both, 's').keep).toEqual([0, 1]);
  });

  it('needs no solution where the problem says it', () => {
    const fixed = { ...problem, keep: [0], margins: [[0.5]] };
    expect(stageInputs(fixed, 'mw', undefined, 's')).toEqual({
      keep: [0],
      hold: { kind: 'margins', margins: [[5]] },
    });
    expect(stageInputs({ ...problem, keep: [1] }, 'mw', undefined, 's').hold).toEqual({ kind: 'correct' });
  });

  it('says what is missing or does not fit', () => {
    expect(() => stageInputs(problem, 'mm', undefined, 's')).toThrow(
      /^stage mm: which samples to keep is not known/,
    );
    const gone: SolutionRecord = { stages: [record('sm', 2), record('mm', 1.9)], network: right };
    expect(() => stageInputs(problem, 'mw', gone, 's.json')).toThrow(
      /^s\.json: the solution has no network of stage sm/,
    );
    const wide: Network = { layers: [2, 1], weightBound: 3, weights: [[[3, 0]]] };
    expect(() => stageInputs(problem, 'mm', { stages: [record('sm', 2)], network: wide }, 's')).toThrow(
      "s: network of stage sm: weightBound 3 is above the problem's 1",
    );
    const other: Network = { layers: [1, 1], weightBound: 1, weights: [[[1]]] };
    expect(() => stageInputs(problem, 'mm', { stages: [record('sm', 2)], network: other }, 's')).toThrow(
      "s: network of stage sm: layers [1,1] are not the problem's [2,1]",
    );
  });

  it('takes the last network found for the stage that found it, also when a later one found none', () => {
    const solution: SolutionRecord = { stages: [record('sm', 2), record('mm', null)], network: right };
    expect(networkOfStage(solution, 'sm')).toBe(right);
    expect(networkOfStage(solution, 'mm')).toBeUndefined();
    expect(networkOfStage(solution, 'mw')).toBeUndefined();
  });
});
