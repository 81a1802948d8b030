import type { DataSet } from '../data/types.js';
import { lostDefaults, saidOtherwise } from '../ensemble/train/table-defaults.js';
import type { TrainOptions } from '../ensemble/types.js';

/**
 * Whoever says one of the options that turn the defaults of tables off may not mean to lose what a table gets besides: what that is, and what says
 * each of it. Nothing where the data are no table, or nothing was lost.
 */
export function noteOfDefaults(
  { columns, image }: Pick<DataSet, 'columns' | 'image'>,
  options: TrainOptions,
): string | undefined {
  if (columns === undefined || image !== undefined) return undefined;
  const lost = lostDefaults(options);
  if (lost.length === 0) return undefined;
  const said = saidOtherwise(options).map((name) => `--${name}`);
  const words = lost.map(([what, flags]) => `${what} (${flags})`);
  return (
    `note: ${said.join(', ')} turn${said.length === 1 ? 's' : ''} the other defaults of tables off; ` +
    `this training is without ${listed(words)}: add what is wanted (docs/cli.md, Tables)`
  );
}

function listed(words: readonly string[]): string {
  return words.length === 1 ? words[0] : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
