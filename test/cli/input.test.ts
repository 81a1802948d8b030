import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { idxHeader, twoImages } from './idx.js';
import { runHere } from './in-process.js';
import { fewbit, quick, table, temporaryFolder, tinyProblem, write } from './support.js';

const folder = temporaryFolder();
const out = join(folder, 'out');

async function refuses(
  args: readonly string[],
  named: RegExp,
  env: Record<string, string> = {},
): Promise<void> {
  const { code, stdout, stderr } = await fewbit(args, env);
  expect(stderr).toMatch(/^fewbit: [^\n]+\n$/);
  expect(stderr).toMatch(named);
  expect(stdout).toBe('');
  expect(code).toBe(2);
}

describe('a problem file at fault', () => {
  const changed = (changes: object) => JSON.stringify({ ...tinyProblem, ...changes });
  const faults: [what: string, text: string, named: RegExp][] = [
    ['no JSON', '{"format": "fewbit-problem",', /bad-problem\.json: no JSON/],
    ['a list', '[1, 2]', /bad-problem\.json: expected an object/],
    ['another format', changed({ format: 'x' }), /format/],
    ['another version', changed({ version: 2 }), /version/],
    ['a ragged sample', changed({ samples: [...tinyProblem.samples.slice(0, 5), [1, 2]] }), /samples?.*5/],
    [
      'a fraction',
      changed({ samples: [...tinyProblem.samples.slice(0, 5), [1, 2, 3, 0.5]] }),
      /samples?.*5.*3/,
    ],
    ['a null', changed({ samples: [...tinyProblem.samples.slice(0, 5), [1, 2, 3, null]] }), /null/],
    ['no samples', changed({ samples: [], labels: [] }), /samples/],
    ['label 0', changed({ labels: [1, 1, 1, -1, -1, 0] }), /labels.*5/],
    ['too few labels', changed({ labels: [1, -1] }), /labels/],
    ['two outputs', changed({ layers: [4, 2] }), /layers/],
    ['a negative bound', changed({ weightBound: -1 }), /weightBound/],
    ['epsilon 0', changed({ epsilon: 0 }), /epsilon/],
    ['keep out of range', changed({ keep: [0, 6] }), /keep/],
    ['huge layers', changed({ layers: [4, 1e9, 1] }), /layers/],
  ];
  it.each(faults)('%s', async (_what, text, named) => {
    await refuses(['solve', write(folder, 'bad-problem.json', text)], named);
  });

  it('not there, or a folder', async () => {
    await refuses(['solve', join(folder, 'nothing.json')], /nothing\.json: no such file or folder/);
    await refuses(['solve', folder], /is a folder/);
  });

  it('too large to enumerate', async () => {
    const samples = [
      Array.from({ length: 60 }, (_, i) => i + 1),
      Array.from({ length: 60 }, (_, i) => 60 - i),
    ];
    const large = { ...tinyProblem, layers: [60, 2, 1], samples, labels: [1, -1] };
    const path = write(folder, 'large.json', JSON.stringify(large));
    await refuses(['solve', path, '--engine', 'brute'], /enumerate|large/);
  });
});

describe('a solution file at fault', () => {
  const problem = write(folder, 'tiny.json', JSON.stringify(tinyProblem));
  const faults: [what: string, text: string][] = [
    ['no JSON', 'optimal'],
    ['a problem', JSON.stringify(tinyProblem)],
    ['no stages', '{"format": "fewbit-solution", "version": 1}'],
    [
      'an unknown status',
      '{"format":"fewbit-solution","version":1,"stages":[{"stage":"sm","status":"great"}]}',
    ],
  ];
  it.each(faults)('%s', async (_what, text) => {
    const solution = write(folder, 'bad-solution.json', text);
    await refuses(['verify', problem, solution], /bad-solution\.json/);
    await refuses(
      ['export', problem, '--stage', 'mm', '--format', 'lp', '--solution', solution],
      /bad-solution\.json/,
    );
  });
});

