import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/network/types.js';
import type { SolutionRecord, StageName, StageRecord, StageStatus } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { bareStage as entry } from '../../src/testing/records.js';
import { bruteSolve } from '../../src/verify/brute/solve.js';
import { checkSolution } from '../../src/verify/checker.js';
import {
  CLAIMS,
  type Claim,
  claimOfUnits,
  implies,
  NONE,
  rowOf,
  scaleOf,
  type WorthKind,
} from '../../src/verify/claims.js';
import { verifyProof } from '../../src/verify/proof/index.js';
import { boundInUnits, wholeUnits } from '../../src/verify/units.js';

/*
 * What each stage may claim, stage by objective by status. The problems have too many inputs for the checker to enumerate,
 * so that what is refused here is refused for what it says.
 */

const WIDTH = 30;
const KINDS: readonly WorthKind[] = ['paper', 'robust', 'soft'];
const STAGES: readonly StageName[] = ['sm', 'mm', 'mw'];
const STATUSES: readonly StageStatus[] = ['optimal', 'feasible', 'infeasible', 'unknown'];

function problemFor(kind: WorthKind, rest: Partial<TrainingProblem> = {}): TrainingProblem {
  const rows = [new Array(WIDTH).fill(1), new Array(WIDTH).fill(-1)];
  return problemOf(rows, [1, -1], {
    objective: kind === 'soft' ? { kind, targets: Int32Array.from([5, 5]) } : { kind },
    ...rest,
  });
}

const network: Network = { layers: [WIDTH, 1], weightBound: 1, weights: [[new Array(WIDTH).fill(1)]] };

/** What the network of all ones is worth at a stage, and a bound of that stage that it leaves open. */
const WORTH: Readonly<Record<WorthKind, Readonly<Record<StageName, readonly [number, number]>>>> = {
  paper: { sm: [2, 2], mm: [29.9, 30], mw: [30, 0] },
  robust: { sm: [2, 2], mm: [29.9, 30], mw: [30, 0] },
  soft: { sm: [2, 2], mm: [0, 0], mw: [30, 0] },
};

/** An entry that says nothing wrong, of every status that the stage can have without MM before it. */
function right(kind: WorthKind, stage: StageName, status: StageStatus): StageRecord {
  const [objective, bound] = WORTH[kind][stage];
  if (status === 'unknown') return entry(stage, { bound });
  if (status === 'infeasible') return entry(stage, { status, stopReason: 'proved' });
  if (status === 'feasible') return entry(stage, { status, objective, bound, network });
  return entry(stage, { status, stopReason: 'proved', objective, bound: objective, network });
}

const fileOf = (record: StageRecord): SolutionRecord => ({
  stages: [record],
  network: record.network ?? null,
});
const judge = (problem: TrainingProblem, record: StageRecord) => checkSolution(problem, fileOf(record));

const cells = KINDS.flatMap((kind) => STAGES.map((stage) => [kind, stage] as const));

