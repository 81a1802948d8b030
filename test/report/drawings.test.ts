import { describe, expect, it } from 'vitest';
import { axisTop, lineChart } from '../../src/report/charts.js';
import { confusionHeatMap, weightImage } from '../../src/report/heatmaps.js';
import { reportPage } from '../../src/report/page.js';
import { element, escapeText, short } from '../../src/report/svg.js';
import { evaluation, pair, stage } from './samples.js';

describe('SVG strings', () => {
  it('escape whatever comes from data', () => {
    expect(escapeText(`<b a="1" b='2'>&`)).toBe('&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;');
    expect(element('rect', { title: '"><script>', x: 1.23456 })).toBe(
      '<rect title="&quot;&gt;&lt;script&gt;" x="1.23"/>',
    );
  });

  it('keep hundredths', () => {
    expect(short(1 / 3)).toBe('0.33');
  });
});

describe('charts', () => {
  it('end their axes at a round number that covers every value', () => {
    expect([[0], [3], [0.7], [10], [11], [26], []].map((values) => axisTop(values))).toEqual([
      1, 4, 0.8, 10, 20, 40, 1,
    ]);
  });

  it('write large numbers of an axis with a unit, so that none is cut off', () => {
    const points: [number, number][] = [[1, 5_800_000]];
    const svg = lineChart([{ name: 'loss', points }], { title: 'Loss' });
    for (const mark of ['1.5M', '3M', '4.5M', '6M']) expect(svg).toContain(`>${mark}</text>`);
  });

  it('of one line have no legend, and end where they are told to', () => {
    const svg = lineChart(
      [
        {
          name: 'alone',
          points: [
            [1, 1],
            [45, 3],
          ],
        },
      ],
      { title: 'One', width: 560, xTicks: [1, 23, 45] },
    );
    expect(svg).not.toContain('alone');
    expect(svg).toContain('>23</text>');
    expect(svg).toMatch(/L544 /);
  });

  it('draw one path and one legend entry a series, from the lower left', () => {
    const svg = lineChart(
      [
        {
          name: 'sm',
          points: [
            [0, 0],
            [10, 4],
          ],
        },
        { name: 'mm', points: [[0, 2]] },
      ],
      { title: 'Lines', width: 560, height: 280 },
    );
    expect(svg.match(/<path /g)).toHaveLength(2);
    expect(svg).toContain('d="M64 232L544 12"');
    expect(svg).toContain('</i>sm</span>');
    expect(svg).toContain('</i>mm</span>');
  });
});

