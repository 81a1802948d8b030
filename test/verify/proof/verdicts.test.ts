import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseProblem, parseSolution } from '../../../src/problem/file.js';
import { verifyProof } from '../../../src/verify/proof/index.js';
import type { ProofResult } from '../../../src/verify/proof/types.js';

/*
 * Proofs of drawn problems, right ones and changed ones, and what is said of each, to the line. Of some thousands these are the ones by
 * which mutations of the verifier were found that nothing else here finds; the second checker says of all of them what ours does
 * (second/checker.test.ts).
 */

interface Case {
  readonly problem: unknown;
  readonly solution: unknown;
  readonly proof: readonly string[];
  readonly verdict: ProofResult;
}

const cases = readFileSync(new URL('./verdicts.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

describe('proofs of drawn problems', () => {
  it.each(cases.map((one, n) => [n + 1, one] as const))(
    'line %i',
    (_line, { problem, solution, proof, verdict }) => {
      const about = parseProblem(JSON.stringify(problem), 'problem');
      const claimed = parseSolution(JSON.stringify(solution), 'solution');
      expect(verifyProof(about, claimed, proof)).toEqual(verdict);
    },
  );
});
