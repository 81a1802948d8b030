import { figure as chart } from '../report/charts.js';
import { formatTick } from '../report/numbers.js';
import { dataTable, htmlPage, keys, section } from '../report/shell.js';
import { drawing, element, escapeText, GRID, label, SERIES, SOFT } from '../report/svg.js';
import { profiles, type SolverSummary } from './summary.js';
import { isProved, type Moment, type Run } from './types.js';

/*
 * A race as one page: what every solver comes to, how much is proved after how long, performance profiles, and for every instance
 * incumbents and bounds over time. No script, nothing from elsewhere.
 */

export interface PageInput {
  readonly suite: string;
  readonly limit: number;
  readonly runs: readonly Run[];
  readonly summary: readonly SolverSummary[];
}

const WIDTH = 340;
const HEIGHT = 250;
const BOX = { left: 62, right: 16, top: 12, bottom: 32 };
const LEAST_SECONDS = 0.01;

export function benchPage({ suite, limit, runs, summary }: PageInput): string {
  const solvers = summary.map(({ solver }) => solver);
  const colour = (solver: string) => SERIES[solvers.indexOf(solver) % SERIES.length];
  const instances = [...new Set(runs.map(({ instance }) => instance))];
  return htmlPage(`fewbit bench: ${suite}`, [
    `<h1>${escapeText(`fewbit bench: ${suite}`)}</h1>`,
    section(
      'Solvers',
      `${summaryTable(summary)}<p>Means are shifted geometric (shift 1 s); a run without a proof, or with a wrong one, counts as its limit of ${limit} s.</p>`,
    ),
    section(
      'How fast',
      `${key(solvers, colour)}<div class="row">${provedOverTime(runs, solvers, limit, colour)}${profileChart(runs, colour)}</div>`,
    ),
    section('Runs', runTable(runs)),
    section(
      'Incumbents and bounds over time',
      `<p class="note">Bounds are dashed.</p>${key(solvers, colour)}<div class="row">${instances
        .map((instance) =>
          overTime(
            instance,
            runs.filter((run) => run.instance === instance && run.permutation === 0),
            limit,
            colour,
          ),
        )
        .join('')}</div>`,
    ),
  ]);
}

type Colour = (solver: string) => string;

type Figure = string | number;

function table(
  name: string,
  titles: readonly string[],
  texts: number,
  rows: readonly (readonly Figure[])[],
): string {
  const heads = titles.map((title, column) => ({ title, number: column >= texts }));
  return dataTable(
    name,
    heads,
    rows.map((row) => row.map(String)),
  );
}

const shown = (value: number | null, digits = 2): string =>
  value === null ? '-' : String(Number(value.toFixed(digits)));

function summaryTable(summary: readonly SolverSummary[]): string {
  const rows = summary.map((one) => [
    ...[one.solver, one.version, `${one.proved}/${one.runs}`, shown(one.sgm), shown(one.sgmBest)],
    shown(one.gap === null ? null : 100 * one.gap, 1),
    shown(one.memory === null ? null : one.memory / 2 ** 20, 0),
    ...[one.wrong, one.lost],
  ]);
  const heads = ['proved', 'mean s', 'mean s to the best', 'gap left, %', 'memory, MiB', 'wrong', 'lost'];
  return table('Solvers', ['solver', 'version', ...heads], 2, rows);
}

function runTable(runs: readonly Run[]): string {
  const rows = runs.map((run) => [
    ...[run.instance, run.solver, run.verdict + (run.said === undefined ? '' : `: ${run.said}`), run.status],
    ...[run.permutation, shown(run.objective, 4), shown(run.bound, 4), shown(run.seconds)],
  ]);
  const heads = ['instance', 'solver', 'verdict', 'status', 'permutation', 'objective', 'bound', 'seconds'];
  return table('Runs', heads, 4, rows);
}

function key(solvers: readonly string[], colour: Colour): string {
  return keys(solvers.map((solver) => [solver, colour(solver)]));
}

/** An axis to the right with marks, one upwards from 0 to 1 or between two values. */
interface Plot {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly axes: string;
}

function plot(
  marksX: readonly [number, string][],
  x: (value: number) => number,
  low: number,
  high: number,
  nameY: (value: number) => string,
): Plot {
  const [width, height] = [WIDTH - BOX.left - BOX.right, HEIGHT - BOX.top - BOX.bottom];
  const px = (value: number) => BOX.left + x(value) * width;
  const span = high - low || 1;
  const py = (value: number) => BOX.top + height - ((value - low) / span) * height;
  const parts = marksX.map(([at, name]) => {
    const line = { x1: px(at), x2: px(at), y1: BOX.top, y2: BOX.top + height, stroke: GRID };
    return (
      element('line', line) +
      label(px(at), HEIGHT - BOX.bottom + 16, name, { 'text-anchor': 'middle', fill: SOFT })
    );
  });
  for (let quarter = 0; quarter <= 4; quarter++) {
    const value = low + (span * quarter) / 4;
    const line = { x1: BOX.left, x2: BOX.left + width, y1: py(value), y2: py(value), stroke: GRID };
    parts.push(
      element('line', line),
      label(BOX.left - 6, py(value) + 4, nameY(value), { 'text-anchor': 'end', fill: SOFT }),
    );
  }
  return { x: px, y: py, axes: parts.join('') };
}

