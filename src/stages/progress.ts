import { type Figures, figuresOutside, unitOf } from '../problem/figures.js';
import type { TrainingProblem } from '../problem/types.js';
import type { StageName, StageProgress } from './types.js';

/** Where a stage stands in its run. */
export interface StagePlace {
  readonly problem: TrainingProblem;
  readonly stage: StageName;
  readonly index: number;
  readonly count: number;
  /** When the whole run began (milliseconds). */
  readonly runStart: number;
}

/** What a stage has come to so far, in whole units, as its caller is told of it. */
export function progressOf(
  { problem, stage, index, count, runStart }: StagePlace,
  figures: Figures & Pick<StageProgress, 'nodes' | 'work'>,
): StageProgress {
  const { objective, bound } = figuresOutside(unitOf(problem, stage), figures);
  return {
    stage,
    stageIndex: index,
    stageCount: count,
    objective,
    bound,
    nodes: figures.nodes,
    work: figures.work,
    seconds: (performance.now() - runStart) / 1000,
  };
}
