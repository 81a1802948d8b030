import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { networkMargins } from '../../src/network/margins.js';
import type { Network } from '../../src/network/types.js';
import { activeInputs } from '../../src/problem/active.js';
import { rangeOf } from '../../src/problem/boxes.js';
import { formatSolution, parseSolution } from '../../src/problem/file.js';
import {
  confidentSamples,
  countedWeights,
  countedWorth,
  isAllowed,
  marginUnits,
} from '../../src/problem/semantics.js';
import type { NetworkPool, PoolMember } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { below, sfc32 } from '../../src/random.js';
import { findPool, type PoolRequest } from '../../src/stages/network-pool.js';
import { solve } from '../../src/stages/solve.js';
import type { Solution, StageName } from '../../src/stages/types.js';
import { checkSolution } from '../../src/verify/checker.js';
import type { Verdict } from '../../src/verify/verdict.js';
import { freshEngine } from '../engine/support.js';

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine('engine.checked.wasm');
});

/** A single neuron on few inputs, with some of the fields that a pool has to respect. */
function drawn(seed: number): TrainingProblem {
  const random = sfc32(seed, 77);
  const int = (low: number, high: number): number => low + below(random, high - low + 1);
  const once = (): boolean => below(random, 2) === 0;
  const inputs = int(1, 4);
  const sampleCount = int(1, 7);
  const weightBound = int(1, 2);
  const samples = Int32Array.from({ length: sampleCount * inputs }, () => int(-3, 3));
  const dark = once() ? int(0, inputs - 1) : -1;
  if (dark >= 0) for (let k = 0; k < sampleCount; k++) samples[k * inputs + dark] = 0;
  const plain: TrainingProblem = {
    layers: [inputs, 1],
    weightBound,
    epsilon: 0.1,
    samples,
    sampleCount,
    labels: Int8Array.from({ length: sampleCount }, () => (once() ? 1 : -1)),
    linf: 0,
    confidence: int(1, 3),
  };
  const lit = new Set(activeInputs(plain));
  const ranges = Array.from({ length: inputs }, (_, i): readonly [number, number] => {
    const low = int(-3, 1);
    return lit.has(i) ? [low, low + int(0, 3)] : [Math.min(0, low), 1];
  });
  const free = once() ? [int(0, inputs - 1)] : [];
  const forced = ranges.filter(([low, high], i) => (low > 0 || high < 0) && !free.includes(i)).length;
  return {
    ...plain,
    ...(once() ? { ranges } : {}),
    ...(free.length > 0 ? { free } : {}),
    ...(once() ? { maxNonzero: int(forced, inputs + 1) } : {}),
    ...(once() ? { costs: Int32Array.from({ length: sampleCount }, () => int(0, 4)) } : {}),
    ...(once() ? { atMostWrong: { plus: int(0, 2) } } : {}),
  };
}

/** Every network that the problem allows; inputs that are dark have weight 0. */
function everyNetwork(problem: TrainingProblem): Network[] {
  const lit = new Set(activeInputs(problem));
  let rows: number[][] = [[]];
  for (let i = 0; i < problem.layers[0]; i++) {
    const [low, high] = lit.has(i) ? rangeOf(problem, i) : [0, 0];
    rows = rows.flatMap((row) => Array.from({ length: high - low + 1 }, (_, n) => [...row, low + n]));
  }
  return rows
    .map((row) => ({ layers: problem.layers, weightBound: 127, weights: [[row]] }))
    .filter((network) => isAllowed(problem, network));
}

/** What a network is worth to a stage; `null`: it is none of the stage's. */
function worth(
  problem: TrainingProblem,
  stage: StageName,
  solved: Solution,
  network: Network,
): number | null {
  if (stage === 'sm') return countedWorth(problem, confidentSamples(problem, network));
  const units = marginUnits(problem);
  const marginOf = (one: Network): number =>
    solved.keep.length === 0 ? 0 : networkMargins(one, problem, solved.keep, units)[0][0];
  if (stage === 'mm') return marginOf(network) < 0 ? null : marginOf(network) / units.scale;
  const mm = solved.stages.find((entry) => entry.stage === 'mm');
  const held = mm === undefined ? 0 : marginOf((mm.network ?? solved.network) as Network);
  return marginOf(network) < held ? null : countedWeights(problem, network);
}

const pool = (problem: TrainingProblem, solved: Solution, request: PoolRequest): Promise<NetworkPool> =>
  findPool(problem, solved, request, async (box, limits) => solve(engine, box, limits));

/** By the verifier, from the text of the file. */
const judged = (problem: TrainingProblem, solved: Solution, own: NetworkPool): Verdict =>
  checkSolution(problem, parseSolution(formatSolution({ ...solved, pool: own }), 'pool'));

/** A network that is worth something else, is there twice or missing, or in the wrong place. */
function refusesForgeries(problem: TrainingProblem, solved: Solution, own: NetworkPool): void {
  const { networks } = own;
  const [first, second] = networks;
  const forged: readonly PoolMember[][] = [
    [{ ...first, objective: first.objective + 1 }, ...networks.slice(1)],
    [first, ...networks],
    networks.slice(1),
    ...(first.objective === second.objective ? [] : [[second, first, ...networks.slice(2)]]),
  ];
  for (const list of forged) expect(judged(problem, solved, { ...own, networks: list }).valid).toBe(false);
}

