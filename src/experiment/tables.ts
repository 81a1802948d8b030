import type { Spread } from '../ensemble/folds.js';
import type { Block } from '../report/blocks.js';
import { formatCount, formatGap, formatSeconds, MISSING } from '../report/numbers.js';
import { OUTCOMES } from '../report/summary.js';
import { LITERATURE } from './paper-figures.js';
import type { Group } from './summary.js';

/*
 * The tables of an experiment, for a terminal, Markdown and a page alike. A row is a setting: the mean over its instances and seeds, with
 * the deviation of a sample.
 */

const right = (title: string) => ({ title, align: 'right' as const });
const left = (title: string) => ({ title, align: 'left' as const });

/** `69.3 +- 1.4`, in percent; of a single training there is no deviation. */
function spreadShare(spread: Spread | null, { rows }: Group): string {
  if (spread === null) return MISSING;
  return rows.length === 1 ? percent(spread.mean) : `${percent(spread.mean)} +- ${percent(spread.deviation)}`;
}

function percent(share: number): string {
  return (share * 100).toFixed(1);
}

function known(value: number | undefined): string {
  return value === undefined ? MISSING : String(value);
}

function namesOf(groups: readonly Group[]): string[] {
  return [...new Set(groups.flatMap(({ varied }) => Object.keys(varied)))];
}

function named(groups: readonly Group[]): {
  readonly titles: readonly string[];
  readonly of: (group: Group) => string[];
} {
  const options = namesOf(groups);
  if (options.length === 0) return { titles: ['setting'], of: () => ['all'] };
  const titles = options.map((option) => TITLES[option] ?? option);
  return { titles, of: ({ varied }) => options.map((option) => varied[option]) };
}

/** The paper's words where it has them. */
const TITLES: Readonly<Record<string, string>> = { stages: 'model', 'weight-bound': 'P' };

/** Accuracy and weights, the paper's figures beside ours. All in percent. */
export function mainTable(groups: readonly Group[]): Block {
  const { titles, of } = named(groups);
  const hasTest = groups.some(({ accuracy }) => accuracy !== null);
  const hasPaperNonzero = groups.some(({ paper }) => paper.nonzero !== undefined);
  const hasSeconds = groups.some(({ seconds }) => seconds !== null);
  return {
    kind: 'table',
    columns: [
      ...titles.map(left),
      right('trainings'),
      ...(hasTest
        ? ['accuracy, %', 'best', 'least', 'the paper'].map(right)
        : [right('training accuracy, %')]),
      right('non-zero weights, %'),
      ...(hasPaperNonzero ? [right('the paper')] : []),
      ...(hasSeconds ? [right('search, s')] : []),
    ],
    rows: groups.map((group) => {
      const { accuracy, best, least, nonzero, paper, rows, seconds, trainAccuracy } = group;
      const share = (value: number | null): string => (value === null ? MISSING : percent(value));
      return [
        ...of(group),
        String(rows.length),
        ...(hasTest
          ? [spreadShare(accuracy, group), share(best), share(least), known(paper.accuracy)]
          : [spreadShare(trainAccuracy, group)]),
        spreadShare(nonzero, group),
        ...(hasPaperNonzero ? [known(paper.nonzero)] : []),
        ...(hasSeconds ? [seconds === null ? MISSING : seconds.mean.toFixed(1)] : []),
      ];
    }),
  };
}

/** How close to the best possible each stage came. */
export function statusTable(groups: readonly Group[]): Block {
  const { titles, of } = named(groups);
  const columns = ['stage', 'proved', 'mean gap', 'largest gap'];
  return {
    kind: 'table',
    columns: [...titles.map(left), left(columns[0]), ...columns.slice(1).map(right)],
    rows: groups.flatMap((group) =>
      group.stages.map(({ stage, networks, proved, gap, gapMax }) => [
        ...of(group),
        stage,
        `${formatCount(proved)} of ${formatCount(networks)}`,
        formatGap(gap?.mean ?? null),
        formatGap(gapMax),
      ]),
    ),
  };
}