describe('heat maps', () => {
  it('show every count that is not zero and the column without label', () => {
    const table = confusionHeatMap(evaluation);
    expect(table.match(/<td class="at /g)).toHaveLength(6);
    expect(table).toContain('<th scope="col">none</th>');
    expect(table.match(/<th scope="row">/g)).toHaveLength(2);
    for (const count of evaluation.confusion.flat()) {
      if (count > 0) expect(table).toContain(`>${count}</td>`);
    }
    expect(table).not.toContain('>0</td>');
  });

  it('draw weights as runs, one path a value, nothing for zero', () => {
    const svg = weightImage([1, 1, 0, -2, 0, 1], 2, { width: 3, height: 2 }, 60, 'neuron <1>');
    const paths = [...svg.matchAll(/<path d="([^"]+)" fill="([^"]+)"/g)].map((match) => [match[1], match[2]]);
    expect(paths.map(([path]) => path)).toEqual(['M0 1h1v1h-1z', 'M0 0h2v1h-2zM2 1h1v1h-1z']);
    expect(paths[0][1]).toBe('var(--minus, #0072b2)');
    expect(svg).toContain('<title>neuron &lt;1&gt;</title>');
    expect(svg).toContain('height="40"');
  });
});

describe('the page', () => {
  const input = {
    title: 'cats & dogs',
    pairs: [
      pair(
        ['cat', '<script>alert(1)</script>'],
        [stage({ gap: 0.5, stopReason: 'time-limit', status: 'feasible' })],
      ),
      pair(['cat', 'dog'], [stage()]),
    ],
    layers: [4, 1, 1],
    weightBound: 2,
    trainImages: 4,
    trainAccuracy: 1,
    test: evaluation,
    seconds: 1,
    interrupted: false,
    image: { width: 2, height: 2 },
    rowName: 'images' as const,
  };

  it('needs nothing from elsewhere and runs nothing', () => {
    const page = reportPage(input);
    expect(page).not.toMatch(/<script|<link|@import|url\(|src=/i);
    expect(
      page.match(/https?:[^"' )]+/g)?.filter((url) => url !== 'http://www.w3.org/2000/svg') ?? [],
    ).toEqual([]);
    expect(page).toContain('cats &amp; dogs');
  });

  it('shows the accuracy, the confusions, the gaps and a picture of each neuron', () => {
    const page = reportPage(input);
    expect(page).toMatch(/test accuracy<\/small><b>70\.0 %<\/b><small>of 10 images/);
    expect(page).toContain('<h2>Test images</h2>');
    const rows = reportPage({ ...input, rowName: 'rows' });
    expect(rows).toMatch(/<small>of 10 rows/);
    expect(rows.replace(/<style>.*<\/style>/s, '')).not.toMatch(/test images|of 10 images|>images</i);
    expect(page).toContain('Who is taken for whom');
    expect(page).toContain('mm: gap left, pairs sorted by it');
    expect(page.match(/<title>neuron 1 of /g)).toHaveLength(2);
    expect(page).toContain('3 of 6 weights (50.0 %)');
    expect(page).toContain('mm optimal<');
    expect(page).toContain('gap mm 50 %<');
  });

  it('does not call the few moments of a resumed session the training time', () => {
    expect(reportPage(input)).toMatch(/training time<\/small><b>1\.00 s<\/b><small>2\.50 s of search/);
    const page = reportPage({ ...input, seconds: 0, resumed: 2 });
    expect(page).not.toContain('training time');
    expect(page).toMatch(/search time<\/small><b>2\.50 s<\/b><small>of all sessions/);
  });

  it('says in words what the stages look for and what is mixed up most', () => {
    const page = reportPage(input);
    expect(page).toMatch(/<td>mm<\/td><td>then the largest margins<\/td><td class="number">1 of 2<\/td>/);
    const { confusion, labels } = evaluation;
    const most = Math.max(
      ...confusion.flatMap((row, truth) => row.filter((_, at) => at !== truth && at < labels.length)),
    );
    expect(page).toMatch(new RegExp(`Most often: [^(]+ taken for [^(]+ \\(${most}\\)`));
    const right = {
      ...evaluation,
      confusion: confusion.map((row, truth) => row.map((n, at) => (at === truth ? n : 0))),
    };
    expect(reportPage({ ...input, test: right })).toContain('There are no confusions');
  });

  it('draws no chart of a stage that is proved for all pairs, and counts what is not certified', () => {
    const pairs = [{ ...pair(['a', 'b'], [stage()]), uncertified: [3, 4] }, pair(['a', 'c'], [stage()])];
    const page = reportPage({ ...input, pairs });
    expect(page).not.toContain('gap left');
    expect(page).toContain('mm optimal; 2 not certified');
  });

  it('says that there is no bound, and counts no weights of pairs without a network', () => {
    const open = stage({ status: 'feasible', stopReason: 'time-limit', objective: -9, bound: 0, gap: 1 });
    const none = { ...pair(['a', 'c'], []), network: null, nonzero: 0, links: 6 };
    const page = reportPage({ ...input, pairs: [pair(['a', 'b'], [open]), none] });
    expect(page).toContain('mm no bound<');
    expect(page).not.toContain('100 %');
    expect(page).not.toContain('gap left');
    expect(page).toContain('<b>50.0 %</b><small>3 of 6</small>');
    expect(page).toContain('no network');
  });

  it('does without test data and without images', () => {
    const page = reportPage({ ...input, test: null, image: undefined, interrupted: true });
    expect(page).not.toContain('Who is taken for whom');
    expect(page).not.toContain('<title>neuron');
    expect(page).not.toContain('What the networks look at');
    expect(page).toContain('<td>cat against dog</td><td>3 of 6 weights (50.0 %)</td>');
    expect(page).toContain('Interrupted: 2 of 2 pairs trained; this is the best found until then');
  });
});
