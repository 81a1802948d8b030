import type { CrossEntry, CrossReport, CrossSummary, Spread } from '../ensemble/folds.js';
import { type Made, madePart } from './made.js';
import { formatCount, formatSeconds, formatShare, MISSING } from './numbers.js';
import { dataTable, htmlPage, section } from './shell.js';
import { type SpreadRow, spreadChart } from './spread-chart.js';
import { escapeText } from './svg.js';
import { nameOf } from './tables.js';

/** What `fewbit cv --report` shows. */
export interface CrossPageInput {
  readonly title: string;
  readonly report: CrossReport;
  /** How many folds there are; fewer are judged where it was interrupted. */
  readonly folds: number;
  readonly made: Made;
  /** What was the same for every training, by option. */
  readonly common: Readonly<Record<string, unknown>>;
}

/** Settings that are drawn, and those whose folds are listed. */
const MOST_DRAWN = 24;
const MOST_LISTED = 100;

/** A cross-validation as a self-contained page: what the folds come to, setting by setting, and each of them. */
export function crossValidationPage({ title, report, folds, made, common }: CrossPageInput): string {
  const { grid, best, rows, seconds, interrupted } = report;
  const entries: readonly CrossEntry[] = grid ?? [{ ...report, setting: {} }];
  const isGrid = grid !== undefined && best !== undefined;
  const chosen = isGrid ? entries.findIndex(({ setting }) => isSame(setting, best)) : 0;
  const what = isGrid ? `${formatCount(entries.length)} settings, each on the same ` : '';
  return htmlPage(title, [
    `<h1>${escapeText(title)}</h1>`,
    `<p class="note">${what}${formatCount(folds)} folds of ${formatCount(rows)} rows: every fold is judged by a training on the others, and whatever a training fits it fits on these alone. ` +
      `A deviation is that of a sample, over the folds. It took ${formatSeconds(seconds)}.</p>`,
    interrupted ? '<p class="note">Interrupted: these are the folds that were done.</p>' : '',
    tiles(report, isGrid),
    isGrid
      ? section(
          'Settings',
          `<p class="note">The best by accuracy is marked. Being the best of several, it looks better than it is on new rows.</p>${settingTable(entries, chosen)}${settingChart(entries, chosen)}`,
        )
      : '',
    section(
      isGrid ? `Folds of setting ${chosen + 1}, the best` : 'Folds',
      foldTable(report) + (isGrid ? '' : figuresChart(report)),
    ),
    isGrid ? otherFolds(entries, chosen) : '',
    section('How to make it again', madePart(made, common, 'figures are')),
  ]);
}

function isSame(a: CrossEntry['setting'], b: CrossEntry['setting']): boolean {
  return Object.keys(b).every((name) => a[name] === b[name]);
}

function wordsOf(setting: CrossEntry['setting']): string {
  return Object.entries(setting)
    .map(([option, text]) => `${option}=${nameOf(text)}`)
    .join(' ');
}

/** The figures that people ask for first. */
function tiles(report: CrossReport, isGrid: boolean): string {
  const figures: [name: string, value: string, more: string][] = [
    ['accuracy', meanShare(report.accuracy), around(report.accuracy)],
    ['training accuracy', meanShare(report.trainAccuracy), around(report.trainAccuracy)],
    ['balanced accuracy', meanShare(report.balancedAccuracy), around(report.balancedAccuracy)],
  ];
  const { nonzero, auc } = report;
  if (auc !== null) figures.push(['AUC', auc.mean.toFixed(3), `+- ${auc.deviation.toFixed(3)}`]);
  if (nonzero !== null)
    figures.push(['weights in use', weights(nonzero.mean), `+- ${nonzero.deviation.toFixed(1)}`]);
  const parts = figures.map(
    ([name, value, more]) =>
      `<div><small>${name}${isGrid ? ' of the best' : ''}</small><b>${value}</b><small>${more}</small></div>`,
  );
  return `<div class="tiles">${parts.join('')}</div>`;
}

function settingTable(entries: readonly CrossEntry[], chosen: number): string {
  const names = Object.keys(entries[chosen].setting);
  const heads = [
    { title: '#', number: true },
    ...names.map((title) => ({ title })),
    ...['accuracy', 'balanced', 'mean F1', 'AUC', 'training', 'non-zero'].map((title) => ({
      title,
      number: true,
    })),
    { title: 'which' },
  ];
  const rows = entries.map((entry, at) => [
    String(at + 1),
    ...names.map((name) => nameOf(entry.setting[name])),
    ...[entry.accuracy, entry.balancedAccuracy, entry.macroF1].map(shareSpread),
    entry.auc === null ? MISSING : `${entry.auc.mean.toFixed(3)} +- ${entry.auc.deviation.toFixed(3)}`,
    shareSpread(entry.trainAccuracy),
    entry.nonzero === null
      ? MISSING
      : `${weights(entry.nonzero.mean)} +- ${entry.nonzero.deviation.toFixed(1)}`,
    at === chosen ? 'best' : '',
  ]);
  return dataTable('Settings', heads, rows);
}

