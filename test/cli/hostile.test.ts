import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { idxHeader, twoImages } from './idx.js';
import { runHere } from './in-process.js';
import { fewbit, quick, table, temporaryFolder, tinyProblem, write } from './support.js';

/*
 * Every file that a command reads, and everything that can be where it should be: one line, exit 2, at once. The lines
 * name the path, and nothing in them acts on a terminal.
 */

const folder = temporaryFolder();
const problem = write(folder, 'good.problem.json', JSON.stringify(tinyProblem));
const data = write(folder, 'good.csv', table);
const solution = join(folder, 'good.solution.json');
const model = join(folder, 'good', 'model.json');
const out = join(folder, 'never-made');

beforeAll(async () => {
  const trained = await fewbit(['train', '--data', data, '--out', join(folder, 'good'), ...quick, '--quiet']);
  expect(trained).toMatchObject({ code: 0, stderr: '' });
  const solved = await fewbit(['solve', problem, '--solution', solution, '--quiet']);
  expect(solved).toMatchObject({ code: 0, stderr: '' });
});

/** Every place where a command reads a file. */
const entrances: [name: string, args: (path: string) => string[]][] = [
  ['the problem of solve', (path) => ['solve', path]],
  ['the problem of verify', (path) => ['verify', path, solution]],
  ['the problem of export', (path) => ['export', path, '--stage', 'sm', '--format', 'lp']],
  ['the solution of verify', (path) => ['verify', problem, path]],
  [
    'the solution of export',
    (path) => ['export', problem, '--stage', 'mm', '--format', 'lp', '--solution', path],
  ],
  ['the model of evaluate', (path) => ['evaluate', path, '--data', data]],
  ['the data of train', (path) => ['train', '--data', path, '--out', out]],
  ['the test data of train', (path) => ['train', '--data', data, '--test', path, '--out', out]],
  [
    'the extra samples of train',
    (path) => ['train', '--data', data, '--extra', path, '--out', out, '--quiet'],
  ],
  ['the data of evaluate', (path) => ['evaluate', model, '--data', path]],
  ['the test data of evaluate', (path) => ['evaluate', model, '--data', data, '--test', path]],
  ['the data of problem', (path) => ['problem', '--data', path, '--classes', 'x,y']],
  [
    'the extra samples of problem',
    (path) => ['problem', '--data', data, '--extra', path, '--classes', 'x,y'],
  ],
];

const zeros = Buffer.alloc(2 ** 26);
/** Members of one file, a gigabyte of them. */
const bomb = Buffer.concat(new Array(16).fill(gzipSync(zeros, { level: 1 })));
const bombOfBrackets = gzipSync(Buffer.alloc(2 ** 24, '['));

