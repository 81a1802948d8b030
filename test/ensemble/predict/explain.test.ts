import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Encoding, encodeRow } from '../../../src/data/encoding.js';
import { applyScaling } from '../../../src/data/scaling.js';
import type { EnsembleModel } from '../../../src/ensemble/model/model.js';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';
import {
  explainModel,
  explainRow,
  probabilityLines,
  scoreBands,
} from '../../../src/ensemble/predict/explain.js';
import { anyModel, modelOf } from '../support.js';

const table: EnsembleModel = {
  ...modelOf(['no', 'yes'], [4, 1], 3, [
    { layers: [4, 1], weightBound: 3, weights: [[[1, -3, 0, 2]]], biases: [-7] },
  ]),
  columns: ['age', 'dose', 'idle', 'level'],
  scaling: { kind: 'quantile', thresholds: [[10, 20], [0.5], [], []] },
};

describe('explainModel', () => {
  it('lists columns by weight, what their levels are worth, the threshold, and what is never read', () => {
    const { pairs, unread, columns } = explainModel(table);
    expect(unread).toEqual(['idle']);
    expect(columns).toBe(4);
    expect(pairs).toEqual([
      {
        classes: ['no', 'yes'],
        isScoreCard: true,
        nonzero: 3,
        neurons: [
          {
            threshold: 7,
            columns: [
              {
                name: 'dose',
                weight: -3,
                worth: {
                  kind: 'levels',
                  levels: [
                    { from: null, points: 381 },
                    { from: 0.5, points: -381 },
                  ],
                },
              },
              { name: 'level', weight: 2, worth: { kind: 'levels', levels: [{ from: null, points: 0 }] } },
              {
                name: 'age',
                weight: 1,
                worth: {
                  kind: 'levels',
                  levels: [
                    { from: null, points: -127 },
                    { from: 10, points: 0 },
                    { from: 20, points: 127 },
                  ],
                },
              },
            ],
          },
        ],
      },
    ]);
  });

  it('says of every value what the networks count: points are weight times the scaled value', () => {
    const value = fc.double({ min: -50, max: 50, noNaN: true });
    const scaling = fc.oneof(
      fc.constant({ kind: 'identity' as const }),
      fc.constant({ kind: 'factor' as const, factor: 10 }),
      fc.tuple(value, fc.double({ min: 0.5, max: 40, noNaN: true })).map(([middle, half]) => ({
        kind: 'centred' as const,
        middle: [middle],
        half: [half],
      })),
      fc
        .uniqueArray(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 9 })
        .map((list) => ({ kind: 'quantile' as const, thresholds: [list.sort((a, b) => a - b)] })),
    );
    fc.assert(
      fc.property(scaling, fc.constantFrom(-3, -1, 1, 2), value, (kind, weight, x) => {
        const network = { layers: [1, 1], weightBound: 3, weights: [[[weight]]] };
        const model = { ...modelOf(['a', 'b'], [1, 1], 3, [network]), scaling: kind };
        const { worth } = explainModel(model).pairs[0].neurons[0].columns[0];
        const scaled = new Int32Array(1);
        applyScaling(kind, [x], scaled);
        const points = weight * scaled[0];
        if (worth.kind === 'each')
          expect(Math.abs(worth.points * x * worth.factor - points)).toBeLessThanOrEqual(Math.abs(weight));
        else if (worth.kind === 'levels') {
          expect(worth.levels.filter(({ from }) => from === null || from <= x).at(-1)?.points).toBe(
            points + 0,
          );
        } else if (worth.kind === 'line' && x >= worth.low && x <= worth.high) {
          const line =
            worth.atLow + ((worth.atHigh - worth.atLow) * (x - worth.low)) / (worth.high - worth.low);
          expect(Math.abs(line - points)).toBeLessThanOrEqual(Math.abs(weight));
        }
      }),
    );
  });
});

