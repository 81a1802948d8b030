import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runHere } from './in-process.js';
import { temporaryFolder, write } from './support.js';

const folder = temporaryFolder();
const people = [
  '"age, years",dose,ward,label',
  ...['25,1,x,no', '31,3,x,no', '22,2,y,no', '29,4,x,no', '33,2,y,no', '48,3,x,no'],
  ...['55,3,y,yes', '61,5,y,yes', '58,4,x,yes', '41,5,y,yes', '66,4,y,yes', '30,5,x,yes'],
  '',
].join('\n');
const data = write(folder, 'people.csv', people);
const train = (out: string, ...more: string[]) =>
  runHere(['train', '--data', data, '--out', join(folder, out), '--quiet', ...more]);

describe('radii in units of columns, from the command line', () => {
  beforeAll(async () => {
    expect((await train('steady', '--perturb', 'linf=0.1sd,linf:"age, years"=2,linf:ward=1')).code).toBe(0);
  });

  it('are listed, stored in the model, and judged by evaluate and predict', async () => {
    const { training, deviations } = JSON.parse(readFileSync(join(folder, 'steady', 'model.json'), 'utf8'));
    expect(training.perturb).toMatchObject({ linf: 0, sd: 0.1, columns: { 'age, years': 2, ward: 1 } });
    expect(deviations[2]).toBe(0);
    const judge = async (...more: string[]) =>
      JSON.parse(
        (await runHere(['evaluate', join(folder, 'steady'), '--data', data, '--json', ...more])).stdout,
      ).correct;
    const plain = await judge();
    const sure = await judge('--perturb', 'linf=0.1sd,linf:"age, years"=2,linf:ward=1');
    expect(sure).toBeLessThanOrEqual(plain);
    const radii = async (...more: string[]) =>
      (await runHere(['predict', join(folder, 'steady'), '--data', data, '--certify', ...more])).stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').slice(1));
    const truths = people
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').at(-1));
    const held = (await radii()).filter(
      ([label, radius], row) => label === truths[row] && Number(radius) >= 1,
    );
    expect(held).toHaveLength(sure);
    // Ten times the unit, a tenth of the radius, as far as hundredths say it.
    const once = await radii('--perturb', 'linf:"age, years"=1');
    const tenfold = await radii('--perturb', 'linf:"age, years"=10');
    for (const [row, [, radius]] of tenfold.entries()) {
      if (Number(once[row][1]) < 100)
        expect(Math.abs(10 * Number(radius) - Number(once[row][1]))).toBeLessThan(0.1);
    }
  });

  it('are radii of certified accuracy, each as one worst case over it', async () => {
    const judge = async (...more: string[]) =>
      await runHere(['evaluate', join(folder, 'steady'), '--data', data, ...more]);
    const { certify } = JSON.parse((await judge('--certify', '0.5sd,0.1sd,0sd,2sd', '--json')).stdout);
    expect(certify).toMatchObject({ unit: 'sd', images: 12, attack: null });
    expect(certify.radii.map(({ radius }: { radius: number }) => radius)).toEqual([0, 0.1, 0.5, 2]);
    const counts = certify.radii.map(({ certified }: { certified: number }) => certified);
    expect(counts[0]).toBe(certify.right);
    expect(counts[3]).toBeLessThan(counts[1]);
    for (const [at, radius] of [0.1, 0.5, 2].entries()) {
      const { correct } = JSON.parse((await judge('--perturb', `linf=${radius}sd`, '--json')).stdout);
      expect(counts[at + 1]).toBe(correct);
    }
    const page = join(folder, 'certified.html');
    const { stdout } = await judge('--certify', '0.1sd', '--report', page);
    expect(stdout).toMatch(/its standard deviations, of 12 rows/);
    expect(readFileSync(page, 'utf8')).toContain('standard deviations');
  });

  it.each([
    [['--certify', '1,0.1sd'], 'all of them'],
    [['--certify', '101sd'], '0sd to 100sd'],
    [['--certify', '0.1sd', '--attack', '5'], 'attack: not with radii in standard deviations'],
    [['--certify', '0.1sd', '--clip', '0,9'], 'clip: not with radii in standard deviations'],
  ])('of certified accuracy are refused: %j', async (words, said) => {
    const { code, stdout, stderr } = await runHere([
      ...['evaluate', join(folder, 'steady'), '--data', data],
      ...words,
    ]);
    expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({
      code: 2,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toContain(said);
  });

  it('say in the summary what columns may be off by, also where only --objective robust asks for it', async () => {
    const { stdout } = await train('robust', '--objective', 'robust', '--no-report');
    expect(stdout).toMatch(/radius 0\.1 standard deviations of every column of numbers/);
    expect(stdout).toMatch(/column\s+values\s+missing\s+may be off by\s+became/);
    expect(stdout).toMatch(/ward\s+2\s+0\s+0\s+2 levels/);
  });

  it.each([
    ['linf=0.1xd', 'linf=0.1xd'],
    ['linf:agee=2', '"agee"'],
    ['linf:dose', 'linf:age=2'],
    ['linf:dose=-1', 'linf:dose=-1'],
    ['linf:dose=1,linf:dose=2', 'given twice'],
    ['linf:ward=2', '"ward" is a category'],
    ['linf=1,linf:dose=2', 'not beside linf'],
    ['linf=0.1sd,shift=1', 'shift'],
    ['linf=101sd', '0..100'],
  ])('refuse what is none: %s', async (text, said) => {
    const { code, stdout, stderr } = await train('none', '--perturb', text);
    expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({
      code: 2,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toContain(said);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

describe('train --pool', () => {
  const sm = ['--stages', 'sm', '--pool', '9', '--within', '2', '--work-limit', '20000000'];

  it('lists the networks, writes them, and gives the model the one that is chosen', async () => {
    const { stdout, code } = await train('pool', ...sm);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Pool of sm: \d+ networks? within 2 of the best/);
    const pool = JSON.parse(readFileSync(join(folder, 'pool', 'pool.json'), 'utf8'));
    expect(pool).toMatchObject({
      ...{ format: 'fewbit-pool', classes: ['no', 'yes'], chosen: 1, rows: 12 },
      inputs: ['age, years', 'dose', 'ward = x', 'ward = y'],
    });
    expect(readFileSync(join(folder, 'pool', 'report.html'), 'utf8')).toContain('Networks to choose from');
    const again = await train('pool', ...sm, '--choose', '2', '--force', '--json');
    const [{ pool: chosen, stages }] = JSON.parse(again.stdout).pairs;
    expect(chosen.networks).toEqual(pool.networks);
    expect(stages.at(-1).objective).toBe(pool.networks[1].objective);
    const judged = await runHere(['evaluate', join(folder, 'pool'), '--data', data, '--json']);
    expect(JSON.parse(judged.stdout).correct).toBe(pool.networks[1].right);
    // A run without a pool leaves none behind.
    await train('pool', '--force', '--no-report');
    expect(existsSync(join(folder, 'pool', 'pool.json'))).toBe(false);
  });

  it.each([
    [['--within', '1%'], '--within'],
    [['--pool', '3', '--choose', '4'], '--choose'],
    [['--pool', '3', '--resume'], '--resume'],
    [['--pool', '3', '--within', 'some'], '--within'],
    [['--pool', '3', '--hidden', '2'], 'hidden layers'],
  ])('refuses %j', async (options, said) => {
    const { code, stdout, stderr } = await train('refused', ...options);
    expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({
      code: 2,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toContain(said);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });
});
