import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InputError } from '../../errors.js';
import { htmlPage } from '../../report/shell.js';
import { escapeText } from '../../report/svg.js';
import type { ExperimentProgress } from '../progress.js';

/** Who listens here is this machine alone. */
const LOOPBACK = '127.0.0.1';
const NAMES = new Set([LOOPBACK, 'localhost', '[::1]']);
const REFRESH_SECONDS = 2;
/** Columns of the page's lines. */
const WIDTH = 110;

export interface Watch {
  readonly url: string;
  close(): void;
}

/**
 * The progress as a page that loads itself again, and as JSON under `/state.json`. Nothing can be done there: it answers GET and HEAD,
 * takes nothing in, and refuses what was asked for under the name of another host (a page elsewhere whose name was turned to this address).
 *
 * @param port 0: any that is free
 * @throws InputError where the port cannot be had
 */
export async function openWatch(progress: ExperimentProgress, port: number): Promise<Watch> {
  const server = createServer((request, response) => answer(progress, request, response));
  await listen(server, port);
  const url = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be had (${error.code})`;
      reject(new InputError(`option --watch: port ${port} ${why}`));
    });
    server.listen(port, LOOPBACK, () => {
      // A page that somebody looks at keeps no process alive.
      server.unref();
      resolve();
    });
  });
}

function answer(progress: ExperimentProgress, request: IncomingMessage, response: ServerResponse): void {
  const say = (
    status: number,
    type: string,
    body: string,
    more: Readonly<Record<string, string>> = {},
  ): void => {
    response.writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      ...more,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (!NAMES.has(host)) say(403, 'text/plain', 'not for this host\n');
  else if (request.method !== 'GET' && request.method !== 'HEAD') {
    say(405, 'text/plain', 'to look at only\n', { allow: 'GET, HEAD' });
  } else if (request.url === '/state.json')
    say(200, 'application/json', `${JSON.stringify(progress.state())}\n`);
  else if (request.url === '/') {
    say(200, 'text/html', livePage(progress), { refresh: String(REFRESH_SECONDS) });
  } else say(404, 'text/plain', 'nothing here\n');
}

function livePage(progress: ExperimentProgress): string {
  const title = `fewbit experiment: ${String(progress.state().experiment ?? 'starting')}`;
  const lines = progress.liveLines(WIDTH).map(escapeText).join('\n');
  const finished = progress.latest().map(escapeText).join('\n');
  return htmlPage(title, [
    `<h1>${escapeText(title)}</h1><pre>${lines}</pre>`,
    finished === '' ? '' : `<h2>Finished last</h2><pre>${finished}</pre>`,
  ]);
}
