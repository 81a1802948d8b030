/**
 * What a solver of training problems is tested with: problems of every kind, optima that are known because they were planted, a
 * referee in exact integers that shares nothing with any engine, relations that need no oracle, and `checkSolver`, which puts them
 * together for vitest, jest or node:test (docs/testing.md). The arbitraries are fast-check's, which is an optional peer.
 *
 *     import { checkSolver } from 'fewbit/testing';
 *     test('our solver', () => checkSolver((problem, { stages }) => mySolve(problem, stages)));
 */

export { InputError } from '../errors.js';
export type { Network } from '../network/types.js';
export { formatProblem, formatSolution, parseProblem, parseSolution } from '../problem/file.js';
export type { SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
export type { TrainingProblem } from '../problem/types.js';
export { bruteStage } from '../verify/brute/index.js';
export { bruteSolve } from '../verify/brute/solve.js';
export { networkFor, problemAndNetwork, type TinyShape, tinyProblem } from './arbitraries.js';
export {
  type CheckSolverOptions,
  checkSolver,
  huntSolver,
  type SolverFailure,
  SolverFault,
  type SolverReport,
} from './check-solver.js';
export { drawFields } from './draw-fields.js';
export { drawProblem, type Size } from './draw-problem.js';
export { drawTrial, type Trial, type TrialOptions } from './draw-trial.js';
export { Draws } from './draws.js';
export { drawFamily, FAMILIES, type FamilyName } from './families.js';
export { degenerate, trainingProblem } from './family-arbitraries.js';
export { withFields } from './fields-arbitraries.js';
export { allNetworks, networkCount } from './networks.js';
export { PLANTED, type Planted, type PlantedKind, type PlantedShape, planted } from './planted.js';
export { problemOf } from './problem-of.js';
export { bareStage } from './records.js';
export { type Known, type RefereeOptions, type Ruling, referee, type StageRuling } from './referee.js';
export { RELATIONS, type Related, type RelationName, related } from './relations.js';
export { tinyRobust } from './robust-arbitraries.js';
export { type RunOptions, runTrial, type TrialOutcome } from './run-trial.js';
export { shrink } from './shrink.js';
export {
  type Answer,
  Declined,
  Overdue,
  type Solver,
  type SolverTask,
  type TrialFault,
  type TrialFaultKind,
} from './solver.js';
export { formatTrial, parseTrial } from './trial-file.js';
