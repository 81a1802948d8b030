import type { CertificateReport } from '../ensemble/types.js';
import { lineChart, type Series } from './charts.js';
import { formatCount, formatShare, MISSING } from './numbers.js';
import { type Paint, plain } from './paint.js';
import { formatTable, type RowName } from './tables.js';

/** Certified accuracy over the radius for people, and what the attack did. */
export function formatCertificates(
  report: CertificateReport,
  paint: Paint = plain,
  rowName: RowName = 'rows',
): string[] {
  const isInDeviations = report.unit === 'sd';
  const within = isInDeviations
    ? 'whatever all columns of numbers are off by, each by up to so many of its standard deviations'
    : `within an L-infinity radius${rowName === 'rows' ? ', in units of what the networks read' : ''}`;
  const lines = [
    `certified to be right ${within}, of ${formatCount(report.images)} ${rowName}`,
    '',
    ...formatTable(
      [
        { title: isInDeviations ? 'deviations' : 'radius', align: 'right' },
        { title: rowName, align: 'right' },
        { title: 'certified accuracy', align: 'right' },
      ],
      [
        ['0', formatCount(report.right), formatShare(report.right / report.images)],
        ...report.radii
          .filter(({ radius }) => radius > 0)
          .map((row) => [String(row.radius), formatCount(row.certified), formatShare(row.certifiedAccuracy)]),
      ],
      paint,
    ),
  ];
  const { attack, pixels } = report;
  if (attack === null) return lines;
  return [
    ...lines,
    '',
    `attack ${pixels === undefined ? '' : '(on features) '}on ${formatCount(attack.images)} ${rowName}, of which ${formatCount(attack.right)} are right`,
    '',
    ...formatTable(
      [
        { title: 'radius', align: 'right' },
        { title: 'certified', align: 'right' },
        { title: 'broken', align: 'right' },
        { title: 'undecided', align: 'right' },
        { title: 'attack success', align: 'right' },
      ],
      attack.radii.map((row) => [
        String(row.radius),
        formatCount(row.certified),
        formatCount(row.broken),
        formatCount(row.undecided),
        row.successRate === null ? MISSING : formatShare(row.successRate),
      ]),
      paint,
    ),
    ...(pixels === undefined ? [] : pixelLines(pixels, paint)),
  ];
}

function pixelLines({ right, radii }: NonNullable<CertificateReport['pixels']>, paint: Paint): string[] {
  return [
    '',
    `the pixels of these ${formatCount(right)}: radii in values of pixels, those above in units of features`,
    '',
    ...formatTable(
      [
        { title: 'radius', align: 'right' },
        { title: 'certified', align: 'right' },
        { title: 'broken', align: 'right' },
        { title: 'undecided', align: 'right' },
        { title: 'attack success', align: 'right' },
      ],
      radii.map((row) => [
        String(row.radius),
        formatCount(row.certified),
        formatCount(row.broken),
        formatCount(row.undecided),
        row.successRate === null ? MISSING : formatShare(row.successRate),
      ]),
      paint,
    ),
  ];
}

/**
 * Accuracy that is left over the radius. With an attack both curves are of the images that it tried: what is certified is left, what is
 * broken is lost, and the truth lies between them. Without one, the certified curve of all.
 */
export function certificateChart(report: CertificateReport, rowName: RowName = 'rows'): string {
  const percent = (count: number, of: number) => (of === 0 ? 0 : (100 * count) / of);
  const { attack } = report;
  const of = attack ?? report;
  const start: [number, number] = [0, percent(of.right, of.images)];
  const curve = (left: (at: number) => number): [number, number][] => [
    start,
    ...report.radii
      .map(({ radius }, at): [number, number] => [radius, percent(left(at), of.images)])
      .filter(([radius]) => radius > 0),
  ];
  const series: Series[] = [{ name: 'certified', points: curve((at) => of.radii[at].certified) }];
  if (attack !== null) {
    series.push({ name: 'after attack', points: curve((at) => attack.right - attack.radii[at].broken) });
  }
  return lineChart(series, {
    title: 'Accuracy that is left within a radius',
    xTitle: report.unit === 'sd' ? 'standard deviations' : 'L-infinity radius',
    yTitle: `${rowName}, %`,
    max: 100,
  });
}
