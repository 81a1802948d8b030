import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/index.js';
import { InputError } from '../../src/errors.js';
import { drawOptions } from '../../src/fuzz/draw-run.js';
import { execute } from '../../src/fuzz/execute.js';
import { stageModel } from '../../src/milp/model.js';
import { formatProblem } from '../../src/problem/file.js';
import type { SolutionRecord, StageName } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { compilePackagedEngine } from '../../src/run/wasm-file.js';
import { drawProblem } from '../../src/testing/draw-problem.js';
import { Draws } from '../../src/testing/draws.js';
import { rowOf } from '../../src/verify/claims.js';
import { verifyProof } from '../../src/verify/proof/index.js';
import { Branching } from '../../src/vipr/branching.js';
import { Certificate } from '../../src/vipr/certificate.js';
import { ViprTranslation } from '../../src/vipr/translate.js';
import { wholeModel } from '../../src/vipr/whole-model.js';
import { checkVipr } from '../support/vipr-checker.js';

/*
 * Our proofs of single neurons as certificates, before a reader of VIPR's rules of its own (test/support/vipr-checker.ts): whatever is written is accepted, and
 * says what our proof says. And what is changed in a certificate is refused.
 */

const PROBLEMS = Number(process.env.RUNS ?? 120);
const NOISES = Math.ceil(PROBLEMS / 6);
const HIDDEN = Math.ceil(PROBLEMS / 6);

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create(await compilePackagedEngine());
});

function translated(
  problem: TrainingProblem,
  solution: SolutionRecord,
  proof: string,
  stage: StageName,
): string {
  const translation = new ViprTranslation(problem, solution, stage, 'here');
  for (const line of proof.split('\n').slice(0, -1)) translation.feed(line);
  return translation.finish().join('');
}

/** Random rows of one neuron, some of them twice or opposed, with fields now and then. */
function noise(draws: Draws): TrainingProblem {
  const width = draws.int(3, 14);
  const rows = draws.int(12, 26);
  const size = draws.pick([1, 3, 20]);
  const samples = Int32Array.from({ length: rows * width }, () => draws.int(-size, size));
  const each = <T>(draw: () => T): T[] => Array.from({ length: rows }, draw);
  return {
    layers: [width, 1],
    weightBound: draws.pick([1, 2, 5]),
    epsilon: 0.1,
    samples,
    sampleCount: rows,
    labels: Int8Array.from(each(() => draws.pick([1, -1]))),
    linf: 0,
    ...(draws.once(3) ? { radii: Int32Array.from({ length: width }, () => draws.int(0, 1)) } : {}),
    ...(draws.once(3) ? { costs: Int32Array.from(each(() => draws.int(0, 4))) } : {}),
    ...(draws.once(3) ? { atMostWrong: { plus: draws.int(0, 6), minus: draws.int(0, 6) } } : {}),
  };
}

