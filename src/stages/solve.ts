import type { Engine } from '../engine/index.js';
import { InputError } from '../errors.js';
import { checkOptionNames } from '../option-names.js';
import { isWithin } from '../option-rows.js';
import { named, numberRow, OPTIONS, SOLVE_OPTIONS } from '../options.js';
import { fitNetwork } from '../problem/chain.js';
import { hasCombinations } from '../problem/combinations.js';
import { isRobust } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';
import { checkRangeSteps } from '../problem/validate.js';
import { misplacedStage, STAGE_NAMES } from '../stage-list.js';
import { DEFAULT_ROBUST_WORK, DEFAULT_WORK, selectionWork } from './budget.js';
import { stageByCases } from './cases.js';
import { EngineStages, told } from './engine-stage.js';
import { PROOF_HEADER } from './proof.js';
import { runStages } from './run-stages.js';
import { TraceWriter, traceHeader } from './trace.js';
import type { Solution, SolveOptions, StageName, StageProgress } from './types.js';

const NOTHING_YET = { objective: null, bound: null, nodes: 0, work: 0 } as const;

const OPTION_NAMES: Readonly<Record<keyof SolveOptions, true>> = {
  ...named(SOLVE_OPTIONS),
  thorough: true,
  start: true,
  from: true,
  onProgress: true,
  proof: true,
  trace: true,
  shouldStop: true,
};

/**
 * Runs the stages of a problem in their lexicographic order, yielding after every slice of work, so that the caller
 * decides what happens between slices: report, stop, or let others run. Ends with the best found; a limit or a stop is
 * never an error.
 *
 * @throws InputError for options out of range, or a problem too large for the engine's memory
 */
export function* solveSteps(
  engine: Engine,
  problem: TrainingProblem,
  options: SolveOptions = {},
): Generator<StageProgress, Solution> {
  checkOptionNames(options, OPTION_NAMES, 'solve');
  const stages = checkedStages(options.stages ?? STAGE_NAMES);
  const seed = options.seed ?? OPTIONS.seed.default;
  const tolerance = withinTable('tolerance', options.tolerance, 'in [0, 1]') ?? OPTIONS.tolerance.default;
  for (const name of ['timeLimit', 'workLimit'] as const) withinTable(name, options[name], 'a number >= 0');
  const timeLimit = options.timeLimit ?? Number.POSITIVE_INFINITY;
  const isPlanned = options.workLimit === undefined && options.timeLimit === undefined;
  const smWork = isPlanned && stages.includes('sm') ? selectionWork(problem) : 0;
  const workLimit =
    options.workLimit ?? (isPlanned ? defaultWork(problem) + smWork : Number.POSITIVE_INFINITY);
  const asked = { ...options, stages, seed, tolerance, timeLimit, workLimit, smWork };
  const first = options.start === undefined ? null : fitNetwork(problem, options.start, 'start');
  const runStart = performance.now();
  if (hasCombinations(problem)) {
    if (options.trace !== undefined) {
      throw new InputError('trace: not of problems with exclusive or together, which are solved by cases');
    }
    options.proof?.(PROOF_HEADER);
    const byCases = stageByCases(asked, (one, limits) => solveSteps(engine, one, limits));
    return yield* runStages(problem, asked, first, runStart, byCases);
  }
  const loading = { problem, stage: stages[0], index: 0, count: stages.length, runStart, ...NOTHING_YET };
  yield* told(checkRangeSteps(problem, 'problem'), loading, options);
  engine.setTracing(options.trace !== undefined);
  yield* told(engine.loadSteps(problem, memoryOf(options)), loading, options);
  options.trace?.(traceHeader(problem, stages));
  const trace = options.trace === undefined ? undefined : new TraceWriter(problem, options.trace);
  engine.setPatience(
    options.thorough ?? (options.timeLimit !== undefined || options.workLimit !== undefined),
  );
  options.proof?.(PROOF_HEADER);
  const byEngine = new EngineStages(engine, asked, trace);
  return yield* runStages(problem, asked, first, runStart, (task) => byEngine.solve(task));
}

function defaultWork(problem: TrainingProblem): number {
  return isRobust(problem) ? DEFAULT_ROBUST_WORK : DEFAULT_WORK;
}

/** `solveSteps` to the end, in one go. */
export function solve(engine: Engine, problem: TrainingProblem, options: SolveOptions = {}): Solution {
  const steps = solveSteps(engine, problem, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** A number in the table's range, which as a share of a limit need not be whole. */
function withinTable(
  name: 'timeLimit' | 'workLimit' | 'memoryLimit' | 'tolerance',
  value: number | undefined,
  range: string,
): number | undefined {
  if (value === undefined || isWithin({ ...numberRow(name), whole: false }, value)) return value;
  throw new InputError(`${name}: ${value} is not ${range}`);
}

function memoryOf({ memoryLimit }: SolveOptions): number | undefined {
  const { least, most } = OPTIONS.memoryLimit;
  const limit = withinTable('memoryLimit', memoryLimit, `in ${least}..${most} MiB`);
  return limit === undefined ? undefined : Math.floor(limit * 2 ** 20);
}

function checkedStages(stages: readonly StageName[]): readonly StageName[] {
  const listed = STAGE_NAMES.join(', ');
  if (stages.length === 0) throw new InputError(`stages: at least one of ${listed} is needed`);
  const misplaced = misplacedStage(stages);
  if (misplaced === undefined) return stages;
  const { entry, isStage } = misplaced;
  throw new InputError(
    isStage
      ? `stages: ${entry} stands out of order; the order is ${listed}`
      : `stages: ${String(entry)} is none of ${listed}`,
  );
}
