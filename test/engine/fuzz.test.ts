import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { formatProblem } from '../../src/problem/file.js';
import type { StageName } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solveSteps } from '../../src/stages/solve.js';
import type { Solution, SolveOptions } from '../../src/stages/types.js';
import { verifyProof } from '../../src/verify/proof/index.js';
import { tinyProblem } from '../support/arbitraries.js';
import { bruteOptimum, expectHonest, freshEngine, STAGE_SETS, stageCases } from './support.js';

/*
 * The fuzzer: sequences of calls on one engine, over problems, stages, limits, seeds, what is enumerated, where a run is
 * stopped, and whether it writes a proof. Every result is held against brute force, every complete proof against the
 * verifier. CI runs a fixed slice; for a long run
 *
 *     FEWBIT_FUZZ_RUNS=100000 FEWBIT_FUZZ_SEED=1 npx vitest run test/engine/fuzz.test.ts
 *
 * What fails is shrunk, and a long run writes the failing problems to test/cases/found/ as replayable problem files.
 */
const RUNS = Number(process.env.FEWBIT_FUZZ_RUNS ?? 400);
const SEED = Number(process.env.FEWBIT_FUZZ_SEED ?? 20261121);
const found = fileURLToPath(new URL('../cases/found/', import.meta.url));

interface Call {
  readonly problem: TrainingProblem;
  readonly stages: readonly StageName[];
  readonly tolerance: number;
  readonly workLimit: number;
  readonly seed: number;
  /** 0: trees only; 1: tables too; more: enumeration. */
  readonly enumerated: number;
  /** Slices after which the run is told to stop. */
  readonly patience: number;
  readonly proof: boolean;
}

const call: fc.Arbitrary<Call> = fc.record({
  problem: fc.oneof(
    tinyProblem({ maxLayers: 1, maxP: 3, maxInputs: 5, maxSamples: 8, withKeep: true }),
    tinyProblem({ maxLayers: 3, maxP: 3, maxInputs: 3, maxHidden: 3, maxSamples: 6, withKeep: true }),
    tinyProblem({ maxLayers: 2, maxP: 1, maxInputs: 5, maxHidden: 3, maxSamples: 8, maxLinf: 0 }),
    tinyProblem({
      maxLayers: 2,
      maxP: 1,
      maxInputs: 4,
      maxHidden: 2,
      maxSamples: 5,
      maxValue: 5000,
      maxLinf: 900,
    }),
  ),
  stages: fc.constantFrom(...STAGE_SETS),
  tolerance: fc.constantFrom(0, 0, 0, 0.25, 1),
  workLimit: fc.constantFrom(0, 1e5, 1e6, 4e6),
  seed: fc.nat({ max: 3 }),
  enumerated: fc.constantFrom(0, 0, 1, 30_000),
  patience: fc.constantFrom(1, 1000, 1000, 1000),
  proof: fc.constantFrom(false, false, true),
});

let engine: Engine;
let problems = 0;
beforeAll(async () => {
  engine = await freshEngine();
});

function run({ problem, patience, enumerated, proof, ...rest }: Call): Solution {
  engine.setEnumerationLimit(enumerated);
  let slices = 0;
  const text: string[] = [];
  const options: SolveOptions = { ...rest, shouldStop: () => slices >= patience };
  const steps = solveSteps(
    engine,
    problem,
    proof ? { ...options, proof: (chunk) => text.push(chunk) } : options,
  );
  for (;;) {
    const step = steps.next();
    if (!step.done) {
      slices++;
      continue;
    }
    for (const stage of stageCases(problem, step.value, rest)) {
      expectHonest(problem, stage, bruteOptimum(problem, stage)?.objective);
    }
    if (proof) {
      const verdict = verifyProof(problem, step.value, text.join('').split('\n').slice(0, -1));
      expect(verdict.fault).toBeUndefined();
      for (const block of verdict.stages) expect(block.reason ?? 'holds').toBe('holds');
    }
    problems++;
    return step.value;
  }
}

describe('fuzzing', () => {
  it(`${RUNS} sequences of calls, seed ${SEED}: nothing false is ever claimed`, {
    timeout: 24 * 3600_000,
  }, () => {
    const began = performance.now();
    const calls = fc.array(call, { minLength: 1, maxLength: 3, size: 'max' });
    const outcome = fc.check(
      fc.property(calls, (sequence) => {
        for (const one of sequence) run(one);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: false },
    );
    if (outcome.failed && process.env.FEWBIT_FUZZ_RUNS !== undefined) {
      mkdirSync(found, { recursive: true });
      outcome.counterexample?.[0].forEach((one, n) => {
        const { problem, ...options } = one;
        const file = { ...JSON.parse(formatProblem(problem)), found: { ...options, fuzzSeed: SEED } };
        writeFileSync(`${found}seed-${SEED}-${n}.problem.json`, `${JSON.stringify(file)}\n`);
      });
    }
    const seconds = (performance.now() - began) / 1000;
    if (process.env.FEWBIT_FUZZ_RUNS !== undefined) {
      process.stdout.write(`fuzzed ${problems} problems in ${seconds.toFixed(0)} s, seed ${SEED}\n`);
    }
    expect(outcome.failed ? fc.defaultReportMessage(outcome) : 'none failed').toBe('none failed');
  });
});
