import type { Engine } from '../engine/index.js';
import { activeInputs } from '../problem/active.js';
import { groupsOf } from '../problem/groups.js';
import { isRobust, type Objective, withTargets } from '../problem/objective.js';
import { marginUnits } from '../problem/semantics.js';
import type { Hold, SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGE_NAMES } from '../stage-list.js';
import { proofLines } from '../stages/proof-text.js';
import { drawProblem } from '../testing/draw-problem.js';
import type { Draws } from '../testing/draws.js';
import { optimumOf } from '../testing/stage-case.js';
import { scaleOf } from '../verify/claims.js';

/*
 * What attacks on proofs are about: a stage of a tiny problem whose optimum brute force knows, posed so that the problem
 * itself says what is kept and held, and what may be claimed of it, true or not.
 */

/** A bound in whole units, or that there is no network. */
export type StatedClaim = number | 'none';

export interface ProofCase {
  readonly objective: Objective['kind'];
  readonly problem: TrainingProblem;
  readonly stage: StageName;
  readonly keep: readonly number[];
  readonly hold: Hold;
  /** The optimum of every stage, by enumeration, in whole units; `null`: no network. */
  readonly optima: Readonly<Record<StageName, number | null>>;
}

/** Combinations that brute force looks at for each stage: milliseconds. */
const MOST_COMBINATIONS = 2 ** 13;

/** `undefined`: what was drawn is too large for brute force. */
export function drawCase(draws: Draws, objective: ProofCase['objective']): ProofCase | undefined {
  const drawn = drawProblem(draws, objective, 'tiny');
  const count = isRobust(drawn) ? groupsOf(drawn).count : drawn.sampleCount;
  const keep = drawn.keep ?? Array.from({ length: count }, (_, k) => k);
  const stage = draws.pick(STAGE_NAMES);
  const problem = { ...drawn, keep };
  const { scale } = marginUnits(problem);
  const isPlain = problem.margins === undefined;
  const hold: Hold = isPlain
    ? { kind: objective === 'paper' && draws.once(2) ? 'confident' : 'correct' }
    : { kind: 'margins', margins: (problem.margins ?? []).map((l) => l.map((m) => Math.round(m * scale))) };
  const optima = {} as Record<StageName, number | null>;
  for (const name of STAGE_NAMES) {
    const optimum = optimumOf(problem, { stage: name, keep, hold }, MOST_COMBINATIONS);
    if (optimum === undefined) return undefined;
    optima[name] = optimum;
  }
  return { objective, problem, stage, keep, hold, optima };
}

/** Whether a claim about a stage is so. */
export function isTrue({ optima }: ProofCase, stage: StageName, claim: StatedClaim): boolean {
  const optimum = optima[stage];
  if (optimum === null) return true;
  return claim !== 'none' && (stage === 'mw' ? claim <= optimum : claim >= optimum);
}

/** The best true claim. */
export function bestClaim({ optima, stage }: ProofCase): StatedClaim {
  return optima[stage] ?? 'none';
}

/** Something that is better than the truth: by a little, or that there is no network. */
export function falseClaim(draws: Draws, { optima, stage }: ProofCase): StatedClaim | undefined {
  const optimum = optima[stage];
  if (optimum === null) return undefined;
  if (draws.once(5)) return 'none';
  return optimum + (stage === 'mw' ? 1 : -1) * draws.int(1, draws.once(3) ? 12 : 2);
}

/** A solution file that claims it and says no more than it has to. */
export function solutionOf({ problem, stage, hold }: ProofCase, claim: StatedClaim): SolutionRecord {
  const entry = (name: StageName): StageRecord => ({
    ...{ stage: name, status: 'unknown', stopReason: 'work-limit', objective: null, bound: null, gap: null },
    ...{ nodes: 0, work: 0, seconds: 0 },
  });
  const claimed: StageRecord =
    claim === 'none'
      ? { ...entry(stage), status: 'infeasible', stopReason: 'proved' }
      : { ...entry(stage), bound: claim / scaleOf(problem, stage) };
  // After SM, MW without MM holds confidence.
  const before = stage === 'mw' && hold.kind === 'confident' ? [entry('sm')] : [];
  return { stages: [...before, claimed], network: null };
}

