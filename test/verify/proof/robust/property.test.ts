import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/index.js';
import { mutate } from '../../../../src/fuzz/mutate-proof.js';
import { freshEngine } from '../../../engine/support.js';
import { bareSolution, isSo, randomOf, verdictOn } from '../support.js';
import { blockFor, type Case, cases, claimOf } from './support.js';

/*
 * What the verifier must not believe: proofs of robust bounds that were tampered with, and proofs of what is not so. Every
 * block that it accepts is compared with brute force.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const seeds = fc.integer({ min: 0, max: 2 ** 30 });

function judge(one: Case, block: readonly string[]) {
  return verdictOn(one.problem, bareSolution(one.stage), block);
}

describe('a proof pass that is told the optimum', () => {
  it('writes blocks that are accepted', { timeout: 120_000 }, () => {
    let infeasible = 0;
    let written = 0;
    fc.assert(
      fc.property(cases, (one) => {
        const block = blockFor(engine, one, claimOf(one));
        fc.pre(block !== undefined);
        expect(judge(one, block), block.join('\n')).toMatchObject({ stage: one.stage, holds: true });
        written++;
        if (one.optimum === null) infeasible++;
      }),
      { numRuns: 300 },
    );
    expect(written).toBeGreaterThan(290);
    expect(infeasible).toBeGreaterThan(5);
  });
});

describe('a claim that is better than the optimum', () => {
  it('is refused however it is argued', { timeout: 120_000 }, () => {
    let refused = 0;
    fc.assert(
      fc.property(cases, seeds, fc.integer({ min: 1, max: 3 }), (one, seed, step) => {
        fc.pre(one.optimum !== null);
        const claim = one.optimum! + (one.stage === 'mw' ? step : -step);
        const lie = blockFor(engine, one, claim);
        fc.pre(lie !== undefined);
        expect(judge(one, lie), lie.join('\n')).toMatchObject({ holds: false, line: expect.any(Number) });
        const random = randomOf(seed);
        for (let n = 0; n < 20; n++) {
          const verdict = judge(one, mutate(lie, random));
          if (typeof verdict === 'string' || !verdict.holds) refused++;
          else expect(isSo(one.stage, one.optimum, verdict.claim!), lie.join('\n')).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(2000);
  });
});

describe('a proof that was tampered with', () => {
  it('is refused, or still proves what is so', { timeout: 120_000 }, () => {
    let refused = 0;
    let accepted = 0;
    fc.assert(
      fc.property(cases, seeds, (one, seed) => {
        const block = blockFor(engine, one, claimOf(one));
        fc.pre(block !== undefined && block.length < 600);
        const random = randomOf(seed);
        for (let n = 0; n < 25; n++) {
          const changed = mutate(block, random);
          const verdict = judge(one, changed);
          if (typeof verdict === 'string' || !verdict.holds) refused++;
          else {
            accepted++;
            expect(isSo(one.stage, one.optimum, verdict.claim!), changed.join('\n')).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(1000);
    expect(accepted).toBeGreaterThan(50);
  });
});
