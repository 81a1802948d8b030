import type { Explanation, ScoreBand } from '../ensemble/predict/explain.js';
import type { Evaluation, PairResult } from '../ensemble/types.js';
import type { Strokes } from '../features/index.js';
import { STAGES } from '../stage-list.js';
import { blocksAsHtml } from './blocks.js';
import { explanationBlocks } from './card.js';
import { lineChart } from './charts.js';
import { classFiguresPart } from './class-figures.js';
import { hasPictures, type ImageShape, pairGallery } from './gallery.js';
import { confusionHeatMap, heatMap } from './heatmaps.js';
import { formatCount, formatSeconds, formatShare } from './numbers.js';
import { knownGap } from './stage-lines.js';
import {
  describeAccuracy,
  largestGap,
  meanGap,
  OUTCOMES,
  type RowName,
  settingsOf,
  summariseStages,
  type TrainReport,
  trainedPairs,
  votingPairs,
  weightsInUse,
} from './summary.js';
import { escapeText } from './svg.js';

/** What the page shows beyond the text summary. */
export interface PageInput extends Omit<TrainReport, 'pairs' | 'files'> {
  /** What was trained on, for the heading. */
  readonly title: string;
  readonly pairs: readonly PairResult[];
  /** Where the inputs are an image, or features of one. */
  readonly image?: ImageShape;
  /** Of a table: what its networks look at, by column, and how scores go with the rows trained on. */
  readonly explanation?: { readonly model: Explanation; readonly bands: readonly ScoreBand[] };
  /** What the features look at, where they are oriented gradients. */
  readonly strokes?: Strokes;
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2933; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.4rem; border-top: 1px solid #e4e7eb; padding-top: 1.2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .9rem .2rem 0; text-align: left; border-bottom: 1px solid #e4e7eb; }
.number { text-align: right; } .row table { font-size: .87rem; }
svg { max-width: 100%; height: auto; }
.tiles { display: flex; flex-wrap: wrap; gap: .8rem; padding: 0; margin: 1.2rem 0; }
.tiles div { background: #f5f7fa; border-radius: 6px; padding: .6rem 1rem; min-width: 8.5rem; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.3; } .tiles small { display: block; color: #52606d; }
.row { display: flex; flex-wrap: wrap; gap: 1rem 1.6rem; align-items: center; } .row > div { flex: 1 1 24rem; min-width: 0; }
.bar { display: inline-block; height: .7rem; border-radius: 2px; background: #0072b2; } .bar.wrong { background: #d55e00; }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px; }
.pairs { display: flex; flex-wrap: wrap; gap: 1.2rem 1.4rem; }
figure { margin: 0; } figcaption { font-size: .8rem; color: #52606d; max-width: 19rem; } figcaption b { color: #1f2933; }
figure svg { margin-right: 4px; width: 68px; }
.note { color: #52606d; max-width: 48rem; }
`;

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
      : section(`Test ${input.rowName ?? 'rows'}`, testPart(input.test, input.rowName)),
    section('How close to the best possible', stagesPart(input.pairs)),
    input.explanation === undefined
      ? ''
      : blocksAsHtml(explanationBlocks(input.explanation.model, input.explanation.bands)),
    input.pairs.length > 1 ? section('Weights in use', nonzeroMap(input.pairs)) : '',
    section(
      hasPictures(input.pairs, input.image, input.strokes) ? 'What the networks look at' : 'The networks',
      pairGallery(input.pairs, input.image, input.strokes),
    ),
  ];
  return htmlPage(input.title, sections);
}

/** A self-contained page: no script, no font and no picture from elsewhere, so it opens from a disk in ten years. */
export function htmlPage(title: string, sections: readonly string[]): string {
  return (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n' +
    `<title>${escapeText(title)}</title>\n<style>${STYLE}</style>\n</head>\n<body>\n` +
    `${sections.filter((part) => part !== '').join('\n')}\n</body>\n</html>\n`
  );
}

export function section(title: string, content: string): string {
  return `<h2>${escapeText(title)}</h2>\n${content}`;
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
  const rows = summariseStages(pairs).map((row) => {
    const cells = [
      `${row.proved} of ${row.pairs}`,
      meanGap(row),
      largestGap(row),
      formatSeconds(row.seconds),
    ];
    const numbers = cells.map((cell) => `<td class="number">${escapeText(cell)}</td>`).join('');
    return `<tr><td>${row.stage}</td><td>${STAGES[row.stage].aim}</td>${numbers}</tr>`;
  });
  const heads = ['proved optimal', 'mean gap', 'largest gap', 'time'].map(
    (head) => `<th class="number">${head}</th>`,
  );
  return (
    '<p class="note">Each stage keeps what the one before has reached. Its gap is how much better any network at all could be, ' +
    'at most: that is proved, and 0 % means that nothing is better; "no bound" that nothing is proved.</p>' +
    `<table><tr><th>stage</th><th>looks for</th>${heads.join('')}</tr>${rows.join('')}</table>${gapCharts(pairs)}`
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
        width: 440,
        height: 240,
        xTitle: 'pairs',
        yTitle: 'gap, %',
        xTicks: [...new Set([1, Math.ceil(gaps.length / 2), gaps.length])],
      },
    );
  });
  return charts.length === 0 ? '' : `<div class="row">${charts.join('')}</div>`;
}

/** Codes that end with the right label. */
const RIGHT_CODES: readonly number[] = [0, 1];
const LONGEST_BAR = 6;

function outcomesTable(outcomes: readonly number[], rowName: RowName): string {
  const total = outcomes.reduce((sum, count) => sum + count, 0);
  const rows = OUTCOMES.map((meaning, code) => {
    const count = outcomes[code] ?? 0;
    const length = total === 0 ? 0 : (LONGEST_BAR * count) / total;
    const kind = RIGHT_CODES.includes(code) ? 'bar' : 'bar wrong';
    return (
      `<tr><td>${meaning}</td><td class="number">${formatCount(count)}</td>` +
      `<td><i class="${kind}" style="width:${length.toFixed(2)}rem"></i></td></tr>`
    );
  });
  return `<table><tr><th>how the vote ended</th><th class="number">${rowName}</th><th></th></tr>${rows.join('')}</table>`;
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
    color: () => '#009e73',
  });
}
