import type { Engine } from '../engine/index.js';
import type { SolutionRecord } from '../problem/solution.js';
import { Draws } from '../testing/draws.js';
import { checkSolution } from '../verify/checker.js';
import { verifyProof } from '../verify/proof/index.js';
import { inventedBlock } from './invent-proof.js';
import { mutate } from './mutate-proof.js';
import {
  bestClaim,
  drawCase,
  falseClaim,
  honestBlock,
  isTrue,
  type ProofCase,
  type StatedClaim,
  solutionOf,
} from './proof-case.js';

/*
 * Attacks on the verifier of proofs, over all objectives: proofs that were changed, and proofs that were made up, of claims
 * whose truth brute force knows. Whatever is accepted has to be so.
 */

const HEADER = 'fewbit-proof 1';
const OBJECTIVES: readonly ProofCase['objective'][] = ['paper', 'robust', 'soft'];
/** Attacks on one problem: the next one is another. */
const ATTACKS_A_CASE = 20;

export interface AttackFigures {
  readonly attacks: number;
  /** Blocks that the verifier took, of claims that are so. */
  readonly acceptedTrue: number;
  readonly refused: number;
  /** Attacks whose claim was false. */
  readonly lies: number;
  readonly problems: number;
  readonly byStage: Readonly<Record<string, number>>;
}

/** A false claim that was accepted: the whole of it, to be looked at and kept as a case. */
export interface FalseAccept {
  readonly one: ProofCase;
  readonly solution: SolutionRecord;
  readonly proof: readonly string[];
  readonly why: string;
}

/**
 * @param kind `mutated`: changed proofs, of true and of false claims; `invented`: made up, of false claims alone
 * @returns the figures; every false accept goes to `onFalse`
 */
export function attackProofs(
  engine: Engine,
  kind: 'mutated' | 'invented',
  count: number,
  seed: number,
  onFalse: (found: FalseAccept) => void,
): AttackFigures {
  const draws = new Draws(seed, kind === 'mutated' ? 1 : 2);
  const byStage: Record<string, number> = {};
  let [attacks, acceptedTrue, refused, lies, problems] = [0, 0, 0, 0, 0];
  while (attacks < count) {
    const one = drawCase(draws, OBJECTIVES[problems % OBJECTIVES.length]);
    if (one === undefined) continue;
    problems++;
    const lie = falseClaim(draws, one);
    if (kind === 'invented' && lie === undefined) continue; // there is no network: whatever is claimed is so
    const claim = lie === undefined || (kind === 'mutated' && draws.once(2)) ? bestClaim(one) : lie;
    const solution = solutionOf(one, claim);
    const block = kind === 'mutated' ? honestBlock(engine, draws, one, claim) : [];
    for (let n = 0; n < ATTACKS_A_CASE && attacks < count; n++) {
      const lines = kind === 'mutated' ? changed(draws, one, block) : invented(draws, one, claim, solution);
      attacks++;
      if (!isTrue(one, one.stage, claim)) lies++;
      const name = `${one.objective} ${one.stage}`;
      byStage[name] = (byStage[name] ?? 0) + 1;
      const proof = [HEADER, ...lines];
      const { accepted, why } = judge(one, claim, solution, proof);
      if (why !== undefined) onFalse({ one, solution, proof, why });
      else if (accepted) acceptedTrue++;
      else refused++;
    }
  }
  return { attacks, acceptedTrue, refused, lies, problems, byStage };
}

/** One to three changes; now and then the claim of another stage, or none, under the same records. */
function changed(draws: Draws, one: ProofCase, block: readonly string[]): string[] {
  const lines = mutate(block, () => draws.int(0, 2 ** 30 - 1) / 2 ** 30);
  if (!draws.once(6)) return lines;
  const others: readonly StatedClaim[] = ['none', -1, 0, 1, one.problem.sampleCount, 99, 2 ** 40];
  const at = lines.findIndex((line) => line.startsWith('claim '));
  return at < 0 ? lines : lines.with(at, `claim ${draws.pick(others)}`);
}

function invented(draws: Draws, one: ProofCase, claim: StatedClaim, solution: SolutionRecord): string[] {
  return inventedBlock(draws, one, claim, (lines) => {
    const { stages, fault } = verifyProof(one.problem, solution, [HEADER, ...lines]);
    return fault === undefined && stages.at(-1)?.reason === 'the file ends before the block does';
  });
}

/** Neither a block that holds may claim what is not so, nor may the file be believed because of it. */
function judge(
  one: ProofCase,
  claim: StatedClaim,
  solution: SolutionRecord,
  proof: readonly string[],
): { readonly accepted: boolean; readonly why?: string } {
  const result = verifyProof(one.problem, solution, proof);
  for (const { stage, holds, claim: stated } of result.stages) {
    if (!holds || stated === null) continue;
    if (!isTrue(one, stage, stated)) return { accepted: true, why: `the block of ${stage} shows ${stated}` };
  }
  const verdict = checkSolution(one.problem, solution, result, { enumerate: false });
  const shown = verdict.proved || verdict.stages.some((stage) => stage.boundHolds === true);
  const isSo = isTrue(one, one.stage, claim);
  if (shown && !isSo) return { accepted: true, why: `the file's claim ${claim} is called shown` };
  return { accepted: result.stages.some(({ holds }) => holds) };
}
