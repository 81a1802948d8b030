import { parentPort, workerData } from 'node:worker_threads';
import { InputError } from '../errors.js';
import { importHighs, solveWithHighs } from '../milp/highs.js';
import { bruteSolve } from '../verify/brute/solve.js';
import type { RivalAnswer, RivalTask } from './rival.js';

/* The thread behind rival.ts: one task, one answer. */

const task = workerData as RivalTask;
const { engine, problem, stages, timeLimit, nodeLimit, seed, tolerance } = task;
const flag = new Int32Array(task.stop);
const shouldStop = () => Atomics.load(flag, 0) === 1;

let answer: RivalAnswer;
try {
  const solution =
    engine === 'highs'
      ? await solveWithHighs(importHighs, problem, stages, {
          timeLimit,
          nodeLimit,
          seed,
          tolerance,
          shouldStop,
        })
      : bruteSolve(problem, stages, tolerance);
  answer = { type: 'solution', solution };
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  answer = { type: 'refused', message: error.message };
}
parentPort?.postMessage(answer);
