import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from '../engine/index.js';
import { engineSolver } from '../ensemble/train/pool.js';
import { InputError } from '../errors.js';
import type { StageProgress } from '../stages/types.js';
import type { TaskMessage, WorkerMessage, WorkerStart } from './pool.js';

/**
 * The worker thread: one engine, one pair after the other. An `InputError` is an answer; any other error is left to end
 * the thread, because an engine that trapped is not to be trusted with the next pair.
 */
if (parentPort === null) throw new Error('run/worker.js is started by the pool, not by itself');
const port = parentPort;
const { module, stop } = workerData as WorkerStart;
const stopFlag = new Int32Array(stop);
const shouldStop = (): boolean => Atomics.load(stopFlag, 0) !== 0;
const solver = Engine.create(module).then(engineSolver);

/** Progress faster than anyone reads only costs copies. */
const PROGRESS_MS = 100;

port.on('message', ({ task }: TaskMessage) => {
  void solver.then((solve) => {
    let told = 0;
    const tell = (progress: StageProgress): void => {
      const now = performance.now();
      if (now - told < PROGRESS_MS) return;
      told = now;
      send({ type: 'progress', progress });
    };
    try {
      const steps = solve(task, shouldStop);
      let step = steps.next();
      for (; !step.done; step = steps.next()) tell(step.value);
      send({ type: 'outcome', outcome: step.value });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      send({ type: 'refused', message: error.message });
    }
  });
});

function send(message: WorkerMessage): void {
  port.postMessage(message);
}
