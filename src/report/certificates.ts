import type { CertificateReport } from '../ensemble/types.js';
import { lineChart, type Series } from './charts.js';
import { formatCount, formatShare, MISSING } from './numbers.js';
import { type Paint, plain } from './paint.js';
import type { RowName } from './summary.js';
import { formatTable } from './tables.js';

/** Certified accuracy over the radius for people, and what the attack did. */
export function formatCertificates(
  report: CertificateReport,
  paint: Paint = plain,
  rowName: RowName = 'rows',
): string[] {
  const lines = [
    `certified to be right within an L-infinity radius, of ${formatCount(report.images)} ${rowName}`,
    '',
    ...formatTable(
      [
        { title: 'radius', align: 'right' },
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
 * Accuracy that is left over the radius: at least the certified curve (of all), at most what the attack left of those that
 * it tried.
 */
export function certificateChart(report: CertificateReport, rowName: RowName = 'rows'): string {
  const series: Series[] = [
    {
      name: 'certified',
      points: [
        [0, (100 * report.right) / report.images],
        ...report.radii.map(({ radius, certifiedAccuracy }): [number, number] => [
          radius,
          100 * certifiedAccuracy,
        ]),
      ],
    },
  ];
  const { attack } = report;
  if (attack !== null) {
    series.push({
      name: 'after attack',
      points: [
        [0, (100 * attack.right) / attack.images],
        ...attack.radii.map(({ radius, broken }): [number, number] => [
          radius,
          (100 * (attack.right - broken)) / attack.images,
        ]),
      ],
    });
  }
  return lineChart(series, {
    title: 'Accuracy that is left within a radius',
    xTitle: 'L-infinity radius',
    yTitle: `${rowName}, %`,
    max: 100,
  });
}
