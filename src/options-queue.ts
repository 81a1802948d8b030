import type { OptionRow } from './option-rows.js';

/** The part of the table of options (options.ts) about queues of many machines (docs/many-machines.md). */
export const QUEUE_OPTIONS = {
  queue: {
    kind: 'text',
    flag: '--queue <url>',
    help: 'redis://, rediss:// or postgres://, or env: what FEWBIT_QUEUE says. A password that is left out is taken from FEWBIT_QUEUE_PASSWORD',
  },
  shared: {
    kind: 'path',
    flag: '--shared <dir>',
    help: "with --queue: a folder that all machines see, for the samples, in place of the queue's server",
  },
  cores: {
    kind: 'number',
    flag: '--cores <N>',
    help: 'pairs to solve at a time (default: the cores)',
    whole: true,
    least: 1,
    most: 1024,
  },
  patience: {
    kind: 'number',
    flag: '--patience <S>',
    help: 'seconds without a sign of life after which a pair is given to another worker (default: 15)',
    whole: false,
    least: 1,
    most: 3600,
    default: 15,
  },
  idle: {
    kind: 'number',
    flag: '--idle <S>',
    help: 'end after so many seconds without a pair (default: stay)',
    whole: false,
    least: 0,
  },
} as const satisfies Readonly<Record<string, OptionRow>>;
