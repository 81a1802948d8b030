import { Engine } from '../../src/engine/index.js';
import { engineSolver, type PairSolver, type PairTask } from '../../src/ensemble/train/pool.js';
import { InputError } from '../../src/errors.js';
import { loadEngine } from '../engine/wasm-folder.js';
import { nextTurn } from '../turns.js';
import type { FromSolver, ToSolver } from './protocol.js';

/** Work between two looks at the messages. */
const TURN_MS = 12;
/** Progress faster than a screen shows only costs copies; a change of stage is always told. */
const PROGRESS_MS = 40;

/** A worker that solves one pair after the other for the brain at the other end of the port. */
export function beSolver(port: MessagePort): void {
  let stopped = false;
  let paused = false;
  let wake: (() => void) | undefined;
  let solver: Promise<PairSolver> | undefined;
  /** A solver loads the engine itself: not every browser lets a module through a port from worker to worker, and the page is not to wait for it. */
  const ready = (): Promise<PairSolver> => {
    solver ??= loadEngine()
      .then((engine) => Engine.create(engine))
      .then(engineSolver);
    return solver;
  };
  const send = (message: FromSolver): void => port.postMessage(message);

  const solve = async (task: PairTask): Promise<void> => {
    const steps = (await ready())(task, () => stopped);
    let turn = performance.now();
    let told = 0;
    let stage = '';
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        send({ type: 'outcome', outcome: step.value });
        return;
      }
      const now = performance.now();
      if (now - told >= PROGRESS_MS || step.value.stage !== stage) {
        told = now;
        stage = step.value.stage;
        send({ type: 'progress', progress: step.value });
      }
      if (now - turn < TURN_MS) continue;
      await nextTurn();
      while (paused && !stopped) await new Promise<void>((resolve) => (wake = resolve));
      turn = performance.now();
    }
  };

  port.onmessage = ({ data }: MessageEvent<ToSolver>): void => {
    switch (data.type) {
      case 'stop':
        stopped = true;
        wake?.();
        return;
      case 'pause':
        paused = data.on;
        if (!paused) wake?.();
        return;
      case 'task':
        stopped = false;
        solve(data.task).catch((error: unknown) => {
          // An engine that trapped is not to be trusted with the next pair.
          if (!(error instanceof InputError)) solver = undefined;
          const message = error instanceof Error ? error.message : String(error);
          send({ type: error instanceof InputError ? 'refused' : 'crashed', message });
        });
    }
  };
  // The first pair says what is wrong, where something is.
  ready().catch(() => (solver = undefined));
}