describe('certificates of VIPR', () => {
  it('of drawn single neurons say what our proofs say, or are refused by name', { timeout: 120_000 }, () => {
    const counts = new Map<string, number>();
    const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
    for (let n = 0; n < PROBLEMS; n++) {
      const draws = new Draws(57, n);
      const drawn = drawProblem(draws, 'paper', draws.once(3) ? 'medium' : 'tiny');
      const problem = { ...drawn, layers: [drawn.layers[0], 1], margins: undefined };
      if (drawn.maxNonzero !== undefined && draws.once(2)) continue;
      const sure = { proof: true, workLimit: 1e6, timeLimit: undefined, patience: undefined, tolerance: 0 };
      const options = { ...drawOptions(draws, 'tiny'), ...sure, enumeration: 0 };
      const { solution, proof = '' } = execute(engine, { problem, options });
      for (const { stage, claim, holds } of verifyProof(problem, solution, proof.split('\n').slice(0, -1))
        .stages) {
        if (!holds || claim === null) continue;
        const text = `problem ${n}, ${stage}\n${formatProblem(problem)}\n${proof}`;
        let certificate: string;
        try {
          certificate = translated(problem, solution, proof, stage);
        } catch (error) {
          expect(error, text).toBeInstanceOf(InputError);
          expect((error as Error).message, text).toMatch(/a tree of more than|maxNonzero|exclusive|together/);
          count(`${stage} refused`);
          continue;
        }
        const verified = (() => {
          try {
            return checkVipr(certificate);
          } catch (error) {
            throw new Error(`${(error as Error).message}\n${text}`);
          }
        })();
        if (claim === 'none') expect(verified, text).toBe('infeasible');
        else expect(verified[0], text).toBe(String(stage === 'mw' ? claim : 0 - claim));
        const record = solution.stages.find((one) => one.stage === stage);
        if (claim !== 'none' && record?.objective != null && rowOf(problem, stage).figure !== 'margin')
          expect(verified[1], text).toBe(String(stage === 'mw' ? record.objective : 0 - record.objective));
        const method = new RegExp(`stage ${stage}\n[^]*?\nmethod (\\w+)`).exec(proof)?.[1];
        count(`${stage} ${method}`);
      }
    }
    for (const what of ['sm trivial', 'mm tree', 'mw tree', 'mw trivial'])
      expect(counts.get(what) ?? 0, `${what}: ${JSON.stringify([...counts])}`).toBeGreaterThan(PROBLEMS / 40);
  });

  it('of small networks with hidden layers say what our proofs say, by a tree over the columns', {
    timeout: 120_000,
  }, () => {
    const counts = new Map<string, number>();
    const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
    for (let n = 0; n < HIDDEN; n++) {
      const draws = new Draws(59, n);
      const drawn = drawProblem(draws, 'paper', 'tiny');
      const layers = [draws.int(1, 3), ...draws.pick([[1], [2], [2], [1, 2]]), 1];
      const rows = Math.min(3, drawn.sampleCount);
      const problem: TrainingProblem = {
        ...{ layers, weightBound: 1, epsilon: drawn.epsilon, linf: draws.int(0, 1), sampleCount: rows },
        samples: Int32Array.from({ length: rows * layers[0] }, () => draws.int(-3, 3)),
        labels: drawn.labels.slice(0, rows),
      };
      const sure = { proof: true, workLimit: 1e6, timeLimit: undefined, patience: undefined, tolerance: 0 };
      const options = { ...drawOptions(draws, 'tiny'), ...sure };
      const { solution, proof = '' } = execute(engine, { problem, options });
      const blocks = verifyProof(problem, solution, proof.split('\n').slice(0, -1)).stages;
      for (const { stage, claim, holds } of blocks) {
        if (!holds || claim === null) continue;
        const text = `problem ${n}, ${stage}\n${formatProblem(problem)}\n${proof}`;
        let verified: ReturnType<typeof checkVipr>;
        try {
          verified = checkVipr(translated(problem, solution, proof, stage));
        } catch (error) {
          if (!(error instanceof InputError)) throw new Error(`${(error as Error).message}\n${text}`);
          expect(error.message, text).toContain('a tree of more than');
          count(`${stage} refused`);
          continue;
        }
        if (claim === 'none') expect(verified, text).toBe('infeasible');
        else expect(verified[0], text).toBe(String(stage === 'mw' ? claim : 0 - claim));
        count(`${stage} ${claim === 'none' ? 'none' : 'bound'}`);
      }
    }
    for (const what of ['sm bound', 'mm bound', 'mw bound'])
      expect(counts.get(what) ?? 0, JSON.stringify([...counts])).toBeGreaterThan(HIDDEN / 12);
  });

  it('of hidden layers end where a point beats the claim, or the tree is too large', () => {
    const problem: TrainingProblem = {
      ...{ layers: [2, 2, 1], weightBound: 1, epsilon: 0.1, linf: 0, sampleCount: 4 },
      samples: Int32Array.from([2, 1, 2, 1, 1, -2, -2, -1]), // of the first two at most one is counted
      labels: Int8Array.from([1, -1, 1, -1]),
    };
    const options = {
      ...drawOptions(new Draws(1), 'tiny'),
      stages: ['sm'] as const,
      proof: true,
      workLimit: 1e7,
    };
    const run = { problem, options: { ...options, timeLimit: undefined, patience: undefined, tolerance: 0 } };
    const { solution } = execute(engine, run);
    const best = solution.stages[0].objective as number;
    expect(solution.stages[0].status).toBe('optimal');
    const block = (claim: number) => `fewbit-proof 1\nstage sm\nclaim ${claim}\nmethod enumerate\nend\n`;
    expect(checkVipr(translated(problem, solution, block(best), 'sm'))).toEqual([
      String(-best),
      String(-best),
    ]);
    expect(() => translated(problem, solution, block(best - 1), 'sm')).toThrow(
      'here: sm: method enumerate, whose claim a point beats, (line 4 of the proof) has no derivation',
    );
    const model = wholeModel(problem, 'sm', stageModel(problem, 'sm', [], { kind: 'correct' }));
    const certificate = new Certificate(model);
    const beats = certificate.assumeObjective('<=', BigInt(-best - 1));
    expect(() => new Branching(certificate, beats, 1).close()).toThrow('a tree of more than 1 boxes');
    const whole = new Branching(certificate, beats).close();
    expect(whole !== undefined && certificate.isFalse(whole)).toBe(true);
  });

  it('of noise that nothing separates, by conflicts of rows', { timeout: 60_000 }, () => {
    const counts = new Map<string, number>();
    for (let n = 0; n < NOISES; n++) {
      const draws = new Draws(58, n);
      const problem = noise(draws);
      const drawn = {
        ...drawOptions(draws, 'tiny'),
        proof: true,
        workLimit: 1e7,
        enumeration: 0,
        tolerance: 0,
      };
      const options = { ...drawn, stages: ['sm'] as const, timeLimit: undefined, patience: undefined };
      const { solution, proof = '' } = execute(engine, { problem, options });
      const [block] = verifyProof(problem, solution, proof.split('\n').slice(0, -1)).stages;
      const method = /method (\w+)/.exec(proof)?.[1] ?? 'none';
      const text = `problem ${n}\n${formatProblem(problem)}\n${proof}`;
      if (!block?.holds || method === 'interval') continue;
      const certificate = translated(problem, solution, proof, 'sm');
      try {
        const verified = checkVipr(certificate);
        if (block.claim === 'none') expect(verified).toBe('infeasible');
        else expect(verified[0]).toBe(String(0 - (block.claim as number)));
      } catch (error) {
        throw new Error(`${(error as Error).message}\n${text}`);
      }
      const what = /\nr /.test(proof) ? 'branched' : method;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
    for (const what of ['rows', 'branched'])
      expect(counts.get(what) ?? 0, JSON.stringify([...counts])).toBeGreaterThan(0);
  });

  it('that are changed are refused', () => {
    const problem: TrainingProblem = {
      layers: [6, 1],
      weightBound: 2,
      epsilon: 0.1,
      samples: Int32Array.from([3, 0, 5, 1, 2, 2, 0, 4, 1, 6, 2, 3, 5, 1, 0, 2, 2, 7, 1, 1, 6, 4, 0, 2]),
      sampleCount: 4,
      labels: Int8Array.from([1, -1, 1, -1]),
      linf: 0,
      keep: [0, 1, 2, 3],
    };
    const drawn = {
      ...drawOptions(new Draws(1), 'tiny'),
      proof: true,
      workLimit: 1e6,
      enumeration: 0,
      tolerance: 0,
    };
    const options = { ...drawn, stages: ['mm', 'mw'] as const, timeLimit: undefined, patience: undefined };
    const { solution, proof = '' } = execute(engine, { problem, options });
    for (const stage of ['mm', 'mw'] as const) {
      const lines = translated(problem, solution, proof, stage).split('\n');
      checkVipr(lines.join('\n'));
      const range = lines.findIndex((line) => line.startsWith('RTP'));
      const [, , lower, upper] = lines[range].split(' ');
      const claimed = lines.with(range, `RTP range ${Number(lower) + 1} ${upper}`).join('\n');
      expect(() => checkVipr(claimed)).toThrow('does not follow');
      const better = lines.with(range, `RTP range ${lower} ${Number(upper) - 1}`).join('\n');
      expect(() => checkVipr(better)).toThrow('no solution is as good');
      const point = lines.findIndex((line) => line.startsWith('network '));
      expect(() => checkVipr(lines.with(point, 'network 0').join('\n'))).toThrow(
        /network misses a row|no solution/,
      );
      let changed = 0;
      for (const [at, line] of lines.entries()) {
        // A line that says that nothing is left: its sum without one part is not that.
        const found = /^(d\d+ G \S+ 0 \{ lin) (\d+) (.*) \S+ \S+ \} -1$/.exec(line);
        if (found === null || found[2] === '1') continue;
        const less = `${found[1]} ${Number(found[2]) - 1} ${found[3]} } -1`;
        expect(() => checkVipr(lines.with(at, less).join('\n'))).toThrow('does not follow');
        changed++;
      }
      expect(changed, stage).toBeGreaterThan(0);
    }
  });

  it('larger than may be are refused, and so is what has no MILP', () => {
    const drawn = drawProblem(new Draws(57, 1), 'paper', 'tiny');
    const problem: TrainingProblem = {
      ...drawn,
      layers: [drawn.layers[0], 1],
      margins: undefined,
      maxNonzero: undefined,
    };
    const options = {
      ...drawOptions(new Draws(1), 'tiny'),
      proof: true,
      workLimit: 1e6,
      enumeration: 0,
      tolerance: 0,
    };
    const { solution, proof = '' } = execute(engine, { problem, options: { ...options, stages: ['sm'] } });
    const small = new ViprTranslation(problem, solution, 'sm', 'here', 10);
    expect(() =>
      proof
        .split('\n')
        .slice(0, -1)
        .forEach((line) => {
          small.feed(line);
        }),
    ).toThrow('here: sm: it would be larger than');
    // What was not shown is not claimed.
    expect(checkVipr(translated(problem, solution, 'fewbit-proof 1\n', 'sm'))[0]).toBe('-inf');
    const limited = { ...problem, maxNonzero: 1 };
    expect(() => new ViprTranslation(limited, solution, 'sm', 'here')).toThrow(
      'here: maxNonzero has no derivation',
    );
    const robust = drawProblem(new Draws(57, 1), 'robust', 'tiny');
    expect(() => new ViprTranslation(robust, solution, 'sm', 'here')).toThrow(
      'here: objective robust has no derivation',
    );
  });
});

describe("the reader of VIPR's rules", () => {
  // min x1 with 2 x0 + x1 >= 1 and 2 x0 - 3 x1 <= 1 in whole numbers: worked out by hand.
  const good = `VER 1.0
VAR 2 x0 x1 INT 2 0 1 OBJ min 1 1 1
CON 2 0
a G 1 2 0 2 1 1
b L 1 2 0 2 1 -3
RTP range 1 1
SOL 1 best 1 1 1
DER 6
low L 0 1 0 1 { asm } -1
high G 1 1 0 1 { asm } -1
c G 1 OBJ { lin 2 0 1 2 -2 } -1
d G 1 OBJ { rnd 2 1 -1/3 3 2/3 } -1
e G 1 OBJ { uns 4 2 5 3 } -1
f G 1 OBJ { lin 1 6 1 } -1
`;
  it('accepts what follows', () => expect(checkVipr(good)).toEqual(['1', '1']));

  it.each([
    ['lin', '{ lin 2 0 1 2 -2 }', '{ lin 2 0 1 2 -1 }', 'does not follow'],
    ['a sign', '{ lin 2 0 1 2 -2 }', '{ lin 2 0 1 2 2 }', 'no suitable combination'],
    ['rounding', '{ rnd 2 1 -1/3 3 2/3 }', '{ lin 2 1 -1/3 3 2/3 }', 'does not follow'],
    ['halves', 'high G 1 1 0 1', 'high G 2 1 0 1', /between the halves|does not follow/],
    ['an assumption', '{ uns 4 2 5 3 }', '{ uns 4 2 4 3 }', 'has assumptions'],
    ['integers', 'INT 2 0 1', 'INT 1 1', 'nothing to be rounded|halves'],
    ['a solution', 'best 1 1 1', 'best 1 1 -1', 'best misses a row'],
    ['the bound', 'range 1 1', 'range 2 1', 'does not follow'],
  ])('refuses a changed %s', (_, from, to, why) => {
    expect(good).toContain(from);
    expect(() => checkVipr(good.replace(from, to))).toThrow(new RegExp(why));
  });
});
