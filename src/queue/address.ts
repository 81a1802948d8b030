import { isIP } from 'node:net';
import { InputError } from '../errors.js';

/**
 * Where a queue is. It holds a password, perhaps: only `shown` may be seen by anybody, and what servers and clients say goes through
 * `withoutSecrets` first.
 */
export interface QueueAddress {
  readonly kind: 'redis' | 'postgres';
  readonly url: URL;
  /** `redis://host:6379/0`, without name, password and options. */
  readonly shown: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const KINDS: Readonly<Record<string, QueueAddress['kind']>> = {
  'redis:': 'redis',
  'rediss:': 'redis',
  'valkey:': 'redis',
  'valkeys:': 'redis',
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
};
const SECURE = new Set(['rediss:', 'valkeys:']);
const EXPECTED = 'expected redis://, rediss:// or postgres:// as in redis://host:6379';

/**
 * Reads the address of a queue. `env` stands for what the variable FEWBIT_QUEUE holds; a password that the address leaves out is that of
 * FEWBIT_QUEUE_PASSWORD, so that none has to stand where `ps` shows it.
 *
 * @throws InputError that quotes nothing of the address: whatever is wrong with it, it may hold a password
 */
export function readAddress(text: string, env: Environment = process.env): QueueAddress {
  const from = text === 'env' ? 'FEWBIT_QUEUE' : 'option --queue';
  const given = text === 'env' ? env.FEWBIT_QUEUE : text;
  if (given === undefined || given === '') {
    throw new InputError(text === 'env' ? 'FEWBIT_QUEUE is not set' : `${from}: ${EXPECTED}`);
  }
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw new InputError(`${from}: no address (not shown: it may hold a password); ${EXPECTED}`);
  }
  const kind = Object.hasOwn(KINDS, url.protocol) ? KINDS[url.protocol] : undefined;
  if (kind === undefined || url.hostname === '') {
    throw new InputError(
      `${from}: ${kind === undefined ? 'no address of a queue' : 'names no host'}; ${EXPECTED}`,
    );
  }
  if (kind === 'redis' && (!/^(\/\d*)?$/.test(url.pathname) || url.search !== '')) {
    throw new InputError(
      `${from}: after the host a Redis address has only the number of a database, as in redis://host:6379/0`,
    );
  }
  if (url.password === '' && env.FEWBIT_QUEUE_PASSWORD)
    url.password = encodeURIComponent(env.FEWBIT_QUEUE_PASSWORD);
  if (url.port === '') url.port = kind === 'redis' ? '6379' : '5432';
  return { kind, url, shown: `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}` };
}

/** The parts of a Redis address as its client takes them. */
export function redisParts({ url }: QueueAddress): {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  readonly tls?: { readonly servername?: string };
} {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: Number(url.port),
    db: Number(url.pathname.slice(1) || 0),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    // A number is no name of a server (RFC 6066); the certificate has to name it all the same.
    // Certificates are looked at as Node looks at all of them (NODE_EXTRA_CA_CERTS names an authority of your own).
    ...(SECURE.has(url.protocol) ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
  };
}

/** A text of a server or a client in which no password of the address stands. */
export function withoutSecrets(text: string, { url }: QueueAddress): string {
  let shown = text;
  for (const secret of [url.password, decodeURIComponent(url.password)]) {
    if (secret !== '') shown = shown.replaceAll(secret, '***');
  }
  return shown;
}
