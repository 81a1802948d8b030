import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marginSum, marginsHold, networkMargins } from '../../../src/network/margins.js';
import type { Network } from '../../../src/network/types.js';
import { formatProblem, parseProblem } from '../../../src/problem/file.js';
import { objectiveOf, withTargets } from '../../../src/problem/objective.js';
import { certificates, certifiedMargin, isCertified, rowsOf } from '../../../src/problem/robust.js';
import {
  confidentSamples,
  countedWeights,
  countedWorth,
  isAllowed,
  keptSamples,
  marginUnits,
  satisfiesHold,
} from '../../../src/problem/semantics.js';
import { softLoss } from '../../../src/problem/soft.js';
import type { Hold, StageName } from '../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { validateProblem } from '../../../src/problem/validate.js';
import { tinyProblem } from '../../../src/testing/arbitraries.js';
import { withFields } from '../../../src/testing/fields-arbitraries.js';
import { allNetworks, networkCount } from '../../../src/testing/networks.js';
import { tinyRobust } from '../../../src/testing/robust-arbitraries.js';
import { bruteStage } from '../../../src/verify/brute/index.js';
import { bruteSolve } from '../../../src/verify/brute/solve.js';
import { checkSolution } from '../../../src/verify/checker.js';
import { networkFault } from '../../../src/verify/fault.js';

/*
 * Problems with ranges, radii, free weights, limits and costs: brute force and the checker against every network, one by one, judged by
 * the semantics of src/problem, which shares nothing with either.
 */

/** What a network scores at a stage; `null`: not allowed there. */
function worth(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  hold: Hold,
  network: Network,
): number | null {
  if (!isAllowed(problem, network)) return null;
  if (stage === 'sm') return countedWorth(problem, confidentSamples(problem, network));
  if (objectiveOf(problem) === 'paper') {
    if (stage === 'mw')
      return satisfiesHold(problem, network, keep, hold) ? countedWeights(problem, network) : null;
    const margins = networkMargins(network, problem, keep, marginUnits(problem));
    return marginsHold(margins) ? marginSum(margins) : null;
  }
  if (stage === 'mw') {
    if (hold.kind === 'loss') {
      return softLoss(problem, network, keep) <= hold.most ? countedWeights(problem, network) : null;
    }
    const thresholds = hold.kind === 'margins' ? hold.margins[0] : network.weights[0].map(() => 0);
    const found = certificates(problem, network);
    const holds = rowsOf(problem, keep).every((k) => isCertified(problem, found, k, thresholds));
    return holds ? countedWeights(problem, network) : null;
  }
  if (objectiveOf(problem) === 'soft') {
    const loss = softLoss(problem, network, keep);
    return Number.isFinite(loss) ? 0 - loss : null;
  }
  const margin = certifiedMargin(problem, network, keep);
  return margin >= 0 ? margin : null;
}

function naive(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  hold: Hold,
): number | null {
  let best: number | null = null;
  const sense = stage === 'mw' ? -1 : 1;
  for (const network of allNetworks(problem)) {
    const value = worth(problem, stage, keep, hold, network);
    if (value !== null && (best === null || sense * (value - best) > 0)) best = value;
  }
  return best;
}

const shape = { maxLayers: 3, maxP: 2, maxInputs: 3, maxHidden: 2, maxSamples: 4, withKeep: true };
const paper = tinyProblem(shape).chain(withFields);
const robust = tinyRobust({ ...shape, maxInputs: 2 }).chain(withFields);
const soft = tinyRobust({ ...shape, maxInputs: 2 })
  .chain((problem) =>
    fc
      .array(fc.nat({ max: 9 }), { minLength: problem.sampleCount, maxLength: problem.sampleCount })
      .map((targets) => withTargets(problem, Int32Array.from(targets))),
  )
  .chain(withFields);

const holdsOf = (problem: TrainingProblem): Hold[] => {
  const margins = problem.layers.slice(1).map((size) => new Array<number>(size).fill(7));
  const holds: Hold[] = [{ kind: 'correct' }, { kind: 'margins', margins }];
  if (objectiveOf(problem) === 'paper') holds.push({ kind: 'confident' });
  if (objectiveOf(problem) === 'soft') holds.push({ kind: 'loss', most: 30 });
  return holds;
};

it('of nothing kept: MW counts what the groups of columns bring with what has to be used', () => {
  const raw = { layers: [3, 1], weightBound: 1, epsilon: 0.1, samples: [[1, 2, 3]], labels: [1], keep: [] };
  const task = {
    ranges: [
      [1, 1],
      [-1, 1],
      [-1, 1],
    ],
    together: [[0, [1, 2]]],
  };
  const problem = validateProblem({ format: 'fewbit-problem', version: 1, ...raw, ...task }, 'p');
  const { objective, network } = bruteStage(problem, 'mw', []);
  expect(objective).toBe(2);
  expect(networkFault(problem, network as Network)).toBeNull();
});

