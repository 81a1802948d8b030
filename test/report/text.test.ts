import { describe, expect, it } from 'vitest';
import { formatColumns } from '../../src/report/columns.js';
import { formatConfusion } from '../../src/report/confusion.js';
import {
  formatCount,
  formatGap,
  formatObjective,
  formatSeconds,
  formatTick,
  meanAndMax,
} from '../../src/report/numbers.js';
import { reportPage } from '../../src/report/page.js';
import {
  describeStage,
  formatSolution,
  formatStages,
  progressRow,
  relativeGap,
  shortStage,
  stageHeader,
} from '../../src/report/stage-lines.js';
import {
  formatCertified,
  formatCutShort,
  formatEvaluation,
  formatMissing,
  formatStageSummary,
  formatTrainSummary,
  OUTCOMES,
  summariseStages,
} from '../../src/report/summary.js';
import { formatTable, shorten } from '../../src/report/tables.js';
import { evaluation, pair, stage } from './samples.js';

describe('numbers', () => {
  it('are short enough for the room beside an axis', () => {
    expect(
      [0, 0.75, 1234, 7500, 46_413, 8e6, -2.5e6, 999_600, 3e9].map((value) => formatTick(value, 4)),
    ).toEqual([...['0', '0.75', '1234', '7500', '46.41K', '8M', '-2.5M', '0.9996M', '3B']]);
  });

  it('never round a gap that is left down to none', () => {
    expect([null, 0, 1e-9, 0.00123, 0.0123, 0.5, 4.2].map(formatGap)).toEqual([
      '-',
      '0 %',
      '<0.001 %',
      '0.123 %',
      '1.23 %',
      '50 %',
      '420 %',
    ]);
  });

  it('write objectives exactly and what is unknown as a dash', () => {
    expect([46418.8, 20, -0.9, 0, 1234567, null].map(formatObjective)).toEqual([
      '46418.8',
      '20',
      '-0.9',
      '0',
      '1234567',
      '-',
    ]);
  });

  it('group thousands and break seconds into minutes and hours', () => {
    expect([0, 999, 1000, 46418, 1234567].map(formatCount)).toEqual([
      '0',
      '999',
      '1,000',
      '46,418',
      '1,234,567',
    ]);
    expect([0.004, 12.34, 99.96, 125, 3840].map(formatSeconds)).toEqual([
      '0.00 s',
      '12.3 s',
      '1 min 40 s',
      '2 min 05 s',
      '1 h 04 min',
    ]);
  });

  it('average what is known', () => {
    expect(meanAndMax([0.1, null, 0.3])).toEqual({ mean: 0.2, max: 0.3 });
    expect(meanAndMax([null])).toBeNull();
  });
});

describe('tables', () => {
  it('line names up on the left and numbers on the right, without blanks at the end', () => {
    const lines = formatTable(
      [{ title: 'name' }, { title: 'n', align: 'right' }, { title: 'note' }],
      [
        ['a', '10', ''],
        ['abcdef', '7', 'x'],
      ],
    );
    expect(lines).toEqual(['name     n  note', 'a       10', 'abcdef   7  x']);
  });

  it('count code points and show a cut', () => {
    expect(shorten('Größe', 5)).toBe('Größe');
    expect(shorten('a dog with a long name', 6)).toBe('a dog…');
  });
});

describe('the solver log', () => {
  it('has its numbers under their titles', () => {
    const progress = { stage: 'mm', stageIndex: 1, stageCount: 3, objective: 5680, bound: 5720.13 } as const;
    const header = stageHeader();
    const row = progressRow({ ...progress, nodes: 65000, work: 1000000, seconds: 1.5 }, true);
    expect(header).toBe(
      'stage           nodes      incumbent          bound        gap           work         time',
    );
    expect(row).toBe(
      'mm *           65,000           5680        5720.13    0.707 %      1,000,000       1.50 s',
    );
  });

  it('says optimal only for what was proved', () => {
    expect(describeStage(stage())).toBe('optimal');
    expect(describeStage(stage({ status: 'feasible', stopReason: 'work-limit' }))).toBe(
      'feasible (work-limit)',
    );
    expect(describeStage(stage({ status: 'infeasible', objective: null }))).toBe('infeasible (proved)');
  });

  it('uses the gap of the contract', () => {
    expect(relativeGap(20, 25)).toBe(0.25);
    expect(relativeGap(0.5, 1)).toBe(0.5);
    expect(relativeGap(null, 1)).toBeNull();
  });

  it('ends with the stages and the size of the network', () => {
    const solution = { stages: [stage()], network: pair(['4', '9'], []).network, keep: [0, 1] };
    expect(formatSolution(solution)).toEqual([
      'stage  objective    bound  gap  nodes       work    time  status',
      'mm       46418.8  46418.8  0 %  1,234  5,678,901  1.25 s  optimal',
      '',
      'Network [4, 1, 1], weights -2..2: 3 of 5 non-zero; 2 samples kept',
    ]);
    expect(formatSolution({ stages: [], network: null, keep: [] }).at(-1)).toBe('No network was found.');
  });
});