describe.each(cells)('%s %s', (kind, stage) => {
  const problem = problemFor(kind);
  const row = CLAIMS[kind][stage];
  const scale = scaleOf(problem, stage);
  const [objective, bound] = WORTH[kind][stage];

  it.each(STATUSES)('%s is taken where nothing speaks against it', (status) => {
    const verdict = judge(problem, right(kind, stage, status));
    const isImpossible = status === 'infeasible' && row.infeasible === 'never';
    expect(verdict.valid, verdict.stages[0].reason).toBe(!isImpossible);
    // Optimal with a bound that no trivial argument gives, and infeasible, are claims that nothing shows here.
    const isShown = status === 'optimal' ? objective === bound : status !== 'infeasible';
    expect(verdict.proved).toBe(isShown && !isImpossible);
    if (!isImpossible && !isShown) {
      expect(verdict.unproved).toEqual([
        `${stage}: ${status === 'infeasible' ? 'infeasible' : `bound ${objective}`}`,
      ]);
    }
  });

  const refusals: [string, StageRecord][] = [];
  const refuse = (status: StageStatus, name: string, change: Partial<StageRecord>): void => {
    refusals.push([`${status} ${name}`, { ...right(kind, stage, status), ...change }]);
  };
  const step = row.sense / scale;
  for (const status of ['optimal', 'feasible'] as const) {
    refuse(status, 'without an objective', { objective: null });
    refuse(status, 'with an objective that is not attained', { objective: objective - step });
    refuse(status, 'with a bound on the wrong side', { bound: objective - step });
    refuse(status, 'with a gap that is not theirs', { gap: 0.5 });
    refuse(status, 'with a proved bound better than the bound', {
      bound: objective + step,
      provedBound: objective,
    });
    refuse(status, 'with a proved bound and no bound', { bound: null, provedBound: bound });
    refuse(status, 'with an objective between two units', { objective: objective - 0.5 / scale });
    refuse(status, 'with a bound that is no number', { bound: Number.POSITIVE_INFINITY * row.sense });
  }
  refuse('optimal', 'with another bound', { bound: objective + step });
  refuse('optimal', 'without a bound', { bound: null });
  refuse('infeasible', 'with a bound', { bound });
  refuse('infeasible', 'with a network', { network });
  refuse('infeasible', 'with an objective', { objective });
  refuse('infeasible', 'with an objective and its network', { objective, network });
  refuse('unknown', 'with a network', { network });
  refuse('unknown', 'with an objective', { objective });
  refuse('unknown', 'with a proved bound better than the bound', { provedBound: bound - step });
  for (const status of STATUSES) {
    const isEnd = status === 'optimal' || status === 'infeasible';
    for (const stopReason of isEnd
      ? (['time-limit', 'work-limit', 'interrupted'] as const)
      : (['proved'] as const))
      refuse(status, `with stop reason ${stopReason}`, { stopReason });
  }
  // A bound beyond what any network there is could be: that there is none is said by the status.
  const beyond = stage === 'mw' ? WIDTH + 1 : kind === 'soft' && stage === 'mm' ? -37 : -1 / scale;
  refuse('unknown', 'with a bound that says that there is no network', { bound: beyond });

  it.each(refusals)('is refused: %s', (_name, record) => {
    const verdict = judge(problem, record);
    expect(verdict).toMatchObject({ valid: false, proved: false });
    expect(verdict.unproved).toBeUndefined();
  });

  it.each(['optimal', 'feasible'] as const)(
    '%s: a bound one unit on the wrong side is refused by itself',
    (status) => {
      // No network in the file beats the bound, and nothing enumerates: the two numbers contradict each other.
      const record = { ...right(kind, stage, status), network: undefined, bound: objective - step };
      const claim = Math.round((objective - step) * scale);
      const head = stage === 'sm' ? [] : ['keep 0 1', ...(stage === 'mw' ? ['hold correct'] : [])];
      const block = ['fewbit-proof 1', `stage ${stage}`, ...head, `claim ${claim}`, 'method trivial', 'end'];
      const solution = { stages: [record], network: null };
      for (const proof of [undefined, verifyProof(problem, solution, block)]) {
        const verdict = checkSolution(problem, solution, proof);
        expect(verdict).toMatchObject({ valid: false, proved: false });
        expect(verdict.stages[0].boundHolds).toBe(false);
        expect(verdict.stages[0].reason).toContain('on the wrong side of the objective');
      }
      // On its other side it is a bound like any other.
      const beside = {
        ...record,
        status: 'feasible',
        stopReason: 'work-limit',
        bound: objective + step,
      } as const;
      expect(
        checkSolution(problem, { stages: [beside], network: null }).stages[0].reason ?? '',
      ).not.toContain('side');
    },
  );

  it('does not take the proof of another claim for its own', () => {
    // 'none' and every number that says so in some stage, as a proof that is as short as can be.
    const held = ['hold correct'];
    for (const claim of ['none', '-1', '0', '1', '2', `${WIDTH + 1}`, `${WIDTH + 2}`, '999999']) {
      const head = stage === 'sm' ? [] : ['keep 0 1', ...(stage === 'mw' ? held : [])];
      for (const method of ['trivial', 'enumerate']) {
        const block = [
          'fewbit-proof 1',
          `stage ${stage}`,
          ...head,
          `claim ${claim}`,
          `method ${method}`,
          'end',
        ];
        const solution = fileOf(right(kind, stage, 'infeasible'));
        const verdict = checkSolution(problem, solution, verifyProof(problem, solution, block));
        expect(verdict, `${claim} ${method}`).toMatchObject({ valid: false, proved: false });
      }
    }
  });
});

