import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/index.js';
import { bestClaim, drawCase, honestBlock, solutionOf } from '../../../src/fuzz/proof-case.js';
import { FIELDS } from '../../../src/problem/fields.js';
import { Draws } from '../../../src/testing/draws.js';
import { problemOf } from '../../../src/testing/problem-of.js';
import { bruteStage } from '../../../src/verify/brute/index.js';
import { verifyProof } from '../../../src/verify/proof/index.js';
import { freshEngine } from '../../engine/support.js';
import { verdict } from './support.js';

describe('MM by the functions of the upper layers', () => {
  // The best has S = -2 and 1 in the first layer (10) and turns round above (9).
  const problem = problemOf([[2], [-1]], [1, -1], { layers: [1, 1, 1] });
  const proof = `stage mm
    keep 0 1
    claim 19
    method tree
    g 2 1 9 1 2 9
    m 0 1:1
    l
    m 0 1:1
    l
    end`;

  it('has a child for each, in which the cells of a row decide its sides', () => {
    expect(bruteStage(problem, 'mm').objective).toBe(19);
    expect(verdict(problem, 'mm', proof)).toEqual({ stage: 'mm', claim: 19, holds: true });
    expect(verdict(problem, 'mm', proof.replace('claim 19', 'claim 18'))).toMatchObject({
      holds: false,
      line: 10,
    });
  });

  it('lists all that the layers above can do', () => {
    const reason = 'some upper layers are none of these functions';
    for (const list of ['2 1 9', '2 1 9 1 0 9', '2 1 9 1 2 8', '0 0 90', '']) {
      const text = proof.replace('2 1 9 1 2 9', list).replace(/g $/m, 'g');
      expect(verdict(problem, 'mm', text), list).toMatchObject({ holds: false, reason });
    }
    for (const [list, why] of [
      ['2 1 9 4 2 9', 'there is no such cell'],
      ['2 1 9 1', 'the line ends too early'],
    ])
      expect(verdict(problem, 'mm', proof.replace('2 1 9 1 2 9', list))).toMatchObject({
        holds: false,
        reason: expect.stringContaining(why),
      });
    // More cells, and more value, are weaker and as true: nothing follows for the sides, so they are branched on.
    const wide = proof.replace(
      /g .*end/s,
      'g 3 3 9\ns 0 0\ns 0 1\nm 0 0:1 1:1\nl\nm 0 1:1\nl\ns 0 1\nm 0 1:1\nl\nm 0 0:1 1:1\nl\nend',
    );
    expect(verdict(problem, 'mm', wide)).toMatchObject({ holds: true });
  });

  it('stands at the root of MM, once, and what needs neurons to be alike is refused below', () => {
    const at = (line: string) => proof.replace('m 0 1:1', line);
    expect(verdict(problem, 'mm', at('g 3 3 9'))).toMatchObject({
      reason: 'g under a function of the upper layers',
    });
    expect(verdict(problem, 'mm', at('t 0'))).toMatchObject({
      reason: 't under a function of the upper layers',
    });
    expect(verdict(problem, 'mm', at('p 0 1'))).toMatchObject({
      reason: 'p under a function of the upper layers',
    });
    expect(verdict(problem, 'mm', proof.replace('g 2', 'p 0 1\ng 2'))).toMatchObject({
      reason: 'g where a neuron has sides',
    });
    const alone = problemOf([[2], [-1]], [1, -1]);
    expect(verdict(alone, 'mm', proof)).toMatchObject({
      reason: 'g is a record of MM with layers above the first',
    });
  });

  it('takes what the engine writes, on all that brute force knows', { timeout: 60_000 }, async () => {
    const engine: Engine = await freshEngine('engine.checked.wasm');
    const draws = new Draws(11);
    let byFunctions = 0;
    for (let n = 0; n < 2500; n++) {
      const one = drawCase(draws, 'paper');
      if (one === undefined || one.stage !== 'mm' || one.problem.layers.length === 2) continue;
      if (FIELDS.some((name) => one.problem[name] !== undefined)) continue; // their trees are others
      const block = honestBlock(engine, draws, one, bestClaim(one));
      if (!block.some((line) => line.startsWith('g '))) continue;
      byFunctions++;
      const { stages } = verifyProof(one.problem, solutionOf(one, bestClaim(one)), [
        'fewbit-proof 1',
        ...block,
      ]);
      expect(stages, block.join('\n')).toEqual([{ stage: 'mm', claim: bestClaim(one), holds: true }]);
    }
    expect(byFunctions).toBeGreaterThan(60);
  });
});
