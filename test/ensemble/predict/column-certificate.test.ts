import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviationsOf, radiiOfColumns } from '../../../src/data/column-moves.js';
import { type Encoding, inputsOf, levelsOf } from '../../../src/data/encoding.js';
import { resolveConfig } from '../../../src/ensemble/options.js';
import { allPairs } from '../../../src/ensemble/pair-order.js';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';
import { planTraining, train } from '../../../src/ensemble/train/train.js';
import type { TrainingData } from '../../../src/ensemble/types.js';
import { linkCount } from '../../../src/network/links.js';
import { anyNetwork } from '../support.js';
import '../../../src/run/node.js';

/** Tables of one to three columns of every kind, and a row whose columns may be off. */
const anyColumn = fc
  .record({
    kind: fc.constantFrom('whole', 'range', 'rank', 'steps', 'category', 'order', 'none'),
    cuts: fc.uniqueArray(fc.integer({ min: -12, max: 12 }), { minLength: 2, maxLength: 4 }),
    missing: fc.boolean(),
    radius: fc.constantFrom(0, 1, 2, 3.5, 6),
    value: fc.oneof(
      { weight: 7, arbitrary: fc.integer({ min: -24, max: 24 }) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    ),
  })
  .map(({ kind, cuts, missing, radius, value }) => {
    const indicator = missing ? { missing: true as const } : {};
    const thresholds = cuts.map((cut) => cut / 2).sort((a, b) => a - b);
    const levels = thresholds.map((cut) => `level ${cut}`);
    const isLevel = kind === 'category' || kind === 'order';
    const column =
      kind === 'none'
        ? { kind }
        : isLevel
          ? { kind, levels, ...indicator }
          : {
              ...{ kind, fill: 0.5, ...indicator },
              ...(kind === 'range' ? { middle: 0.25, half: 3, end: 127 } : {}),
              ...(kind === 'rank' || kind === 'steps' ? { thresholds } : {}),
            };
    const own = isLevel
      ? Number.isNaN(value)
        ? value
        : (Math.abs(value) % (levels.length + 1)) - 1
      : value / 2;
    return {
      column: column as Encoding['columns'][number],
      value: own,
      radius:
        kind === 'category'
          ? Math.min(1, Math.floor(radius))
          : kind === 'order'
            ? Math.floor(radius)
            : radius,
    };
  });

const anyCase = fc
  .record({
    columns: fc.array(anyColumn, { minLength: 1, maxLength: 3 }),
    one: fc.constantFrom(1, 60),
    classes: fc.constantFrom(2, 2, 3),
    hidden: fc.constantFrom<number[]>([], [], [2], [2, 2]),
    rule: fc.constantFrom('paper' as const, 'recursive' as const),
  })
  .filter(({ columns, one }) => inputsOf({ one, columns: columns.map(({ column }) => column) }) > 0)
  .chain(({ columns, one, classes, hidden, rule }) => {
    const encoding: Encoding = { one, columns: columns.map(({ column }) => column) };
    const layers = [inputsOf(encoding), ...hidden, 1];
    const pairs = allPairs(classes);
    return fc.tuple(...pairs.map(() => anyNetwork(layers, 3, 30))).map((networks) => {
      const names = ['a', 'b', 'c'].slice(0, classes);
      const classifier = new EnsembleClassifier({
        ...{ classes: names, layers, weightBound: 3, scaling: { kind: 'identity' }, encoding },
        ...{ columns: columns.map((_, c) => `column ${c}`), deviations: columns.map(() => 0) },
        training: resolveConfig({ hidden, weightBound: 3 }, layers[0], false),
        data: { samples: 4, fingerprint: 'x' },
        pairs: pairs.map(([p, q], n) => ({
          ...{ classes: [names[p], names[q]] as const, network: networks[n] },
          ...{ nonzero: 0, links: linkCount(layers), stages: [] },
        })),
      });
      const asked = { columns: Object.fromEntries(columns.map(({ radius }, c) => [`column ${c}`, radius])) };
      return { classifier, columns, asked, rule, isExact: classes === 2 && hidden.length === 0 };
    });
  });

/** Values of a column within the radius, the ends and whatever lies on a threshold among them. */
function somewhere({
  column,
  value,
  radius,
}: typeof anyColumn extends fc.Arbitrary<infer T> ? T : never): number[] {
  const levels = levelsOf(column);
  if (Number.isNaN(value) || radius === 0) return [value];
  if (levels !== undefined) {
    if (column.kind === 'category') return [value, ...levels.keys()];
    if (value < 0) return [value];
    return [...levels.keys()].filter((level) => Math.abs(level - value) <= radius);
  }
  const within = Array.from({ length: 41 }, (_, n) => value - radius + (n * radius) / 20);
  const cuts = 'thresholds' in column ? column.thresholds : [];
  return [...within, ...cuts.filter((cut) => Math.abs(cut - value) <= radius)];
}

function* boxOf(lists: readonly number[][]): Generator<number[]> {
  if (lists.length === 0) return yield [];
  for (const first of lists[0]) for (const rest of boxOf(lists.slice(1))) yield [first, ...rest];
}

describe('radii in units of columns', () => {
  it('hold: no row of the box has another label, and single neurons of two classes fail only where one has', () => {
    let [held, failed] = [0, 0];
    fc.assert(
      fc.property(anyCase, ({ classifier, columns, asked, rule, isExact }) => {
        const row = columns.map(({ value }) => value);
        const label = classifier.predictOne(row, { vote: rule });
        const { radius } = classifier.certifyColumns(row, { vote: rule, perturb: asked });
        expect(radius === null).toBe(label === null);
        if (radius === null) return;
        const labels = new Set<string | null>();
        for (const other of boxOf(columns.map(somewhere)))
          labels.add(classifier.predictOne(other, { vote: rule }));
        if (radius >= 1) expect([...labels]).toEqual([label]);
        else if (isExact) expect(labels.size).toBe(2);
        if (radius >= 1) held++;
        else failed++;
        const judged = classifier.evaluate(
          { samples: [row], labels: [label as string] },
          { vote: rule, perturb: asked },
        );
        expect(judged.correct).toBe(radius >= 1 ? 1 : 0);
      }),
      { numRuns: 200 },
    );
    expect(Math.min(held, failed)).toBeGreaterThan(5);
  });

  it('are standard deviations of a sample, of numbers only, and refuse what no column can do', () => {
    const encoding: Encoding = {
      one: 1,
      columns: [
        { kind: 'range', middle: 2, half: 1, end: 127, fill: 2 },
        { kind: 'category', levels: ['x', 'y'] },
        { kind: 'order', levels: ['low', 'mid', 'high'] },
      ],
    };
    const deviations = deviationsOf([1, 0, 2, 2, 1, 1, 3, 0, 0, Number.NaN, 1, 2], 4, 3, encoding);
    expect(deviations).toEqual([1, 0, 0]);
    const names = ['age', 'ward', 'stage'];
    const radii = (asked: object) => [...radiiOfColumns(asked, names, [1, 0, 0], encoding)];
    expect(radii({ sd: 0.5 })).toEqual([0.5, 0, 0]);
    expect(radii({ sd: 0.5, columns: { age: 0, ward: 1, stage: 2 } })).toEqual([0, 1, 2]);
    expect(() => radii({ columns: { agf: 1 } })).toThrow('no column "agf"');
    expect(() => radii({ columns: { ward: 2 } })).toThrow('"ward" is a category');
    expect(() => radii({ columns: { stage: 0.5 } })).toThrow('"stage" moves by whole levels');
  });
});

describe('a training with radii in units of columns', () => {
  const rows = [
    [20, 1, 'x'],
    [22, 3, 'x'],
    [25, 2, 'y'],
    [31, 2, 'x'],
    [28, 4, 'y'],
    [24, 5, 'z'],
    [41, 3, 'y'],
    [46, 1, 'z'],
    [52, 4, 'y'],
    [39, 5, 'z'],
    [44, 2, 'x'],
    [57, 3, 'z'],
  ] as const;
  const levels = ['x', 'y', 'z'];
  const data: TrainingData = {
    samples: rows.map(([age, dose, ward]) => [age, dose, levels.indexOf(ward)]),
    levels: [null, null, levels],
    columns: ['age', 'dose', 'ward'],
    labels: rows.map((_, k) => (k < 6 ? 'no' : 'yes')),
  };

  it('moves inputs of one column together, and categories where it is asked to', () => {
    const plan = planTraining(data, { objective: 'robust' });
    expect(plan.config).toMatchObject({
      perturb: { linf: 0, sd: 0.1 },
      scaling: 'range',
      bias: true,
      hidden: [],
    });
    const { reach, deviations = [] } = plan.samples;
    expect(reach?.columns[0]).toBeCloseTo(0.1 * deviations[0], 12);
    // Ages 20 to 57 become -127 to 127.
    expect(reach?.inputs[0]).toBeGreaterThanOrEqual(Math.floor((0.1 * deviations[0] * 254) / 37));
    expect([...(reach?.inputs ?? [])].slice(2)).toEqual([0, 0, 0]);
    expect(plan.samples.columnSummary?.map(({ radius }) => radius)).toEqual([...(reach?.columns ?? [])]);
    const moved = planTraining(data, {
      perturb: { columns: { ward: 1, age: 3 } },
      encode: 'dose:quantile=4',
    });
    expect(moved.samples.reach?.stepped).toEqual([2]);
    expect(moved.samples.reach?.columns[1]).toBe(0);
  });

  it.each([
    [{ perturb: { sd: 0.3 } }],
    [{ perturb: { columns: { age: 4, ward: 1 } }, encode: 'age:quantile=4' }],
    [
      {
        objective: 'robust' as const,
        perturb: { sd: 0.2, columns: { dose: 1 } },
        hidden: [2],
        soft: 0,
        bias: true,
      },
    ],
    [{ perturb: { columns: { age: 2 } }, stages: ['sm', 'mm'] as const, weightBound: 3 }],
  ])('says of every row whether it holds: %j', async (options) => {
    const { classifier, pairs } = await train(data, { workLimit: 200_000, workers: 0, seed: 1, ...options });
    const again = EnsembleClassifier.load(JSON.stringify(classifier));
    const uncertified = new Set(pairs[0].uncertified);
    const { columns } = planTraining(data, options).samples.reach ?? { columns: [] };
    for (const [k, row] of (data.samples as number[][]).entries()) {
      const lists = row.map((value, c) =>
        c === 2
          ? columns[c] > 0
            ? [0, 1, 2]
            : [value]
          : Array.from({ length: 21 }, (_, n) => value - columns[c] + (n * columns[c]) / 10),
      );
      let holds = true;
      for (const other of boxOf(lists)) holds &&= again.predictOne(other) === data.labels[k];
      const { radius, label } = again.certifyColumns(row);
      if (label === data.labels[k] && (radius as number) >= 1) expect(holds).toBe(true);
      if (pairs[0].uncertified !== undefined) {
        expect(uncertified.has(k)).toBe(!(label === data.labels[k] && (radius as number) >= 1));
      }
    }
    expect(again.evaluate(data, { perturb: options.perturb }).correct).toBe(
      (data.samples as number[][]).filter((row, k) => {
        const { label, radius } = again.certifyColumns(row);
        return label === data.labels[k] && (radius as number) >= 1;
      }).length,
    );
  });
});
