import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDirectory } from '../../../src/data/files/cache-dir.js';
import { isGzip, unpack } from '../../../src/data/files/gunzip.js';
import { loadData } from '../../../src/data/files/load.js';
import { formatIdx } from '../../../src/data/idx.js';
import { InputError } from '../../../src/errors.js';
import { realData } from '../real-data.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fewbit-load-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const pictures = (count: number): Uint8Array =>
  formatIdx({ dimensions: [count, 2, 3], values: Uint8Array.from({ length: count * 6 }, (_, k) => k & 255) });
const marks = (...labels: number[]): Uint8Array =>
  formatIdx({ dimensions: [labels.length], values: Uint8Array.from(labels) });

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function putFour(to: string): Promise<void> {
  await mkdir(join(folder, to), { recursive: true });
  await put(join(to, 'train-images-idx3-ubyte.gz'), gzipSync(pictures(4)));
  await put(join(to, 'train-labels.idx1-ubyte'), marks(5, 0, 5, 1));
  await put(join(to, 't10k-images-idx3-ubyte'), pictures(2));
  await put(join(to, 't10k-labels-idx1-ubyte.gz'), gzipSync(marks(1, 5)));
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as Error;
  expect(message).not.toContain('\n');
  return message.replaceAll(folder, 'DIR');
}

describe('loadData', () => {
  it('draws digits', async () => {
    const { train, test, source } = await loadData('digits', { digits: { train: 2, test: 3 } });
    expect([train.samples.rows, test?.samples.rows]).toEqual([20, 30]);
    expect(source).toBe('digits, drawn with seed 1');
  });

  it('reads a folder of IDX files in any wrapping and spelling', async () => {
    await putFour('set');
    const { train, test } = await loadData(join(folder, 'set'));
    expect(train.labels).toEqual(['5', '0', '5', '1']);
    expect(train.image).toEqual({ width: 3, height: 2 });
    expect(test).toMatchObject({ labels: ['1', '5'], classes: ['0', '1', '5'] });
  });

  it('looks for mnist under dataDir, FEWBIT_DATA, the cache, in this order', async () => {
    const env = { FEWBIT_DATA: join(folder, 'env'), XDG_CACHE_HOME: folder, LOCALAPPDATA: folder };
    const dataDir = join(folder, 'given');
    expect(await refusal(loadData('mnist', { dataDir, env }))).toMatch(
      /^mnist: not found in DIR.given.mnist, DIR.env.mnist, DIR.fewbit.mnist; get it with: fewbit fetch mnist, or put/,
    );
    for (const place of ['fewbit', 'env', 'given']) {
      await putFour(join(place, 'mnist'));
      expect((await loadData('mnist', { dataDir, env })).source).toBe(join(folder, place, 'mnist'));
    }
  });

  it('reads CSV files, gzip or not, with a test file', async () => {
    const train = await put('a.csv.gz', gzipSync('x,y,label\n1,2,b\n3,4,a\n'));
    const test = await put('b.csv', 'label,x,y\na,5,6\n');
    const data = await loadData(train, { test });
    expect(data.train.classes).toEqual(['a', 'b']);
    expect(data.test).toMatchObject({ labels: ['a'], classes: ['a', 'b'], columns: ['x', 'y'] });
    expect((await loadData(train)).test).toBeUndefined();
  });

  it('refuses with one line that names file and place', async () => {
    expect(await refusal(loadData(join(folder, 'none')))).toMatch(
      /^DIR.none: no such file or folder; data is digits/,
    );
    expect(await refusal(loadData(folder))).toMatch(/^DIR: the folder has no train-images-idx3-ubyte and/);
    expect(await refusal(loadData('digits', { test: 'x.csv' }))).toMatch(
      /^--test: only for data from a CSV file/,
    );
    const csv = await put('a.csv', 'x,label\n1,a\n?,b\n');
    expect(await refusal(loadData(csv))).toMatch(/^DIR.a.csv: row 2 \(line 3\), column "x": missing value/);
    const good = await put('g.csv', 'x,label\n1,a\n2,b\n');
    expect(await refusal(loadData(good, { test: join(folder, 'no.csv') }))).toBe(
      `DIR/no.csv: no such file or folder`,
    );
    await put('train-images-idx3-ubyte', pictures(4));
    expect(await refusal(loadData(folder))).toMatch(/train-images-idx3-ubyte is there, but no train-labels/);
    await put('train-labels-idx1-ubyte.gz', gzipSync(marks(1, 2, 1, 2)).subarray(0, 12));
    expect(await refusal(loadData(folder))).toMatch(/^DIR.train-labels-idx1-ubyte.gz: truncated gzip file$/);
    await put('train-labels-idx1-ubyte.gz', marks(1, 2, 1));
    expect(await refusal(loadData(folder))).toMatch(/train-labels.*: 3 labels, but .* has 4 images$/);
  });

  it('refuses test images of another size', async () => {
    await putFour('set');
    await put('set/t10k-images-idx3-ubyte', formatIdx({ dimensions: [2, 3, 3], values: new Uint8Array(18) }));
    expect(await refusal(loadData(join(folder, 'set')))).toBe(
      'DIR/set: test images have another size than the training images',
    );
  });
});

