import { expect } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { drawShaped, type ShapeName } from '../../src/fuzz/draw-shapes.js';
import { execute } from '../../src/fuzz/execute.js';
import { judge, type Looks, noLooks } from '../../src/fuzz/judge.js';
import { Draws } from '../../src/testing/draws.js';
import { rememberOptima } from '../../src/verify/brute/index.js';

/** Networks that brute force looks at per stage, as in a campaign. */
const MOST_COMBINATIONS = 2 ** 14;

/** Runs problems of a shape on the engine and holds each against brute force, checker and verifier; what was looked at. */
export function judgeShaped(engine: Engine, shape: ShapeName, numbers: Iterable<number>): Looks {
  const looks = noLooks();
  for (const n of numbers) {
    const run = drawShaped(new Draws(1, n), shape);
    rememberOptima(run.problem);
    expect(judge(run, execute(engine, run), MOST_COMBINATIONS, looks), `${shape}, number ${n}`).toEqual([]);
  }
  return looks;
}

/** 0, 1, .. */
export function firstNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
