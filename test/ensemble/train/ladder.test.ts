import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/ensemble/options.js';
import { adaptsReach, REACH_SHARE, solveBearable } from '../../../src/ensemble/train/ladder.js';
import { pairProblem } from '../../../src/ensemble/train/pairs.js';
import type { PairPool, PairTask } from '../../../src/ensemble/train/pool.js';
import { withDefaults } from '../../../src/ensemble/train/table-defaults.js';
import { planTraining } from '../../../src/ensemble/train/train.js';
import type { TrainingSamples } from '../../../src/ensemble/train/training-samples.js';
import type { TrainOptions } from '../../../src/ensemble/types.js';
import { targetsOf } from '../../../src/problem/objective.js';
import type { Solution, StageName } from '../../../src/stages/types.js';

/*
 * Which share of a perturbation set a pair is trained with, given what the probes find. The pool is a table of margins
 * by the brightness that motions leave in the copies: solving is not what is tested here.
 */

const image = { width: 4, height: 4 };
const samples: TrainingSamples = {
  classes: ['a', 'b'],
  values: new Float64Array(32),
  rows: Int32Array.from({ length: 32 }, (_, i) => ((i * 37) % 11) * 20),
  columns: 16,
  inputs: 16,
  labels: Int32Array.from([0, 1]),
  scaling: { kind: 'identity' },
  image,
  summary: { mode: 'auto', kind: 'identity', merged: [] },
  fingerprint: 'none',
};
const pair = { index: 0, first: 0, second: 1, classes: ['a', 'b'] as const };

/** Answers the n-th probe with the n-th margin, the first being the one without motions. */
function poolOf(margins: readonly (number | null)[]) {
  const tasks: PairTask[] = [];
  const pool: PairPool = {
    size: 1,
    run: async (task) => {
      const objective = margins[tasks.push(task) - 1] ?? null;
      const stages = task.options.stages?.map((stage) => ({ stage, objective })) ?? [];
      return { stages, network: null, keep: [] } as unknown as Solution;
    },
    close: async () => {},
  };
  return { pool, tasks };
}

async function share(margins: readonly (number | null)[], options: object) {
  const config = resolveConfig({ objective: 'robust', shots: 1, soft: 0, ...options }, 16, true);
  const { pool, tasks } = poolOf(margins);
  const never = new AbortController().signal;
  const solved = await solveBearable(pair, samples, config, pool, () => {}, never);
  return { share: solved.share, tasks };
}

describe('how much of its set a pair bears', () => {
  it.each([
    [[100, 15], 1],
    [[100, 14, 15], 0.75],
    [[100, null, 3, 90], 0.5],
    [[100, null, null, null, 20], 0.25],
    [[100, null, null, null, 14], 0],
    [[null, null, 5], 0.75],
    [[null, null, null, null, null], 0],
  ] as const)('margins %j: share %d', async (margins, wanted) => {
    const { share: found, tasks } = await share(margins, { workLimit: 1000 });
    expect(found).toBe(wanted);
    const probes = tasks.slice(0, -1);
    expect(probes.length).toBe(wanted === 0 ? 5 : 1 + [1, 0.75, 0.5, 0.25].indexOf(wanted) + 1);
    for (const probe of probes) expect(probe.options).toMatchObject({ stages: ['mm'], workLimit: 200 });
    expect(tasks.at(-1)?.options).toMatchObject({ stages: ['sm', 'mm', 'mw'], workLimit: 1000 });
    expect(tasks[0].problem.sampleCount).toBe(2);
    expect(probes[1].problem.sampleCount).toBeGreaterThan(20);
  });

  it('is all of it, unasked, where the set was given or moves nothing', async () => {
    for (const options of [{ perturb: { shift: 1 } }, { adapt: 0 }, { perturb: { linf: 3 }, adapt: 0.5 }]) {
      const { share: found, tasks } = await share([1], options);
      expect([found, tasks.length]).toEqual([1, 1]);
    }
    expect((await share([100, 1, 60], { perturb: { shift: 1 }, adapt: 0.5 })).tasks).toHaveLength(4);
  });

  it('shares a time limit between probes and training', async () => {
    const { tasks } = await share([100, 90], { timeLimit: 10 });
    expect(tasks.map((task) => task.options.timeLimit)).toEqual([1, 1, 5]);
    expect(tasks.map((task) => task.options.workLimit)).toEqual([undefined, undefined, undefined]);
  });
});

