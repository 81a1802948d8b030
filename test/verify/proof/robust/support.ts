import fc from 'fast-check';
import type { Engine } from '../../../../src/engine/index.js';
import { activeInputs } from '../../../../src/problem/active.js';
import { groupingOf } from '../../../../src/problem/objective.js';
import type { Hold, StageName } from '../../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { proofLines } from '../../../../src/stages/proof-text.js';
import { solve } from '../../../../src/stages/solve.js';
import type { Solution, SolveOptions } from '../../../../src/stages/types.js';
import { tinyRobust } from '../../../../src/testing/robust-arbitraries.js';
import { bruteStage } from '../../../../src/verify/brute/index.js';
import { type ProofResult, verifyProof } from '../../../../src/verify/proof/index.js';
import { families } from '../../../../src/verify/robust.js';
import { decimalUnits } from '../../../../src/verify/units.js';

/** Robust problems with samples of both labels, of few enough networks for brute force to take milliseconds. */
export function smallRobust(withKeep = true): fc.Arbitrary<TrainingProblem> {
  const shapes = fc.oneof(
    tinyRobust({ maxLayers: 1, maxP: 2, maxInputs: 4, maxSamples: 7, withKeep }),
    tinyRobust({ maxLayers: 3, maxP: 2, maxInputs: 3, maxHidden: 2, maxSamples: 7, maxLinf: 2, withKeep }),
    tinyRobust({ maxLayers: 2, maxP: 1, maxInputs: 3, maxHidden: 3, maxSamples: 6, withKeep }),
  );
  return shapes.filter((problem) => isMixed(problem) && isSmall(problem));
}

function isMixed(problem: TrainingProblem): boolean {
  const { labels, keep } = problem;
  const groups = groupingOf(problem);
  const kept = [...labels].filter((_, k) => keep === undefined || keep.includes(groups?.[k] ?? k));
  return new Set(kept).size === 2;
}

function isSmall({ layers, weightBound }: TrainingProblem): boolean {
  const first = (2 * weightBound + 1) ** (layers[0] * layers[1]);
  let upper = 1;
  for (let l = 2; l < layers.length; l++) upper *= (2 * weightBound + 1) ** (layers[l - 1] * layers[l]);
  return first * Math.min(upper, 32) <= 30_000 && upper <= 20_000;
}

export interface Proved {
  readonly solution: Solution;
  readonly lines: readonly string[];
  readonly result: ProofResult;
}

/** A run with its proof, and what the verifier makes of that. */
export function proved(engine: Engine, problem: TrainingProblem, options: SolveOptions): Proved {
  const chunks: string[] = [];
  const solution = solve(engine, problem, { ...options, proof: (text) => chunks.push(text) });
  const lines = chunks.join('').slice(0, -1).split('\n');
  return { solution, lines, result: verifyProof(problem, solution, lines) };
}

/** One stage of a problem, what it is about, and its optimum in integer units; `null`: infeasible. */
export interface Case {
  readonly problem: TrainingProblem;
  readonly stage: StageName;
  readonly keep: readonly number[];
  readonly hold: Hold;
  readonly optimum: number | null;
}

/** Stages with any thresholds; the problem says itself what is kept and held, so that no network is needed to know. */
export const cases: fc.Arbitrary<Case> = fc
  .tuple(smallRobust(), fc.constantFrom<StageName>('sm', 'mm', 'mw'), fc.array(fc.nat({ max: 30 })))
  .map(([plain, stage, wanted]) => {
    const keep = plain.keep ?? families(plain).map((_, sample) => sample);
    const held = plain.layers.slice(1).map((size, l) => {
      return Array.from({ length: size }, (_, j) => (l === 0 ? (wanted[j] ?? 0) : 0));
    });
    const { scale } = decimalUnits(plain.epsilon);
    const margins = held.map((layer) => layer.map((m) => m / scale));
    const problem: TrainingProblem = { ...plain, keep, ...(stage === 'mw' ? { margins } : {}) };
    const hold: Hold = stage === 'mw' ? { kind: 'margins', margins: held } : { kind: 'correct' };
    const optimum = bruteStage(problem, stage, keep, hold).objective;
    return { problem, stage, keep, hold, optimum };
  });

/** What is claimed where there is no network. */
export function claimOf({ problem, stage, optimum }: Case): number {
  if (optimum !== null) return optimum;
  const { layers } = problem;
  return stage === 'mm' ? -1 : 1 + layers.slice(1).reduce((sum, size, l) => sum + size * layers[l], 0);
}

/**
 * A block by the engine's proof pass for any claim, true or not: it is what the pass writes while it believes the claim,
 * and what it writes after it has met a network that refutes it. `undefined`: it could not be written.
 */
export function blockFor(engine: Engine, one: Case, claim: number): string[] | undefined {
  const { problem, stage, keep, hold } = one;
  engine.load(problem);
  engine.begin(stage, keep, hold, null, 0);
  const head = [`stage ${stage}`];
  if (stage !== 'sm') head.push(['keep', ...keep].join(' '));
  if (stage === 'mw')
    head.push(['hold margins', ...(hold.kind === 'margins' ? hold.margins.flat() : [])].join(' '));
  const lines: string[] = [];
  engine.beginProof(claim);
  const active = activeInputs(problem);
  for (let state = 'running'; state === 'running'; ) {
    state = engine.stepProof(20);
    const text = proofLines(engine.drainProof(), active);
    if (text !== '') lines.push(...text.slice(0, -1).split('\n'));
    if (state === 'failed' || lines.length > 5000) return undefined;
  }
  const method = engine.provesByMatching ? 'matching' : 'tree';
  return [...head, `claim ${claim}`, `method ${method}`, ...lines, 'end'];
}