/** The lines of a block before its claim. */
export function headOf({ stage, keep, hold }: ProofCase): string[] {
  const head = [`stage ${stage}`];
  if (stage !== 'sm') head.push(['keep', ...keep].join(' '));
  const held = hold.kind === 'margins' ? hold.margins.flat() : [];
  if (stage === 'mw') head.push(['hold', hold.kind, ...held].join(' '));
  return head;
}

/** Records of a tree at most: what is longer is no tiny proof. */
const MOST_LINES = 400;

/**
 * A block for any claim, true or not: what the engine's proof pass writes while it believes the claim, or a line that leaves
 * everything to the verifier.
 */
export function honestBlock(engine: Engine, draws: Draws, one: ProofCase, claim: StatedClaim): string[] {
  const head = [...headOf(one), `claim ${claim}`];
  const { objective, stage, keep, hold } = one;
  // Where soft margins have no tree, that of the same problem without targets is what a liar has.
  const hasSoftTree = stage === 'sm' || (stage === 'mm' && one.problem.layers.length === 2);
  const problem = objective === 'soft' && !hasSoftTree ? withTargets(one.problem, undefined) : one.problem;
  const hasTree = objective !== 'paper' || stage !== 'sm';
  if (!hasTree && !draws.once(8)) {
    const records = rowRecords(engine, problem, keep, claim);
    if (records !== undefined) return [...head, 'method rows', ...records, 'end'];
  }
  if (hasTree && keep.length > 0 && !draws.once(8)) {
    engine.setEnumerationLimit(0);
    engine.load(problem);
    engine.begin(stage, keep, hold, null, 0);
    engine.beginProof(claim === 'none' ? noneTarget(problem, stage) : claim);
    const lines = recordsOf(engine, problem);
    const method = engine.provesByMatching ? 'matching' : 'tree';
    if (lines !== undefined) return [...head, `method ${method}`, ...lines, 'end'];
  }
  return [...head, `method ${draws.pick(['trivial', 'enumerate', 'interval'])}`, 'end'];
}

/** SM of a single neuron: what its rows show, if it is the claim or the least weaker one; undefined: nothing. */
function rowRecords(
  engine: Engine,
  problem: TrainingProblem,
  keep: readonly number[],
  claim: StatedClaim,
): string[] | undefined {
  if (problem.layers.length > 2) return undefined;
  engine.setEnumerationLimit(0);
  engine.load(problem);
  engine.begin('sm', keep, { kind: 'correct' }, null, 0);
  engine.step(SEARCHED);
  for (let at = claim === 'none' ? 0 : claim; at < problem.sampleCount; at++) {
    if (at < 0 || !engine.hasRows) continue;
    engine.beginProof(at);
    const records = recordsOf(engine, problem);
    if (records !== undefined && engine.stepProof(1) === 'proved') return records;
  }
  return undefined;
}

/** Work units of a search before its rows are asked for. */
const SEARCHED = 5e6;

/** Undefined: too many of them. */
function recordsOf(engine: Engine, problem: TrainingProblem): string[] | undefined {
  const lines: string[] = [];
  for (let state = 'running'; state === 'running' && lines.length <= MOST_LINES; ) {
    state = engine.stepProof(20);
    const text = proofLines(engine.drainProof(), activeInputs(problem));
    if (text !== '') lines.push(...text.slice(0, -1).split('\n'));
  }
  return lines.length <= MOST_LINES ? lines : undefined;
}

function noneTarget({ layers }: TrainingProblem, stage: StageName): number {
  return stage === 'mw' ? 1 + layers.slice(1).reduce((sum, size, l) => sum + size * layers[l], 0) : -1;
}
