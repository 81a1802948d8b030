import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fewbit, quick, table, temporaryFolder, write } from './support.js';

const folder = temporaryFolder();
const data = write(folder, 'table.csv', table);
const out = (name: string) => join(folder, name);
const model = (name: string) => JSON.parse(readFileSync(join(folder, name, 'model.json'), 'utf8'));
const train = ['train', '--data', data, ...quick, '--stages', 'sm,mm', '--quiet', '--no-report'];

async function refuses(args: readonly string[], named: RegExp): Promise<void> {
  const { code, stdout, stderr } = await fewbit(args);
  expect(stderr).toMatch(/^fewbit: [^\n]+\n$/);
  expect(stderr).toMatch(named);
  expect(stdout).toBe('');
  expect(code).toBe(2);
}

describe('fewbit train with a perturbation set', () => {
  it('moves the pixels of a table whose image shape is told, and records the set', async () => {
    const set = 'shift=1,rotate=90,scale=20,affine=2,affine.rotate=5,elastic=1,joint';
    const args = [...train, '--image-shape', '2x2', '--perturb', set, '--out', out('moved')];
    expect((await fewbit(args)).code).toBe(0);
    expect(model('moved').image).toEqual({ width: 2, height: 2 });
    expect(model('moved').training.perturb).toEqual({
      ...{ linf: 0, shift: 1, rotate: 90, scale: 20, joint: true },
      affine: { copies: 2, rotate: 5, scale: 12, shear: 15, shift: 1.5, bend: 0 },
      elastic: { copies: 1, strength: 1.5, cell: 7 },
    });
    const evaluate = ['evaluate', join(out('moved'), 'model.json'), '--data', data, '--json'];
    const worst = await fewbit([...evaluate, '--perturb', set]);
    expect(worst.code).toBe(0);
    expect(JSON.parse(worst.stdout).images).toBe(12);
  });

  it('says in one line that it does not know the shape, or that it cannot be', async () => {
    const end = ['--out', out('refused')];
    for (const set of ['shift=1', 'rotate=3', 'scale=3', 'shear=3', 'affine=3', 'elastic=3']) {
      const kind = set.split('=')[0];
      await refuses(
        [...train, ...end, '--perturb', set],
        new RegExp(`perturb.${kind}: needs images.*image-shape`),
      );
    }
    await refuses([...train, ...end, '--image-shape', '3x2'], /--image-shape: 3x2 is 6 pixels, .* 4 values/);
    await refuses([...train, ...end, '--image-shape', '2by2'], /--image-shape <WxH>' argument '2by2'/);
    const digits = ['train', '--data', 'digits', '--shots', '1', ...end, '--image-shape', '14x56'];
    await refuses(digits, /--image-shape: 14x56, but the images are 28x28/);
  });

  it('takes extra samples into the training, and refuses those of nobody', async () => {
    const extra = write(folder, 'extra.csv', 'sample,a,b,c,d\n0,90,0,0,9\n4,0,77,0,0\n');
    expect((await fewbit([...train, '--out', out('plain')])).code).toBe(0);
    expect((await fewbit([...train, '--extra', extra, '--out', out('extra')])).code).toBe(0);
    expect(model('extra').data.samples).toBe(12);
    expect(model('extra').data.fingerprint).not.toBe(model('plain').data.fingerprint);
    const resumed = [...train, '--out', out('extra'), '--resume'];
    await refuses(resumed, /data is "sha256:.* in this run/);
    const bad = write(folder, 'bad-extra.csv', 'sample,a,b,c,d\n12,1,2,3,4\n');
    await refuses(
      [...train, '--extra', bad, '--out', out('refused')],
      /bad-extra.csv: row 1, column "sample": "12"/,
    );
    await refuses([...train, '--extra', out('none.csv'), '--out', out('refused')], /none.csv/);
  });
});

describe('fewbit train --contrast', () => {
  it('reads images in contrast, and nothing does so unasked', async () => {
    const asked = [...train, '--image-shape', '2x2', '--objective', 'robust'];
    expect((await fewbit([...asked, '--out', out('grey')])).code).toBe(0);
    expect((await fewbit([...asked, '--contrast', '--out', out('contrast')])).code).toBe(0);
    const [grey, contrast] = [model('grey'), model('contrast')];
    expect(grey.scaling.kind).toBe('identity');
    expect(grey.training).not.toHaveProperty('contrast');
    expect(contrast.scaling.kind).toBe('contrast');
    // Grey values up to 9 are trained in 28ths of a value, roots have a range of their own.
    const { fineness, ...training } = grey.training;
    expect(fineness).toBe(28);
    expect(contrast.training).toEqual({ ...training, contrast: true });
    // How values are read is part of what a run is.
    await refuses(
      [...asked, '--out', out('contrast'), '--resume'],
      /run.json: (scaling|options.fineness) is /,
    );
  });

  it('is refused in one line where there are no images', async () => {
    await refuses([...train, '--contrast', '--out', out('refused')], /contrast: needs images.*image-shape/);
    expect(existsSync(out('refused'))).toBe(false);
  });
});

describe('fewbit evaluate --certify', () => {
  beforeAll(async () => {
    await fewbit([...train, '--out', out('judged')]);
  });
  const evaluate = () => ['evaluate', join(out('judged'), 'model.json'), '--data', data];

  it('adds the field certify to the document', async () => {
    const { code, stdout, stderr } = await fewbit([...evaluate(), '--certify', '0,1,3', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { certify, ...evaluation } = JSON.parse(stdout);
    const plain = await fewbit([...evaluate(), '--json']);
    expect(evaluation).toEqual(JSON.parse(plain.stdout));
    expect(certify).toMatchObject({ images: 12, right: evaluation.correct });
    expect(certify.radii.map((row: { radius: number }) => row.radius)).toEqual([0, 1, 3]);
    expect(certify.radii[0].certified).toBe(evaluation.correct);
    expect(certify.attack.radii).toHaveLength(3);
    for (const [at, row] of certify.attack.radii.entries()) {
      expect(row.certified + row.broken + row.undecided).toBe(certify.attack.right);
      const worst = await fewbit([...evaluate(), '--json', '--perturb', `linf=${row.radius}`]);
      expect(JSON.parse(worst.stdout).correct).toBe(certify.radii[at].certified);
    }
    const none = await fewbit([...evaluate(), '--certify', '1', '--attack', '0', '--json']);
    expect(JSON.parse(none.stdout).certify.attack).toBeNull();
  });

  it('shows people tables, and writes a page', async () => {
    const page = join(folder, 'page.html');
    const { stdout } = await fewbit([...evaluate(), '--certify', '--clip', '0,9', '--report', page]);
    expect(stdout).toMatch(/^radius +rows +certified accuracy$/m);
    expect(stdout).toMatch(/^ +0 +12 +100\.0 %$/m);
    expect(stdout).toMatch(/^radius +certified +broken +undecided +attack success$/m);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('Accuracy that is left within a radius');
    expect(html).toContain('after attack');
    expect(html).toMatch(/<svg [^>]*role="img"/);
    const bare = join(folder, 'bare.html');
    await fewbit([...evaluate(), '--report', bare]);
    expect(existsSync(bare)).toBe(true);
    const body = readFileSync(bare, 'utf8').replace(/<style>[\s\S]*<\/style>/, '');
    expect(body).not.toContain('radius');
  });

  it.each<[string[], RegExp]>([
    [['--certify', '1,x'], /'--certify \[radii\]' argument '1,x'/],
    [['--certify', '-1'], /'--certify \[radii\]'|unknown option '-1'/],
    [['--attack', '5'], /--attack: only with --certify/],
    [['--clip', '0,255'], /--clip: only with --certify/],
    [['--certify', '--clip', '9,0'], /'--clip <range>' argument '9,0'/],
    [['--certify', '--attack', 'all'], /'--attack <N>' argument 'all'/],
  ])('refuses %j', async (flags, named) => {
    await refuses([...evaluate(), ...flags], named);
  });
});