describe('unpack', () => {
  it('stops a gzip bomb before it fills the memory', async () => {
    const bomb = gzipSync(new Uint8Array(20_000_000));
    expect(bomb.length).toBeLessThan(50_000);
    expect(await refusal(unpack(bomb, 'bomb.gz', 1_000_000))).toBe(
      'bomb.gz: unpacks to more than 1000000 bytes',
    );
  });

  it('tells truncated from damaged, and leaves other bytes alone', async () => {
    const packed = gzipSync('some text that is long enough to be cut somewhere');
    expect(await refusal(unpack(packed.subarray(0, 30), 'f'))).toBe('f: truncated gzip file');
    const damaged = Uint8Array.from(packed);
    damaged[packed.length - 6] ^= 255;
    expect(await refusal(unpack(damaged, 'f'))).toBe('f: damaged gzip file');
    const plain = Uint8Array.of(1, 2, 3);
    expect(await unpack(plain, 'f')).toBe(plain);
    expect(isGzip(plain)).toBe(false);
  });
});

describe('cacheDirectory', () => {
  it('follows the platform and ignores relative values', () => {
    expect(cacheDirectory({ XDG_CACHE_HOME: '/c' }, 'linux', '/h')).toBe('/c/fewbit');
    expect(cacheDirectory({ XDG_CACHE_HOME: 'c' }, 'linux', '/h')).toBe('/h/.cache/fewbit');
    expect(cacheDirectory({}, 'darwin', '/h')).toBe('/h/.cache/fewbit');
    expect(cacheDirectory({ LOCALAPPDATA: '/l' }, 'win32', '/h')).toBe('/l/fewbit');
  });
});

describe.skipIf(realData === undefined)('real data (FEWBIT_DATA)', () => {
  const at = (name: string): string => join(realData ?? '', name);

  it('mnist: counts and first labels', async () => {
    const { train, test } = await loadData('mnist', { env: { FEWBIT_DATA: realData } });
    expect(train.samples).toMatchObject({ rows: 60000, columns: 784 });
    expect(train.labels.slice(0, 4)).toEqual(['5', '0', '4', '1']);
    expect(test?.samples.rows).toBe(10000);
    expect(train.classes).toHaveLength(10);
  });

  it('optdigits with its test file', async () => {
    const data = await loadData(at('optdigits/optdigits-train.csv.gz'), {
      test: at('optdigits/optdigits-test.csv.gz'),
    });
    expect(data.train.samples).toMatchObject({ rows: 3823, columns: 64 });
    expect(data.test?.samples.rows).toBe(1797);
    expect(data.train.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('iris and heart', async () => {
    const iris = (await loadData(at('iris/iris.csv'))).train;
    expect(iris.samples).toMatchObject({ rows: 150, columns: 4 });
    expect(iris.columns?.[2]).toBe('petal_length');
    expect((await loadData(at('heart/heart.csv'))).train.samples).toMatchObject({ rows: 303, columns: 13 });
  });

  it('refuses cleveland for its missing values and adult for its texts', async () => {
    expect(await refusal(loadData(at('heart/cleveland.csv')))).toMatch(
      /cleveland\.csv: row 88 \(line 89\), column "thal": missing value "\?"/,
    );
    expect(await refusal(loadData(at('adult/adult-train.csv.gz')))).toMatch(
      /adult-train\.csv\.gz: row 1 \(line 2\), column "workclass": "State-gov" is not a number/,
    );
  });
});
