import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { networkMargins } from '../../src/network/margins.js';
import type { Network } from '../../src/network/types.js';
import { marginUnits } from '../../src/problem/semantics.js';
import { solve } from '../../src/stages/solve.js';
import { checkSolution } from '../../src/verify/checker.js';
import { drawn } from '../engine/problems.js';
import { freshEngine } from '../engine/support.js';

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine('engine.checked.wasm');
  engine.setEnumerationLimit(0);
});

const problem = drawn({ seed: 3, layers: [8, 2, 2, 1], count: 6, least: -9, most: 9, noise: 0 });
const whole = (stages: ('sm' | 'mm')[]) => solve(engine, problem, { stages, workLimit: 3e7 });

/** The hidden neurons and what they feed in another order: the same network. */
function turnedAround(network: Network): Network {
  const [first, second, last] = network.weights;
  return { ...network, weights: [first.toReversed(), second.map((row) => row.toReversed()), last] };
}

describe('a network to begin with', () => {
  it('is a candidate of MM before any search', () => {
    const sm = whole(['sm']);
    const apart = { ...problem, keep: sm.keep };
    const nothing = solve(engine, apart, { stages: ['mm'], workLimit: 0 });
    expect(nothing.stages[0].objective).toBeNull();
    const started = solve(engine, apart, { stages: ['mm'], workLimit: 0, start: sm.network as Network });
    expect(started.network).toEqual(sm.network);
    expect(started.stages[0]).toMatchObject({ status: 'feasible', stopReason: 'work-limit' });
    expect(checkSolution(apart, started).valid).toBe(true);
  });

  it('is what MW begins with where it holds the margins, its neurons in some order', () => {
    const mm = whole(['sm', 'mm']);
    const held = { ...problem, margins: marginsOf(mm.network as Network) };
    const start = turnedAround(mm.network as Network);
    expect(marginsOf(start)).not.toEqual(held.margins);
    const mw = solve(engine, held, { stages: ['mw'], workLimit: 0, start });
    expect(mw.network?.weights.flat(2).filter((w) => w !== 0)).toHaveLength(mw.stages[0].objective as number);
    expect(checkSolution(held, mw).valid).toBe(true);
  });

  it('is of no consequence where it does not hold them: MW looks for another one', () => {
    const mm = whole(['sm', 'mm']);
    const held = { ...problem, margins: marginsOf(mm.network as Network) };
    const nothing = {
      ...(mm.network as Network),
      weights: mm.network?.weights.map((layer) => layer.map((row) => row.map(() => 0))) ?? [],
    };
    const without = solve(engine, held, { stages: ['mw'], workLimit: 1e8 });
    const mw = solve(engine, held, { stages: ['mw'], workLimit: 1e8, start: nothing });
    expect(mw.stages[0].status).toBe('optimal');
    expect(mw.stages[0].objective).toBe(without.stages[0].objective);
    expect(checkSolution(held, mw).valid).toBe(true);
  });

  it('has to fit the problem', () => {
    const { network } = whole(['sm']);
    const other = { ...problem, layers: [8, 3, 2, 1] };
    expect(() => solve(engine, other, { start: network as Network })).toThrow(
      "start: layers [8,2,2,1] are not the problem's [8,3,2,1]",
    );
  });

  function marginsOf(network: Network): number[][] {
    const units = marginUnits(problem);
    const all = Array.from({ length: problem.sampleCount }, (_, k) => k);
    return networkMargins(network, problem, all, units).map((layer) => layer.map((m) => m / units.scale));
  }
});

describe('MM that begins with a poor network', () => {
  it('dives for a better one as it does without any', () => {
    const wide = drawn({ seed: 7, layers: [13, 2, 2, 1], count: 24, least: -127, most: 127, noise: 0 });
    const keep = Array.from({ length: wide.sampleCount }, (_, k) => k);
    const sm = solve(engine, wide, { stages: ['sm'], workLimit: 5e7 });
    expect(sm.stages[0].objective).toBe(wide.sampleCount);
    const options = { stages: ['mm'] as const, workLimit: 6e7 };
    const without = solve(engine, { ...wide, keep }, options).stages[0].objective ?? 0;
    const started = solve(engine, { ...wide, keep }, { ...options, start: sm.network as Network });
    expect(started.stages[0].objective).toBeGreaterThanOrEqual(without);
  });
});
