import type { TrainedPool } from '../ensemble/types.js';
import type { NetworkPool } from '../stages/types.js';
import { formatCount, formatObjective } from './numbers.js';
import { type Paint, plain } from './paint.js';
import { dataTable } from './shell.js';
import { escapeText } from './svg.js';
import { type Column, formatTable, nameOf } from './tables.js';

/** Networks of a pool that a terminal is shown. */
const SHOWN = 10;
/** The same of a page. */
const SHOWN_ON_PAGE = 100;

/** How many networks there are, and whether these are all: a sentence. */
export function describePool(
  pool: Omit<NetworkPool, 'networks'> & { readonly networks: readonly unknown[] },
): string {
  const { stage, networks, complete, stopReason, size, within, least, outside } = pool;
  const reach = 'share' in within ? `${Number((100 * within.share).toFixed(4))} %` : String(within.amount);
  const count = `${formatCount(networks.length)} network${networks.length === 1 ? '' : 's'}`;
  const found = `Pool of ${stage}: ${count} within ${reach} of the best${least === null ? '' : ` (${formatObjective(least)})`}`;
  const isFull = networks.length === size;
  const rest = outside === null ? '' : `, none of the others is better than ${formatObjective(outside)}`;
  const said = complete
    ? 'complete: these are all'
    : stopReason === 'proved' && isFull
      ? `the best ${formatCount(size)}${rest}`
      : `not complete: ended by ${stopReason === 'interrupted' ? 'an interrupt' : `the ${stopReason.replace('-', ' ')}`}${rest}`;
  return `${found}; ${said}.`;
}

/** A pool in lines: how many there are, whether these are all, and the first of them. */
export function formatPool(pool: NetworkPool): string[] {
  const { networks } = pool;
  const shown = networks
    .slice(0, SHOWN)
    .map(
      ({ objective, weights }) =>
        `  ${formatObjective(objective)}  [${weights.slice(0, 40).join(' ')}${weights.length > 40 ? ' ..' : ''}]`,
    );
  const left =
    networks.length > SHOWN
      ? [`  and ${formatCount(networks.length - SHOWN)} more (--solution, --json)`]
      : [];
  return [describePool(pool), ...shown, ...left];
}

const COLUMNS: readonly Column[] = [
  { title: 'network', align: 'right' },
  { title: 'objective', align: 'right' },
  { title: 'weights', align: 'right' },
  { title: 'training rows right', align: 'right' },
  { title: 'what it adds up' },
];
/** Inputs of a network that are named. */
const NAMED = 12;

/** The first networks, and the chosen one. */
function poolRows(
  { networks, chosen, rows }: TrainedPool,
  inputs: readonly string[] | undefined,
  most: number,
): string[][] {
  return networks
    .slice(0, Math.max(most, chosen))
    .map(({ objective, weights, bias, nonzero, right }, at) => [
      `${at + 1 === chosen ? '* ' : ''}${at + 1}`,
      formatObjective(objective),
      formatCount(nonzero),
      `${formatCount(right)} of ${formatCount(rows)}`,
      pointsText(weights, bias, inputs),
    ]);
}

/** The same for a page. */
export function poolPart(pool: TrainedPool, inputs: readonly string[] | undefined): string {
  const rows = poolRows(pool, inputs, SHOWN_ON_PAGE);
  const left = pool.networks.length - rows.length;
  const heads = COLUMNS.map(({ title, align }) => ({ title, number: align === 'right' }));
  const more = left > 0 ? ` ${formatCount(left)} more are in pool.json.` : '';
  return `<p>${escapeText(describePool(pool))} The one with a star has the model.${more}</p>${dataTable('Networks to choose from', heads, rows)}`;
}

/**
 * The pool of a training: its networks one below the other, the chosen one marked.
 *
 * @param inputs names of the inputs; absent: their numbers
 */
export function formatTrainedPool(
  pool: TrainedPool,
  inputs: readonly string[] | undefined,
  paint: Paint = plain,
): string[] {
  const rows = poolRows(pool, inputs, SHOWN);
  const left = pool.networks.length - rows.length;
  return [
    describePool(pool),
    ...formatTable(COLUMNS, rows, paint),
    ...(left > 0 ? [`and ${formatCount(left)} more in pool.json`] : []),
    `* has the model; another one: the same command with --force --choose N`,
  ];
}

function pointsText(
  weights: readonly number[],
  bias: number | undefined,
  inputs: readonly string[] | undefined,
): string {
  const parts = weights.flatMap((w, i) =>
    w === 0 ? [] : [`${w > 0 ? '+' : ''}${w} ${nameOf(inputs?.[i] ?? String(i))}`],
  );
  const named = parts.slice(0, NAMED);
  if (parts.length > NAMED) named.push('..');
  return [...named, ...(bias === undefined ? [] : [`${bias >= 0 ? '+' : ''}${bias}`])].join(' ');
}
