import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from '../engine/index.js';
import { InputError } from '../errors.js';
import { compilePackagedEngine } from '../run/wasm-file.js';
import { isStageName } from '../stage-list.js';
import { solveSteps } from '../stages/solve.js';
import type { StageName } from '../stages/types.js';
import { writeWhole } from './proof-file.js';
import type { ProvingAnswer, ProvingTask } from './proof-solve.js';
import { boundedTrace } from './trace-file.js';

/** Progress faster than anyone reads only costs copies. */
const PROGRESS_MS = 100;

/** The thread of `solveWithProof`: solves, and writes proof and trace to the open files as they are made. */
if (parentPort === null) throw new Error('cli/proof-thread.js is started by fewbit solve, not by itself');
const port = parentPort;
const { problem, options, proof, trace, stop } = workerData as ProvingTask;
const stopFlag = new Int32Array(stop);

function answer(message: ProvingAnswer): void {
  port.postMessage(message);
}

try {
  const engine = await Engine.create(await compilePackagedEngine());
  const proved: StageName[] = [];
  const steps = solveSteps(engine, problem, {
    ...options,
    ...(proof === undefined
      ? {}
      : {
          proof: (text: string) => {
            const block = /^stage (.*)\n/.exec(text)?.[1];
            if (isStageName(block)) proved.push(block);
            writeWhole(proof, text);
          },
        }),
    ...(trace === undefined ? {} : { trace: boundedTrace((text) => writeWhole(trace, text)) }),
    shouldStop: () => Atomics.load(stopFlag, 0) !== 0,
  });
  let told = Number.NEGATIVE_INFINITY;
  let step = steps.next();
  for (; !step.done; step = steps.next()) {
    const now = performance.now();
    if (now - told < PROGRESS_MS) continue;
    told = now;
    answer({ type: 'progress', progress: step.value });
  }
  answer({ type: 'solution', solution: step.value, proved });
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  answer({ type: 'refused', message: error.message });
}
