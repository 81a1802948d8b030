import { describe, expect, it } from 'vitest';
import { claimedRun } from '../../src/bench/claimed-run.js';
import type { StageName } from '../../src/stage-list.js';
import { referee } from '../../src/testing/referee.js';
import { bruteStage } from '../../src/verify/brute/index.js';
import { scaleOf } from '../../src/verify/claims.js';
import { drawn } from '../engine/problems.js';

const drawing = drawn({ seed: 5, layers: [7, 1], count: 9 });

describe('claimedRun', () => {
  // In SM's model a right sample may count as none; in MM's a margin may be less than it is.
  it.each<[StageName, number[]]>([
    ['sm', [0, 1, 2, 4, 5, 7, 8]],
    ['mm', [0, 1, 2]],
  ])('%s: an incumbent is worth what its network is worth, an optimum what it says', (stage, keep) => {
    const problem = { ...drawing, keep };
    const best = bruteStage(problem, stage, keep);
    const network = best.network!;
    const [objective, more, less] = [0, 1, -1].map((by) => (best.objective! + by) / scaleOf(problem, stage));
    const claim = { stage, bound: more, seconds: 1, nodes: 1, network };
    const short = claimedRun(problem, { ...claim, status: null, objective: less });
    expect(short).toMatchObject({ status: 'feasible', objective, bound: more });
    expect(referee(problem, short.solution!).verdict).toBe('right');
    const early = claimedRun(problem, { ...claim, status: 'optimal', objective: less });
    expect(early).toMatchObject({ status: 'optimal', bound: less });
    expect(referee(problem, early.solution!).verdict).toBe('wrong');
    // What is claimed beyond the network stays, and is wrong.
    const over = claimedRun(problem, { ...claim, status: null, objective: more });
    expect(over.objective).toBe(more);
    expect(referee(problem, over.solution!).verdict).toBe('wrong');
    // A bound that its own network beats is none.
    const below = claimedRun(problem, {
      ...claim,
      status: null,
      objective: less,
      bound: less,
    });
    expect(referee(problem, below.solution!).verdict).toBe('wrong');
  });
});
