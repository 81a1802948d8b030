import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runHere } from './in-process.js';
import { quick, temporaryFolder, write } from './support.js';

const folder = temporaryFolder();

/** Age and work say what the label is; some of both is missing. */
const people = [
  'age,work,city,label',
  ...['25,Private,X,no', '31,State,X,no', '?,Private,X,no', '29,,X,no', '33,State,X,no', '28,Private,X,no'],
  ...['55,Self,X,yes', '61,Self,X,yes', '58,State,X,yes', '?,Self,X,yes', '66,?,X,yes', '70,State,X,yes'],
  '',
].join('\n');
const data = write(folder, 'people.csv', people);
const train = (out: string, ...more: string[]) =>
  runHere([
    'train',
    '--data',
    data,
    '--hidden',
    'none',
    ...quick.slice(2),
    '--out',
    join(folder, out),
    '--no-report',
    ...more,
  ]);

describe('a table with texts and missing values', () => {
  it('trains as it comes, says what became of its columns, and is judged and asked', async () => {
    const made = await train('people', '--json', '--quiet');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({
      scaling: { mode: 'auto', kind: 'encoded' },
      columns: [
        { name: 'age', kind: 'steps', distinct: 10, missing: 2 },
        {
          name: 'work',
          kind: 'category',
          distinct: 3,
          missing: 2,
          inputs: ['work = Private', 'work = Self', 'work = State', 'work missing'],
        },
        { name: 'city', kind: 'none', distinct: 1, missing: 0, inputs: [] },
      ],
      trainAccuracy: 1,
    });
    const model = join(folder, 'people');
    expect(JSON.parse(readFileSync(join(model, 'model.json'), 'utf8'))).toMatchObject({ version: 3 });
    const judged = await runHere(['evaluate', model, '--data', data, '--json']);
    expect(JSON.parse(judged.stdout)).toMatchObject({ accuracy: 1, images: 12 });
    const strange = write(folder, 'strange.csv', 'work,age,city\nRetired,64,Y\n?,22,\nPrivate,NA,X\n');
    const asked = await runHere(['predict', model, '--data', strange, '--certify']);
    expect(
      asked.stdout
        .split('\n')
        .slice(1, 3)
        .map((line) => line.split(',')[1]),
    ).toEqual(['yes', 'no']);
    expect(asked.stderr).toBe(
      `note: ${strange}: column "work": 1 row of levels that the training had not ("Retired"): none of its inputs is on\n`,
    );
  });

  it('says what became of the columns in a table', async () => {
    const { stdout } = await train(
      'said',
      '--encode',
      'age:at=40|50,work:levels=Private|State|Self',
      '--quiet',
    );
    expect(stdout).toMatch(/^age +10 +2 +2 thresholds, and one where it is missing$/m);
    expect(stdout).toMatch(/^work +3 +2 +3 levels in order, and one where it is missing$/m);
    expect(stdout).toMatch(/^city +1 +0 +nothing: it is constant$/m);
  });

  it('is refused where that is asked, and so are its values ever after', async () => {
    const refused = await train('never', '--missing', 'refuse');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`${data}: row 3 (line 4), column "age": missing value "?"`);
    const whole = write(
      folder,
      'whole.csv',
      people
        .split('\n')
        .filter((line) => !/\?|,,/.test(line))
        .join('\n'),
    );
    const model = join(folder, 'whole');
    expect(
      (await runHere(['train', '--data', whole, '--missing', 'refuse', ...quick, '--out', model, '--quiet']))
        .code,
    ).toBe(0);
    const asked = await runHere(['predict', model, '--data', data]);
    expect(asked.stderr).toContain(`${data}: row 3 (line 4), column "age": missing value "?"`);
  });

  it('goes on, is cross-validated, and holds out rows', async () => {
    expect((await train('again', '--quiet')).code).toBe(0);
    const again = await train('again', '--resume', '--json', '--quiet');
    expect(JSON.parse(again.stdout)).toMatchObject({ trainAccuracy: 1 });
    const other = await train('again', '--resume', '--encode', 'range');
    expect(other.stderr).toContain('options.encode is not given in this run and "range" now');
    const held = await train('held', '--test-share', '0.3', '--quiet');
    expect(held.stdout).toMatch(/test accuracy/);
    const judged = await runHere([
      'evaluate',
      join(folder, 'held'),
      '--data',
      data,
      '--test-share',
      '0.3',
      '--json',
    ]);
    expect(JSON.parse(judged.stdout)).toMatchObject({ images: 4 });
    const folds = await runHere([
      'cv',
      '--data',
      data,
      '--hidden',
      'none',
      ...quick.slice(2),
      '--folds',
      '3',
      '--json',
      '--quiet',
    ]);
    expect(JSON.parse(folds.stdout)).toMatchObject({ rows: 12 });
  });

  it.each([
    [
      'a text among numbers',
      'a,label\n1,x\n2,y\n3.x,x\n',
      'row 3, column "a": "3.x" is not a number, as most of the column are',
    ],
    ['one class', 'a,label\nu,x\nv,x\n', 'at least two classes are needed'],
    ['constant columns alone', 'a,label\nu,x\nu,y\n', 'every one of them is constant'],
    ['empty columns alone', 'a,label\n,x\n?,y\n', 'every one of them is constant'],
  ])('is refused for %s', async (_, text, message) => {
    const bad = write(folder, 'bad.csv', text);
    const { code, stderr } = await runHere(['train', '--data', bad, ...quick, '--out', join(folder, 'bad')]);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(code).toBe(2);
  });
});