/** Seconds, logarithmic, between a hundredth of a second and the limit. */
function seconds(limit: number): {
  readonly x: (value: number) => number;
  readonly marks: [number, string][];
} {
  const decades = Math.log10(Math.max(limit, 10 * LEAST_SECONDS) / LEAST_SECONDS);
  const marks: [number, string][] = [];
  for (let at = LEAST_SECONDS; at <= limit * 1.0001; at *= 10)
    marks.push([at, `${Number(at.toPrecision(1))} s`]);
  const x = (value: number) =>
    Math.min(1, Math.log10(Math.max(value, LEAST_SECONDS) / LEAST_SECONDS) / decades);
  return { x, marks };
}

function picture(title: string, content: string): string {
  return chart(title, '', drawing(WIDTH, HEIGHT, title, content));
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function stepped({ x, y }: Plot, points: readonly Moment[], end: number, from?: number): string {
  if (points.length === 0) return '';
  const [[firstX, firstY], ...rest] = points;
  const start =
    from === undefined
      ? `M${at(x(firstX))} ${at(y(firstY))}`
      : `M${at(x(0))} ${at(y(from))}H${at(x(firstX))}V${at(y(firstY))}`;
  return `${start}${rest.map(([px, py]) => `H${at(x(px))}V${at(y(py))}`).join('')}H${at(x(end))}`;
}
const at = (value: number): string => value.toFixed(1);

function line(path: string, stroke: string, dashed = false): string {
  if (path === '') return '';
  return element('path', {
    d: path,
    fill: 'none',
    stroke,
    'stroke-width': 2,
    ...(dashed ? { 'stroke-dasharray': '4 3' } : {}),
  });
}

function provedOverTime(
  runs: readonly Run[],
  solvers: readonly string[],
  limit: number,
  colour: Colour,
): string {
  const { x, marks } = seconds(limit);
  const axes = plot(marks, x, 0, 1, percent);
  const lines = solvers.map((solver) => {
    const own = runs.filter((run) => run.solver === solver);
    const times = own
      .filter(isProved)
      .map((run) => Math.min(run.seconds, limit))
      .sort((a, b) => a - b);
    return line(
      stepped(
        axes,
        times.map((time, n) => [time, (n + 1) / own.length]),
        limit,
        0,
      ),
      colour(solver),
    );
  });
  return picture('Share of the runs proved over time', axes.axes + lines.join(''));
}

function profileChart(runs: readonly Run[], colour: Colour): string {
  const all = profiles(runs);
  const top = Math.max(10, ...all.flatMap(({ ratios }) => ratios));
  const decades = Math.log10(top);
  const marks: [number, string][] = [];
  for (let ratio = 1; ratio <= top * 1.0001; ratio *= 10) marks.push([ratio, `${ratio} x`]);
  const axes = plot(marks, (ratio) => Math.log10(Math.max(1, ratio)) / decades, 0, 1, percent);
  const lines = all.map(({ solver, ratios, total }) =>
    line(
      stepped(
        axes,
        ratios.map((ratio, n) => [ratio, (n + 1) / total]),
        top,
        0,
      ),
      colour(solver),
    ),
  );
  return picture('Share of the runs proved within a factor of the fastest', axes.axes + lines.join(''));
}

/** Incumbents, and bounds dashed, of one instance. Bounds far off are cut at the edge. */
function overTime(instance: string, runs: readonly Run[], limit: number, colour: Colour): string {
  const { x, marks } = seconds(limit);
  const values = runs.flatMap(({ incumbents }) => incumbents.map(([, value]) => value));
  const finals = runs.flatMap(({ bound, objective }) => [bound, objective].filter((value) => value !== null));
  const [low, high] = [Math.min(...values, ...finals), Math.max(...values, ...finals)];
  if (!Number.isFinite(low)) return chart(instance, '<p class="note">Nobody has found anything.</p>', '');
  const axes = plot(marks, x, low, high, (value) => formatTick(value, 4));
  const clipped = (points: readonly Moment[]): Moment[] =>
    points.map(([time, value]) => [time, Math.min(high, Math.max(low, value))] as const);
  const lines = runs.map(({ solver, incumbents, bounds }) => {
    const end = Math.max(LEAST_SECONDS, ...incumbents.map(([time]) => time), ...bounds.map(([time]) => time));
    return (
      line(stepped(axes, clipped(incumbents), Math.min(limit, end)), colour(solver)) +
      line(stepped(axes, clipped(bounds), Math.min(limit, end)), colour(solver), true)
    );
  });
  return picture(instance, axes.axes + lines.join(''));
}
