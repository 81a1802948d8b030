import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sfc32 } from '../../src/random.js';
import { haveInstances, instanceFolder } from '../support/instances.js';
import { checkVipr } from '../support/vipr-checker.js';
import { fewbit, temporaryFolder, tinyProblem, write } from './support.js';

const folder = temporaryFolder();
/** Too many inputs to be enumerated, so that the proofs have trees. */
const wide = {
  ...tinyProblem,
  layers: [16, 1],
  samples: Array.from({ length: 8 }, (_, k) =>
    Array.from({ length: 16 }, (_, i) => ((k + 2) * (i + 3)) % 11),
  ),
  labels: [1, 1, 1, 1, -1, -1, -1, -1],
};
const problem = write(folder, 'wide.problem.json', JSON.stringify(wide));
const solution = join(folder, 'wide.solution.json');
const proof = join(folder, 'wide.proof');
const solving = fewbit(['solve', problem, '--proof', proof, '--solution', solution, '--quiet']);

interface Verdict {
  valid: boolean;
  stages: { stage: string; boundHolds: boolean | null; reason?: string }[];
  faults?: string[];
}

async function verify(path: string): Promise<{ code: number | null; verdict: Verdict }> {
  const { code, stdout } = await fewbit(['verify', problem, solution, '--proof', path, '--json']);
  return { code, verdict: JSON.parse(stdout) as Verdict };
}

describe('fewbit solve --proof', () => {
  it('writes a file that verify accepts, whole and under its name only', async () => {
    const { code, stdout, stderr } = await solving;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Proof written to ${proof}\n`);
    const text = readFileSync(proof, 'utf8');
    expect(text).toMatch(/^fewbit-proof 1\nstage sm\n/);
    expect(text).toMatch(/\nmethod tree\n/);
    expect(text.endsWith('\nend\n')).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const judged = await verify(proof);
    expect(judged.verdict).toMatchObject({ valid: true });
    expect(judged.verdict.stages.map(({ stage, boundHolds }) => [stage, boundHolds])).toEqual([
      ['sm', true],
      ['mm', true],
      ['mw', true],
    ]);
    expect(judged.code).toBe(0);
  });

  it('does not change the solution', async () => {
    await solving;
    const { stdout } = await fewbit(['solve', problem, '--json', '--quiet']);
    const networks = (text: string) =>
      (JSON.parse(text) as { stages: { network: unknown }[] }).stages.map(({ network }) => network);
    expect(networks(readFileSync(solution, 'utf8'))).toEqual(networks(stdout));
  });

  it.skipIf(!haveInstances)(
    'says what a file shows where that is less than the bound',
    { timeout: 60_000 },
    async () => {
      const hard = join(instanceFolder, 'hard-m4v9n10-784x4x4x1-P1-MM.problem.json');
      const path = join(folder, 'hard.proof');
      const answer = join(folder, 'hard.solution.json');
      const args = ['--stages', 'mm', '--work-limit', '120000000', '--proof', path, '--solution', answer];
      const { code, stderr } = await fewbit(['solve', hard, ...args, '--quiet']);
      expect(code).toBe(0);
      const [mm] = (JSON.parse(readFileSync(answer, 'utf8')) as { stages: Record<string, number>[] }).stages;
      expect(stderr).toBe(
        `${path}: shows ${mm.provedBound} for mm; that ${mm.bound} is a bound was not shown within the limits\n`,
      );
      const judged = await fewbit(['verify', hard, answer, '--proof', path, '--json']);
      expect(judged.code).toBe(0);
      expect(JSON.parse(judged.stdout)).toMatchObject({ valid: true, stages: [{ boundHolds: null }] });
    },
  );

  it.each(['highs', 'brute'])('is refused for engine %s', async (engine) => {
    const path = join(folder, `${engine}.proof`);
    const { code, stderr } = await fewbit(['solve', problem, '--engine', engine, '--proof', path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`--proof: engine ${engine} writes no proofs.*\\n$`));
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('names a path where no file can be', async () => {
    const path = join(folder, 'nowhere', 'a.proof');
    const { code, stderr } = await fewbit(['solve', problem, '--proof', path, '--quiet']);
    expect(code).toBe(2);
    expect(stderr).toContain(`${path}: there is no folder ${join(folder, 'nowhere')}`);
  });
});

describe('fewbit verify --proof', () => {
  it('reads a compressed file', async () => {
    await solving;
    const path = write(folder, 'wide.proof.gz', gzipSync(readFileSync(proof)));
    expect((await verify(path)).verdict.valid).toBe(true);
    const broken = write(folder, 'broken.proof.gz', readFileSync(proof));
    const { code, stderr } = await fewbit(['verify', problem, solution, '--proof', broken]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${broken}: is not a gzip file`);
  });

  it('ends with 1 and says which line is wrong', async () => {
    await solving;
    const lines = readFileSync(proof, 'utf8').split('\n');
    const at = lines.indexOf('stage mm') + 4; // stage, keep, claim, method, and the first record
    lines[at] = 'l';
    const { code, verdict } = await verify(write(folder, 'wrong.proof', lines.join('\n')));
    expect(code).toBe(1);
    expect(verdict.valid).toBe(false);
    const [sm, mm, mw] = verdict.stages;
    expect([sm.boundHolds, mm.boundHolds, mw.boundHolds]).toEqual([true, false, true]);
    expect(mm.reason).toContain(`proof, line ${at + 1}: the node's bound is `);
  });

  it('does not take a weaker claim for the bound', async () => {
    await solving;
    const { stages } = JSON.parse(readFileSync(solution, 'utf8')) as { stages: { bound: number }[] };
    const claim = Math.round(stages[1].bound * 10);
    const weaker = readFileSync(proof, 'utf8').replace(`claim ${claim}\n`, `claim ${claim + 10}\n`);
    const { code, verdict } = await verify(write(folder, 'weaker.proof', weaker));
    expect(code).toBe(1);
    expect(verdict.stages[1].boundHolds).toBe(false);
  });

  it('refuses what is no proof file, and a file of another problem', async () => {
    await solving;
    const no = await verify(write(folder, 'no.proof', JSON.stringify(wide)));
    expect(no.code).toBe(1);
    expect(no.verdict.faults).toEqual([expect.stringMatching(/^proof: line 1: not a proof file/)]);
    const empty = await verify(write(folder, 'empty.proof', ''));
    expect(empty.verdict.faults).toEqual(['proof: the file is empty']);
    const missing = await fewbit(['verify', problem, solution, '--proof', join(folder, 'missing.proof')]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('missing.proof: no such file or folder');
  });

  it('gives up a file of garbage at once, and a device', async () => {
    await solving;
    const random = sfc32(7);
    const bytes = Uint8Array.from({ length: 300_000 }, () => random() & 255);
    const { code, verdict } = await verify(write(folder, 'bytes.proof', bytes));
    expect(code).toBe(1);
    expect(verdict.valid).toBe(false);
    expect(verdict.faults).toEqual([expect.stringMatching(/^proof: line 1: [ -~]{10,200}$/)]);
    if (process.platform === 'win32') return;
    const device = await fewbit(['verify', problem, solution, '--proof', '/dev/zero']);
    expect(device).toMatchObject({ code: 2, stderr: 'fewbit: /dev/zero: is a device, not a file\n' });
  });
});

