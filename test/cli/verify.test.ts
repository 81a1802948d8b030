import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fewbit, start, temporaryFolder, write } from './support.js';

const folder = temporaryFolder();

/** One neuron over 30 inputs and 40 samples: too large to enumerate, and for a search over its weights. */
const rows = Array.from({ length: 40 }, (_, k) =>
  Array.from({ length: 30 }, (_, i) => Math.floor(Math.sin(k * 31 + i * 17 + k * i) * 9)),
);
const hard = {
  format: 'fewbit-problem',
  version: 1,
  layers: [30, 1],
  weightBound: 1,
  epsilon: 0.1,
  samples: rows,
  labels: rows.map((_, k) => (k % 2 === 0 ? 1 : -1)),
};
const problem = write(folder, 'hard.problem.json', JSON.stringify(hard));

function solution(name: string, stage: object): string {
  const stages = [
    { stage: 'sm', status: 'unknown', stopReason: 'time-limit', objective: null, bound: null, ...stage },
  ];
  return write(
    folder,
    name,
    JSON.stringify({ format: 'fewbit-solution', version: 1, stages, network: null }),
  );
}

const open = solution('open.json', { bound: 33 });
const shown = solution('shown.json', { bound: 40 });
const proofOf = (claim: number | string, method: string) =>
  `fewbit-proof 1\nstage sm\nclaim ${claim}\nmethod ${method}\nend\n`;
/** Five lines that ask for some twenty minutes. */
const endless = write(folder, 'endless.proof', proofOf(33, 'interval'));

describe('the three outcomes of fewbit verify', () => {
  it('are valid, unproved and not valid, in the first line and in the exit code', async () => {
    const good = await fewbit(['verify', problem, shown]);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toMatch(/^valid: everything is shown\n/);
    const unproved = await fewbit(['verify', problem, open]);
    expect(unproved).toMatchObject({ code: 0, stderr: '' });
    expect(unproved.stdout).toMatch(/^unproved: .*sm: bound 33\n/);
    const bad = await fewbit(['verify', problem, solution('bad.json', { bound: -1 })]);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/^not valid\n/);
  });

  it('are told apart by --json, and by --require-proof', async () => {
    for (const [file, proved, code] of [
      [shown, true, 0],
      [open, false, 1],
    ] as const) {
      const json = await fewbit(['verify', problem, file, '--json', '--require-proof']);
      expect(json.code).toBe(code);
      expect(JSON.parse(json.stdout)).toMatchObject({ valid: true, proved, stages: [{ stage: 'sm' }] });
    }
  });

  it.each(['trivial', 'enumerate', 'interval', 'tree'])(
    'never has SM infeasible, by %s or without a proof',
    async (method) => {
      const none = solution('none.json', { status: 'infeasible', stopReason: 'proved' });
      for (const claim of ['none', 40, -1, 31]) {
        const proof = write(folder, `none-${method}.proof`, proofOf(claim, method));
        const { code, stdout } = await fewbit(['verify', problem, none, '--proof', proof, '--json']);
        expect(code).toBe(1);
        expect(JSON.parse(stdout)).toMatchObject({
          valid: false,
          proved: false,
          stages: [{ boundHolds: false }],
        });
      }
      expect((await fewbit(['verify', problem, none])).code).toBe(1);
    },
  );
});

