import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/index.js';
import { attackProofs, type FalseAccept } from '../../../src/fuzz/proof-attacks.js';
import {
  bestClaim,
  drawCase,
  falseClaim,
  honestBlock,
  isTrue,
  solutionOf,
} from '../../../src/fuzz/proof-case.js';
import { Draws } from '../../../src/testing/draws.js';
import { verifyProof } from '../../../src/verify/proof/index.js';
import { freshEngine } from '../../engine/support.js';

/* A share of what bench/proof-attacks.mjs does in full, over all objectives. */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

describe('attacks on proofs', () => {
  it.each(['mutated', 'invented'] as const)(
    '%s ones: nothing false is accepted',
    { timeout: 120_000 },
    (kind) => {
      const found: FalseAccept[] = [];
      const figures = attackProofs(engine, kind, 1200, 7, (one) => found.push(one));
      expect(found).toEqual([]);
      expect(figures.attacks).toBe(1200);
      expect(figures.acceptedTrue + figures.refused).toBe(1200);
      expect(figures.lies).toBeGreaterThan(200);
      expect(Object.keys(figures.byStage)).toHaveLength(9); // every stage of every objective
      if (kind === 'mutated') expect(figures.acceptedTrue).toBeGreaterThan(0);
    },
  );

  it('are told which claims are so, and which proofs are right', () => {
    const draws = new Draws(3);
    const trees = { taken: 0, refused: 0 };
    for (let n = 0; n < 400; n++) {
      const one = drawCase(draws, draws.pick(['paper', 'robust'] as const));
      if (one === undefined) continue;
      const claim = bestClaim(one);
      expect(isTrue(one, one.stage, claim)).toBe(true);
      const lie = falseClaim(draws, one);
      if (lie !== undefined) expect(isTrue(one, one.stage, lie)).toBe(false);
      const block = honestBlock(engine, draws, one, claim);
      if (!block.includes('method tree')) continue;
      const { stages } = verifyProof(one.problem, solutionOf(one, claim), ['fewbit-proof 1', ...block]);
      if (stages[0].holds) trees.taken++;
      else trees.refused++; // one label alone: what is trivial has no tree
    }
    expect(trees.taken).toBeGreaterThan(5 * trees.refused);
    expect(trees.taken).toBeGreaterThan(100);
  });
});
