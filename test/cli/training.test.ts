import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fewbit, quick, start, table, temporaryFolder, write } from './support.js';

const folder = temporaryFolder();
const data = write(folder, 'table.csv', table);
const out = (name: string) => join(folder, name);
const model = (name: string) => readFileSync(join(folder, name, 'model.json'), 'utf8');

describe('fewbit train', () => {
  it('prints the document of the contract with --json and nothing else', async () => {
    const { code, stdout } = await fewbit([
      'train',
      '--data',
      data,
      '--out',
      out('json'),
      ...quick,
      '--json',
    ]);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout);
    expect(Object.keys(summary)).toEqual([
      'pairs',
      'seconds',
      'nonzero',
      'links',
      'bytes',
      'trainAccuracy',
      'scaling',
      'columns',
      'interrupted',
    ]);
    expect(summary.pairs.map((pair: { classes: string[] }) => pair.classes)).toEqual([
      ['x', 'y'],
      ['x', 'z'],
      ['y', 'z'],
    ]);
    for (const pair of summary.pairs) {
      expect(pair.links).toBe(4 * 2 + 2);
      expect(pair.nonzero).toBeLessThanOrEqual(pair.links);
      expect(pair.stages.map((stage: { stage: string }) => stage.stage)).toEqual(['sm', 'mm', 'mw']);
      expect(Object.keys(pair.stages[0])).toEqual(
        'stage status stopReason objective bound gap nodes work seconds counters'.split(' '),
      );
    }
    expect(summary).toMatchObject({ trainAccuracy: 1, links: 30, interrupted: false });
    expect(JSON.parse(model('json')).format).toBe('fewbit-model');
  });

  it('tells people what came out and where it is', async () => {
    const args = ['train', '--data', data, '--test', data, '--out', out('told'), ...quick];
    const { code, stdout, stderr } = await fewbit(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Trained 3 networks \[4, 2, 1\] with weights -1\.\.1 in /);
    expect(stdout).toContain('train accuracy    100.0 % of 12 samples');
    expect(stdout).toContain('test accuracy     100.0 % of 12 rows');
    expect(stdout).toMatch(/non-zero weights {2}\d+ of 30 \(/);
    expect(stdout).toContain(join(out('told'), 'model.json'));
    expect(stderr.match(/^pair [123]\/3 {2}/gm)).toHaveLength(3);
    expect(stdout + stderr).not.toContain('\x1b');
    const page = readFileSync(join(out('told'), 'report.html'), 'utf8');
    expect(page).toMatch(/test accuracy<.small><b>100\.0 %<.b><small>of 12 rows/);
  });

  it('says nothing on standard error when quiet, and writes no page when told so', async () => {
    const args = [
      'train',
      '--data',
      data,
      '--out',
      out('quiet'),
      ...quick,
      '--quiet',
      '--no-report',
      '--json',
    ];
    const { stderr } = await fewbit(args);
    expect(stderr).toBe('');
    expect(existsSync(join(out('quiet'), 'report.html'))).toBe(false);
  });

  it('saves the same bytes whatever the number of workers', async () => {
    const args = ['train', '--data', data, '--hidden', '2', '--work-limit', '2000000', '--quiet', '--json'];
    await fewbit([...args, '--workers', '0', '--out', out('alone')]);
    await fewbit([...args, '--workers', '2', '--out', out('two')]);
    expect(model('two')).toBe(model('alone'));
  });

  it('takes over finished pairs with --resume', async () => {
    const args = ['train', '--data', data, '--out', out('resumed'), ...quick, '--json'];
    await fewbit(args);
    const before = model('resumed');
    const { code, stderr } = await fewbit([...args, '--resume']);
    expect(code).toBe(0);
    expect(stderr).toContain('3 of 3 pairs taken over');
    expect(model('resumed')).toBe(before);
  });

  it('refuses a folder that holds a run, without --resume or --force', async () => {
    const args = ['train', '--data', data, '--out', out('held'), ...quick, '--quiet'];
    await fewbit(args);
    const before = model('held');
    const again = await fewbit([...args, '--seed', '2', '--no-report']);
    expect(again).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `fewbit: ${out('held')}: holds a run already (3 finished pairs, model.json, report.html); ` +
        '--resume goes on with it, --force starts anew and removes it\n',
    });
    expect(model('held')).toBe(before);
    const forced = await fewbit([...args, '--seed', '2', '--no-report', '--force']);
    expect(forced.code).toBe(0);
    expect(model('held')).not.toBe(before);
    expect(existsSync(join(out('held'), 'report.html'))).toBe(false);
  });

  it('says that there is nothing to resume', async () => {
    const { code, stderr } = await fewbit([
      ...['train', '--data', data, '--out', out('nothing'), ...quick],
      ...['--resume', '--quiet'],
    ]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `nothing to resume in ${out('nothing')}: starting anew\n`,
    });
  });

  it('uses the classes, bound and stages it is given', async () => {
    const args = ['train', '--data', data, '--out', out('given'), '--classes', 'z,x', '--hidden', 'none'];
    const { stdout } = await fewbit([
      ...args,
      '--weight-bound',
      '3',
      '--stages',
      'sm,mw',
      '--shots',
      '2',
      '--json',
      '--quiet',
    ]);
    const [pair, ...others] = JSON.parse(stdout).pairs;
    expect(others).toEqual([]);
    expect(pair).toMatchObject({ classes: ['z', 'x'], links: 4, stages: [{ stage: 'sm' }, { stage: 'mw' }] });
    expect(JSON.parse(model('given'))).toMatchObject({
      weightBound: 3,
      layers: [4, 1],
      training: { shots: 2 },
    });
  });
});

