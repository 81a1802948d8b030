import type { Explanation, ScoreBand } from '../ensemble/predict/explain.js';
import type { Evaluation, PairResult } from '../ensemble/types.js';
import type { Strokes } from '../features/index.js';
import { STAGES } from '../stage-list.js';
import { blocksAsHtml } from './blocks.js';
import { explanationBlocks } from './card.js';
import { lineChart } from './charts.js';
import { classFiguresPart } from './class-figures.js';
import { hasPictures, pairGallery } from './gallery.js';
import type { ImageShape } from './heatmaps.js';
import { confusionHeatMap, heatMap } from './heatmaps.js';
import { type Made, madePart } from './made.js';
import { poolPart } from './network-pool.js';
import { formatCount, formatSeconds, formatShare } from './numbers.js';
import { pairDetails } from './pair-details.js';
import { dataTable, htmlPage, section } from './shell.js';
import { knownGap } from './stage-lines.js';
import {
  describeAccuracy,
  largestGap,
  meanGap,
  OUTCOMES,
  settingsOf,
  summariseStages,
  type TrainReport,
  trainedPairs,
  votingPairs,
  weightsInUse,
} from './summary.js';
import { escapeText } from './svg.js';
import type { RowName } from './tables.js';
import { type ShownError, worstPart } from './worst-part.js';

/** What the page shows beyond the text summary. */
export interface PageInput extends Omit<TrainReport, 'pairs' | 'files'> {
  /** What was trained on, for the heading. */
  readonly title: string;
  readonly pairs: readonly PairResult[];
  /** Where the inputs are an image, or features of one. */
  readonly image?: ImageShape;
  /** Of a table: what its networks look at, by column, and how scores go with the rows trained on. */
  readonly explanation?: { readonly model: Explanation; readonly bands: readonly ScoreBand[] };
  /** Names of the inputs of a table's networks. */
  readonly inputs?: readonly string[];
  /** What the features look at, where they are oriented gradients. */
  readonly strokes?: Strokes;
  /** Test samples that the vote was surest of and wrong. */
  readonly worst?: readonly ShownError[];
  readonly made?: Made;
}

/** The page of a training: what it can do, what it looks at, and how far from the best possible it is. */
export function reportPage(input: PageInput): string {
  const sections = [
    `<h1>${escapeText(input.title)}</h1>`,
    introduction(input),
    tiles(input),
    input.interrupted
      ? `<p class="note">Interrupted: ${trainedPairs(input.pairs)} trained; this is the best found until then.</p>`
      : '',
    input.test === null
      ? ''
      : section(
          `Test ${input.rowName ?? 'rows'}`,
          testPart(input.test, input.rowName) + worstPart(input.worst ?? [], input.test.labels, input.image),
        ),
    section('How close to the best possible', stagesPart(input.pairs)),
    input.explanation === undefined
      ? ''
      : blocksAsHtml(explanationBlocks(input.explanation.model, input.explanation.bands)),
    input.pairs[0]?.pool === undefined
      ? ''
      : section('Networks to choose from', poolPart(input.pairs[0].pool, input.inputs)),
    input.pairs.length > 1 ? section('Weights in use', nonzeroMap(input.pairs)) : '',
    section(
      hasPictures(input.pairs, input.image, input.strokes) ? 'What the networks look at' : 'The networks',
      pairGallery(input.pairs, input.image, input.strokes),
    ),
    pairsPart(input.pairs),
    input.made === undefined ? '' : section('How to make it again', madePart(input.made, input.training)),
  ];
  return htmlPage(input.title, sections);
}

function pairsPart(pairs: readonly PairResult[]): string {
  const details = pairDetails(pairs);
  return details === '' ? '' : section('Pair by pair', details);
}

