import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.js';
import { mutate } from '../../../src/fuzz/mutate-proof.js';
import { linkCount } from '../../../src/network/links.js';
import type { Network } from '../../../src/network/types.js';
import { activeInputs } from '../../../src/problem/active.js';
import type { Hold } from '../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { problemAndNetwork } from '../../../src/testing/arbitraries.js';
import { bruteStage } from '../../../src/verify/brute/index.js';
import { evaluate, everySample, marginsOf } from '../../../src/verify/evaluate.js';
import { type Statement, tinyProof } from '../../support/tiny-prover.js';
import { isSo, posed, randomOf, verdictOn } from './support.js';

const shape = { maxLayers: 3, maxP: 2, maxInputs: 3, maxHidden: 2, maxSamples: 4, withKeep: true };

/** A stage of a tiny problem, with its optimum in integer units; `null`: infeasible. */
interface Case extends Statement {
  readonly optimum: number | null;
}

function holdOf(
  kind: Exclude<Hold['kind'], 'loss'>,
  problem: TrainingProblem,
  network: Network,
  keep: readonly number[],
): Hold {
  if (kind !== 'margins') return { kind };
  const margins = marginsOf(problem, evaluate(problem, network), keep);
  return { kind, margins: margins.map((layer) => layer.map((margin) => Math.max(0, margin))) };
}

const casesOf = (maxValue: number): fc.Arbitrary<Case> =>
  fc
    .tuple(
      problemAndNetwork({ ...shape, maxValue }),
      fc.constantFrom('mm', 'mw'),
      fc.constantFrom<Exclude<Hold['kind'], 'loss'>>('correct', 'confident', 'margins'),
    )
    .map(([[problem, network], stage, kind]) => {
      const keep = problem.keep ?? everySample(problem);
      const hold = holdOf(kind, problem, network, keep);
      let optimum: number | null;
      try {
        optimum = bruteStage(problem, stage, keep, hold, 2 ** 16).objective;
      } catch (error) {
        if (error instanceof InputError) return undefined;
        throw error;
      }
      // docs/proof.md, `none`: inputs that are 0 in all samples have no weights to count.
      const weights = linkCount([activeInputs(problem).length, ...problem.layers.slice(1)]);
      const none = stage === 'mm' ? -1 : weights + 1;
      return { problem, stage, keep, hold, claim: optimum ?? none, optimum };
    })
    .filter((one) => one !== undefined);

const cases = casesOf(4);
const seeds = fc.integer({ min: 0, max: 2 ** 30 });

function judge(one: Statement, block: readonly string[]) {
  const { problem, solution } = posed(one.problem, one.stage, one.keep, one.hold);
  return verdictOn(problem, solution, block);
}

describe('proofs of a naive prover', () => {
  it('are accepted when they claim the optimum', () => {
    let proved = 0;
    let infeasible = 0;
    fc.assert(
      fc.property(cases, seeds, (one, seed) => {
        const block = tinyProof(one, { random: randomOf(seed) });
        fc.pre(block !== undefined);
        const verdict = judge(one, block);
        expect(verdict, block.join('\n')).toMatchObject({ stage: one.stage, holds: true });
        proved++;
        if (one.optimum === null) infeasible++;
      }),
      { numRuns: 400 },
    );
    expect(proved).toBeGreaterThan(200);
    expect(infeasible).toBeGreaterThan(5);
  });

  it('are accepted with multipliers that no double holds', () => {
    let large = 0;
    fc.assert(
      fc.property(casesOf(3000), seeds, (one, seed) => {
        const block = tinyProof(one, { random: randomOf(seed), maxLines: 400 });
        fc.pre(block !== undefined);
        const scaled = block.map((line) => {
          const match = /^(m \d+ )(.*)$/.exec(line);
          if (match === null) return line;
          const digits = Math.max(
            ...match[2].split(' ').map((field) => field.length - field.indexOf(':') - 1),
          );
          if (digits < 10) large++;
          return match[1] + match[2].replace(/(\d+:)?[0-9a-z]+/g, (field) => field + '0'.repeat(10 - digits));
        });
        expect(judge(one, scaled), scaled.join('\n')).toMatchObject({ holds: true });
      }),
      { numRuns: 300 },
    );
    expect(large).toBeGreaterThan(200);
  });
});

describe('a claim that is better than the optimum', () => {
  it('is refused however it is argued', () => {
    let refused = 0;
    fc.assert(
      fc.property(cases, seeds, fc.integer({ min: 1, max: 3 }), (one, seed, step) => {
        fc.pre(one.optimum !== null);
        const claim = one.optimum! + (one.stage === 'mm' ? -step : step);
        const random = randomOf(seed);
        const lie = tinyProof({ ...one, claim }, { random, force: true });
        fc.pre(lie !== undefined);
        expect(judge(one, lie)).toMatchObject({ holds: false, line: expect.any(Number) });
        for (let n = 0; n < 20; n++) {
          const verdict = judge(one, mutate(lie, random));
          if (typeof verdict === 'string' || !verdict.holds) refused++;
          else expect(isSo(one.stage, one.optimum, verdict.claim!)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(2000);
  });
});

describe('a proof that was tampered with', () => {
  it('is refused, or still proves what is so', () => {
    let refused = 0;
    let accepted = 0;
    fc.assert(
      fc.property(cases, seeds, (one, seed) => {
        const random = randomOf(seed);
        const block = tinyProof(one, { random, maxLines: 600 });
        fc.pre(block !== undefined);
        for (let n = 0; n < 25; n++) {
          const verdict = judge(one, mutate(block, random));
          if (typeof verdict === 'string' || !verdict.holds) refused++;
          else {
            accepted++;
            expect(isSo(one.stage, one.optimum, verdict.claim!)).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(1000);
    expect(accepted).toBeGreaterThan(50);
  });
});
