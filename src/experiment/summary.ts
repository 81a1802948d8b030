import { type Spread, spreadOf } from '../ensemble/folds.js';
import { canonicalJson } from '../ensemble/model/canonical-json.js';
import { type PaperFigures, paperFigures } from './paper-figures.js';
import type { ResultRow } from './record.js';
import { modelName, type ResultExperiment, type Results, shareOf } from './results.js';
import type { Setting } from './spec.js';

/** The rows of one setting, instances and seeds together. */
export interface Group {
  readonly setting: Setting;
  /** The options in which the settings of the experiment differ, with their values, as people read them. */
  readonly varied: Readonly<Record<string, string>>;
  readonly rows: readonly ResultRow[];
  readonly accuracy: Spread | null;
  readonly best: number | null;
  readonly least: number | null;
  readonly trainAccuracy: Spread | null;
  /** Share of weights other than 0. */
  readonly nonzero: Spread | null;
  readonly stages: readonly GroupStage[];
  /** Sums over the rows by code 0..6; all 0 where nothing was judged. */
  readonly outcomes: readonly number[];
  /** Sums over the rows by value, from -P. */
  readonly weights: readonly number[];
  readonly certified: readonly { readonly radius: number; readonly accuracy: Spread }[];
  readonly paper: PaperFigures;
  /** Seconds of search of a training; `null`: not known. */
  readonly seconds: Spread | null;
}

export interface GroupStage {
  readonly stage: string;
  readonly networks: number;
  readonly proved: number;
  /** Of the rows' means, and the largest of all; `null`: no bound anywhere. */
  readonly gap: Spread | null;
  readonly gapMax: number | null;
}

/** The groups of an experiment, in the order of its rows. */
export function groupsOf(
  experiment: ResultExperiment,
  results: Results,
  seconds: ReadonlyMap<string, number> = new Map(),
): Group[] {
  const byKey = new Map(results.rows.map((row) => [row.key, row]));
  const groups = new Map<string, ResultRow[]>();
  for (const key of experiment.rows) {
    const row = byKey.get(key);
    if (row === undefined) continue;
    const name = canonicalJson(row.setting);
    const rows = groups.get(name);
    if (rows === undefined) groups.set(name, [row]);
    else rows.push(row);
  }
  const all = [...groups.values()];
  const options = variedOptions(all.map(([row]) => row.setting));
  return all.map((rows) => groupOf(rows, options, experiment.spec.name, seconds));
}

/** In the order in which they first occur; those that all settings have alike are not named. */
export function variedOptions(settings: readonly Setting[]): string[] {
  const options = [...new Set(settings.flatMap(Object.keys))];
  return options.filter((option) => new Set(settings.map((setting) => setting[option])).size > 1);
}

function groupOf(
  rows: readonly ResultRow[],
  options: readonly string[],
  experiment: string,
  seconds: ReadonlyMap<string, number>,
): Group {
  const [{ setting }] = rows;
  const accuracies = rows.map(({ test }) => test?.accuracy ?? null);
  const known = accuracies.filter((accuracy) => accuracy !== null);
  const times = rows.map(({ key }) => seconds.get(key) ?? null);
  return {
    setting,
    varied: Object.fromEntries(options.map((option) => [option, worded(option, rows[0])])),
    rows,
    accuracy: spreadOf(accuracies),
    best: known.length === 0 ? null : Math.max(...known),
    least: known.length === 0 ? null : Math.min(...known),
    trainAccuracy: spreadOf(rows.map((row) => row.trainAccuracy)),
    nonzero: spreadOf(rows.map(shareOf)),
    stages: stagesOf(rows),
    outcomes: sums(
      rows.map(({ test }) => test?.outcomes ?? []),
      7,
    ),
    weights: sums(
      rows.map(({ weights }) => weights),
      rows[0].weights.length,
    ),
    certified: certifiedOf(rows),
    paper: paperFigures(setting, experiment),
    seconds: spreadOf(times),
  };
}

function worded(option: string, row: ResultRow): string {
  const value = row.setting[option];
  if (option === 'stages' && value !== undefined) return modelName(row);
  if (option === 'classes') return (value ?? 'all').replaceAll(',', '-');
  return value ?? (option === 'shots' ? 'all' : 'default');
}

function stagesOf(rows: readonly ResultRow[]): GroupStage[] {
  return rows[0].stages.map(({ stage }) => {
    const own = rows.flatMap(({ stages }) => stages.filter((one) => one.stage === stage));
    const largest = own.flatMap(({ gapMax }) => (gapMax === null ? [] : [gapMax]));
    return {
      stage,
      networks: own.reduce((sum, one) => sum + one.networks, 0),
      proved: own.reduce((sum, one) => sum + one.proved, 0),
      gap: spreadOf(own.map(({ gapMean }) => gapMean)),
      gapMax: largest.length === 0 ? null : Math.max(...largest),
    };
  });
}

function certifiedOf(rows: readonly ResultRow[]): Group['certified'] {
  return (rows[0].certified ?? []).flatMap(({ radius }) => {
    const own = rows.map(
      ({ certified }) => certified?.find((one) => one.radius === radius)?.accuracy ?? null,
    );
    const accuracy = spreadOf(own);
    return accuracy === null ? [] : [{ radius, accuracy }];
  });
}

function sums(lists: readonly (readonly number[])[], length: number): number[] {
  return Array.from({ length }, (_, at) => lists.reduce((sum, list) => sum + (list[at] ?? 0), 0));
}
