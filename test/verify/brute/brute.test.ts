import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.js';
import { nonzeroCount } from '../../../src/network/links.js';
import { marginSum, marginsHold, networkMargins } from '../../../src/network/margins.js';
import { confidentSamples, marginUnits, satisfiesHold } from '../../../src/problem/semantics.js';
import type { Hold, StageName } from '../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../src/problem/types.js';
import type { Solution } from '../../../src/stages/types.js';
import { problemAndNetwork, tinyProblem } from '../../../src/testing/arbitraries.js';
import { allNetworks } from '../../../src/testing/networks.js';
import { problemOf } from '../../../src/testing/problem-of.js';
import { bruteStage } from '../../../src/verify/brute/index.js';
import { bruteSolve } from '../../../src/verify/brute/solve.js';
import { haveInstances, readInstance } from '../../support/instances.js';

function naive(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  hold: Hold,
): number | null {
  let best: number | null = null;
  for (const network of allNetworks(problem)) {
    if (stage === 'sm') {
      best = Math.max(best ?? 0, confidentSamples(problem, network).length);
    } else if (stage === 'mm') {
      const margins = networkMargins(network, problem, keep, marginUnits(problem));
      if (marginsHold(margins)) best = Math.max(best ?? 0, marginSum(margins));
    } else if (satisfiesHold(problem, network, keep, hold)) {
      best = Math.min(best ?? Number.POSITIVE_INFINITY, nonzeroCount(network));
    }
  }
  return best;
}

const all = (problem: TrainingProblem) => Array.from({ length: problem.sampleCount }, (_, k) => k);
const tiny = { maxLayers: 3, maxP: 2, maxInputs: 2, maxHidden: 2, maxSamples: 4, withKeep: true };
/** At most so many weights that 5^n or 3^n networks are listed quickly. */
const isListable = ({ layers, weightBound }: TrainingProblem) =>
  layers.slice(1).reduce((n, size, l) => n + size * layers[l], 0) <= (weightBound === 1 ? 8 : 5);

describe('brute force', () => {
  it('is the best of all networks, listed one by one', () => {
    fc.assert(
      fc.property(problemAndNetwork(tiny), ([problem, network]) => {
        fc.pre(isListable(problem));
        const keep = problem.keep ?? all(problem);
        const margins = networkMargins(network, problem, keep, marginUnits(problem));
        const held = margins.map((layer) => layer.map((margin) => Math.max(0, margin)));
        const holds: Hold[] = [
          { kind: 'correct' },
          { kind: 'confident' },
          { kind: 'margins', margins: held },
        ];
        for (const stage of ['sm', 'mm'] as const) {
          expect(bruteStage(problem, stage, keep).objective).toBe(naive(problem, stage, keep, holds[0]));
        }
        for (const hold of holds) {
          expect(bruteStage(problem, 'mw', keep, hold).objective).toBe(naive(problem, 'mw', keep, hold));
        }
      }),
      { numRuns: 120 },
    );
  });

  it('returns a network that has the objective it states', () => {
    fc.assert(
      fc.property(tinyProblem({ withKeep: true }), (problem) => {
        const keep = problem.keep ?? all(problem);
        const sm = bruteStage(problem, 'sm');
        expect(confidentSamples(problem, sm.network!)).toHaveLength(sm.objective!);
        const mm = bruteStage(problem, 'mm', keep);
        if (mm.network === null) return;
        const margins = networkMargins(mm.network, problem, keep, marginUnits(problem));
        expect(marginsHold(margins)).toBe(true);
        if (keep.length > 0) expect(marginSum(margins)).toBe(mm.objective);
        const hold: Hold = { kind: 'margins', margins };
        const mw = bruteStage(problem, 'mw', keep, hold);
        expect(satisfiesHold(problem, mw.network!, keep, hold)).toBe(true);
        expect(nonzeroCount(mw.network!)).toBe(mw.objective);
        expect(mw.objective!).toBeLessThanOrEqual(nonzeroCount(mm.network));
      }),
      { numRuns: 60 },
    );
  });
});

