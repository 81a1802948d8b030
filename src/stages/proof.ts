import type { Engine } from '../engine/index.js';
import { activeInputs } from '../problem/active.js';
import { marginUnits } from '../problem/semantics.js';
import type { Hold } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { proofLines } from './proof-text.js';
import { robustArgument } from './robust-proof.js';
import type { StageName, StageResult } from './types.js';

export const PROOF_HEADER = 'fewbit-proof 1\n';

/** First layers with at most so many weight vectors are enumerated by the verifier rather than argued about. */
const MOST_VECTORS = 600_000;
/** Tree nodes between two yields. */
const NODES = 50;

/**
 * Writes the block of one stage that the engine has just ended, with the engine still standing in that stage. Yields
 * between slices; returns the block's text, or `undefined` when the proof could not be completed (`stop`, or a tree
 * that does not fit), in which case the bound stays an unproved claim of the file.
 */
export function* stageProof(
  engine: Engine,
  problem: TrainingProblem,
  result: StageResult,
  keep: readonly number[],
  hold: Hold,
  stop: () => boolean,
): Generator<void, string | undefined> {
  const { stage } = result;
  const claim = claimOf(problem, result);
  if (claim === undefined) return undefined;
  const head = [`stage ${stage}`];
  if (stage !== 'sm') head.push(['keep', ...keep].join(' '));
  if (stage === 'mw') head.push(holdLine(hold));
  head.push(`claim ${claim}`);
  if (problem.objective === 'robust') {
    const argument = yield* robustArgument(engine, problem, result, keep, claim, stop);
    return argument === undefined ? undefined : `${head.join('\n')}\n${argument}end\n`;
  }
  const method = proofMethod(problem, stage, keep, claim);
  head.push(`method ${method}`);
  const text = [`${head.join('\n')}\n`];
  if (method === 'tree') {
    const active = activeInputs(problem);
    engine.beginProof(claim);
    for (let state = 'running'; state === 'running'; ) {
      state = engine.stepProof(NODES);
      text.push(proofLines(engine.drainProof(), active));
      if (state === 'failed' || stop()) return undefined;
      yield;
    }
    if (engine.provedClaim() !== claim) return undefined;
  }
  text.push('end\n');
  return text.join('');
}

/** The bound in integers; that there is no network at all is a claim beyond what any network could be worth. */
function claimOf(problem: TrainingProblem, result: StageResult): number | undefined {
  if (result.status === 'infeasible') {
    if (result.stage === 'mm') return -1;
    const [, ...widths] = problem.layers;
    const inputs = [activeInputs(problem).length, ...widths];
    return 1 + widths.reduce((sum, width, l) => sum + width * inputs[l], 0);
  }
  if (result.bound === null) return undefined;
  return result.stage === 'mm' ? Math.round(result.bound * marginUnits(problem).scale) : result.bound;
}

function holdLine(hold: Hold): string {
  return hold.kind === 'margins' ? ['hold margins', ...hold.margins.flat()].join(' ') : `hold ${hold.kind}`;
}

function proofMethod(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  claim: number,
): 'trivial' | 'enumerate' | 'interval' | 'tree' {
  const hidden = problem.layers.length > 2;
  if (stage === 'sm') {
    if (claim === consistentSamples(problem)) return 'trivial';
    return hidden ? 'enumerate' : 'interval';
  }
  if (keep.length === 0) return 'trivial';
  const vectors = (2 * problem.weightBound + 1) ** activeInputs(problem).length;
  return hidden && vectors <= MOST_VECTORS ? 'enumerate' : 'tree';
}

/** All samples less, for every group of equal inputs, those of its rarer label. */
function consistentSamples(problem: TrainingProblem): number {
  const groups = new Map<string, [number, number]>();
  const width = problem.layers[0];
  for (let k = 0; k < problem.sampleCount; k++) {
    const key = problem.samples.subarray(k * width, (k + 1) * width).join();
    const counts = groups.get(key) ?? [0, 0];
    counts[problem.labels[k] > 0 ? 0 : 1]++;
    groups.set(key, counts);
  }
  let lost = 0;
  for (const [plus, minus] of groups.values()) lost += Math.min(plus, minus);
  return problem.sampleCount - lost;
}
