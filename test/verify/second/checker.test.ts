import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/index.js';
import { drawOptions } from '../../../src/fuzz/draw-run.js';
import { execute } from '../../../src/fuzz/execute.js';
import { formatProblem, formatSolution } from '../../../src/problem/file.js';
import type { Objective } from '../../../src/problem/objective.js';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { compilePackagedEngine } from '../../../src/run/wasm-file.js';
import type { Solution } from '../../../src/stages/types.js';
import { drawProblem } from '../../../src/testing/draw-problem.js';
import { Draws } from '../../../src/testing/draws.js';
import { verifyProof } from '../../../src/verify/proof/index.js';

/*
 * Our proofs before a second checker (checker.py): Python, written from docs/proof.md alone. Where the page left something open,
 * or our verifier believed what the page does not say, the two would part.
 */

const script = fileURLToPath(new URL('./checker.py', import.meta.url));
const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0;
const PROBLEMS = Number(process.env.RUNS ?? 40);
/** Draws of seed 78 with hidden layers, whose proofs are trees over sides. */
const TREES = [20, 44, 75, 96, 199, 206, 219];

interface Case {
  readonly problem: TrainingProblem;
  readonly solution: Solution;
  readonly proof: string;
}
interface Block {
  readonly stage: string;
  readonly verdict: 'holds' | 'refused' | 'not judged';
  readonly reason?: string;
}

let folder: string;
let cases: Case[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fewbit-second-'));
  const engine = await Engine.create(await compilePackagedEngine());
  cases = Array.from({ length: PROBLEMS }, (_, n) => proved(engine, [91, n], 'paper'));
  cases.push(...TREES.map((n) => proved(engine, [78, n], 'paper')), proved(engine, [91, 0], 'robust'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function proved(engine: Engine, seed: readonly number[], objective: Objective['kind']): Case {
  const draws = new Draws(...seed);
  const problem = drawProblem(draws, objective, draws.once(3) ? 'medium' : 'tiny');
  const drawn = drawOptions(draws, 'tiny');
  const sure = { proof: true, workLimit: 1e6, timeLimit: undefined, patience: undefined, tolerance: 0 };
  const options = { ...drawn, ...sure, enumeration: draws.pick([0, 0, 0, 1]) };
  const { solution, proof = '' } = execute(engine, { problem, options });
  return { problem, solution, proof };
}

/** What the second checker says of each. */
function second(some: readonly Case[]): Block[][] {
  const files = some.flatMap(({ problem, solution, proof }, n) => {
    const texts = [formatProblem(problem), formatSolution(solution), proof];
    return texts.map((text, at) => {
      const path = join(folder, `${n}-${at}`);
      writeFileSync(path, text);
      return path;
    });
  });
  const { stdout, stderr, status } = spawnSync('python3', ['-B', script, ...files], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).stages);
}

describe.skipIf(!python)('a second checker, from docs/proof.md alone (needs python3)', () => {
  it('accepts what our verifier accepts', { timeout: 120_000 }, () => {
    const said = second(cases);
    let held = 0;
    for (const [n, { problem, solution, proof }] of cases.entries()) {
      const ours = verifyProof(problem, solution, proof.split('\n').slice(0, -1)).stages;
      expect(said[n].map(({ stage }) => stage)).toEqual(ours.map(({ stage }) => stage));
      for (const [at, block] of said[n].entries()) {
        if (block.verdict === 'not judged') continue;
        held++;
        const text = `${n} ${block.stage}: ${block.reason}\n${formatProblem(problem)}${proof}`;
        expect(block.verdict === 'holds', text).toBe(ours[at].holds);
      }
    }
    expect(held).toBeGreaterThan(PROBLEMS);
    const records = new Set(
      cases.flatMap(({ proof }) => proof.split('\n').map((line) => line.split(' ')[0])),
    );
    for (const letter of ['m', 'l', 'x', 'p', 'w', 'i']) expect(records).toContain(letter);
    expect(said.at(-1)?.every(({ verdict }) => verdict === 'not judged')).toBe(true);
  });

  it('refuses claims that are one unit too good, and records that are missing', { timeout: 120_000 }, () => {
    const lies: Case[] = [];
    for (const one of cases.slice(0, -1)) {
      for (const record of one.solution.stages) {
        if (record.status !== 'optimal' || record.provedBound !== undefined) continue;
        const better = (claim: string) => String(Number(claim) + (record.stage === 'mw' ? 1 : -1));
        const block = new RegExp(`(stage ${record.stage}\\n(?:keep.*\\n|hold.*\\n)*claim )(-?\\d+)$`, 'm');
        if (!block.test(one.proof)) continue;
        const proof = one.proof.replace(
          block,
          (_all, before: string, claim: string) => before + better(claim),
        );
        lies.push({ ...one, proof });
      }
      const lines = one.proof.split('\n');
      const at = lines.findLastIndex((line) => /^[lx]$/.test(line));
      if (at >= 0) lies.push({ ...one, proof: lines.toSpliced(at, 1).join('\n') });
    }
    expect(lies.length).toBeGreaterThan(PROBLEMS);
    for (const [n, blocks] of second(lies).entries()) {
      const { proof, problem } = lies[n];
      const isTold = blocks.some(({ verdict }) => verdict !== 'holds');
      expect(isTold, `${formatProblem(problem)}${proof}`).toBe(true);
    }
  });
});
