import type { NetworkPool } from '../stages/types.js';
import { formatCount, formatObjective } from './numbers.js';

/** Networks of a pool that a terminal is shown. */
const SHOWN = 10;

/** A pool in lines: how many there are, whether these are all, and the first of them. */
export function formatPool(pool: NetworkPool): string[] {
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
  return [`${found}; ${said}.`, ...shown, ...left];
}