function introduction({ pairs, layers, weightBound, trainImages, ...rest }: PageInput): string {
  const settings = settingsOf(rest).map(([name, words]) => escapeText(`${name}: ${words}`));
  const networks = pairs.length === 1 ? 'One small network' : `${formatCount(pairs.length)} small networks`;
  const task = pairs.length === 1 ? 'for the two classes' : 'one for each pair of classes, and a vote of all';
  return (
    `<p class="note">${networks}, ${task}, trained on ${formatCount(trainImages)} samples. Every one has the layers ` +
    `[${layers.join(', ')}] and whole-number weights from -${weightBound} to ${weightBound}: to answer, it adds and ` +
    `subtracts inputs and looks at signs.</p>${settings.length === 0 ? '' : `<p class="note">${settings.join('<br>')}</p>`}`
  );
}

/** The figures that people ask for first. */
function tiles(input: PageInput): string {
  const { nonzero, links } = weightsInUse(input.pairs);
  const votes = votingPairs(input.pairs);
  const figures: [name: string, value: string, more: string][] = [];
  if (input.test !== null) {
    const { accuracy } = input.test;
    const more = describeAccuracy(input.test, input.rowName).replace(`${formatShare(accuracy)} `, '');
    figures.push(['test accuracy', formatShare(accuracy), more + votes]);
  }
  figures.push([
    'train accuracy',
    formatShare(input.trainAccuracy),
    `of ${formatCount(input.trainImages)} samples${votes}`,
  ]);
  if (links > 0) {
    const size = input.bytes === undefined ? '' : `, ${formatCount(input.bytes)} bytes`;
    const more = `${formatCount(nonzero)} of ${formatCount(links)}${size}`;
    figures.push(['weights in use', formatShare(nonzero / links), more]);
  }
  const searched = input.pairs.flatMap((pair) => pair.stages).reduce((sum, { seconds }) => sum + seconds, 0);
  // The clock knows this session only; the pairs remember their own search.
  if ((input.resumed ?? 0) > 0) figures.push(['search time', formatSeconds(searched), 'of all sessions']);
  else figures.push(['training time', formatSeconds(input.seconds), `${formatSeconds(searched)} of search`]);
  const parts = figures.map(
    ([name, value, more]) =>
      `<div><small>${name}</small><b>${escapeText(value)}</b><small>${escapeText(more)}</small></div>`,
  );
  return `<div class="tiles">${parts.join('')}</div>`;
}

/** What the vote did with the test data. */
export function testPart(test: Evaluation, rowName: RowName = 'rows'): string {
  return (
    confusionNote(test) +
    `<div class="row"><div>${confusionHeatMap(test)}</div><div>${outcomesTable(test.outcomes, rowName)}</div></div>` +
    classFiguresPart(test, rowName)
  );
}

const MISTAKES_NAMED = 3;

function confusionNote({ confusion, labels }: Evaluation): string {
  const mistakes = confusion
    .flatMap((row, truth) => labels.map((_, answer) => ({ truth, answer, count: row[answer] })))
    .filter(({ truth, answer, count }) => truth !== answer && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, MISTAKES_NAMED)
    .map(
      ({ truth, answer, count }) => `${labels[truth]} taken for ${labels[answer]} (${formatCount(count)})`,
    );
  const often = mistakes.length === 0 ? 'There are no confusions.' : `Most often: ${mistakes.join(', ')}.`;
  return `<p class="note">A row of the matrix is what is true, a column what the vote says; blue is right, orange a mix-up, each by its share of the row. ${escapeText(often)}</p>`;
}

function stagesPart(pairs: readonly PairResult[]): string {
  const heads = [
    { title: 'stage' },
    { title: 'looks for' },
    ...['proved optimal', 'mean gap', 'largest gap', 'time'].map((title) => ({ title, number: true })),
  ];
  const rows = summariseStages(pairs).map((row) => [
    row.stage,
    STAGES[row.stage].aim,
    `${row.proved} of ${row.pairs}`,
    meanGap(row),
    largestGap(row),
    formatSeconds(row.seconds),
  ]);
  return (
    '<p class="note">Each stage keeps what the one before has reached. Its gap is how much better any network at all could be, ' +
    'at most: that is proved, and 0 % means that nothing is better; "no bound" that nothing is proved.</p>' +
    `${dataTable('Stages', heads, rows)}${gapCharts(pairs)}${lossChart(pairs)}`
  );
}

