import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * Servers of queues for tests and measurements, each in a folder and on a port of its own: `{ url, start(), stop(signal), remove() }`.
 * PostgreSQL refuses to run as root; then it runs as the user that its package has made.
 */

const found = (name, more = []) =>
  [...(process.env.PATH ?? '').split(delimiter), ...more]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

const postgresFolders = () => {
  const root = '/usr/lib/postgresql';
  return existsSync(root) ? readdirSync(root).map((version) => join(root, version, 'bin')) : [];
};

const isRoot = process.getuid?.() === 0;
const postgresUser = () => {
  if (!isRoot) return undefined;
  try {
    const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { stdio: 'pipe' }).toString());
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
};

/** Why a server cannot be started here; `undefined`: it can. */
export function lacks(kind) {
  if (kind === 'redis')
    return found('redis-server') === undefined ? 'redis-server is not installed' : undefined;
  if (found('initdb', postgresFolders()) === undefined) return 'PostgreSQL (initdb) is not installed';
  return isRoot && postgresUser() === undefined
    ? 'there is no user postgres, and PostgreSQL refuses root'
    : undefined;
}

export async function makeBroker(kind, options = {}) {
  const folder = mkdtempSync(join(tmpdir(), `fewbit-${kind}-`));
  const port = await freePort();
  return kind === 'redis' ? makeRedis(folder, port, options) : makePostgres(folder, port, options);
}

function makeRedis(folder, port, { forgetful = false, connections = 10_000, tls }) {
  const args = [
    ...[
      ...(tls === undefined ? ['--port', String(port)] : secure(port, tls)),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--requirepass',
      PASSWORD,
      '--maxclients',
      String(connections),
    ],
    ...(forgetful
      ? ['--save', '', '--appendonly', 'no']
      : ['--appendonly', 'yes', '--appendfsync', 'always']),
  ];
  return served(
    folder,
    port,
    `${tls === undefined ? 'redis' : 'rediss'}://:${PASSWORD}@127.0.0.1:${port}`,
    () => spawn(found('redis-server'), args, { stdio: 'ignore' }),
  );
}

/** Redis's options for a port that is TLS alone; clients need no certificate. */
const secure = (port, { certificate, key }) => [
  ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
  ...['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate],
];

/** A certificate for this machine that nobody but itself has signed, in a folder; `undefined` where openssl is missing. */
export function selfSigned(folder) {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const made = spawnSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
  return made.status === 0 ? { certificate, key } : undefined;
}

/** Whether the Redis that is here knows TLS: one that does not refuses the options. Without a port both end at once. */
export function knowsTls(tls) {
  const program = found('redis-server');
  const args = [...secure(0, tls), '--bind', '127.0.0.1'];
  return (
    program !== undefined && !/Bad directive/.test(String(spawnSync(program, args, { timeout: 5000 }).stderr))
  );
}

/** What no log, no file and no message may show. */
export const PASSWORD = 's3cret-horse';

function makePostgres(folder, port, { connections = 100 }) {
  const user = postgresUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const program = (name) => found(name, postgresFolders());
  const data = join(folder, 'data');
  execFileSync(
    program('initdb'),
    ['-D', data, '-U', 'fewbit', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'],
    { ...user, cwd: folder, stdio: 'pipe' },
  );
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    max_connections: connections,
    log_min_messages: 'panic',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return served(folder, port, `postgres://fewbit:${PASSWORD}@127.0.0.1:${port}/postgres`, () =>
    spawn(program('postgres'), ['-D', data, ...args], { ...user, cwd: folder, stdio: 'ignore' }),
  );
}

function served(folder, port, url, run) {
  let child;
  const stop = async (signal) => {
    const running = child;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  };
  return {
    url,
    /** The server's process; its children are its own. */
    get pid() {
      return child?.pid;
    },
    async start() {
      // The children of a server that was killed may have its memory for a moment: then the new one ends at once.
      for (let tries = 0; tries < 300; tries++) {
        const started = run();
        child = started;
        if (await listening(port, () => started.exitCode !== null)) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      throw new Error(`nothing listens on port ${port}`);
    },
    stop,
    async remove() {
      await stop('SIGKILL');
      // Children of a killed server go when they notice.
      for (let tries = 0; ; tries++) {
        try {
          rmSync(folder, { recursive: true, force: true });
          return;
        } catch (error) {
          if (tries > 50) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    },
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Whether something listens there soon; no longer, where it has `ended`. */
async function listening(port, ended) {
  // One that lives is waited for: a second one beside it would find its place taken.
  for (let tries = 0; tries < 3000 && !ended(); tries++) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy(); // PostgreSQL waits for what a client has to say, even when it is to end
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open && !ended()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
