import type { PairResult } from '../ensemble/types.js';
import type { StageResult } from '../stages/types.js';
import { heatMap } from './heatmaps.js';
import { formatCount, formatObjective, formatSeconds } from './numbers.js';
import { SEARCH_KEYS, searchChart } from './search-chart.js';
import { dataTable, keys } from './shell.js';
import { describeGap, describeStage, knownBound } from './stage-lines.js';
import { escapeText } from './svg.js';

/** Pairs of twenty classes; a page of more would be a file of many megabytes. */
const MOST_PAIRS = 190;

/** Every pair to be opened: what its stages came to, incumbent and bound over work, and the weights above the first layer. */
export function pairDetails(pairs: readonly PairResult[]): string {
  const parts = pairs
    .slice(0, MOST_PAIRS)
    .filter(({ stages }) => stages.length > 0)
    .map((pair) => {
      const name = pair.classes.join(' against ');
      return `<details><summary>${escapeText(name)}</summary>${stageTable(pair)}${searchCharts(pair)}${upperLayers(pair)}</details>`;
    });
  if (parts.length === 0) return '';
  const more = pairs.length - MOST_PAIRS;
  const rest = more > 0 ? ` The first ${MOST_PAIRS} of ${formatCount(pairs.length)} are here.` : '';
  return (
    '<p class="note">Open a pair to see how its incumbent and its bound came together, by work and not by the clock, and the weights of the ' +
    `layers above the first.${rest}</p>${parts.join('\n')}`
  );
}

function stageTable({ stages, classes }: PairResult): string {
  const isSoft = stages.some(({ wanted }) => wanted !== undefined);
  const heads = [
    { title: 'stage' },
    ...[
      'objective',
      'bound',
      'gap',
      ...(isSoft ? ['loss', 'sum of squared targets'] : []),
      'work',
      'time',
    ].map((title) => ({ title, number: true })),
    { title: 'ended' },
  ];
  const rows = stages.map((result) => [
    result.stage,
    formatObjective(result.objective),
    formatObjective(knownBound(result)),
    describeGap(result),
    ...(isSoft ? lossCells(result) : []),
    formatCount(result.work),
    formatSeconds(result.seconds),
    describeStage(result),
  ]);
  return dataTable(`Stages of ${classes.join(' against ')}`, heads, rows);
}

/** Soft margins: what its loss is beside, as there is often no bound worth the name. */
function lossCells({ objective, wanted }: StageResult): string[] {
  if (wanted === undefined || objective === null) return ['', ''];
  return [formatCount(-objective), formatCount(wanted)];
}

function searchCharts({ stages, classes }: PairResult): string {
  const charts = stages.flatMap((result) => {
    const { stage, history = [] } = result;
    const figures = history.map(([work, objective, bound]) => ({
      work,
      objective,
      bound: knownBound({ objective, bound }),
    }));
    // What was there at once needs no drawing.
    if (new Set(figures.map(({ objective, bound }) => `${objective} ${bound}`)).size < 2) return [];
    const title = `${stage} of ${classes.join(' against ')}: incumbent and bound over work`;
    return `<figure class="chart"><figcaption>${escapeText(stage)}</figcaption>${searchChart(figures, title)}</figure>`;
  });
  return charts.length === 0 ? '' : `${keys(SEARCH_KEYS)}<div class="row">${charts.join('')}</div>`;
}

/** The layers above the first as matrices: a row a neuron, a column what it reads. */
function upperLayers({ network, classes }: PairResult): string {
  if (network === null) return '';
  const maps = network.weights.slice(1).map((layer, above) => {
    const isOutput = above === network.weights.length - 2;
    return heatMap({
      title: `Layer ${above + 2}${isOutput ? `, which answers ${classes[0]} (+) or ${classes[1]} (-)` : ''}`,
      rows: layer.map((_, neuron) => (isOutput ? 'answer' : `neuron ${neuron + 1}`)),
      columns: layer[0].map((_, below) => String(below + 1)),
      rowTitle: 'neuron',
      columnTitle: 'of the layer below',
      share: (row, column) => Math.abs(layer[row][column]) / network.weightBound,
      text: (row, column) => String(layer[row][column]),
      hue: (row, column) => (layer[row][column] < 0 ? 'good' : 'bad'),
    });
  });
  return maps.length === 0 ? '' : `<div class="row">${maps.map((map) => `<div>${map}</div>`).join('')}</div>`;
}
