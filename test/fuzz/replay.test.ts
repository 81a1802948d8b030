import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/index.js';
import { InputError } from '../../src/errors.js';
import { runSequence, Tally } from '../../src/fuzz/campaign.js';
import { drawRun } from '../../src/fuzz/draw-run.js';
import { formatFound, parseFound } from '../../src/fuzz/found-file.js';
import { noLooks } from '../../src/fuzz/judge.js';
import { THOROUGH } from '../../src/fuzz/pace.js';
import { reduce } from '../../src/fuzz/reduce.js';
import { replay } from '../../src/fuzz/replay.js';
import { NO_JUDGES, trial } from '../../src/fuzz/trial.js';
import type { FuzzRun } from '../../src/fuzz/types.js';
import { parseProblem } from '../../src/problem/file.js';
import { groupingOf, targetsOf } from '../../src/problem/objective.js';
import { compilePackagedEngine } from '../../src/run/wasm-file.js';
import { Draws } from '../../src/testing/draws.js';

let release: WebAssembly.Module;
beforeAll(async () => {
  release = await compilePackagedEngine();
});

function sequence(seed: number, length: number): FuzzRun[] {
  const draws = new Draws(seed);
  return Array.from({ length }, () => drawRun(draws));
}

describe('a sequence', () => {
  it('ends before the run at which it does not go on', async () => {
    const tally = new Tally();
    const shares = { fresh: 1e9, checked: 1e9, rival: 1e9, highs: 1e9, cut: 1e9 };
    expect(
      await runSequence({ release }, 1, 0, tally, { ...THOROUGH, shares }, () => tally.problems < 3),
    ).toBe(undefined);
    expect(tally.problems).toBe(3);
  });
});

describe('what is found', () => {
  it('survives its file, with the runs before it, and is a problem file', () => {
    for (let seed = 0; seed < 30; seed++) {
      const found = {
        runs: sequence(seed, 1 + (seed % 4)),
        seed,
        sequence: 7,
        faults: [{ kind: 'claim', text: 'so' }],
      } as const;
      const text = formatFound(found);
      expect(parseFound(text, 'found')).toEqual(found);
      expect(parseProblem(text, 'found')).toEqual(found.runs.at(-1)!.problem);
    }
  });

  it('is told from a problem that nobody has run', () => {
    const text = formatFound({ runs: sequence(1, 1), seed: 1, sequence: 0, faults: [] }).replace(
      '"fuzz"',
      '"fizz"',
    );
    expect(() => parseFound(text, 'p')).toThrow(
      new InputError('p: fuzz: missing; only what a campaign has found can be replayed'),
    );
  });

  it('replays without a fault where there is none', async () => {
    for (let seed = 0; seed < 6; seed++) expect(await replay({ release }, sequence(seed, 3))).toEqual([]);
  });
});

describe('an engine that remembers', () => {
  /** Starts every stage from another seed than the one it is given, the more so the more it has been used. */
  async function forgetful(): Promise<Engine> {
    const engine = await Engine.create(release);
    const begin = engine.begin.bind(engine);
    let begun = 0;
    engine.begin = (stage, keep, hold, start, seed) => begin(stage, keep, hold, start, seed + begun++);
    return engine;
  }

  it('is told from a fresh one', { timeout: 60_000 }, async () => {
    const engine = await forgetful();
    const judges = { ...NO_JUDGES, fresh: true };
    let told = 0;
    for (const run of sequence(5, 150)) {
      const options = { ...run.options, enumeration: 0, timeLimit: undefined };
      const faults = await trial(engine, { ...run, options }, { release }, judges, new Draws(0), noLooks());
      if (faults.some(({ kind }) => kind === 'state')) told++;
    }
    expect(told).toBeGreaterThan(0);
  });
});

describe('reduction', () => {
  const isRobust = ({ problem }: FuzzRun) => problem.objective !== undefined;
  const isLarge = ({ problem }: FuzzRun) => problem.samples.some((x) => Math.abs(x) >= 3);

  it('leaves what fails and nothing else', async () => {
    let sequences = 0;
    for (let seed = 0; seed < 20; seed++) {
      // Fails where a robust problem comes before one with a number of 3 or more.
      const fails = async (runs: readonly FuzzRun[]) =>
        runs.slice(0, -1).some(isRobust) && isLarge(runs.at(-1)!);
      const runs = sequence(seed, 8);
      if (!(await fails(runs))) continue;
      sequences++;
      const least = await reduce(runs, fails, 20);
      expect(least).toHaveLength(2);
      const [before, last] = least;
      expect(isRobust(before)).toBe(true);
      expect(before.problem.samples.every((x) => x === 0)).toBe(true);
      for (const { problem, options } of least) {
        expect(problem.layers).toEqual([1, 1]);
        expect([problem.sampleCount, problem.linf, problem.weightBound]).toEqual([1, 0, 1]);
        expect(problem.samples).toHaveLength(1);
        expect(options.stages).toHaveLength(1);
        expect(options.proof).toBe(false);
      }
      expect([3, 4, 5]).toContain(Math.abs(last.problem.samples[0]));
    }
    expect(sequences).toBeGreaterThan(5);
  });

  it('keeps a problem a problem: samples leave with their rows, numbers stay without gaps', async () => {
    let tried = 0;
    let named = 0;
    for (const run of sequence(77, 60)) {
      await reduce(
        [run],
        async ([candidate]) => {
          tried++;
          const { keep, sampleCount, labels } = candidate.problem;
          const groups = groupingOf(candidate.problem);
          const targets = targetsOf(candidate.problem);
          expect([labels.length, groups?.length ?? sampleCount, targets?.length ?? sampleCount]).toEqual(
            new Array(3).fill(sampleCount),
          );
          const samples = groups === undefined ? sampleCount : new Set(groups).size;
          if (groups !== undefined) expect(Math.max(...groups)).toBe(samples - 1);
          if (keep !== undefined && candidate.problem.objective !== undefined)
            expect(keep.every((sample) => sample < samples)).toBe(true);
          if (keep !== undefined) named++;
          return tried % 40 === 0;
        },
        1,
      );
    }
    expect(tried).toBeGreaterThan(1000);
    expect(named).toBeGreaterThan(100);
  });
});
