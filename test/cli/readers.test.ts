import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bin, fewbit, quick, start, table, temporaryFolder, tinyProblem, write } from './support.js';

/** Readers that leave before the end, and disks that are full: neither loses what was asked for. */
const folder = temporaryFolder();
const data = write(folder, 'table.csv', table);
const problem = write(folder, 'tiny.problem.json', JSON.stringify(tinyProblem));
const out = (name: string) => join(folder, name);
const train = (name: string) => ['train', '--data', data, '--out', out(name), ...quick];
const linux = process.platform === 'linux';

/** Runs the command with its streams as a shell has them; `$0` is node, `$1` the command, the rest its arguments. */
function shell(script: string, args: readonly string[]): Promise<{ code: number | null; stdout: string }> {
  const child = spawn('bash', ['-c', script, process.execPath, bin, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout })));
}

const command = '"$0" "$@"';

describe.runIf(linux)('a training whose reader leaves', () => {
  let whole: string;
  beforeAll(async () => {
    await fewbit(train('whole'));
    whole = readFileSync(join(out('whole'), 'model.json'), 'utf8');
  });

  it.each([
    ['both streams into head', `set -o pipefail; ${command} 2>&1 | head -n 1`, 0],
    [
      'progress into a reader that reads nothing',
      `{ ${command} 2>&1 >&3 | true; exit \${PIPESTATUS[0]}; } 3>&1`,
      0,
    ],
    ['closed streams', `${command} >&- 2>&-`, 0],
    ['standard error on a full disk', `${command} 2>/dev/full`, 0],
    [
      'the answer into a reader that reads nothing',
      `${command} --json 2>/dev/null | true; exit \${PIPESTATUS[0]}`,
      0,
    ],
    ['the answer on a full disk', `${command} 2>/dev/null >/dev/full`, 1],
    ['everything on a full disk', `${command} 2>/dev/full >/dev/full`, 1],
  ])('%s', async (title, script, expected) => {
    const name = title.replaceAll(' ', '-');
    const { code } = await shell(script, train(name));
    expect(code).toBe(expected);
    expect(readFileSync(join(out(name), 'model.json'), 'utf8')).toBe(whole);
    expect(readdirSync(out(name)).sort()).toEqual(['model.json', 'pairs', 'report.html', 'run.json']);
  });
});

describe.runIf(linux)('an answer that is not wanted or cannot be written', () => {
  const solution = out('s.json');
  beforeAll(async () => {
    await fewbit(['solve', problem, '--quiet', '--solution', solution]);
    await fewbit([...train('judged'), '--quiet']);
  });
  const commands: [string, () => string[]][] = [
    ['solve', () => ['solve', problem, '--quiet', '--json']],
    ['verify', () => ['verify', problem, solution, '--json']],
    ['evaluate', () => ['evaluate', out('judged'), '--data', data, '--json']],
    ['export', () => ['export', problem, '--stage', 'sm', '--format', 'lp']],
    ['problem', () => ['problem', '--data', data, '--classes', 'x,y']],
    ['help', () => ['train', '--help']],
  ];

  it.each(commands)('%s is quiet when nobody reads', async (_, args) => {
    const { code, stdout } = await shell(`{ ${command}; } 2>&1 > >(true)`, args());
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it.each(commands)('%s says that standard output is on a full disk', async (_, args) => {
    const { code, stdout } = await shell(`${command} 2>&1 >/dev/full`, args());
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: 'fewbit: standard output: no space left on device\n',
    });
  });

  it.each([
    ['solve --solution', ['solve', problem, '--quiet', '--json', '--solution', '/dev/full']],
    ['solve --proof', ['solve', problem, '--quiet', '--json', '--proof', '/dev/full']],
    ['export', ['export', problem, '--stage', 'sm', '--format', 'lp', '--out', '/dev/full']],
    ['problem', ['problem', '--data', data, '--classes', 'x,y', '--out', '/dev/full']],
    ['evaluate', ['evaluate', out('judged'), '--data', data, '--report', '/dev/full']],
  ])('%s names the file on a full disk', async (_, args) => {
    const { code, stderr } = await fewbit(args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'fewbit: /dev/full: no space left on device\n' });
  });

  it('prints the solution that it cannot write to its file', async () => {
    const { stdout } = await fewbit(['solve', problem, '--quiet', '--json', '--solution', '/dev/full']);
    expect(JSON.parse(stdout).format).toBe('fewbit-solution');
  });

  it('keeps the verdict of a verification that nobody reads', async () => {
    const wrong = { ...JSON.parse(readFileSync(solution, 'utf8')) };
    wrong.stages[0].objective = 5;
    const path = write(folder, 'wrong.json', JSON.stringify(wrong));
    const { code } = await shell(`${command} > >(true)`, ['verify', problem, path]);
    expect(code).toBe(1);
  });

  it('a proof for a reader that has seen enough', async () => {
    const args = ['solve', problem, '--quiet', '--proof', '/dev/stdout'];
    const { code, stdout } = await shell(`set -o pipefail; ${command} | head -n 1`, args);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'fewbit-proof 1\n' });
  });
});

