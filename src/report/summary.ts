import type { Calibration } from '../ensemble/predict/explain.js';
import type {
  ColumnSummary,
  Evaluation,
  PairResult,
  ScalingSummary,
  TrainingConfig,
} from '../ensemble/types.js';
import { quoted } from '../printable.js';
import type { StageName, StageResult } from '../stages/types.js';
import { describeFigures, formatClassFigures } from './class-figures.js';
import { formatColumns } from './columns.js';
import { formatConfusion } from './confusion.js';
import { formatCount, formatGap, formatSeconds, formatShare, MISSING, meanAndMax } from './numbers.js';
import { type Paint, plain } from './paint.js';
import {
  describeCalibration,
  describeMerged,
  describeScaling,
  describeSettings,
  movesNothing,
} from './settings.js';
import { knownGap } from './stage-lines.js';
import { formatTable, nameOf, pairName, type RowName, rowWord } from './tables.js';

/** The outcome codes of the paper's vote (design section 1), in the order of `Evaluation.outcomes`. */
export const OUTCOMES = [
  'unique winner, right',
  'two-way tie, decided right',
  'two-way tie with the truth, decided for the other',
  'tie of three or more with the truth among them: no label',
  'tie of three or more without the truth: no label',
  'two-way tie, neither label right',
  'unique winner, wrong',
] as const;

/** One stage over all pairs. */
export interface StageSummary {
  readonly stage: StageName;
  readonly pairs: number;
  readonly proved: number;
  /** Over the pairs whose gap is known. */
  readonly meanGap: number | null;
  readonly maxGap: number | null;
  /** Pairs without a gap: no incumbent, or no bound. */
  readonly unknown: number;
  /** Pairs with an incumbent and no bound. */
  readonly unbounded: number;
  readonly seconds: number;
}

/** What the stages reached over all pairs, in the order in which they ran. */
export function summariseStages(pairs: readonly Pick<PairResult, 'stages'>[]): StageSummary[] {
  const byStage = new Map<StageName, StageResult[]>();
  for (const pair of pairs) {
    for (const result of pair.stages) {
      const results = byStage.get(result.stage);
      if (results === undefined) byStage.set(result.stage, [result]);
      else results.push(result);
    }
  }
  return [...byStage].map(([stage, results]) => {
    const gaps = meanAndMax(results.map(knownGap));
    return {
      stage,
      pairs: results.length,
      proved: results.filter((result) => result.stopReason === 'proved').length,
      meanGap: gaps?.mean ?? null,
      maxGap: gaps?.max ?? null,
      unknown: results.filter((result) => knownGap(result) === null).length,
      unbounded: results.filter((result) => result.objective !== null && knownGap(result) === null).length,
      seconds: results.reduce((sum, result) => sum + result.seconds, 0),
    };
  });
}

export function formatStageSummary(
  pairs: readonly Pick<PairResult, 'stages'>[],
  paint: Paint = plain,
): string[] {
  return formatTable(
    [
      { title: 'stage' },
      { title: 'pairs', align: 'right' },
      { title: 'proved', align: 'right' },
      { title: 'mean gap', align: 'right' },
      { title: 'max gap', align: 'right' },
      { title: 'time', align: 'right' },
    ],
    summariseStages(pairs).map((row) => [
      row.stage,
      String(row.pairs),
      String(row.proved),
      meanGap(row),
      largestGap(row),
      formatSeconds(row.seconds),
    ]),
    paint,
  );
}

export function meanGap({ meanGap, unbounded }: StageSummary): string {
  return meanGap === null && unbounded > 0 ? 'no bound' : formatGap(meanGap);
}

/** A gap that is not known may be larger than all that are, so the largest one is not named without it. */
export function largestGap({ maxGap, unknown, unbounded }: StageSummary): string {
  if (maxGap === null) return unbounded > 0 ? 'no bound' : formatGap(maxGap);
  if (unknown === 0) return formatGap(maxGap);
  return `${formatGap(maxGap)}, ${unknown} ${unknown === unbounded ? 'without bound' : 'unknown'}`;
}

/** What is read of a pair here. */
type Searched = Pick<PairResult, 'stages'>;

/** Whether the search of the pair came to its own end, and not to an interrupt's. */
export function isTrained({ stages }: Searched): boolean {
  return stages.length > 0 && stages.every((stage) => stage.stopReason !== 'interrupted');
}

/** `15 of 45 pairs`: those that are trained. */
export function trainedPairs(pairs: readonly Searched[]): string {
  const of = pairs.length === 1 ? '1 pair' : `${formatCount(pairs.length)} pairs`;
  return `${formatCount(pairs.filter(isTrained).length)} of ${of}`;
}

