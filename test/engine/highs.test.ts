import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { type HighsModule, importHighs, solveWithHighs } from '../../src/milp/highs.js';
import type { StageName } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solve } from '../../src/stages/solve.js';
import { decimalUnits } from '../../src/verify/units.js';
import { drawn } from './problems.js';
import { expectHonest, freshEngine, stageCases } from './support.js';

/*
 * The third judge: HiGHS on the exported model of each stage, on problems too large to enumerate. They are a fixed
 * handful, because a general solver needs its time. What the stages before have left (samples kept, margins held) is
 * the engine's own and is handed to HiGHS as part of the problem.
 */

let engine: Engine;
let load: () => Promise<HighsModule>;
beforeAll(async () => {
  engine = await freshEngine();
  const highs = await (await importHighs()).default();
  load = async () => ({ default: async () => highs });
});

const PROBLEMS: readonly (readonly [name: string, problem: TrainingProblem])[] = [
  ['one neuron', drawn({ seed: 1, layers: [10, 1], count: 10 })],
  ['one neuron, P = 3', drawn({ seed: 2, layers: [9, 1], count: 9 }, { weightBound: 3 })],
  ['one neuron with a radius', drawn({ seed: 3, layers: [14, 1], count: 8 }, { linf: 1 })],
  ['a hidden layer', drawn({ seed: 4, layers: [7, 2, 1], count: 7 })],
  ['a hidden layer with a radius', drawn({ seed: 5, layers: [8, 2, 1], count: 5 }, { linf: 1 })],
  ['a hidden layer, P = 2', drawn({ seed: 6, layers: [5, 2, 1], count: 6 }, { weightBound: 2 })],
  ['two hidden layers', drawn({ seed: 7, layers: [6, 2, 2, 1], count: 5 })],
];

describe('HiGHS and the engine', () => {
  it.each(PROBLEMS)('%s', async (_, problem) => {
    const options = { workLimit: 1e8 };
    const solution = solve(engine, problem, options);
    const { scale } = decimalUnits(problem.epsilon);
    for (const stage of stageCases(problem, solution, options)) {
      const name: StageName = stage.record.stage;
      const margins =
        stage.hold.kind === 'margins'
          ? stage.hold.margins.map((layer) => layer.map((m) => m / scale))
          : undefined;
      const task = name === 'sm' ? problem : { ...problem, keep: stage.keep, margins };
      const [rival] = (await solveWithHighs(load, task, [name], { timeLimit: 20 })).stages;
      expect(rival.status).toBe('optimal');
      expectHonest(problem, stage, Math.round(rival.objective! * (name === 'mm' ? scale : 1)));
    }
    // At least MM's relaxations and trees close on problems of this size: not all is a bound that proves nothing.
    expect(solution.stages.some((record) => record.stopReason === 'proved')).toBe(true);
  });
});
