import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withBias, withoutConstants } from '../../../src/ensemble/train/bias.js';
import { forward } from '../../../src/network/forward.js';
import { formatProblem, parseProblem } from '../../../src/problem/file.js';
import { targetsOf } from '../../../src/problem/objective.js';
import { softLoss } from '../../../src/problem/soft.js';
import type { TrainingProblem } from '../../../src/problem/types.js';

/** Small problems of every objective that has a bias, rows of any size that data have. */
const anyProblem: fc.Arbitrary<TrainingProblem> = fc
  .record({
    inputs: fc.integer({ min: 1, max: 4 }),
    hidden: fc.constantFrom([], [2]),
    weightBound: fc.constantFrom(1, 2, 3, 7, 40),
    kind: fc.constantFrom('paper', 'robust', 'soft'),
    size: fc.constantFrom(1, 20, 127, 16_000),
    linf: fc.constantFrom(0, 0, 3),
    confidence: fc.constantFrom(undefined, 1, 1, 2),
    few: fc.constantFrom(undefined, 1, 2),
  })
  .chain(({ inputs, hidden, weightBound, kind, size, linf, confidence, few }) =>
    fc
      .array(
        fc.tuple(
          fc.array(fc.integer({ min: -size, max: size }), { minLength: inputs, maxLength: inputs }),
          fc.constantFrom<1 | -1>(1, -1),
          fc.integer({ min: 1, max: 3 * size }),
        ),
        { minLength: 2, maxLength: 8 },
      )
      .map((rows): TrainingProblem => {
        const groups = Int32Array.from(rows, (_, k) => k);
        return {
          layers: [inputs, ...hidden, 1],
          weightBound,
          epsilon: 0.1,
          samples: Int32Array.from(rows.flatMap(([row]) => row)),
          sampleCount: rows.length,
          labels: Int8Array.from(rows, ([, label]) => label),
          linf,
          ...(kind === 'paper' && confidence !== undefined ? { confidence } : {}),
          ...(kind === 'paper' && few !== undefined && hidden.length === 0 ? { maxNonzero: few } : {}),
          ...(kind === 'paper' ? {} : { objective: { kind: 'robust', groups } }),
          ...(kind === 'soft'
            ? {
                objective: { kind: 'soft', groups, targets: Int32Array.from(rows, ([, , target]) => target) },
              }
            : {}),
        };
      }),
  );

/** Neurons that are asked for the right answer alone are trained on halves: all values of theirs fit 15 bits doubled. */
const partsOf = ({ layers, objective, confidence }: TrainingProblem) =>
  layers.length === 2 && objective === undefined && confidence === 1 ? 2 : 1;

/** The first-layer weights of some network of a problem, within its ranges. */
function anyWeights(problem: TrainingProblem): fc.Arbitrary<number[][][]> {
  const [width, ...upper] = problem.layers;
  const { weightBound, ranges } = problem;
  const row = fc.tuple(
    ...Array.from({ length: width }, (_, i) => {
      const [min, max] = ranges?.[i] ?? [-weightBound, weightBound];
      return fc.integer({ min, max });
    }),
  );
  const first = fc.array(row, { minLength: upper[0], maxLength: upper[0] });
  const one = fc.array(fc.integer({ min: -weightBound, max: weightBound }), {
    minLength: upper[0],
    maxLength: upper[0],
  });
  return upper.length === 1
    ? first.map((rows) => [rows])
    : fc.tuple(first, one).map(([rows, last]) => [rows, [last]]);
}

