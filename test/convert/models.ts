import fc from 'fast-check';
import { type ColumnEncoding, type Encoding, inputsOf } from '../../src/data/encoding.js';
import { MAX_COLUMN_END, type Scaling } from '../../src/data/scaling.js';
import type { EnsembleModel } from '../../src/ensemble/model/model.js';
import { allPairs } from '../../src/ensemble/pair-order.js';
import { type FeatureSpec, featureCount, parseFeatures } from '../../src/features/index.js';
import { anyNetwork, modelOf } from '../ensemble/support.js';

/** A finite real of any size that data have, often with few decimals. */
const real = fc.oneof(
  fc.integer({ min: -5000, max: 5000 }).map((v) => v / 10),
  fc.integer({ min: -40000, max: 40000 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((v) => v + 0),
);

function anyScaling(inputs: number, image: boolean): fc.Arbitrary<Scaling> {
  const column = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: inputs, maxLength: inputs });
  const identity = fc.constant<Scaling>({ kind: 'identity' });
  if (image) {
    const middle = column(fc.integer({ min: 0, max: 128 }));
    const white = fc.constantFrom(255, 254, 17, 200);
    return fc.oneof(
      identity,
      fc.tuple(white, middle).map(([w, m]): Scaling => ({ kind: 'contrast', white: w, middle: m })),
    );
  }
  const half = fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 900 }).map((v) => v / 20),
    fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
  );
  const end = fc.constantFrom(undefined, undefined, MAX_COLUMN_END, 1, 300);
  const thresholds = fc
    .uniqueArray(real, { maxLength: 9 })
    .map((list) => [...new Set(list)].sort((a, b) => a - b));
  return fc.oneof(
    identity,
    fc.constantFrom(10, 0.037, 1000, 255 / 0.9).map((factor): Scaling => ({ kind: 'factor', factor })),
    fc.tuple(column(real), column(half), end).map(
      ([middle, halves, e]): Scaling => ({
        kind: 'centred',
        middle,
        half: halves,
        ...(e === undefined ? {} : { end: e }),
      }),
    ),
    column(thresholds).map((t): Scaling => ({ kind: 'quantile', thresholds: t })),
  );
}

export interface AnyModelOptions {
  readonly maxClasses?: number;
  /** Also layers wider than what is tabulated. */
  readonly wide?: boolean;
}

/** Models of every kind: 2 classes and more, L = 1..3, P = 1..127, with and without missing networks, every scaling. */
export function anyConvertible({
  maxClasses = 6,
  wide = true,
}: AnyModelOptions = {}): fc.Arbitrary<EnsembleModel> {
  const width = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 1, arbitrary: wide ? fc.constantFrom(7, 9, 13, 14) : fc.constant(6) },
  );
  return fc
    .record({
      classes: fc.uniqueArray(
        fc.oneof(
          fc.string({ maxLength: 6 }),
          fc.string({ unit: 'binary', maxLength: 4 }),
          fc.constantFrom('*/ "??/', '__proto__', 'a\\"\n'),
        ),
        {
          minLength: 2,
          maxLength: maxClasses,
        },
      ),
      inputs: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(64, 255, 256, 300)),
      hidden: fc.array(width, { maxLength: 2 }),
      weightBound: fc.constantFrom(1, 1, 1, 2, 3, 7, 15, 26, 100, 127),
      image: fc.boolean(),
      missing: fc.boolean(),
    })
    .chain(({ classes, inputs, hidden, weightBound, image, missing }) => {
      const layers = [inputs, ...hidden, 1];
      const count = allPairs(classes.length).length;
      const network = anyNetwork(layers, weightBound, 3_000_000);
      const networks = fc.array(missing ? fc.option(network, { freq: 4 }) : network, {
        minLength: count,
        maxLength: count,
      });
      return fc.tuple(networks, anyScaling(inputs, image)).map(([list, scaling]) => ({
        ...modelOf(classes, layers, weightBound, list, image ? { width: inputs, height: 1 } : undefined),
        scaling,
        ...(image ? {} : { columns: Array.from({ length: inputs }, (_, i) => `column ${i} */`) }),
      }));
    });
}

/** So many models of a seed, the same for every run. */
export function someModels(count: number, seed: number, options: AnyModelOptions = {}): EnsembleModel[] {
  return fc.sample(anyConvertible(options), { numRuns: count, seed });
}

