import { parentPort, workerData } from 'node:worker_threads';
import { InputError } from '../errors.js';
import { parseProblem, parseSolution } from '../problem/file.js';
import type { SolutionRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { checkSolution } from '../verify/checker.js';
import { type ProofResult, ProofVerifier } from '../verify/proof/index.js';
import { readText } from './files.js';
import { forEachLine } from './proof-lines.js';
import type { VerifyAnswer, VerifyTask } from './verify-files.js';

/*
 * The thread behind verify-files.ts. It answers more than once, with what is known so far: the other thread may end it at any
 * moment, in the middle of an enumeration or of a record that is replayed, and then has the last answer.
 */
if (parentPort === null) throw new Error('cli/verify-thread.js is started by fewbit verify, not by itself');
const port = parentPort;
const { problemPath, solutionPath, proofPath } = workerData as VerifyTask;

function answer(message: VerifyAnswer): void {
  port.postMessage(message);
}

try {
  const problem = parseProblem(await readText(problemPath), problemPath);
  const solution = parseSolution(await readText(solutionPath), solutionPath);
  answer({ type: 'read', solution });
  const early = checkSolution(problem, solution, undefined, { enumerate: false });
  answer({ type: 'so-far', verdict: early });
  // No proof helps a file that is refuted already.
  const proof =
    early.valid && proofPath !== undefined ? await replay(problem, solution, proofPath) : undefined;
  const isComplete = early.proved && proof === undefined;
  answer({ type: 'verdict', verdict: isComplete ? early : checkSolution(problem, solution, proof) });
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  answer({ type: 'refused', message: error.message });
}

async function replay(
  problem: TrainingProblem,
  solution: SolutionRecord,
  path: string,
): Promise<ProofResult> {
  const verifier = new ProofVerifier(problem, solution);
  await forEachLine(path, (line) => {
    verifier.feed(line);
    return !verifier.isOver;
  });
  return verifier.finish();
}
