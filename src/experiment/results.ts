import { InputError } from '../errors.js';
import { parseJson } from '../json.js';
import * as check from '../json-check.js';
import { STAGE_NAMES } from '../stage-list.js';
import type { ResultRow, TimedRow } from './record.js';
import type { ExperimentSpec } from './spec.js';

const FORMAT = 'fewbit-experiment';
const VERSION = 1;

/** An experiment of a folder, and its rows by key. */
export interface ResultExperiment {
  readonly spec: ExperimentSpec;
  /** Whether every training of the spec, as it is now, has its row. */
  readonly complete: boolean;
  readonly rows: readonly string[];
}

/** What `results.json` says: nothing that depends on a clock. */
export interface Results {
  readonly experiments: readonly ResultExperiment[];
  readonly rows: readonly ResultRow[];
}

export const NO_RESULTS: Results = { experiments: [], rows: [] };

/**
 * Results with those of an experiment put in: rows in the order of its plan, and behind them what an earlier grid of that name has left.
 * Experiments stand by name and rows by experiments, so that the order of the work does not show.
 */
export function withExperiment(
  before: Results,
  spec: ExperimentSpec,
  planned: readonly string[],
  done: ReadonlyMap<string, ResultRow>,
): Results {
  const rows = new Map(before.rows.map((row) => [row.key, row]));
  for (const [key, row] of done) rows.set(key, row);
  const old = before.experiments.find((experiment) => experiment.spec.name === spec.name);
  const own = [...new Set([...planned, ...(old?.rows ?? [])])].filter((key) => rows.has(key));
  const complete = planned.every((key) => rows.has(key));
  const experiments = [
    ...before.experiments.filter((experiment) => experiment !== old),
    { spec, complete, rows: own },
  ].sort((a, b) => (a.spec.name < b.spec.name ? -1 : 1));
  const keys = new Set(experiments.flatMap((experiment) => experiment.rows));
  return { experiments, rows: [...keys].map((key) => rows.get(key) as ResultRow) };
}

export function resultsText({ experiments, rows }: Results): string {
  // A row a line: what two folders have differently can be looked at.
  const list = (entries: readonly unknown[]): string =>
    entries.length === 0 ? '[]' : `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]`;
  return `{"format":"${FORMAT}","version":${VERSION},\n"experiments":${list(experiments)},\n"rows":${list(rows)}}\n`;
}

/** @throws InputError for what is no such file, or of another version */
export function readResults(text: string, where: string): Results {
  const document = check.object(parseJson(text, where), where);
  if (document.format !== FORMAT || document.version !== VERSION) {
    throw new InputError(`${where}: no results of an experiment of this version of fewbit`);
  }
  const rows = check
    .array(document.rows, `${where}: rows`)
    .map((raw, at) => asRow(raw, `${where}: rows[${at}]`));
  const experiments = check.array(document.experiments, `${where}: experiments`).map((raw, at) => {
    const place = `${where}: experiments[${at}]`;
    const { spec, complete, rows: keys } = check.object(raw, place);
    check.text(check.object(spec, `${place}: spec`).name, `${place}: spec: name`);
    return {
      spec: spec as unknown as ExperimentSpec,
      complete: complete === true,
      rows: check.array(keys, `${place}: rows`).map((key) => check.text(key, `${place}: rows`)),
    };
  });
  return { experiments, rows };
}

/** The file of one row, as `timedRowText` wrote it. */
export function readTimedRow(text: string, where: string): TimedRow {
  const document = check.object(parseJson(text, where), where);
  return {
    row: asRow(document.row, where),
    searchSeconds: check.numberOrNull(document.searchSeconds, `${where}: searchSeconds`) ?? 0,
  };
}

export function timedRowText({ row, searchSeconds }: TimedRow): string {
  return `${JSON.stringify({ row, searchSeconds })}\n`;
}

