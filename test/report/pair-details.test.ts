import { describe, expect, it } from 'vitest';
import { reportPage } from '../../src/report/page.js';
import { evaluation, pair, stage } from './samples.js';

const soft = { status: 'feasible', stopReason: 'work-limit', bound: 0, gap: 1, wanted: 100 } as const;
const input = {
  title: 'pairs',
  pairs: [
    pair(
      ['cat', 'dog'],
      [
        stage({
          history: [
            [10, 1, null],
            [20, 5, 9],
            [30, 7, 7],
          ],
        }),
      ],
    ),
  ],
  layers: [4, 1, 1],
  weightBound: 2,
  trainImages: 4,
  trainAccuracy: 1,
  test: evaluation,
  seconds: 1,
  interrupted: false,
};

describe('the page of a training', () => {
  it('draws incumbent and bound of a pair as steps to the end, and the layers above the first as a table', () => {
    const page = reportPage(input);
    expect(page).toContain('<summary>cat against dog</summary>');
    expect(page).toContain('mm of cat against dog: incumbent and bound over work');
    expect(page).toContain('30 units of work');
    expect(page).toContain('Layer 2, which answers cat (+) or dog (-)');
    // The incumbent of 1, from before there was a bound, is drawn at the edge: the axis is from 5 to 9.
    expect(page).toMatch(/text-anchor="end">5<\/text>/);
    expect(page).toMatch(/text-anchor="end">9<\/text>/);
    const still = { ...input, pairs: [pair(['cat', 'dog'], [stage({ history: [[1, 7, 7]] })])] };
    expect(reportPage(still)).not.toContain('incumbent and bound over work');
  });

  it('shows soft losses beside the squared targets and no line of a bound that says nothing', () => {
    const mm = (loss: number) =>
      stage({
        ...soft,
        objective: -loss,
        history: [
          [1, -50, 0],
          [2, -loss, 0],
        ],
      });
    const page = reportPage({ ...input, pairs: [pair(['a', 'b'], [mm(30)]), pair(['a', 'c'], [mm(40)])] });
    expect(page).toContain('loss beside the sum of squared targets');
    expect(page).toMatch(/no bound<\/td><td class="number">30<\/td><td class="number">100<\/td>/);
    const charts = page.match(/<svg[^>]*><title>mm of .*?<\/svg>/g) ?? [];
    expect(charts).toHaveLength(2);
    for (const chart of charts) expect(chart.match(/<path /g)).toHaveLength(1);
  });

  it('shows the worst errors with votes and pictures, and how it was made', () => {
    const rows = [0, 1, 2].map(() => [1, 0, 0, 0]);
    const three = { ...evaluation, labels: ['a', 'b', 'c'], confusion: rows };
    const worst = [{ sample: 7, truth: 'a', answer: 'c', votes: [0, 1, 2], by: 2, pixels: [0, 255, 0, 128] }];
    const made = { fewbit: '1', engine: 'sha256:e', command: 'fewbit train <x>', fingerprint: 'sha256:f' };
    const page = reportPage({ ...input, test: three, worst, made, image: { width: 2, height: 2 } });
    expect(page).toContain('c: 2, b: 1, a: 0');
    expect(page).toContain('<title>row 7</title>');
    expect(page).toContain('<pre>fewbit train &lt;x&gt;</pre>');
    expect(page).toContain('sha256:e');
    expect(page).not.toMatch(/<script|src=/);
  });
});
