import { beforeAll, describe, expect, it } from 'vitest';
import { withKnownFields } from '../../src/fuzz/known-fields.js';
import { exportStage } from '../../src/milp/export.js';
import { type HighsModule, solveWithHighs } from '../../src/milp/highs.js';
import { stageModel } from '../../src/milp/model.js';
import { targetsOf } from '../../src/problem/objective.js';
import { marginUnits } from '../../src/problem/scale.js';
import { keptSamples } from '../../src/problem/semantics.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { drawProblem } from '../../src/testing/draw-problem.js';
import { Draws } from '../../src/testing/draws.js';
import { networkCount } from '../../src/testing/networks.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { bruteOptimum, bruteStage } from '../../src/verify/brute/index.js';
import { bruteSolve } from '../../src/verify/brute/solve.js';
import { checkSolution } from '../../src/verify/checker.js';
import { loadedHighs, optimumOf, type Reader } from './reader.js';

/*
 * The MILP of single neurons under the robust objective and soft margins, with every field a problem may have: what HiGHS makes of it against
 * enumeration. `FEWBIT_MILP=800` draws that many problems more.
 */

const MORE = Number(process.env.FEWBIT_MILP ?? 0);

let reader: Reader;
let load: () => Promise<HighsModule>;

beforeAll(async () => {
  ({ reader, load } = await loadedHighs());
});

/** Small ones of one neuron, with some fields. */
function* drawn(kind: 'robust' | 'soft', seed: number, count: number): Generator<TrainingProblem> {
  for (let n = 0, given = 0; given < count; n++) {
    const draws = new Draws(seed, n);
    const plain = drawProblem(draws, kind, 'tiny');
    if (plain.layers.length > 2) continue;
    const problem = draws.once(3) ? plain : withKnownFields(draws, plain);
    // What lacks more has no MILP, or a long one.
    if (networkCount(problem) > 3000 || targetsOf(problem)?.some((target) => target > 150)) continue;
    given++;
    yield problem;
  }
}

const kinds = ['robust', 'soft'] as const;

describe.each(kinds)('HiGHS and enumeration, objective %s', (kind) => {
  it('agree on every stage by itself', { timeout: 600_000 }, async () => {
    const seen = { optimal: 0, infeasible: 0 };
    for (const problem of drawn(kind, 11, 24 + MORE)) {
      const keep = keptSamples(problem);
      for (const stage of ['sm', 'mm', 'mw'] as const) {
        const hold =
          problem.margins === undefined
            ? ({ kind: 'correct' } as const)
            : ({
                kind: 'margins',
                margins: problem.margins.map((layer) =>
                  layer.map((m) => Math.round(m * marginUnits(problem).scale)),
                ),
              } as const);
        const { objective } = bruteStage(problem, stage, keep, hold);
        const scale = stage === 'mm' && kind === 'robust' ? marginUnits(problem).scale : 1;
        const solution = await solveWithHighs(load, problem, [stage]);
        const [record] = solution.stages;
        const status = objective === null ? 'infeasible' : 'optimal';
        expect([JSON.stringify(problem), stage, record.status, record.objective]).toEqual([
          JSON.stringify(problem),
          stage,
          status,
          objective === null ? null : objective / scale,
        ]);
        seen[status]++;
        expect(checkSolution(problem, solution).valid).toBe(true);
      }
    }
    expect(seen.optimal).toBeGreaterThan(40);
    expect(seen.infeasible).toBeGreaterThan(2);
  });

  it('agree on the files, MPS and LP, of a whole chain', { timeout: 600_000 }, () => {
    let looked = 0;
    for (const problem of drawn(kind, 12, 8 + MORE / 2)) {
      const solution = bruteSolve(problem);
      for (const { stage, objective } of solution.stages) {
        if (objective === null) break;
        for (const format of ['mps', 'lp'] as const) {
          const optimum = optimumOf(reader, exportStage(problem, stage, format, solution), format);
          expect(optimum, `${stage} ${format}`).toBeCloseTo(stage === 'mw' ? objective : 0 - objective, 4);
          looked++;
        }
      }
    }
    expect(looked).toBeGreaterThan(24);
  });
});

describe('by hand', () => {
  const soft = (targets: number[], labels: number[], rest: Partial<TrainingProblem> = {}): TrainingProblem =>
    problemOf(
      labels.map((label) => [label]),
      labels,
      { ...rest, objective: { kind: 'soft', targets: Int32Array.from(targets) } },
    );
  const loss = async (problem: TrainingProblem) =>
    (await solveWithHighs(load, problem, ['mm'])).stages[0].objective;

  it('what a row lacks counts squared, the - side one more', async () => {
    // w = 1 reaches 1 on the row +, 1 - 1 on the row -.
    expect(await loss(soft([4, 4], [1, -1]))).toBe(-(3 ** 2 + 4 ** 2));
  });

  it('a neuron without weights reaches all there is as +', async () => {
    expect(await loss(soft([40, 40], [1, 1]))).toBe(0);
    expect(await loss(soft([40, 40], [1, 1], { ranges: [[1, 1]] }))).toBe(-2 * 39 ** 2);
  });

  it('hidden layers, and lacks beyond all chords, are refused by name', () => {
    const deep = { ...soft([1, 1], [1, -1]), layers: [1, 2, 1] };
    expect(() => stageModel(deep, 'mm', [0, 1])).toThrow('hidden layers');
    const far = soft([100_000, 100_000], [1, -1]);
    expect(() => stageModel(far, 'mm', [0, 1])).toThrow(/lack up to 100\d{3} ask for \d+ chords/);
    expect(bruteOptimum(far, 'mm', [0, 1])).toBe(-(100_001 ** 2)); // without weights
  });
});