describe('a CSV file at fault', () => {
  const faults: [what: string, text: string | Uint8Array, named: RegExp][] = [
    ['empty', '', /bad\.csv/],
    ['only a header', 'a,b,label\n', /bad\.csv/],
    ['no label column', 'a,b,c\n1,2,3\n', /label/],
    ['a ragged row', 'a,b,label\n1,2,x\n1,2,3,y\n', /bad\.csv.*3/],
    ['a word for a number', 'a,b,label\n1,2,x\n1,two,y\n1,3,x\n', /bad\.csv: row 2.*b.*two/],
    ['one class only', 'a,b,label\n1,2,x\n2,1,x\n', /class/],
    ['an open quote', 'a,b,label\n1,2,"x\n', /bad\.csv/],
    ['not text', new Uint8Array([0x61, 0xff, 0xfe, 0x00, 0x0a]), /bad\.csv/],
  ];
  it.each(faults)('%s', async (_what, text, named) => {
    await refuses(['train', '--data', write(folder, 'bad.csv', text), '--out', out, '--quiet'], named);
  });

  it.each([
    ['NaN', 'a,b,label\n1,2,x\n1,NaN,y\n', /bad\.csv: row 2, column "b".*NaN/],
    ['a missing value', 'a,b,label\n1,2,x\n1,,y\n', /bad\.csv: row 2 .*column "b"/],
  ])('%s, where missing values are refused', async (_what, text, named) => {
    const args = ['train', '--data', write(folder, 'bad.csv', text), '--missing', 'refuse'];
    await refuses([...args, '--out', out, '--quiet'], named);
  });

  it('a gzip file cut off, or none', async () => {
    const cut = write(folder, 'cut.csv.gz', gzipSync(table).subarray(0, 40));
    await refuses(['train', '--data', cut, '--out', out], /cut\.csv\.gz/);
    const none = write(folder, 'none.csv.gz', '<html>404</html>');
    await refuses(['train', '--data', none, '--out', out], /none\.csv\.gz/);
  });

  it('test data with other columns', async () => {
    const train = write(folder, 'table.csv', table);
    const test = write(folder, 'other.csv', 'a,b,label\n1,2,x\n');
    await refuses(['train', '--data', train, '--test', test, '--out', out], /other\.csv/);
    await refuses(['train', '--data', 'digits', '--test', test, '--out', out], /--test/);
  });
});

describe('IDX files at fault', () => {
  const { images, labels } = twoImages;
  const bomb = gzipSync(Buffer.concat([idxHeader(2051, 2, 2, 2), Buffer.alloc(200_000_000)]), { level: 1 });
  const faults: [what: string, images: Uint8Array, labels: Uint8Array, named: RegExp][] = [
    ['truncated', images.subarray(0, 20), labels, /train-images/],
    ['no header', images.subarray(0, 3), labels, /train-images/],
    ['labels for images', labels, labels, /train-images.*(magic|2049)/],
    [
      'another number of labels',
      images,
      Buffer.concat([idxHeader(2049, 3), Buffer.from([0, 1, 1])]),
      /label/,
    ],
    ['sizes beyond the file', Buffer.concat([idxHeader(2051, 2 ** 31, 2 ** 31, 4)]), labels, /train-images/],
    ['more bytes than announced', Buffer.concat([images, images]), labels, /train-images/],
    ['a gzip bomb', bomb, labels, /train-images/],
  ];
  it.each(faults)('%s', async (what, imageBytes, labelBytes, named) => {
    const data = join(folder, `idx-${what.replaceAll(' ', '-')}`);
    mkdirSync(data);
    write(data, `train-images-idx3-ubyte${imageBytes === bomb ? '.gz' : ''}`, imageBytes);
    write(data, 'train-labels-idx1-ubyte', labelBytes);
    await refuses(['train', '--data', data, '--out', out], named);
  });

  it('missing: the line says how to get them', async () => {
    const env = { XDG_CACHE_HOME: join(folder, 'cache') };
    await refuses(['train', '--data', 'mnist', '--out', out], /fewbit fetch mnist/, env);
    await refuses(['train', '--data', folder, '--out', out], /train-images-idx3-ubyte/, env);
    await refuses(['evaluate', 'x.json', '--data', 'digits'], /x\.json: no such file/);
  });
});

describe('a model file at fault', () => {
  let model: Record<string, unknown>;
  beforeAll(async () => {
    const data = write(folder, 'for-model.csv', table);
    const trained = await fewbit(['train', '--data', data, '--out', out, ...quick, '--no-report', '--quiet']);
    expect(trained.code).toBe(0);
    model = JSON.parse(readFileSync(join(out, 'model.json'), 'utf8'));
  });
  const faults: [what: string, change: (model: Record<string, unknown>) => string, named: RegExp][] = [
    ['no JSON', () => '{', /bad-model\.json/],
    ['another format', (good) => JSON.stringify({ ...good, format: 'onnx' }), /format/],
    ['another version', (good) => JSON.stringify({ ...good, version: 99 }), /version/],
    ['other sizes', (good) => JSON.stringify({ ...good, layers: [5, 2, 1] }), /bad-model\.json/],
    ['a pair left out', (good) => JSON.stringify({ ...good, pairs: [] }), /bad-model\.json/],
    ['a flipped digit', (good) => JSON.stringify({ ...good, weightBound: 2 }), /checksum/],
  ];
  it.each(faults)('%s', async (_what, change, named) => {
    const path = write(folder, 'bad-model.json', change(model));
    await refuses(['evaluate', path, '--data', join(folder, 'for-model.csv')], named);
  });

  it('or data that does not fit it', async () => {
    const misfit = /model\.json: the model has 4 inputs, but samples of digits have 784/;
    await refuses(['evaluate', join(out, 'model.json'), '--data', 'digits'], misfit);
    await refuses(['evaluate', out, '--data', 'digits'], misfit); // the folder stands for its model
    await refuses(['evaluate', folder, '--data', 'digits'], /model\.json: no such file/);
    const renamed = write(folder, 'renamed.csv', 'a,b,c,d,label\n1,2,3,4,q\n');
    await refuses(['evaluate', join(out, 'model.json'), '--data', renamed], /class/);
  });

  it('or a run with other options', async () => {
    const args = ['train', '--data', join(folder, 'for-model.csv'), '--out', out, '--quiet', '--resume'];
    await refuses([...args, ...quick, '--seed', '7'], /seed/);
  });

  it('or a file where the run folder should be', async () => {
    const file = write(folder, 'occupied', '');
    await refuses(['train', '--data', join(folder, 'for-model.csv'), '--out', file], /occupied/);
  });
});

