import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineExports } from '../../src/engine/exports.js';
import type { Engine } from '../../src/engine/index.js';
import { nonzeroCount } from '../../src/network/links.js';
import { marginSum, marginsHold, networkMargins } from '../../src/network/margins.js';
import type { Network } from '../../src/network/types.js';
import { confidentSamples, marginUnits } from '../../src/problem/semantics.js';
import type { Hold } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { problemAndNetwork } from '../../src/testing/arbitraries.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { evaluate, everySample, marginsOf } from '../../src/verify/evaluate.js';
import { freshEngine } from './support.js';

/*
 * The engine's exact evaluation (SIMD, packed 16-bit rows, 32-bit sums) of any given network against both evaluations
 * in TypeScript: the reference semantics of network/ and problem/, and the judges' own in verify/.
 */

interface OpenEngine {
  readonly door: EngineExports;
  readonly memory: WebAssembly.Memory;
}

/** Nothing is searched here, so nothing is kept. */
const TREE_BYTES = 2 ** 16;

let engine: Engine;
let open: OpenEngine;
beforeAll(async () => {
  engine = await freshEngine();
  engine.setEnumerationLimit(0);
  open = engine as unknown as OpenEngine; // the door behind the host: recounts that only tests ask for
});

interface Recount {
  readonly network: Network;
  readonly confident: readonly number[];
  readonly margins: readonly number[];
  readonly right: boolean;
  readonly nonzeros: number;
  readonly objective: number | null;
}

/** Gives the engine a network to start a stage from and lets it say what that network is worth. */
function recount(
  problem: TrainingProblem,
  network: Network,
  stage: 'sm' | 'mm' | 'mw',
  keep: readonly number[],
  hold: Hold = { kind: 'correct' },
): Recount {
  engine.load(problem, TREE_BYTES);
  engine.begin(stage, keep, hold, network, 0);
  engine.step(0); // which no limit keeps from valuing what it starts from
  const { door, memory } = open;
  const count = door.measureConfidence();
  const flags = [...new Uint8Array(memory.buffer, door.confidentAt(), problem.sampleCount)];
  const confident = flags.flatMap((flag, k) => (flag === 0 ? [] : [k]));
  expect(confident).toHaveLength(count);
  const right = Boolean(door.measureMargins());
  const neurons = problem.layers.slice(1).reduce((sum, size) => sum + size, 0);
  const margins = [...new Int32Array(memory.buffer, door.marginsAt(), neurons)];
  const { objective } = engine.figures();
  return {
    network: engine.incumbent(),
    confident,
    margins,
    right,
    nonzeros: door.incumbentNonzeros(),
    objective,
  };
}

/** Both readings of the semantics in TypeScript, which have to agree before the engine is asked. */
function expected(problem: TrainingProblem, network: Network, keep: readonly number[]) {
  const evaluation = evaluate(problem, network);
  const margins = marginsOf(problem, evaluation, keep);
  expect(networkMargins(network, problem, keep, marginUnits(problem))).toEqual(margins);
  expect(confidentSamples(problem, network)).toEqual(evaluation.counted);
  expect(nonzeroCount(network)).toBe(evaluation.nonzeros);
  return {
    confident: evaluation.counted,
    margins: margins.flat(),
    sum: marginSum(margins),
    right: marginsHold(margins),
    nonzeros: evaluation.nonzeros,
  };
}

function check([problem, network]: readonly [TrainingProblem, Network]): void {
  const keep = problem.keep ?? everySample(problem);
  const every = everySample(problem);
  const sm = recount(problem, network, 'sm', keep);
  // A stage may begin with something better than it was given; what it has must then be worth what it says.
  const truth = expected(problem, sm.network, every);
  expect(sm.confident).toEqual(truth.confident);
  expect(sm.objective).toBe(truth.confident.length);
  expect(sm.objective).toBeGreaterThanOrEqual(expected(problem, network, every).confident.length);

  const mm = recount(problem, network, 'mm', keep);
  const given = expected(problem, network, keep);
  const kept = expected(problem, mm.network, keep);
  if (keep.length > 0) expect(mm.right).toBe(kept.right);
  if (kept.right) expect(mm.margins).toEqual(kept.margins);
  if (given.right) expect(mm.objective).toBeGreaterThanOrEqual(given.sum);
  if (mm.objective !== null) expect(mm.objective).toBe(kept.sum);

  // Held to its own margins, a network that is right is feasible for MW and as heavy as it is.
  if (!given.right) return;
  const margins = networkMargins(network, problem, keep, marginUnits(problem));
  const mw = recount(problem, network, 'mw', keep, { kind: 'margins', margins });
  const light = expected(problem, mw.network, keep);
  expect(mw.nonzeros).toBe(light.nonzeros);
  expect((mw.objective ?? Number.NaN) + 0).toBe(light.nonzeros);
  expect(light.nonzeros).toBeLessThanOrEqual(given.nonzeros);
  if (keep.length > 0) {
    expect(light.margins.every((margin, n) => margin >= margins.flat()[n])).toBe(true);
  }
}

describe('exact evaluation in the engine', () => {
  it('is that of the reference on small networks of every kind', () => {
    const shape = { maxInputs: 9, maxHidden: 5, maxSamples: 9, maxP: 7, maxLinf: 3, withKeep: true };
    fc.assert(fc.property(problemAndNetwork(shape), check), { numRuns: 300 });
  });

  it('is that of the reference on rows past several lanes, with inactive inputs among them', () => {
    const sparse = problemAndNetwork({
      maxInputs: 70,
      maxHidden: 9,
      maxSamples: 12,
      maxLinf: 1,
      maxValue: 1,
    });
    fc.assert(fc.property(sparse, check), { numRuns: 100 });
  });

  it('is exact where inputs are as large as they may be', () => {
    const rows = [
      Array(16).fill(32767),
      Array(16).fill(-32767),
      Array.from({ length: 16 }, (_, i) => (i % 2 ? 32767 : -32767)),
    ];
    const problem = problemOf(rows, [1, -1, 1], { layers: [16, 2, 1], weightBound: 3, linf: 32767 });
    const weights = [[Array(16).fill(3), Array.from({ length: 16 }, (_, i) => (i % 2 ? 3 : -3))], [[3, -3]]];
    check([problem, { layers: problem.layers, weightBound: 3, weights }]);
    check([
      { ...problem, linf: 0 },
      { layers: problem.layers, weightBound: 3, weights },
    ]);
  });

  it('gives back any network it was given, inactive inputs with weight 0', () => {
    const shape = { maxInputs: 20, maxHidden: 10, maxSamples: 3, maxP: 7 };
    fc.assert(
      fc.property(problemAndNetwork(shape), ([problem, network]) => {
        engine.load(problem, TREE_BYTES);
        // Nothing is feasible for a margin that no network can have, so the start is the last word.
        const impossible = network.weights.map((layer) => layer.map(() => 2 ** 31 - 1));
        engine.begin('mw', everySample(problem), { kind: 'margins', margins: impossible }, network, 0);
        expect(engine.incumbent()).toEqual(network);
        expect(engine.figures().objective).toBeNull();
      }),
      { numRuns: 100 },
    );
  });
});
