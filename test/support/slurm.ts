import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled } from './programs.js';

/* Slurm on this machine alone: a controller, one node, and munge between them, in a folder and on ports of their own. */

export interface Slurm {
  /** What its commands need to find it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): void;
}

/** Why it cannot be started here; `undefined`: it can. A node's daemon has to be root, to start jobs as whoever sent them. */
export function lacksSlurm(): string | undefined {
  const missing = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue'].filter((name) => !isInstalled(name));
  if (missing.length > 0) return `${missing.join(', ')}: not installed`;
  return process.getuid?.() === 0 ? undefined : 'not root';
}

/** @throws Error with the ends of the logs where the node is not ready within 30 seconds */
export async function startSlurm(): Promise<Slurm> {
  const folder = mkdtempSync(join(tmpdir(), 'fewbit-slurm-'));
  const at = (name: string): string => join(folder, name);
  for (const name of ['state', 'spool']) mkdirSync(at(name));
  writeFileSync(at('munge.key'), randomBytes(1024), { mode: 0o400 });
  const [control, node] = await freePorts(2);
  const name = hostname().split('.')[0];
  writeFileSync(
    at('slurm.conf'),
    [
      'ClusterName=fewbit',
      `SlurmctldHost=${name}(127.0.0.1)`,
      ...['SlurmUser=root', 'SlurmdUser=root', 'AuthType=auth/munge', 'CryptoType=crypto/munge'],
      `AuthInfo=socket=${at('munge.sock')}`,
      ...[`SlurmctldPort=${control}`, `SlurmdPort=${node}`],
      ...[`StateSaveLocation=${at('state')}`, `SlurmdSpoolDir=${at('spool')}`],
      ...[`SlurmctldPidFile=${at('control.pid')}`, `SlurmdPidFile=${at('node.pid')}`],
      ...[`SlurmctldLogFile=${at('control.log')}`, `SlurmdLogFile=${at('node.log')}`],
      ...['ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none', 'MpiDefault=none'],
      ...['SelectType=select/cons_tres', 'SelectTypeParameters=CR_CPU', 'ReturnToService=2'],
      `NodeName=${name} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`,
      'PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
      '',
    ].join('\n'),
  );
  const env = { SLURM_CONF: at('slurm.conf') };
  const options = { env: { ...process.env, ...env }, stdio: 'ignore' } as const;
  const munge = ['socket=munge.sock', 'key-file=munge.key', 'log-file=munge.log'];
  const files = [...munge, 'pid-file=munge.pid', 'seed-file=munge.seed'].map((pair) => {
    const [flag, file] = pair.split('=');
    return `--${flag}=${at(file)}`;
  });
  const started = [spawn('munged', ['--foreground', '--force', ...files], options)];
  const stop = (): void => {
    for (const child of started.reverse()) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await until(() => spawnSync('munge', ['-n', '-S', at('munge.sock')], options).status === 0);
    started.push(spawn('slurmctld', ['-D', '-i'], options), spawn('slurmd', ['-D'], options));
    const ready = (): boolean => /^idle/m.test(said('sinfo', ['-h', '-o', '%T'], env));
    await until(ready);
  } catch (error) {
    const logs = ['munge.log', 'control.log', 'node.log'].map((file) => tail(at(file)));
    stop();
    throw new Error(`Slurm did not start: ${(error as Error).message}\n${logs.join('\n')}`);
  }
  return { env, stop };
}

/** Waits until no job is waiting or running. */
export async function untilIdle({ env }: Slurm): Promise<void> {
  await until(() => said('squeue', ['-h'], env).trim() === '', 120_000);
}

/** What a command answers; a controller that is not there yet says nothing. */
function said(command: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
  try {
    return execFileSync(command, args, { env: { ...process.env, ...env }, stdio: 'pipe' }).toString();
  } catch {
    return command === 'squeue' ? '?' : '';
  }
}

async function until(isSo: () => boolean, milliseconds = 30_000): Promise<void> {
  for (const end = Date.now() + milliseconds; !isSo(); ) {
    if (Date.now() > end) throw new Error(`nothing within ${milliseconds / 1000} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function tail(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(-1000);
  } catch {
    return '';
  }
}

/** Ports that are free now, different ones. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = servers.map(
    (server) =>
      new Promise<number>((resolve) =>
        server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
      ),
  );
  const found = await Promise.all(ports);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return found;
}
