import type { CertificateReport, Evaluation } from '../ensemble/types.js';
import { certificateChart } from './certificates.js';
import { confusionHeatMap } from './heatmaps.js';
import { formatCount, formatShare } from './numbers.js';
import { htmlPage, outcomesTable, section } from './page.js';
import { describeAccuracy } from './summary.js';
import { escapeText } from './svg.js';

/** What `fewbit evaluate --report` shows. */
export interface EvaluationPageInput {
  readonly title: string;
  readonly evaluation: Evaluation;
  readonly certify?: CertificateReport;
}

/** An evaluation as a self-contained page: accuracy, confusion, outcomes, and the certified accuracy where it was asked. */
export function evaluationPage({ title, evaluation, certify }: EvaluationPageInput): string {
  const sections = [
    `<h1>${escapeText(title)}</h1>`,
    `<p>accuracy ${escapeText(describeAccuracy(evaluation))}</p>`,
    section('Images', confusionHeatMap(evaluation) + outcomesTable(evaluation.outcomes)),
  ];
  if (certify !== undefined) {
    sections.push(section('Within a radius', certificateChart(certify) + radiiTable(certify)));
  }
  return htmlPage(title, sections);
}

function radiiTable(report: CertificateReport): string {
  const heads = ['radius', 'certified', 'certified accuracy', 'attacked, right', 'broken', 'undecided'];
  const rows = report.radii.map(({ radius, certified, certifiedAccuracy }, at) => {
    const attack = report.attack?.radii[at];
    return [
      String(radius),
      formatCount(certified),
      formatShare(certifiedAccuracy),
      report.attack === null ? '' : formatCount(report.attack.right),
      attack === undefined ? '' : formatCount(attack.broken),
      attack === undefined ? '' : formatCount(attack.undecided),
    ];
  });
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag} class="number">${escapeText(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${cells('th', heads)}${rows.map((row) => cells('td', row)).join('')}</table>`;
}