describe('an interrupted training', () => {
  const args = [
    'train',
    '--data',
    'digits',
    '--shots',
    '3',
    '--classes',
    '0,1,2,3',
    '--workers',
    '1',
    '--no-report',
  ];

  it('keeps the best so far, says so, and goes on with --resume', async () => {
    const run = start([...args, '--work-limit', '40000000', '--out', out('stopped')]);
    await run.says('pair 1/6');
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('interrupted: stopping with the best so far');
    expect(stderr).toMatch(
      /^interrupted: [1-5] of 6 pairs trained; the same command with --resume goes on$/m,
    );
    expect(stdout).toMatch(/^Interrupted: [1-5] of 6 pairs trained.* \[784, 4, 4, 1\] with weights /);
    const stopped = JSON.parse(model('stopped'));
    const found = stopped.pairs.filter((pair: { weights: unknown }) => pair.weights !== null);
    expect(found.length).toBeLessThan(6);
    // Links of networks that there are, 784*4 + 4*4 + 4 each.
    expect(stdout).toContain(` of ${(found.length * 3156).toLocaleString('en')} (`);
    const evaluated = await fewbit([
      'evaluate',
      join(out('stopped'), 'model.json'),
      '--data',
      'digits',
      '--json',
      '--per-class',
      '2',
    ]);
    expect(evaluated.code).toBe(0);

    const resumed = await fewbit([
      ...args,
      '--work-limit',
      '40000000',
      '--out',
      out('stopped'),
      '--resume',
      '--quiet',
      '--json',
    ]);
    expect(JSON.parse(resumed.stdout).interrupted).toBe(false);
    await fewbit([...args, '--work-limit', '40000000', '--out', out('whole'), '--quiet', '--json']);
    expect(model('stopped')).toBe(model('whole'));
  });

  it('quits at once when asked twice', async () => {
    const run = start([...args, '--time-limit', '600', '--hidden', '4,4', '--out', out('twice')]);
    await run.says('6 pairs of classes');
    // Two in one breath: the second comes before the first has ended the run.
    run.child.kill('SIGINT');
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(130);
  });
});

describe('fewbit evaluate', () => {
  beforeAll(async () => {
    await fewbit(['train', '--data', data, '--out', out('judged'), ...quick, '--quiet', '--no-report']);
  });
  const path = () => join(out('judged'), 'model.json');

  it('prints the document of the contract with --json and nothing else', async () => {
    const { code, stdout, stderr } = await fewbit(['evaluate', path(), '--data', data, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const evaluation = JSON.parse(stdout);
    expect(evaluation).toMatchObject({ images: 12, labels: ['x', 'y', 'z'] });
    expect(evaluation.correct + evaluation.wrong + evaluation.unlabelled).toBe(12);
    expect(evaluation.outcomes).toHaveLength(7);
    expect(evaluation.confusion.map((row: number[]) => row.length)).toEqual([4, 4, 4]);
  });

  it('takes the first of each class, and judges the worst case', async () => {
    const first = await fewbit(['evaluate', path(), '--data', data, '--json', '--per-class', '2']);
    expect(JSON.parse(first.stdout).images).toBe(6);
    const args = ['evaluate', path(), '--data', data, '--json', '--vote', 'recursive'];
    const worst = await fewbit([...args, '--perturb', 'linf=9']);
    const plain = await fewbit(args);
    expect(JSON.parse(worst.stdout).correct).toBeLessThan(JSON.parse(plain.stdout).correct);
  });

  it('shows people the confusion matrix and what the outcomes mean', async () => {
    const { stdout } = await fewbit(['evaluate', path(), '--data', data]);
    expect(stdout).toMatch(/^accuracy {2}100\.0 % of 12 rows\n/);
    expect(stdout).toMatch(/^true +x +y +z +none +right$/m);
    expect(stdout).toMatch(/^ +0 +12 {2}unique winner, right$/m);
  });
});
