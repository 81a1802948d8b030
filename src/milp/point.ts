import type { Network } from '../network/types.js';
import { largestWeight } from '../problem/boxes.js';
import { StageChain } from '../problem/chain.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { stageModel } from './model.js';
import type { MilpModel } from './types.js';

/** The model of a stage that starts from the problem alone: its own `keep` and `margins`, or all samples and right answers. */
export function stageOfProblem(problem: TrainingProblem, stage: StageName): MilpModel {
  const chain = new StageChain(problem, 0);
  return stageModel(problem, stage, chain.keep, chain.holdOf(stage));
}

/** The integer network nearest to the solver's point; inactive inputs have weight 0. */
export function networkOfPoint(problem: TrainingProblem, values: Float64Array, model: MilpModel): Network {
  const { layers } = problem;
  const within = (column: number): number => {
    const { lower, upper } = model.columns[column];
    return Math.max(lower, Math.min(upper, Math.round(values[column]))) + 0;
  };
  const weights = model.weightColumns.map((layer) =>
    layer.map((inputs) => Array.from(inputs, (column) => (column < 0 ? 0 : within(column)))),
  );
  return { layers: [...layers], weightBound: largestWeight(problem), weights };
}
