import { expect, it } from 'vitest';
import { fetchLog } from '../../src/cli/fetch.js';
import type { FetchEvent } from '../../src/data/files/fetch.js';

const file = 't10k-labels-idx1-ubyte';
const url = 'https://example.org/t10k-labels-idx1-ubyte.gz';
const events: FetchEvent[] = [
  { type: 'start', file, url },
  { type: 'bytes', file, received: 500_000, total: 4_500_000 },
  { type: 'bytes', file, received: 600_000, total: 4_500_000 },
  { type: 'failed', file, url, reason: 'answered 503', unreachable: false },
  { type: 'start', file, url },
  { type: 'bytes', file, received: 1_000_000, total: null },
  { type: 'done', file },
  { type: 'present', file: 'other' },
];

function logged(isTTY: boolean, seen = events): string {
  let written = '';
  let clock = 0;
  const write = (text: string) => {
    written += text;
  };
  const log = fetchLog({ isTTY, write }, () => clock);
  for (const event of seen) {
    log.onEvent(event);
    clock += 60;
  }
  return written;
}

it('a log gets one line an event and no bytes', () => {
  expect(logged(false)).toBe(
    `${file}: from ${url}\n${file}: ${url} answered 503\n${file}: from ${url}\n` +
      `${file}: fetched and checked\nother: already there\n`,
  );
});

it('a terminal sees the bytes arrive in place, a few times a second', () => {
  expect(logged(true)).toBe(
    `\r\x1b[K${file}: 0.5 of 4.5 MB` +
      `\r\x1b[K${file}: ${url} answered 503\n` +
      `\r\x1b[K${file}: 1.0 MB` +
      `\r\x1b[K${file}: fetched and checked\n\r\x1b[Kother: already there\n`,
  );
});

it('leaves the line clean when something is said, and at the end', () => {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const log = fetchLog({ isTTY: true, write }, () => 0);
  log.onEvent(events[1]);
  log.note('interrupted');
  expect(written).toBe(`\r\x1b[K${file}: 0.5 of 4.5 MB\r\x1b[Kinterrupted\n`);
  written = '';
  log.close();
  expect(written).toBe('');
});

it('says nothing of hosts that cannot be reached: the error at the end does', () => {
  const lost: FetchEvent[] = [
    { type: 'start', file, url },
    { type: 'failed', file, url, reason: 'getaddrinfo ENOTFOUND example.org', unreachable: true },
  ];
  expect([logged(false, [...lost, ...lost]), logged(true, lost)]).toEqual(['', '']);
});
