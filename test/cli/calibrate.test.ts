import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { millionthsByTheBook } from '../ensemble/model/independent-reader.js';
import { runHere } from './in-process.js';
import { quick, table, temporaryFolder, write } from './support.js';

const folder = temporaryFolder();
/** 24 rows of two classes, of which x alone does not say which. */
const rows = Array.from(
  { length: 24 },
  (_, k) => [k % 12, (k * 5) % 7, k % 12 > 5 !== (k % 8 === 3)] as const,
);
const text = `x,y,label\n${rows.map(([x, y, ill]) => `${x},${y},${ill ? 'ill' : 'well'}`).join('\n')}\n`;
const data = write(folder, 'two.csv', text);
const train = (out: string, ...more: string[]) =>
  runHere([
    ...['train', '--data', data, '--hidden', 'none', ...quick.slice(2), '--seed', '3'],
    ...['--out', join(folder, out), '--quiet', '--no-report', ...more],
  ]);
const model = (out: string) => readFileSync(join(folder, out, 'model.json'), 'utf8');

beforeAll(async () => {
  for (const kind of ['isotonic', 'platt']) {
    const { code, stderr } = await train(kind, '--calibrate', kind);
    expect([code, stderr]).toEqual([0, '']);
  }
});

describe.each(['isotonic', 'platt'])('--calibrate %s', (kind) => {
  it('is in the model, and changes nothing else of it', async () => {
    const { calibration, checksum, ...rest } = JSON.parse(model(kind));
    expect(calibration).toMatchObject({ kind, folds: 5, seed: 3 });
    await train(`${kind}-bare`);
    const { checksum: other, ...bare } = JSON.parse(model(`${kind}-bare`));
    expect(rest).toEqual(bare);
    expect(checksum).not.toBe(other);
  });

  it('is what predict, the library and another reader of the block say of every row', async () => {
    const [path, block] = [join(folder, kind), model(kind)];
    const classifier = EnsembleClassifier.load(model(kind));
    const asked = await runHere(['predict', path, '--data', data, '--score', '--probability']);
    const [head, ...lines] = asked.stdout.trimEnd().split('\n');
    expect(head).toBe('row,label,score:ill,score:well,probability:ill,probability:well');
    expect(lines).toHaveLength(24);
    const json = (await runHere(['predict', path, '--data', data, '--json', '--probability'])).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).probabilities as number[]);
    for (const [row, line] of lines.entries()) {
      const fields = line.split(',');
      const first = millionthsByTheBook(block, BigInt(fields[2]));
      const said = [first, 1_000_000n - first].map((p) => Number(p) / 1e6);
      expect(fields.slice(4)).toEqual(said.map((p) => p.toFixed(6)));
      expect(json[row]).toEqual(said);
      expect(classifier.probabilities(rows[row].slice(0, 2) as number[])).toEqual(said);
    }
  });

  it('is taken anew by --resume, and the same', async () => {
    const before = model(kind);
    const again = await train(kind, '--calibrate', kind, '--resume');
    expect([again.code, model(kind)]).toEqual([0, before]);
    const shape = kind === 'platt' ? 'a logistic curve' : '\\d+ steps?';
    const line = `^probabilities +${kind}: ${shape}, of 24 rows that 5 more trainings held out$`;
    expect(again.stdout).toMatch(new RegExp(line, 'm'));
  });

  it('is explained: points by probability, of the model and of a row', async () => {
    const path = join(folder, kind);
    const text = (await runHere(['explain', path])).stdout;
    expect(text).toContain('Probability of ill');
    expect(text).toMatch(/points above the threshold, from .*probability/);
    const document = JSON.parse((await runHere(['explain', path, '--json'])).stdout);
    expect(document.calibration).toEqual(JSON.parse(model(kind)).calibration);
    const row = await runHere(['explain', path, '--data', data, '--row', '5', '--json']);
    const { stdout } = await runHere(['predict', path, '--data', data, '--json', '--probability']);
    const asked = JSON.parse(stdout.split('\n')[5]);
    expect(JSON.parse(row.stdout).probabilities).toEqual(asked.probabilities);
    const why = await runHere(['explain', path, '--data', data, '--row', '5']);
    expect(why.stdout).toMatch(/Probabilities: ill [\d.]+ %, well [\d.]+ %\./);
  });

  it('does not go along with a conversion, which says so', async () => {
    const { code, stderr } = await runHere([
      'convert',
      join(folder, kind),
      '--to',
      'js',
      '--out',
      join(folder, `${kind}-js`),
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('note: ');
    expect(stderr).toContain('the probabilities of the model do not go along');
  });
});

describe('--calibrate', () => {
  it('is refused before anything is trained where there is no score to follow', async () => {
    const three = write(folder, 'three.csv', table);
    const out = join(folder, 'never');
    const args = ['train', '--data', three, ...quick, '--out', out, '--calibrate', 'platt'];
    const refused = await runHere(args);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toBe(
      'fewbit: calibrate: for two classes, but there are 3; of more there are votes, and no probabilities\n',
    );
    const few = write(folder, 'few.csv', 'x,label\n1,a\n2,b\n3,a\n');
    const small = await runHere(['train', '--data', few, ...quick, '--out', out, '--calibrate', 'isotonic']);
    expect(small.code).toBe(2);
    expect(small.stderr).toMatch(/^fewbit: calibrate: .*\n$/);
    expect((await train('never', '--calibrate', 'spline')).stderr).toContain("'--calibrate <how>'");
    expect((await train('never', '--calibrate', 'platt', '--part', '1/1')).code).toBe(2);
    expect(existsSync(out)).toBe(false);
  });

  it('is missed by --probability with a line that says where it comes from', async () => {
    await train('bare');
    const asked = await runHere(['predict', join(folder, 'bare'), '--data', data, '--probability']);
    expect(asked).toMatchObject({ code: 2, stdout: '' });
    expect(asked.stderr).toContain('--probability: the model has no probabilities; fewbit train --calibrate');
  });
});
