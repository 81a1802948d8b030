import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/index.js';
import { objectiveOf } from '../../src/problem/objective.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { compilePackagedEngine } from '../../src/run/wasm-file.js';
import { solve } from '../../src/stages/solve.js';
import type { SolveOptions } from '../../src/stages/types.js';
import { drawn, numbers, withCopies, withTargets } from './problems.js';
import { freshEngine, timeless } from './support.js';

/*
 * Same problem, seed and work limit: the same bytes, down to nodes and work. Whatever an engine did before, in
 * whichever build, and however finely the caller looks in.
 */

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compilePackagedEngine();
});

const NOISY = drawn({ seed: 8, layers: [24, 1], count: 12, noise: 30, most: 30 });

const CASES: readonly (readonly [name: string, problem: TrainingProblem, options: SolveOptions])[] = [
  ['one neuron', drawn({ seed: 1, layers: [40, 1], count: 16, noise: 10 }), { workLimit: 3e7, seed: 3 }],
  ['one neuron, noise', drawn({ seed: 2, layers: [24, 1], count: 20 }), { workLimit: 2e7 }],
  [
    'hidden layers',
    drawn({ seed: 3, layers: [30, 3, 2, 1], count: 10, noise: 10 }),
    { workLimit: 3e7, seed: 9 },
  ],
  ['hidden layer, noise', drawn({ seed: 4, layers: [12, 2, 1], count: 12 }), { workLimit: 2e7 }],
  [
    'P = 3, a radius, a tolerance',
    drawn({ seed: 5, layers: [20, 2, 1], count: 8, noise: 0 }, { weightBound: 3, linf: 1 }),
    { workLimit: 2e7, tolerance: 0.25 },
  ],
  [
    'MW alone',
    drawn({ seed: 6, layers: [25, 2, 1], count: 10, noise: 0 }),
    { workLimit: 2e7, stages: ['mw'] },
  ],
  ['enumeration', drawn({ seed: 7, layers: [4, 2, 1], count: 8 }), { workLimit: 2e7 }],
  ['robust, one neuron', withCopies(NOISY, 2, 1), { workLimit: 2e7, seed: 2 }],
  [
    'robust, hidden layers, a radius',
    withCopies(drawn({ seed: 9, layers: [20, 3, 2, 1], count: 8, noise: 10, most: 30 }, { linf: 1 }), 1, 2),
    { workLimit: 2e7 },
  ],
  [
    'robust, some kept, MW alone',
    withCopies(
      drawn({ seed: 10, layers: [16, 2, 1], count: 8, noise: 0, most: 30 }, { keep: [0, 1, 4, 5] }),
      1,
      3,
    ),
    { workLimit: 2e7, stages: ['mw'] },
  ],
  ['soft margins, one neuron', withTargets(withCopies(NOISY, 2, 4)), { workLimit: 2e7, tolerance: 0.1 }],
  [
    'soft margins, a hidden layer',
    withTargets(withCopies(drawn({ seed: 11, layers: [20, 4, 1], count: 8, noise: 10, most: 30 }), 1, 5)),
    { workLimit: 2e7, seed: 4 },
  ],
];

describe('determinism', () => {
  it.each(CASES)('%s: twice, fresh and used', async (_, problem, options) => {
    const used = await Engine.create(module);
    const first = timeless(solve(used, problem, options));
    solve(used, drawn({ seed: 99, layers: [60, 5, 3, 1], count: 30 }), { workLimit: 2e6, seed: 5 });
    const second = timeless(solve(used, problem, options));
    const fresh = timeless(solve(await Engine.create(module), problem, options));
    expect(second).toBe(first);
    expect(fresh).toBe(first);
  });

  it.each(CASES)('%s: checked and release', async (_, problem, options) => {
    // The checked build checks its assertions and is many times slower, so it gets a part of the work.
    const part = { ...options, workLimit: 4e6 };
    const release = timeless(solve(await Engine.create(module), problem, part));
    const checked = timeless(solve(await freshEngine('engine.checked.wasm'), problem, part));
    expect(checked).toBe(release);
  });

  it('all of them on one engine in random order, with proofs: the bytes of fresh engines', {
    timeout: 120_000,
  }, async () => {
    const bytes = (engine: Engine, n: number) => {
      const [, problem, options] = CASES[n];
      const proof: string[] = [];
      const part = { ...options, workLimit: 3e6, proof: (text: string) => proof.push(text) };
      return `${timeless(solve(engine, problem, part))}\n${proof.join('')}`;
    };
    const alone: string[] = [];
    for (let n = 0; n < CASES.length; n++) alone.push(bytes(await Engine.create(module), n));
    expect(new Set(alone).size).toBe(CASES.length);
    const shared = await Engine.create(module);
    const next = numbers(12);
    const pairs = new Set<string>();
    let before = -1;
    for (let run = 0; run < 3 * CASES.length; run++) {
      const n = next(CASES.length);
      if (before >= 0) pairs.add(`${objectiveOf(CASES[before][1])} then ${objectiveOf(CASES[n][1])}`);
      expect(bytes(shared, n) === alone[n], `run ${run}: ${CASES[n][0]} after ${CASES[before]?.[0]}`).toBe(
        true,
      );
      before = n;
    }
    for (const pair of ['robust then paper', 'paper then robust']) expect(pairs).toContain(pair);
  });

  it('is about more than one trajectory: the seed reaches the search', async () => {
    const problem = drawn({ seed: 2, layers: [24, 1], count: 20 });
    const engine = await Engine.create(module);
    const runs = [0, 1, 2, 3].map((seed) => timeless(solve(engine, problem, { workLimit: 2e7, seed })));
    expect(new Set(runs).size).toBeGreaterThan(1);
  });

  it('does not depend on how often the caller looks in', async () => {
    const problem = drawn({ seed: 3, layers: [30, 3, 2, 1], count: 10, noise: 10 });
    const keep = Array.from({ length: problem.sampleCount }, (_, k) => k);
    const walk = async (slice: number) => {
      const engine = await Engine.create(module);
      engine.load(problem);
      engine.begin('mm', keep, { kind: 'correct' }, null, 7);
      let state = engine.step(0);
      for (let until = slice; state === 'running' && until <= 2.4e7; until += slice)
        state = engine.step(until);
      return {
        state,
        figures: engine.figures(),
        network: engine.figures().objective === null ? null : engine.incumbent(),
      };
    };
    expect(await walk(1e5)).toEqual(await walk(2.4e7));
  });
});
