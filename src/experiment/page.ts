import type { Evaluation } from '../ensemble/types.js';
import { type Block, blocksAsHtml } from '../report/blocks.js';
import { histogram, lineChart, type Series } from '../report/charts.js';
import { confusionHeatMap } from '../report/heatmaps.js';
import { htmlPage, section } from '../report/shell.js';
import { escapeText } from '../report/svg.js';

import { NAMED } from './named.js';
import type { ResultExperiment, Results } from './results.js';
import { type Group, groupsOf } from './summary.js';
import {
  certifiedTable,
  countLine,
  literatureTable,
  mainTable,
  OUTCOME_NOTE,
  outcomeTable,
  statusTable,
  weightsTable,
} from './tables.js';

/*
 * All experiments of a folder as one page: tables with mean, deviation, best and the paper, drawings, and the command that makes each
 * again. No script, nothing from elsewhere.
 */

/** More matrices than anybody compares. */
const MOST_MATRICES = 4;
/** Lines in one chart. */
const MOST_LINES = 6;

const PAPER_NOTE =
  'Means and deviations (of a sample) are over instances and seeds. The figures of the paper are means over its own instances, under its own limits with a commercial solver; "-" where they are not known to us in numbers.';

/** @param seconds seconds of search by row: the one thing here that a clock said */
export function experimentPage(results: Results, seconds: ReadonlyMap<string, number>): string {
  const [first] = results.experiments;
  const title =
    results.experiments.length === 1 ? `fewbit experiment: ${first.spec.name}` : 'fewbit experiments';
  const parts = results.experiments.map((experiment) => part(experiment, results, seconds));
  return htmlPage(title, [`<h1>${escapeText(title)}</h1><p class="note">${PAPER_NOTE}</p>`, ...parts]);
}

/** What a terminal and a document say of an experiment. */
export function experimentBlocks(
  experiment: ResultExperiment,
  results: Results,
  seconds: ReadonlyMap<string, number>,
): Block[] {
  const groups = groupsOf(experiment, results, seconds);
  return groups.length === 0 ? [] : [mainTable(groups)];
}

function part(experiment: ResultExperiment, results: Results, seconds: ReadonlyMap<string, number>): string {
  const { spec, complete } = experiment;
  const groups = groupsOf(experiment, results, seconds);
  const words = spec.title === undefined ? '' : `: ${spec.title}`;
  const isNamed = NAMED.some((one) => one.spec.name === spec.name);
  const file = `${spec.name}.json`;
  const command =
    `<pre>fewbit experiment ${escapeText(isNamed ? spec.name : file)} --out DIR</pre>` +
    (isNamed ? '' : `<details><summary>${escapeText(file)}</summary>${specText(experiment)}</details>`);
  if (groups.length === 0) return section(spec.name + words, `${command}<p>Nothing is finished yet.</p>`);
  const drawings = [
    ...accuracyCharts(groups),
    ...gapCharts(groups),
    ...sparsityChart(groups),
    ...certifiedChart(groups),
  ];
  const blocks: Block[] = [
    { kind: 'text', text: countLine(groups, complete) },
    mainTable(groups),
    ...(spec.name === 'paper-2' ? [literatureTable(groups)] : []),
  ];
  const outcomes = outcomeTable(groups);
  const certified = certifiedTable(groups);
  return section(
    spec.name + words,
    [
      command,
      blocksAsHtml(blocks),
      row(drawings),
      folded('Gaps and proofs by stage', blocksAsHtml([statusTable(groups)])),
      certified === undefined ? '' : folded('Certified accuracy by radius', blocksAsHtml([certified])),
      outcomes === undefined
        ? ''
        : folded(
            'Outcomes of the vote',
            row(outcomeCharts(groups)) + blocksAsHtml([{ kind: 'text', text: OUTCOME_NOTE }, outcomes]),
          ),
      folded('Values of weights', row(weightCharts(groups)) + blocksAsHtml([weightsTable(groups)])),
      folded('Who is taken for whom', row(matrices(groups))),
    ].join('\n'),
  );
}