describe.each([
  ['paper', paper, 160],
  ['robust', robust, 100],
  ['soft', soft, 100],
] as const)('under %s', (_name, problems, numRuns) => {
  it('brute force is the best of all networks', { timeout: 120_000 }, () => {
    let infeasible = 0;
    fc.assert(
      fc.property(problems, (problem) => {
        fc.pre(networkCount(problem) <= 3000);
        const keep = keptSamples(problem);
        const look = (stage: StageName, hold: Hold): void => {
          const { objective, network } = bruteStage(problem, stage, keep, hold);
          expect(objective, `${stage} ${hold.kind}`).toBe(naive(problem, stage, keep, hold));
          if (objective === null) infeasible++;
          if (network === null) return;
          expect(networkFault(problem, network)).toBeNull();
          if (stage === 'sm' || keep.length > 0)
            expect(worth(problem, stage, keep, hold, network)).toBe(objective);
        };
        look('sm', { kind: 'correct' });
        look('mm', { kind: 'correct' });
        for (const hold of holdsOf(problem)) look('mw', hold);
      }),
      { numRuns },
    );
    expect(infeasible).toBeGreaterThan(0);
  });

  it('the checker takes what enumeration finds, and refuses it a unit better', { timeout: 120_000 }, () => {
    let refused = 0;
    fc.assert(
      fc.property(problems, (problem) => {
        fc.pre(networkCount(problem) <= 3000);
        const solution = bruteSolve(problem);
        const verdict = checkSolution(problem, solution);
        expect(verdict.valid, JSON.stringify(verdict)).toBe(true);
        for (const [at, record] of solution.stages.entries()) {
          if (record.objective === null) continue;
          const better = record.objective + (record.stage === 'mw' ? -1 : 1);
          const change = (objective: number, bound: number) => ({
            ...solution,
            stages: solution.stages.with(at, { ...record, objective, bound, gap: null }),
          });
          expect(checkSolution(problem, change(better, better)).valid).toBe(false);
          // A bound that is no worse than the truth allows is refuted where enumeration knows it.
          const worse = record.objective + (record.stage === 'mw' ? 1 : -1);
          expect(checkSolution(problem, change(worse, record.objective)).valid).toBe(false);
          refused++;
        }
      }),
      { numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(20);
  });

  it('files say the same problem', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { keep, ...rest } = problem;
        const clean = keep === undefined ? rest : problem;
        const { costs, radii, ranges, free, maxNonzero, atMostWrong, exclusive, together } = parseProblem(
          formatProblem(clean),
          'p',
        );
        expect({ costs, radii, ranges, free, maxNonzero, atMostWrong, exclusive, together }).toEqual({
          costs: problem.costs,
          radii: problem.radii,
          ranges: problem.ranges,
          free: problem.free,
          maxNonzero: problem.maxNonzero,
          atMostWrong: problem.atMostWrong,
          exclusive: problem.exclusive,
          together: problem.together,
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe('relations', () => {
  const optimum = (problem: TrainingProblem, stage: StageName) =>
    bruteStage(problem, stage, keptSamples(problem)).objective;

  it('a wider box never worsens, a box of one value is a fixed weight, costs of 1 are none', () => {
    fc.assert(
      fc.property(
        tinyProblem({ ...shape, maxLayers: 2 }),
        fc.constantFrom<StageName>('sm', 'mm'),
        (plain, stage) => {
          const [P, n] = [plain.weightBound, plain.layers[0]];
          const box = (low: number, high: number) =>
            optimum({ ...plain, ranges: new Array(n).fill([low, high]) }, stage) ?? Number.NEGATIVE_INFINITY;
          const whole = optimum(plain, stage) ?? Number.NEGATIVE_INFINITY;
          expect(box(-P, P)).toBe(whole);
          expect(box(0, P)).toBeLessThanOrEqual(whole);
          expect(box(-P - 1, P)).toBeGreaterThanOrEqual(whole);
          const costs = new Int32Array(plain.sampleCount).fill(1);
          expect(optimum({ ...plain, costs }, stage) ?? Number.NEGATIVE_INFINITY).toBe(whole);
          const radii = new Int32Array(n).fill(plain.linf);
          expect(optimum({ ...plain, linf: 0, radii }, stage) ?? Number.NEGATIVE_INFINITY).toBe(whole);
        },
      ),
      { numRuns: 60 },
    );
  });
});
