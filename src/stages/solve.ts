import type { Engine } from '../engine/index.js';
import { InputError } from '../errors.js';
import type { Network } from '../network/types.js';
import { checkOptionNames } from '../option-names.js';
import { isWithin } from '../option-rows.js';
import { named, numberRow, OPTIONS, SOLVE_OPTIONS } from '../options.js';
import { type EndedWorth, fitNetwork, StageChain } from '../problem/chain.js';
import { hasCombinations } from '../problem/combinations.js';
import { type Figures, recordOf, type WholeResult } from '../problem/figures.js';
import { isRobust, objectiveOf } from '../problem/objective.js';
import { confidenceThreshold, robustMarginSteps, satisfiesHold } from '../problem/semantics.js';
import { wantedSquares } from '../problem/soft.js';
import type { Hold } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { checkRangeSteps } from '../problem/validate.js';
import { misplacedStage, STAGE_NAMES } from '../stage-list.js';
import { alignToHold } from './align.js';
import { DEFAULT_ROBUST_WORK, DEFAULT_WORK, mostProofWork, stageProofWork, stageShare } from './budget.js';
import { solveByCases } from './cases.js';
import { asIsKnown } from './known.js';
import { progressOf, type StagePlace } from './progress.js';
import { PROOF_HEADER, type StageBlock, stageProof } from './proof.js';
import { runStage, type StageRun } from './run-stage.js';
import { TraceWriter, traceHeader } from './trace.js';
import type { Solution, SolveOptions, StageName, StageProgress } from './types.js';

/** Share of MW's allowance for finding a first network that holds the margins, where no stage before it left one. */
const OPENING_SHARE = 0.6;
/** The same of a single neuron that is given its margin: the opening ends once weights hold it, and MW need only thin them. */
const ALONE_OPENING_SHARE = 0.9;
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
  const workLimit =
    options.workLimit ?? (options.timeLimit === undefined ? defaultWork(problem) : Number.POSITIVE_INFINITY);
  if (hasCombinations(problem)) {
    if (options.trace !== undefined) {
      throw new InputError('trace: not of problems with exclusive or together, which are solved by cases');
    }
    const asked = { ...options, stages, seed, tolerance, timeLimit, workLimit };
    return yield* solveByCases(problem, asked, (one, limits) => solveSteps(engine, one, limits));
  }
  const runStart = performance.now();
  const secondsLeft = () => timeLimit - (performance.now() - runStart) / 1000;
  /** The proof of a bound takes about as long as finding it. */
  const proofShare = options.proof === undefined ? 1 : 0.5;
  let spentWork = 0;
  let proofWork = options.proof === undefined ? 0 : mostProofWork(workLimit); // what is left of it

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
  const results: WholeResult[] = [];
  let network = options.start === undefined ? null : fitNetwork(problem, options.start, 'start');
  const chain = new StageChain(problem, tolerance);
  for (let index = 0; index < stages.length; index++) {
    const stage = stages[index];
    const previous = results.at(-1);
    const { keep, hold } = options.from ?? { keep: chain.keep, hold: chain.holdOf(stage) };
    // Confidence 0 is what a network of SM has of what it counts, also where no network is right on that.
    const isFree = hold.kind === 'confident' && confidenceThreshold(problem) <= 0;
    const isWithoutMargins = previous?.stage === 'mm' && previous.objective === null && !isFree;
    if (previous !== undefined && (chain.isBarred || isWithoutMargins)) {
      results.push({
        ...previous,
        stage,
        nodes: 0,
        work: 0,
        seconds: 0,
        bound: null,
        counters: undefined,
        history: undefined,
      });
      chain.ended(stage, null);
      continue;
    }
    const isLast = index === stages.length - 1;
    const stageStart = performance.now();
    const stageSeconds = stageShare(stage, isLast, secondsLeft());
    const stageLeft = () => stageSeconds - (performance.now() - stageStart) / 1000;
    const allowance = (share: number): StageRun => ({
      problem,
      trace,
      stage,
      index,
      count: stages.length,
      keep,
      hold,
      start: network,
      seed,
      work: share * stageShare(stage, isLast, workLimit - spentWork),
      seconds: share * proofShare * stageLeft(),
      runStart,
    });
    let result: WholeResult | undefined;
    // What the stages of this run have left holds what they have reached. What came from elsewhere, or is to hold what the problem
    // says, may not.
    let isOpened = network !== null && previous !== undefined;
    const isStated =
      options.from !== undefined || problem.keep !== undefined || problem.margins !== undefined;
    if (stage === 'mw' && network !== null && !isRobust(problem) && (isStated || !isOpened)) {
      if (hold.kind === 'margins') network = alignToHold(problem, network, keep, hold.margins);
      isOpened = satisfiesHold(problem, network, keep, hold);
    }
    if (stage === 'mw' && !isOpened && !isFree) {
      const opening = yield* runStage(
        engine,
        {
          ...allowance(
            problem.layers.length === 2 && hold.kind === 'margins' ? ALONE_OPENING_SHARE : OPENING_SHARE,
          ),
          stage: 'mm',
          openingOf: stage,
        },
        options,
      );
      spentWork += opening.work;
      const isUnsolved = opening.objective === null;
      // The paper's MW looks for a network of its own where the opening has none.
      if (opening.status === 'infeasible' || (isUnsolved && isRobust(problem)))
        result = { ...opening, stage, bound: null, history: undefined };
      else if (!isUnsolved) {
        network = engine.incumbent();
        if (hold.kind === 'margins' && !isRobust(problem))
          network = alignToHold(problem, network, keep, hold.margins);
      }
    }
    if (result === undefined) {
      result = yield* runStage(engine, allowance(1), options);
      spentWork += result.work;
    }
    result = asIsKnown(result, keep, problem.keep === undefined ? results[0] : undefined);
    if (stage === 'mm' && objectiveOf(problem) === 'soft')
      result = { ...result, wanted: wantedSquares(problem, keep) };
    // The proof pass may meet a better network, which this stage has not found.
    const found = result.objective === null ? null : engine.incumbent();
    let worth: EndedWorth = {};
    if (found !== null) {
      const ended = { ...result, problem, index, count: stages.length, runStart };
      if (stage === 'sm') worth = { counted: yield* told(engine.countedSteps(), ended, options) };
      else if (objectiveOf(problem) === 'soft') worth = { mm: { loss: -(result.objective ?? 0) } };
      else if (stage === 'mm' && !isLast)
        worth = { mm: { margins: yield* told(heldSteps(engine, problem, found, keep), ended, options) } };
    }
    if (options.proof !== undefined) {
      // An opening that found MW infeasible has left the engine in MM.
      if (result.status === 'infeasible') engine.begin(stage, keep, hold, null, seed);
      const count = stages.length;
      const run = { engine, problem, stage, result, index, count, keep, hold, runStart };
      const limits = { work: stageProofWork(stage, isLast, result.work, proofWork), seconds: stageLeft() };
      const { text, provedBound, work } = yield* proofOf({ ...run, ...limits }, options);
      if (text !== undefined) options.proof(text);
      if (provedBound !== undefined) result = { ...result, provedBound };
      proofWork -= work;
    }
    network = found;
    chain.ended(stage, found, worth);
    results.push(found === null ? result : { ...result, network: found, keep: worth.counted ?? keep });
  }
  const records = results.map((result) => recordOf(problem, result));
  return { stages: records, network, keep: chain.keep, tolerance };
}