describe('the evaluation', () => {
  it('shows who is taken for whom, with a column for no label and zeros as dots', () => {
    expect(formatConfusion(evaluation)).toEqual([
      'true        cat  a dog wit…  none   right',
      'cat           4           1     .  80.0 %',
      'a dog wit…    1           3     1  60.0 %',
    ]);
  });

  it('explains every outcome code', () => {
    const lines = formatEvaluation(evaluation);
    expect(lines[0]).toBe('accuracy  70.0 % of 10 rows, 1 without label');
    for (const [code, meaning] of OUTCOMES.entries()) {
      expect(lines.some((line) => line.includes(` ${code} `) && line.endsWith(meaning))).toBe(true);
    }
    expect(lines.at(-1)).toBe('   6     2  unique winner, wrong');
  });
});

describe('the end of a training', () => {
  const pairs = [
    pair(
      ['0', '1'],
      [stage({ stage: 'sm', objective: 20, bound: 20 }), stage({ gap: 0.1, stopReason: 'work-limit' })],
    ),
    pair(
      ['0', '2'],
      [stage({ stage: 'sm', objective: 20, bound: 20 }), stage({ gap: 0.3, stopReason: 'time-limit' })],
    ),
  ];

  it('gathers the stages over the pairs', () => {
    expect(summariseStages(pairs)).toEqual([
      { stage: 'sm', pairs: 2, proved: 2, meanGap: 0, maxGap: 0, unknown: 0, unbounded: 0, seconds: 2.5 },
      { stage: 'mm', pairs: 2, proved: 0, meanGap: 0.2, maxGap: 0.3, unknown: 0, unbounded: 0, seconds: 2.5 },
    ]);
  });

  it('does not hide a gap that is unknown behind those that are known', () => {
    const unknown = pair(
      ['1', '2'],
      [stage({ stage: 'sm', bound: null, gap: null, stopReason: 'time-limit' })],
    );
    const lines = formatStageSummary([...pairs, unknown]);
    expect(lines[1]).toBe('sm         3       2       0 %  0 %, 1 without bound  3.75 s');
  });

  it('tells accuracy, sparsity, gaps and where the model is', () => {
    const report = {
      pairs,
      layers: [4, 1, 1],
      weightBound: 2,
      trainImages: 30,
      trainAccuracy: 1,
      test: evaluation,
      seconds: 12.34,
      interrupted: false,
      files: [['model', 'out/model.json']] as const,
    };
    expect(formatTrainSummary(report)).toEqual([
      'Trained 2 networks [4, 1, 1] with weights -2..2 in 12.3 s.',
      '',
      'stage  pairs  proved  mean gap  max gap    time',
      'sm         2       2       0 %      0 %  2.50 s',
      'mm         2       0      20 %     30 %  2.50 s',
      '',
      'train accuracy    100.0 % of 30 samples',
      'test accuracy     70.0 % of 10 rows, 1 without label',
      'non-zero weights  6 of 12 (50.0 %)',
      'model             out/model.json',
    ]);
    expect(formatTrainSummary({ ...report, rowName: 'images' })).toContain(
      'test accuracy     70.0 % of 10 images, 1 without label',
    );
  });

  it('says what an interrupted training has, and counts weights of what has a network only', () => {
    const cut = pair(['0', '2'], [stage({ status: 'feasible', stopReason: 'interrupted', gap: 0.1 })]);
    const none = { ...pair(['1', '2'], []), nonzero: 0, network: null };
    const report = {
      pairs: [pairs[0], cut, none],
      layers: [4, 1, 1],
      weightBound: 2,
      trainImages: 30,
      trainAccuracy: 1,
      test: null,
      seconds: 12.34,
      interrupted: true,
      files: [],
    };
    const lines = formatTrainSummary(report);
    expect(lines[0]).toBe(
      'Interrupted: 1 of 3 pairs trained, and the best so far of 1 more; networks [4, 1, 1] with weights -2..2, in 12.3 s.',
    );
    expect(lines).toContain('non-zero weights  6 of 12 (50.0 %)');
    expect(lines).toContain('train accuracy    100.0 % of 30 samples, by the votes of 2 of 3 pairs');
    expect(formatTrainSummary({ ...report, pairs: [pairs[0], none] })[0]).toBe(
      'Interrupted: 1 of 2 pairs trained; networks [4, 1, 1] with weights -2..2, in 12.3 s.',
    );
  });

  it('says whose votes the accuracies of a share are of', () => {
    const none = { ...pair(['1', '2'], []), nonzero: 0, network: null };
    const report = {
      pairs: [pairs[0], none, none],
      layers: [4, 1, 1],
      weightBound: 2,
      trainImages: 30,
      trainAccuracy: 0.6,
      test: evaluation,
      seconds: 12.34,
      interrupted: false,
      files: [],
    };
    const lines = formatTrainSummary(report);
    expect(lines[0]).toBe('Trained 1 of 3 pairs, networks [4, 1, 1] with weights -2..2, in 12.3 s.');
    expect(lines).toContain('train accuracy    60.0 % of 30 samples, by the votes of 1 of 3 pairs');
    expect(lines).toContain(
      'test accuracy     70.0 % of 10 rows, 1 without label, by the votes of 1 of 3 pairs',
    );
    const page = reportPage({ ...report, title: 'share' });
    expect(page.match(/, by the votes of 1 of 3 pairs/g)).toHaveLength(2);
  });

  it('never calls it a gap where there is no bound', () => {
    // Losses and counts of weights are at least 0, which is no bound.
    const open = { status: 'feasible', stopReason: 'time-limit', bound: 0, gap: 1 } as const;
    const soft = stage({ ...open, objective: -1231218827 });
    const light = stage({ ...open, stage: 'mw', objective: 612 });
    const blind = stage({ ...open, objective: 12, bound: null, gap: null });
    expect(formatStageSummary([pair(['0', '1'], [soft, light])])).toEqual([
      'stage  pairs  proved  mean gap   max gap    time',
      'mm         1       0  no bound  no bound  1.25 s',
      'mw         1       0  no bound  no bound  1.25 s',
    ]);
    const told = { ...soft, boundGivenReliance: -1169667886, wanted: 12312188270 };
    expect(shortStage(told)).toBe(
      'mm -1231218827 (no bound; 5 % given what rows rely on; lacks 10 % of the wanted squares)',
    );
    expect([soft, light, blind].map(shortStage)).toEqual([
      'mm -1231218827 (no bound)',
      'mw 612 (no bound)',
      'mm 12 (no bound)',
    ]);
    expect(formatStages([soft])[1]).toBe(
      'mm     -1231218827      -  no bound  1,234  5,678,901  1.25 s  feasible (time-limit)',
    );
    const running = { stage: 'mm', stageIndex: 0, stageCount: 1, nodes: 1, work: 1, seconds: 1 } as const;
    expect(progressRow({ ...running, objective: -5, bound: 0 }, false)).toMatch(/ -5 +- +no bound /);
    expect(progressRow({ ...running, objective: null, bound: 7 }, false)).toMatch(/ - +7 +- /);
    const mixed = pair(['0', '2'], [stage({ ...open, bound: 46468, gap: 0.5 })]);
    expect(formatStageSummary([pair(['0', '1'], [soft]), mixed])[1]).toBe(
      'mm         2       0      50 %  50 %, 1 without bound  2.50 s',
    );
    const proved = stage({ objective: 0, bound: 0 });
    expect(shortStage(proved)).toBe('mm 0 (optimal)');
    expect(formatStageSummary([pair(['0', '1'], [proved])])[1]).toMatch(/ 0 % +0 % /);
  });

  it('counts the time of this session only, and says so', () => {
    const report = {
      pairs: [pair(['4', '9'], [stage()])],
      layers: [4, 1, 1],
      weightBound: 2,
      trainImages: 30,
      trainAccuracy: 1,
      test: null,
      seconds: 0.001,
      interrupted: false,
      files: [],
    };
    expect(formatTrainSummary({ ...report, resumed: 1 })[0]).toMatch(/; 1 is from before\.$/);
    expect(formatTrainSummary({ ...report, resumed: 0 })[0]).not.toContain('before');
  });

  it('says why a pair has no network', () => {
    const none = { objective: null, bound: null, gap: null };
    const stopped = stage({ ...none, stage: 'mw', status: 'unknown', stopReason: 'work-limit' });
    expect(formatMissing([pair(['4', '9'], [stage()]), pair(['4', '8'], [])])).toEqual([]);
    const [, line] = formatMissing([pair(['4', '9'], [stopped]), pair(['4', '8'], [stage()])]);
    expect(line).toMatch(
      /^1 of 2 pairs have no network and do not vote \(4-9\): without the stage sm .* add sm/,
    );
    const early = stage({ ...none, stage: 'sm', status: 'unknown', stopReason: 'time-limit' });
    expect(formatMissing([pair(['4', '9'], [early])])[1]).toMatch(/: the limit came before any was found$/);
    expect(shortStage(stopped)).toBe('mw unknown (work-limit)');
    const { stage: name } = stopped;
    expect(shortStage(stage({ ...none, stage: name, status: 'infeasible' }))).toBe('mw infeasible (proved)');
  });

  it('says what a robust training holds, and where it does not', () => {
    const plain = pair(['4', '9'], [stage()]);
    expect(formatCertified([plain])).toEqual([]);
    expect(formatCertified([{ ...plain, uncertified: [], share: 1 }])).toEqual([
      '',
      'Every training sample is certified right, in every pair, on the whole set that the pair was trained with.',
    ]);
    const looked = stage({ rows: { used: 30, total: 100 } });
    expect(formatCertified([{ ...pair(['4', '9'], [looked]), uncertified: [] }]).at(-1)).toBe(
      "It took 30.0 % of the set's 100 rows; what is certified holds for all.",
    );
    const failing = { ...plain, uncertified: [3, 17], share: 0.5 };
    expect(formatCertified([failing, { ...plain, uncertified: [] }])).toEqual([
      '',
      'No network found holds the perturbation set on all samples in 1 of 2 pairs (2 cases, samples counted from 0):',
      '  4 - 9: not certified on #3, #17',
      '1 of 2 pairs cannot bear the whole set and were trained with a share of its motions: 4-9 50.0 %',
    ]);
    const many = { ...plain, uncertified: Array.from({ length: 10 }, (_, sample) => sample) };
    const lines = formatCertified(Array.from({ length: 8 }, () => many));
    expect(lines[2]).toBe('  4 - 9: not certified on #0, #1, #2, #3, #4, #5, #6, #7 and 2 more');
    expect(lines.at(-1)).toBe('  and 2 pairs more (--json lists them)');
    // The set of tables moves nothing: it is not a word of their readers.
    expect(formatCertified([{ ...plain, uncertified: [] }], 'motions', true)).toEqual([
      '',
      'Every training sample is right in every pair.',
    ]);
    expect(formatCertified([{ ...plain, uncertified: [4] }], 'motions', true)).toEqual([
      '',
      'Not every training sample is right in 1 of 1 pairs (1 case, samples counted from 0):',
      '  4 - 9: not right on #4',
    ]);
  });

  it('says where a limit ended SM before it told the classes apart', () => {
    const cut = (objective: number, stopReason: 'work-limit' | 'proved') =>
      pair(['4', '9'], [stage({ stage: 'sm', objective, bound: 20, stopReason })]);
    expect(formatCutShort([cut(11, 'work-limit'), cut(10, 'proved')])).toEqual([]);
    const [, line] = formatCutShort([cut(10, 'work-limit'), cut(20, 'proved')]);
    expect(line).toMatch(
      /^1 of 2 pairs \(4-9\) are right on half of their samples or less: the limit ended sm/,
    );
  });

  it('tells of columns of texts that name the rows', () => {
    const texts = { name: 'who', kind: 'category' as const, distinct: 9, missing: 1, inputs: [] };
    expect(formatColumns([texts], undefined, 10).at(-1)).toContain('one a row: leave it out (--drop)');
    expect(formatColumns([texts], undefined, 11).at(-1)).not.toContain('--drop');
    expect(formatColumns([{ ...texts, kind: 'steps' }], undefined, 10).at(-1)).not.toContain('--drop');
  });
});