const contents: [name: string, content: string | Uint8Array][] = [
  ['nothing', ''],
  ['a blank', ' \n'],
  ['a mark alone', '\ufeff'],
  ['brackets, a hundred thousand deep', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['objects, a hundred thousand deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['a line of ten million letters', 'x'.repeat(1e7)],
  ['a line of ten million digits', '1'.repeat(1e7)],
  ['ten million empty lists', `[${'[],'.repeat(1e7)}[]]`],
  ['text in UTF-16', Buffer.from('\ufeff{"format": "fewbit-model"}', 'utf16le')],
  ['text in UTF-16 without a mark', Buffer.from('a,b,label\n1,2,x\n', 'utf16le')],
  ['no text', Uint8Array.from({ length: 1000 }, (_, at) => (at * 7919) % 251)],
  ['Latin-1', Buffer.from('a,b,label\n1,2,Käse\n', 'latin1')],
  ['HTML', '<!doctype html><html><title>404</title></html>'],
  ['escapes of a terminal', '\x1b]0;title\x07\x1b[2J\x1b[31m{"\u202eformat": "\x1b[8m"}\r\n\x9b31m'],
  [
    'a hostile field',
    `{"format": "\\u001b[31m${'\u202e'.repeat(5)}${'f'.repeat(5000)}\\n\\r", "version": 1}`,
  ],
  ['a hostile header', '\x1b[31m\u202e,b\u2028,c\x07\n1,2,3\n'],
  ['gzip cut off', gzipSync(table).subarray(0, 50)],
  ['gzip with damage', gzipSync(table).map((byte, at) => (at === 40 ? byte ^ 255 : byte))],
  ['a gigabyte in gzip', bomb],
  ['sixteen million brackets in gzip', bombOfBrackets],
  ['null', 'null'],
  ['a list', '[]'],
  ['an object', '{}'],
  ['the key __proto__', '{"__proto__": {"format": "fewbit-problem"}, "version": 1}'],
];

async function refuses(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere(args);
  expect({ code, stdout, stderr }).toMatchObject({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^fewbit: [\x20-\x7e\xa0-\u1fff…]+\n$/);
  expect(stderr.length).toBeLessThan(1020);
  return stderr;
}

describe.each(entrances)('%s', (_entrance, args) => {
  it.each(contents)('that is %s', async (name, content) => {
    const path = write(folder, 'hostile.file', content);
    expect(await refuses(args(path))).toContain('hostile.file');
    expect(name).not.toBe('');
  });

  it('that is not there, a folder, or below a file', async () => {
    expect(await refuses(args(join(folder, 'missing')))).toMatch(/missing: no such file/);
    const inside = join(folder, 'folder');
    mkdirSync(inside, { recursive: true });
    expect(await refuses(args(inside))).toContain('folder');
    expect(await refuses(args(join(problem, 'x')))).toContain('x: ');
    expect(await refuses(args(`${folder}/\x1b[31m\u202e`))).toContain('\\u001b[31m\\u202e');
    expect(await refuses(args(`${folder}/${'n'.repeat(3000)}`))).toContain('…');
  });

  it('that is larger than memory', async () => {
    const path = write(folder, 'large.file', '');
    truncateSync(path, 2 ** 42); // a hole of four terabytes
    expect(await refuses(args(path))).toMatch(/large\.file: more than \d+ bytes, the most that are read/);
    truncateSync(path, 0);
  });

  it.runIf(process.platform === 'linux')('that is a device', async () => {
    expect(await refuses(args('/dev/zero'))).toMatch(/\/dev\/zero: is a device, not a file/);
    expect(await refuses(args('/dev/null'))).toMatch(/\/dev\/null: is a device, not a file/);
  });

  it.runIf(process.platform !== 'win32')('that is a pipe which nobody writes to', async () => {
    const path = join(folder, 'pipe');
    execFileSync('sh', ['-c', `test -p "$0" || mkfifo "$0"`, path]);
    const began = performance.now();
    expect(await refuses(args(path))).toMatch(/pipe: a pipe that nobody writes to/);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe('the proof of verify', () => {
  const args = (path: string) => ['verify', problem, solution, '--proof', path];

  it.each(contents)('that is %s shows nothing', async (_name, content) => {
    const { code, stdout, stderr } = await runHere(args(write(folder, 'hostile.file', content)));
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toMatch(code === 2 ? /^fewbit: [^\n]*hostile\.file[^\n]*\n$/ : /not valid/);
    expect(`${stdout}${stderr}`).toMatch(/^[\n\x20-\x7e\xa0-\u1fff…]+$/);
  });

  it.runIf(process.platform === 'linux')('that is no file', async () => {
    expect(await refuses(args(join(folder, 'missing')))).toMatch(/missing: no such file/);
    expect(await refuses(args(folder))).toMatch(/is a folder, not a file/);
    expect(await refuses(args('/dev/zero'))).toMatch(/\/dev\/zero: is a device, not a file/);
    const pipe = join(folder, 'proof-pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await refuses(args(pipe))).toMatch(/proof-pipe: a pipe that nobody writes to/);
  });
});

describe.runIf(process.platform !== 'win32')('a pipe with a writer', () => {
  it('is read to its end, and may be gzip', async () => {
    const shell = (command: string) =>
      execFileSync(
        'bash',
        ['-c', command, 'bash', process.execPath, 'dist/cli/main.js', problem, data, model],
        {
          encoding: 'utf8',
        },
      );
    expect(shell('"$1" "$2" solve <(sleep 0.2; cat "$3") --stages sm --json --quiet')).toContain('"sm"');
    expect(shell('"$1" "$2" solve <(gzip -c "$3") --stages sm --json --quiet')).toContain('"sm"');
    expect(shell('cat "$4" | "$1" "$2" evaluate "$5" --data /dev/stdin --json')).toContain('"accuracy": 1');
  });
});

describe('IDX files', () => {
  const { images, labels } = twoImages;
  let number = 0;
  const folderOf = (imageBytes: string | Uint8Array, labelBytes: string | Uint8Array): string => {
    const path = join(folder, `idx-${number++}`);
    mkdirSync(path);
    write(path, 'train-images-idx3-ubyte', imageBytes);
    write(path, 'train-labels-idx1-ubyte', labelBytes);
    return path;
  };

  it.each(contents)('that are %s', async (_name, content) => {
    expect(await refuses(['train', '--data', folderOf(content, labels), '--out', out])).toContain(
      'train-images',
    );
    expect(await refuses(['train', '--data', folderOf(images, content), '--out', out])).toContain(
      'train-labels',
    );
  });

  it('of one class, or one image, are enough to evaluate', async () => {
    const four = folderOf(
      Buffer.concat([idxHeader(2051, 4, 1, 2), Buffer.from([9, 1, 8, 0, 1, 9, 0, 8])]),
      Buffer.concat([idxHeader(2049, 4), Buffer.from([3, 3, 5, 5])]),
    );
    const trained = join(folder, 'idx-model');
    const done = await fewbit(['train', '--data', four, '--out', trained, '--hidden', 'none', '--quiet']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const one = folderOf(
      Buffer.concat([idxHeader(2051, 1, 1, 2), Buffer.from([9, 2])]),
      Buffer.concat([idxHeader(2049, 1), Buffer.from([3])]),
    );
    const evaluated = await runHere(['evaluate', trained, '--data', one, '--json']);
    expect(JSON.parse(evaluated.stdout)).toMatchObject({ accuracy: 1, images: 1 });
  });
});

describe('files with some bytes changed', () => {
  afterEach(() => write(folder, 'changed.file', ''));
  const texts: [name: string, text: () => string, args: (path: string) => string[]][] = [
    [
      'a problem',
      () => JSON.stringify(tinyProblem),
      (path) => ['export', path, '--stage', 'sm', '--format', 'lp'],
    ],
    [
      'a solution',
      () => readFileSync(solution, 'utf8'),
      (path) => ['export', problem, '--stage', 'mm', '--format', 'lp', '--solution', path],
    ],
    ['a table', () => table, (path) => ['problem', '--data', path, '--classes', 'x,y']],
    ['a table to judge', () => table, (path) => ['evaluate', model, '--data', path, '--json']],
  ];
  it.each(texts)('%s: read, or one line', async (_name, text, args) => {
    const good = Buffer.from(text());
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.nat(4),
        fc.uint8Array({ maxLength: 4 }),
        async (at, cut, bytes) => {
          const changed = Buffer.concat([good.subarray(0, at), bytes, good.subarray(at + cut)]);
          const path = write(folder, 'changed.file', changed);
          const { code, stdout, stderr } = await runHere(args(path));
          expect([0, 2]).toContain(code);
          if (code === 0) expect(stderr).toBe('');
          else {
            expect(stdout).toBe('');
            expect(stderr).toMatch(/^fewbit: [^\n]+\n$/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('memory', () => {
  it.runIf(process.platform === 'linux')('stays bounded while a gigabyte is refused', async () => {
    const path = write(folder, 'bomb.gz', bomb);
    const figures = join(folder, 'figures');
    const note = `process.on('exit',()=>require('fs').writeFileSync(${JSON.stringify(figures)},String(process.resourceUsage().maxRSS)))`;
    const hook = write(folder, 'hook.cjs', note);
    // A text, a model, a table and a second table: the four ways of reading.
    for (const [, args] of [entrances[0], entrances[5], entrances[6], entrances[8]]) {
      const ended = await fewbit(args(path), { NODE_OPTIONS: `--require ${hook}` });
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(Number(readFileSync(figures, 'utf8')) / 1024).toBeLessThan(1100);
    }
  });
});
