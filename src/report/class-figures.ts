import type { Evaluation, Roc } from '../ensemble/types.js';
import { lineChart } from './charts.js';
import { formatCount, formatShare, MISSING } from './numbers.js';
import { type Paint, plain } from './paint.js';
import { dataTable } from './shell.js';
import { escapeText } from './svg.js';
import { formatTable, nameOf, type RowName } from './tables.js';

type Figured = Pick<Evaluation, 'perClass' | 'balancedAccuracy' | 'macroF1' | 'auc' | 'labels'>;

/** `balanced accuracy 81.2 %, mean F1 80.9 %, AUC 0.876`. */
export function describeFigures({ balancedAccuracy, macroF1, auc }: Figured): string {
  const parts = [`balanced accuracy ${share(balancedAccuracy)}`, `mean F1 ${share(macroF1)}`];
  if (auc !== undefined && auc !== null) parts.push(`AUC ${auc.toFixed(3)}`);
  return parts.join(', ');
}

/** Precision, recall, F1 and AUC of every class as text. */
export function formatClassFigures(
  evaluation: Figured,
  paint: Paint = plain,
  rowName: RowName = 'rows',
): string[] {
  const [name, ...rest] = titles(evaluation, rowName);
  return formatTable(
    [{ title: name }, ...rest.map((title) => ({ title, align: 'right' as const }))],
    cellsOf(evaluation),
    paint,
  );
}

/** The same as a table of a page, and the curve where there is one. */
export function classFiguresPart(evaluation: Evaluation, rowName: RowName = 'rows'): string {
  const [name, ...rest] = titles(evaluation, rowName);
  const heads = [{ title: name }, ...rest.map((title) => ({ title, number: true }))];
  const table = dataTable('Figures by class', heads, cellsOf(evaluation));
  const note = `<p class="note">${escapeText(describeFigures(evaluation))}. Precision: of those given this label, the share that has it; recall: of those that have it, the share that is given it.</p>`;
  const curve = evaluation.roc === undefined || evaluation.roc === null ? '' : rocChart(evaluation.roc);
  return `${note}<div class="row"><div>${table}</div>${curve === '' ? '' : `<div>${curve}</div>`}</div>`;
}

function rocChart({ positive, points }: Roc): string {
  const percent = points.map(({ falsePositiveRate, truePositiveRate }): [number, number] => [
    falsePositiveRate * 100,
    truePositiveRate * 100,
  ]);
  return lineChart([{ name: 'found', points: percent }], {
    title: `${nameOf(positive)}: how many are found, by how many others are taken for it`,
    xTitle: 'others taken for it, %',
    yTitle: 'found, %',
    max: 100,
    xTicks: [0, 25, 50, 75, 100],
  });
}

function titles({ auc }: Figured, rowName: RowName): string[] {
  return ['class', rowName, 'precision', 'recall', 'F1', ...(auc === undefined ? [] : ['AUC'])];
}

function cellsOf({ perClass, auc: whole }: Figured): string[][] {
  return perClass.map(({ label, images, precision, recall, f1, auc }) => [
    nameOf(label),
    formatCount(images),
    share(precision),
    share(recall),
    share(f1),
    ...(whole === undefined ? [] : [auc === null || auc === undefined ? MISSING : auc.toFixed(3)]),
  ]);
}

function share(value: number | null): string {
  return value === null ? MISSING : formatShare(value);
}