describe('optima worked out by hand', () => {
  it('of one neuron: margins are asymmetric by epsilon', () => {
    // w = 1 separates 3 from -3: min(3, 3 - 0.1) = 2.9.
    const problem = problemOf([[3], [-3]], [1, -1]);
    expect(bruteStage(problem, 'mm').objective).toBe(29);
    expect(bruteStage(problem, 'mm', [0]).objective).toBe(30);
    expect(bruteStage({ ...problem, epsilon: 1 }, 'mm').objective).toBe(2);
    expect(bruteStage({ ...problem, epsilon: 0.25 }, 'mm').objective).toBe(275);
    expect(bruteStage({ ...problem, weightBound: 5 }, 'mm').objective).toBe(149);
    // The mirror image of both labels is as good: the - side merely changes sample.
    expect(bruteStage(problemOf([[3], [-3]], [-1, 1]), 'mm').objective).toBe(29);
  });

  it('of zero inputs: sgn(0) = +1 is right for +1 only', () => {
    expect(bruteStage(problemOf([[0, 0]], [1]), 'mm').objective).toBe(0);
    expect(bruteStage(problemOf([[0, 0]], [-1]), 'mm')).toMatchObject({ objective: null, network: null });
    expect(bruteStage(problemOf([[0, 0]], [1]), 'sm').objective).toBe(0);
    expect(bruteStage(problemOf([[0, 0]], [-1]), 'mw').objective).toBe(null);
    // A constant +1 needs no weight; MW therefore drops them all.
    expect(
      bruteStage(
        problemOf(
          [
            [3, 1],
            [-2, 5],
          ],
          [1, 1],
        ),
        'mw',
      ).objective,
    ).toBe(0);
  });

  it('of contradicting labels: one of the two is lost', () => {
    const problem = problemOf(
      [
        [2, 1],
        [2, 1],
      ],
      [1, -1],
    );
    expect(bruteStage(problem, 'sm').objective).toBe(1);
    expect(bruteStage(problem, 'mm').objective).toBe(null);
    expect(bruteStage(problem, 'mm', [1]).objective).toBe(29);
  });

  it('of a radius: it costs delta * |w|, so a weak input is better left out', () => {
    // w = (1, 1): 5 + 1 - 2 * 2 = 2; w = (1, 0): 5 - 2 = 3.
    expect(bruteStage(problemOf([[5, 1]], [1], { linf: 2 }), 'mm').objective).toBe(30);
    expect(bruteStage(problemOf([[5, 1]], [1]), 'mm').objective).toBe(60);
    // -5 on the - side: 5 - 2 - 0.1.
    expect(bruteStage(problemOf([[-5, 1]], [-1], { linf: 2 }), 'mm').objective).toBe(29);
    // The threshold of two active inputs is 1: 3 - 2 = 1 is confident, 3 - 3 is not.
    expect(bruteStage(problemOf([[3, 1]], [1], { linf: 2 }), 'sm').objective).toBe(1);
    expect(bruteStage(problemOf([[3, 1]], [1], { linf: 3 }), 'sm').objective).toBe(0);
  });

  it('of one hidden neuron: both margins count, the output has 1 or 0.9', () => {
    // Hidden 2 and -2: margin 1.9; output w = 1: min(1, 0.9).
    const problem = problemOf([[2], [-2]], [1, -1], { layers: [1, 1, 1] });
    expect(bruteStage(problem, 'mm').objective).toBe(28);
    expect(bruteStage(problem, 'mm', [0]).objective).toBe(30);
    // The threshold P * (1 + 1) / 4 is 1 after rounding up: a counted sample needs w = 1 or -1 on top.
    expect(bruteStage(problem, 'sm').objective).toBe(2);
    expect(bruteStage(problem, 'mw').objective).toBe(2);
  });

  it('of nothing kept: objective 0', () => {
    const problem = problemOf([[1], [2]], [1, -1], { layers: [1, 2, 1], keep: [] });
    expect(bruteSolve(problem, ['mm', 'mw']).stages.map((stage) => stage.objective)).toEqual([0, 0]);
  });
});

describe('the chain of stages by brute force', () => {
  it('holds what came before', () => {
    const problem = problemOf(
      [
        [3, 1, 0],
        [-3, 1, 0],
        [3, 1, 0],
      ],
      [1, -1, -1],
    );
    const solved: Solution = bruteSolve(problem); // SolutionRecord is what the stages' Solution is
    expect(solved.stages.map(({ stage, status, objective }) => [stage, status, objective])).toEqual([
      ['sm', 'optimal', 2],
      ['mm', 'optimal', expect.any(Number)],
      ['mw', 'optimal', expect.any(Number)],
    ]);
    expect(solved.keep).toHaveLength(2);
    expect(solved.keep).toContain(1);
  });

  it('relaxes what MW holds by the tolerance', () => {
    // MM: w = (1, 1, 1), margin 6; with tolerance 0.5 three units are enough: one weight on the 3, or 2 + 1.
    const problem = problemOf([[3, 2, 1]], [1]);
    expect(bruteSolve(problem, ['mm', 'mw']).stages[1].objective).toBe(3);
    expect(bruteSolve(problem, ['mm', 'mw'], 0.1).stages[1].objective).toBe(3);
    expect(bruteSolve(problem, ['mm', 'mw'], 0.5).stages[1].objective).toBe(1);
    expect(bruteSolve(problem, ['mm', 'mw'], 1).stages[1].objective).toBe(0);
  });

  it('says infeasible and keeps the network of the stage before', () => {
    const problem = problemOf([[1], [1]], [1, -1], { keep: [0, 1] });
    const solved = bruteSolve(problem);
    expect(solved.stages.map((stage) => stage.status)).toEqual(['optimal', 'infeasible', 'infeasible']);
    expect(solved.network).toEqual(solved.stages[0].network);
  });
});

describe('limits', () => {
  it('refuse what is too large, before searching', () => {
    const wide = problemOf([new Array(64).fill(1)], [1]);
    expect(() => bruteStage(wide, 'mm')).toThrow(InputError);
    expect(() => bruteStage(wide, 'mm')).toThrow(
      /^engine brute: stage mm has up to 3\.43e\+30 weight vectors of a neuron of layer 1, more than the 67108864/,
    );
    const deep = {
      ...problemOf(
        [
          [1, 2, 3],
          [3, 1, 2],
          [2, 3, 1],
        ],
        [1, -1, 1],
      ),
      layers: [3, 3, 1],
    };
    expect(() => bruteStage(deep, 'sm', [], { kind: 'correct' }, 1000)).toThrow(
      /combinations of activation patterns/,
    );
    expect(bruteStage(deep, 'sm').objective).toBe(3);
  });
});

describe.skipIf(!haveInstances)('known optima of the benchmark instances', () => {
  it.each([
    'easy-r20-10x1-P1-SM',
    'easy-r12-8x2x1-P1-SM',
    'easy-r6s1-6x2x1-P1-MM',
    'medium-r6-5x3x2x1-P1-MM',
    'medium-r6s6-5x3x2x1-P1-MM',
    'medium-r10-10x2x2x1-P1-MM',
  ])('%s', (name) => {
    const { problem, stage, best } = readInstance(name);
    const units = stage === 'mm' ? 10 : 1;
    expect(bruteStage(problem, stage, problem.keep).objective).toBe(Math.round(best * units));
  });
});