describe('fewbit verify --time-limit', () => {
  it('ends a proof that asks for twenty minutes, with what is known by then', async () => {
    const began = performance.now();
    const { code, stdout } = await fewbit([
      'verify',
      problem,
      open,
      '--proof',
      endless,
      '--time-limit',
      '4',
      '--json',
    ]);
    expect((performance.now() - began) / 1000).toBeLessThan(10); // 4.2 on a machine of one's own
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: true,
      proved: false,
      unproved: ['sm: bound 33', 'the proof'],
      stages: [{ stage: 'sm', boundHolds: null, reason: 'not decided within the time limit' }],
      stopped: 'time-limit',
    });
  });

  it('never ends in proved where a proof is not replayed, and refutes what is refuted', async () => {
    const args = ['--proof', endless, '--time-limit', '4'];
    const text = await fewbit(['verify', problem, shown, ...args]);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^unproved: .*within the time limit: the proof\n/);
    expect((await fewbit(['verify', problem, shown, ...args, '--require-proof'])).code).toBe(1);
    const wrong = solution('wrong.json', { bound: 33, gap: 0 });
    expect((await fewbit(['verify', problem, wrong, ...args])).code).toBe(1);
  });

  it('of nothing leaves everything open', async () => {
    const { code, stdout } = await fewbit(['verify', problem, shown, '--time-limit', '0', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, proved: false, stopped: 'time-limit' });
  });

  it('changes nothing where it is not needed', async () => {
    const { stdout } = await fewbit(['verify', problem, shown, '--time-limit', '60', '--json']);
    expect(stdout).toBe((await fewbit(['verify', problem, shown, '--json'])).stdout);
  });

  it.skipIf(process.platform === 'win32')('is not the only way out: Ctrl-C is one', async () => {
    const run = start(['verify', problem, open, '--proof', endless]);
    setTimeout(() => run.child.kill('SIGINT'), 1500);
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/interrupted before the check/);
  });
});

describe('a proof in gzip', () => {
  const text = proofOf(40, 'trivial');
  const lie = proofOf(39, 'trivial');
  const halves = [gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))];
  /** What is read of a refused proof is thrown away: gigabytes of it take time, not memory. */
  const flood = (head: string, byte: string) =>
    Buffer.concat([gzipSync(head), gzipSync(Buffer.alloc(2 ** 27, byte))]);

  it.each([
    ['true', text, gzipSync(text), 0],
    ['of several members', text, Buffer.concat(halves), 0],
    ['with zeros after it', text, Buffer.concat([gzipSync(text), Buffer.alloc(512)]), 0],
    ['false', lie, gzipSync(lie), 1],
    ['empty', '', gzipSync(''), 1],
    ['cut off', text.slice(0, 40), gzipSync(text.slice(0, 40)), 1],
    ['no proof at all', 'nope\n', gzipSync('nope\n'), 1],
    ['no proof at all, and large', 'nope\n', flood('nope\n', 'x'), 1],
    ['followed by empty lines', `${text}\n\n`, flood(text, '\n'), 1],
    ['followed by a line without an end', `${text}xxxx`, flood(text, 'x'), 1],
  ])('gets the verdict of the plain one: %s', async (name, plain, packed, code) => {
    const at = (file: string) => ['verify', problem, shown, '--proof', join(folder, file), '--json'];
    write(folder, `${name}.proof`, plain);
    write(folder, `${name}.proof.gz`, packed);
    write(folder, `${name}.other`, packed);
    const expected = await fewbit(at(`${name}.proof`));
    expect(expected.code).toBe(code);
    for (const file of [`${name}.proof.gz`, `${name}.other`]) {
      const judged = await fewbit(at(file), { NODE_OPTIONS: '--max-old-space-size=64' });
      expect(judged.code).toBe(code);
      expect(JSON.parse(judged.stdout).proved).toBe(code === 0);
      expect(JSON.parse(judged.stdout).faults?.length).toBe(JSON.parse(expected.stdout).faults?.length);
    }
  });

  it.each([
    ['truncated', gzipSync(text).subarray(0, -6)],
    ['with another checksum', gzipSync(text).fill(7, gzipSync(text).length - 8)],
    ['with something else after it', Buffer.concat([gzipSync(text), Buffer.from('something else')])],
    ['not gzip', Buffer.from(text)],
  ])('is one line where the file is damaged: %s', async (name, bytes) => {
    const file = write(folder, `${name}.proof.gz`, bytes);
    const { code, stdout, stderr } = await fewbit(['verify', problem, shown, '--proof', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^fewbit: .*\.proof\.gz: .*gzip file.*\n$/);
  });
});
