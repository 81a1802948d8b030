import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.js';
import type { Hold } from '../../../src/problem/solution.js';
import { problemAndNetwork, tinyProblem } from '../../../src/testing/arbitraries.js';
import { bruteStage } from '../../../src/verify/brute/index.js';
import { evaluate, everySample, marginsOf } from '../../../src/verify/evaluate.js';
import { someNetworkCounts } from '../../../src/verify/proof/enumerate-count.js';
import { beats } from '../../../src/verify/proof/enumerate-layers.js';
import { verifyProof } from '../../../src/verify/proof/index.js';
import { countsAtMost } from '../../../src/verify/proof/interval-count.js';
import { settingOf } from '../../../src/verify/proof/setting.js';
import { haveInstances, readInstance } from '../../support/instances.js';
import { bareSolution, HEADER } from './support.js';

/** `undefined`: too much for a test. */
function optimum(...args: Parameters<typeof bruteStage>): number | null | undefined {
  try {
    return bruteStage(args[0], args[1], args[2], args[3], 2 ** 18).objective;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Hidden layers of two neurons with larger weights, or of three with ternary ones. */
const counting = fc.oneof(
  tinyProblem({ maxInputs: 3, maxHidden: 2, maxP: 2, maxSamples: 7 }),
  tinyProblem({ maxInputs: 3, maxHidden: 3, maxP: 1, maxSamples: 7 }),
);

describe('searches that know the claim', () => {
  it('agree with brute force on what one neuron can count', () => {
    fc.assert(
      fc.property(tinyProblem({ maxLayers: 1, maxInputs: 5, maxSamples: 8 }), (problem) => {
        const best = optimum(problem, 'sm');
        fc.pre(typeof best === 'number');
        expect(countsAtMost(problem, best)).toBe(true);
        expect(countsAtMost(problem, best + 1)).toBe(true);
        if (best > 0) expect(countsAtMost(problem, best - 1)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('agree with brute force on what hidden layers can count', () => {
    fc.assert(
      fc.property(counting, (problem) => {
        fc.pre(problem.layers.length > 2);
        const best = optimum(problem, 'sm');
        fc.pre(typeof best === 'number');
        expect(someNetworkCounts(problem, best)).toBe(false);
        if (best > 0) expect(someNetworkCounts(problem, best - 1)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('agree with brute force on margins and weights', () => {
    fc.assert(
      fc.property(
        problemAndNetwork({ maxInputs: 3, maxHidden: 3, maxP: 2, maxSamples: 5 }),
        fc.constantFrom('mm', 'mw'),
        fc.constantFrom<Exclude<Hold['kind'], 'loss'>>('correct', 'confident', 'margins'),
        ([problem, network], stage, kind) => {
          fc.pre(problem.layers.length > 2);
          fc.pre(problem.confidence !== 0); // a claim above 0 is refused before any search
          const keep = everySample(problem);
          const margins = marginsOf(problem, evaluate(problem, network), keep);
          const held = margins.map((layer) => layer.map((margin) => Math.max(0, margin)));
          const hold: Hold = kind === 'margins' ? { kind, margins: held } : { kind };
          const best = optimum(problem, stage, keep, hold);
          fc.pre(best !== undefined);
          const setting = settingOf(problem, stage, keep, hold);
          const better = stage === 'mm' ? -1 : 1;
          if (best === null) {
            expect(beats(setting, keep, stage === 'mm' ? -1 : 1000)).toBe(false);
            return;
          }
          expect(beats(setting, keep, best)).toBe(false);
          expect(beats(setting, keep, best - better)).toBe(false);
          expect(beats(setting, keep, best + better)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('say so when there is too much to look at', () => {
    const problem = {
      ...fc.sample(tinyProblem({ maxLayers: 1, maxInputs: 5, maxSamples: 8 }), { seed: 1, numRuns: 1 })[0],
    };
    expect(countsAtMost(problem, -1, 0)).toBe(null);
  });

  it.skipIf(!haveInstances).each([
    ['medium-r32-16x1-P1-SM', 'interval'],
    ['medium-r16-12x2x1-P1-SM', 'enumerate'],
    ['medium-r12-8x3x1-P1-MM', 'enumerate'],
  ])('decide %s by %s', (name, method) => {
    const { problem, stage, best } = readInstance(name);
    const unit = stage === 'mm' ? 10 : 1;
    for (const [step, holds] of [
      [0, true],
      [-1, false],
    ] as const) {
      const claim = Math.round(best * unit) + step;
      const keep = stage === 'sm' ? [] : [['keep', ...everySample(problem)].join(' ')];
      const lines = [HEADER, `stage ${stage}`, ...keep, `claim ${claim}`, `method ${method}`, 'end'];
      expect(verifyProof(problem, bareSolution(stage), lines).stages[0]).toMatchObject({ stage, holds });
    }
  });
});
