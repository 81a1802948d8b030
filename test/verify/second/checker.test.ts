import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/index.js';
import { drawOptions } from '../../../src/fuzz/draw-run.js';
import { execute } from '../../../src/fuzz/execute.js';
import type { RunOptions } from '../../../src/fuzz/types.js';
import { formatProblem, formatSolution, parseProblem, parseSolution } from '../../../src/problem/file.js';
import { type Objective, objectiveOf } from '../../../src/problem/objective.js';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { compilePackagedEngine } from '../../../src/run/wasm-file.js';
import type { Solution } from '../../../src/stages/types.js';
import { drawProblem } from '../../../src/testing/draw-problem.js';
import { Draws } from '../../../src/testing/draws.js';
import { type StageProof, verifyProof } from '../../../src/verify/proof/index.js';
import { drawn } from '../../engine/problems.js';
import { drawn as drawnGroups } from '../../stages/drawn-groups.js';

/*
 * Our proofs before a second checker (checker.py and the files beside it): Python, written from docs/proof.md alone. Where the page left
 * something open, or our verifier believed what the page does not say, the two would part.
 */

const script = fileURLToPath(new URL('./checker.py', import.meta.url));
const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0;
const PROBLEMS = Number(process.env.RUNS ?? 60);
const OBJECTIVES = ['paper', 'paper', 'robust', 'soft'] as const;
/** Draws of seed 78 with hidden layers, whose proofs are trees over sides. */
const TREES = [20, 44, 75, 96, 199, 206, 219];
const ROBUST = [17, 36, 48, 52, 57, 61, 66, 82];
/** Records of every tree over weights and sides, sides by neuron or by row. */
const TREE = ['tree p', 'tree w', 'tree b', 'tree m', 'tree i', 'tree f', 'tree x', 'tree l'];
/** Records that the proofs have to be made of, by the method that they belong to. */
const RECORDS = {
  paper: [...TREE, 'tree g', 'tree s', 'tree u'],
  'paper by rows': ['rows k', 'rows r', 'rows d'],
  robust: [...TREE, 'tree r', 'matching c'],
  soft: ['tree w', 'tree a', 'tree f', 'tree l'],
  groups: ['cases e', 'cases o', 'cases case'],
} as const;

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
  cases = Array.from({ length: PROBLEMS }, (_, n) => proved(engine, [91, n], OBJECTIVES[n % 4]));
  cases.push(...TREES.map((n) => proved(engine, [78, n], 'paper')));
  cases.push(...ROBUST.map((n) => proved(engine, [78, n], 'robust')));
  cases.push(...Array.from({ length: 12 }, (_, seed) => provedGroups(engine, seed)));
  cases.push(provedByRows(engine));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SURE = { proof: true, workLimit: 1e6, timeLimit: undefined, patience: undefined, tolerance: 0 };

function proved(engine: Engine, seed: readonly number[], objective: Objective['kind']): Case {
  const draws = new Draws(...seed);
  const problem = drawProblem(draws, objective, draws.once(3) ? 'medium' : 'tiny');
  const options = { ...drawOptions(draws, 'tiny'), ...SURE, enumeration: draws.pick([0, 0, 0, 1]) };
  return caseOf(engine, problem, options);
}

function caseOf(engine: Engine, problem: TrainingProblem, options: RunOptions): Case {
  const { solution, proof = '' } = execute(engine, { problem, options });
  return { problem, solution, proof };
}

/** Groups of columns: a proof by cases, each with a tree or what else shows it. */
function provedGroups(engine: Engine, seed: number): Case {
  return caseOf(engine, drawnGroups(seed), { ...drawOptions(new Draws(seed), 'tiny'), ...SURE });
}

/** More weights than a search over them bears. */
function provedByRows(engine: Engine): Case {
  const problem = drawn({ seed: 5, layers: [16, 1], count: 60, least: -40, most: 40 }, { weightBound: 5 });
  const options = { ...drawOptions(new Draws(5), 'tiny'), ...SURE, stages: ['sm'] as const, workLimit: 4e7 };
  return caseOf(engine, problem, options);
}

/** The records of proofs, each behind the innermost method that it belongs to, of proofs by cases also these. */
function recordsIn(some: readonly Case[]): Set<string> {
  const found = new Set<string>();
  for (const { proof } of some) {
    let method = '';
    for (const line of proof.split('\n')) {
      const [word, name] = line.split(' ');
      if (word === 'method') method = name;
      else if (word === 'e' || word === 'o' || word === 'case') found.add(`cases ${word}`);
      else if (word.length === 1) found.add(`${method} ${word}`);
    }
  }
  return found;
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
    for (const [kind, records] of Object.entries(RECORDS)) {
      const [objective] = kind.split(' ');
      const some = cases.filter(({ problem }) => kind === 'groups' || objectiveOf(problem) === objective);
      for (const record of records) expect([...recordsIn(some)], kind).toContain(record);
    }
  });

  it('says the same of the proofs whose verdicts are on record', { timeout: 60_000 }, () => {
    const lines = readFileSync(new URL('../proof/verdicts.jsonl', import.meta.url), 'utf8')
      .trim()
      .split('\n');
    const records = lines.map((line) => JSON.parse(line));
    const some = records.map(({ problem, solution, proof }) => ({
      problem: parseProblem(JSON.stringify(problem), 'problem'),
      solution: parseSolution(JSON.stringify(solution), 'solution') as Solution,
      proof: `${proof.join('\n')}\n`,
    }));
    for (const [n, blocks] of second(some).entries()) {
      const ours: StageProof[] = records[n].verdict.stages;
      expect(blocks.map(({ stage }) => stage)).toEqual(ours.map(({ stage }) => stage));
      for (const [at, { verdict, reason }] of blocks.entries())
        if (verdict !== 'not judged')
          expect(verdict === 'holds', `line ${n + 1}: ${reason}`).toBe(ours[at].holds);
    }
  });

  it('refuses claims that are one unit too good, and records that are missing', { timeout: 120_000 }, () => {
    const lies: Case[] = [];
    for (const one of cases) {
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
