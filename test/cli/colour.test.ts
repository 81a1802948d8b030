import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sfc32 } from '../../src/random.js';
import { idxHeader } from './idx.js';
import { fewbit, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const SIDE = 12;

/** A slanted stroke in red or in blue: in grey, where blue is as bright as red, the two classes are one. */
function picture(random: () => number, isBlue: boolean): number[] {
  const below = (most: number): number => random() % most;
  const [place, slant, light] = [3 + below(6), below(9) - 4, 60 + below(20)];
  return Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    const isOn = Math.abs(x - place - (slant * (y - SIDE / 2)) / 12) < 1.5;
    // 299 * 80 and 114 * 210 are about the same.
    return isOn ? (isBlue ? [0, 0, Math.round((light * 299) / 114)] : [light, 0, 0]) : [0, 0, 0];
  }).flat();
}

function writeIdx(part: 'train' | 't10k', count: number, seed: number): void {
  const random = sfc32(seed);
  const images = Array.from({ length: count }, (_, n) => picture(random, n % 2 === 1));
  const labels = images.map((_, n) => n % 2);
  const head = idxHeader(2052, count, SIDE, SIDE, 3);
  writeFileSync(join(folder, `${part}-images-idx3-ubyte`), Buffer.concat([head, Buffer.from(images.flat())]));
  writeFileSync(
    join(folder, `${part}-labels-idx1-ubyte`),
    Buffer.concat([idxHeader(2049, count), Buffer.from(labels)]),
  );
}

writeIdx('train', 16, 1);
writeIdx('t10k', 40, 2);
const common = ['--data', folder, '--shots', '6', '--objective', 'robust'];
const quietly = ['--workers', '0', '--quiet', '--no-report'];

describe('images in colour', () => {
  const out = join(folder, 'run');
  const model = join(out, 'model.json');
  const accuracyOf = async (features: string, to: string): Promise<number> => {
    const trained = await fewbit(['train', ...common, ...quietly, '--features', features, '--out', to]);
    expect([trained.code, trained.stderr]).toEqual([0, '']);
    const judged = await fewbit(['evaluate', to, '--data', folder, '--perturb', 'shift=1', '--json']);
    expect(JSON.parse(judged.stdout).images).toBe(40);
    return JSON.parse(judged.stdout).accuracy;
  };

  it('are told apart by channel, which no grey does', async () => {
    expect(await accuracyOf('hog,zoom=2', join(folder, 'grey-run'))).toBeLessThan(0.9);
    expect(await accuracyOf('hog,zoom=2,ends=16,channels=3', out)).toBe(1);
    const document = JSON.parse(readFileSync(model, 'utf8'));
    expect(document).toMatchObject({ image: { width: 12, height: 12 }, features: { channels: 3, zoom: 2 } });
    expect(document.layers[0]).toBe(3 * 25 * 48);
  });

  it('are certified and attacked in the values of their channels', async () => {
    const choice = ['--per-class', '3', '--certify', '1,120', '--attack', '6'];
    const { stdout, stderr } = await fewbit(['evaluate', model, '--data', folder, ...choice, '--json']);
    expect(stderr).toBe('');
    const { right, radii } = JSON.parse(stdout).certify.pixels;
    expect(right).toBe(6);
    expect(radii[0].certified).toBeGreaterThan(0);
    expect(radii[1].broken).toBeGreaterThan(0);
    for (const { certified, broken, undecided } of radii) expect(certified + broken + undecided).toBe(6);
  });

  it.each(['c', 'js', 'json'])('leave in %s with their three values a pixel', async (to) => {
    const made = await fewbit([
      'convert',
      model,
      '--to',
      to,
      '--out',
      join(folder, to),
      '--check',
      folder,
      '--json',
    ]);
    expect(made.code).toBe(0);
    const summary = JSON.parse(made.stdout);
    expect(summary.mismatches).toBe(0);
    if (to !== 'c') expect(summary.checked).toBe(40);
    else
      expect(readFileSync(join(folder, 'c', 'model.h'), 'utf8')).toContain(
        '12 x 12 pixels of red, green and blue, row by row',
      );
  });

  it('are a problem of mapped rows too', async () => {
    const file = join(folder, 'pair.problem.json');
    const features = ['--features', 'auto,channels=3', '--perturb', 'linf=1'];
    const asked = await fewbit(['problem', ...common, ...features, '--out', file]);
    expect(asked.stderr).toBe('');
    expect(JSON.parse(readFileSync(file, 'utf8')).samples[0].length % 3).toBe(0);
  });

  it('are refused where there are none', async () => {
    const digits = ['--data', 'digits', '--features', 'hog,channels=3', '--out', join(folder, 'no')];
    const refused = await fewbit(['train', ...digits]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toBe(
      'fewbit: image: 28 x 28 pixels of 3 values each (features, channels), but a sample has 784 values\n',
    );
    const grey = join(folder, 'grey');
    mkdirSync(grey);
    for (const part of ['train', 't10k']) {
      const images = Buffer.concat([idxHeader(2051, 2, 8, 8), Buffer.alloc(128)]);
      writeFileSync(join(grey, `${part}-images-idx3-ubyte`), images);
      writeFileSync(
        join(grey, `${part}-labels-idx1-ubyte`),
        Buffer.concat([idxHeader(2049, 2), Buffer.from([0, 1])]),
      );
    }
    const other = await fewbit([
      'train',
      '--data',
      grey,
      '--features',
      'hog,channels=3',
      '--out',
      join(folder, 'no'),
    ]);
    expect([other.code, other.stderr.trim().split('\n').length]).toEqual([2, 1]);
    expect(other.stderr).toContain('train-images-idx3-ubyte: images in grey have no channels');
  });
});
