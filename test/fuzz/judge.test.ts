import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/index.js';
import { drawRun } from '../../src/fuzz/draw-run.js';
import { execute } from '../../src/fuzz/execute.js';
import { judge, noLooks, rivalFaults } from '../../src/fuzz/judge.js';
import type { FuzzRun, Outcome } from '../../src/fuzz/types.js';
import { objectiveOf } from '../../src/problem/objective.js';
import type { StageRecord } from '../../src/problem/solution.js';
import { compilePackagedEngine } from '../../src/run/wasm-file.js';
import { Draws } from '../../src/testing/draws.js';
import { optimumOf, stageCases } from '../../src/testing/stage-case.js';
import { scaleOf } from '../../src/verify/claims.js';
import { drawn } from '../engine/problems.js';

/* The judge of the fuzzer before liars: every answer of the engine is bent in a way that makes it untrue. */

const LIMIT = 2 ** 14;
/** SM, and hardly any work. */
const LITTLE = { stages: ['sm'], workLimit: 1e4, timeLimit: undefined, patience: undefined } as const;
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create(await compilePackagedEngine());
});

function withStage(outcome: Outcome, at: number, change: Partial<StageRecord>): Outcome {
  const stages = outcome.solution.stages.map((record, n) => (n === at ? { ...record, ...change } : record));
  return { ...outcome, solution: { ...outcome.solution, stages } };
}

/** Answers that are not so, by the name of the lie. */
function* lies(run: FuzzRun, outcome: Outcome): Generator<[string, Outcome]> {
  const cases = stageCases(run.problem, outcome.solution, run.options);
  for (const [at, one] of cases.entries()) {
    const { record, stage } = one;
    const unit = 1 / scaleOf(run.problem, stage);
    const sense = stage === 'mw' ? -1 : 1;
    const optimum = optimumOf(run.problem, one, LIMIT);
    if (record.objective !== null) {
      yield ['objective too good', withStage(outcome, at, { objective: record.objective + sense * unit })];
      yield ['objective too bad', withStage(outcome, at, { objective: record.objective - sense * unit })];
      yield ['no network', withStage(outcome, at, { network: undefined, objective: record.objective })];
      yield [
        'infeasible with a network',
        withStage(outcome, at, { status: 'infeasible', stopReason: 'proved' }),
      ];
      const { network } = record;
      const top = (network?.weightBound ?? 0) + 1;
      const weights = network?.weights.map((layer) => layer.map((row) => row.map(() => top))) ?? [];
      yield ['weights out of range', withStage(outcome, at, { network: network && { ...network, weights } })];
    }
    if (typeof optimum === 'number') {
      const beyond = (optimum - sense) * unit;
      yield ['bound beyond the optimum', withStage(outcome, at, { bound: beyond })];
      const none = { objective: null, bound: null, gap: null, network: undefined, keep: undefined };
      if (at === cases.length - 1) {
        yield [
          'infeasible, but it is not',
          withStage(outcome, at, { ...none, status: 'infeasible', stopReason: 'proved' }),
        ];
      }
      if (record.objective !== null && Math.round(record.objective / unit) !== optimum) {
        const claim = { status: 'optimal', stopReason: 'proved', bound: record.objective } as const;
        yield ['optimal, but it is not', withStage(outcome, at, claim)];
      }
    }
    if (record.status === 'optimal') {
      yield ['optimal without a proof', withStage(outcome, at, { stopReason: 'work-limit' })];
    }
  }
}