function defaultWork(problem: TrainingProblem): number {
  return isRobust(problem) ? DEFAULT_ROBUST_WORK : DEFAULT_WORK;
}

/**
 * The proof of a stage that has just ended; its slices are yielded like those of the stage. It has what time the stage has
 * left over, but does not take what stands reserved for the stages behind.
 */
function* proofOf(proof: StageProofRun, options: SolveOptions): Generator<StageProgress, StageBlock> {
  const { engine, problem, result, keep, hold, work, seconds } = proof;
  const began = performance.now();
  const limits = {
    work,
    elapsed: () => (seconds > 0 ? (performance.now() - began) / 1000 / seconds : 1),
    stop: () => options.shouldStop?.() === true,
  };
  const steps = stageProof(engine, problem, result, keep, hold, limits);
  return yield* told(steps, { ...result, ...proof }, options, () => engine.figures());
}

/** A piece of a run that is not the search: what it yields becomes progress, with the stage's figures as they stand. */
function* told<T>(
  steps: Generator<void, T>,
  stage: StageFigures,
  options: SolveOptions,
  counters: () => Pick<StageFigures, 'nodes' | 'work'> = () => stage,
): Generator<StageProgress, T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    const { nodes, work } = counters();
    const progress = progressOf(stage, { ...stage, nodes, work });
    options.onProgress?.(progress);
    yield progress;
  }
}

interface StageFigures extends StagePlace, Figures, Pick<StageProgress, 'nodes' | 'work'> {}

/** The margins of MM's network that MW is going to hold. */
function heldSteps(
  engine: Engine,
  problem: TrainingProblem,
  network: Network,
  keep: readonly number[],
): Generator<void, readonly (readonly number[])[]> {
  return isRobust(problem) ? robustMarginSteps(problem, network, keep) : engine.marginSteps();
}

interface StageProofRun extends StagePlace {
  readonly engine: Engine;
  readonly result: WholeResult;
  readonly keep: readonly number[];
  readonly hold: Hold;
  /** What the proof may spend. */
  readonly work: number;
  readonly seconds: number;
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
