import fc from 'fast-check';
import { activeInputs } from '../problem/active.js';
import { groupsOf } from '../problem/groups.js';
import { isRobust } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';
import { isSound } from './sound.js';

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
      groups: layers.length === 2 && layers[0] > 1 ? columnGroups(layers[0]) : fc.constant({}),
    })
    .map(({ ranges, radii, free, limit, costs, atMostWrong, groups }): TrainingProblem => {
      const forced = (ranges ?? []).filter(([low, high], i) => !free?.includes(i) && (low > 0 || high < 0));
      const fielded = {
        ...problem,
        linf: radii === undefined ? problem.linf : 0,
        ...(ranges === undefined ? {} : { ranges }),
        ...(radii === undefined ? {} : { radii: Int32Array.from(radii) }),
        ...(free === undefined ? {} : { free }),
        ...(limit === undefined ? {} : { maxNonzero: limit + forced.length * layers[1] }),
        ...(costs === undefined ? {} : { costs: Int32Array.from(costs) }),
        ...(atMostWrong === undefined ? {} : { atMostWrong: given(atMostWrong) }),
      };
      // Groups that no weights can keep to make it no problem.
      const grouped = { ...fielded, ...groups };
      return isSound(grouped) ? grouped : fielded;
    });
}

/** Groups of columns, an input each, by which some combinations are not allowed. */
function columnGroups(inputs: number): fc.Arbitrary<Pick<TrainingProblem, 'exclusive' | 'together'>> {
  const columns = Array.from({ length: inputs }, (_, i) => [i]);
  const list = fc.array(fc.subarray(columns, { minLength: 2 }), { minLength: 1, maxLength: 2 });
  const some = fc.option(list, { nil: undefined });
  return fc.record({ exclusive: some, together: some }).map(given);
}

/** Without what is not given, as a file says it. */
function given<T extends object>(limits: T): Partial<T> {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)) as Partial<T>;
}