describe('the judge', () => {
  it('believes no lie, under any objective', { timeout: 120_000 }, () => {
    const told = new Map<string, number>();
    const draws = new Draws(20);
    for (let n = 0; n < 300; n++) {
      const run = drawRun(draws);
      if (run.problem.layers[0] > 5) continue;
      const outcome = execute(engine, run);
      expect(judge(run, outcome, LIMIT, noLooks())).toEqual([]);
      const objective = objectiveOf(run.problem);
      for (const [lie, bent] of lies(run, { ...outcome, proof: undefined })) {
        const faults = judge({ ...run }, bent, LIMIT, noLooks());
        expect(
          faults.length,
          `${objective}, ${lie}: ${JSON.stringify(bent.solution.stages)}`,
        ).toBeGreaterThan(0);
        told.set(`${objective}, ${lie}`, (told.get(`${objective}, ${lie}`) ?? 0) + 1);
      }
    }
    // Three objectives, nine lies, each of them told.
    expect(told.size).toBe(27);
    expect(Math.min(...told.values()), [...told].join(' ')).toBeGreaterThan(0);
  });

  it('refuses a proof with a line less or a claim more', () => {
    const draws = new Draws(21);
    let proofs = 0;
    for (let n = 0; n < 320; n++) {
      const run = drawRun(draws);
      if (run.problem.layers[0] > 5) continue;
      const asked = { ...run, options: { ...run.options, proof: true, timeLimit: undefined } };
      const outcome = execute(engine, asked);
      const looks = noLooks();
      judge(asked, outcome, LIMIT, looks);
      if (looks.dear > 0) continue; // a block that is left out is not refused
      const lines = (outcome.proof ?? '').trimEnd().split('\n');
      const claim = lines.findIndex((line) => line.startsWith('claim '));
      if (claim < 0) continue;
      proofs++;
      const proof = `${lines.toSpliced(claim, 1).join('\n')}\n`;
      const kinds = judge(asked, { ...outcome, proof }, LIMIT, noLooks()).map(({ kind }) => kind);
      expect(kinds).toContain('proof');
      const stage = lines.findLast((line, at) => at < claim && line.startsWith('stage '))?.slice(6);
      const record = outcome.solution.stages.find((one) => one.stage === stage)!;
      if (record.status !== 'optimal') continue;
      const stronger = Number(lines[claim].slice(6)) - (stage === 'mw' ? -1 : 1);
      const bold = `${lines.with(claim, `claim ${stronger}`).join('\n')}\n`;
      const found = judge(asked, { ...outcome, proof: bold }, LIMIT, noLooks()).map(({ kind }) => kind);
      expect(found, bold).toContain('proof');
    }
    expect(proofs).toBeGreaterThan(100);
  });

  it('leaves out what the verifier would be at for minutes, and nothing else', () => {
    const text = (method: string) => `fewbit-proof 1\nstage sm\nclaim 0\nmethod ${method}\nend\n`;
    for (const [layers, method, dear] of [
      [[20, 4, 1], 'enumerate', 1],
      [[3, 1, 1], 'enumerate', 0],
      [[40, 1], 'interval', 1],
      [[4, 1], 'interval', 0],
      [[40, 1], 'trivial', 0],
    ] as const) {
      const problem = drawn({ seed: 3, layers, count: 12 });
      const run: FuzzRun = { problem, options: { ...drawRun(new Draws(1)).options, ...LITTLE } };
      const looks = noLooks();
      const proof = text(method);
      const kinds = judge(run, { ...execute(engine, run), proof }, LIMIT, looks).map(({ kind }) => kind);
      expect(looks.dear, `${layers}`).toBe(dear);
      expect(kinds.includes('proof'), `${layers}`).toBe(dear === 0);
    }
  });

  it('sees that a bound is beaten by another run', () => {
    const draws = new Draws(22);
    let looked = 0;
    for (let n = 0; n < 100; n++) {
      const run = drawRun(draws);
      const cases = stageCases(run.problem, execute(engine, run).solution, run.options);
      const looks = noLooks();
      expect(rivalFaults(run.problem, cases, cases, looks)).toEqual([]);
      expect(looks.compared).toBe(cases.length);
      const bent = cases.map((one) => {
        const { objective } = one.record;
        const step = (one.stage === 'mw' ? -1 : 1) / scaleOf(run.problem, one.stage);
        return objective === null ? one : { ...one, record: { ...one.record, bound: objective - step } };
      });
      const beaten = cases.filter(({ record }) => record.objective !== null).length;
      expect(rivalFaults(run.problem, bent, cases, noLooks())).toHaveLength(beaten);
      looked += beaten;
    }
    expect(looked).toBeGreaterThan(100);
  });
});