/** Gaps of all pairs, sorted, a chart for every stage that has any: the scales are too different for one. */
function gapCharts(pairs: readonly PairResult[]): string {
  if (pairs.length < 2) return '';
  const charts = summariseStages(pairs).flatMap(({ stage }) => {
    const gaps = pairs
      .flatMap((pair) => pair.stages)
      .flatMap((result) => (result.stage === stage ? [knownGap(result)] : []))
      .flatMap((gap) => (gap === null ? [] : [gap * 100]))
      .sort((a, b) => a - b);
    if (!gaps.some((gap) => gap > 0)) return [];
    return lineChart(
      [{ name: stage, points: gaps.map((gap, index): [number, number] => [index + 1, gap]) }],
      {
        title: `${stage}: gap left, pairs sorted by it`,
        xTitle: 'pairs',
        yTitle: 'gap, %',
        xTicks: [...new Set([1, Math.ceil(gaps.length / 2), gaps.length])],
      },
    );
  });
  return charts.length === 0 ? '' : `<div class="row">${charts.join('')}</div>`;
}

/** Soft margins: losses as they are, beside what they are measured by; a gap needs a bound, which there often is not. */
function lossChart(pairs: readonly PairResult[]): string {
  const losses = pairs
    .flatMap((pair) => pair.stages)
    .flatMap(({ objective, wanted }) =>
      objective === null || wanted === undefined ? [] : [[-objective, wanted]],
    )
    .sort(([a], [b]) => a - b);
  if (losses.length < 2) return '';
  const series = (name: string, of: 0 | 1) => ({
    name,
    points: losses.map((entry, index): [number, number] => [index + 1, entry[of]]),
  });
  const chart = lineChart([series('loss', 0), series('sum of squared targets', 1)], {
    title: 'mm: loss beside the sum of squared targets, pairs sorted by loss',
    xTitle: 'pairs',
    xTicks: [...new Set([1, Math.ceil(losses.length / 2), losses.length])],
  });
  return `<div class="row">${chart}</div>`;
}

/** Codes that end with the right label. */
const RIGHT_CODES: readonly number[] = [0, 1];
const LONGEST_BAR = 4;

function outcomesTable(outcomes: readonly number[], rowName: RowName): string {
  const total = outcomes.reduce((sum, count) => sum + count, 0);
  const rows = OUTCOMES.map((meaning, code) => {
    const count = outcomes[code] ?? 0;
    const length = total === 0 ? 0 : (LONGEST_BAR * count) / total;
    const kind = RIGHT_CODES.includes(code) ? 'bar' : 'bar wrong';
    const html = `<i class="${kind}" style="width:${length.toFixed(2)}rem"></i>`;
    return [meaning, formatCount(count), { html }];
  });
  const heads = [{ title: 'how the vote ended' }, { title: rowName, number: true }, { title: 'share' }];
  return dataTable('How the votes ended', heads, rows);
}

/** One cell a pair, each coloured by the share of its weights that are not zero. */
function nonzeroMap(pairs: readonly PairResult[]): string {
  const classes = [...new Set(pairs.flatMap((pair) => [...pair.classes]))];
  const shares = new Map(
    pairs
      .filter((pair) => pair.network !== null)
      .map((pair) => [JSON.stringify(pair.classes), pair.links === 0 ? 0 : pair.nonzero / pair.links]),
  );
  const share = (row: number, column: number) =>
    shares.get(JSON.stringify([classes[row], classes[column]])) ??
    shares.get(JSON.stringify([classes[column], classes[row]])) ??
    null;
  return heatMap({
    title: 'Weights that are not zero, % of each pair',
    rows: classes,
    columns: classes,
    rowTitle: 'class',
    columnTitle: 'class',
    share,
    text: (row, column) => ((share(row, column) ?? 0) * 100).toFixed(0),
    hue: () => 'use',
  });
}
