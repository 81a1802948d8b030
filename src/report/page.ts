import type { PairResult } from '../ensemble/types.js';
import { lineChart } from './charts.js';
import { confusionHeatMap, heatMap, weightImage } from './heatmaps.js';
import { formatCount, formatGap, formatSeconds, formatShare } from './numbers.js';
import { describeStage } from './stage-lines.js';
import { describeAccuracy, largestGap, OUTCOMES, summariseStages, type TrainReport } from './summary.js';
import { escapeText } from './svg.js';

/** What the page shows beyond the text summary. */
export interface PageInput extends Omit<TrainReport, 'pairs' | 'files'> {
  /** What was trained on, for the heading. */
  readonly title: string;
  readonly pairs: readonly PairResult[];
  /** Width and height where the inputs are an image. */
  readonly image?: { readonly width: number; readonly height: number };
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2933; max-width: 1040px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .8rem .2rem 0; text-align: left; border-bottom: 1px solid #e4e7eb; }
.number { text-align: right; } .facts td:first-child { color: #52606d; }
svg { max-width: 100%; height: auto; }
.pairs { display: flex; flex-wrap: wrap; gap: 1rem 1.4rem; }
figure { margin: 0; } figcaption { font-size: .8rem; color: #52606d; max-width: 19rem; }
figure svg { margin-right: 4px; width: 68px; }
.note { color: #52606d; max-width: 46rem; }
`;

/** The page of a training. */
export function reportPage(input: PageInput): string {
  const sections = [
    `<h1>${escapeText(input.title)}</h1>`,
    facts(input),
    section('Stages', stagesTable(input) + gapChart(input.pairs)),
    input.test === null
      ? ''
      : section('Test images', confusionHeatMap(input.test) + outcomesTable(input.test.outcomes)),
    input.pairs.length > 1 ? section('Non-zero weights', nonzeroMap(input.pairs)) : '',
    section('Pairs', pairGallery(input)),
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

function facts(input: PageInput): string {
  const nonzero = input.pairs.reduce((sum, pair) => sum + pair.nonzero, 0);
  const links = input.pairs.reduce((sum, pair) => sum + pair.links, 0);
  const rows: [string, string][] = [
    ['networks', `${formatCount(input.pairs.length)} of [${input.layers.join(', ')}]`],
    ['weights', `integers -${input.weightBound}..${input.weightBound}`],
    ['train accuracy', `${formatShare(input.trainAccuracy)} of ${formatCount(input.trainImages)} samples`],
  ];
  if (input.test !== null) rows.push(['test accuracy', describeAccuracy(input.test)]);
  if (links > 0) {
    rows.push([
      'non-zero weights',
      `${formatCount(nonzero)} of ${formatCount(links)} (${formatShare(nonzero / links)})`,
    ]);
  }
  rows.push(['time', formatSeconds(input.seconds)]);
  if (input.interrupted) rows.push(['interrupted', 'yes: the best found until then']);
  const cells = rows.map(([name, value]) => `<tr><td>${name}</td><td>${escapeText(value)}</td></tr>`);
  return `<table class="facts">${cells.join('')}</table>`;
}

function stagesTable(input: PageInput): string {
  const rows = summariseStages(input.pairs).map(
    (row) =>
      `<tr><td>${row.stage}</td>${[
        String(row.pairs),
        String(row.proved),
        formatGap(row.meanGap),
        largestGap(row),
        formatSeconds(row.seconds),
      ]
        .map((cell) => `<td class="number">${escapeText(cell)}</td>`)
        .join('')}</tr>`,
  );
  const heads = ['pairs', 'proved', 'mean gap', 'max gap', 'time'].map(
    (head) => `<th class="number">${head}</th>`,
  );
  return `<table><tr><th>stage</th>${heads.join('')}</tr>${rows.join('')}</table>`;
}

/** Gaps of all pairs, sorted: the further a curve hugs the floor, the more pairs are (nearly) proved. */
function gapChart(pairs: readonly PairResult[]): string {
  const stages = summariseStages(pairs).map((row) => row.stage);
  const series = stages.map((stage) => {
    const gaps = pairs
      .flatMap((pair) => pair.stages)
      .filter((result) => result.stage === stage && result.gap !== null)
      .map((result) => (result.gap ?? 0) * 100)
      .sort((a, b) => a - b);
    return { name: stage, points: gaps.map((gap, index): [number, number] => [index + 1, gap]) };
  });
  if (pairs.length < 2 || series.every((line) => line.points.length === 0)) return '';
  const chart = lineChart(series, {
    title: 'Gap left, pairs sorted by it',
    xTitle: 'number of pairs',
    yTitle: 'gap, %',
  });
  return `<p>${chart}</p>`;
}

export function outcomesTable(outcomes: readonly number[]): string {
  const rows = OUTCOMES.map(
    (meaning, code) =>
      `<tr><td class="number">${code}</td><td class="number">${formatCount(outcomes[code] ?? 0)}</td><td>${meaning}</td></tr>`,
  );
  return `<table><tr><th>code</th><th>images</th><th>outcome of the vote</th></tr>${rows.join('')}</table>`;
}

/** One cell a pair, each coloured by the share of its weights that are not zero. */
function nonzeroMap(pairs: readonly PairResult[]): string {
  const classes = [...new Set(pairs.flatMap((pair) => [...pair.classes]))];
  const shares = new Map(
    pairs.map((pair) => [JSON.stringify(pair.classes), pair.links === 0 ? 0 : pair.nonzero / pair.links]),
  );
  const share = (row: number, column: number) =>
    shares.get(JSON.stringify([classes[row], classes[column]])) ??
    shares.get(JSON.stringify([classes[column], classes[row]])) ??
    null;
  return heatMap({
    title: 'Share of non-zero weights of each pair, %',
    rows: classes,
    columns: classes,
    rowTitle: 'class',
    columnTitle: 'class',
    share,
    text: (row, column) => ((share(row, column) ?? 0) * 100).toFixed(0),
    color: () => '#009e73',
  });
}

/** Every pair with the incoming weights of its first-layer neurons: what it looks at, and what it ignores. */
function pairGallery(input: PageInput): string {
  const figures = input.pairs.map((pair) => {
    const title = pair.classes.join(' against ');
    const stages = pair.stages.map(
      (result) => `${result.stage} ${describeStage(result)}, gap ${formatGap(result.gap)}`,
    );
    const caption = `${title}: ${formatCount(pair.nonzero)} of ${formatCount(pair.links)} weights; ${stages.join('; ')}`;
    return `<figure>${neuronImages(pair, input.image)}<figcaption>${escapeText(caption)}</figcaption></figure>`;
  });
  const legend =
    '<p class="note">Incoming weights of the first layer: orange inputs raise the neuron, blue ones lower it; ' +
    'grey inputs have weight zero and need not be read.</p>';
  return `${legend}<div class="pairs">${figures.join('\n')}</div>`;
}

function neuronImages(pair: PairResult, image: PageInput['image']): string {
  if (pair.network === null || image === undefined) return '';
  const { weights, weightBound, layers } = pair.network;
  if (layers[0] !== image.width * image.height) return '';
  return weights[0]
    .map((neuron, index) =>
      weightImage(neuron, weightBound, image, 68, `neuron ${index + 1} of ${pair.classes.join(' against ')}`),
    )
    .join('');
}
