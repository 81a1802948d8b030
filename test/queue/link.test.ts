import { expect, it } from 'vitest';
import { isAway } from '../../src/queue/away.js';
import { answered } from '../../src/queue/link.js';

it('a call that is never answered is one to a server that is away, and can be made again', async () => {
  await expect(answered(Promise.resolve(7), 1000)).resolves.toBe(7);
  const refused = new Error('WRONGPASS');
  await expect(answered(Promise.reject(refused), 1000)).rejects.toBe(refused);
  const late = await answered(new Promise(() => {}), 5).catch((error: unknown) => error);
  expect(isAway(late)).toBe(true);
  expect(isAway(new Error('Command timed out'))).toBe(true);
});
