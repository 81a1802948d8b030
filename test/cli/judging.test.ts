import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sfc32 } from '../../src/random.js';
import { runHere } from './in-process.js';
import { fewbit, temporaryFolder, write } from './support.js';

/* Judging on rows that no training has seen: cv, --test-share, and the figures of a class. */

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const random = sfc32(7);
const noisy = (of: number) => of + (random() % 60) - 30;
// Two columns that tell, one that does not, some rows on the wrong side.
const lines = Array.from({ length: 60 }, (_, k) => {
  const up = k % 3 === 0;
  return `${noisy(up ? 40 : 5)},${noisy(up ? -20 : 20)},${noisy(0)},${up ? 'up' : 'down'}`;
});
const table = write(folder, 'table.csv', `a,b,c,label\n${lines.join('\n')}\n`);
const single = ['--data', table, '--hidden', 'none', '--work-limit', '200000', '--workers', '0'];

describe('fewbit cv', () => {
  it('judges every row once, on a training without it, and sums up', async () => {
    const { code, stdout, stderr } = await runHere([
      'cv',
      ...single,
      '--folds',
      '4',
      '--seed',
      '3',
      '--json',
    ]);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.folds).toHaveLength(4);
    expect(result.folds.map((fold: { rows: number }) => fold.rows)).toEqual([15, 15, 15, 15]);
    const accuracies = result.folds.map((fold: { accuracy: number }) => fold.accuracy);
    const mean = accuracies.reduce((a: number, b: number) => a + b, 0) / 4;
    expect(result.accuracy.mean).toBeCloseTo(mean, 12);
    const squares = accuracies.reduce((sum: number, a: number) => sum + (a - mean) ** 2, 0);
    expect(result.accuracy.deviation).toBeCloseTo(Math.sqrt(squares / 3), 12);
    expect(result).toMatchObject({ rows: 60, interrupted: false });
    expect(stderr).toMatch(/^fold 1: /m);
    const more = ['--folds', '4', '--seed', '3', '--json', '--quiet', '--report', out('folds.html')];
    const again = await runHere(['cv', ...single, ...more]);
    expect(JSON.parse(again.stdout).folds).toEqual(result.folds);
    expect(again.stderr).toBe('');
    const page = readFileSync(out('folds.html'), 'utf8');
    for (const { accuracy } of result.folds) expect(page).toContain(`>${(100 * accuracy).toFixed(1)} %<`);
    expect(page).toContain(`+- ${(100 * result.accuracy.deviation).toFixed(1)} %`);
    expect(page).toContain('4 folds of 60 rows');
    expect(page).toMatch(/<pre>fewbit cv .*--folds 4 --seed 3 --report [^<]*folds\.html<\/pre>/);
  });

  it('counts the rows that it has judged, without those of classes left out', async () => {
    const text = `a,label\n${Array.from({ length: 24 }, (_, k) => `${(k % 3) * 9},${'xyz'[k % 3]}`).join('\n')}\n`;
    const three = write(folder, 'three.csv', text);
    const args = ['cv', '--data', three, '--classes', 'x,z', '--folds', '2', '--workers', '0', '--json'];
    const { code, stdout } = await runHere([...args, '--quiet']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 16, accuracy: { mean: 1 } });
  });

  it('tries a grid on the same folds, in folders that can be resumed', async () => {
    const args = [
      'cv',
      ...single,
      '--folds',
      '3',
      '--grid',
      'weight-bound=1/3',
      'contrast=off',
      '--out',
      out('folds'),
    ];
    const { code, stdout } = await runHere([...args, '--json', '--quiet']);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.grid.map((entry: { setting: unknown }) => entry.setting)).toEqual([
      { 'weight-bound': '1', contrast: 'off' },
      { 'weight-bound': '3', contrast: 'off' },
    ]);
    expect(result.accuracy.mean).toBe(
      Math.max(...result.grid.map((entry: { accuracy: { mean: number } }) => entry.accuracy.mean)),
    );
    expect(JSON.parse(readFileSync(out('folds/cv.json'), 'utf8')).grid).toEqual(result.grid);
    const model = JSON.parse(readFileSync(out('folds/setting-1/fold-2/model.json'), 'utf8'));
    expect(model).toMatchObject({ weightBound: 3, data: { samples: 40 } });
    expect(await runHere(args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds a run already'),
    });
    const resumed = await runHere([...args, '--resume', '--quiet']);
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toMatch(/^weight-bound +contrast +accuracy/m);
  });

  it.each([
    [['--grid', 'weight-bound=1/1'], "The value '1' is given twice"],
    [['--grid', 'weight-bound'], 'Expected an option and values apart by slashes'],
    [['--grid', 'out=a/b'], 'out is no option of a training that a grid can have'],
    [['--grid', 'weight-bound=1/x'], 'weight-bound=x: Expected a whole number'],
    [['--resume'], '--resume: needs --out'],
    [['--force'], '--force: needs --out'],
    [['--folds', '61'], 'folds: 61, but there are 60 rows'],
    [['--report', join(folder, 'nowhere', 'page.html')], 'page.html'],
  ])('refuses %j in one line', async (more, message) => {
    const { code, stderr } = await runHere(['cv', ...single, ...more]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('--test-share', () => {
  it('holds rows out that evaluate finds again', async () => {
    const args = ['train', ...single, '--test-share', '0.25', '--seed', '5', '--out', out('share')];
    const { code, stdout } = await fewbit([...args, '--quiet']);
    expect(code).toBe(0);
    const [, percent] = /^test accuracy +([\d.]+) % of 15 rows$/m.exec(stdout) ?? [];
    expect(JSON.parse(readFileSync(out('share/model.json'), 'utf8')).data.samples).toBe(45);
    const judged = await runHere([
      'evaluate',
      out('share'),
      '--data',
      table,
      '--test-share',
      '0.25',
      '--json',
    ]);
    const result = JSON.parse(judged.stdout);
    expect(result.images).toBe(15);
    expect((result.accuracy * 100).toFixed(1)).toBe(percent);
    expect(result.perClass.map((entry: { images: number }) => entry.images)).toEqual([10, 5]);
    expect(result.roc.positive).toBe('up');
    expect(result.auc).toBe(result.perClass[1].auc);
  });

  it('is refused where it would not mean what it says', async () => {
    const args = ['train', ...single, '--out', out('refused')];
    expect((await runHere([...args, '--test-share', '0.2', '--test', table])).stderr).toContain(
      '--test-share: the data have a test part already',
    );
    expect((await runHere([...args, '--test-share', '1.5'])).code).toBe(2);
  });
});

describe('limits by class and column', () => {
  const limited = [
    'train',
    ...single,
    '--no-bias',
    '--stages',
    'sm',
    '--scaling',
    'range',
    '--json',
    '--quiet',
  ];

  it('hold in the network, and in the rows that SM gives up', async () => {
    const { code, stdout } = await runHere([...limited, '--max-nonzero', '1', '--out', out('one')]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).nonzero).toBe(1);
    const spared = await runHere([...limited, '--bias', '--at-most-wrong', 'down=0', '--out', out('spared')]);
    expect(spared.code).toBe(0);
    const judged = await runHere(['evaluate', out('spared'), '--data', table, '--json']);
    expect(JSON.parse(judged.stdout).perClass[0]).toMatchObject({ label: 'down', recall: 1 });
    const model = JSON.parse(readFileSync(out('spared/model.json'), 'utf8'));
    expect(model.training.atMostWrong).toEqual({ down: 0 });
  });

  it.each([
    [['--max-nonzero', 'x'], 'Expected a whole number'],
    [['--class-weight', 'up'], 'Expected names and values, as in a=1,b=2'],
    [['--class-weight', 'up=1,up=2'], "The name 'up' is given twice"],
    [['--ranges', 'a=2..1'], 'Expected the least and the largest weight, as in 0..2'],
    [['--monotone', 'a=sideways'], 'monotone: there is no class "sideways"'],
    [['--at-most-wrong', 'sideways=1'], 'atMostWrong: there is no class "sideways"'],
  ])('%j is refused in one line', async (more, message) => {
    const { code, stderr } = await runHere([...limited, ...more, '--out', out('no')]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('fewbit explain', () => {
  it('prints, writes and says as JSON what a model looks at', async () => {
    await fewbit(['train', ...single, '--out', out('explained'), '--quiet']);
    const model = JSON.parse(readFileSync(out('explained/model.json'), 'utf8'));
    const json = await runHere(['explain', out('explained'), '--data', table, '--json']);
    const explained = JSON.parse(json.stdout);
    expect(explained.pairs[0].neurons[0].columns).toHaveLength(model.pairs[0].nonzero);
    expect(explained.bands.reduce((sum: number, band: { rows: number }) => sum + band.rows, 0)).toBe(60);
    const text = await runHere(['explain', out('explained')]);
    expect(text.stdout).toMatch(/^Score card: down or up$/m);
    const page = await runHere(['explain', out('explained'), '--as', 'html', '--out', out('card.html')]);
    expect(page).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(out('card.html'), 'utf8')).toContain('<h2>Score card: down or up</h2>');
    const row = await runHere(['explain', out('explained'), '--data', table, '--row', '3']);
    expect(row.stdout).toMatch(/^Row 3 is (up|down)$/m);
  });

  it('refuses a row without a table, and one that is not there', async () => {
    expect(await runHere(['explain', out('explained'), '--row', '1'])).toMatchObject({ code: 2 });
    const beyond = await runHere(['explain', out('explained'), '--data', table, '--row', '60']);
    expect(beyond).toMatchObject({
      code: 2,
      stderr: 'fewbit: row: 60, but there are 60 rows, counted from 0\n',
    });
  });
});
