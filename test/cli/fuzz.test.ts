import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filledIn, runOutside } from '../../src/run/outside.js';
import { fewbit, root } from './support.js';

/* Solvers in another process: a program that enumerates, honest and lying. */

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fewbit-fuzz-test-'));
  writeFileSync(
    join(folder, 'solver.mjs'),
    `
import { readFileSync, writeFileSync } from 'node:fs';
import { bruteSolve } from ${JSON.stringify(pathToFileURL(join(root, 'dist/verify/brute/solve.js')).href)};
import { formatSolution, parseProblem } from ${JSON.stringify(pathToFileURL(join(root, 'dist/problem/file.js')).href)};
const [problemFile, solutionFile, lie] = process.argv.slice(2);
const problem = parseProblem(readFileSync(problemFile, 'utf8'), problemFile);
if (problem.layers[0] * problem.layers[1] > 6 || problem.weightBound > 3) process.exit(2);
let solution;
try { solution = bruteSolve(problem, ['sm']); } catch { process.exit(2); }
const stages = solution.stages.map((stage) => (lie ? { ...stage, objective: stage.objective + 1, bound: stage.bound + 1 } : stage));
writeFileSync(solutionFile, formatSolution({ ...solution, stages }));
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const command = (...words: string[]) =>
  [process.execPath, join(folder, 'solver.mjs'), '{problem}', '{solution}', ...words].join(' ');

describe('fewbit fuzz --solver', () => {
  it('finds nothing wrong with an honest program', async () => {
    const { code, stdout } = await fewbit([
      'fuzz',
      '--solver',
      command(),
      '--problems',
      '8',
      '--json',
      '--out',
      join(folder, 'none'),
    ]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ problems: 8, seed: 0, failures: [] });
    expect(report.counts.right).toBeGreaterThan(2);
    expect(readdirSync(folder)).not.toContain('none');
  });

  it('finds a liar, writes the smallest problem and replays it', { timeout: 120_000 }, async () => {
    const out = join(folder, 'found');
    const lying = command('lie');
    const words = [
      'fuzz',
      '--solver',
      lying,
      '--problems',
      '2',
      '--seconds',
      '0.1',
      '--seed',
      '4',
      '--out',
      out,
    ];
    const { code, stdout, stderr } = await fewbit(words);
    expect(code).toBe(1);
    expect(stderr).toMatch(/FAILED claim: .*optimum/);
    expect(stdout).toContain('1 failures');
    const [file] = readdirSync(out);
    expect(stderr).toMatch(/--replay \S+ --solver '[^']+'$/m);
    const replayed = await fewbit(['fuzz', '--replay', join(out, file), '--solver', lying]);
    expect([replayed.code, replayed.stdout]).toEqual([1, expect.stringMatching(/FAILED claim sm/)]);
    const mended = await fewbit(['fuzz', '--replay', join(out, file), '--solver', command()]);
    expect([mended.code, mended.stdout]).toEqual([0, 'nothing fails\n']);
  });

  it('counts an answer that cannot be read as none, and replays it with the time that it had', {
    timeout: 120_000,
  }, async () => {
    const out = join(folder, 'unread');
    const said = async (solver: string) => {
      const words = ['--problems', '1', '--seconds', '0.1', '--time-limit', '2.5', '--out', out, '--json'];
      const { code, stdout } = await fewbit(['fuzz', '--solver', solver, ...words]);
      const [{ kind, text, replay }] = JSON.parse(stdout).failures;
      expect([code, replay]).toEqual([1, expect.stringMatching(/ --time-limit 2\.5$/)]);
      return [kind, text];
    };
    expect(await said('true {problem} {solution}')).toEqual([
      'file',
      expect.stringContaining('no solution file'),
    ]);
    expect(await said('mkdir {solution} # {problem}')).toEqual([
      'file',
      expect.stringContaining('is a folder'),
    ]);
    expect(await said('exit 3 # {problem} {solution}')).toEqual([
      'crash',
      expect.stringContaining('exit code 3'),
    ]);
  });

  it('refuses a command without places, and says so where everything is declined', async () => {
    const bad = await fewbit(['fuzz', '--solver', 'mine {problem}']);
    expect([bad.code, bad.stderr]).toEqual([
      2,
      "fewbit: option --solver: {solution} is missing in 'mine {problem}'\n",
    ]);
    const file = join(folder, 'solver.mjs');
    const full = await fewbit(['fuzz', '--problems', '1', '--out', file]);
    expect([full.code, full.stderr]).toEqual([2, `fewbit: ${file}: is a file, and a folder is needed\n`]);
    const declined = await fewbit(['fuzz', '--solver', 'exit 2 # {problem} {solution}', '--problems', '3']);
    expect([declined.code, declined.stderr]).toEqual([1, expect.stringContaining('declined every problem')]);
  });
});

describe('fewbit fuzz', () => {
  it('looks at our own engine by every judge, and replays what it has found before', {
    timeout: 120_000,
  }, async () => {
    const { code, stdout } = await fewbit(['fuzz', '--problems', '24', '--seed', '2', '--json']);
    expect(code).toBe(0);
    const { problems, counts, failures } = JSON.parse(stdout);
    expect([problems, failures]).toEqual([24, []]);
    expect(counts['looked at: enumerated']).toBeGreaterThan(10);
    expect(Object.keys(counts).filter((name) => name.startsWith('stages: ')).length).toBeGreaterThan(2);
    const found = join(root, 'test/fuzz/found');
    const [file] = readdirSync(found).filter((name) => name.endsWith('.problem.json'));
    expect((await fewbit(['fuzz', '--replay', join(found, file)])).stdout).toBe('nothing fails\n');
    const none = await fewbit(['fuzz', '--replay', join(folder, 'solver.mjs')]);
    expect(none.code).toBe(2);
  });
});

describe('fewbit fuzz on threads', () => {
  it('looks at the same problems with any number of them', { timeout: 120_000 }, async () => {
    const words = ['fuzz', '--fast', '--problems', '37', '--seed', '6', '--json'];
    const [one, two] = await Promise.all([fewbit(words), fewbit([...words, '--cores', '2'])]);
    expect([one.code, two.code]).toEqual([0, 0]);
    const [alone, shared] = [one, two].map(({ stdout }) => JSON.parse(stdout));
    expect(alone).toMatchObject({ problems: 37, failures: [] });
    expect(shared).toMatchObject({ problems: 37, failures: [] });
    const drawn = ({ counts }: { counts: Record<string, number> }) =>
      Object.entries(counts)
        .filter(([name]) =>
          /^(objective|kind|stages|with|judged by|fields of their own|relation|family)/.test(name),
        )
        .sort();
    expect(drawn(shared)).toEqual(drawn(alone));
    expect(drawn(alone).length).toBeGreaterThan(30);
  });

  it('says that another solver is not run on threads', async () => {
    for (const [name, ...value] of [['cores', '2'], ['fast']]) {
      const { code, stderr } = await fewbit(['fuzz', '--solver', command(), `--${name}`, ...value]);
      expect([code, stderr]).toEqual([
        2,
        `fewbit: option --${name}: only for our own engine, not with --solver\n`,
      ]);
    }
  });
});

describe('a command outside', () => {
  it('gets its places filled in, quoted where the shell asks for it', () => {
    expect(filledIn('a {x} {y} {z}', { x: '/tmp/p.json', y: "it's" })).toBe("a /tmp/p.json 'it'\\''s' {z}");
  });

  it('is killed with what it has started when its time is over', async () => {
    const ended = await runOutside('sleep 30 & sleep 30', 0.3);
    expect(ended).toMatchObject({ code: null, killed: true });
    expect(ended.seconds).toBeLessThan(20);
    expect(await runOutside('echo so it is >&2; exit 3', 20)).toMatchObject({
      code: 3,
      killed: false,
      said: 'so it is',
    });
  });

  it('that falls without a word is known by how it fell', async () => {
    const fell = { code: null, killed: false, said: 'ended by SIGSEGV' };
    expect(await runOutside('kill -SEGV $$', 20)).toMatchObject(fell);
  });

  it('leaves nothing running behind its own end', async () => {
    const late = join(folder, 'late');
    expect(await runOutside(`(sleep 2; touch '${late}') & exit 0`, 20)).toMatchObject({
      code: 0,
      killed: false,
    });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(existsSync(late)).toBe(false);
  });
});
