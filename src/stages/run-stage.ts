import { type Engine, type EngineState, SLICE } from '../engine/index.js';
import type { Network } from '../network/types.js';
import type { WholeResult } from '../problem/figures.js';
import type { Hold } from '../problem/solution.js';
import { History } from './history.js';
import { progressOf, type StagePlace } from './progress.js';
import type { TraceWriter } from './trace.js';
import type { SolveOptions, StageName, StageProgress, StageStatus, StopReason } from './types.js';

/** Everything that one stage is run with. */
export interface StageRun extends StagePlace {
  readonly keep: readonly number[];
  readonly hold: Hold;
  readonly start: Network | null;
  readonly seed: number;
  /** What it may spend. */
  readonly work: number;
  readonly seconds: number;
  /** The stage is run as the opening of this one. */
  readonly openingOf?: StageName;
  /** Somebody watches the trees. */
  readonly trace?: TraceWriter;
}

/**
 * Runs one stage in slices of work, yielding after each. The wall clock and the stop flag are looked at between slices
 * only and never steer the search: with a work limit the outcome is the same on any machine.
 */
export function* runStage(
  engine: Engine,
  run: StageRun,
  options: SolveOptions,
): Generator<StageProgress, WholeResult> {
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  engine.begin(run.stage, run.keep, run.hold, run.start, run.seed);
  const history = new History();
  let state: EngineState = 'running';
  let stop: StopReason | null = null;
  if (run.work <= 0) stop = 'work-limit';
  else if (run.seconds <= 0) stop = 'time-limit';
  // What a stage can say without a search takes milliseconds, and no limit cuts it off.
  while (state === 'running' && (stop === null || !engine.opened)) {
    state = engine.step(Math.min(run.work, engine.figures().work + SLICE), SLICE);
    run.trace?.look(engine, run.stage, run.openingOf);
    if (state === 'running') {
      if (options.shouldStop?.() === true) stop = 'interrupted';
      else if (engine.figures().work >= run.work) stop = 'work-limit';
      else if (elapsed() >= run.seconds) stop = 'time-limit';
    }
    const figures = engine.figures();
    history.take(figures.work, figures);
    const progress = progressOf(run, figures);
    options.onProgress?.(progress);
    yield progress;
  }
  const ended = resultOf(engine, run.stage, state, stop, elapsed());
  const result = { ...ended, history: history.whole(ended.work, ended) };
  const rows = engine.cutRows();
  return rows === undefined ? result : { ...result, rows };
}

function resultOf(
  engine: Engine,
  stage: StageName,
  state: EngineState,
  stop: StopReason | null,
  seconds: number,
): WholeResult {
  const figures = engine.figures();
  const { objective } = figures;
  const status: StageStatus =
    // SM that is stopped while it chooses among its optima has nothing left to prove.
    state === 'optimal' || (state === 'running' && objective !== null && objective === figures.bound)
      ? 'optimal'
      : state === 'infeasible'
        ? 'infeasible'
        : objective === null
          ? 'unknown'
          : 'feasible';
  const proved = status === 'optimal' || status === 'infeasible';
  return {
    stage,
    status,
    // Nothing left to try is the end of the engine's own plan: a limit of work, not of time.
    stopReason: proved ? 'proved' : (stop ?? 'work-limit'),
    ...figures,
    seconds,
    counters: engine.counters(),
  };
}
