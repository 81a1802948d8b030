import type { CrossEntry, CrossReport, Spread } from '../ensemble/folds.js';
import { formatCount, formatSeconds, formatShare, MISSING } from './numbers.js';
import { type Paint, plain } from './paint.js';
import { formatTable, nameOf } from './tables.js';

/** The end of `fewbit cv` for people: a line a fold, or a line a setting of a grid, the best one marked. */
export function formatCrossValidation(report: CrossReport, paint: Paint = plain): string[] {
  const { grid, best, rows, seconds, interrupted } = report;
  const head = `Cross-validated ${formatCount(rows)} rows in ${formatSeconds(seconds)}${interrupted ? ', interrupted' : ''}.`;
  const table =
    grid === undefined || best === undefined ? foldTable(report, paint) : gridTable(grid, best, paint);
  const caution =
    grid === undefined
      ? []
      : ['', '* the best by accuracy; being the best of several, it looks better than it is on new rows.'];
  return [head, '', ...table, ...caution];
}

function foldTable(report: CrossReport, paint: Paint): string[] {
  const { folds, accuracy, balancedAccuracy, macroF1, auc, trainAccuracy, nonzero } = report;
  const figures = (name: string, cells: readonly (number | null)[], judged: number): string[] => {
    const [right, balanced, f1, area, train, weights] = cells;
    return [
      name,
      formatCount(judged),
      ...[right, balanced, f1].map(share),
      area === null ? MISSING : area.toFixed(3),
      share(train),
      weights === null ? MISSING : weights.toFixed(1).replace(/\.0$/, ''),
    ];
  };
  const spreads = [accuracy, balancedAccuracy, macroF1, auc, trainAccuracy, nonzero];
  const all = folds.reduce((sum, fold) => sum + fold.rows, 0);
  return formatTable(
    COLUMNS.map((title, at) => ({ title, align: at === 0 ? 'left' : 'right' })),
    [
      ...folds.map((fold) =>
        figures(
          `fold ${fold.fold + 1}`,
          [fold.accuracy, fold.balancedAccuracy, fold.macroF1, fold.auc, fold.trainAccuracy, fold.nonzero],
          fold.rows,
        ),
      ),
      figures(
        'mean',
        spreads.map((spread) => spread?.mean ?? null),
        all,
      ),
      figures(
        'deviation',
        spreads.map((spread) => spread?.deviation ?? null),
        all,
      ),
    ],
    paint,
  );
}

const COLUMNS = ['', 'rows', 'accuracy', 'balanced', 'mean F1', 'AUC', 'training', 'non-zero'];

function gridTable(grid: readonly CrossEntry[], best: CrossEntry['setting'], paint: Paint): string[] {
  const names = Object.keys(best);
  const columns = [...names, 'accuracy', 'balanced', 'mean F1', 'AUC', 'training', 'non-zero', ''];
  return formatTable(
    columns.map((title, at) => ({ title, align: at < names.length ? 'left' : 'right' })),
    grid.map((entry) => [
      ...names.map((name) => nameOf(entry.setting[name])),
      ...[entry.accuracy, entry.balancedAccuracy, entry.macroF1].map(spreadShare),
      entry.auc === null ? MISSING : entry.auc.mean.toFixed(3),
      share(entry.trainAccuracy?.mean ?? null),
      entry.nonzero === null ? MISSING : entry.nonzero.mean.toFixed(1),
      names.every((name) => entry.setting[name] === best[name]) ? '*' : '',
    ]),
    paint,
  );
}

/** `81.2 +- 2.3 %`. */
function spreadShare(spread: Spread | null): string {
  if (spread === null) return MISSING;
  return `${(spread.mean * 100).toFixed(1)} +- ${formatShare(spread.deviation)}`;
}

function share(value: number | null): string {
  return value === null ? MISSING : formatShare(value);
}