/** The spec as a file, so that a page alone makes it again. */
function specText({ spec }: ResultExperiment): string {
  return `<pre>${escapeText(JSON.stringify(spec))}</pre>`;
}

function row(parts: readonly string[]): string {
  return parts.length === 0
    ? ''
    : `<div class="row">${parts.map((one) => `<div>${one}</div>`).join('')}</div>`;
}

function folded(title: string, content: string): string {
  return content === '' ? '' : `<details open><summary>${escapeText(title)}</summary>${content}</details>`;
}

/** What a line is called: the varied options but for those that the chart itself says. */
function nameOf({ varied }: Group, without: readonly string[]): string {
  const words = Object.entries(varied).flatMap(([option, value]) =>
    without.includes(option) ? [] : [option === 'weight-bound' ? `P = ${value}` : value],
  );
  return words.length === 0 ? 'fewbit' : words.join(', ');
}

/** Groups by data and classes, for a chart each; its title says which. */
function byTask(groups: readonly Group[]): [title: string, groups: Group[]][] {
  const tasks = new Map<string, Group[]>();
  for (const group of groups) {
    const { data, classes } = group.setting;
    const title = classes === undefined ? data : `${data} ${classes.replaceAll(',', '-')}`;
    tasks.set(title, [...(tasks.get(title) ?? []), group]);
  }
  return [...tasks];
}

/** Lines over shots, by the rest of the setting, in pieces that a chart can bear. */
function overShots(
  groups: readonly Group[],
  value: (group: Group) => readonly [y: number, deviation?: number] | null,
): Series[][] {
  const lines = new Map<string, [number, number, number?][]>();
  for (const group of groups) {
    const shots = Number(group.setting.shots);
    const point = value(group);
    if (!Number.isFinite(shots) || point === null) continue;
    const name = nameOf(group, ['shots', 'data', 'classes']);
    lines.set(name, [...(lines.get(name) ?? []), [shots, ...point]]);
  }
  const series = [...lines].map(([name, points]) => ({ name, points: points.sort(([a], [b]) => a - b) }));
  const several = series.filter(({ points }) => points.length > 1);
  return Array.from({ length: Math.ceil(several.length / MOST_LINES) }, (_, k) =>
    several.slice(k * MOST_LINES, (k + 1) * MOST_LINES),
  );
}

const percentOf = (spread: Group['accuracy']): readonly [number, number] | null =>
  spread === null ? null : [100 * spread.mean, 100 * spread.deviation];

function shotsOf(groups: readonly Group[]): number[] {
  const all = [...new Set(groups.map(({ setting }) => Number(setting.shots)).filter(Number.isFinite))];
  return [0, ...all.sort((a, b) => a - b)];
}

function accuracyCharts(groups: readonly Group[]): string[] {
  return byTask(groups).flatMap(([title, own]) => {
    const papers = overShots(own, ({ paper }) => (paper.accuracy === undefined ? null : [paper.accuracy]));
    // Where the paper has one line for all, it is drawn once.
    const distinct = new Map(papers.flat().map((line) => [JSON.stringify(line.points), line]));
    const dashed = [...distinct.values()].map((line) => ({
      ...line,
      name: distinct.size === 1 ? 'the paper' : `the paper, ${line.name}`,
      dashed: true,
    }));
    return overShots(own, ({ accuracy }) => percentOf(accuracy)).map((lines) =>
      lineChart([...lines, ...dashed], {
        title: `Test accuracy, ${title}`,
        xTitle: 'shots',
        yTitle: '%',
        max: 100,
        xTicks: shotsOf(own),
      }),
    );
  });
}

/** The mean gap of each stage over shots. */
function gapCharts(groups: readonly Group[]): string[] {
  const stages = [...new Set(groups.flatMap((group) => group.stages.map(({ stage }) => stage)))];
  return stages.flatMap((stage) =>
    byTask(groups).flatMap(([title, own]) => {
      const gapOf = (group: Group): readonly [number, number] | null =>
        percentOf(group.stages.find((one) => one.stage === stage)?.gap ?? null);
      if (own.every((group) => (gapOf(group)?.[0] ?? 0) === 0)) return [];
      return overShots(own, gapOf).map((lines) =>
        lineChart(lines, {
          title: `Gap of ${stage}, ${title}`,
          xTitle: 'shots',
          yTitle: '%',
          xTicks: shotsOf(own),
        }),
      );
    }),
  );
}