/** A disk of a few kilobytes, where the machine lets us have one. */
const disk = out('disk');
const canMount = linux && mounts();

function mounts(): boolean {
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'fewbit-test', disk], { stdio: 'ignore' });
    execFileSync('umount', [disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.runIf(canMount)('a disk that is full', () => {
  /** Runs `work` while `disk` is a disk with so many kilobytes. */
  async function onDisk(kilobytes: number, work: () => Promise<void>): Promise<void> {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'fewbit-test', disk]);
    try {
      await work();
    } finally {
      execFileSync('umount', [disk]);
    }
  }

  it('names the file, leaves nothing half, and what is finished can be resumed', async () => {
    await onDisk(16, async () => {
      const args = ['train', '--data', data, '--out', join(disk, 'run'), ...quick, '--quiet'];
      const { code, stderr } = await fewbit(args);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^fewbit: .*\/run\/.*: no space left on device\n$/),
      });
      const names = readdirSync(join(disk, 'run'), { recursive: true }) as string[];
      expect(names.filter((name) => /lock|tmp/.test(name))).toEqual([]);
      for (const name of names) {
        if (name.endsWith('.json')) JSON.parse(readFileSync(join(disk, 'run', name), 'utf8'));
      }
      execFileSync('mount', ['-o', 'remount,size=1m', disk]);
      const resumed = await fewbit([...args, '--resume']);
      expect(resumed).toMatchObject({ code: 0, stderr: '' });
      expect(existsSync(join(disk, 'run', 'model.json'))).toBe(true);
    });
  });

  it('does not take half a text on standard output for all of it', async () => {
    await onDisk(8, async () => {
      const args = ['problem', '--data', 'digits', '--classes', '0,1', '--shots', '9'];
      const { code, stdout } = await shell(`${command} 2>&1 >'${disk}/p.json'`, args);
      expect({ code, stdout }).toEqual({
        code: 1,
        stdout: 'fewbit: standard output: no space left on device\n',
      });
    });
  });

  it('is named by the lock, too', async () => {
    await onDisk(16, async () => {
      mkdirSync(join(disk, 'run', 'pairs'), { recursive: true });
      try {
        writeFileSync(join(disk, 'fill'), Buffer.alloc(2 ** 16));
      } catch {
        // Full now.
      }
      const { code, stderr } = await fewbit(['train', '--data', data, '--out', join(disk, 'run'), ...quick]);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `fewbit: ${join(disk, 'run', 'run.lock')}: no space left on device\n`,
      });
      expect(readdirSync(join(disk, 'run'))).toEqual(['pairs']);
    });
    rmSync(disk, { recursive: true, force: true });
  });
});

it('a reader that leaves in the middle of a training', async () => {
  const run = start(train('left'));
  await run.says('pair');
  run.child.stderr?.destroy();
  run.child.stdout?.destroy();
  expect((await run.ended).code).toBe(0);
  expect(existsSync(join(out('left'), 'model.json'))).toBe(true);
});
