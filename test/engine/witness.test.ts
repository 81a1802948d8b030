import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/index.js';
import { compileDoor } from '../support/compile-door.js';
import { randomProblem } from './problems.js';

/*
 * Witnesses: weights that are better than the incumbent of the moment must not be cut off, neither by the boxes that the
 * root's reduced costs leave nor by a cutting plane. The witnesses of a run are the better networks that the same run
 * finds later.
 */

interface Door {
  cutsInUse(): number;
  alphaRow(cut: number): number;
  gammaOf(cut: number): bigint;
  betaOf(cut: number): bigint;
  rootLowOf(input: number): number;
  rootHighOf(input: number): number;
}

interface Snapshot {
  readonly objective: number;
  readonly low: number[];
  readonly high: number[];
  readonly cuts: { alpha: number[]; gamma: number; beta: number }[];
}

describe('witnesses', () => {
  let module: WebAssembly.Module;
  beforeAll(async () => {
    module = await compileDoor();
  }, 120_000);

  it.each([
    [50, 12, 255, 1],
    [50, 12, 255, 2],
    [60, 12, 16, 3],
    [80, 10, 100, 15],
    [45, 16, 1000, 5],
    [60, 10, 16, 10],
  ])('%i inputs, %i samples up to %i, seed %i', { timeout: 60_000 }, async (inputs, count, top, seed) => {
    const problem = randomProblem([inputs, 1], count, seed, top);
    const engine = await Engine.create(module);
    const { door, memory } = engine as unknown as { door: Door; memory: WebAssembly.Memory };
    engine.load(problem);
    const keep = Array.from({ length: count }, (_, k) => k);
    engine.begin('mm', keep, { kind: 'correct' }, null, 0);
    const snapshots: Snapshot[] = [];
    const witnesses = new Map<number, number[]>();
    let state = 'running';
    for (let work = 1e6; state === 'running' && work < 3e8; work += 1e6) {
      state = engine.step(work);
      const { objective } = engine.figures();
      if (objective === null) continue;
      witnesses.set(objective, [...engine.incumbent().weights[0][0]]);
      const each = Array.from({ length: inputs }, (_, i) => i);
      // Before the tree begins there are no boxes yet.
      if (each.every((i) => door.rootLowOf(i) === 0 && door.rootHighOf(i) === 0)) continue;
      snapshots.push({
        objective,
        low: each.map((i) => door.rootLowOf(i)),
        high: each.map((i) => door.rootHighOf(i)),
        cuts: Array.from({ length: door.cutsInUse() }, (_, c) => ({
          alpha: [...new Int32Array(memory.buffer, door.alphaRow(c), inputs)],
          gamma: Number(door.gammaOf(c)),
          beta: Number(door.betaOf(c)),
        })),
      });
    }
    let looks = 0;
    let boxes = 0;
    for (const { objective, low, high, cuts } of snapshots) {
      for (const [margin, weights] of witnesses) {
        if (margin <= objective) continue;
        boxes++;
        expect(weights.every((w, i) => w >= low[i] && w <= high[i])).toBe(true);
        const signed = keep.map(
          (k) => problem.labels[k] * sum(weights, (i) => problem.samples[k * inputs + i]),
        );
        const least = Math.min(...signed);
        for (const { alpha, gamma, beta } of cuts) {
          expect(sum(weights, (i) => alpha[i]) - gamma * least).toBeGreaterThanOrEqual(beta);
          looks++;
        }
      }
    }
    expect(snapshots.some(({ cuts }) => cuts.length > 0)).toBe(true);
    // Seeds with witnesses that come after the cuts, or there would be nothing to look at.
    expect(boxes).toBeGreaterThan(10);
    expect(looks).toBeGreaterThan(50);
  });
});

function sum(weights: readonly number[], of: (input: number) => number): number {
  return weights.reduce((total, w, i) => total + w * of(i), 0);
}
