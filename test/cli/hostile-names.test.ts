import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fewbit, quick, temporaryFolder, write } from './support.js';

/*
 * Names that would act on a terminal or a page, in data that is otherwise fine: class names, column names, file names, and
 * labels that the model does not know.
 */

const folder = temporaryFolder();
const names = ['\x1b[31mred\x1b[8m', 'left\u202egnp.exe', '<script>alert(1)</script>', 'two\nlines\r\x07'];
const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
const rows = names.flatMap((name, at) =>
  [0, 1, 2].map((k) => [...names.map((_, c) => (c === at ? 9 - k : k)), quote(name)].join(',')),
);
const header = [...['a\u2028b', '\x9b1mc', '\u200b', "d'>"].map(quote), 'label'].join(',');
const tableFile = write(folder, 'names.csv', `${[header, ...rows].join('\n')}\n`);
const strangers = write(
  folder,
  'strangers.csv',
  `${[header, ...rows, `1,1,1,1,${quote('\x1b[2Jwho\u2066')}`].join('\n')}\n`,
);
const out = join(folder, 'run\x1b[31m\u202e');

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ACTS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/;

describe('hostile names', () => {
  it('reach standard output, standard error and the report only as escapes', async () => {
    const args = ['train', '--data', tableFile, '--test', strangers, '--out', out, ...quick];
    const trained = await fewbit(args);
    expect(trained.code).toBe(0);
    expect(trained.stdout).not.toMatch(ACTS);
    expect(trained.stderr).not.toMatch(ACTS);
    expect(trained.stderr).toContain('\\u001b[31mred');
    expect(trained.stdout).toContain(
      'labels that the model does not know, and count as wrong: "\\u001b[2Jwho\\u2066" (1)',
    );
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).not.toMatch(ACTS);
    expect(page).not.toContain('<script>');
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain('left\\u202egnp.exe');
  });

  it('are the same names in JSON, and act nowhere', async () => {
    const report = join(folder, 'evaluation.html');
    const args = ['evaluate', out, '--data', strangers];
    const shown = await fewbit([...args, '--report', report]);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).not.toMatch(ACTS);
    expect(readFileSync(report, 'utf8')).not.toMatch(ACTS);
    const { code, stdout } = await fewbit([...args, '--json', '--certify']);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(ACTS);
    expect(JSON.parse(stdout)).toMatchObject({
      images: 13,
      correct: 12,
      labels: [...names].sort(),
      unknownLabels: [{ label: '\x1b[2Jwho\u2066', images: 1 }],
    });
  });

  it('are cut in messages', async () => {
    const long = write(folder, 'long.csv', `a,label\n1,${'n'.repeat(900)}\n2,y\n`);
    const { code, stderr } = await fewbit([
      'train',
      '--data',
      long,
      '--classes',
      'y,z',
      '--out',
      join(folder, 'x'),
    ]);
    expect(code).toBe(2);
    expect(stderr).toBe(`fewbit: classes: no class "z"; there are "${'n'.repeat(39)}…", "y"\n`);
  });

  it('are escapes in usage errors too', async () => {
    for (const args of [
      ['\x1b[31m\u202e'],
      ['solve', 'p', '--\x1b[31m\u202e'],
      ['solve', 'p', '--seed', '\x1b[31m\u202e'],
      ['fetch', '\x1b[31m\u202e'],
      ['problem', '--data', 'digits', '--classes', '1,\x1b[31m\u202e'],
      ['solve', 'p', '--stages', 'sm,\x1b[31m\u202e'],
    ]) {
      const { code, stdout, stderr } = await fewbit(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^fewbit: [^\n]*\\u001b\[31m\\u202e[^\n]*\n$/);
      expect(stderr).not.toMatch(ACTS);
    }
  });
});
