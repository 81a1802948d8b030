import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/* The last lines of the automatic run. What it is given is what vitest writes. */

const script = fileURLToPath(new URL('../../.ci/count.mjs', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fewbit-ci-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lines(report: unknown): string[] {
  const file = join(folder, 'report.json');
  writeFileSync(file, typeof report === 'string' ? report : JSON.stringify(report));
  return execFileSync(process.execPath, [script, file], { encoding: 'utf8' }).trimEnd().split('\n');
}

const test = (status: string, fullName: string) => ({ status, fullName });

describe('the count of the automatic run', () => {
  it('names what is skipped, and counts a file that could not be loaded as failed', () => {
    const report = {
      testResults: [
        {
          name: 'a.test.ts',
          status: 'passed',
          assertionResults: [test('passed', 'x'), test('skipped', 'no data')],
        },
        { name: 'b.test.ts', status: 'failed', assertionResults: [] },
        {
          name: 'c.test.ts',
          status: 'failed',
          assertionResults: [test('failed', 'y'), test('pending', 'later')],
        },
        { name: 'h.test.ts', status: 'failed', assertionResults: [test('skipped', 'after a failed hook')] },
        {
          name: 'd.test.ts',
          status: 'passed',
          assertionResults: [test('todo', 'soon'), test('passed', 'z')],
        },
      ],
    };
    expect(lines(report)).toEqual([
      'skipped: a.test.ts: no data',
      'skipped: c.test.ts: later',
      'skipped: h.test.ts: after a failed hook',
      'skipped: d.test.ts: soon',
      '2 passed, 3 failed, 4 skipped',
    ]);
  });

  it('is a failure without a report', () => {
    expect(lines('not a report').at(-1)).toBe('0 passed, 1 failed, 0 skipped');
  });

  it('reads what vitest writes', () => {
    const file = join(folder, 'vitest.json');
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    writeFileSync(
      join(folder, 'some.test.mjs'),
      `import { expect, it, describe } from '${join(root, 'node_modules', 'vitest', 'dist', 'index.js')}';
it('passes', () => {});
it.skip('is left out', () => {});
it.todo('is to come');
describe.skip('a group', () => { it('inside', () => {}); });
`,
    );
    const env = { ...process.env, VITEST: undefined, VITEST_POOL_ID: undefined, VITEST_WORKER_ID: undefined };
    const words = [
      'run',
      '--root',
      folder,
      '--reporter=json',
      `--outputFile=${file}`,
      '--include',
      '*.test.mjs',
    ];
    execFileSync(process.execPath, [vitest, ...words.slice(0, -2)], { env, stdio: 'pipe', cwd: folder });
    const said = execFileSync(process.execPath, [script, file], { encoding: 'utf8' }).trimEnd().split('\n');
    expect(said).toHaveLength(4);
    expect(said.join('\n')).toMatch(
      /is left out\n.*is to come\n.*a group inside\n1 passed, 0 failed, 3 skipped$/,
    );
  });
});