/** Answers the n-th task with a loss of the n-th share of all its squared targets. */
function lackingPool(lacks: readonly number[]) {
  const tasks: PairTask[] = [];
  const pool: PairPool = {
    size: 1,
    run: async (task) => {
      const all = (targetsOf(task.problem) ?? new Int32Array()).reduce((sum, t) => sum + t ** 2, 0);
      const objective = -(lacks[tasks.push(task) - 1] ?? 1) * all;
      const stages = task.options.stages?.map((stage) => ({ stage, objective })) ?? [];
      return { stages, network: null, keep: [] } as unknown as Solution;
    },
    close: async () => {},
  };
  return { pool, tasks };
}

describe('how much of its set a pair bears with soft margins', () => {
  async function softShare(lacks: readonly number[]) {
    const config = resolveConfig({ objective: 'robust', shots: 1 }, 16, true);
    const { pool, tasks } = lackingPool(lacks);
    const never = new AbortController().signal;
    const solved = await solveBearable(pair, samples, config, pool, () => {}, never);
    return { share: solved.share, tasks };
  }

  it.each([
    [[0.08], 1],
    [[0.081, 0.01], 0.75],
    [[0.3, 0.2, 0.09, 0], 0.25],
    [[0.3, 0.2, 0.1, 0.1], 0],
  ] as const)('lacks %j: share %d', async (lacks, wanted) => {
    const { share: found, tasks } = await softShare(lacks);
    expect(found).toBe(wanted);
    expect(tasks).toHaveLength(lacks.length + 1);
    // Two samples with 400 copies each, of which a probe has 50.
    expect(tasks[0].problem.sampleCount).toBe(102);
    expect(tasks.at(-1)?.problem.sampleCount).toBe(wanted === 0 ? 2 : 802);
    expect(tasks.at(-1)?.options).toMatchObject({ stages: ['mm'] });
    for (const { problem } of tasks) expect(targetsOf(problem)).toHaveLength(problem.sampleCount);
  });
});

describe('how much radius a pair bears on features', () => {
  const large = { width: 8, height: 8 };
  const options = { objective: 'robust', features: 'hog', classes: ['a', 'b'], shots: 1 } as const;
  const data = {
    samples: [0, 1].map((n) => Array.from({ length: 64 }, (_, i) => ((i * (37 + n)) % 11) * 20)),
    labels: ['a', 'b'],
    image: large,
  };

  it.each([
    [[0.003], 8],
    [[0.0031, 0.001], 4],
    [[0.5, 0.4, 0.002], 2],
    // Whatever it lacks at the last one, and nobody asks.
    [[0.5, 0.4, 0.3], 1],
  ] as const)('lacks %j: radius %d', async (lacks, wanted) => {
    const plan = planTraining(data, options);
    const { pool, tasks } = lackingPool(lacks);
    const never = new AbortController().signal;
    const solved = await solveBearable(plan.pairs[0], plan.samples, plan.config, pool, () => {}, never);
    expect(solved.share).toBe(wanted / 8);
    expect(tasks.map(({ problem }) => problem.linf)).toEqual([...[8, 4, 2].slice(0, lacks.length), wanted]);
    // All copies in every one of them: an upright image moves little.
    const rows = tasks.map(({ problem }) => problem.sampleCount);
    expect(new Set(rows).size).toBe(1);
    expect(rows[0]).toBeGreaterThan(200);
    expect(solved.problem.linf).toBe(wanted);
  });
});