/** Every training a point. */
function sparsityChart(groups: readonly Group[]): string[] {
  return byTask(groups).flatMap(([title, own]) => {
    const clouds = new Map<string, [number, number][]>();
    for (const group of own) {
      const name = nameOf(group, ['data', 'classes', 'shots']);
      for (const { test, nonzero, links } of group.rows) {
        if (test === null || links === 0) continue;
        clouds.set(name, [...(clouds.get(name) ?? []), [(100 * nonzero) / links, 100 * test.accuracy]]);
      }
    }
    const series = [...clouds].slice(0, MOST_LINES).map(([name, points]) => ({ name, points, loose: true }));
    if (series.length === 0) return [];
    return [
      lineChart(series, {
        title: `Accuracy over weights in use, ${title}`,
        xTitle: 'weights other than 0, %',
        yTitle: 'test accuracy, %',
        max: 100,
      }),
    ];
  });
}

function certifiedChart(groups: readonly Group[]): string[] {
  const series = groups.flatMap((group) => {
    const points = group.certified.map(
      ({ radius, accuracy }) => [radius, ...(percentOf(accuracy) ?? [0, 0])] as const,
    );
    return points.length === 0 ? [] : [{ name: nameOf(group, []), points }];
  });
  if (series.length === 0) return [];
  const options = { title: 'Certified accuracy over the radius', xTitle: 'radius', yTitle: '%', max: 100 };
  return [lineChart(series.slice(0, MOST_LINES), options)];
}

function outcomeCharts(groups: readonly Group[]): string[] {
  const voting = groups.filter(
    ({ rows, outcomes }) => rows[0].networks > 1 && outcomes.some((count) => count > 0),
  );
  if (voting.length === 0) return [];
  const series = voting.slice(0, MOST_LINES).map((group) => {
    const all = group.outcomes.reduce((sum, count) => sum + count, 0);
    return { name: nameOf(group, []), values: group.outcomes.map((count) => (100 * count) / all) };
  });
  const codes = series[0].values.map((_, code) => String(code));
  return [histogram(codes, series, { title: 'Outcomes of the vote', xTitle: 'code', yTitle: '%', max: 100 })];
}

/** A chart for each bound, of the weights other than 0: what is 0 would hide the rest. */
function weightCharts(groups: readonly Group[]): string[] {
  const bounds = [...new Set(groups.map(({ weights }) => weights.length >> 1))].sort((a, b) => a - b);
  return bounds.map((bound) => {
    const own = groups.filter(({ weights }) => weights.length >> 1 === bound);
    const values = Array.from({ length: 2 * bound + 1 }, (_, at) => at - bound);
    const series = own.slice(0, MOST_LINES).map((group) => {
      const all = group.weights.reduce((sum, count) => sum + count, 0);
      return {
        name: nameOf(group, ['weight-bound']),
        values: group.weights.map((count, at) => (values[at] === 0 ? 0 : (100 * count) / all)),
      };
    });
    const title = `Weights other than 0, P = ${bound}`;
    return histogram(values.map(String), series, { title, xTitle: 'weight', yTitle: '% of all weights' });
  });
}

/** Sums over the rows of a setting, where there are more than two classes. */
function matrices(groups: readonly Group[]): string[] {
  const judged = groups.filter(
    ({ rows }) => rows[0].classes.length > 2 && rows.every(({ test }) => test !== null),
  );
  return judged.slice(0, MOST_MATRICES).map((group) => {
    const tests = group.rows.flatMap(({ test }) => (test === null ? [] : [test]));
    const confusion = tests[0].confusion.map((line, truth) =>
      line.map((_, answer) => tests.reduce((sum, test) => sum + test.confusion[truth][answer], 0)),
    );
    const whole = { confusion, labels: tests[0].labels } as unknown as Evaluation;
    return `<p class="note">${escapeText(nameOf(group, []))}</p>${confusionHeatMap(whole)}`;
  });
}
