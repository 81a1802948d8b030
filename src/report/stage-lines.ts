import type { Solution, StageProgress, StageResult } from '../stages/types.js';
import { formatCount, formatGap, formatObjective, formatSeconds, MISSING } from './numbers.js';
import { type Paint, plain } from './paint.js';
import { formatTable, pad } from './tables.js';

/**
 * The solver's log in the order that users of MIP solvers know: one row per event, incumbent and bound beside each
 * other, the gap that follows from them, deterministic work and the clock. A star marks a row with a new incumbent.
 */
const WIDTHS = [8, 12, 14, 14, 10, 14, 12] as const;
const TITLES = ['stage', 'nodes', 'incumbent', 'bound', 'gap', 'work', 'time'] as const;

export function stageHeader(paint: Paint = plain): string {
  return paint('bold', row(TITLES));
}

/** A row while a stage runs; `improved` marks a new incumbent. */
export function progressRow(progress: StageProgress, improved: boolean): string {
  return row([
    `${progress.stage}${improved ? ' *' : ''}`,
    formatCount(progress.nodes),
    formatObjective(progress.objective),
    formatObjective(knownBound(progress)),
    describeGap(progress),
    formatCount(progress.work),
    formatSeconds(progress.seconds),
  ]);
}

/** The contract's gap: `|bound - objective| / max(1, |objective|)`. */
export function relativeGap(objective: number | null, bound: number | null): number | null {
  if (objective === null || bound === null) return null;
  return Math.abs(bound - objective) / Math.max(1, Math.abs(objective));
}

const NO_BOUND = 'no bound';

interface Bounded {
  readonly objective: number | null;
  readonly bound: number | null;
  /** Of a result; while a stage runs it follows from the other two. */
  readonly gap?: number | null;
}

/**
 * The bound, where there is one. A count of weights, and a loss, are never negative: that they are at least 0 says nothing,
 * and a gap of 100 % to it even less.
 */
export function knownBound({ objective, bound }: Bounded): number | null {
  return bound === 0 && objective !== null && objective !== 0 ? null : bound;
}

/** The gap of the contract where it says something. */
export function knownGap(result: Bounded): number | null {
  const bound = knownBound(result);
  if (bound === null) return null;
  return result.gap === undefined ? relativeGap(result.objective, bound) : result.gap;
}

/** The gap, or that there is no bound for it. */
export function describeGap(result: Bounded): string {
  if (result.objective !== null && knownBound(result) === null) return NO_BOUND;
  return formatGap(knownGap(result));
}

/** Robust objectives: the gap to the bound given what rows rely on, where it is told. */
export function givenWords({ objective, boundGivenReliance }: StageResult): string[] {
  if (objective === null || objective === 0 || boundGivenReliance === undefined) return [];
  return [`${formatGap(relativeGap(objective, boundGivenReliance))} given what rows rely on`];
}

/** That, and with soft margins what the loss is of the squared targets. */
export function softWords(result: StageResult): string[] {
  const { objective, wanted } = result;
  const isOfSquares = objective !== null && objective !== 0 && wanted !== undefined && wanted !== 0;
  return [
    ...givenWords(result),
    ...(isOfSquares ? [`lacks ${formatGap(-objective / wanted)} of the wanted squares`] : []),
  ];
}

/** How a stage ended, in words: `optimal`, or the status with the reason why it stopped there. */
export function describeStage(result: StageResult): string {
  if (result.stopReason === 'proved')
    return result.status === 'infeasible' ? 'infeasible (proved)' : result.status;
  return `${result.status} (${result.stopReason})`;
}

/** The final block of a solve: one line a stage. */
export function formatStages(stages: readonly StageResult[], paint: Paint = plain): string[] {
  return formatTable(
    [
      { title: 'stage' },
      { title: 'objective', align: 'right' },
      { title: 'bound', align: 'right' },
      { title: 'gap', align: 'right' },
      { title: 'nodes', align: 'right' },
      { title: 'work', align: 'right' },
      { title: 'time', align: 'right' },
      { title: 'status' },
    ],
    stages.map((result) => [
      result.stage,
      formatObjective(result.objective),
      formatObjective(knownBound(result)),
      describeGap(result),
      formatCount(result.nodes),
      formatCount(result.work),
      formatSeconds(result.seconds),
      describeStage(result),
    ]),
    paint,
  );
}

/** What a solve ends with on a terminal: the stages and, where there is one, the size of the network. */
export function formatSolution(solution: Solution, paint: Paint = plain): string[] {
  const lines = formatStages(solution.stages, paint);
  const { network } = solution;
  if (network === null) return [...lines, '', 'No network was found.'];
  const links = network.weights.reduce((sum, layer) => sum + layer.length * (layer[0]?.length ?? 0), 0);
  const nonzero = network.weights.flat(2).reduce((sum, weight) => sum + (weight === 0 ? 0 : 1), 0);
  return [
    ...lines,
    '',
    ...solution.stages.flatMap(rowsLine),
    ...solution.stages.flatMap(softLine),
    `Network [${network.layers.join(', ')}], weights -${network.weightBound}..${network.weightBound}: ` +
      `${formatCount(nonzero)} of ${formatCount(links)} non-zero; ${solution.keep.length} samples kept`,
  ];
}

/** Cuts: how many of the rows that a robust result holds for the search had to look at. */
function rowsLine({ stage, objective, rows }: StageResult): string[] {
  if (rows === undefined || objective === null || rows.total === 0) return [];
  return [
    `${stage}: holds on all ${formatCount(rows.total)} rows of the perturbation set; the search needed ${formatCount(rows.used)} of them`,
  ];
}

/** Robust objectives: how good a figure is that no bound, or none worth the name, stands beside. */
function softLine(result: StageResult): string[] {
  const words = softWords(result);
  return words.length === 0 ? [] : [`${result.stage}: ${words.join('; ')}`];
}

/** The shortest account of a stage, for one-line logs; without a network, why there is none. */
export function shortStage(result: StageResult | undefined): string {
  if (result === undefined) return MISSING;
  if (result.objective === null) return `${result.stage} ${describeStage(result)}`;
  const known = knownGap(result);
  const gap =
    result.stopReason === 'proved'
      ? describeStage(result)
      : known === null
        ? [NO_BOUND, ...softWords(result)].join('; ')
        : [`gap ${formatGap(known)}`, ...givenWords(result)].join('; ');
  return `${result.stage} ${formatObjective(result.objective)} (${gap})`;
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => pad(cell, WIDTHS[index], index === 0 ? 'left' : 'right')).join(' ');
}
