import { describe, expect, it } from 'vitest';
import { lostDefaults, withDefaults } from '../../../src/ensemble/train/table-defaults.js';
import type { TrainOptions } from '../../../src/ensemble/types.js';

/** Every way of saying, or not saying, the options that have a say in it. */
function* askings(): Generator<TrainOptions> {
  const choices: readonly (readonly TrainOptions[])[] = [
    [{}, { hidden: [] }, { hidden: [3] }],
    [{}, { bias: true }, { bias: false }],
    [{}, { scaling: 'range' }, { scaling: 'none' }],
    [{}, { objective: 'robust' }, { objective: 'bemi' }],
    [{}, { perturb: { sd: 0.1 } }, { perturb: { columns: { age: 2 } } }, { perturb: { linf: 2 } }],
    [{}, { confidence: 2 }],
  ];
  const walk = function* (at: number, options: TrainOptions): Generator<TrainOptions> {
    if (at === choices.length) yield options;
    else for (const choice of choices[at]) yield* walk(at + 1, { ...options, ...choice });
  };
  yield* walk(0, {});
}

describe('what a table lacks because something else was asked for', () => {
  const all = [...askings()];

  it.each([
    ['one neuron a pair', 'hidden'],
    ['a bias', 'bias'],
    ['columns on one scale', 'scaling'],
  ] as const)('names %s where it has not been given, and nowhere else', (what, option) => {
    let lacking = 0;
    for (const asked of all.filter((options) => options[option] === undefined)) {
      const isNamed = lostDefaults(asked).some(([lost]) => lost === what);
      expect(isNamed, JSON.stringify(asked)).toBe(withDefaults(asked, true)[option] === undefined);
      lacking += Number(isNamed);
    }
    expect(lacking).toBeGreaterThan(20);
  });

  it('names nothing where robust training, or radii of columns, are all that is asked', () => {
    for (const asked of [
      { objective: 'robust' },
      { perturb: { sd: 0.2 } },
      { perturb: { columns: { age: 2 } } },
      { objective: 'robust', perturb: { sd: 0.2 } },
    ] satisfies TrainOptions[]) {
      expect(lostDefaults(asked)).toEqual([]);
      expect(withDefaults(asked, true)).toMatchObject({ hidden: [], bias: true, soft: 0.8 });
    }
  });
});
