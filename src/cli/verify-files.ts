import { Worker } from 'node:worker_threads';
import { InterruptedError } from '../ensemble/train/errors.js';
import { InputError } from '../errors.js';
import type { SolutionRecord } from '../problem/solution.js';
import type { StageVerdict, Verdict } from '../verify/verdict.js';

/** What the thread is asked; plain data. */
export interface VerifyTask {
  readonly problemPath: string;
  readonly solutionPath: string;
  readonly proofPath?: string;
}

/** In this order, the last one alone or after any of the others. */
export type VerifyAnswer =
  | { readonly type: 'read'; readonly solution: SolutionRecord }
  /** Without enumeration and without the proof. */
  | { readonly type: 'so-far'; readonly verdict: Verdict }
  | { readonly type: 'verdict'; readonly verdict: Verdict }
  | { readonly type: 'refused'; readonly message: string };

/**
 * Checks a solution file, and replays its proof, in a thread of its own: a few lines of a proof can ask for an enumeration of
 * minutes, and a thread can be ended wherever it stands. What had not been decided when the time was out is not decided.
 *
 * @param timeLimit seconds since the process began; undefined: none
 * @throws InputError for files that cannot be read, InterruptedError when the signal came first
 */
export async function verifyFiles(
  workerData: VerifyTask,
  timeLimit: number | undefined,
  signal: AbortSignal,
): Promise<Verdict> {
  const worker = new Worker(new URL('./verify-thread.js', import.meta.url), { workerData, execArgv: [] });
  let timer: NodeJS.Timeout | undefined;
  let solution: SolutionRecord | undefined;
  let soFar: Verdict | undefined;
  try {
    return await new Promise<Verdict>((resolve, reject) => {
      worker.on('message', (answer: VerifyAnswer) => {
        if (answer.type === 'read') solution = answer.solution;
        else if (answer.type === 'so-far') soFar = answer.verdict;
        else if (answer.type === 'verdict') resolve(answer.verdict);
        else reject(new InputError(answer.message));
      });
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the thread that verifies ended with code ${code}`)));
      const interrupt = () =>
        reject(new InterruptedError('interrupted before the check had come to its end'));
      if (signal.aborted) interrupt();
      else signal.addEventListener('abort', interrupt, { once: true });
      if (timeLimit === undefined) return;
      const left = Math.min(Math.max(0, timeLimit * 1000 - performance.now()), 2 ** 31 - 1);
      timer = setTimeout(() => resolve(cutOff(solution, soFar, workerData.proofPath !== undefined)), left);
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

/** What is left when the time is out: what was refuted stays so, and nothing is proved that was still being looked at. */
function cutOff(
  solution: SolutionRecord | undefined,
  soFar: Verdict | undefined,
  hasProof: boolean,
): Verdict {
  const reason = 'not decided within the time limit';
  const { valid, stages, faults }: Omit<Verdict, 'proved'> = soFar ?? {
    valid: true,
    stages: (solution?.stages ?? []).map(unlooked),
  };
  const open =
    soFar === undefined ? ['anything'] : [...(soFar.unproved ?? []), ...(hasProof ? ['the proof'] : [])];
  return {
    valid,
    proved: false,
    stages: stages.map((stage) => (stage.boundHolds === null ? withReason(stage, reason) : stage)),
    ...(valid ? { unproved: open } : {}),
    ...(faults === undefined ? {} : { faults }),
    stopped: 'time-limit',
  };
}

function withReason(stage: StageVerdict, reason: string): StageVerdict {
  return { ...stage, reason: stage.reason === undefined ? reason : `${stage.reason}; ${reason}` };
}

function unlooked({ stage, objective }: SolutionRecord['stages'][number]): StageVerdict {
  return { stage, objective, objectiveHolds: null, boundHolds: null };
}
