import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { solve } from '../../src/stages/solve.js';
import { checkSolution } from '../../src/verify/checker.js';
import { decimalUnits } from '../../src/verify/units.js';
import { haveInstances, instanceFolder, readInstance } from '../support/instances.js';
import { expectHonest, freshEngine, stageCases } from './support.js';

/*
 * The benchmark instances, up to a second each: neither the proved optimum nor, where there is none, the best network
 * and the best bound that any solver has found may be contradicted.
 */

const SECONDS = 0.8;
const names = haveInstances
  ? readdirSync(instanceFolder)
      .filter((file) => file.endsWith('.problem.json'))
      .map((file) => file.slice(0, -'.problem.json'.length))
      .sort()
  : [];

interface Known {
  readonly proven: boolean;
  readonly runs: Readonly<Record<string, { readonly bound: number | null }>>;
}

function knownOf(name: string): Known {
  return JSON.parse(readFileSync(`${instanceFolder}/${name}.problem.json`, 'utf8')).known as Known;
}

describe.skipIf(!haveInstances)('benchmark instances', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await freshEngine();
  });

  it('are there', () => {
    expect(names.length).toBeGreaterThan(0);
  });

  it.each(names)('%s', (name) => {
    const { problem, stage, best } = readInstance(name);
    const { proven, runs } = knownOf(name);
    const options = { stages: [stage], timeLimit: SECONDS };
    const solution = solve(engine, problem, options);
    const scale = stage === 'mm' ? decimalUnits(problem.epsilon).scale : 1;
    const [only] = stageCases(problem, solution, options);
    expectHonest(problem, only, proven ? Math.round(best * scale) : undefined);
    expect(checkSolution(problem, solution).valid).toBe(true);

    const { objective, bound } = only.record;
    const sign = stage === 'mw' ? -1 : 1;
    const slack = 1e-6 * Math.max(1, Math.abs(best)); // the instances' figures went through floating point
    if (bound !== null) expect(sign * bound).toBeGreaterThanOrEqual(sign * best - slack);
    for (const rival of Object.values(runs)) {
      if (objective === null || rival.bound === null) continue;
      expect(sign * objective).toBeLessThanOrEqual(sign * rival.bound + slack);
    }
  });
});