describe('infeasible is impossible', () => {
  const infeasible = (stage: StageName) => entry(stage, { status: 'infeasible', stopReason: 'proved' });
  const found = (stage: StageName, kind: WorthKind) => right(kind, stage, 'feasible');

  it.each(KINDS)('%s: after SM, which keeps what its own network is right on', (kind) => {
    for (const stage of ['mm', 'mw'] as const) {
      for (const first of [found('sm', kind), entry('sm')]) {
        const file = { stages: [first, infeasible(stage)], network: first.network ?? null };
        expect(checkSolution(problemFor(kind), file).valid).toBe(false);
      }
    }
  });

  it.each(KINDS)('%s: MW after MM, whose network holds its own margins', (kind) => {
    const file = { stages: [found('mm', kind), infeasible('mw')], network };
    expect(checkSolution(problemFor(kind), file).valid).toBe(false);
    // Margins that the problem gives are another matter.
    const given = { ...problemFor(kind), margins: [[100]] };
    expect(checkSolution(given, file)).toMatchObject({ valid: true, proved: false });
  });

  it.each(KINDS)('%s: of no sample at all', (kind) => {
    const none = { ...problemFor(kind), keep: [] };
    for (const stage of ['mm', 'mw'] as const)
      expect(judge(none, infeasible(stage)).valid, stage).toBe(false);
  });

  it('is not so of MM where confidence 0 counts what is wrong, and is of MW, which no weights hold', () => {
    const free = problemFor('paper', { confidence: 0 });
    expect(judge(free, infeasible('mw')).valid).toBe(true);
    for (const problem of [free, { ...free, keep: [0, 1] }]) {
      const idle: Network = { ...network, weights: [[new Array(WIDTH).fill(0)]] };
      const sm = { ...right('paper', 'sm', 'feasible'), network: idle };
      const afterSm = (stage: StageName) => ({ stages: [sm, infeasible(stage)], network: idle });
      expect(checkSolution(problem, afterSm('mm')).valid).toBe(true);
      expect(checkSolution(problem, afterSm('mw')).valid).toBe(false);
    }
  });

  it('of what always has a network, each for its own reason; nothing else is refused at once', () => {
    // Not asked of the table, which may be what is wrong.
    const always: Readonly<Record<string, string>> = {
      'paper sm': 'any network counts 0 samples or more',
      'robust sm': 'any network counts 0 samples or more',
      'soft sm': 'any network counts 0 samples or more',
      'soft mm': 'there is always a network with a loss',
    };
    for (const kind of KINDS)
      for (const stage of STAGES) {
        const given = { ...problemFor(kind), margins: stage === 'mw' ? [[100]] : undefined };
        const [said] = judge(given, infeasible(stage)).stages;
        const reason = always[`${kind} ${stage}`];
        if (reason !== undefined) expect(said.reason, `${kind} ${stage}`).toContain(reason);
        else expect(Object.values(always), `${kind} ${stage}`).not.toContain(said.reason);
        expect(judge(given, infeasible(stage)).valid, `${kind} ${stage}`).toBe(reason === undefined);
      }
  });

  it('is shown for MW where it is shown for MM', () => {
    const twins = problemOf([[1], [1]], [1, -1]);
    const file = { stages: [infeasible('mm'), infeasible('mw')], network: null };
    expect(checkSolution(twins, file)).toMatchObject({ valid: true, proved: true });
    const wide = problemOf([new Array(WIDTH).fill(1), new Array(WIDTH).fill(1)], [1, -1]);
    expect(checkSolution(wide, file)).toMatchObject({ valid: true, proved: false });
    const block = ['stage mm', 'keep 0 1', 'claim none', 'method tree', 'm 0 0:1 1:1', 'x', 'end'];
    const proof = verifyProof(wide, file, ['fewbit-proof 1', ...block]);
    expect(checkSolution(wide, file, proof)).toMatchObject({ valid: true, proved: true });
  });
});