function hasNetwork({ stages }: Searched): boolean {
  return stages.some((stage) => stage.objective !== null);
}

/** Whose votes an accuracy is of, where pairs have no network: in a share, after an interrupt, or for want of time. Else empty. */
export function votingPairs(pairs: readonly Searched[]): string {
  const voting = pairs.filter(hasNetwork).length;
  if (voting === pairs.length) return '';
  return `, by the votes of ${formatCount(voting)} of ${formatCount(pairs.length)} pairs`;
}

/** Weights of the pairs that have a network; one that an interrupt left without has no weights to count. */
export function weightsInUse(pairs: readonly Omit<PairResult, 'network'>[]): {
  nonzero: number;
  links: number;
} {
  const found = pairs.filter(hasNetwork);
  return {
    nonzero: found.reduce((sum, pair) => sum + pair.nonzero, 0),
    links: found.reduce((sum, pair) => sum + pair.links, 0),
  };
}

/** Everything that the end of a training has to say, as plain data. */
export interface TrainReport {
  readonly pairs: readonly Omit<PairResult, 'network'>[];
  readonly layers: readonly number[];
  readonly weightBound: number;
  readonly trainImages: number;
  readonly trainAccuracy: number;
  readonly test: Evaluation | null;
  /** What the test data consist of; default: rows. */
  readonly rowName?: RowName;
  /** Of this session. */
  readonly seconds: number;
  /** Pairs taken over from earlier sessions; left out: none. */
  readonly resumed?: number;
  readonly interrupted: boolean;
  readonly scaling?: ScalingSummary;
  /** What became of each column of a table with names. */
  readonly columns?: readonly ColumnSummary[];
  /** Bytes of the weights, as small as they can be written plainly. */
  readonly bytes?: number;
  /** Every option that decided the result. */
  readonly training?: TrainingConfig;
  readonly calibration?: Calibration;
  /** Files written, with what they are: `['model', 'out/model.json']`. */
  readonly files: readonly (readonly [string, string])[];
}

/** The end of `fewbit train` for people. */
export function formatTrainSummary(report: TrainReport, paint: Paint = plain): string[] {
  const { nonzero, links } = weightsInUse(report.pairs);
  const votes = votingPairs(report.pairs);
  const facts: [string, string][] = [
    [
      'train accuracy',
      `${formatShare(report.trainAccuracy)} of ${formatCount(report.trainImages)} samples${votes}`,
    ],
    ...settingsOf(report),
  ];
  if (report.test !== null)
    facts.push(['test accuracy', paint('bold', describeAccuracy(report.test, report.rowName)) + votes]);
  const strangers = report.test === null ? [] : formatStrangers(report.test);
  const sparsity =
    links === 0
      ? MISSING
      : `${formatCount(nonzero)} of ${formatCount(links)} (${formatShare(nonzero / links)})${sizeOf(report)}`;
  if (report.calibration !== undefined) {
    facts.push(['probabilities', describeCalibration(report.calibration)]);
  }
  facts.push(
    ['non-zero weights', sparsity],
    ...report.files.map(([kind, path]): [string, string] => [kind, path]),
  );
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    headline(report),
    '',
    ...formatStageSummary(report.pairs, paint),
    ...formatMissing(report.pairs),
    ...formatCutShort(report.pairs),
    ...formatCertified(report.pairs, shrinks(report.training), isStill(report.training)),
    '',
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    ...encodedColumns(report, paint),
    ...(strangers.length === 0 ? [] : ['', ...strangers]),
  ];
}

/** Where an encoding has made others of the columns, or says how far they may be off. */
function encodedColumns({ scaling, columns, trainImages }: TrainReport, paint: Paint): string[] {
  if (columns === undefined) return [];
  if (scaling?.kind !== 'encoded' && columns.every(({ radius }) => radius === undefined)) return [];
  return ['', ...formatColumns(columns, paint, trainImages)];
}

function sizeOf({ bytes }: Pick<TrainReport, 'bytes'>): string {
  return bytes === undefined ? '' : `, ${formatCount(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`;
}

/** What a pair that cannot bear the set is given less of; as `adaptsRadius` has it. */
function shrinks(training: TrainReport['training']): 'motions' | 'radius' {
  return training?.features !== undefined && training.soft !== undefined ? 'radius' : 'motions';
}

/** How values became integers, and what else was decided without being asked for. */
export function settingsOf({
  scaling,
  training,
}: Pick<TrainReport, 'scaling' | 'training'>): [string, string][] {
  const facts: [string, string][] = [];
  if (scaling !== undefined) {
    const merged = describeMerged(scaling);
    facts.push(['scaling', describeScaling(scaling) + (merged === undefined ? '' : `; ${merged}`)]);
  }
  if (training !== undefined) facts.push(...describeSettings(training));
  return facts;
}

