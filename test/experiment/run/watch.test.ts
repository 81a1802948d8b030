import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ExperimentProgress } from '../../../src/experiment/progress.js';
import { openWatch } from '../../../src/experiment/run/watch.js';
import { rowWith } from '../rows.js';

function ask(
  url: string,
  options: { method?: string; host?: string } = {},
): Promise<[status: number, text: string]> {
  const { method = 'GET', host } = options;
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers: host === undefined ? {} : { host } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve([response.statusCode ?? 0, text]));
    });
    asked.on('error', reject).end();
  });
}

describe('the live page', () => {
  it('shows what is known, for this host and reading alone, and a port in use is said', async () => {
    const progress = new ExperimentProgress(() => 0);
    progress.update({
      ...{ type: 'plan', name: 'mine', trainings: 2, networks: 2, trainingsThere: 0, networksThere: 0 },
      ...{ workers: 2, varied: ['shots'], seconds: 8 },
    });
    progress.update({ type: 'row', id: 0, row: rowWith('k'), networks: 1, fresh: true });
    const watch = await openWatch(progress, 0);
    try {
      const [status, page] = await ask(watch.url);
      expect(status).toBe(200);
      expect(page).toContain('trainings 1/2, networks 1/2');
      expect(page).toContain('accuracy so far: mean 70.0 %, best 70.0 %');
      expect(page).toContain('shots=2 instance=0: accuracy 70.0 %, non-zero 75.0 %, gap sm 0 %');
      const [, state] = await ask(`${watch.url}state.json`);
      expect(JSON.parse(state)).toMatchObject({ experiment: 'mine', trainingsDone: 1, secondsLeft: 8 });
      expect((await ask(watch.url, { method: 'POST' }))[0]).toBe(405);
      expect((await ask(watch.url, { host: 'evil.example' }))[0]).toBe(403);
      expect((await ask(`${watch.url}../etc/passwd`))[0]).toBe(404);
      const port = Number(new URL(watch.url).port);
      await expect(openWatch(progress, port)).rejects.toThrow(`option --watch: port ${port} is in use`);
    } finally {
      watch.close();
    }
  });
});
