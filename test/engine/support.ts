import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { compileEngine, Engine } from '../../src/engine/index.js';
import { InputError } from '../../src/errors.js';
import type { Network } from '../../src/network/types.js';
import type { Hold, StageName } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { builtFile } from '../../src/run/wasm-file.js';
import type { Solution, SolveOptions, StageResult } from '../../src/stages/types.js';
import { type BruteResult, bruteStage } from '../../src/verify/brute.js';
import {
  evaluate,
  everySample,
  marginsOf,
  relaxedMargins,
  statedMargins,
  sumOf,
} from '../../src/verify/evaluate.js';
import { networkFault } from '../../src/verify/fault.js';
import { decimalUnits } from '../../src/verify/units.js';

export const STAGE_SETS: readonly (readonly StageName[])[] = [
  ['sm', 'mm', 'mw'],
  ['sm', 'mm'],
  ['sm', 'mw'],
  ['mm', 'mw'],
  ['sm'],
  ['mm'],
  ['mw'],
];

/** A fresh engine from the package's own build. */
export async function freshEngine(
  build: 'engine.wasm' | 'engine.debug.wasm' = 'engine.wasm',
): Promise<Engine> {
  return Engine.create(await compileEngine(await readFile(builtFile(build))));
}

/** What one stage of a run was about, re-derived from the networks before it by the judges' own arithmetic. */
export interface StageCase {
  readonly record: StageResult;
  readonly keep: readonly number[];
  readonly hold: Hold;
}

/** The stages of a run with what each had to keep and to hold. */
export function stageCases(problem: TrainingProblem, solution: Solution, options: SolveOptions): StageCase[] {
  const stated = statedMargins(problem);
  const tolerance = options.tolerance ?? 0;
  let keep: readonly number[] = problem.keep ?? everySample(problem);
  let hold: Hold =
    stated === undefined
      ? { kind: 'correct' }
      : { kind: 'margins', margins: relaxedMargins(stated, tolerance) };
  return solution.stages.map((record) => {
    const before: StageCase = { record, keep, hold };
    const { network } = record;
    if (network && record.stage === 'sm') {
      if (problem.keep === undefined) keep = evaluate(problem, network).counted;
      if (stated === undefined) hold = { kind: 'confident' };
    }
    if (network && record.stage === 'mm' && stated === undefined) {
      const margins = marginsOf(problem, evaluate(problem, network), keep);
      hold = { kind: 'margins', margins: relaxedMargins(margins, tolerance) };
    }
    return before;
  });
}

/** The value of a network at a stage in integer units; `null` where it is not feasible there. */
export function exactValue(
  problem: TrainingProblem,
  {
    record: { stage },
    keep,
    hold,
  }: Omit<StageCase, 'record'> & { readonly record: { readonly stage: StageName } },
  network: Network,
): number | null {
  const evaluation = evaluate(problem, network);
  if (stage === 'sm') return evaluation.counted.length;
  const margins = marginsOf(problem, evaluation, keep);
  if (stage === 'mm') return margins.flat().every((margin) => margin >= 0) ? sumOf(margins) : null;
  if (keep.length === 0) return evaluation.nonzeros;
  if (hold.kind === 'confident') {
    return keep.every((k) => evaluation.counted.includes(k)) ? evaluation.nonzeros : null;
  }
  const holds = margins.every((layer, l) =>
    layer.every((margin, j) => margin >= (hold.kind === 'margins' ? hold.margins[l][j] : 0)),
  );
  return holds ? evaluation.nonzeros : null;
}

/** The optimum by enumeration, or `undefined` where that is too much for a test. */
export function bruteOptimum(problem: TrainingProblem, stage: StageCase): BruteResult | undefined {
  try {
    return bruteStage(problem, stage.record.stage, stage.keep, stage.hold, 2 ** 19);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** MM's figures are decimals in a record; everything is compared in integer units. */
function units(problem: TrainingProblem, stage: StageName, value: number | null): number | null {
  if (value === null) return null;
  if (stage !== 'mm') return value + 0; // minus zero is looked at in a test of its own
  const scaled = value * decimalUnits(problem.epsilon).scale;
  expect(Math.abs(scaled - Math.round(scaled))).toBeLessThan(1e-6 * Math.max(1, Math.abs(scaled)));
  return Math.round(scaled) + 0;
}

/**
 * Everything that an honest record says, with or without the true optimum (`null`: infeasible, `undefined`: unknown):
 * the network is sound and worth exactly what is claimed, the optimum lies between objective and bound, and a claim of
 * a proof is the truth.
 */
export function expectHonest(
  problem: TrainingProblem,
  stage: StageCase,
  optimum: number | null | undefined,
): void {
  const { record } = stage;
  const objective = units(problem, record.stage, record.objective);
  const bound = units(problem, record.stage, record.bound);
  const sense = record.stage === 'mw' ? -1 : 1; // times a value: larger is better
  expect(record.stopReason === 'proved').toBe(record.status === 'optimal' || record.status === 'infeasible');
  if (record.status === 'infeasible' || record.status === 'unknown') {
    expect(record.objective).toBeNull();
    if (record.status === 'infeasible' && optimum !== undefined) expect(optimum).toBeNull();
  } else {
    expect(record.network).toBeDefined();
    expect(networkFault(problem, record.network!)).toBeNull();
    expect(exactValue(problem, stage, record.network!)).toBe(objective);
    if (bound !== null) expect(sense * bound).toBeGreaterThanOrEqual(sense * objective!);
    if (record.status === 'optimal') expect(bound).toBe(objective);
  }
  if (optimum === undefined) return;
  if (optimum === null) {
    expect(record.objective).toBeNull();
    return;
  }
  if (objective !== null) expect(sense * objective).toBeLessThanOrEqual(sense * optimum);
  if (bound !== null) expect(sense * bound).toBeGreaterThanOrEqual(sense * optimum);
  if (record.status === 'optimal') expect(objective).toBe(optimum);
}

/** A run without its wall-clock times: what determinism is about. */
export function timeless(solution: Solution): string {
  return JSON.stringify({
    ...solution,
    stages: solution.stages.map(({ seconds: _seconds, ...record }) => record),
  });
}