const RUNS = 60 * Number(process.env.FEWBIT_TIMES ?? 1);

describe('a pool of the best networks', () => {
  it.each<[StageName, StageName[]]>([
    ['sm', ['sm']],
    ['mm', ['mm']],
    ['mm', ['sm', 'mm']],
    ['mw', ['mw']],
    ['mw', ['sm', 'mm', 'mw']],
  ])('of %s, after %s, is what enumeration lists', async (stage, stages) => {
    let several = 0;
    let cut = 0;
    for (let seed = 0; seed < RUNS; seed++) {
      const problem = drawn(seed);
      const solved = solve(engine, problem, { stages });
      if (solved.stages.length < stages.length || solved.stages[0].status === 'infeasible') {
        expect((await pool(problem, solved, { size: 5, within: { share: 1 } })).networks).toEqual([]);
        continue;
      }
      const sense = stage === 'mw' ? -1 : 1;
      const ranked = everyNetwork(problem)
        .flatMap((network) => {
          const objective = worth(problem, stage, solved, network);
          return objective === null ? [] : [{ objective, weights: network.weights[0][0] }];
        })
        .sort((a, b) => sense * (b.objective - a.objective) || byWeights(a.weights, b.weights));
      const amount = seed % 3;
      const within = seed % 2 === 0 ? { amount } : { share: amount / 10 };
      const most = Math.abs(ranked[0]?.objective ?? 0);
      const reach = 'amount' in within ? amount : (amount / 10) * most;
      const inside = ranked.filter(
        ({ objective }) => sense * (ranked[0].objective - objective) <= reach + 1e-9,
      );
      const all = await pool(problem, solved, { size: 10_000, within });
      expect(all.networks, `seed ${seed}`).toEqual(inside);
      expect(all).toMatchObject({ stage, complete: true, stopReason: 'proved' });
      if (inside.length > 1) several++;
      // As many as are asked for: the best, and what the others are at most.
      const size = 1 + (seed % 4);
      const few = await pool(problem, solved, { size, within });
      expect(few.networks.map(({ objective }) => objective)).toEqual(
        inside.slice(0, size).map(({ objective }) => objective),
      );
      for (const member of few.networks) expect(inside).toContainEqual(member);
      expect(few.complete, `seed ${seed}`).toBe(inside.length <= size);
      for (const one of [all, few]) {
        expect(judged(problem, solved, one), `seed ${seed}`).toMatchObject({
          valid: true,
          pool: { networks: one.networks.length, networksHold: true, othersHold: true },
        });
      }
      if (inside.length > 1) refusesForgeries(problem, solved, all);
      if (inside.length > size) {
        cut++;
        expect(sense * ((few.outside as number) - inside[size].objective)).toBeGreaterThanOrEqual(0);
        expect(sense * ((few.outside as number) - inside[size - 1].objective)).toBeLessThanOrEqual(0);
      }
    }
    expect(several).toBeGreaterThan(RUNS / 30);
    expect(cut).toBeGreaterThan(RUNS / 60);
  });

  it('says what it could not settle within its limits', async () => {
    const problem = drawn(3);
    const solved = solve(engine, problem, { stages: ['sm'] });
    const nothing = await pool(problem, solved, { size: 1000, within: { share: 1 }, workLimit: 0 });
    expect(nothing).toMatchObject({ complete: false, stopReason: 'work-limit' });
    const stopped = await findPool(
      problem,
      solved,
      { size: 1000, within: { share: 1 } },
      async (box, limits) => solve(engine, box, limits),
      () => true,
    );
    expect(stopped).toMatchObject({ complete: false, stopReason: 'interrupted' });
    // Whatever the engine leaves open is cut until it is settled.
    const everything = await pool(
      problem,
      {
        ...solved,
        network: null,
        stages: [{ ...solved.stages[0], status: 'unknown', objective: null, bound: null }],
      },
      { size: 1000, within: { share: 1 } },
    );
    expect(everything.complete).toBe(true);
    expect(everything.networks).toEqual(
      (await pool(problem, solved, { size: 1000, within: { share: 1 } })).networks,
    );
  });

  it('is of single neurons, and of an MW that holds margins', async () => {
    const hidden: TrainingProblem = {
      ...drawn(1),
      layers: [drawn(1).layers[0], 2, 1],
      ranges: undefined,
      maxNonzero: undefined,
    };
    const solved = solve(engine, hidden, { stages: ['sm'] });
    await expect(pool(hidden, solved, { size: 1, within: { amount: 0 } })).rejects.toThrow(
      'pool: for single neurons',
    );
    const problem = drawn(1);
    const behind = solve(engine, problem, { stages: ['sm', 'mw'] });
    await expect(pool(problem, behind, { size: 1, within: { amount: 0 } })).rejects.toThrow(
      'pool: of the stage mw',
    );
  });
});

function byWeights(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((weight, i) => weight !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}
