import { describe, expect, it } from 'vitest';
import { formatCounters, sumCounters } from '../../src/report/counters.js';
import type { StageResult } from '../../src/stages/types.js';

const block = {
  status: 'optimal',
  stopReason: 'proved',
  objective: 1,
  bound: 1,
  gap: 0,
  nodes: 3,
  work: 4,
  seconds: 0,
} as const;
const results: StageResult[] = [
  { ...block, stage: 'sm', counters: { nodes: { listed: 3 } } },
  { ...block, stage: 'mm', counters: { nodes: { weights: 1200 }, relaxation: { cutRounds: 2 } } },
  { ...block, stage: 'mm', counters: { nodes: { weights: 34, sides: 5 } } },
  { ...block, stage: 'mw' },
];

describe('counters', () => {
  it('of several results are added up', () => {
    expect(sumCounters(results.slice(1))).toEqual({
      nodes: { weights: 1234, sides: 5 },
      relaxation: { cutRounds: 2 },
    });
  });

  it('are a line a group, stage by stage', () => {
    expect(formatCounters(results)).toEqual([
      'sm  nodes: listed 3',
      'mm  nodes: weights 1,234, sides 5',
      '    relaxation: cut rounds 2',
    ]);
  });
});