describe('fewbit solve --proof-format vipr', () => {
  it('writes the last stage as a certificate', async () => {
    const path = join(folder, 'wide.vipr');
    const { code, stdout, stderr } = await fewbit([
      'solve',
      problem,
      '--stages',
      'sm,mm',
      '--proof',
      path,
      '--proof-format',
      'vipr',
      '--quiet',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Proof written to ${path}\n`);
    const { stages } = JSON.parse(
      (await fewbit(['solve', problem, '--stages', 'sm,mm', '--json', '--quiet'])).stdout,
    );
    const [bound, reached] = checkVipr(readFileSync(path, 'utf8'));
    expect([Number(bound), Number(reached)]).toEqual([
      -Math.round(10 * stages[1].bound),
      -Math.round(10 * stages[1].objective),
    ]);
    const judged = await verify(path);
    expect(JSON.stringify(judged.verdict)).toMatch(/certificate of VIPR/);
  });

  it('refuses by name, and leaves no file', async () => {
    const path = join(folder, 'refused.vipr');
    const deep = write(folder, 'deep.problem.json', JSON.stringify({ ...wide, layers: [16, 2, 1] }));
    const asked = ['--proof', path, '--proof-format', 'vipr', '--quiet'];
    const refused = async (...args: string[]) => {
      const { code, stderr } = await fewbit(['solve', ...args]);
      expect(code, stderr).toBe(2);
      expect(readdirSync(folder).filter((name) => name.includes('refused'))).toEqual([]);
      return stderr;
    };
    expect(await refused(deep, '--stages', 'mm', ...asked)).toBe(
      "fewbit: option --proof-format vipr: mm: a tree of more than 20000 boxes over the model's columns (line 5 of the proof) has no derivation\n",
    );
    expect(await refused(problem, '--proof-format', 'vipr')).toMatch(/needs --proof, the file to write/);
    const limited = write(folder, 'limited.problem.json', JSON.stringify({ ...wide, maxNonzero: 3 }));
    expect(await refused(limited, ...asked)).toMatch(/maxNonzero has no derivation/);
  });
});
