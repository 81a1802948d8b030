import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { Network } from '../../src/network/types.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solve } from '../../src/stages/solve.js';
import type { SolveOptions } from '../../src/stages/types.js';
import { checkSolution } from '../../src/verify/checker.js';
import { verifyProof } from '../../src/verify/proof/index.js';
import { drawn, numbers } from './problems.js';
import { bruteOptimum, exactValue, expectHonest, freshEngine, stageCases } from './support.js';

/* Inputs of up to 15 bits and weights of up to 7: sums beyond 16 bits, against the brute force. */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const LARGEST = 32767;

/** A tiny problem with large numbers in it: half of the entries lie at the ends of what is allowed. */
function wide(seed: number, layers: number[], weightBound: number, linf = 0): TrainingProblem {
  const next = numbers(seed);
  const largest = [127, 1023, LARGEST][next(3)];
  const count = 3 + next(8);
  const samples = Int32Array.from({ length: count * layers[0] }, () => {
    const x = next(2) ? largest - next(4) : next(largest + 1);
    return next(2) ? x : -x;
  });
  const labels = Int8Array.from({ length: count }, () => (next(2) ? 1 : -1));
  return { layers, weightBound, epsilon: [0.1, 1][next(2)], samples, sampleCount: count, labels, linf };
}

const SHAPES: readonly (readonly [layers: number[], weightBound: number])[] = [
  [[1, 1], 127],
  [[2, 1], 127],
  [[2, 1], 40],
  [[3, 1], 31],
  [[4, 1], 12],
  [[7, 1], 2],
  [[10, 1], 1],
  [[2, 1, 1], 31],
  [[2, 2, 1], 3],
  [[3, 2, 1], 1],
  [[2, 2, 2, 1], 1],
];

describe('large inputs, large weights', () => {
  it.each(SHAPES)('%j with P = %i: trees agree with the brute force', (layers, weightBound) => {
    engine.setEnumerationLimit(0);
    let proved = 0;
    let judged = 0;
    for (let seed = 1; seed <= 9; seed++) {
      const radius = seed % 3 === 0 ? [1, 100, LARGEST][seed % 9 === 0 ? 2 : seed % 2] : 0;
      const problem = wide(seed * 7919 + weightBound * 31 + layers.length, layers, weightBound, radius);
      for (const stages of [['sm'], ['sm', 'mm', 'mw'], ['mm', 'mw']] as const) {
        const options: SolveOptions = { stages, workLimit: 1e8, seed };
        const solution = solve(engine, problem, options);
        for (const stage of stageCases(problem, solution, options)) {
          const best = bruteOptimum(problem, stage);
          expectHonest(problem, stage, best === undefined ? undefined : best.objective);
          if (best !== undefined) judged++;
          if (best !== undefined && stage.record.stopReason === 'proved') proved++;
        }
      }
    }
    engine.setEnumerationLimit(600_000);
    expect(judged).toBeGreaterThan(40);
    if (layers.length === 2) expect(proved).toBe(judged);
  });
});

describe('proofs about wide problems', () => {
  it('are shown: SM of one neuron with 7-bit weights on inputs of 7, 10 and 15 bits', () => {
    engine.setEnumerationLimit(1); // at 0 the tree over rows is in it from the beginning
    let shown = 0;
    for (let seed = 1; seed <= 24; seed++) {
      const problem = wide(seed * 104729, [2 + (seed % 3), 1], 127, seed % 4 === 0 ? 20 : 0);
      let proof = '';
      const solution = solve(engine, problem, {
        stages: ['sm'],
        workLimit: 3e8,
        proof: (text) => {
          proof += text;
        },
      });
      expect(checkSolution(problem, solution).valid).toBe(true);
      expect(solution.stages[0].status).toBe('optimal');
      const [verdict] = verifyProof(problem, solution, proof.trimEnd().split('\n')).stages;
      expect(verdict).toMatchObject({ stage: 'sm', holds: true });
      if (/method (interval|rows)/.test(proof)) shown++;
    }
    engine.setEnumerationLimit(600_000);
    expect(shown).toBeGreaterThan(3); // where a search is needed: not all samples can be had
  });
});

