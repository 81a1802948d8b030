import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import type { SolutionRecord, StageRecord } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { checkSolver, huntSolver, SolverFault } from '../../src/testing/check-solver.js';
import { drawTrial } from '../../src/testing/draw-trial.js';
import { runTrial } from '../../src/testing/run-trial.js';
import { Declined, type Solver } from '../../src/testing/solver.js';
import { formatTrial, parseTrial } from '../../src/testing/trial-file.js';
import { bruteSolve } from '../../src/verify/brute/solve.js';

/* Enumeration as a solver, honest and with bugs planted in it. */

const LARGEST = 4000;

const brute: Solver = (problem, { stages }) => {
  const ways = problem.layers
    .slice(1)
    .reduce((all, size, l) => all * (2 * problem.weightBound + 1) ** (size * problem.layers[l]), 1);
  if (ways > LARGEST) throw new Declined();
  try {
    return bruteSolve(problem, stages);
  } catch (error) {
    if (error instanceof InputError) throw new Declined();
    throw error;
  }
};

/** The same with every stage's record bent, and the networks as they are. */
function bent(bend: (record: StageRecord, problem: TrainingProblem) => StageRecord): Solver {
  return (problem, task) => {
    const solution = brute(problem, task) as SolutionRecord;
    return { ...solution, stages: solution.stages.map((record) => bend(record, problem)) };
  };
}

const problems = 120;