function headline({ pairs, layers, weightBound, seconds, resumed, interrupted }: TrainReport): string {
  const shape = `[${layers.join(', ')}] with weights -${weightBound}..${weightBound}`;
  const end = `in ${formatSeconds(seconds)}${takenOver(resumed ?? 0)}.`;
  if (interrupted) {
    const cut = pairs.filter((pair) => pair.stages.length > 0 && !isTrained(pair)).length;
    const half = cut === 0 ? '' : `, and the best so far of ${cut} more`;
    return `Interrupted: ${trainedPairs(pairs)} trained${half}; networks ${shape}, ${end}`;
  }
  if (pairs.some(({ stages }) => stages.length === 0))
    return `Trained ${trainedPairs(pairs)}, networks ${shape}, ${end}`;
  return `Trained ${pairs.length === 1 ? '1 network' : `${formatCount(pairs.length)} networks`} ${shape} ${end}`;
}

function takenOver(resumed: number): string {
  if (resumed === 0) return '';
  return `; ${formatCount(resumed)} ${resumed === 1 ? 'is' : 'are'} from before`;
}

/** Pairs that were searched and have no network, and why: only with SM is every network an answer. */
export function formatMissing(pairs: readonly Omit<PairResult, 'network'>[]): string[] {
  const missing = pairs.filter((pair) => pair.stages.length > 0 && !hasNetwork(pair));
  if (missing.length === 0) return [];
  const names = missing.slice(0, MOST_FAILING).map((pair) => pairName(pair.classes));
  if (missing.length > MOST_FAILING) names.push('...');
  const why = missing.every(({ stages }) => stages[0].stage === 'sm')
    ? 'the limit came before any was found'
    : 'without the stage sm a network has to be right on every sample at once; add sm, or allow more time';
  return [
    '',
    `${missing.length} of ${pairs.length} pairs have no network and do not vote (${names.join(', ')}): ${why}`,
  ];
}

/**
 * Pairs whose SM was ended by a limit with half or less of what its bound leaves open: such a network answers the same of every row, and
 * its vote is worth nothing. Otherwise nothing.
 */
export function formatCutShort(pairs: readonly Omit<PairResult, 'network'>[]): string[] {
  const short = pairs.filter(({ stages }) =>
    stages.some(
      ({ stage, stopReason, objective, bound }) =>
        stage === 'sm' &&
        /limit$/.test(stopReason) &&
        objective !== null &&
        bound !== null &&
        2 * objective <= bound,
    ),
  );
  if (short.length === 0) return [];
  const names = short.slice(0, MOST_FAILING).map((pair) => pairName(pair.classes));
  if (short.length > MOST_FAILING) names.push('...');
  return [
    '',
    `${short.length} of ${pairs.length} pairs (${names.join(', ')}) are right on half of their samples or less: the limit ended sm too early; ` +
      'a larger --work-limit or --time-limit, or none, does better',
  ];
}

/** Whether the set of a robust training moves nothing, as that of tables: then nothing but the rows themselves is certified. */
function isStill(training: TrainReport['training']): boolean {
  return training?.objective === 'robust' && movesNothing(training.perturb);
}

/**
 * What a robust training holds, where it does not, and which pairs were given less than the set. Nothing for other
 * trainings.
 */
