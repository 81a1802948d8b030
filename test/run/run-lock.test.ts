import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { isLeftBehind, LockLostError, RunLock } from '../../src/run/run-lock.js';
import { builtFile } from '../../src/run/wasm-file.js';

let folder: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fewbit-lock-'));
  path = join(folder, 'run.lock');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Another process that takes the lock, says so, and does nothing more. */
async function holder(): Promise<ChildProcess> {
  const program = `
    const { RunLock } = await import(${JSON.stringify(builtFile('run/run-lock.js').href)});
    await RunLock.acquire(${JSON.stringify(path)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', reject);
  });
  return child;
}

const read = async (): Promise<Record<string, unknown>> => JSON.parse(await readFile(path, 'utf8'));

/** The lock as it is, changed, and not touched for so long. */
async function rewrite(change: Record<string, unknown>, ageSeconds = 0): Promise<void> {
  await writeFile(path, JSON.stringify({ ...(await read()), ...change }));
  const then = new Date(Date.now() - ageSeconds * 1000);
  await utimes(path, then, then);
}

/** Another container of this host: the same name, the same process ids, another space for them. */
const elsewhere = { space: 'pid:[17]', boot: null };

async function signalled(child: ChildProcess, signal: NodeJS.Signals, state: RegExp): Promise<void> {
  child.kill(signal);
  for (;;) {
    const text = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => ') gone');
    if (state.test(text.slice(text.lastIndexOf(')') + 2))) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('RunLock', () => {
  it('is held by one at a time, and free again after release', async () => {
    const first = await RunLock.acquire(path);
    await expect(RunLock.acquire(path)).rejects.toThrow(InputError);
    await expect(RunLock.acquire(path)).rejects.toThrow(`in use by process ${process.pid} on ${hostname()}`);
    first.verify();
    await first.release();
    await first.release();
    expect(existsSync(path)).toBe(false);
    await (await RunLock.acquire(path)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('lets exactly one of many takers in', async () => {
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => RunLock.acquire(path)));
    const holders = takers.filter((taker) => taker.status === 'fulfilled');
    expect(holders.length).toBe(1);
    await holders[0].value.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('lets exactly one of many takers have the lock of a holder that is gone', async () => {
    const old = await RunLock.acquire(path);
    await rewrite({ ...elsewhere, token: 'someone' }, 61);
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => RunLock.acquire(path)));
    const holders = takers.filter((taker) => taker.status === 'fulfilled');
    expect(holders.length).toBe(1);
    holders[0].value.verify();
    await old.release();
    holders[0].value.verify();
    await holders[0].value.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('is taken over at once from a process that was killed', async () => {
    const child = await holder();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    const lock = await RunLock.acquire(path);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'is respected while its process is suspended, however long ago it was touched',
    async () => {
      const child = await holder();
      await signalled(child, 'SIGSTOP', /^[Tt]/);
      await rewrite({}, 3600);
      const refusal = RunLock.acquire(path);
      await expect(refusal).rejects.toThrow(InputError);
      await expect(refusal).rejects.toThrow(`process ${child.pid} on ${hostname()}`);
      await expect(refusal).rejects.toThrow('which is suspended');
    },
  );

  it.runIf(process.platform === 'linux')(
    'is not held by a process that has only the same id: one that began at another time',
    async () => {
      const child = await holder();
      await rewrite({ began: '1' });
      const lock = await RunLock.acquire(path);
      lock.verify();
      expect(child.exitCode).toBeNull();
      await lock.release();
    },
  );

  it('never trusts a process id of another container: it looks at the last sign of life', async () => {
    const lock = await RunLock.acquire(path);
    const whole = await readFile(path);
    for (const pid of [process.pid, process.ppid, 2 ** 22 - 3]) {
      await rewrite({ ...elsewhere, token: 'someone', pid }, 30);
      await expect(RunLock.acquire(path)).rejects.toThrow(
        /last seen (29|30|31) s ago \(after 60 s it counts as gone\)/,
      );
      await rewrite({ ...elsewhere, token: 'someone', pid, host: 'another-machine' }, 30);
      await expect(RunLock.acquire(path)).rejects.toThrow('on another-machine since');
      await rewrite({ ...elsewhere, token: 'someone', pid }, 61);
      await (await RunLock.acquire(path)).release();
      await writeFile(path, whole);
    }
    await writeFile(path, JSON.stringify({ pid: process.pid, host: hostname(), token: 'old', started: '' }));
    await expect(RunLock.acquire(path)).rejects.toThrow('last seen');
    await lock.release();
    expect(existsSync(path)).toBe(true);
  });

  it('waits for what it cannot read until it is old', async () => {
    for (const text of ['', '{"token":"../../x"}', '[]']) {
      await writeFile(path, text);
      await expect(RunLock.acquire(path)).rejects.toThrow('in use by another process');
    }
    const then = new Date(Date.now() - 61_000);
    await utimes(path, then, then);
    await (await RunLock.acquire(path)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not stopped by what a killed taker left', async () => {
    const old = await RunLock.acquire(path);
    await rewrite({ ...elsewhere, token: 'someone' }, 61);
    await writeFile(join(folder, 'run.lock.someone'), await readFile(path));
    const then = new Date(Date.now() - 61_000);
    await utimes(join(folder, 'run.lock.someone'), then, then);
    await (await RunLock.acquire(path)).release();
    await old.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('tells a holder that it has lost it, and leaves the other one alone', async () => {
    const lock = await RunLock.acquire(path);
    await rewrite({ ...elsewhere }, 61);
    // This thread knows its own tokens; the taker is another process.
    const child = await holder();
    expect(lock.lost.aborted).toBe(false);
    expect(() => lock.verify()).toThrow(LockLostError);
    expect(() => lock.verify()).toThrow(
      `process ${child.pid} on ${hostname()} has taken this run folder over`,
    );
    expect(lock.lost.reason).toBeInstanceOf(LockLostError);
    await lock.release();
    expect(await read()).toMatchObject({ pid: child.pid });
  });

  it('counts as lost when it was removed', async () => {
    const lock = await RunLock.acquire(path);
    await rm(path);
    expect(() => lock.verify()).toThrow('the lock of this run is gone');
    await lock.release();
  });
});

describe('isLeftBehind', () => {
  it('tells a file of a killed process from that of one that is about to take the lock', async () => {
    const child = await holder();
    expect(await isLeftBehind(path)).toBe(false);
    await signalled(child, 'SIGKILL', /^[ZX]|^gone/);
    expect(await isLeftBehind(path)).toBe(true);
  });

  it('knows only the age of what says nothing, and nothing of what is not there', async () => {
    expect(await isLeftBehind(path)).toBe(false);
    await writeFile(path, '');
    expect(await isLeftBehind(path)).toBe(false);
    const then = new Date(Date.now() - 61_000);
    await utimes(path, then, then);
    expect(await isLeftBehind(path)).toBe(true);
  });
});