const specs = [
  'hog',
  'hog,deskew=0',
  'hog,zoom=2,cell=5,bins=9',
  'hog,deskew=0,zoom=3,cell=7,bins=4,mean=0',
  'hog,cell=2,bins=36',
  'deskew',
  'deskew,root=1,mean=50',
  'auto',
  'hog,channels=3',
  'deskew,root=1,channels=3',
  'hog,deskew=0,channels=3',
];
const sizes = [
  [8, 8],
  [28, 28],
  [13, 9],
  [20, 31],
];

/** Models on features of images, one a map and size. */
export function featureModels(count: number, seed: number): EnsembleModel[] {
  return Array.from({ length: count }, (_, at) => {
    const [width, height] = sizes[at % sizes.length];
    const image = { width, height };
    const spec = parseFeatures(specs[at % specs.length], image) as FeatureSpec;
    const inputs = featureCount(spec, image);
    const layers = at % 3 === 0 ? [inputs, 3, 1] : [inputs, 1];
    const networks = fc.sample(anyNetwork(layers, 1), { numRuns: 3, seed: seed + at });
    const middle = fc.sample(fc.integer({ min: 0, max: 90 }), { numRuns: inputs, seed: seed + at });
    const range = at % 2 === 0 ? { black: 0, white: 255 } : { black: 0, white: 200 };
    return {
      ...modelOf(['a', 'b', 'c'], layers, 1, networks),
      image,
      features: { spec, middle, ...range },
    };
  });
}

/** What a caller in C can give is a float, so thresholds are held against floats. */
const floats = fc.oneof(
  fc.integer({ min: -400, max: 400 }).map((v) => v / 8),
  fc.double({ min: -1e5, max: 1e5, noNaN: true }).map((v) => v + 0),
);
const rising = fc
  .uniqueArray(floats, { minLength: 1, maxLength: 6 })
  .map((list) => [...list].sort((a, b) => a - b));
const missing = fc.constantFrom({}, { missing: true as const });
const levels = fc.constantFrom(['a', 'b'], ['low', 'mid */', 'high "x"'], ['1', '2', '10'], ['one']);
const column: fc.Arbitrary<ColumnEncoding> = fc.oneof(
  fc.constant<ColumnEncoding>({ kind: 'none' }),
  fc
    .tuple(rising, floats, missing)
    .map(([thresholds, fill, m]): ColumnEncoding => ({ kind: 'steps', thresholds, fill, ...m })),
  fc
    .tuple(rising, floats, missing)
    .map(([thresholds, fill, m]): ColumnEncoding => ({ kind: 'rank', thresholds, fill, ...m })),
  fc
    .tuple(floats, fc.double({ min: 0.01, max: 1e4, noNaN: true }), floats, missing)
    .map(
      ([middle, half, fill, m]): ColumnEncoding => ({ kind: 'range', middle, half, end: 127, fill, ...m }),
    ),
  fc.tuple(floats, missing).map(([fill, m]): ColumnEncoding => ({ kind: 'whole', fill, ...m })),
  fc.tuple(levels, missing).map(([list, m]): ColumnEncoding => ({ kind: 'category', levels: list, ...m })),
  fc.tuple(levels, missing).map(([list, m]): ColumnEncoding => ({ kind: 'order', levels: list, ...m })),
);
const encoding: fc.Arbitrary<Encoding> = fc
  .record({ one: fc.constantFrom(1, 127), columns: fc.array(column, { minLength: 1, maxLength: 7 }) })
  .filter((candidate) => inputsOf(candidate) > 0);
/** Models whose columns are encoded, three classes unless told. */
export function encodedModels(count: number, seed: number, maxClasses = 3): EnsembleModel[] {
  const model = fc
    .tuple(
      encoding,
      fc.constantFrom([], [], [2], [3]),
      fc.constantFrom(1, 7),
      fc.integer({ min: Math.min(3, maxClasses), max: maxClasses }),
    )
    .chain(([chosen, hidden, bound, classCount]) => {
      const layers = [inputsOf(chosen), ...hidden, 1];
      const classes = Array.from({ length: classCount }, (_, c) => 'xyzabcdefghi'[c]);
      const pairs = allPairs(classCount).length;
      return fc.array(anyNetwork(layers, bound), { minLength: pairs, maxLength: pairs }).map((networks) => ({
        ...modelOf(classes, layers, bound, networks),
        encoding: chosen,
        columns: chosen.columns.map((_, c) => `column ${c} */`),
      }));
    });
  return fc.sample(model, { numRuns: count, seed });
}
