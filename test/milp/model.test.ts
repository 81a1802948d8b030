import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stageModel } from '../../src/milp/model.js';
import type { MilpModel } from '../../src/milp/types.js';
import { forward } from '../../src/network/forward.js';
import { nonzeroCount } from '../../src/network/links.js';
import { marginSum, marginsHold, networkMargins } from '../../src/network/margins.js';
import type { Network } from '../../src/network/types.js';
import { confidentSamples, marginUnits, satisfiesHold } from '../../src/problem/semantics.js';
import type { Hold } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { problemAndNetwork } from '../../src/testing/arbitraries.js';
import { problemOf } from '../../src/testing/problem-of.js';

/** The point of the model that a network stands for, by the meaning of the names; margins as given. */
function pointOf(
  problem: TrainingProblem,
  network: Network,
  model: MilpModel,
  margins: number[][],
): number[] {
  const counted = new Set(confidentSamples(problem, network));
  const passes = Array.from({ length: problem.sampleCount }, (_, k) =>
    forward(network, problem.samples, k * problem.layers[0]),
  );
  const meaning: Record<string, (...at: number[]) => number> = {
    w: (l, j, i) => network.weights[l - 1][j][i],
    t: (l, j, i) => Math.abs(network.weights[l - 1][j][i]),
    u: (l, j, i) => (network.weights[l - 1][j][i] === 0 ? 0 : 1),
    a: (l, j, k) => (passes[k].activations[l - 1][j] === 1 ? 1 : 0),
    c: (l, j, i, k) => network.weights[l - 1][j][i] * passes[k].activations[l - 2][i],
    m: (l, j) => margins[l - 1][j],
    z: (k) => (counted.has(k) ? 1 : 0),
    nothing: () => 0,
  };
  return model.columns.map(({ name }) => {
    const [kind, ...at] = name.split('_');
    return meaning[kind](...at.map(Number));
  });
}

/** The names of all rows and bounds that a point breaks. */
function broken(model: MilpModel, point: readonly number[]): string[] {
  const slack = 1e-9; // sums of integers and one epsilon
  const rows = model.rows.filter(({ columns, values, sense, rhs }) => {
    const sum = columns.reduce((total, column, n) => total + values[n] * point[column], 0);
    return sense === '>=' ? sum < rhs - slack : sum > rhs + slack;
  });
  const bounds = model.columns.filter(({ lower, upper }, n) => point[n] < lower || point[n] > upper);
  return [...rows, ...bounds].map(({ name }) => name);
}

const cost = (model: MilpModel, point: readonly number[]) =>
  model.columns.reduce((sum, column, n) => sum + column.cost * point[n], 0);

