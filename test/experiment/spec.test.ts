import { describe, expect, it } from 'vitest';
import { NAMED } from '../../src/experiment/named.js';
import { readSpec, trialCount, trialsOf } from '../../src/experiment/spec.js';

const read = (raw: unknown) => readSpec(raw, 'my.json', 'my');

describe('a spec', () => {
  it('is every combination of each case, over instances and seeds', () => {
    const spec = read({
      options: { data: 'digits', shots: [2, 6], contrast: true },
      cases: [{ weightBound: [1, 3] }, { shots: 4, stages: ['sm', 'sm,mm'] }],
      instances: 2,
      seeds: [7],
    });
    const trials = trialsOf(spec);
    expect(trials).toHaveLength(trialCount(spec));
    expect(
      trials.map(({ setting }) => Object.values(setting).join(' ')).filter((_, at) => at % 2 === 0),
    ).toEqual([
      'digits 2 on 1',
      'digits 2 on 3',
      'digits 6 on 1',
      'digits 6 on 3',
      'digits 4 on sm',
      'digits 4 on sm,mm',
    ]);
    expect(trials[0]).toEqual({
      setting: { data: 'digits', shots: '2', contrast: 'on', 'weight-bound': '1' },
      instance: 0,
      seed: 7,
    });
    expect(trials[1].instance).toBe(1);
  });

  it('has one instance, one seed and its file’s name where it says nothing', () => {
    expect(read({ options: { data: 'digits' } })).toEqual({
      name: 'my',
      cases: [{ data: ['digits'] }],
      instances: [0],
      seeds: [0],
      budget: {},
    });
  });

  it.each([
    [[], 'my.json: expected an object, got'],
    [{ option: {} }, 'my.json: unknown field "option"; there are name, title'],
    [{ options: { hidden: [[4, 4]] } }, 'my.json: options: hidden: expected what the command line takes'],
    [{ options: { hidden: [4, 4] } }, 'my.json: options: hidden: "4" is there twice'],
    [{ options: { weightBound: 1, 'weight-bound': 3 } }, 'my.json: options: "weight-bound" is there twice'],
    [{ options: { seed: 1 } }, 'my.json: options: seed belongs into the field "seeds"'],
    [{ options: { shots: [] } }, 'my.json: options: shots: expected one value at least'],
    [{ cases: [] }, 'my.json: cases: expected one at least'],
    [{ instances: [] }, 'my.json: instances: expected one number at least'],
    [{ instances: [1, 1] }, 'my.json: instances: "1" is there twice'],
    [{ seeds: -1 }, 'my.json: seeds: expected a whole number'],
    [{ name: 'a/b' }, 'my.json: name: expected letters'],
    [{ budget: { hours: 1 } }, 'my.json: budget: unknown field "hours"'],
    [{ options: { shots: [1, 2] }, instances: 90_000 }, 'my.json: 180000 trainings; at most 100000'],
  ])('%j is refused in one line', (raw, message) => {
    expect(() => read(raw)).toThrow(message);
  });
});

describe('named experiments', () => {
  it('are the paper’s figures and ours, each with as many trainings as are said', () => {
    expect(NAMED.map(({ spec }) => spec.name)).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((figure) => `paper-${figure}`),
      ...['paper-weights', 'paper-status', 'headline', 'robust', 'tables'],
    ]);
    const pairsOf: Readonly<Record<string, number>> = {
      'heart/heart.csv': 1,
      'heart/cleveland.csv': 10,
      'iris/iris.csv': 3,
    };
    for (const { spec, networks } of NAMED) {
      const all = trialsOf(spec);
      const sum = all.reduce(
        (total, { setting }) => total + (setting.classes === undefined ? (pairsOf[setting.data] ?? 45) : 1),
        0,
      );
      expect(networks, spec.name).toBe(sum);
    }
  });
});