export function formatCertified(
  pairs: readonly Omit<PairResult, 'network'>[],
  shrinking: 'motions' | 'radius' = 'motions',
  still = false,
): string[] {
  const robust = pairs.filter((pair) => pair.uncertified !== undefined);
  if (robust.length === 0) return [];
  const lines = [''];
  const failing = robust.filter((pair) => (pair.uncertified ?? []).length > 0);
  if (failing.length === 0)
    lines.push(
      still
        ? 'Every training sample is right in every pair.'
        : 'Every training sample is certified right, in every pair, on the whole set that the pair was trained with.',
    );
  else {
    const count = failing.reduce((sum, pair) => sum + (pair.uncertified ?? []).length, 0);
    const cases = `(${formatCount(count)} ${count === 1 ? 'case' : 'cases'}, samples counted from 0):`;
    lines.push(
      still
        ? `Not every training sample is right in ${failing.length} of ${robust.length} pairs ${cases}`
        : `No network found holds the perturbation set on all samples in ${failing.length} of ${robust.length} pairs ${cases}`,
    );
    for (const pair of failing.slice(0, MOST_FAILING)) {
      lines.push(
        `  ${pair.classes.map((name) => nameOf(name)).join(' - ')}: not ${still ? 'right' : 'certified'} on ${listed(pair.uncertified ?? [])}`,
      );
    }
    if (failing.length > MOST_FAILING)
      lines.push(`  and ${failing.length - MOST_FAILING} pairs more (--json lists them)`);
  }
  const shrunk = robust.filter((pair) => (pair.share ?? 1) < 1);
  if (shrunk.length > 0) {
    lines.push(
      `${shrunk.length} of ${robust.length} pairs cannot bear the whole set and were trained with a share of its ${shrinking}: ` +
        `${shrunk
          .map((pair) => `${pairName(pair.classes)} ${formatShare(pair.share ?? 1)}`)
          .slice(0, MOST_FAILING)
          .join(', ')}` +
        `${shrunk.length > MOST_FAILING ? ', ...' : ''}`,
    );
  }
  const looked = robust.map(rowsLookedAt).filter((rows) => rows !== undefined);
  const total = looked.reduce((sum, rows) => sum + rows.total, 0);
  if (total > 0) {
    const used = looked.reduce((sum, rows) => sum + rows.used, 0);
    lines.push(
      `It took ${formatShare(used / total)} of the set's ${formatCount(total)} rows; what is certified holds for all.`,
    );
  }
  return lines;
}

/** The most rows that a stage of the pair had to look at, out of all that its result holds for. */
function rowsLookedAt(pair: Omit<PairResult, 'network'>): { used: number; total: number } | undefined {
  const rows = pair.stages.flatMap((stage) => (stage.rows === undefined ? [] : [stage.rows]));
  if (rows.length === 0) return undefined;
  return {
    used: Math.max(...rows.map(({ used }) => used)),
    total: Math.max(...rows.map(({ total }) => total)),
  };
}

const MOST_FAILING = 6;

function listed(samples: readonly number[]): string {
  const shown = samples
    .slice(0, 8)
    .map((sample) => `#${sample}`)
    .join(', ');
  return samples.length > 8 ? `${shown} and ${samples.length - 8} more` : shown;
}

/** The end of `fewbit evaluate` for people: accuracy, who is taken for whom, and how the votes fell. */
export function formatEvaluation(
  evaluation: Evaluation,
  paint: Paint = plain,
  rowName: RowName = 'rows',
): string[] {
  return [
    `accuracy  ${paint('bold', describeAccuracy(evaluation, rowName))}`,
    `          ${describeFigures(evaluation)}`,
    ...formatStrangers(evaluation),
    '',
    ...formatConfusion(evaluation, paint),
    '',
    ...formatClassFigures(evaluation, paint, rowName),
    '',
    ...formatTable(
      [
        { title: 'code', align: 'right' },
        { title: rowName, align: 'right' },
        { title: 'outcome of the vote' },
      ],
      OUTCOMES.map((meaning, code) => [String(code), formatCount(evaluation.outcomes[code] ?? 0), meaning]),
      paint,
    ),
  ];
}

/** Samples whose labels are no classes of the model: those that count, and those that do not. */
export function formatStrangers(evaluation: Evaluation): string[] {
  const { unknownLabels, leftOutLabels } = evaluation;
  const lines: string[] = [];
  if (unknownLabels.length > 0) {
    lines.push(
      `${formatCount(imagesOf(unknownLabels))} of them have labels that the model does not know, and count as wrong: ${labelsOf(unknownLabels)}`,
    );
  }
  if (leftOutLabels.length > 0) {
    lines.push(
      `${formatCount(imagesOf(leftOutLabels))} more have labels that the training left out, and do not count: ${labelsOf(leftOutLabels)}`,
    );
  }
  return lines;
}

function imagesOf(counts: Evaluation['unknownLabels']): number {
  return counts.reduce((sum, { images }) => sum + images, 0);
}

function labelsOf(counts: Evaluation['unknownLabels']): string {
  const shown = counts
    .slice(0, MOST_NAMED)
    .map(({ label, images }) => `${label === null ? 'others' : quoted(label)} (${formatCount(images)})`);
  return counts.length > MOST_NAMED ? `${shown.join(', ')}, ...` : shown.join(', ');
}

const MOST_NAMED = 8;

export function describeAccuracy(evaluation: Evaluation, rowName: RowName = 'rows'): string {
  const unlabelled =
    evaluation.unlabelled === 0 ? '' : `, ${formatCount(evaluation.unlabelled)} without label`;
  return `${formatShare(evaluation.accuracy)} of ${formatCount(evaluation.images)} ${rowWord(evaluation.images, rowName)}${unlabelled}`;
}