describe('explainRow', () => {
  it('counts what is on as the encoding does, beside numbers on a range', () => {
    const encoding: Encoding = {
      one: 127,
      columns: [
        { kind: 'range', middle: 10, half: 5, end: 127, fill: 9, missing: true },
        { kind: 'none' },
        { kind: 'category', levels: ['red', 'blue'] },
        { kind: 'rank', thresholds: [0.5], fill: 0 },
        { kind: 'steps', thresholds: [3], fill: 0 },
        { kind: 'whole', fill: 0 },
        { kind: 'order', levels: ['low', 'mid'] },
      ],
    };
    const weights = [1, -1, 2, 1, -1, 1, -1, 1];
    const model: EnsembleModel = {
      ...modelOf(['no', 'yes'], [8, 1], 2, [{ layers: [8, 1], weightBound: 2, weights: [[weights]] }]),
      columns: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
      encoding,
    };
    const [{ neurons }] = explainModel(model).pairs;
    const worth = new Map(neurons[0].columns.map((column) => [column.name, column.worth]));
    expect(worth.get('a')).toEqual({ kind: 'line', low: 5, high: 15, atLow: -127, atHigh: 127 });
    expect(worth.get('f')).toEqual({ kind: 'each', points: -1, factor: 1 });
    expect(worth.get('c = red')).toEqual({ kind: 'on', points: 254 });
    // A row whose values stand in the card: at an end of the line, red, d from 0.5, e from 3, f 4, mid.
    const on = (name: string) => (worth.get(name) as { points: number }).points;
    const levels = (worth.get('d') as { levels: readonly { points: number }[] }).levels;
    const sum = 127 + on('c = red') + levels[1].points + on('e >= 3') + 4 * on('f') + on('g >= mid');
    const out = new Int32Array(8);
    encodeRow(encoding, [15, 0, 0, 0.5, 3, 4, 1], 0, out);
    expect(out.reduce((total, value, i) => total + value * weights[i], 0)).toBe(sum);
    expect(on('a missing')).toBe(-127);
  });

  it('adds up to what the network answers, for every model and row', () => {
    fc.assert(
      fc.property(
        anyModel,
        fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 9, maxLength: 9 }),
        (model, values) => {
          fc.pre(model.image === undefined);
          const classifier = new EnsembleClassifier(model);
          const row = values.slice(0, classifier.inputs);
          const explained = explainRow(classifier, { samples: [row], labels: ['?'] }, 0);
          expect(explained.label).toBe(classifier.predictOne(row));
          for (const { classes, answer, neurons } of explained.pairs) {
            const at = model.pairs.findIndex((pair) => pair.classes.join() === classes.join());
            for (const [j, { sum, threshold, contributions }] of neurons.entries()) {
              const network = model.pairs[at].network;
              const plain = network?.weights[0][j].reduce((total, w, i) => total + w * row[i], 0);
              expect(sum).toBe((plain ?? 0) + 0);
              expect(contributions.reduce((total, { points }) => total + points, 0)).toBe(sum);
              expect(threshold).toBe(0 - (network?.biases?.[j] ?? 0));
            }
            if (model.layers.length === 2) {
              expect(answer).toBe(classes[neurons[0].sum >= neurons[0].threshold ? 0 : 1]);
            }
          }
        },
      ),
    );
  });

  it('refuses rows that are not there', () => {
    expect(() =>
      explainRow(new EnsembleClassifier(table), { samples: [[1, 2, 3, 4]], labels: ['no'] }, 1),
    ).toThrow('row: 1, but there are 1 rows');
  });
});

describe('scoreBands', () => {
  it('has every row of the two classes in one band, least points first, equal points together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.constantFrom('a', 'b', 'c')), {
          minLength: 1,
          maxLength: 60,
        }),
        (rows) => {
          const network = { layers: [1, 1], weightBound: 1, weights: [[[1]]], biases: [1] };
          const classifier = new EnsembleClassifier(modelOf(['a', 'b'], [1, 1], 1, [network]));
          const bands = scoreBands(classifier, {
            samples: rows.map(([x]) => [x]),
            labels: rows.map(([, label]) => label),
          });
          const known = rows.filter(([, label]) => label !== 'c');
          expect(bands.reduce((sum, band) => sum + band.rows, 0)).toBe(known.length);
          for (const [at, { from, to, rows: count, second }] of bands.entries()) {
            const inside = known.filter(([x]) => x + 1 >= from && x + 1 <= to);
            expect(inside).toHaveLength(count);
            expect(inside.filter(([, label]) => label === 'b')).toHaveLength(second);
            if (at > 0) expect(from).toBeGreaterThan(bands[at - 1].to);
          }
        },
      ),
    );
  });
});

describe('probabilityLines', () => {
  it('are the steps, each with its share', () => {
    const steps = [
      { from: null, first: 1, rows: 4 },
      { from: 7, first: 2, rows: 3 },
    ];
    expect(probabilityLines({ kind: 'isotonic', folds: 5, seed: 0, steps })).toEqual([
      { ...steps[0], probability: 0.25 },
      { ...steps[1], probability: 0.666667 },
    ]);
  });

  it('are of a curve the least whole scores at which its marks are reached', () => {
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constant('platt' as const),
          ...{ folds: fc.constant(5), seed: fc.constant(0), rows: fc.constant(9) },
          scale: fc.integer({ min: 1, max: 100_000 }),
          slope: fc.integer({ min: 1, max: 20_000 }).map((n) => n / 1000),
          intercept: fc.integer({ min: -5000, max: 5000 }).map((n) => n / 1000),
        }),
        (curve) => {
          const lines = probabilityLines(curve);
          const at = (s: number) => 1 / (1 + Math.exp(-((curve.slope * s) / curve.scale + curve.intercept)));
          const marks = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
          for (const [k, { from, probability }] of lines.entries()) {
            const score = from as number;
            expect(probability).toBeCloseTo(at(score), 5);
            // Some mark is reached here, and not one point below.
            expect(marks.some((mark) => at(score) >= mark - 1e-9 && at(score - 1) < mark + 1e-9)).toBe(true);
            if (k > 0) expect(score).toBeGreaterThan(lines[k - 1].from as number);
          }
          expect(lines.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('are one line of a level curve', () => {
    const level = { kind: 'platt', folds: 5, seed: 0, rows: 9, scale: 4, slope: 0, intercept: 0 } as const;
    expect(probabilityLines(level)).toEqual([{ from: null, probability: 0.5 }]);
  });
});
