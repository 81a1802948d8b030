import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../src/engine/index.js';
import { parseProblem } from '../src/problem/file.js';
import type { StageName } from '../src/problem/solution.js';
import type { TrainingProblem } from '../src/problem/types.js';
import { solve } from '../src/stages/solve.js';
import { decimalUnits } from '../src/verify/units.js';
import { bruteOptimum, expectHonest, freshEngine, type StageCase, stageCases } from './engine/support.js';

/*
 * Every problem in test/cases/, replayed: what once went wrong, and corners that are easy to get wrong. A file is a
 * problem file (docs/formats.md) with one block more,
 *
 *     "expect": { "stage": "mm", "optimum": 2.9, "tolerance": 0, "about": "why it is here" }
 *
 * about one stage on its own; `optimum` is null where the stage is infeasible, `tolerance` may be left out. To add a
 * case, drop the file in.
 */

interface Case {
  readonly problem: TrainingProblem;
  readonly stage: StageName;
  readonly optimum: number | null;
  readonly tolerance: number;
}

const folder = fileURLToPath(new URL('./cases', import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.problem.json'))
  .sort();

function read(name: string): Case {
  const text = readFileSync(`${folder}/${name}`, 'utf8');
  const { expect: block } = JSON.parse(text) as {
    expect: { stage: StageName; optimum: number | null; tolerance?: number };
  };
  return {
    problem: parseProblem(text, name),
    stage: block.stage,
    optimum: block.optimum,
    tolerance: block.tolerance ?? 0,
  };
}

/** Everything the engine says of the case must be true; `proved` asks for the proof as well. */
function replay(engine: Engine, name: string, workLimit: number, proved: boolean): StageCase {
  const { problem, stage, optimum, tolerance } = read(name);
  const options = { stages: [stage], tolerance, workLimit };
  const [only] = stageCases(problem, solve(engine, problem, options), options);
  const scale = stage === 'mm' ? decimalUnits(problem.epsilon).scale : 1;
  const units = optimum === null ? null : Math.round(optimum * scale);
  expectHonest(problem, only, units);
  expect([only.record.objective, only.record.bound].some((value) => Object.is(value, -0))).toBe(false);
  if (proved) expect(only.record.status).toBe(optimum === null ? 'infeasible' : 'optimal');
  // The file's own figure is judged too, or a wrong one would accuse the engine.
  const brute = bruteOptimum(problem, only);
  expect(brute).toBeDefined();
  expect(brute!.objective).toBe(units);
  return only;
}

describe('cases', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await freshEngine();
  });

  it('are there', () => {
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(names)('%s, by enumeration', (name) => {
    engine.setEnumerationLimit(2_000_000);
    replay(engine, name, 1e10, true);
  });

  it.each(names)('%s, by trees and search', (name) => {
    engine.setEnumerationLimit(0);
    replay(engine, name, 2e7, false);
  });
});
