import fc from 'fast-check';
import type { Network } from '../../src/network/types.js';
import { activeInputs } from '../../src/problem/active.js';
import { largestWeight, rangeOf } from '../../src/problem/boxes.js';
import { groupsOf } from '../../src/problem/groups.js';
import { isRobust } from '../../src/problem/objective.js';
import type { TrainingProblem } from '../../src/problem/types.js';

/** The problem with some of the fields that ask for more than the paper, small enough to enumerate as before. */
export function withFields(problem: TrainingProblem): fc.Arbitrary<TrainingProblem> {
  const { layers } = problem;
  const lit = new Set(activeInputs(problem));
  const samples = isRobust(problem) ? groupsOf(problem).count : problem.sampleCount;
  const range = (i: number) =>
    fc
      .tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: 0, max: 2 }))
      .map(([low, width]): readonly [number, number] => {
        const high = Math.min(2, low + width);
        return lit.has(i) ? [low, high] : [Math.min(0, low), Math.max(0, high)];
      });
  const list = <T>(count: number, entry: (n: number) => fc.Arbitrary<T>) =>
    fc.tuple(...Array.from({ length: count }, (_, n) => entry(n)));
  const wrong = fc.option(fc.nat({ max: 2 }), { nil: undefined });
  const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  return fc
    .record({
      ranges: some(list(layers[0], range)),
      radii: some(list(layers[0], () => fc.constantFrom(0, 0, 1, 2))),
      free: some(fc.subarray(Array.from({ length: layers[0] }, (_, i) => i))),
      limit: some(fc.nat({ max: 3 })),
      costs: some(list(samples, () => fc.nat({ max: 4 }))),
      atMostWrong: some(fc.record({ plus: wrong, minus: wrong })),
    })
    .map(({ ranges, radii, free, limit, costs, atMostWrong }): TrainingProblem => {
      const forced = (ranges ?? []).filter(([low, high], i) => !free?.includes(i) && (low > 0 || high < 0));
      return {
        ...problem,
        linf: radii === undefined ? problem.linf : 0,
        ...(ranges === undefined ? {} : { ranges }),
        ...(radii === undefined ? {} : { radii: Int32Array.from(radii) }),
        ...(free === undefined ? {} : { free }),
        ...(limit === undefined ? {} : { maxNonzero: limit + forced.length * layers[1] }),
        ...(costs === undefined ? {} : { costs: Int32Array.from(costs) }),
        ...(atMostWrong === undefined ? {} : { atMostWrong: JSON.parse(JSON.stringify(atMostWrong)) }),
      };
    });
}

/** Every network of the problem's shape, one by one, its weights in their boxes: nothing is grouped, nothing is passed over. */
export function* allNetworks(problem: TrainingProblem): Generator<Network> {
  const { layers, weightBound } = problem;
  const active = [...activeInputs(problem)];
  const boxes = layers.slice(1).flatMap((size, l) => {
    const inputs =
      l === 0
        ? active.map((i) => rangeOf(problem, i))
        : new Array(layers[l]).fill([-weightBound, weightBound]);
    return Array.from({ length: size }, () => inputs as (readonly [number, number])[]).flat();
  });
  const digits = boxes.map(([low]) => low);
  for (;;) {
    let at = 0;
    const weights = layers.slice(1).map((size, l) =>
      Array.from({ length: size }, () => {
        const row = new Array<number>(layers[l]).fill(0);
        for (const i of l === 0 ? active : row.keys()) row[i] = digits[at++];
        return row;
      }),
    );
    yield { layers, weightBound: largestWeight(problem), weights };
    let d = 0;
    for (; d < digits.length && digits[d] === boxes[d][1]; d++) digits[d] = boxes[d][0];
    if (d === digits.length) return;
    digits[d]++;
  }
}

/** How many they are. */
export function networkCount(problem: TrainingProblem): number {
  const { layers, weightBound } = problem;
  const first = [...activeInputs(problem)].reduce((ways, i) => {
    const [low, high] = rangeOf(problem, i);
    return ways * (high - low + 1);
  }, 1);
  const above = layers.slice(2).reduce((sum, size, l) => sum + size * layers[l + 1], 0);
  return first ** layers[1] * (2 * weightBound + 1) ** above;
}