describe('the file as a whole', () => {
  const problem = problemFor('paper');

  it('has every stage once and in order', () => {
    const [sm, mm] = [right('paper', 'sm', 'feasible'), right('paper', 'mm', 'feasible')];
    for (const stages of [
      [mm, sm],
      [sm, sm],
      [mm, mm],
    ])
      expect(checkSolution(problem, { stages, network })).toMatchObject({ valid: false });
    expect(checkSolution(problem, { stages: [sm, mm], network })).toMatchObject({ valid: true });
  });

  it('has no network that no stage found, and no other list of samples', () => {
    expect(checkSolution(problem, { stages: [entry('sm')], network }).faults).toEqual([
      'network: no stage says that it found one',
    ]);
    const stages = [right('paper', 'sm', 'optimal'), right('paper', 'mm', 'feasible')];
    expect(checkSolution(problem, { stages, network, keep: [0, 1] }).valid).toBe(true);
    expect(checkSolution(problem, { stages, network, keep: [0] }).faults).toEqual([
      'keep: is not the list of samples that stages mm and mw keep',
    ]);
  });

  it('is proved where all of it is shown', () => {
    const tiny = problemOf(
      [
        [3, 1],
        [-3, 1],
      ],
      [1, -1],
    );
    expect(checkSolution(tiny, bruteSolve(tiny))).toMatchObject({ valid: true, proved: true });
    expect(checkSolution(tiny, bruteSolve(tiny), undefined, { enumerate: false })).toMatchObject({
      valid: true,
      proved: false,
    });
  });
});

describe('numbers of a file', () => {
  it('are whole units, up to the last places of a sum of decimals', () => {
    expect(wholeUnits(0.1 + 0.2, 10)).toBe(3);
    expect(wholeUnits(46418.799999999996, 10)).toBe(464188);
    expect(wholeUnits(-0, 10)).toBe(0);
    expect(wholeUnits(0.35, 10)).toBeUndefined();
    expect(wholeUnits(46418.80001, 10)).toBeUndefined();
    expect(wholeUnits(2 ** 60, 1)).toBeUndefined();
    expect(wholeUnits(Number.NaN, 1)).toBeUndefined();
  });

  it('say as much as the figure that a bound between two leaves possible', () => {
    expect(boundInUnits(3.95, 10, 1)).toBe(39);
    expect(boundInUnits(3.95, 10, -1)).toBe(40);
    expect(boundInUnits(-0.5, 1, -1)).toBe(0);
    expect(boundInUnits(0.1 + 0.2, 10, 1)).toBe(3);
    expect(boundInUnits(1e300, 10, 1)).toBeUndefined();
  });

  it('say that there is no network where none could be worth that, each stage for itself', () => {
    const paper = problemFor('paper');
    const none = { kind: 'none' };
    expect(claimOfUnits(paper, 'mm', -1)).toEqual(none);
    expect(claimOfUnits(paper, 'mm', WIDTH + 1)).toEqual({ kind: 'bound', units: WIDTH + 1 });
    expect(claimOfUnits(paper, 'mw', WIDTH + 1)).toEqual(none);
    expect(claimOfUnits(paper, 'mw', -1)).toEqual({ kind: 'bound', units: -1 });
    expect(claimOfUnits(problemFor('soft'), 'mm', -99)).toEqual({ kind: 'bound', units: -99 });
  });

  it('say nothing of the kind at the least that a figure can be, and at the most', () => {
    for (const kind of KINDS)
      for (const [stage, edge] of [
        ['sm', 0],
        ['mm', 0],
        ['mw', WIDTH],
      ] as const)
        expect(claimOfUnits(problemFor(kind), stage, edge)).toEqual({ kind: 'bound', units: edge });
  });
});

describe('one claim beside another', () => {
  const bound = (units: number): Claim => ({ kind: 'bound', units });

  it('says as much where its bound is as tight; that there is no network says everything, and nothing else says that', () => {
    for (const kind of KINDS)
      for (const stage of STAGES) {
        const row = rowOf(problemFor(kind), stage);
        expect(row.sense).toBe(stage === 'mw' ? -1 : 1);
        expect(implies(row, bound(7), bound(7))).toBe(true);
        expect(implies(row, bound(7), bound(8))).toBe(stage !== 'mw');
        expect(implies(row, bound(7), bound(6))).toBe(stage === 'mw');
        expect([implies(row, NONE, NONE), implies(row, NONE, bound(7))]).toEqual([true, true]);
        expect(implies(row, bound(-(2 ** 40)), NONE) || implies(row, bound(2 ** 40), NONE)).toBe(false);
      }
  });

  it('is counted in the units of its stage: tenths of a margin, and whole samples, losses and weights', () => {
    for (const kind of KINDS)
      expect(STAGES.map((stage) => scaleOf(problemFor(kind), stage))).toEqual([
        1,
        kind === 'soft' ? 1 : 10,
        1,
      ]);
  });
});
