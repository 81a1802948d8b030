import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PairTask } from '../../src/ensemble/train/pool.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { canonicalOutcome, outcomeBytes, readOutcome } from '../../src/queue/outcome.js';
import { packTask, readTask, sha256, unpackTask } from '../../src/queue/task.js';
import { decodeText, encodeValue } from '../../src/queue/values.js';

const maker = { fewbit: '1.0.0', engine: 'sha256:aa' };

const tasks = fc
  .record({
    width: fc.integer({ min: 1, max: 4 }),
    labels: fc.array(fc.constantFrom(1, -1), { minLength: 1, maxLength: 9 }),
  })
  .chain(({ width, labels }) =>
    fc
      .record({
        samples: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), {
          minLength: width * labels.length,
          maxLength: width * labels.length,
        }),
        targets: fc.array(fc.integer({ min: 0, max: 999 }), {
          minLength: labels.length,
          maxLength: labels.length,
        }),
        timeLimit: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      })
      .map(({ samples, targets, timeLimit }): PairTask => {
        const problem: TrainingProblem = {
          ...{ layers: [width, 1], weightBound: 1, epsilon: 0.1, sampleCount: labels.length, linf: 0 },
          samples: Int32Array.from(samples),
          labels: Int8Array.from(labels),
          objective: { kind: 'soft', targets: Int32Array.from(targets) },
        };
        return { pair: 3, problem, options: { seed: 7, workLimit: 100, timeLimit } };
      }),
  );

describe('a task over the queue', () => {
  it('comes back as it was, and is refused where anything of it was changed', async () => {
    await fc.assert(
      fc.asyncProperty(tasks, async (asked) => {
        const { task, bytes } = packTask(asked, maker, 'salt');
        const { id, ...data } = JSON.parse(JSON.stringify(task));
        const back = await unpackTask(
          readTask(id, data, maker),
          async (hash) => bytes.get(hash) as Uint8Array,
        );
        expect(encodeValue(back)).toEqual(encodeValue(asked));
        for (const [hash, content] of bytes) expect(sha256(content)).toBe(hash);
        expect(() => readTask(id, { ...data, head: data.head.replace('100', '101') }, maker)).toThrow(
          /does not fit its name/,
        );
        expect(() => readTask(id, data, { ...maker, engine: 'sha256:bb' })).toThrow(/does not fit its name/);
      }),
      { numRuns: 50 },
    );
  });

  it('sends the rows of a class once: pairs that share it name the same block', () => {
    const of = (rows: readonly number[], labels: readonly number[]): PairTask => ({
      pair: 0,
      problem: {
        layers: [1, 1],
        weightBound: 1,
        epsilon: 0.1,
        sampleCount: rows.length,
        linf: 0,
        samples: Int32Array.from(rows),
        labels: Int8Array.from(labels),
      },
      options: {},
    });
    const first = packTask(of([5, 1, 6, 2], [1, -1, 1, -1]), maker, 's').task;
    const second = packTask(of([5, 6, 9], [1, 1, -1]), maker, 's').task;
    expect(second.blocks[0]).toBe(first.blocks[0]);
    expect(second.blocks[1]).not.toBe(first.blocks[1]);
    expect(second.id).not.toBe(first.id);
  });

  it('has a name of its own where the clock decides', () => {
    const [asked] = fc.sample(tasks, { numRuns: 1, seed: 1 });
    const named = (timeLimit: number | undefined, salt: string): string =>
      packTask({ ...asked, options: { ...asked.options, timeLimit } }, maker, salt).task.id;
    expect(named(undefined, 'a')).toBe(named(undefined, 'b'));
    expect(named(5, 'a')).not.toBe(named(5, 'b'));
  });
});

it('numbers that JSON lacks come back', () => {
  const value = { a: Number.NEGATIVE_INFINITY, b: [Number.NaN, 1.5], c: null, d: 'x' };
  expect(decodeText(JSON.stringify(encodeValue(value)), 'x')).toEqual(value);
  expect(() => decodeText('{"$int32":"AAA="}', 'x')).toThrow('no value of the form');
});

describe('an outcome over the queue', () => {
  const stage = {
    stage: 'mw',
    status: 'optimal',
    stopReason: 'proved',
    objective: 2,
    bound: 2,
    gap: 0,
    nodes: 3,
    work: 9,
  } as const;
  const outcome = (seconds: number, weight = 1) => ({
    stages: [{ ...stage, seconds }],
    network: { layers: [2, 1], weightBound: 1, weights: [[[weight, -1]]] },
    keep: [0],
  });
  const problem = { layers: [2, 1] } as unknown as TrainingProblem;

  it('is equal to itself on a slower machine, and to no other', async () => {
    const [fast, slow, other] = await Promise.all([outcome(1), outcome(2), outcome(1, 0)].map(outcomeBytes));
    expect(await readOutcome(fast, { problem }, 'x')).toEqual(outcome(1));
    expect(await canonicalOutcome(fast, 'x')).toBe(await canonicalOutcome(slow, 'x'));
    expect(await canonicalOutcome(fast, 'x')).not.toBe(await canonicalOutcome(other, 'x'));
  });

  it('is refused where it is damaged or of another problem', async () => {
    const bytes = await outcomeBytes(outcome(1));
    await expect(readOutcome(bytes.subarray(0, -3), { problem }, 'x')).rejects.toThrow('damaged');
    const others = { problem: { layers: [3, 1] } as unknown as TrainingProblem };
    await expect(readOutcome(bytes, others, 'x')).rejects.toThrow('another problem');
  });
});