function settingChart(entries: readonly CrossEntry[], chosen: number): string {
  const drawn = entries
    .map((entry, at) => ({ entry, at }))
    .sort((a, b) => (b.entry.accuracy?.mean ?? 0) - (a.entry.accuracy?.mean ?? 0) || a.at - b.at)
    .slice(0, MOST_DRAWN)
    .map(
      ({ entry, at }): SpreadRow => ({
        name: `${at + 1}: ${Object.values(entry.setting).join(', ')}`,
        values: entry.folds.map(({ accuracy }) => accuracy),
        spread: entry.accuracy,
        isBest: at === chosen,
      }),
    );
  const options = Object.keys(entries[chosen].setting).join(', ');
  const which =
    drawn.length < entries.length
      ? `Accuracy of the best ${drawn.length} settings`
      : 'Accuracy of the settings';
  return `<div class="row">${spreadChart(drawn, `${which} (${options})`, 'a fold')}</div>`;
}

/** The figures of the only setting, each with its folds. */
function figuresChart(report: CrossReport): string {
  const row = (
    name: string,
    of: 'accuracy' | 'balancedAccuracy' | 'macroF1' | 'auc' | 'trainAccuracy',
  ): SpreadRow => ({
    name,
    values: report.folds.flatMap((fold) => fold[of] ?? []),
    spread: report[of],
  });
  const rows = [
    row('accuracy', 'accuracy'),
    row('balanced accuracy', 'balancedAccuracy'),
    row('mean F1', 'macroF1'),
    row('AUC', 'auc'),
    row('accuracy of the training rows', 'trainAccuracy'),
  ].filter(({ spread }) => spread !== null);
  return `<div class="row">${spreadChart(rows, 'Figures over the folds', 'a fold')}</div>`;
}

function foldTable({ folds, ...entry }: Omit<CrossEntry, 'setting'>): string {
  const heads = [
    { title: 'fold' },
    ...['rows', 'right', 'accuracy', 'balanced', 'mean F1', 'AUC', 'training', 'non-zero'].map((title) => ({
      title,
      number: true,
    })),
  ];
  const spread = (name: string, of: keyof Spread, counts: readonly string[]): string[] => {
    const at = (figure: keyof CrossSummary): number | null => entry[figure]?.[of] ?? null;
    return [
      ...[name, ...counts, ...[at('accuracy'), at('balancedAccuracy'), at('macroF1')].map(share)],
      ...[area(at('auc')), share(at('trainAccuracy')), weights(at('nonzero'))],
    ];
  };
  const sum = (of: 'rows' | 'correct'): string => formatCount(folds.reduce((all, fold) => all + fold[of], 0));
  return dataTable('Folds', heads, [
    ...folds.map((fold) => [
      ...[String(fold.fold + 1), formatCount(fold.rows), formatCount(fold.correct)],
      ...[fold.accuracy, fold.balancedAccuracy, fold.macroF1].map(share),
      ...[area(fold.auc), share(fold.trainAccuracy), weights(fold.nonzero)],
    ]),
    spread('mean, or sum', 'mean', [sum('rows'), sum('correct')]),
    spread('deviation', 'deviation', ['', '']),
  ]);
}

function otherFolds(entries: readonly CrossEntry[], chosen: number): string {
  const others = entries
    .map((entry, at) => ({ entry, at }))
    .filter(({ at }) => at !== chosen)
    .slice(0, MOST_LISTED);
  if (others.length === 0) return '';
  const parts = others.map(
    ({ entry, at }) =>
      `<details><summary>${at + 1}: ${escapeText(wordsOf(entry.setting))}</summary>${foldTable(entry)}</details>`,
  );
  return section('Folds of the others', parts.join(''));
}

function shareSpread(spread: Spread | null): string {
  return spread === null ? MISSING : `${(100 * spread.mean).toFixed(1)} ${around(spread)}`;
}

function meanShare(spread: Spread | null): string {
  return spread === null ? MISSING : formatShare(spread.mean);
}

function around(spread: Spread | null): string {
  return spread === null ? '' : `+- ${formatShare(spread.deviation)}`;
}

function share(value: number | null): string {
  return value === null ? MISSING : formatShare(value);
}

function area(value: number | null): string {
  return value === null ? MISSING : value.toFixed(3);
}

function weights(value: number | null): string {
  return value === null ? MISSING : value.toFixed(1).replace(/\.0$/, '');
}
