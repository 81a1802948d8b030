import { describe, expect, it } from 'vitest';
import { resolveConfig, resolveWorkers } from '../../src/ensemble/options.js';
import type { TrainOptions } from '../../src/ensemble/types.js';
import { InputError } from '../../src/errors.js';
import { checkPerturbations } from '../../src/perturb/index.js';

describe('resolveConfig', () => {
  it('leaves nothing open', () => {
    expect(resolveConfig({}, 784, true)).toEqual({
      shots: null,
      instance: 0,
      hidden: [4, 4],
      weightBound: 1,
      objective: 'bemi',
      stages: ['sm', 'mm', 'mw'],
      perturb: { linf: 0, shift: 0, rotate: 0 },
      tolerance: 0,
      timeLimit: null,
      workLimit: null,
      seed: 0,
    });
  });

  it('keeps what is given', () => {
    const given: TrainOptions = {
      shots: 10,
      instance: 2,
      hidden: [],
      weightBound: 3,
      objective: 'robust',
      stages: ['sm', 'mw'],
      perturb: { linf: 8 },
      tolerance: 0.25,
      timeLimit: 1.5,
      workLimit: 1000,
      seed: 2 ** 32 - 1,
    };
    expect(resolveConfig(given, 64, true)).toEqual({ ...given, perturb: { linf: 8, shift: 0, rotate: 0 } });
  });

  it('treats upright images as pixels and histograms as what they are', () => {
    const at = (features: string, more: object = {}) =>
      resolveConfig({ objective: 'robust', shots: 10, features, ...more }, 64, true);
    const pixels = resolveConfig({ objective: 'robust', shots: 10 }, 64, true);
    expect(at('deskew,root=1,mean=0')).toEqual({ ...pixels, features: 'deskew,root=1,mean=0' });
    const histograms = at('hog,cell=4,bins=12,zoom=1,deskew=1,mean=100');
    expect(histograms).toMatchObject({ hidden: [], soft: 0.45, adapt: 0.003 });
    expect(histograms.perturb).toMatchObject({ linf: 8, affine: { copies: 40 } });
    expect(at('deskew,root=0,mean=0', { hidden: [] }).hidden).toEqual([]);
  });

  it('perturbs by itself only for the robust objective, and moves only images', () => {
    const robust = resolveConfig({ objective: 'robust', shots: 10 }, 64, true);
    expect(robust).toMatchObject({ soft: 0.45, adapt: 0.08, stages: ['mm'] });
    expect(robust.perturb).toMatchObject({ linf: 5, affine: { copies: 160, rotate: 12, bend: 1 } });
    const hard = resolveConfig({ objective: 'robust', shots: 10, soft: 0 }, 64, true);
    expect(hard).toMatchObject({ adapt: 0.15, stages: ['sm', 'mm', 'mw'] });
    expect(hard.perturb).toMatchObject({ linf: 3, affine: { copies: 30, rotate: 12, bend: 0 } });
    expect(hard.soft).toBeUndefined();
    const wide = resolveConfig({ objective: 'robust', shots: 10, hidden: [11, 4] }, 64, true);
    expect(wide.soft).toBeUndefined();
    const asked = resolveConfig({ objective: 'robust', perturb: { shift: 1 }, soft: 1 }, 64, true);
    expect(asked).toMatchObject({ soft: 1, stages: ['mm'] });
    expect(asked.adapt).toBeUndefined();
    for (const config of [robust, hard, wide, asked, resolveConfig({}, 64, true)]) {
      expect(config).not.toHaveProperty('contrast');
    }
    // It is how images are read, so it goes with either objective and with a set of one's own, and changes nothing else.
    for (const options of [
      {},
      { objective: 'robust' },
      { objective: 'robust', soft: 0 },
      { objective: 'robust', perturb: { linf: 2 } },
    ] as const) {
      const config = resolveConfig(options, 64, true);
      expect(resolveConfig({ ...options, contrast: false }, 64, true)).toEqual(config);
      expect(resolveConfig({ ...options, contrast: true }, 64, true)).toEqual({ ...config, contrast: true });
    }
    expect(() => resolveConfig({ contrast: true }, 64, false)).toThrow(
      /^contrast: needs images, .*image-shape/,
    );
    expect(() => resolveConfig({ contrast: 'on' as never }, 64, true)).toThrow(/^contrast: expected true/);
    expect(() => resolveConfig({ soft: 0.5 }, 64, true)).toThrow(/^soft: only with objective robust$/);
    // MW alone wants every row certified: the set of the largest margin, and no targets that nobody would look at.
    for (const stages of [['mw'], ['sm'], ['sm', 'mw']] as const) {
      const { soft, perturb, adapt } = resolveConfig({ objective: 'robust', shots: 10, stages }, 64, true);
      expect({ soft, perturb, adapt }).toEqual({ soft: undefined, perturb: hard.perturb, adapt: hard.adapt });
      expect(() => resolveConfig({ objective: 'robust', soft: 1, stages }, 64, true)).toThrow(
        /^soft: only with the stage mm, .* add mm, or say soft 0$/,
      );
    }
    expect(resolveConfig({ objective: 'robust', stages: ['mm', 'mw'] }, 64, true).soft).toBe(0.45);
    const counted = resolveConfig({ objective: 'robust', shots: 10, stages: ['sm', 'mm', 'mw'] }, 64, true);
    expect({ soft: counted.soft, perturb: counted.perturb }).toEqual({
      soft: undefined,
      perturb: hard.perturb,
    });
    expect(() => resolveConfig({ objective: 'robust', soft: 1, hidden: [11] }, 64, true)).toThrow(
      /^soft: at most 10 neurons in the first hidden layer, got 11$/,
    );
    expect(resolveConfig({ objective: 'robust', perturb: { shift: 1 } }, 64, true).adapt).toBeUndefined();
    expect(resolveConfig({ objective: 'robust', shots: 2 }, 64, true).perturb.affine?.copies).toBe(400);
    expect(resolveConfig({ objective: 'robust', shots: 1000 }, 64, true).perturb.affine?.copies).toBe(4);
    expect(() => resolveConfig({ adapt: 0.5 }, 64, true)).toThrow(/^adapt: only with objective robust$/);
    const table = resolveConfig({ objective: 'robust' }, 8, false).perturb;
    expect(table).toMatchObject({ shift: 0, rotate: 0 });
    expect(table.linf).toBeGreaterThan(0);
    expect(resolveConfig({ perturb: { shift: 1 } }, 64, true).perturb).toEqual({
      linf: 0,
      shift: 1,
      rotate: 0,
    });
  });

  const bad: [string, object, RegExp][] = [
    ['shots of zero', { shots: 0 }, /^shots: must be a whole number >= 1, got 0$/],
    ['half a shot', { shots: 1.5 }, /^shots: .*1\.5/],
    ['shots as text', { shots: '10' }, /^shots: .*"10"/],
    ['a negative instance', { shots: 1, instance: -1 }, /^instance: must be a whole number >= 0/],
    ['an instance without shots', { instance: 1 }, /^instance: only with shots/],
    ['hidden that is a number', { hidden: 4 }, /^hidden: expected layer sizes/],
    ['a hidden layer of zero', { hidden: [4, 0] }, /^hidden: .*entry 2 must be/],
    ['sixteen hidden layers', { hidden: new Array(16).fill(2) }, /^hidden: .*17 weight layers/],
    ['a weight bound of zero', { weightBound: 0 }, /^weightBound: must be/],
    ['a weight bound of 128', { weightBound: 128 }, /^weightBound: must be/],
    ['an unknown objective', { objective: 'best' }, /^objective: expected bemi or robust, got "best"$/],
    ['no stages', { stages: [] }, /^stages: expected some of sm, mm, mw/],
    ['an unknown stage', { stages: ['sm', 'xm'] }, /^stages: unknown stage "xm"/],
    ['stages out of order', { stages: ['mm', 'sm'] }, /^stages: "sm" is out of order/],
    ['a stage twice', { stages: ['sm', 'sm'] }, /^stages: "sm" is out of order or twice/],
    ['a tolerance above 1', { tolerance: 1.1 }, /^tolerance: must be a number in 0\.\.1/],
    ['a negative time limit', { timeLimit: -1 }, /^timeLimit: /],
    ['an endless time limit', { timeLimit: Number.POSITIVE_INFINITY }, /^timeLimit: /],
    ['a fractional work limit', { workLimit: 0.5 }, /^workLimit: /],
    ['a seed of 33 bits', { seed: 2 ** 32 }, /^seed: must be a whole number in 0\.\.4294967295/],
    ['a negative radius', { perturb: { linf: -1 } }, /^perturb\.linf: /],
    ['a radius that is no integer', { perturb: { linf: 0.5 } }, /^perturb\.linf: /],
    ['a turn of 200 degrees', { perturb: { rotate: 200 } }, /^perturb\.rotate: /],
    ['an unknown perturbation', { perturb: { blur: 1 } }, /^perturb: unknown perturbation "blur"/],
    ['perturb as a text', { perturb: 'linf=8' }, /^perturb: expected/],
    [
      'no confidence at all',
      { confidence: 0 },
      /^confidence: must be a whole number in 1\.\.2147483647, got 0$/,
    ],
    ['half a confidence', { confidence: 1.5 }, /^confidence: .*1\.5/],
    [
      'confidence in what certifies',
      { confidence: 1, objective: 'robust' },
      /^confidence: only with objective bemi/,
    ],
    [
      'an unknown scaling',
      { scaling: 'minmax' },
      /^scaling: expected none, range, quantile or auto, got "minmax"$/,
    ],
    [
      'two scalings',
      { scaling: 'range', contrast: true },
      /^scaling: range, but contrast is a scaling of its own/,
    ],
  ];
  it.each(bad)('refuses %s', (_, options, message) => {
    expect(() => resolveConfig(options as TrainOptions, 64, true)).toThrow(InputError);
    expect(() => resolveConfig(options as TrainOptions, 64, true)).toThrow(message);
  });

  it('asks a network without hidden layers for the right answer, and others for what the paper does', () => {
    expect(resolveConfig({ hidden: [] }, 64, false).confidence).toBe(1);
    expect(resolveConfig({ hidden: [], confidence: 7 }, 64, false).confidence).toBe(7);
    expect(resolveConfig({ confidence: 1 }, 64, false).confidence).toBe(1);
    expect(resolveConfig({}, 64, false)).not.toHaveProperty('confidence');
    expect(resolveConfig({ hidden: [], objective: 'robust' }, 64, false)).not.toHaveProperty('confidence');
  });

  it('records a scaling that was asked for', () => {
    for (const scaling of ['none', 'range', 'quantile'] as const) {
      expect(resolveConfig({ scaling }, 64, false).scaling).toBe(scaling);
    }
    expect(resolveConfig({ scaling: 'auto' }, 64, false)).not.toHaveProperty('scaling');
  });

  it('refuses to move what is no image', () => {
    expect(() => resolveConfig({ perturb: { shift: 1 } }, 8, false)).toThrow(/^perturb\.shift: needs images/);
    expect(() => checkPerturbations({ rotate: 5 }, false)).toThrow(/^perturb\.rotate: needs images/);
    expect(checkPerturbations({ linf: 5 }, false)).toEqual({ linf: 5, shift: 0, rotate: 0 });
  });
});

describe('resolveWorkers', () => {
  it('defaults to the cores and allows 0', () => {
    expect(resolveWorkers(undefined, 6)).toBe(6);
    expect(resolveWorkers(0, 6)).toBe(0);
    expect(() => resolveWorkers(-1, 6)).toThrow(/^workers: /);
    expect(() => resolveWorkers(1.5, 6)).toThrow(/^workers: /);
  });
});
