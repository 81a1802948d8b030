import { describe, expect, it } from 'vitest';
import { drawRun } from '../../src/fuzz/draw-run.js';
import { execute } from '../../src/fuzz/execute.js';
import { Draws } from '../../src/testing/draws.js';
import { freshEngine } from './support.js';

/* What a stage says it has done adds up, and is about that stage alone. */

describe('counters', () => {
  it('add up to the nodes of the stage, and found is no more than tried', async () => {
    const engine = await freshEngine();
    const seen = new Map<string, number>();
    for (let n = 0; n < 300; n++) {
      const run = drawRun(new Draws(20261128, n));
      const { solution } = execute(engine, { ...run, options: { ...run.options, timeLimit: undefined } });
      for (const { nodes, counters } of solution.stages) {
        if (counters === undefined) continue; // a stage that had nothing to begin with
        const sum = Object.values(counters.nodes ?? {}).reduce((total, times) => total + times, 0);
        expect(sum).toBe(nodes);
        for (const [group, entries] of Object.entries(counters)) {
          for (const [name, times] of Object.entries(entries)) {
            expect(Number.isInteger(times) && times > 0, `${group}.${name}`).toBe(true);
            seen.set(`${group}.${name}`, (seen.get(`${group}.${name}`) ?? 0) + times);
            const tried = /^(.*)Found$/.exec(name)?.[1];
            if (tried !== undefined && tried !== 'neighbourhoods')
              expect(times).toBeLessThanOrEqual(entries[tried] ?? 0);
          }
        }
        const { valued = 0, accepted = 0 } = counters.networks ?? {};
        expect(accepted).toBeLessThanOrEqual(valued);
      }
    }
    for (const name of [
      'nodes.weights',
      'nodes.sides',
      'nodes.certificates',
      'nodes.depthFirst',
      'nodes.listed',
    ]) {
      expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
    }
    for (const name of [
      'relaxation.pivots',
      'relaxation.fixings',
      'closed.bound',
      'searches.tabu',
      'networks.accepted',
    ]) {
      expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
    }
  });
});