describe('withBias', () => {
  it('makes a valid problem, whose networks answer as those of the model do, also on values multiplied before', () => {
    const cases = anyProblem.chain((plain) => {
      const problem = withBias(plain);
      return fc.tuple(fc.constant(plain), fc.constant(problem), anyWeights(problem));
    });
    fc.assert(
      fc.property(cases, ([plain, problem, weights]) => {
        expect(() => parseProblem(formatProblem(problem), 'problem')).not.toThrow();
        const inputs = plain.layers[0];
        const network = { layers: problem.layers, weightBound: 127, weights };
        for (const fineness of [1, 5]) {
          const own = withoutConstants(network, problem, inputs, plain.weightBound, fineness);
          expect(own.layers).toEqual(plain.layers);
          for (let k = 0; k < plain.sampleCount; k++) {
            const row = Array.from(plain.samples.subarray(k * inputs, (k + 1) * inputs));
            const finer = [
              ...row.map((x) => x * fineness * partsOf(plain)),
              ...problem.samples.subarray(inputs, problem.layers[0]),
            ];
            const trained = forward(network, finer).activations;
            expect(forward(own, row).activations).toEqual(trained);
          }
        }
      }),
    );
  });

  it('tells sums that follow each other apart: no other bias of columns of 0 and 1 is right on both', () => {
    const plain: TrainingProblem = {
      ...{ layers: [1, 1], weightBound: 1, epsilon: 0.1, linf: 0, confidence: 1 },
      ...{ samples: Int32Array.of(0, 1), sampleCount: 2, labels: Int8Array.of(1, -1), maxNonzero: 1 },
    };
    const problem = withBias(plain);
    expect([...problem.samples]).toEqual([0, 1, 2, 1]);
    const network = { layers: [2, 1], weightBound: 127, weights: [[[-1, 1]]] };
    expect([0, 1].map((k) => forward(network, [2 * k, 1]).preActivations.at(-1)?.[0])).toEqual([1, -1]);
    const own = withoutConstants(network, problem, 1, 1, 1);
    expect(own.biases).toEqual([0]);
    expect([0, 1].map((k) => forward(own, [k]).activations)).toEqual(
      [0, 1].map((k) => forward(network, [2 * k, 1]).activations),
    );
  });

  it('leaves values that cannot be doubled as they are, and its constant is even', () => {
    const large: TrainingProblem = {
      ...{ layers: [1, 1], weightBound: 1, epsilon: 0.1, linf: 2, confidence: 1 },
      ...{ samples: Int32Array.of(-20_000, 1), sampleCount: 2, labels: Int8Array.of(1, -1) },
    };
    const problem = withBias(large);
    expect(problem.samples.filter((_, at) => at % 2 === 0)).toEqual(large.samples);
    expect(problem.samples[1] % 2).toBe(0);
    expect(problem.radii).toEqual(Int32Array.of(2, 0));
    expect(withBias({ ...large, samples: Int32Array.of(-9, 1) }).radii).toEqual(Int32Array.of(4, 0));
  });

  it('can put the threshold of a neuron anywhere among its rows, near enough to tell them apart by a step', () => {
    fc.assert(
      fc.property(anyProblem, (plain) => {
        const problem = withBias(plain);
        const inputs = plain.layers[0];
        const constants = [...problem.samples.subarray(inputs, problem.layers[0])];
        let most = 0;
        for (let k = 0; k < plain.sampleCount; k++) {
          const row = Array.from(plain.samples.subarray(k * inputs, (k + 1) * inputs), Math.abs);
          const read = row.sort((a, b) => b - a).slice(0, plain.maxNonzero ?? inputs);
          most = Math.max(
            most,
            read.reduce((sum, x) => sum + partsOf(plain) * x, 0),
          );
        }
        const bounds = constants.map((_, c) => problem.ranges?.[inputs + c]?.[1] ?? plain.weightBound);
        const reach = constants.reduce((sum, value, c) => sum + value * bounds[c], 0);
        // A value has 15 bits, so sums of many large columns are reached by ten constants at most.
        expect(reach).toBeGreaterThanOrEqual(
          Math.min(plain.weightBound * most, 127 * 32767, plain.weightBound * 32767),
        );
      }),
    );
  });

  it('guards soft margins: no weights at all are worse than some network with the guard', () => {
    fc.assert(
      fc.property(anyProblem, (plain) => {
        fc.pre(targetsOf(plain) !== undefined && plain.layers.length === 2);
        const problem = withBias(plain);
        const width = problem.layers[0];
        const keep = Array.from({ length: problem.sampleCount }, (_, k) => k);
        const loss = (weights: number[]) =>
          softLoss(
            { ...problem, linf: 0, radii: undefined },
            { layers: problem.layers, weightBound: 1, weights: [[weights]] },
            keep,
          );
        const none = new Array<number>(width).fill(0);
        const guarded = none.with(width - 1, 1);
        // Targets of thousands would take more rows than there are.
        const targets = [...(targetsOf(plain) as Int32Array)];
        fc.pre(targets.reduce((sum, target) => sum + (target + 1) ** 2, 0) <= plain.sampleCount * 32767 ** 2);
        expect(loss(guarded)).toBeLessThanOrEqual(loss(none));
      }),
    );
  });
});
