import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { modelOf } from '../ensemble/support.js';
import { runHere } from './in-process.js';
import { fewbit, quick, table, temporaryFolder, write } from './support.js';

const folder = temporaryFolder();
const data = write(folder, 'table.csv', table);
const model = join(folder, 'run');
const hasCompiler = spawnSync('cc', ['--version']).error === undefined;

beforeAll(async () => {
  expect(await fewbit(['train', '--data', data, '--out', model, ...quick])).toMatchObject({ code: 0 });
});

interface Summary {
  readonly files: string[];
  readonly flashBytes: number | null;
  readonly checked: number;
  readonly mismatches: number;
}

async function convert(...args: string[]): Promise<Summary> {
  const ended = await runHere(['convert', model, ...args, '--json']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(ended.stdout) as Summary;
}

describe('fewbit convert', () => {
  it.each(['js', 'json', 'onnx'])('--to %s writes files that answer as the library does', async (to) => {
    const out = join(folder, to);
    const radius = to === 'onnx' ? [] : ['--radius'];
    const summary = await convert('--to', to, '--out', out, '--name', 'three', '--check', data, ...radius);
    expect(summary).toMatchObject({ target: to, flashBytes: null, checked: 12, mismatches: 0 });
    expect(readdirSync(out).sort()).toEqual([...summary.files].sort());
  });

  it('refuses what a target has not', async () => {
    for (const [to, option, ...value] of [
      ['js', '--optimise', 'speed'],
      ['json', '--decimals', '1'],
      ['onnx', '--radius'],
    ]) {
      const ended = await runHere([
        'convert',
        model,
        '--to',
        to,
        '--out',
        join(folder, 'no'),
        option,
        ...value,
      ]);
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toContain(`option ${option}: `);
      expect(existsSync(join(folder, 'no'))).toBe(false);
    }
  });
});

describe('fewbit convert --to c', () => {
  it.skipIf(!hasCompiler)('writes sources whose test program, flash and answers are as it says', async () => {
    const out = join(folder, 'c');
    const summary = await convert('--to', 'c', '--out', out, '--name', 'three', '--check', data, '--radius');
    expect(summary).toMatchObject({ target: 'c', checked: 12, mismatches: 0 });
    for (const file of summary.files) expect(existsSync(join(out, file)), file).toBe(true);
    expect(readdirSync(out).sort()).toEqual([
      'CMakeLists.txt',
      'library.properties',
      ...['three.c', 'three.h', 'three_test.c', 'zephyr'],
    ]);
    const program = join(folder, 'three');
    const built = spawnSync('cc', ['-o', program, join(out, 'three.c'), join(out, 'three_test.c')]);
    expect(built.stderr.toString()).toBe('');
    expect(spawnSync(program).status).toBe(0);
    const header = readFileSync(join(out, 'three.h'), 'utf8');
    expect(header).toContain('typedef int16_t three_input_t;');
    spawnSync('cc', ['-std=c99', '-Os', '-c', '-o', `${program}.o`, join(out, 'three.c')]);
    const [text, bytes] = spawnSync('size', [`${program}.o`])
      .stdout.toString()
      .split('\n')[1]
      .trim()
      .split(/\s+/)
      .map(Number);
    expect(summary.flashBytes).toBe(text + bytes);
    expect(header).toContain(`Flash ${text + bytes} bytes`);
  });

  it.skipIf(!hasCompiler)('refuses rows that its inputs cannot hold', async () => {
    const beyond = write(folder, 'beyond.csv', 'a,b,c,d,label\n1.5,2,3,4,x\n');
    const ended = await runHere([
      'convert',
      model,
      '--to',
      'c',
      '--out',
      join(folder, 'd'),
      '--check',
      beyond,
    ]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/beyond\.csv: row 0, column "a": 1\.5 is no whole number/);
  });

  it.skipIf(!hasCompiler)('names the rows that differ, and ends with 1', async () => {
    // A double next to a step, which float rounds to the other side: the only way to another answer.
    const step = -0.5 / 127;
    const value = Math.fround(step) > step ? step - 1e-15 : step + 1e-15;
    const weights = { layers: [1, 1], weightBound: 1, weights: [[[1]]] };
    const made = modelOf(['one', 'two'], [1, 1], 1, [weights]);
    const scaled = { ...made, columns: ['a'], scaling: { kind: 'centred', middle: [0], half: [1] } } as const;
    const file = write(folder, 'near.json', JSON.stringify(new EnsembleClassifier(scaled)));
    const rows = write(folder, 'near.csv', `a,label\n0.5,one\n${value},two\n`);
    const ended = await runHere([
      'convert',
      file,
      '--to',
      'c',
      '--out',
      join(folder, 'near'),
      '--check',
      rows,
      '--json',
    ]);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ checked: 2, mismatches: 1 });
    expect(ended.stderr).toMatch(
      /^mismatch: .*near\.csv, row 1: label "\w+" instead of "\w+"; the library .* in floats, which the model takes\n$/,
    );
  });

  it('refuses names that no source can have, and folders that cannot be', async () => {
    for (const name of ['9lives', 'a-b', 'int', '_x', 'a__b', 'main', 'é', '']) {
      const ended = await runHere([
        'convert',
        model,
        '--to',
        'c',
        '--out',
        join(folder, 'n'),
        '--name',
        name,
      ]);
      expect(ended.code, name).toBe(2);
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
      expect(existsSync(join(folder, 'n'))).toBe(false);
    }
    writeFileSync(join(folder, 'file'), '');
    const ended = await runHere(['convert', model, '--to', 'c', '--out', join(folder, 'file')]);
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.stderr).toContain('is a file, and a folder is needed');
  });

  it('refuses options that would do nothing', async () => {
    const ended = await runHere(['convert', model, '--to', 'c', '--out', folder, '--test', data]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('only with --check');
  });
});
