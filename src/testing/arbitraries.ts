import fc from 'fast-check';
import type { Network } from '../network/types.js';
import type { TrainingProblem } from '../problem/types.js';

export interface TinyShape {
  /** Weight layers at most; default 3. */
  readonly maxLayers?: number;
  /** Weight bound at most; default 3. */
  readonly maxP?: number;
  readonly maxInputs?: number;
  readonly maxHidden?: number;
  readonly maxSamples?: number;
  /** Inputs lie in `-maxValue..maxValue`; default 4. */
  readonly maxValue?: number;
  /** L-infinity radius at most; default 2. */
  readonly maxLinf?: number;
  /** Whether some problems name the samples to keep; default false. */
  readonly withKeep?: boolean;
}

/** Training problems small enough to enumerate: any number of layers, any P, negative inputs, odd epsilons, a radius. */
export function tinyProblem(shape: TinyShape = {}): fc.Arbitrary<TrainingProblem> {
  const { maxLayers = 3, maxP = 3, maxInputs = 3, maxHidden = 2, maxSamples = 6 } = shape;
  const { maxValue = 4, maxLinf = 2, withKeep = false } = shape;
  return fc
    .record({
      inputs: fc.integer({ min: 1, max: maxInputs }),
      hidden: fc.array(fc.integer({ min: 1, max: maxHidden }), { maxLength: maxLayers - 1 }),
      weightBound: fc.integer({ min: 1, max: maxP }),
      sampleCount: fc.integer({ min: 1, max: maxSamples }),
      epsilon: fc.constantFrom(0.1, 0.1, 1, 0.5, 0.25, 0.0003),
      linf: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: maxLinf })),
      confidence: fc.oneof(fc.constant(undefined), fc.constantFrom(0, 1, 1, 2, 3, 5, 9, 40, 2 ** 31 - 1)),
    })
    .chain(({ inputs, hidden, weightBound, sampleCount, epsilon, linf, confidence }) => {
      const size = inputs * sampleCount;
      return fc.record({
        layers: fc.constant([inputs, ...hidden, 1]),
        weightBound: fc.constant(weightBound),
        epsilon: fc.constant(epsilon),
        samples: fc
          .array(fc.integer({ min: -maxValue, max: maxValue }), { minLength: size, maxLength: size })
          .map((values) => Int32Array.from(values)),
        sampleCount: fc.constant(sampleCount),
        labels: fc
          .array(fc.constantFrom(1, -1), { minLength: sampleCount, maxLength: sampleCount })
          .map((values) => Int8Array.from(values)),
        linf: fc.constant(linf),
        ...(confidence === undefined ? {} : { confidence: fc.constant(confidence) }),
        keep: withKeep
          ? fc.option(fc.subarray(Array.from({ length: sampleCount }, (_, k) => k)), { nil: undefined })
          : fc.constant(undefined),
      });
    });
}

/** A network of the problem's shape; inactive inputs have weight 0 when `activeOnly` says so. */
export function networkFor(problem: TrainingProblem, activeOnly = true): fc.Arbitrary<Network> {
  const { layers, weightBound } = problem;
  const width = layers[0];
  const isActive = (i: number) => problem.samples.some((value, at) => at % width === i && value !== 0);
  const weight = fc.integer({ min: -weightBound, max: weightBound });
  return fc
    .tuple(
      ...layers
        .slice(1)
        .map((size, l) =>
          fc.array(
            fc.tuple(
              ...Array.from({ length: layers[l] }, (_, i) =>
                l === 0 && activeOnly && !isActive(i) ? fc.constant(0) : weight,
              ),
            ),
            { minLength: size, maxLength: size },
          ),
        ),
    )
    .map((weights) => ({ layers: [...layers], weightBound, weights }));
}

/** A problem together with a network of its shape. */
export function problemAndNetwork(shape: TinyShape = {}): fc.Arbitrary<[TrainingProblem, Network]> {
  return tinyProblem(shape).chain((problem) => fc.tuple(fc.constant(problem), networkFor(problem)));
}
