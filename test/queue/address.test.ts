import { describe, expect, it } from 'vitest';
import { readAddress, redisParts, withoutSecrets } from '../../src/queue/address.js';
import { isAway } from '../../src/queue/away.js';
import { loadPackages } from '../../src/queue/packages.js';

const refusal = (text: string, env = {}): string => {
  try {
    readAddress(text, env);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

describe('readAddress', () => {
  it('reads what a client needs, and shows no password', () => {
    const address = readAddress('rediss://me:p%40ss@host.example:7000/3', {});
    expect(address.shown).toBe('rediss://host.example:7000/3');
    expect(redisParts(address)).toEqual({
      ...{ host: 'host.example', port: 7000, db: 3, username: 'me', password: 'p@ss' },
      tls: { servername: 'host.example' },
    });
    expect(withoutSecrets('p@ss and p%40ss', address)).toBe('*** and ***');
    expect(redisParts(readAddress('valkey://host', {}))).toEqual({ host: 'host', port: 6379, db: 0 });
    const postgres = readAddress('postgres://me:secret@host/base?sslmode=verify-full', {});
    expect([postgres.kind, postgres.shown]).toEqual(['postgres', 'postgres://host:5432/base']);
    expect(postgres.url.search).toBe('?sslmode=verify-full');
  });

  it('takes address and password from the environment', () => {
    const env = { FEWBIT_QUEUE: 'redis://host', FEWBIT_QUEUE_PASSWORD: 'a b/c' };
    expect(redisParts(readAddress('env', env)).password).toBe('a b/c');
    expect(redisParts(readAddress('redis://:own@host', env)).password).toBe('own');
    expect(refusal('env')).toBe('FEWBIT_QUEUE is not set');
  });

  it('refuses what is no address without quoting it', () => {
    const bad = [
      'secret',
      'http://me:secret@host',
      'redis://',
      'redis://:secret@host/x',
      'redis://host?password=secret',
      '',
      '://secret',
    ];
    for (const text of bad) {
      expect(refusal(text)).toMatch(/^option --queue: /);
      expect(refusal(text)).not.toContain('secret');
    }
  });
});

it('knows a server that is away from one that refuses', () => {
  const away = [
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('the database system is starting up'), { code: '57P03' }),
    new Error('Connection terminated unexpectedly'),
    new Error('LOADING Redis is loading the dataset in memory'),
    new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]),
  ];
  for (const error of away) expect(isAway(error), String(error)).toBe(true);
  const refused = [
    new Error('WRONGPASS invalid username-password pair'),
    Object.assign(new Error('password authentication failed'), { code: '28P01' }),
    new Error("OOM command not allowed when used memory > 'maxmemory'."),
  ];
  for (const error of refused) expect(isAway(error), String(error)).toBe(false);
});

it('finds the packages of either kind', async () => {
  expect(typeof (await loadPackages({ kind: 'redis' })).driver).toBe('function');
  expect(typeof (await loadPackages({ kind: 'postgres' })).bullmq.Worker).toBe('function');
});
