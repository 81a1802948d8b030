import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.js';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { runHere } from './in-process.js';
import { bin, fewbit, quick, table, temporaryFolder, write } from './support.js';

const folder = temporaryFolder();
const model = join(folder, 'model');
const data = write(folder, 'data.csv', table);
const rows = parseCsv(table);
let classifier: EnsembleClassifier;

beforeAll(async () => {
  const ended = await runHere(['train', '--data', data, ...quick, '--out', model, '--quiet', '--no-report']);
  expect(ended.stderr).toBe('');
  classifier = EnsembleClassifier.load(readFileSync(join(model, 'model.json'), 'utf8'));
});

const rowAt = (row: number) => Array.from(rows.samples.values.subarray(row * 4, row * 4 + 4));
const predict = (...args: string[]) => runHere(['predict', model, ...args]);

describe('fewbit predict', () => {
  it('says of every row what the library says', async () => {
    const { stdout, code } = await predict('--data', data, '--votes', '--score', '--certify');
    expect(code).toBe(0);
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head).toBe('row,label,votes:x,votes:y,votes:z,score:x,score:y,score:z,radius');
    expect(lines).toHaveLength(12);
    for (const [row, line] of lines.entries()) {
      const { label, radius } = classifier.certify(rowAt(row));
      const votes = classifier.votes(rowAt(row));
      expect(line).toBe([row, label ?? '', ...votes, ...votes, radius ?? ''].join());
    }
    expect((await predict('--data', data)).stdout.split('\n')[1]).toBe(
      `0,${classifier.predictOne(rowAt(0))}`,
    );
  });

  it('writes a document a row with --json', async () => {
    const { stdout } = await predict('--data', data, '--json', '--certify', '--score');
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(answers[3]).toEqual({
      row: 3,
      ...JSON.parse(JSON.stringify(classifier.certify(rowAt(3)))),
      votes: classifier.votes(rowAt(3)),
      scores: classifier.votes(rowAt(3)),
    });
    expect(answers).toHaveLength(12);
  });

  it('finds columns by name, in tables of every kind, without labels and with columns that it does not know', async () => {
    const plain = (await predict('--data', data)).stdout;
    const lines = table
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    const turned = lines.map(([a, b, c, d], n) => [d, n === 0 ? 'more' : 'no, "thing"', b, a, c]);
    const quote = (field: string) => (/[,"]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
    for (const [name, sign] of [
      ['c.csv', ','],
      ['t.tsv', '\t'],
      ['s.csv', ';'],
      ['b.txt', '|'],
    ] as const) {
      const text = `\ufeff${turned.map((fields) => fields.map(quote).join(sign)).join('\r\n')}`;
      const { stdout, stderr } = await predict('--data', write(folder, name, gzipSync(text)));
      expect(stdout).toBe(plain);
      expect(stderr).toContain('not read, as the model has no such columns: "more"');
    }
    const two = write(folder, 'two.csv', turned.map((fields) => fields.map(quote).join(';')).join('\n'));
    expect(await predict('--data', two, '--delimiter', ',')).toMatchObject({
      code: 2,
      stdout: '',
    });
  });

  it('gives back what names the rows, quoted where it has to be', async () => {
    const named = write(folder, 'named.csv', 'who,a,b,c,d\n"x, ""y""",9,1,0,1\n,1,9,0,1\n');
    const { stdout } = await predict('--data', named, '--id', 'who');
    const [x, y] = [classifier.predictOne([9, 1, 0, 1]), classifier.predictOne([1, 9, 0, 1])];
    expect(stdout).toBe(`row,label,id:who\n0,${x},"x, ""y"""\n1,${y},\n`);
  });

  it.each([
    ['a,b,c,d\n1,2,3,4\n1,2,x,4\n', 'row 2 (line 3), column "c": "x" is not a number'],
    ['a,b,c,d\n1,2,3\n', 'line 2 (row 1): 3 fields, the header has 4'],
    ['a,b,c\n1,2,3\n', 'no column named "d", which the model has'],
    ['', 'empty, not even a header'],
    ['a,b,c,d\n1,2,"3,4\n', 'line 2: a quote is opened and never closed'],
  ])('writes no file for %j', async (text, message) => {
    const bad = write(folder, 'bad.csv', text);
    const out = join(folder, 'out.csv');
    const { code, stderr, stdout } = await predict('--data', bad, '--out', out);
    expect(stderr).toContain(`${bad}: ${message}`);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect([code, stdout, existsSync(out)]).toEqual([2, '', false]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('answers a table without rows with a header', async () => {
    const none = write(folder, 'none.csv', 'a,b,c,d\n');
    expect(await predict('--data', none)).toMatchObject({ code: 0, stdout: 'row,label\n' });
    const empty = write(folder, 'empty.csv', '');
    expect(await predict('--data', empty)).toMatchObject({ code: 2, stdout: '' });
  });

  it('reads standard input as it comes, and keeps nothing of it', async () => {
    const child = spawn(process.execPath, ['--max-old-space-size=48', bin, 'predict', model, '--data', '-']);
    let seen = 0;
    let last = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text.split('\n').length - 1;
      last = text;
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.stdin.write('a,b,c,d\n');
    const block = '9,1,0,1\n1,9,0,1\n'.repeat(5_000);
    for (let k = 0; k < 20; k++) {
      if (!child.stdin.write(block)) await new Promise((resolve) => child.stdin.once('drain', resolve));
    }
    child.stdin.end();
    expect(await ended).toBe(0);
    expect(seen).toBe(200_001);
    expect(last.trimEnd().split('\n').at(-1)).toBe(`199999,${classifier.predictOne([1, 9, 0, 1])}`);
  });

  it('takes what evaluate takes', async () => {
    const digits = join(folder, 'digits');
    const options = [
      '--shots',
      '2',
      '--classes',
      '1,7',
      '--hidden',
      'none',
      ...quick.slice(2),
      '--quiet',
      '--no-report',
    ];
    await runHere(['train', '--data', 'digits', ...options, '--out', digits]);
    const { stdout, code } = await runHere(['predict', digits, '--data', 'digits']);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(8001);
  });
});

describe('--label, --drop and --id', () => {
  it('are remembered by the model', async () => {
    const text = table
      .replace('a,b,c,d,label', 'a,b,junk,d,kind')
      .replace(/^/gm, 'n,')
      .replace('n,a', 'who,a');
    const file = write(folder, 'named-table.csv', text.replace(/\nn,$/, '\n'));
    const out = join(folder, 'remembers');
    const shape = ['--label', 'kind', '--drop', 'junk', '--id', 'who'];
    const made = await runHere([
      'train',
      '--data',
      file,
      ...shape,
      ...quick,
      '--out',
      out,
      '--quiet',
      '--no-report',
    ]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const saved = JSON.parse(readFileSync(join(out, 'model.json'), 'utf8')) as object;
    expect(saved).toMatchObject({ columns: ['a', 'b', 'd'], labelColumn: 'kind', dropped: ['junk', 'who'] });
    expect((await runHere(['evaluate', out, '--data', file])).code).toBe(0);
    const bare = write(folder, 'bare.csv', 'd,b,a,kind\n1,1,9,x\n');
    expect(await runHere(['evaluate', out, '--data', bare, '--json'])).toMatchObject({ code: 0, stderr: '' });
    expect(await runHere(['predict', out, '--data', file])).toMatchObject({ code: 0, stderr: '' });
  });

  it('name what is not there', async () => {
    for (const [flag, value] of [
      ['--label', 'kind'],
      ['--drop', 'kind'],
      ['--id', 'kind'],
    ]) {
      const ended = await fewbitRefusal([flag, value]);
      expect(ended.stderr).toContain(
        `${data}: no column named "kind" in the header ("a", "b", "c", "d", ...`.slice(0, -4),
      );
      expect(ended.code).toBe(2);
    }
    expect((await fewbitRefusal(['--delimiter', 'x'])).stderr).toContain('--delimiter');
    expect((await fewbit(['predict', model, '--data', join(folder, 'no.csv')])).code).toBe(2);
  });
});

function fewbitRefusal(more: readonly string[]) {
  return runHere(['train', '--data', data, ...more, '--out', join(folder, 'never')]);
}