describe('a path that cannot be written', () => {
  const problem = write(folder, 'target.problem.json', JSON.stringify(tinyProblem));
  const data = write(folder, 'target.csv', table);
  const taken = join(folder, 'taken');
  const nowhere = join(folder, 'nowhere', 'file');
  mkdirSync(taken);

  it.each([
    ['a folder', taken, /taken: is a folder, not a file/],
    ['no folder for it', nowhere, /nowhere\/file: there is no folder .*nowhere$/m],
    ['below a file', join(problem, 'x'), /x: a part of the path is not a folder/],
  ])('is refused before any work: %s', async (_what, path, named) => {
    await refuses(['solve', problem, '--solution', path], named);
    await refuses(['solve', problem, '--proof', path], named);
    await refuses(['export', problem, '--stage', 'sm', '--format', 'lp', '--out', path], named);
    await refuses(['evaluate', join(out, 'model.json'), '--data', data, '--report', path], named);
  });

  it('is refused where it is a file that the command reads, or another one that it writes', async () => {
    const model = join(out, 'model.json');
    const refusesHere = async (args: readonly string[], named: RegExp): Promise<void> => {
      expect(await runHere(args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(named) });
    };
    const own = join(taken, '..', 'target.csv');
    await refusesHere(
      ['solve', problem, '--solution', problem],
      /--solution: .*: the same file as the problem/,
    );
    await refusesHere(
      ['solve', problem, '--solution', data, '--proof', own],
      /--proof: .*: .* that of --solution$/m,
    );
    await refusesHere(
      ['export', problem, '--stage', 'sm', '--format', 'lp', '--out', problem],
      /--out: .*: the same file as the problem is read from/,
    );
    await refusesHere(
      ['predict', model, '--data', data, '--out', own],
      /--out: .*: the same file as --data is/,
    );
    await refusesHere(
      ['evaluate', model, '--data', data, '--report', model],
      /--report: .*: .* the model is/,
    );
    await refusesHere(['explain', out, '--out', model], /--out: .*: the same file as the model is read from/);
    await refusesHere(
      ['convert', out, '--to', 'json', '--out', out],
      /model\.json: the same file as the model is/,
    );
    await refusesHere(
      ['problem', '--data', data, '--out', own],
      /--out: .*: the same file as --data is read/,
    );
    await refusesHere(
      ['cv', '--data', data, '--folds', '2', '--report', own],
      /--report: .*: .* --data is read/,
    );
    expect(readFileSync(problem, 'utf8')).toBe(JSON.stringify(tinyProblem));
    expect(readFileSync(data, 'utf8')).toBe(table);
    // The solution file is read and written by design, and devices are no files.
    const twice = ['--solution', '/dev/null', '--proof', '/dev/null'];
    if (process.platform === 'linux') expect((await fewbit(['solve', problem, ...twice])).code).toBe(0);
  });

  it.each(['model.json', 'report.html', 'run.json', 'run.lock', 'pairs/pair-0000.json'])(
    'is refused where a folder has the name of a run file: %s',
    async (name) => {
      const run = join(folder, `occupied-${name.replace('/', '-')}`);
      mkdirSync(join(run, name, 'inside'), { recursive: true });
      await refuses(
        ['train', '--data', data, '--out', run, ...quick, '--quiet'],
        new RegExp(`${name}: is a folder`),
      );
    },
  );

  it.runIf(process.platform === 'linux')('ends at once under /proc', async () => {
    const args = ['train', '--data', data, '--out', '/proc/fewbit', ...quick, '--quiet'];
    await refuses(args, /\/proc\/fewbit: no folder can be made here/);
    await refuses(['solve', problem, '--solution', '/proc/fewbit.json'], /no file can be made here/);
  });

  it.runIf(process.platform === 'linux')('may be a device; a full one is a failed run', async () => {
    const args = ['solve', problem, '--quiet', '--json'];
    expect((await fewbit([...args, '--solution', '/dev/null', '--proof', '/dev/null'])).code).toBe(0);
    const { code, stderr } = await fewbit([...args, '--solution', '/dev/full']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'fewbit: /dev/full: no space left on device\n' });
  });
});
