import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/network/types.js';
import { formatSolution, parseSolution } from '../../src/problem/file.js';
import type { SolutionRecord, StageName, StageRecord } from '../../src/problem/solution.js';
import { tinyProblem } from '../../src/testing/arbitraries.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { bruteSolve } from '../../src/verify/brute/solve.js';
import { checkSolution } from '../../src/verify/checker.js';

const CHAINS: readonly StageName[][] = [
  ['sm'],
  ['sm', 'mw'],
  ['sm', 'mm'],
  ['sm', 'mm', 'mw'],
  ['mm', 'mw'],
  ['mw'],
];
/** Within what the checker confirms by enumeration: two hidden layers of INN weights may be more than that. */
const small = fc.oneof(
  tinyProblem({ maxP: 2, maxLayers: 2, withKeep: true, maxSamples: 5 }),
  tinyProblem({ maxP: 1, withKeep: true, maxSamples: 5 }),
);

/** The solution with one stage's entry changed. */
function changed(solution: SolutionRecord, stage: StageName, change: Partial<StageRecord>): SolutionRecord {
  return {
    ...solution,
    stages: solution.stages.map((record) => (record.stage === stage ? { ...record, ...change } : record)),
  };
}

/** What a file has that says no more than the contract asks for: only the last network. */
function bare(solution: SolutionRecord): SolutionRecord {
  const stages = solution.stages.map(({ network: _network, keep: _keep, ...record }) => record);
  return { stages, network: solution.network };
}

function withWeight(network: Network, l: number, j: number, i: number, weight: number): Network {
  const weights = network.weights.map((layer) => layer.map((neuron) => [...neuron]));
  weights[l][j][i] = weight;
  return { ...network, weights };
}

