import type { CertificateReport, Evaluation } from '../ensemble/types.js';
import { certificateChart } from './certificates.js';
import { formatCount, formatShare } from './numbers.js';
import { testPart } from './page.js';
import { dataTable, htmlPage, section } from './shell.js';
import { describeAccuracy, formatStrangers } from './summary.js';
import { escapeText } from './svg.js';
import type { RowName } from './tables.js';

/** What `fewbit evaluate --report` shows. */
export interface EvaluationPageInput {
  readonly title: string;
  readonly evaluation: Evaluation;
  readonly certify?: CertificateReport;
  /** What was judged; default: rows. */
  readonly rowName?: RowName;
}

/** An evaluation as a self-contained page: accuracy, confusion, outcomes, and the certified accuracy where it was asked. */
export function evaluationPage({
  title,
  evaluation,
  certify,
  rowName = 'rows',
}: EvaluationPageInput): string {
  const sections = [
    `<h1>${escapeText(title)}</h1>`,
    `<p>Accuracy ${escapeText(describeAccuracy(evaluation, rowName))}</p>`,
    ...formatStrangers(evaluation).map((line) => `<p>${escapeText(line)}</p>`),
    section(rowName === 'images' ? 'Images' : 'Rows', testPart(evaluation, rowName)),
  ];
  if (certify !== undefined) {
    sections.push(
      section(
        'Within a radius',
        radiiNote(certify, rowName) + certificateChart(certify, rowName) + radiiTable(certify),
      ),
    );
    if (certify.pixels !== undefined) {
      sections.push(
        section('Within a radius of pixels', pixelsNote(certify.pixels) + pixelsTable(certify.pixels)),
      );
    }
  }
  return htmlPage(title, sections);
}

function radiiNote({ unit, images, attack }: CertificateReport, rowName: RowName): string {
  const change =
    unit === 'sd'
      ? 'whatever all columns of numbers are off by, each by no more than the radius in standard deviations'
      : `whatever happens to every ${rowName === 'images' ? 'pixel' : 'value'} by no more than the radius`;
  const all = `Certified, of ${formatCount(images)} ${rowName}: those that are right and stay right ${change}; that is a proof.`;
  const attacked =
    attack === null
      ? ''
      : ` The attack looked for such changes on ${formatCount(attack.images)} of them, the first of each class; what it broke is certainly ` +
        'lost. Both curves are of these: the truth lies between them.';
  return `<p class="note">${all}${attacked}</p>`;
}

type PixelReport = NonNullable<CertificateReport['pixels']>;

function pixelsNote({ right }: PixelReport): string {
  return (
    `<p class="note">The radii above are in units of features. In values of pixels, of the ${formatCount(right)} attacked images that are right: ` +
    'certified are those that stay right whatever happens to every pixel by no more than the radius, a proof through the feature map; broken ' +
    'those for which an attack on pixels found such a change.</p>'
  );
}

function pixelsTable({ radii }: PixelReport): string {
  const heads = ['radius', 'certified', 'broken', 'undecided'];
  return dataTable(
    'Radii of pixels',
    heads.map((title) => ({ title, number: true })),
    radii.map((row) =>
      [row.radius, row.certified, row.broken, row.undecided].map((count) => formatCount(count)),
    ),
  );
}

function radiiTable({ radii, attack, images }: CertificateReport): string {
  const heads = ['radius', `certified, of ${formatCount(images)}`, 'share'];
  if (attack !== null) {
    heads.push(`of the ${formatCount(attack.images)} attacked: certified`, 'broken', 'undecided');
  }
  const rows = radii.map(({ radius, certified, certifiedAccuracy }, at) => {
    const own = [String(radius), formatCount(certified), formatShare(certifiedAccuracy)];
    if (attack === null) return own;
    const there = attack.radii[at];
    return [...own, ...[there.certified, there.broken, there.undecided].map((count) => formatCount(count))];
  });
  return dataTable(
    'Radii',
    heads.map((title) => ({ title, number: true })),
    rows,
  );
}
