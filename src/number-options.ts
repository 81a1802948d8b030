import { LIMITS } from './limits.js';

/** An option that is a number, wherever it is given. */
export interface NumberOption {
  /** As on the command line. */
  readonly flag: string;
  /** Help of the command line; `{}` is what the command says of it (`a pair, ..`). */
  readonly help: string;
  readonly whole: boolean;
  readonly least: number;
  /** Left out: as large as you like. */
  readonly most?: number;
  /** Left out: what it is then follows from other options, or there is none. */
  readonly default?: number;
}

/**
 * Flag, help, range and default of every option that is a number and that the library or more than one command takes, by
 * its name in the library. The library checks by it, the command line is built of it, and docs/cli.md is held to it by a
 * test. A command that means something else by a name (`seed` of `evaluate`: the model's, unless told) has its own help.
 */
export const NUMBER_OPTIONS = {
  shots: {
    flag: '--shots <N>',
    help: 'training samples of each class (default: all)',
    whole: true,
    least: 1,
  },
  instance: {
    flag: '--instance <Z>',
    help: 'which ones: samples [Z*N, (Z+1)*N) of each class (default: 0)',
    whole: true,
    least: 0,
    default: 0,
  },
  maxClasses: {
    flag: '--max-classes <N>',
    help: 'how many classes there may be, 2..1000; each pair of them gets a network (default: 100)',
    whole: true,
    least: 2,
    most: LIMITS.mostClasses,
    default: LIMITS.classes,
  },
  /** The library knows how large it may be (network/shape.ts), as for networks of files. */
  weightBound: {
    flag: '--weight-bound <P>',
    help: 'weights are integers from -P to P (default: 1)',
    whole: true,
    least: 1,
    default: 1,
  },
  confidence: {
    flag: '--confidence <N>',
    help: "bemi: SM counts a sample from this output on (default: 1 without hidden layers, else the paper's P(n+1)/4)",
    whole: true,
    least: 1,
    most: LIMITS.confidence,
  },
  tolerance: {
    flag: '--tolerance <T>',
    help: "share of MM's margins that MW may give up (default: 0)",
    whole: false,
    least: 0,
    most: 1,
    default: 0,
  },
  adapt: {
    flag: '--adapt <share>',
    help: 'robust: shrink the motions for pairs that lack more than this share of the wanted reach, squared (default: 0.08; with --soft 0: that keep less than this share of their margin, 0.15; 0 with --perturb)',
    whole: false,
    least: 0,
    most: 1,
  },
  soft: {
    flag: '--soft <share>',
    help: 'robust: want this share of the mean reach of every row and minimise what they lack; 0: the largest margin of all (default: 0.45; 0 with --perturb)',
    whole: false,
    least: 0,
    most: 10,
  },
  /** Of a training the library takes a year at most: anything longer is a slip of units. */
  timeLimit: {
    flag: '--time-limit <S>',
    help: 'seconds {}; unused time passes to the next stage',
    whole: false,
    least: 0,
  },
  workLimit: {
    flag: '--work-limit <N>',
    help: 'deterministic work units {}; the same answer on every machine',
    whole: true,
    least: 0,
  },
  memoryLimit: {
    flag: '--memory-limit <MiB>',
    help: 'for the open nodes of a tree, 1..1024 (default: 64); beyond it the search goes depth first',
    whole: true,
    least: 1,
    most: 1024,
    default: 64,
  },
  seed: {
    flag: '--seed <N>',
    help: 'seed of everything random (default: 0)',
    whole: true,
    least: 0,
    most: 2 ** 32 - 1,
    default: 0,
  },
  workers: {
    flag: '--workers <N>',
    help: 'worker threads (default: the cores; 0: none)',
    whole: true,
    least: 0,
    most: 256,
  },
} as const satisfies Readonly<Record<string, NumberOption>>;

export type NumberOptionName = keyof typeof NUMBER_OPTIONS;

/** The row of an option, its parts there or not. */
export function numberOption(name: NumberOptionName): NumberOption {
  return NUMBER_OPTIONS[name];
}

/** Whether a value is a number of this option's kind and range; `most` narrows it. */
export function isWithin(option: NumberOption, value: unknown, most = option.most): value is number {
  if (typeof value !== 'number' || !(value >= option.least)) return false;
  return (!option.whole || Number.isSafeInteger(value)) && (most === undefined || value <= most);
}
