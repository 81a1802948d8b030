import type { Hold, SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { relaxedMargins, statedMargins } from './evaluate.js';
import { networkFault } from './fault.js';
import { type Measured, type Worth, worthOf } from './worth/index.js';

/*
 * What each stage of a solution started from, derived from its networks by the rules of docs/architecture.md: which
 * samples are kept (SM's counted ones), which margins MW holds (those of MM's network). The checker and the proof's
 * verifier both ask here, under every objective; neither believes what a file says about it.
 */

export interface StageStart {
  /** SM: the samples its network counts. MM, MW: the samples they keep. undefined: not known. */
  readonly keep?: readonly number[];
  /** MW only; undefined: not known. */
  readonly hold?: Hold;
  /** What is kept is the file's own word: no network in it counts just these samples. */
  readonly stated?: true;
}

/** A stage and the network it ended with; undefined: not in the file, or at fault. */
export interface MeasuredStage {
  readonly record: StageRecord;
  readonly measured?: Measured;
}

/** The last stage that found a network: where it has none of its own, it is the solution's. */
export function lastFound(solution: SolutionRecord): StageRecord | undefined {
  return solution.stages.filter((record) => record.objective !== null).at(-1);
}

/** The stages of a solution with what their networks do; a network that does not fit the problem counts as missing. */
export function measuredStages(
  problem: TrainingProblem,
  solution: SolutionRecord,
  worth: Worth = worthOf(problem),
): MeasuredStage[] {
  const last = lastFound(solution);
  return solution.stages.map((record) => {
    const network = record.network ?? (record === last ? solution.network : null);
    const isSound = network && networkFault(problem, network) === null;
    return { record, measured: isSound ? worth.measure(network) : undefined };
  });
}

export function stageStarts(
  problem: TrainingProblem,
  solution: SolutionRecord,
  stages: readonly MeasuredStage[] = measuredStages(problem, solution),
  worth: Worth = worthOf(problem),
): ReadonlyMap<StageName, StageStart> {
  const [sm, mm] = (['sm', 'mm'] as const).map((name) => stages.find(({ record }) => record.stage === name));
  const kept = keptAfter(problem, solution, stages, sm, worth);
  return new Map<StageName, StageStart>([
    ['sm', { keep: sm?.measured?.counted }],
    ['mm', kept],
    ['mw', { ...kept, hold: heldAfter(problem, solution, sm, mm, kept.keep, worth) }],
  ]);
}

function keptAfter(
  problem: TrainingProblem,
  solution: SolutionRecord,
  stages: readonly MeasuredStage[],
  sm: MeasuredStage | undefined,
  worth: Worth,
): StageStart {
  if (problem.keep !== undefined) return { keep: problem.keep };
  const all = Array.from({ length: worth.samples }, (_, k) => k);
  if (sm === undefined) return { keep: all };
  if (sm.measured !== undefined) return { keep: sm.measured.counted };
  const { objective, network } = sm.record;
  if (network !== undefined || objective === null) return {}; // at fault; or SM left nothing to start from
  if (objective === worth.costs.most && worth.costs.isStrict) return { keep: all };
  const list = solution.keep ?? solution.stages.find((record) => record.keep !== undefined)?.keep;
  if (list === undefined) return {};
  if (!list.every((k, n) => k < worth.samples && (n === 0 || k > list[n - 1]))) return {};
  if (worth.costs.costOf(list) !== objective) return {};
  const isCounted = stages.some(({ measured }) => measured && sameList(measured.counted, list));
  return isCounted ? { keep: list } : { keep: list, stated: true };
}

function heldAfter(
  problem: TrainingProblem,
  solution: SolutionRecord,
  sm: MeasuredStage | undefined,
  mm: MeasuredStage | undefined,
  keep: readonly number[] | undefined,
  worth: Worth,
): Hold | undefined {
  const tolerance = solution.tolerance ?? 0;
  const stated = statedMargins(problem);
  if (stated !== undefined) return { kind: 'margins', margins: relaxedMargins(stated, tolerance) };
  if (mm === undefined || mm.record.objective === null) return worth.plainHold(sm !== undefined);
  return mm.measured === undefined || keep === undefined ? undefined : mm.measured.held(keep, tolerance);
}

/** SM says that there is no network, and the problem does not say what is kept: no later stage has one either. */
export function isBarred(
  { keep }: TrainingProblem,
  stage: StageName,
  records: readonly StageRecord[],
): boolean {
  if (keep !== undefined || stage === 'sm') return false;
  return records.some((record) => record.stage === 'sm' && record.status === 'infeasible');
}

/** What a network scores at a stage, in units; undefined: not allowed there, or not known what the stage starts from. */
export function scoreAt(
  stage: StageName,
  { keep, hold }: Pick<StageStart, 'keep' | 'hold'>,
  measured: Measured,
): number | undefined {
  if (stage === 'sm') return measured.count;
  if (keep === undefined) return undefined;
  if (stage === 'mm') return measured.value(keep);
  return hold !== undefined && measured.satisfies(keep, hold) ? measured.nonzeros : undefined;
}

export function sameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, n) => value === b[n]);
}