/** What this package wrote and nobody edits; a look at the fields by which rows are found and shown. */
function asRow(raw: unknown, where: string): ResultRow {
  const row = check.object(raw, where);
  check.text(row.key, `${where}: key`);
  check.text(row.run, `${where}: run`);
  check.object(row.setting, `${where}: setting`);
  for (const field of ['weights', 'stages', 'classes', 'layers'])
    check.array(row[field], `${where}: ${field}`);
  for (const field of ['instance', 'seed', 'networks', 'nonzero', 'links']) {
    check.integer(row[field], `${where}: ${field}`, 0);
  }
  return row as unknown as ResultRow;
}

type Cell = string | number | null | undefined;

/** The columns that all rows have, docs/experiments.md; between `model` and these stand the options of the settings. */
const FIGURES: readonly (readonly [name: string, of: (row: ResultRow) => Cell])[] = [
  ['networks', (row) => row.networks],
  ['train_images', (row) => row.trainImages],
  ['train_accuracy', (row) => row.trainAccuracy],
  ['images', ({ test }) => test?.images],
  ['correct', ({ test }) => test?.correct],
  ['wrong', ({ test }) => test?.wrong],
  ['unlabelled', ({ test }) => test?.unlabelled],
  ['accuracy', ({ test }) => test?.accuracy],
  ...Array.from(
    { length: 7 },
    (_, code) => [`outcome_${code}`, ({ test }: ResultRow) => test?.outcomes[code]] as const,
  ),
  ['links', (row) => row.links],
  ['nonzero', (row) => row.nonzero],
  ['nonzero_share', (row) => shareOf(row)],
  ['bytes', (row) => row.bytes],
  ['weights', (row) => row.weights.map((count, at) => `${at - row.weightBound}:${count}`).join(' ')],
  ...STAGE_NAMES.flatMap((stage) =>
    (['proved', 'gap_mean', 'gap_max', 'nodes', 'work'] as const).map(
      (figure) => [`${stage}_${figure}`, (row: ResultRow) => stageFigure(row, stage, figure)] as const,
    ),
  ),
  [
    'certified',
    ({ certified }) => certified?.map(({ radius, accuracy }) => `${radius}:${accuracy}`).join(' '),
  ],
];

export function shareOf({ nonzero, links }: Pick<ResultRow, 'nonzero' | 'links'>): number | null {
  return links === 0 ? null : nonzero / links;
}

function stageFigure(row: ResultRow, name: string, figure: string): Cell {
  const stage = row.stages.find((one) => one.stage === name);
  if (stage === undefined) return undefined;
  const { proved, gapMean, gapMax, nodes, work } = stage;
  return { proved, gap_mean: gapMean, gap_max: gapMax, nodes, work }[figure];
}

/** One row a training, every column named in the first line; what is not known is empty. */
export function resultsCsv({ experiments, rows }: Results): string {
  const options = [...new Set(rows.flatMap((row) => Object.keys(row.setting)))].sort();
  const named = (key: string): string =>
    experiments
      .filter((experiment) => experiment.rows.includes(key))
      .map(({ spec }) => spec.name)
      .join(' ');
  const head = ['key', 'experiments', 'fewbit', 'engine', 'instance', 'seed', 'model', 'layers', 'P'];
  const lines = rows.map((row) => {
    const cells: Cell[] = [row.key, named(row.key), row.fewbit, row.engine, row.instance, row.seed];
    cells.push(modelName(row), row.layers.join('-'), row.weightBound);
    for (const option of options) cells.push(row.setting[option]);
    for (const [, of] of FIGURES) cells.push(of(row));
    return cells;
  });
  const all = [[...head, ...options, ...FIGURES.map(([name]) => name)], ...lines];
  return `${all.map((cells) => cells.map(field).join(',')).join('\n')}\n`;
}

/** What each training took, by its key: the file of everything that a clock says. */
export function timesCsv(rows: readonly ResultRow[], seconds: ReadonlyMap<string, number>): string {
  const lines = rows.map(({ key }) => `${key},${seconds.get(key) ?? ''}`);
  return `${['key,search_seconds', ...lines].join('\n')}\n`;
}

/** The paper's name of the stages that ran. */
export function modelName({ stages }: Pick<ResultRow, 'stages'>): string {
  return stages.map(({ stage }) => stage.toUpperCase()).join('+');
}

function field(cell: Cell): string {
  const text = cell === null || cell === undefined ? '' : String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