/** Shares of the outcome codes of the vote; `undefined` where nothing was voted about. */
export function outcomeTable(groups: readonly Group[]): Block | undefined {
  const voting = groups.filter(
    ({ rows, outcomes }) => rows[0].networks > 1 && outcomes.some((count) => count > 0),
  );
  if (voting.length === 0) return undefined;
  const { titles, of } = named(groups);
  return {
    kind: 'table',
    columns: [...titles.map(left), ...OUTCOMES.map((_, code) => right(`${code}, %`))],
    rows: voting.map((group) => {
      const all = group.outcomes.reduce((sum, count) => sum + count, 0);
      return [...of(group), ...group.outcomes.map((count) => percent(count / all))];
    }),
  };
}

/** What the codes of `outcomeTable` say. */
export const OUTCOME_NOTE = `Outcomes of the vote: ${OUTCOMES.map((words, code) => `${code} ${words}`).join('; ')}.`;

/** How many of the weights have which value. */
export function weightsTable(groups: readonly Group[]): Block {
  const { titles, of } = named(groups);
  const columns = ['-P', 'between', '-1', '0', '1', 'between', 'P'];
  return {
    kind: 'table',
    columns: [...titles.map(left), ...columns.map((name) => right(`${name}, %`))],
    rows: groups.map((group) => {
      const { weights } = group;
      const bound = weights.length >> 1;
      const all = weights.reduce((sum, count) => sum + count, 0);
      const share = (from: number, to: number): string => {
        const count = weights.slice(bound + from, bound + to + 1).reduce((sum, one) => sum + one, 0);
        return all === 0 || from > to ? MISSING : percent(count / all);
      };
      const inner = bound - 1;
      return [
        ...of(group),
        ...[share(-bound, -bound), bound > 2 ? share(-inner, -2) : MISSING],
        ...[bound > 1 ? share(-1, -1) : MISSING, share(0, 0), bound > 1 ? share(1, 1) : MISSING],
        ...[bound > 2 ? share(2, inner) : MISSING, share(bound, bound)],
      ];
    }),
  };
}

/** Certified accuracy by radius; `undefined` where none was asked for. */
export function certifiedTable(groups: readonly Group[]): Block | undefined {
  const radii = [...new Set(groups.flatMap(({ certified }) => certified.map(({ radius }) => radius)))].sort(
    (a, b) => a - b,
  );
  if (radii.length === 0) return undefined;
  const { titles, of } = named(groups);
  return {
    kind: 'table',
    columns: [...titles.map(left), ...radii.map((radius) => right(`radius ${radius}, %`))],
    rows: groups.map((group) => [
      ...of(group),
      ...radii.map((radius) =>
        spreadShare(group.certified.find((one) => one.radius === radius)?.accuracy ?? null, group),
      ),
    ]),
  };
}

/** What the paper quotes of other methods on whole MNIST. */
export function literatureTable(groups: readonly Group[]): Block {
  const shots = [2, 6, 10] as const;
  const ours = shots.map((n) =>
    groups.find(({ setting }) => setting.data === 'mnist' && setting.shots === String(n)),
  );
  return {
    kind: 'table',
    columns: [left('method'), ...shots.map((n) => right(`${n} shots, %`))],
    rows: [
      ['fewbit', ...ours.map((group) => (group?.accuracy ? percent(group.accuracy.mean) : MISSING))],
      ['the paper', ...ours.map((group) => known(group?.paper.accuracy))],
      ...Object.entries(LITERATURE).map(([method, byShots]) => [
        `${method}, quoted by the paper`,
        ...shots.map((n) => String(byShots[n])),
      ]),
    ],
  };
}

/** In one line: how much there is and what it took. */
export function countLine(groups: readonly Group[], isComplete: boolean): string {
  const rows = groups.flatMap((group) => group.rows);
  const networks = rows.reduce((sum, row) => sum + row.networks, 0);
  const seconds = groups.reduce(
    (sum, { rows: own, seconds: spread }) => sum + own.length * (spread?.mean ?? 0),
    0,
  );
  const time = seconds > 0 ? `, ${formatSeconds(seconds)} of search` : '';
  const end = isComplete ? '' : '; not at its end yet, the same command goes on';
  return `${formatCount(rows.length)} trainings, ${formatCount(networks)} networks${time}${end}.`;
}
