import { describe, expect, it } from 'vitest';
import type { Objective } from '../../src/problem/objective.js';
import type { StageName } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { STAGES } from '../../src/stage-list.js';
import { drawFields } from '../../src/testing/draw-fields.js';
import { drawProblem } from '../../src/testing/draw-problem.js';
import { Draws } from '../../src/testing/draws.js';
import { drawFamily, FAMILIES } from '../../src/testing/families.js';
import { ANYWHERE, meets, type Range } from '../../src/testing/optimum-range.js';
import { bareStage } from '../../src/testing/records.js';
import { RELATIONS, type RelationName, related } from '../../src/testing/relations.js';
import { optimumOf, stageCases } from '../../src/testing/stage-case.js';

/* Every relation before enumeration: what it says has to be true of optima that are known. */

const LIMIT = 2 ** 14;

/** The optimum, a range of one value; undefined: too large. */
function optimumRange(problem: TrainingProblem, stage: StageName): Range | undefined {
  const [one] = stageCases(problem, { stages: [bareStage(stage)], network: null }, {});
  const optimum = optimumOf(problem, one, LIMIT);
  if (optimum === undefined) return undefined;
  const value = optimum === null ? STAGES[stage].sense * Number.NEGATIVE_INFINITY : optimum;
  return { low: value, high: value };
}

function* drawn(name: RelationName, count: number) {
  for (let n = 0; n < count; n++) {
    const draws = new Draws(RELATIONS.indexOf(name), n);
    const objective = draws.pick<Objective['kind']>(['paper', 'paper', 'robust', 'soft']);
    const some = draws.once(4)
      ? drawFamily(draws, draws.pick(FAMILIES))
      : drawProblem(draws, objective, 'tiny');
    const fielded = draws.once(2) ? some : drawFields(draws, some);
    const problem = name === 'permuted-neurons' ? withMargins(draws, fielded) : fielded;
    const stage = name === 'permuted-neurons' ? 'mw' : draws.pick<StageName>(['sm', 'mm', 'mw']);
    yield { problem, stage, draws: new Draws(n) };
  }
}

/** Names for the neurons of a hidden layer, and something that few hold. */
function withMargins(draws: Draws, problem: TrainingProblem): TrainingProblem {
  const margins = problem.layers.slice(1).map((size) => draws.list(size, () => draws.int(0, 2)));
  return { ...problem, margins };
}

describe('relations', () => {
  it.each(RELATIONS)('%s holds of true optima, and is broken by others', (name) => {
    let looked = 0;
    let bites = 0;
    for (const { problem, stage, draws } of drawn(name, RUNS)) {
      const family = related(name, draws, problem, stage);
      if (family === undefined) continue;
      const optima = family.problems.map((one) => optimumRange(one, stage));
      if (optima.some((one) => one === undefined)) continue;
      const known = optima as Range[];
      looked++;
      const { found, expected } = family.holds(known);
      const text = () =>
        JSON.stringify({
          stage,
          known,
          found,
          expected,
          problems: family.problems.map((p) => ({ ...p, samples: [...p.samples] })),
        });
      if (!meets(found, expected)) expect.fail(text());
      // Where one of them is off by as much as you like, something is noticed, on one side at least.
      for (const [at, by] of known.flatMap((_, at) => [
        [at, 1e6],
        [at, -1e6],
      ])) {
        const wrong = known.map((range, n) =>
          n === at ? { low: range.low + by, high: range.high + by } : range,
        );
        const lie = family.holds(wrong);
        if (!meets(lie.found, lie.expected)) bites++;
      }
      expect(meets(...(Object.values(family.holds(known.map(() => ANYWHERE))) as [Range, Range]))).toBe(true);
    }
    expect(looked).toBeGreaterThan(RUNS / 40);
    expect(bites).toBeGreaterThan(looked / 2);
  });
});

const RUNS = Number(process.env.RUNS ?? 40);
