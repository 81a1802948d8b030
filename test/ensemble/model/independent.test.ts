import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Scaling, scaledValue } from '../../../src/data/scaling.js';
import { fitScaling, type ScalingMode } from '../../../src/data/scaling-fit.js';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';
import { anyModel } from '../support.js';
import { predictByTheBook, scale } from './independent-reader.js';

/*
 * docs/formats.md is complete: a reader written from it alone gives the same predictions, to the last bit, on any model,
 * scaling and row, halves and extremes among them.
 */

const extreme = [
  0, -0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, -0.49999999999999994, 254.5, 32766.5, 32767.5,
];
const value = fc.oneof(
  fc.constantFrom(...extreme, ...extreme.map((v) => -v)),
  fc.constantFrom(5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53, 2251799813685248.5, 1e-300),
  fc.integer({ min: -40000, max: 40000 }),
  fc.integer({ min: -600, max: 600 }).map((v) => v / 2),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const positive = fc.oneof(
  fc.constantFrom(1, 2, 255, 0.5, 1e-300, 1e300),
  finite.map(Math.abs).filter((v) => v > 0),
);

function anyScaling(inputs: number): fc.Arbitrary<Scaling> {
  const each = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: inputs, maxLength: inputs });
  const ascending = fc
    .uniqueArray(fc.oneof(value, finite), { maxLength: 254 })
    .map((list) => [...new Set(list.map((v) => v + 0))].sort((a, b) => a - b));
  return fc.oneof(
    fc.constant<Scaling>({ kind: 'identity' }),
    positive.map((factor): Scaling => ({ kind: 'factor', factor })),
    fc
      .record({
        middle: each(value),
        half: each(fc.oneof(fc.constant(0), positive)),
        end: fc.option(fc.integer({ min: 1, max: 16383 }), { nil: undefined }),
      })
      .map(
        ({ end, ...rest }): Scaling => ({ kind: 'centred', ...rest, ...(end === undefined ? {} : { end }) }),
      ),
    each(ascending).map((thresholds): Scaling => ({ kind: 'quantile', thresholds })),
    fc.record({
      kind: fc.constant('contrast' as const),
      white: positive,
      middle: each(fc.integer({ min: -255, max: 255 })),
    }),
  );
}

describe('a reader written from the documentation', () => {
  it('scales as fewbit does', () => {
    const cases = anyScaling(2).chain((scaling) =>
      fc.tuple(fc.constant(scaling), value, fc.constantFrom(0, 1)),
    );
    fc.assert(
      fc.property(cases, ([scaling, x, column]) => {
        const byTheBook = scale(JSON.parse(JSON.stringify(scaling)), x, column);
        expect(
          byTheBook === scaledValue(scaling, x, column),
          `${JSON.stringify(scaling)} ${x}: ${byTheBook}`,
        ).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('predicts as fewbit does, on any model', () => {
    const cases = anyModel.chain((model) => {
      const inputs = model.layers[0];
      const row = fc.array(value, { minLength: inputs, maxLength: inputs });
      return fc.tuple(
        anyScaling(inputs).map((scaling) => ({ ...model, scaling })),
        fc.array(row, { minLength: 1, maxLength: 4 }),
      );
    });
    let labelled = 0;
    fc.assert(
      fc.property(cases, ([model, rows]) => {
        const classifier = new EnsembleClassifier(model);
        const text = JSON.stringify(classifier);
        for (const vote of ['paper', 'recursive'] as const) {
          const labels = classifier.predict(rows, { vote });
          expect(rows.map((row) => predictByTheBook(text, row, vote))).toEqual(labels);
          labelled += labels.filter((label) => label !== null).length;
        }
      }),
      { numRuns: 400 },
    );
    expect(labelled).toBeGreaterThan(400);
  });

  it('predicts as fewbit does with scalings fitted on tables', () => {
    const modes = fc.constantFrom<ScalingMode>('auto', 'range', 'quantile');
    const cases = anyModel.chain((model) => {
      const inputs = model.layers[0];
      const row = fc.array(value, { minLength: inputs, maxLength: inputs });
      return fc.tuple(fc.constant(model), modes, fc.array(row, { minLength: 1, maxLength: 12 }), row);
    });
    fc.assert(
      fc.property(cases, ([model, mode, rows, other]) => {
        const scaling = fitScaling(rows.flat(), rows.length, model.layers[0], { mode });
        const classifier = new EnsembleClassifier({ ...model, scaling });
        const text = JSON.stringify(classifier);
        const asked = [...rows, other];
        expect(asked.map((row) => predictByTheBook(text, row, 'paper'))).toEqual(classifier.predict(asked));
      }),
      { numRuns: 200 },
    );
  });
});
