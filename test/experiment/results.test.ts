import { describe, expect, it } from 'vitest';
import { experimentPage } from '../../src/experiment/page.js';
import { paperFigures } from '../../src/experiment/paper-figures.js';
import {
  NO_RESULTS,
  readResults,
  resultsCsv,
  resultsText,
  withExperiment,
} from '../../src/experiment/results.js';
import { readSpec } from '../../src/experiment/spec.js';
import { groupsOf } from '../../src/experiment/summary.js';
import { rowWith } from './rows.js';

const spec = (name: string) => readSpec({ name, options: { data: 'mnist' } }, 'spec', name);
const byKey = (...keys: string[]) => new Map(keys.map((key) => [key, rowWith(key)]));

describe('results', () => {
  const one = withExperiment(NO_RESULTS, spec('b'), ['k2', 'k1', 'k9'], byKey('k1', 'k2'));

  it('stand in the order of the plan, whatever came first, and say whether they are all there', () => {
    expect(one.experiments[0]).toMatchObject({ complete: false, rows: ['k2', 'k1'] });
    expect(one.rows.map(({ key }) => key)).toEqual(['k2', 'k1']);
  });

  it('are added to: another grid of the same name and another experiment keep what is there', () => {
    const more = withExperiment(one, spec('b'), ['k3', 'k1'], byKey('k1', 'k3'));
    expect(more.experiments[0]).toMatchObject({ complete: true, rows: ['k3', 'k1', 'k2'] });
    const both = withExperiment(more, spec('a'), ['k4', 'k1'], byKey('k4'));
    expect(both.experiments.map((one) => one.spec.name)).toEqual(['a', 'b']);
    expect(both.rows.map(({ key }) => key)).toEqual(['k4', 'k1', 'k3', 'k2']);
    expect(readResults(resultsText(both), 'r')).toEqual(JSON.parse(JSON.stringify(both)));
  });

  it('are a table with a name for each column and a row a training', () => {
    const rows = [
      rowWith('k1', {
        setting: { data: 'a,"b"', stages: 'sm' },
        test: null,
        certified: [{ radius: 4, accuracy: 0.5 }],
      }),
    ];
    const text = resultsCsv({ experiments: [{ spec: spec('b'), complete: true, rows: ['k1'] }], rows });
    const [head, line, end] = text.split('\n');
    const cells = line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
    const cell = (name: string) => cells[head.split(',').indexOf(name)];
    expect(end).toBe('');
    expect(cells).toHaveLength(head.split(',').length);
    expect(cell('data')).toBe('"a,""b"""');
    expect([cell('experiments'), cell('model'), cell('P'), cell('accuracy')]).toEqual(['b', 'SM', '1', '']);
    expect([cell('nonzero_share'), cell('weights'), cell('sm_proved')]).toEqual([
      '0.75',
      '-1:1 0:1 1:2',
      '1',
    ]);
    expect([cell('mm_proved'), cell('certified')]).toEqual(['', '4:0.5']);
  });

  it.each([
    '',
    '{}',
    '{"format":"fewbit-experiment","version":2}',
    '{"format":"fewbit-experiment","version":1,"experiments":[],"rows":[{}]}',
  ])('of a damaged file are refused: %s', (text) => {
    expect(() => readResults(text, 'results.json')).toThrow(/^results\.json: /);
  });
});

describe('groups', () => {
  const accuracies = [0.7, 0.8];
  const rows = accuracies.map((accuracy, instance) => {
    const row = rowWith(`k${instance}`, { instance });
    return { ...row, test: row.test === null ? null : { ...row.test, accuracy } };
  });
  const other = rowWith('k7', {
    setting: { data: 'mnist', shots: '6' },
    stages: [{ ...rows[0].stages[0], gapMean: null, gapMax: null }],
  });
  const results = {
    experiments: [{ spec: spec('b'), complete: true, rows: ['k0', 'k7', 'k1'] }],
    rows: [...rows, other],
  };

  it('put instances together: mean, deviation of a sample, best and least; what differs is named', () => {
    const [first, second] = groupsOf(
      results.experiments[0],
      results,
      new Map([
        ['k0', 2],
        ['k1', 4],
      ]),
    );
    expect(first.varied).toEqual({ shots: '2' });
    expect(first.accuracy?.mean).toBeCloseTo(0.75);
    expect(first.accuracy?.deviation).toBeCloseTo(Math.sqrt(0.005));
    expect(first).toMatchObject({ best: 0.8, least: 0.7, weights: [2, 2, 4], seconds: { mean: 3 } });
    expect(first.outcomes).toEqual([14, 0, 0, 0, 0, 0, 6]);
    // A gap that is not known is no gap of 0.
    expect(second.stages[0]).toMatchObject({ gap: null, gapMax: null });
    expect(second.seconds).toBeNull();
  });

  it('make a page that needs nothing else, with the command, and no markup of a name', () => {
    const evil = {
      ...results,
      experiments: [{ ...results.experiments[0], spec: { ...spec('b'), title: '<b>&' } }],
    };
    const page = experimentPage(evil, new Map());
    expect(page).toContain('<pre>fewbit experiment b.json --out DIR</pre>');
    expect(page).toContain('75.0 +- 7.1');
    expect(page).toContain('&lt;b&gt;&amp;');
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });
});

describe('the paper', () => {
  const pair = {
    data: 'mnist',
    classes: '4,9',
    shots: '6',
    stages: 'sm,mw',
    hidden: '4,4',
    'weight-bound': '1',
  };

  it('stands beside its own settings alone', () => {
    expect(paperFigures(pair, 'paper-1')).toEqual({ accuracy: 61 });
    expect(paperFigures({ ...pair, stages: 'sm,mm,mw' }, 'paper-6')).toEqual({ accuracy: 66, nonzero: 27 });
    expect(paperFigures({ ...pair, stages: 'sm,mm,mw', 'weight-bound': '7' }, 'paper-4')).toEqual({
      accuracy: 72,
    });
    expect(paperFigures({ ...pair, classes: '1,8' }, 'paper-1')).toEqual({});
    expect(paperFigures({ data: 'fashion-mnist', shots: '40' }, 'mine')).toEqual({ accuracy: 70.6 });
    const others = { hidden: 'none', objective: 'robust', vote: 'recursive', features: 'auto' };
    for (const [option, value] of Object.entries(others)) {
      expect(paperFigures({ ...pair, [option]: value }, 'paper-1')).toEqual({});
    }
  });
});
