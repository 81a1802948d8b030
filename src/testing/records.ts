import type { StageName, StageRecord } from '../problem/solution.js';

/** A record of a solution file that says as little as it may, and what is said of it besides. */
export function bareStage(stage: StageName, change: Partial<StageRecord> = {}): StageRecord {
  return {
    stage,
    status: 'unknown',
    stopReason: 'work-limit',
    objective: null,
    bound: null,
    gap: null,
    nodes: 0,
    work: 0,
    seconds: 0,
    ...change,
  };
}