describe('checkSolver', () => {
  it('finds nothing wrong with an honest solver, of any objective and field', async () => {
    const report = await checkSolver(brute, {
      problems: 200,
      objectives: ['paper', 'robust', 'soft'],
      fields: true,
    });
    expect(report.problems).toBe(200);
    expect(report.counts.right).toBeGreaterThan(80);
    expect(Object.keys(report.counts).filter((name) => name.startsWith('relation')).length).toBeGreaterThan(
      8,
    );
  });

  it.each([
    [
      'a bound that is one too good',
      bent((record) =>
        record.stage === 'mm' && record.bound !== null && record.bound >= 1
          ? { ...record, bound: record.bound - 1, objective: record.bound - 1 }
          : record,
      ),
    ],
    ['an optimum that is none', (problem, task) => brute({ ...problem, weightBound: 1 }, task)],
    [
      'sgn(0) = -1',
      (problem, task) =>
        brute(
          {
            ...problem,
            samples: problem.samples.map((x, at) => (x === 0 && at % problem.layers[0] === 0 ? -1 : x)),
          },
          task,
        ),
    ],
    [
      'the last row left out',
      (problem, task) =>
        brute(
          problem.sampleCount > 2 && problem.keep === undefined
            ? {
                ...problem,
                sampleCount: problem.sampleCount - 1,
                samples: problem.samples.slice(0, -problem.layers[0]),
                labels: problem.labels.slice(0, -1),
              }
            : problem,
          task,
        ),
    ],
    [
      'an exception',
      () => {
        throw new TypeError('no such thing');
      },
    ],
    ['nonsense', () => '{ "format": "fewbit-solution", "version": 1 }'],
  ] satisfies [string, Solver][])('finds %s, and shows it on a few rows', async (_, solver) => {
    const found = await checkSolver(solver, { problems, shrinkSeconds: 3 }).catch((error) => error);
    expect(found).toBeInstanceOf(SolverFault);
    const { report, message } = found as SolverFault;
    const [{ trial, file, seed, n, faults }] = report.failures;
    expect(trial.problem.sampleCount).toBeLessThanOrEqual(4);
    expect(message).toContain(faults[0].text.split('\n')[0]);
    expect(message).toContain('"format": "fewbit-problem"');
    // It replays: from the file, and from its number.
    expect((await runTrial(solver, parseTrial(file, 'found'))).faults).not.toEqual([]);
    expect((await runTrial(solver, drawTrial(seed, n))).faults).not.toEqual([]);
  });

  it('finds by relations alone what no network betrays', async () => {
    // Too modest by one wherever there are three columns: a bound nobody can refute without the optimum.
    const modest: Solver = (problem, task) => {
      const solution = brute(problem, task) as SolutionRecord;
      const isOdd = problem.layers[0] % 2 === 1;
      const stages = solution.stages.map((record) =>
        record.stage === 'sm' && isOdd && record.objective
          ? { ...record, objective: record.objective + 1, bound: record.objective + 1 }
          : record,
      );
      return { ...solution, stages };
    };
    const report = await huntSolver(modest, { problems, shrinkSeconds: 1, mostFailures: 3 });
    expect(report.failures.length).toBeGreaterThan(0);
  });

  it('says so where the solver declines everything, and where it does not answer', async () => {
    const declines: Solver = () => {
      throw new Declined();
    };
    await expect(checkSolver(declines, { problems: 5 })).rejects.toThrow(/declined all 5/);
    const sleeps: Solver = () => new Promise(() => {});
    const report = await huntSolver(sleeps, {
      problems: 1,
      timeLimit: 0.01,
      patience: 0.02,
      shrinkSeconds: 0.1,
    });
    expect(report.failures[0].faults[0].kind).toBe('limit');
  });

  it('asks for the fields beyond the paper only where they are wanted', () => {
    const beyond = ['ranges', 'radii', 'free', 'maxNonzero', 'costs', 'atMostWrong'] as const;
    const count = (fields: boolean) =>
      Array.from({ length: 300 }, (_, n) =>
        drawTrial(8, n, { fields, objectives: ['paper', 'soft'] }),
      ).filter(({ problem }) => beyond.some((name) => problem[name] !== undefined)).length;
    expect(count(false)).toBe(0);
    expect(count(true)).toBeGreaterThan(100);
  });

  it.each<[string, unknown, RegExp]>([
    ['undefined, as one that forgets to return', undefined, /answer: expected an object/],
    ['null', null, /answer: expected an object/],
    ['a number', 7, /answer: expected an object/],
    ['an empty object', {}, /stages: expected a list/],
    ['a solution that is none', { solution: null }, /solution: expected an object/],
    ['a stage that is none', { stages: [null], network: null }, /entry 0: expected an object/],
    [
      'a proof that is no text',
      { solution: { stages: [], network: null }, proof: 5 },
      /proof: expected a text/,
    ],
  ])('names an answer that is none: %s', async (_name, answer, text) => {
    const report = await huntSolver(() => answer as never, { problems: 1, shrinkSeconds: 0 });
    expect(report.failures[0].faults).toEqual([{ kind: 'file', text: expect.stringMatching(text) }]);
  });

  it('ends where it is told to: a failure is handed back as it is, and what was cut short is none', async () => {
    const wrong = bent((record) => ({ ...record, objective: null }));
    // A trial that fails with one answer, before it is made smaller.
    const answersTo = async (first: number) => {
      let answers = 0;
      const counted: Solver = (problem, task) => {
        answers++;
        return wrong(problem, task);
      };
      const { failures } = await huntSolver(counted, { problems: 1, first, shrinkSeconds: 0 });
      return failures.length === 0 ? 0 : answers;
    };
    let first = 0;
    while ((await answersTo(first)) !== 1) first++;
    for (const last of [1, 3]) {
      const stop = new AbortController();
      let calls = 0;
      const solver: Solver = (problem, task) => {
        calls++;
        if (calls > last) stop.abort();
        return wrong(problem, task);
      };
      const report = await huntSolver(solver, { problems, first, signal: stop.signal, mostFailures: 9 });
      expect(report.failures).toHaveLength(1);
      expect(calls).toBe(last + 1);
    }
    const gone = await huntSolver(wrong, { problems, signal: AbortSignal.abort() });
    expect([gone.problems, gone.failures.length]).toEqual([0, 0]);
  });

  it('writes trials that are read back', () => {
    for (let n = 0; n < 60; n++) {
      const trial = drawTrial(5, n, { fields: true });
      expect(parseTrial(formatTrial(trial), 'trial')).toEqual(
        JSON.parse(JSON.stringify({ ...trial, problem: 0 }), (key, value) =>
          key === 'problem' ? trial.problem : value,
        ),
      );
    }
  });
});
