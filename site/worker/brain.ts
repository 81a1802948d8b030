import { InterruptedError } from '../../src/ensemble/train/errors.js';
import { setPlatform } from '../../src/ensemble/train/platform.js';
import { InputError } from '../../src/errors.js';
import type { BrainApi } from './api.js';
import { BrainState } from './brain-state.js';
import { PortPool } from './pool.js';
import type { FromBrain, ToBrain } from './protocol.js';

/**
 * The worker that holds data, plan and classifier, and answers the page. Calls are answered in the order in which they come, but for
 * `train`, beside which others are answered with what is trained so far.
 *
 * @param solvers how many will come
 */
export function beBrain(solvers: number): void {
  const pool = new PortPool();
  setPlatform({
    // The solvers have the engine; a training asks for its module and has no use for it.
    loadEngine: async () => undefined as unknown as WebAssembly.Module,
    createPool: async () => {
      await pool.ready(solvers);
      return pool;
    },
    cores: () => 1,
  });
  const send = (message: FromBrain): void => self.postMessage(message);
  const api: BrainApi = new BrainState(pool, (event) => send({ event }));
  self.addEventListener('message', ({ data }: MessageEvent<ToBrain>) => {
    if ('solver' in data) {
      pool.seat(data.place, data.solver);
      return;
    }
    const { id, call, args } = data;
    const method = api[call] as (...args: readonly unknown[]) => unknown;
    Promise.resolve()
      .then(() => method.apply(api, [...args]))
      .then((value) => send({ id, value }))
      .catch((error: unknown) => {
        const isInput = error instanceof InputError || error instanceof InterruptedError;
        send({ id, error: error instanceof Error ? error.message : String(error), isInput });
      });
  });
}
