import { describe, expect, it } from 'vitest';
import { blocksAsHtml, blocksAsMarkdown, blocksAsText } from '../../src/report/blocks.js';
import { explanationBlocks, rowBlocks } from '../../src/report/card.js';

const explanation = {
  classes: ['no', 'yes'],
  layers: [3, 1],
  weightBound: 3,
  columns: 3,
  unread: ['idle|\u202e'],
  pairs: [
    {
      classes: ['no', 'yes'] as const,
      isScoreCard: true,
      nonzero: 2,
      neurons: [
        {
          threshold: -1200,
          columns: [
            { name: 'a_b', weight: 2, worth: { kind: 'each' as const, points: 2, factor: 1 } },
            {
              name: '<b>',
              weight: -1,
              worth: { kind: 'line' as const, low: 0.5, high: 9, atLow: 127, atHigh: -127 },
            },
          ],
        },
      ],
    },
  ],
};

describe('a score card', () => {
  const blocks = explanationBlocks(explanation, [{ from: -3, to: 4, rows: 10, second: 4 }]);

  it('is text, with threshold, points and the columns that nobody reads', () => {
    expect(blocksAsText(blocks)).toEqual([
      'Score card: no or yes',
      '',
      'Add up the points. -1,200 or more: no; less: yes.',
      '',
      'column  weight  points',
      'a_b         +2  +2 each',
      '<b>         -1  +127 at 0.5 to -127 at 9',
      '',
      'Points and rows',
      '',
      'points above the threshold  rows  yes   share',
      '-3 to +4                      10    4  40.0 %',
      '',
      'Never read, 1 of 3 columns: idle|\\u202e.',
    ]);
  });

  it('is Markdown and HTML in which names are names', () => {
    const markdown = blocksAsMarkdown(blocks);
    expect(markdown).toContain('| column | weight | points |\n|---|---:|---|\n| a\\_b | \\+2 |');
    expect(markdown).toContain('\\<b\\>');
    expect(markdown).toContain('idle\\|\\\\u202e');
    const html = blocksAsHtml(blocks);
    expect(html).toContain('<td>&lt;b&gt;</td><td class="number">-1</td>');
    expect(html).not.toContain('<b>');
  });

  it('says why a row has its label', () => {
    const row = {
      row: 4,
      label: 'yes',
      votes: [0, 1],
      pairs: [
        {
          classes: ['no', 'yes'] as const,
          answer: 'yes',
          neurons: [
            { sum: -1500, threshold: -1200, contributions: [{ name: 'a_b', value: -750, points: -1500 }] },
          ],
        },
      ],
    };
    expect(blocksAsText(rowBlocks(row, ['no', 'yes']))).toEqual([
      'Row 4 is yes',
      '',
      'no-yes: -1,500 points, less than -1,200. The answer is yes.',
      '',
      'column  value  points',
      'a_b      -750  -1,500',
    ]);
  });
});
