import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';
import { InterruptedError } from '../../../src/ensemble/train/errors.js';
import { InThreadPool, type PairSolver } from '../../../src/ensemble/train/pool.js';
import { planTraining, runTraining, train } from '../../../src/ensemble/train/train.js';
import type { PairResult, TrainEvent } from '../../../src/ensemble/types.js';
import { InputError } from '../../../src/errors.js';
import { outputSign } from '../../../src/network/forward.js';
import type { Network } from '../../../src/network/types.js';
import { violation } from '../model/json-schema.js';
import { brightThirds, fakeSolver, withPlatform, withSolver } from '../support.js';

/** What can be said about training without an engine: `fakeSolver` answers in its place. */
const data = brightThirds(4);
const options = { shots: 4, hidden: [2], seed: 3, workers: 1 } as const;

describe('train', () => {
  it('resolves to the summary of the contract and a classifier that works', async () => {
    const result = await withSolver(fakeSolver(2), () => train(data, options));
    expect(result.pairs.map((pair) => pair.classes.join())).toEqual(['red,green', 'red,blue', 'green,blue']);
    for (const pair of result.pairs) {
      expect(pair).toMatchObject({ links: 6 * 2 + 2 });
      expect(pair.stages.map((stage) => stage.stage)).toEqual(['sm', 'mm', 'mw']);
      expect(pair).not.toHaveProperty('network');
    }
    expect(result.links).toBe(3 * 14);
    expect(result.nonzero).toBe(result.pairs.reduce((sum, pair) => sum + pair.nonzero, 0));
    expect(result.trainAccuracy).toBe(1);
    expect(result.interrupted).toBe(false);
    expect(result.classifier.score(data.samples, data.labels)).toBe(1);
    expect(result.classifier.model.training).toMatchObject({ shots: 4, hidden: [2], seed: 3 });
  });

  it('with contrast, trains on roots less their half means, and the saved model reads pictures so', async () => {
    const values = [4, 0, 1, 4, 9, 0, 0, 1, 16, 0, 1, 9].map((value) => value * 10);
    const pictures = {
      samples: { values, rows: 3, columns: 4 },
      labels: ['a', 'b', 'a'],
      image: { width: 2, height: 2 },
    };
    const problems: number[][] = [];
    const spy: PairSolver = (task, shouldStop) => {
      problems.push(Array.from(task.problem.samples));
      return fakeSolver(1)(task, shouldStop);
    };
    const { classifier } = await withSolver(spy, () =>
      train(pictures, { contrast: true, hidden: [2], workers: 1 }),
    );
    // White is 160: the roots are 128, 0, 64, 128; 191, 0, 0, 64; 255, 0, 64, 191.
    expect(classifier.model.scaling).toEqual({ kind: 'contrast', white: 160, middle: [96, 0, 21, 64] });
    expect(problems).toEqual([[32, 0, 43, 64, 95, 0, -21, 0, 159, 0, 43, 127]]);
    const loaded = EnsembleClassifier.load(JSON.stringify(classifier));
    expect(loaded.model).toEqual(classifier.model);
    expect(loaded.model.training.contrast).toBe(true);
    expect(Array.from(loaded.decisions(values.slice(4, 8)))).toEqual([
      outputSign(loaded.pairs[0].network as Network, [95, 0, -21, 0]),
    ]);
    const schema = readFileSync(new URL('../../../src/model.schema.json', import.meta.url), 'utf8');
    expect(violation(JSON.parse(schema), JSON.parse(JSON.stringify(classifier)))).toBeNull();
  });

  it('tells what happens, in an order that makes sense', async () => {
    const events: TrainEvent[] = [];
    await withSolver(fakeSolver(1), () =>
      train(data, { ...options, onProgress: (event) => events.push(event) }),
    );
    expect(events[0]).toEqual({
      type: 'start',
      pairs: 3,
      workers: 1,
      classes: ['red', 'green', 'blue'],
      scaling: { mode: 'auto', kind: 'identity', merged: [] },
    });
    for (const pair of [0, 1, 2]) {
      const own = events.filter((event) => 'pair' in event && event.pair === pair).map((event) => event.type);
      expect(own[0]).toBe('pair-start');
      expect(own.slice(1, -1)).toEqual(['pair-progress', 'pair-progress', 'pair-progress']);
      expect(own[own.length - 1]).toBe('pair-done');
    }
    const done = events.flatMap((event) => (event.type === 'pair-done' ? [event.done] : []));
    expect(done).toEqual([1, 2, 3]);
  });

  it('gives every pair a seed of its own, and the limits as they are', async () => {
    const seen: object[] = [];
    const spy: PairSolver = (task, shouldStop) => {
      seen.push(task.options);
      return fakeSolver(1)(task, shouldStop);
    };
    await withSolver(spy, () =>
      train(data, { ...options, workLimit: 500, timeLimit: 9, stages: ['sm', 'mw'] }),
    );
    for (const found of seen)
      expect(found).toMatchObject({ workLimit: 500, timeLimit: 9, stages: ['sm', 'mw'] });
    expect(new Set(seen.map((found) => (found as { seed: number }).seed)).size).toBe(3);
  });

  it('writes a model without a clock: two runs, one text', async () => {
    const text = () =>
      withSolver(fakeSolver(1, 1), async () => JSON.stringify((await train(data, options)).classifier));
    const first = await text();
    expect(await text()).toBe(first);
    expect(first).not.toContain('seconds');
  });

  it('lets the event loop run between slices', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await withSolver(fakeSolver(10, 5), () => train(data, { ...options, stages: ['sm'] }));
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  it('checks data and options before anything starts', async () => {
    const load = vi.fn();
    await withPlatform({ loadEngine: load, cores: () => 1 }, async () => {
      await expect(train(data, { shots: 99 })).rejects.toThrow(InputError);
      await expect(train(data, { workers: -1 })).rejects.toThrow(/^workers/);
    });
    expect(load).not.toHaveBeenCalled();
  });

  it('says what to do where the engine is missing', async () => {
    const bare = {
      loadEngine: () => Promise.reject(new InputError('the engine is not loaded')),
      cores: () => 0,
    };
    await withPlatform(bare, () => expect(train(data, options)).rejects.toThrow('the engine is not loaded'));
  });
});

describe('a signal', () => {
  it('in the middle ends with the best so far: finished pairs whole, the one in work cut, the rest abstaining', async () => {
    const controller = new AbortController();
    const result = await withSolver(fakeSolver(50, 4), () =>
      train(data, {
        ...options,
        signal: controller.signal,
        onProgress: (event) => {
          if (event.type === 'pair-progress' && event.pair === 1) controller.abort();
        },
      }),
    );
    expect(result.interrupted).toBe(true);
    const [whole, cut, none] = result.pairs;
    expect(whole.stages.map((stage) => stage.stopReason)).toEqual(['proved', 'proved', 'proved']);
    expect(cut.stages.map((stage) => stage.stopReason)).toEqual(['interrupted']);
    expect(cut.nonzero).toBeGreaterThan(0);
    expect(none.stages).toEqual([]);
    expect(result.classifier.pairs[2].network).toBeNull();
    // Red beats both; green and blue have lost their network.
    expect(result.classifier.predict(data.samples).filter((label) => label === 'red').length).toBe(4);
    expect(JSON.parse(JSON.stringify(result.classifier)).pairs[2].weights).toBeNull();
  });

  it('before anything is usable is an InterruptedError', async () => {
    const work = () => train(data, { ...options, signal: AbortSignal.abort() });
    await expect(withSolver(fakeSolver(1), work)).rejects.toThrow(InterruptedError);
  });

  it('after the last pair changes nothing', async () => {
    const controller = new AbortController();
    const result = await withSolver(fakeSolver(1), () =>
      train(data, {
        ...options,
        signal: controller.signal,
        onProgress: (event) => {
          if (event.type === 'pair-done' && event.done === 3) controller.abort();
        },
      }),
    );
    expect(result.interrupted).toBe(false);
  });
});

describe('trouble', () => {
  it('a crash is tried once more with a new solver; a second one is the error of the run', async () => {
    let crashes = 0;
    const crashing =
      (times: number): (() => Promise<PairSolver>) =>
      async () =>
      (task, shouldStop) => {
        if (task.pair === 1 && crashes < times) {
          crashes++;
          throw new WebAssembly.RuntimeError('unreachable');
        }
        return fakeSolver(1)(task, shouldStop);
      };
    const platform = (times: number) => ({
      loadEngine: async () => ({}) as WebAssembly.Module,
      createPool: async () => new InThreadPool(crashing(times)),
      cores: () => 1,
    });
    const result = await withPlatform(platform(1), () => train(data, options));
    expect(crashes).toBe(1);
    expect(result.pairs.every((pair) => pair.stages.length === 3)).toBe(true);
    crashes = 0;
    await withPlatform(platform(2), () => expect(train(data, options)).rejects.toThrow('unreachable'));
    expect(crashes).toBe(2);
  });

  it('bad input is not tried again', async () => {
    let calls = 0;
    const refusing: PairSolver = () => {
      calls++;
      throw new InputError('too large');
    };
    await withSolver(refusing, () => expect(train(data, options)).rejects.toThrow('too large'));
    expect(calls).toBe(1);
  });

  it('a listener that throws ends the run with its error', async () => {
    const work = () =>
      train(data, {
        ...options,
        onProgress: (event) => {
          if (event.type === 'pair-progress') throw new Error('my listener');
        },
      });
    const solver = vi.fn(fakeSolver(1));
    await expect(withSolver(solver, work)).rejects.toThrow('my listener');
    expect(solver).toHaveBeenCalledTimes(1);
  });

  it('no network for any pair is said in one line', async () => {
    const empty: PairSolver = function* (task, shouldStop) {
      yield* fakeSolver(1)(task, shouldStop);
      return { stages: [stage('infeasible')], network: null, keep: [] };
    };
    await withSolver(empty, () =>
      expect(train(data, options)).rejects.toThrow(/no pair has a network.*add sm/),
    );
    const cut: PairSolver = function* (task, shouldStop) {
      yield* fakeSolver(1)(task, shouldStop);
      return { stages: [{ ...stage('unknown'), stopReason: 'work-limit' }], network: null, keep: [] };
    };
    const none = { name: 'NoNetworkError', message: expect.stringMatching(/no pair .* within the limits/) };
    await withSolver(cut, () => expect(train(data, options)).rejects.toMatchObject(none));
  });
});

function stage(status: 'infeasible' | 'unknown'): PairResult['stages'][number] {
  return {
    stage: 'mm',
    status,
    stopReason: 'proved',
    objective: null,
    bound: null,
    gap: null,
    nodes: 1,
    work: 1,
    seconds: 0,
  };
}

describe('a pool of the caller', () => {
  it('serves several runs, which take turns by pairs, and stays open', async () => {
    const pool = new InThreadPool(async () => fakeSolver(2));
    const close = vi.spyOn(pool, 'close');
    const order: string[] = [];
    const turnOf =
      (name: string) =>
      async <T>(work: () => Promise<T>): Promise<T> => {
        order.push(name);
        return work();
      };
    const run = (name: string) => runTraining(planTraining(data, options), { pool, turn: turnOf(name) });
    const [a, b] = await Promise.all([run('a'), run('b')]);
    const alone = await withSolver(fakeSolver(2), () => train(data, options));
    expect(order.sort().join('')).toBe('aaabbb');
    expect(close).not.toHaveBeenCalled();
    for (const { classifier } of [a, b]) {
      expect(JSON.stringify(classifier)).toBe(JSON.stringify(alone.classifier));
    }
  });
});

describe('pairs of an earlier run', () => {
  it('are taken over, reported done, and give the same model', async () => {
    const plan = planTraining(data, options);
    const saved = new Map<number, PairResult>();
    const savePair = async (pair: number, result: PairResult): Promise<void> => {
      saved.set(pair, result);
    };
    const whole = await withSolver(fakeSolver(1), () => runTraining(plan, { workers: 1, savePair }));
    expect([...saved.keys()].sort()).toEqual([0, 1, 2]);
    const events: TrainEvent[] = [];
    const started: number[] = [];
    const spy: PairSolver = (task, shouldStop) => {
      started.push(task.pair);
      return fakeSolver(1)(task, shouldStop);
    };
    const completed = new Map([[2, saved.get(2) as PairResult]]);
    const resumed = await withSolver(spy, () =>
      runTraining(plan, { workers: 1, completed, onProgress: (event) => events.push(event) }),
    );
    expect(started).toEqual([0, 1]);
    expect(events[1]).toMatchObject({ type: 'pair-done', pair: 2, done: 1, total: 3 });
    expect(JSON.stringify(resumed.classifier)).toBe(JSON.stringify(whole.classifier));
  });

  it('must be pairs of this training', async () => {
    const plan = planTraining(data, options);
    const stranger: PairResult = { classes: ['a', 'b'], stages: [], nonzero: 0, links: 1, network: null };
    await expect(runTraining(plan, { completed: new Map([[0, stranger]]) })).rejects.toThrow(
      /no pair of this/,
    );
    await expect(runTraining(plan, { completed: new Map([[9, stranger]]) })).rejects.toThrow(InputError);
  });

  it('are not saved when a signal cut them short', async () => {
    const plan = planTraining(data, options);
    const controller = new AbortController();
    const saved: number[] = [];
    await withSolver(fakeSolver(20, 4), () =>
      runTraining(plan, {
        workers: 1,
        signal: controller.signal,
        savePair: async (pair) => {
          saved.push(pair);
        },
        onProgress: (event) => {
          if (event.type === 'pair-progress' && event.pair === 1) controller.abort();
        },
      }),
    );
    expect(saved).toEqual([0]);
  });
});