describe('stages of a table that somebody asks for', () => {
  it.each<[readonly StageName[], string, object]>([
    [['mm'], 'robust', { soft: 0.8, adapt: 0.06 }],
    [['mm', 'mw'], 'robust', { soft: 0.8, adapt: 0.06 }],
    [['sm'], 'bemi', {}],
    [['sm', 'mm'], 'bemi', {}],
    [['sm', 'mm', 'mw'], 'bemi', {}],
    [['mw'], 'bemi', {}],
  ])('%j: objective %s, and the defaults of tables else', (stages, objective, more) => {
    for (const tolerance of [0, 0.1]) {
      const config = resolveConfig(withDefaults({ stages, tolerance }, true), 5, false);
      expect(config).toMatchObject({
        hidden: [],
        scaling: 'range',
        bias: true,
        objective,
        stages,
        tolerance,
      });
      expect(config).toMatchObject(more);
      if (objective === 'bemi') expect(config.soft).toBeUndefined();
    }
  });
});

describe('how much reach is asked of a pair of a table', () => {
  const table = {
    samples: Array.from({ length: 12 }, (_, k) => [k * 3, (k * 7) % 12, k % 2]),
    labels: Array.from({ length: 12 }, (_, k) => (k < 6 ? 'a' : 'b')),
    columns: ['x', 'y', 'z'],
  };
  const asked = (options: TrainOptions, isTable = true, isImage = false) =>
    adaptsReach(resolveConfig(withDefaults(options, isTable), 16, isImage));

  it.each<[string, TrainOptions, boolean]>([
    ['unasked', {}, true],
    ['whatever is encoded or weighted', { missing: 'refuse', classWeight: 'balanced', weightBound: 3 }, true],
    ['not where the reach is given', { soft: 0.8 }, false],
    [
      'but where what may lack is given too',
      { objective: 'robust', perturb: { linf: 0 }, soft: 0.8, adapt: 0.1, bias: true },
      true,
    ],
    ['not without a bias', { bias: false }, false],
    ["not under limits, which the paper's stages have", { maxNonzero: 2 }, false],
    ["not under the paper's objective", { objective: 'bemi' }, false],
    [
      'not where nothing may lack',
      { objective: 'robust', perturb: { linf: 0 }, soft: 0.8, adapt: 0, bias: true },
      false,
    ],
  ])('%s: %j, %s', (_what, options, wanted) => {
    expect(asked(options)).toBe(wanted);
  });

  it('not of images, whose motions or radii shrink instead', () => {
    const soft = { objective: 'robust', soft: 0.8, adapt: 0.1, bias: true } as const;
    expect(asked({ ...soft, perturb: { linf: 0 } }, false, true)).toBe(true); // nothing moves
    expect(asked({ ...soft, perturb: { shift: 1 } }, false, true)).toBe(false);
    expect(asked({ ...soft, perturb: { linf: 4 }, features: 'hog,cell=4' }, false, true)).toBe(false);
  });

  it.each([
    ['less, where that is borne', [0.06], 1],
    ['all of it, where even less is not', [0.061, 0.9], 2],
  ] as const)('%s: lacks %j', async (_what, lacks, count) => {
    const plan = planTraining(table, { workLimit: 1001, timeLimit: 10 });
    const { pool, tasks } = lackingPool(lacks);
    const never = new AbortController().signal;
    const solved = await solveBearable(plan.pairs[0], plan.samples, plan.config, pool, () => {}, never);
    expect(tasks).toHaveLength(count);
    for (const { options } of tasks) {
      expect(options).toMatchObject({ stages: ['mm'], workLimit: 500, timeLimit: 5 });
    }
    const at = (soft: number) => pairProblem(plan.pairs[0], plan.samples, { ...plan.config, soft });
    const reaches = [0.8 * REACH_SHARE, 0.8].slice(0, count);
    expect(tasks.map(({ problem }) => targetsOf(problem))).toEqual(
      reaches.map((reach) => targetsOf(at(reach))),
    );
    expect(targetsOf(at(0.8))).not.toEqual(targetsOf(at(0.5)));
    expect(solved).toMatchObject({ share: 1, problem: tasks[count - 1].problem });
  });

  it('ends with the first answer where a signal has come', async () => {
    const plan = planTraining(table);
    const { pool, tasks } = lackingPool([0.9, 0]);
    const stop = AbortSignal.abort();
    const solved = await solveBearable(plan.pairs[0], plan.samples, plan.config, pool, () => {}, stop);
    expect(tasks).toHaveLength(1);
    expect(solved.problem).toBe(tasks[0].problem);
  });
});
