import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { RunLock } from '../../src/run/run-lock.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fewbit-lock-'));
  path = join(folder, 'run.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function content(pid: number, host = hostname()): string {
  return JSON.stringify({ pid, host, token: 'someone', started: '2026-01-01T00:00:00.000Z' });
}

/** A process id that was just in use and is no more. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '0']).pid;
}

describe('RunLock', () => {
  it('is held by one at a time, and free again after release', async () => {
    const first = await RunLock.acquire(path);
    await expect(RunLock.acquire(path)).rejects.toThrow(InputError);
    await expect(RunLock.acquire(path)).rejects.toThrow(`in use by process ${process.pid} on ${hostname()}`);
    await first.release();
    await first.release();
    expect(existsSync(path)).toBe(false);
    await (await RunLock.acquire(path)).release();
  });

  it('lets exactly one of many takers in', async () => {
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => RunLock.acquire(path)));
    const holders = takers.filter((taker) => taker.status === 'fulfilled');
    expect(holders.length).toBe(1);
    await holders[0].value.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over from a process that is gone', async () => {
    await writeFile(path, content(deadPid()));
    const lock = await RunLock.acquire(path);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken over when its process id is our own but we do not hold it', async () => {
    await writeFile(path, content(process.pid));
    await (await RunLock.acquire(path)).release();
  });

  it('is respected while a process on this or another machine may hold it', async () => {
    await writeFile(path, content(process.ppid));
    await expect(RunLock.acquire(path)).rejects.toThrow(`process ${process.ppid}`);
    await writeFile(path, content(deadPid(), 'another-machine'));
    await expect(RunLock.acquire(path)).rejects.toThrow('another-machine');
    await writeFile(path, '');
    await expect(RunLock.acquire(path)).rejects.toThrow('in use by another process');
  });

  it('is taken over when nobody has touched it for a minute', async () => {
    await writeFile(path, content(process.ppid, 'another-machine'));
    const longAgo = new Date(Date.now() - 61_000);
    await utimes(path, longAgo, longAgo);
    await (await RunLock.acquire(path)).release();
  });

  it('does not remove a lock that is no longer its own', async () => {
    const lock = await RunLock.acquire(path);
    await writeFile(path, content(process.ppid));
    await lock.release();
    expect(existsSync(path)).toBe(true);
  });
});
