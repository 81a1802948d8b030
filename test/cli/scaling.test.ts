import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fewbit, temporaryFolder, write } from './support.js';

/* Numbers that change are named: the scaling in every output and in the model, what it merges, what no double holds. */

const folder = temporaryFolder();
const out = (name: string) => join(folder, name);
const single = ['--hidden', 'none', '--workers', '0', '--no-report'];
const modelOf = (name: string) => JSON.parse(readFileSync(join(folder, name, 'model.json'), 'utf8'));

// Rows told apart by a difference of 10 in 19000.
const wide = write(
  folder,
  'wide.csv',
  'w,x,y,z,label\n5000,5010,200,19000,up\n7000,7012,18000,700,up\n12000,12011,400,900,up\n16000,16010,3000,20,up\n' +
    '5010,5000,200,19000,down\n7012,7000,18000,700,down\n12011,12000,400,900,down\n16010,16000,3000,20,down\n',
);

describe('fewbit train', () => {
  it('leaves whole numbers in 16 bits alone, and says so', async () => {
    const args = ['train', '--data', wide, ...single];
    const { code, stdout, stderr } = await fewbit([...args, '--out', out('wide')]);
    expect(code).toBe(0);
    expect(stdout).toContain('train accuracy    100.0 % of 8 samples');
    expect(stdout).toMatch(/^scaling {11}none: whole numbers are read as they are \(chosen by auto\)/m);
    expect(stdout).toMatch(/^confidence {8}1; a single neuron is asked for the right answer$/m);
    expect(stderr.match(/^note: .{8}/gm)).toEqual(['note: --hidden']); // nothing of the scaling
    expect(modelOf('wide')).toMatchObject({ scaling: { kind: 'identity' }, training: { confidence: 1 } });
    const json = await fewbit([...args, '--json', '--quiet', '--out', out('json')]);
    expect(JSON.parse(json.stdout).scaling).toMatchObject({ mode: 'auto', kind: 'identity', merged: [] });
  });

  it('scales where it is asked to, and says what has become equal', async () => {
    const args = ['train', '--data', wide, ...single, '--scaling', 'range', '--out', out('range')];
    const { code, stdout, stderr } = await fewbit([...args, '--json']);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: the scaling makes different values equal \(column "w": 8 become 5, column "x": /m,
    );
    expect(JSON.parse(stdout).scaling).toMatchObject({
      mode: 'range',
      kind: 'centred',
      merged: [{ name: 'w', values: 8, integers: 5 }, { name: 'x' }],
    });
    expect(modelOf('range').training.scaling).toBe('range');
    const order = [
      'train',
      '--data',
      wide,
      ...single,
      '--scaling',
      'quantile',
      '--out',
      out('quantile'),
      '--json',
    ];
    const result = await fewbit(order);
    expect(JSON.parse(result.stdout)).toMatchObject({
      trainAccuracy: 1,
      scaling: { kind: 'quantile', merged: [] },
    });
    const judged = await fewbit(['evaluate', out('quantile'), '--data', wide, '--json']);
    expect(JSON.parse(judged.stdout).accuracy).toBe(1);
  });

  it('refuses what none does not take, and modes that there are not', async () => {
    const half = write(folder, 'half.csv', 'a,b,label\n1,2,x\n1,2.5,y\n');
    const refused = await fewbit(['train', '--data', half, '--scaling', 'none', '--out', out('half')]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(
      /^fewbit: samples\[1\]\[1\] \(column "b"\): 2\.5 is no whole number [^\n]*\n$/,
    );
    const unknown = await fewbit(['train', '--data', half, '--scaling', 'best', '--out', out('half')]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('none, range, quantile, auto');
  });

  it('refuses whole numbers that no double holds, unless it is told to round', async () => {
    const text = 't,u,label\n9007199254740993,1,a\n9007199254740992,1,b\n';
    const big = write(folder, 'big.csv', text);
    const refused = await fewbit(['train', '--data', big, '--work-limit', '1000000', '--out', out('big')]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(
      /^fewbit: .*big\.csv: row 1 \(line 2\), column "t": "9007199254740993" [^\n]*\n$/,
    );
    const rounded = ['train', '--data', big, '--scaling', 'range', ...single, '--out', out('rounded')];
    const { code, stderr } = await fewbit(rounded);
    expect(code).toBe(0);
    expect(stderr).toContain('note: ');
    expect(stderr).toContain('column "t": 1 whole numbers beyond 2^53 are rounded to the nearest double');
    const judged = await fewbit(['evaluate', out('rounded'), '--data', big, '--json']);
    expect(judged.code).toBe(0);
    const other = await fewbit(['evaluate', out('wide'), '--data', big, '--json']);
    expect(other.code).toBe(2);
  });
});

describe('a single neuron on 0/1 and +-1 tables', () => {
  // The class is that of the majority of the first three columns, which seven others hide.
  const rows = Array.from({ length: 24 }, (_, n) =>
    Array.from({ length: 11 }, (_, i) => (((n * 37 + i * i * 11) >> (i % 4)) ^ n) & 1),
  );
  const tableOf = (zero: number) =>
    `${rows[0].map((_, i) => `c${i}`).join()},label\n${rows
      .map((row) => {
        const label = row[0] + row[1] + row[2] > 1 ? 'yes' : 'no';
        return `${row.map((bit) => (bit ? 1 : zero)).join()},${label}`;
      })
      .join('\n')}\n`;

  it.each([0, -1])(
    'is right as often with SM before MM as a problem of its own kind can be (%i)',
    async (zero) => {
      const data = write(folder, `bits${zero}.csv`, tableOf(zero));
      const train = (name: string, ...more: string[]) =>
        fewbit(['train', '--data', data, ...single, '--json', '--quiet', ...more, '--out', out(name)]);
      const all = JSON.parse((await train(`bits${zero}`)).stdout);
      const [sm] = all.pairs[0].stages;
      // What SM counts is right, and what a single neuron can get right SM counts.
      expect(Math.round(all.trainAccuracy * 24)).toBeGreaterThanOrEqual(sm.objective);
      const high = JSON.parse((await train(`high${zero}`, '--confidence', '9')).stdout);
      expect(sm.objective).toBeGreaterThan(high.pairs[0].stages[0].objective);
      expect(modelOf(`high${zero}`).training.confidence).toBe(9);
    },
  );
});