describe('results do not get worse with P', () => {
  const noisy = { least: -9, most: 9 };
  const PROBLEMS: readonly (readonly ['sm' | 'mm', TrainingProblem])[] = [
    ['sm', drawn({ ...noisy, seed: 31, layers: [6, 1], count: 24 })],
    ['sm', drawn({ seed: 32, layers: [16, 1], count: 32, least: 0, most: 3 })],
    ['sm', drawn({ ...noisy, seed: 33, layers: [9, 1], count: 60, noise: 40 })],
    ['sm', drawn({ ...noisy, seed: 34, layers: [5, 2, 1], count: 14 })],
    ['sm', drawn({ ...noisy, seed: 35, layers: [8, 2, 1], count: 16 })],
    ['mm', drawn({ seed: 36, layers: [5, 3, 2, 1], count: 6, least: -3, most: 3 })],
    ['mm', drawn({ seed: 37, layers: [8, 3, 1], count: 12, noise: 0, least: 0, most: 15 })],
    ['mm', drawn({ seed: 38, layers: [20, 1], count: 12, noise: 0, least: 0, most: 255 })],
  ];

  it.each(PROBLEMS)(
    '%s: every larger P reaches what the networks of the smaller ones do, scaled',
    (stage, drawnAt1) => {
      const found: Network[] = [];
      for (const weightBound of [1, 2, 3, 6, 7, 15, 127]) {
        const problem = { ...drawnAt1, weightBound };
        const { stages } = solve(engine, problem, { stages: [stage], workLimit: 2e8 });
        const [{ network, keep, objective }] = stages;
        expect(objective).not.toBeNull();
        const units = Math.round(objective! * (stage === 'mm' ? 10 : 1));
        const about = { stage, keep: keep!, hold: { kind: 'correct' } } as const;
        for (const before of found) {
          const value = exactValue(problem, about, scaled(before, weightBound));
          expect(units).toBeGreaterThanOrEqual(value!);
        }
        found.push(network!);
      }
    },
  );

  /** By the largest whole number that keeps all weights within `-P..P`. */
  function scaled(network: Network, weightBound: number): Network {
    const factor = Math.floor(weightBound / network.weightBound);
    const weights = network.weights.map((layer) => layer.map((row) => row.map((w) => factor * w)));
    return { ...network, weightBound, weights };
  }
});

describe('sums next to 2^31', () => {
  /** Four samples of 516 entries +-`size`, at P = 127 and epsilon 1: with size 32767 two of them are 2^32 apart. */
  function far(seed: number, size: number): TrainingProblem {
    const next = numbers(seed);
    const width = 516;
    const flipped = 150 + next(100);
    const base = Array.from({ length: width }, () => (next(2) ? 1 : -1));
    const labels = Int8Array.of(1, -1, 1, -1);
    const samples = Int32Array.from({ length: 4 * width }, (_, at) => {
      const own = base[at % width] * labels[Math.floor(at / width)];
      return size * (next(width) < flipped ? -own : own);
    });
    return { layers: [width, 2, 1], weightBound: 127, epsilon: 1, samples, sampleCount: 4, labels, linf: 0 };
  }

  // Distances of 32 bits made MM's bound 1,647,918,217 here (seed 35), which a network worth 1,681,209,234 refutes.
  it.each([35, 1, 2, 3])(
    'MM with hidden layers: no bound below what a network of the small twin is worth (%i)',
    (seed) => {
      const options: SolveOptions = { stages: ['mm'], workLimit: 2e7 };
      const twin = solve(engine, far(seed, 1), options).stages[0];
      const problem = far(seed, LARGEST);
      const [mm] = solve(engine, problem, options).stages;
      const value = exactValue(
        problem,
        { stage: 'mm', keep: [0, 1, 2, 3], hold: { kind: 'correct' } },
        twin.network!,
      );
      expect(value).not.toBeNull();
      expect(mm.bound).toBeGreaterThanOrEqual(value!);
      expect(mm.bound).toBeGreaterThanOrEqual(mm.objective!);
    },
  );
});