describe('a true solution', () => {
  it('is valid, completely checked, and its optima confirmed by enumeration', () => {
    fc.assert(
      fc.property(
        small,
        fc.constantFrom(...CHAINS),
        fc.constantFrom(0, 0, 0.3),
        (problem, stages, tolerance) => {
          const solution = parseSolution(formatSolution(bruteSolve(problem, stages, tolerance)), 's');
          const verdict = checkSolution(problem, solution);
          expect(verdict.faults).toBeUndefined();
          expect(verdict.valid).toBe(true);
          for (const stage of verdict.stages) {
            expect(stage.objectiveHolds).toBe(stage.objective === null ? null : true);
            expect(stage.boundHolds).toBe(true);
            expect(stage.reason).toBeUndefined();
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('is never called invalid for saying no more than the contract asks', () => {
    fc.assert(
      fc.property(small, fc.constantFrom(...CHAINS), (problem, stages) => {
        const solution = bare(bruteSolve(problem, stages));
        const verdict = checkSolution(problem, solution);
        expect(verdict).toMatchObject({ valid: true });
        if (stages.length === 1 && solution.network !== null)
          expect(verdict.stages[0].objectiveHolds).toBe(true);
      }),
      { numRuns: 80 },
    );
  });
});

describe('a changed solution', () => {
  it('is invalid when any objective is off by one unit', () => {
    fc.assert(
      fc.property(small, fc.constantFrom(...CHAINS), fc.constantFrom(1, -1), (problem, stages, step) => {
        const solution = bruteSolve(problem, stages);
        for (const record of solution.stages) {
          if (record.objective === null) continue;
          const unit = record.stage === 'mm' ? problem.epsilon : 1; // one unit or a whole number of them
          const objective = record.objective + step * unit;
          const verdict = checkSolution(
            problem,
            changed(solution, record.stage, { objective, bound: objective }),
          );
          expect(verdict.valid).toBe(false);
          expect(verdict.stages.find((stage) => stage.stage === record.stage)).toMatchObject({
            objectiveHolds: false,
          });
        }
      }),
      { numRuns: 50 },
    );
  });

  it('is invalid when a bound claims more than there is to prove', () => {
    fc.assert(
      fc.property(small, (problem) => {
        const solution = bruteSolve(problem);
        for (const { stage, objective } of solution.stages) {
          if (objective === null) continue;
          const bound = stage === 'mw' ? objective + 1 : objective - 0.5;
          const verdict = checkSolution(problem, changed(solution, stage, { bound, status: 'feasible' }));
          expect(verdict.valid).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });
});

const problem = problemOf(
  [
    [3, 1, 0],
    [-3, 1, 0],
    [3, 1, 0],
  ],
  [1, -1, -1],
);
const solution = bruteSolve(problem);
const verdictOf = (changedSolution: SolutionRecord, stage: StageName) =>
  checkSolution(problem, changedSolution).stages.find((verdict) => verdict.stage === stage);

describe('what is found', () => {
  it('a weight out of range', () => {
    const network = withWeight(solution.network!, 0, 0, 0, 2);
    expect(checkSolution(problem, { stages: [], network })).toEqual({
      valid: false,
      proved: false,
      stages: [],
      faults: ['network: weight 2 of layer 0, neuron 0, input 0 is not in -1..1'],
    });
    const { valid, stages } = checkSolution(problem, { ...bare(solution), network });
    expect(valid).toBe(false);
    expect(stages.at(-1)).toMatchObject({ objectiveHolds: false, reason: 'its network is at fault' });
  });

  it.each<[string, (network: Network) => Network, string]>([
    ['a wider bound', (n) => ({ ...n, weightBound: 2 }), 'weightBound 2 is not in 1..1'],
    ['another shape', (n) => ({ ...n, layers: [3, 2, 1] }), "layers [3,2,1] are not the problem's [3,1]"],
    ['a missing layer', (n) => ({ ...n, weights: [] }), '0 layers of weights, not 1'],
    [
      'another neuron',
      (n) => ({
        ...n,
        weights: [
          [
            [1, 0, 0],
            [1, 0, 0],
          ],
        ],
      }),
      'layer 0 has 2 neurons, not 1',
    ],
    ['a short neuron', (n) => ({ ...n, weights: [[[1, 0]]] }), 'layer 0, neuron 0 has 2 weights, not 3'],
    [
      'a fraction',
      (n) => withWeight(n, 0, 0, 0, 0.5),
      'weight 0.5 of layer 0, neuron 0, input 0 is not an integer',
    ],
    [
      'a weight on an inactive input',
      (n) => withWeight(n, 0, 0, 2, 1),
      'weight 1 of layer 0, neuron 0, input 2 is not 0, but the input is 0 in every training sample',
    ],
  ])('%s', (_, change, fault) => {
    const verdict = checkSolution(problem, { stages: [], network: change(solution.network!) });
    expect(verdict).toMatchObject({ valid: false, faults: [`network: ${fault}`] });
  });

  it('a last network that is not the last stage’s', () => {
    const other = withWeight(solution.network!, 0, 0, 1, solution.network!.weights[0][0][1] === 0 ? 1 : 0);
    expect(checkSolution(problem, { ...solution, network: other }).faults).toEqual([
      'network: is not the network of stage mw, the last one that found any',
    ]);
  });

  it('a list of kept samples that SM’s network does not give', () => {
    const verdict = verdictOf(changed(solution, 'mm', { keep: [0] }), 'mm');
    expect(verdict).toMatchObject({
      objectiveHolds: false,
      reason: 'keep is not the list of samples this stage is about',
    });
  });

  it('an MW network that gives up margin', () => {
    const chain = bruteSolve(problemOf([[3, 2, 1]], [1]), ['mm', 'mw']);
    const thin: Network = { ...chain.network!, weights: [[[1, 0, 0]]] };
    const cheat = { ...changed(chain, 'mw', { network: thin, objective: 1, bound: 1 }), network: thin };
    const verdict = checkSolution(problemOf([[3, 2, 1]], [1]), cheat);
    expect(verdict.valid).toBe(false);
    expect(verdict.stages[1]).toMatchObject({ objectiveHolds: false });
    expect(verdict.stages[1].reason).toContain('the network does not hold what stage mw has to hold');
    // With a tolerance of a half the same network is right.
    expect(checkSolution(problemOf([[3, 2, 1]], [1]), { ...cheat, tolerance: 0.5 }).valid).toBe(true);
  });

  it('an MM network that is wrong on a kept sample', () => {
    const wrong: Network = { ...solution.network!, weights: [[[-1, 0, 0]]] };
    const verdict = verdictOf(changed(solution, 'mm', { network: wrong }), 'mm');
    expect(verdict).toMatchObject({ objectiveHolds: false });
    expect(verdict?.reason).toContain('negative margin on a kept sample');
  });

  it('a status that its numbers do not bear out', () => {
    const { objective } = solution.stages[1];
    expect(verdictOf(changed(solution, 'mm', { bound: null, gap: null }), 'mm')).toMatchObject({
      boundHolds: false,
      reason: 'status optimal without a bound',
    });
    expect(verdictOf(changed(solution, 'mm', { bound: objective! + 0.1 }), 'mm')).toMatchObject({
      boundHolds: false,
    });
    expect(verdictOf(changed(solution, 'mm', { bound: objective! + 0.05 }), 'mm')).toMatchObject({
      boundHolds: true,
    });
    expect(verdictOf(changed(solution, 'mm', { status: 'infeasible' }), 'mm')).toMatchObject({
      objectiveHolds: false,
      boundHolds: false,
    });
    expect(verdictOf(changed(solution, 'sm', { objective: null }), 'sm')).toMatchObject({
      objectiveHolds: false,
    });
  });

  it('a claim of infeasibility that is false, or true', () => {
    const claim: SolutionRecord = {
      stages: [
        {
          ...solution.stages[1],
          status: 'infeasible',
          objective: null,
          bound: null,
          gap: null,
          network: undefined,
          keep: undefined,
        },
      ],
      network: null,
    };
    expect(checkSolution(problem, claim)).toMatchObject({ valid: true, stages: [{ boundHolds: true }] });
    const open = problemOf([[3], [-3]], [1, -1]);
    expect(checkSolution(open, claim)).toMatchObject({ valid: false, stages: [{ boundHolds: false }] });
  });
});

describe('what is not in the file', () => {
  const noSm = { ...changed(solution, 'sm', { network: undefined, keep: undefined }), keep: undefined };

  it('an earlier objective holds when a later network attains it', () => {
    const separable = problemOf(
      [
        [3, 1],
        [-3, 1],
      ],
      [1, -1],
    );
    const full = bruteSolve(separable);
    // The last network is confident on both samples and keeps MM's sum: it witnesses all three objectives.
    expect(checkSolution(separable, bare(full)).stages.map((stage) => stage.objectiveHolds)).toEqual([
      true,
      true,
      null,
    ]);
  });

  it('an earlier objective is not checkable otherwise, and the reason says so', () => {
    // No weight makes two of these confident; with as many inputs nobody enumerates that.
    const wide = problemOf(
      [new Array(40).fill(1), new Array(40).fill(-1), new Array(40).fill(2)],
      [1, -1, 1],
    );
    const network: Network = {
      layers: [40, 1],
      weightBound: 1,
      weights: [[new Array(40).fill(0).fill(1, 0, 3)]],
    };
    const mm = { ...solution.stages[1], status: 'feasible' as const, stopReason: 'work-limit' as const };
    const claim: SolutionRecord = {
      stages: [
        { ...mm, stage: 'sm', objective: 3, bound: 3, network: undefined, keep: undefined },
        { ...mm, objective: 2.9, bound: null, gap: null, network, keep: [0, 1, 2] },
      ],
      network,
    };
    const verdict = checkSolution(wide, claim);
    expect(verdict.stages[0]).toMatchObject({
      objectiveHolds: null,
      boundHolds: true,
      reason: expect.stringContaining('not checkable'),
    });
    // Nothing shows that SM's count is so, though its bound is, and MM's figure on all samples too.
    expect(verdict).toMatchObject({ valid: true, proved: false, unproved: ['sm: objective 3'] });
  });

  it('an earlier objective is refuted where enumeration finds less', () => {
    const claim = changed(noSm, 'sm', { objective: 3, bound: 3 });
    expect(verdictOf(claim, 'sm')).toMatchObject({
      objectiveHolds: false,
      reason: expect.stringContaining('no network reaches objective 3'),
    });
  });

  it('kept samples that only the file names leave it unproved', () => {
    // Two contradictions: any one of rows 2, 3 and any one of 0, 1 can be counted, and the network counts 0 and 3.
    const rows = [[2], [2], [1], [-3]];
    const torn = problemOf(rows, [1, -1, -1, -1], { layers: [1, 1] });
    const full = bruteSolve(torn, ['sm', 'mm']);
    const about = full.stages[0].keep!;
    const without = {
      ...full,
      stages: [{ ...full.stages[0], network: undefined, keep: undefined }, full.stages[1]],
    };
    expect(checkSolution(torn, without)).toMatchObject({ valid: true, proved: true });
    const other = { ...without, keep: about.map((_, n) => n) };
    expect(checkSolution(torn, other).proved).toBe(false);
  });

  it('a later network that is right on too few samples refutes SM’s count', () => {
    const problem3 = problemOf([[3], [-3], [3], [3]], [1, -1, -1, -1]);
    const network: Network = { layers: [1, 1], weightBound: 1, weights: [[[1]]] };
    const base = bruteSolve(problem3).stages[1];
    const claim: SolutionRecord = {
      stages: [
        { ...base, stage: 'sm', objective: 3, bound: 3, network: undefined, keep: undefined },
        { ...base, objective: 2.9, bound: 2.9, network: undefined, keep: undefined },
      ],
      network,
    };
    expect(checkSolution(problem3, claim).stages[1]).toMatchObject({
      objectiveHolds: false,
      reason: expect.stringContaining('the network is right on 2 samples, stage sm kept 3'),
    });
  });

  it('a bound that no trivial argument and no enumeration reaches is null, never true', () => {
    const wide = problemOf([new Array(40).fill(2), new Array(40).fill(-1)], [1, -1]);
    const network: Network = { layers: [40, 1], weightBound: 1, weights: [[new Array(40).fill(1)]] };
    const stage: StageRecord = { ...solution.stages[1], objective: 39.9, bound: 39.9, network, keep: [0, 1] };
    const claim = { stages: [stage], network };
    expect(checkSolution(wide, claim).stages[0]).toMatchObject({ objectiveHolds: true, boundHolds: null });
    // All weights at their bound on the darkest sample: 40 is trivially a bound.
    const open = { ...stage, status: 'feasible' as const, stopReason: 'time-limit' as const, gap: null };
    const loose = { ...claim, stages: [{ ...open, bound: 40 }] };
    expect(checkSolution(wide, loose).stages[0]).toMatchObject({ objectiveHolds: true, boundHolds: true });
    const count = { ...stage, stage: 'sm' as const, objective: 2, bound: 2 };
    expect(checkSolution(wide, { stages: [count], network }).stages[0]).toMatchObject({ boundHolds: true });
  });
});