describe('the model of a stage', () => {
  const shape = { maxLayers: 4, maxInputs: 4, maxHidden: 3, maxLinf: 3, withKeep: true };

  it('admits every network in SM, at minus its count, and no higher count', () => {
    fc.assert(
      fc.property(problemAndNetwork(shape), ([problem, network]) => {
        const model = stageModel(problem, 'sm', []);
        const point = pointOf(problem, network, model, []);
        expect(broken(model, point)).toEqual([]);
        expect(cost(model, point)).toBe(0 - confidentSamples(problem, network).length);
        // No sample that SM does not count can be counted in the model.
        model.columns.forEach(({ name }, n) => {
          if (!name.startsWith('z_') || point[n] === 1) return;
          const raised = point.with(n, 1);
          expect(broken(model, raised)).not.toEqual([]);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('admits in MM exactly the networks whose margins hold, at minus their sum', () => {
    fc.assert(
      fc.property(problemAndNetwork(shape), ([problem, network]) => {
        const keep = problem.keep ?? [0];
        const units = marginUnits(problem);
        const margins = networkMargins(network, problem, keep, units);
        const model = stageModel(problem, 'mm', keep);
        const real = margins.map((layer) => layer.map((margin) => margin / units.scale));
        const point = pointOf(problem, network, model, real);
        if (!marginsHold(margins)) {
          const none = pointOf(
            problem,
            network,
            model,
            margins.map((layer) => layer.map(() => 0)),
          );
          expect(broken(model, none)).not.toEqual([]);
          return;
        }
        expect(broken(model, point)).toEqual([]);
        expect(cost(model, point)).toBeCloseTo(-marginSum(margins) / units.scale, 9);
        if (keep.length === 0) return;
        model.columns.forEach(({ name }, n) => {
          if (name.startsWith('m_')) expect(broken(model, point.with(n, point[n] + 1e-4))).not.toEqual([]);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('admits in MW exactly the networks that satisfy the hold, at their non-zero weights', () => {
    const holds = fc.constantFrom('margins', 'wide', 'confident', 'correct');
    fc.assert(
      fc.property(problemAndNetwork(shape), holds, fc.nat(30), ([problem, network], kind, extra) => {
        const keep = problem.keep ?? [0];
        const own = networkMargins(network, problem, keep, marginUnits(problem));
        const add = kind === 'wide' ? extra : 0;
        const held = own.map((layer) => layer.map((margin) => Math.max(0, margin + add)));
        const hold: Hold =
          kind === 'confident' || kind === 'correct' ? { kind } : { kind: 'margins', margins: held };
        const model = stageModel(problem, 'mw', keep, hold);
        const point = pointOf(problem, network, model, []);
        expect(broken(model, point).length === 0).toBe(satisfiesHold(problem, network, keep, hold));
        expect(cost(model, point)).toBe(nonzeroCount(network));
      }),
      { numRuns: 300 },
    );
  });

  it('has no variables for inactive inputs', () => {
    const problem = problemOf(
      [
        [1, 0, 2],
        [3, 0, 0],
      ],
      [1, -1],
      { layers: [3, 2, 1] },
    );
    const model = stageModel(problem, 'mw', [0, 1]);
    const names = model.columns.map(({ name }) => name).filter((name) => /^[wu]_1/.test(name));
    expect(names).toEqual([
      'w_1_0_0',
      'w_1_0_2',
      'w_1_1_0',
      'w_1_1_2',
      'u_1_0_0',
      'u_1_0_2',
      'u_1_1_0',
      'u_1_1_2',
    ]);
    expect(model.weightColumns[0].map((inputs) => [...inputs].map((column) => column < 0))).toEqual([
      [false, true, false],
      [false, true, false],
    ]);
  });

  it('has integer big-M rows as tight as the sample allows', () => {
    // |S| is at most 5 on the only sample: S >= -5 (1 - a) and S <= -1 + 6 a.
    const problem = problemOf([[3, -2]], [1], { layers: [2, 1, 1] });
    const rows = stageModel(problem, 'sm', []).rows;
    const values = (name: string) => rows.find((row) => row.name === name);
    expect(values('plus_1_0_0')).toMatchObject({ values: [3, -2, -5], sense: '>=', rhs: -5 });
    expect(values('minus_1_0_0')).toMatchObject({ values: [3, -2, -6], sense: '<=', rhs: -1 });
    expect(values('confident_0')).toMatchObject({ values: [1, -2], sense: '>=', rhs: -1 });
  });

  it('divides rows of large numbers by a power of two, without losing a digit', () => {
    const large = problemOf([[32767, -3, 1]], [1], { layers: [3, 1, 1] });
    const { rows, tolerance } = stageModel(large, 'sm', []);
    const row = rows.find(({ name }) => name === 'minus_1_0_0');
    // S <= -1 + 32772 a: the next power of two above 32772 is 2 ** 16.
    expect(row).toMatchObject({ scale: 2 ** -16, rhs: -1 / 65536 });
    expect(row?.values.map((value) => value * 65536)).toEqual([32767, -3, 1, -32772]);
    expect(rows.find(({ name }) => name === 'on_above_2_0_0_0')?.scale).toBe(1);
    expect(tolerance).toBe(1e-6); // 65539 and 65536 times that are far from a half
  });

  it('keeps the smallest coefficient above what HiGHS takes for nothing', () => {
    const wide = problemOf([Array.from({ length: 784 }, (_, i) => (i === 0 ? 1 : 32767))], [1], {
      layers: [784, 2, 1],
      weightBound: 127,
    });
    const { rows, tolerance } = stageModel(wide, 'sm', []);
    for (const { values, scale } of rows) {
      for (const value of values) expect(Math.abs(value)).toBeGreaterThanOrEqual(2 ** -24);
      expect(Number.isInteger(Math.log2(scale))).toBe(true);
    }
    // Off by this much, in every integer and in the row as it is written, the sum is off by half a unit, not more.
    const off = rows.map(({ values, scale }) => {
      const size = values.reduce((sum, value) => sum + Math.abs(value), 0);
      return (tolerance * (size + 1)) / scale;
    });
    expect(Math.max(...off)).toBeCloseTo(0.5, 9);
  });

  it('does not ask what no weights reach', () => {
    const dim = problemOf(
      [
        [1, 2],
        [9, 9],
      ],
      [1, -1],
      { confidence: 10 },
    );
    const model = stageModel(dim, 'sm', []);
    expect(model.rows.map(({ name }) => name)).toEqual(['confident_1']);
    expect(model.columns.find(({ name }) => name === 'z_0')?.upper).toBe(0);
  });

  it('bounds every margin: the darkest sample beyond the radius, P * inputs above', () => {
    const problem = problemOf(
      [
        [5, -3],
        [4, 1],
      ],
      [1, 1],
      { layers: [2, 3, 1], weightBound: 2, linf: 2 },
    );
    const margins = stageModel(problem, 'mm', [0, 1]).columns.filter(({ name }) => name.startsWith('m_'));
    expect(margins.map(({ upper }) => upper)).toEqual([4, 4, 4, 6]);
  });

  it('is never without a column', () => {
    const dark = problemOf([[0, 0]], [-1]);
    const model = stageModel(dark, 'mw', [0]);
    expect(model.columns.map(({ name }) => name)).toEqual(['nothing']);
    expect(model.rows).toEqual([
      { name: 'minus_1_0_0', sense: '>=', rhs: 1, columns: [], values: [], scale: 1 },
    ]);
  });
});
