import { LIMITS } from './limits.js';
import type { OptionRow } from './option-rows.js';

/** The part of the table of options (options.ts) about what is trained, how values become inputs, and how long it may take. */
export const TRAINING_OPTIONS = {
  grid: {
    kind: 'form',
    form: 'grid',
    flag: '--grid <settings...>',
    help: 'options to try, as in weight-bound=1/3/7 hidden=none/4,4; every combination is cross-validated',
  },
  /** Hidden layer sizes; default `[4, 4]`; `[]` is a single neuron a pair. */
  hidden: {
    kind: 'form',
    form: 'sizes',
    flag: '--hidden <list>',
    help: 'hidden layer sizes, or none for a single neuron (default: 4,4)',
  },
  /** Two classes: say probabilities, fitted on scores of training rows that were held out. Default: none. */
  calibrate: {
    kind: 'choice',
    choices: ['isotonic', 'platt'],
    flag: '--calibrate <how>',
    help: 'two classes: fit probabilities to scores of held-out training rows, in steps (isotonic) or as a logistic curve (platt); five more trainings',
  },
  choose: {
    kind: 'number',
    flag: '--choose <N>',
    help: 'with --pool: the network of the pool, counted from 1, that the model gets (default: 1, the best)',
    whole: true,
    least: 1,
    most: 100_000,
  },
  /** First-layer neurons add a whole number of their own to their sums, found with the weights. Default: false. */
  bias: {
    kind: 'switch',
    flag: '--bias',
    help: 'every neuron of the first layer adds a number of its own to its sum (default: for tables)',
  },
  noBias: { kind: 'switch', flag: '--no-bias', help: 'no such numbers (the default but for tables)' },
  /** Of the first layer at most so many weights other than 0. Default: no limit. */
  maxNonzero: {
    kind: 'number',
    flag: '--max-nonzero <K>',
    help: 'at most so many weights of the first layer other than 0 (default: no limit)',
    whole: true,
    least: 0,
  },
  /** What an error on a row of each class counts, a whole number >= 0 (default: 1), or `balanced`: each class as much as the other. */
  classWeight: {
    kind: 'form',
    form: 'classWeight',
    flag: '--class-weight <list>',
    help: 'what errors on each class count, as in a=3,b=1, or balanced: both classes of a pair alike',
  },
  /** SM: of each class at most so many training rows of a pair are not right. */
  atMostWrong: {
    kind: 'form',
    form: 'counts',
    flag: '--at-most-wrong <list>',
    help: 'at most so many training rows of a class wrong in a pair, as in sick=0',
  },
  /** By columns: the class that more of it never speaks against. */
  monotone: {
    kind: 'form',
    form: 'byColumn',
    flag: '--monotone <list>',
    help: 'columns of which more never speaks against a class, as in age=sick,dose=well',
  },
  /** By columns: least and largest weight; above 0 it speaks for the first class of a pair. */
  ranges: {
    kind: 'form',
    form: 'ranges',
    flag: '--ranges <list>',
    help: 'least and largest weight of columns, as in age=0..2; above 0 they speak for the first class',
  },
  /** Groups of columns of which a network without hidden layers uses at most one. */
  exclusive: {
    kind: 'form',
    form: 'groups',
    flag: '--exclusive <list>',
    help: 'columns of which a network uses at most one, as in age,dose; again for another group',
  },
  /** Groups of columns of which a network without hidden layers uses all or none. */
  together: {
    kind: 'form',
    form: 'groups',
    flag: '--together <list>',
    help: 'columns that a network uses all or none of, as in age,dose; again for another group',
  },
  /** Weights are integers from -P to P. How large it may be is known to network/shape.ts, as for networks of files. */
  weightBound: {
    kind: 'number',
    flag: '--weight-bound <P>',
    help: 'weights are integers from -P to P (default: 1)',
    whole: true,
    least: 1,
    default: 1,
  },
  objective: {
    kind: 'choice',
    choices: ['bemi', 'robust'],
    flag: '--objective <name>',
    help: "bemi is the paper's (default); robust certifies samples on their whole perturbation set",
    default: 'bemi',
  },
  /** In order; a subset of sm, mm, mw. Default: all three; for soft margins mm. */
  stages: {
    kind: 'form',
    form: 'stages',
    flag: '--stages <list>',
    help: 'stages to run, a subset of sm,mm,mw in this order (default: sm,mm,mw)',
  },
  perturb: { kind: 'form', form: 'set', flag: '--perturb <list>', help: '{}' },
  /**
   * Robust objective: the least share of its margin without motions that a pair must keep under the perturbations' motions;
   * a pair that cannot is given smaller ones. Default 0.15, and 0 (never) where `perturb` is given. With soft margins: the
   * share of the squared targets that a pair may lack at most; default 0.08.
   */
  adapt: {
    kind: 'number',
    flag: '--adapt <share>',
    help: 'robust: shrink the motions for pairs that lack more than this share of the wanted reach, squared (default: 0.08; with --soft 0: that keep less than this share of their margin, 0.15; 0 with --perturb)',
    whole: false,
    least: 0,
    most: 1,
  },
  /**
   * Robust objective, soft margins: MM wants this share of what one neuron reaches in the mean at most from every row, and
   * minimises what they lack; 0: it maximises the least margin. Default 0.45 for images, and 0 where `perturb` is given
   * or the stage mm is left out.
   */
  soft: {
    kind: 'number',
    flag: '--soft <share>',
    help: 'robust: want this share of the mean reach of every row and minimise what they lack; 0: the largest margin of all (default: 0.45; 0 with --perturb)',
    whole: false,
    least: 0,
    most: 10,
  },
  /**
   * Images: networks read square roots of the values less half the mean root of each pixel, and `perturb`'s linf is in these
   * units (0..255), as are certified radii. With either objective, any `perturb`. Default: false; refused for other data.
   */
  contrast: {
    kind: 'switch',
    flag: '--contrast',
    help: 'images: networks read square roots of the values less half the mean of each pixel, and radii are in these units (default: the values as they are)',
  },
  /**
   * Images: what networks read instead of pixels, a name with options such as `hog,cell=4`, or `auto`, or
   * `auto,bytes=5000`, a map of which all networks have at most so many bytes (docs/features.md). Radii, of
   * `perturb` and of certificates, are then in units of features. Default: `none`.
   */
  features: {
    kind: 'text',
    flag: '--features <name>',
    help: 'images: what networks read, none (pixels), deskew, hog (oriented gradients), with options as in hog,cell=4,bins=12, or auto: hog as it suits the size, in auto,bytes=5000 such that all networks have at most so many bytes (default: none)',
  },
  /**
   * How raw values become the integers that networks read (docs/formats.md, "Scaling"). `auto`, the default, leaves whole
   * numbers in -32767..32767 as they are. What it came to is in the result's `scaling`.
   */
  scaling: {
    kind: 'choice',
    choices: ['none', 'range', 'quantile', 'auto'],
    flag: '--scaling <mode>',
    help: 'how values become the whole numbers that networks read: none (as they are), range (each column to -127..127, images to 255), quantile (each column by its order), or auto: whole numbers up to 32767 as they are, others by their columns (default: auto)',
    default: 'auto',
  },
  /** What becomes of missing values in tables: an input of their own and the median (`auto`, the default), or they are refused. */
  missing: {
    kind: 'choice',
    choices: ['auto', 'refuse'],
    flag: '--missing <what>',
    help: 'missing values of tables: auto (an input of their own, and the median in their place) or refuse (default: auto)',
    default: 'auto',
  },
  /**
   * How the columns of a table become inputs, entries apart by commas: `quantile=5` for all numbers, `stage:levels=I|II|III` for a column
   * (docs/formats.md, "Encoding"). Default: texts are categories; numbers are scaled where a table has nothing else, and steps where it has.
   */
  encode: {
    kind: 'text',
    flag: '--encode <list>',
    help: 'how columns become inputs, as in quantile=5,stage:levels=I|II|III,ward:category; for all numbers or NAME: for one column, auto, whole, range, rank, quantile=N, at=10|50, category or levels=a|b',
  },
  /**
   * Objective bemi: SM counts a sample where `label * S` of the output is at least this, a whole number >= 1. Default: 1 for
   * networks without hidden layers, else `ceil(P * (n + 1) / 4)`, n the neurons of the last hidden layer (the paper).
   */
  confidence: {
    kind: 'number',
    flag: '--confidence <N>',
    help: "bemi: SM counts a sample from this output on (default: 1 without hidden layers, else the paper's P(n+1)/4)",
    whole: true,
    least: 1,
    most: LIMITS.confidence,
  },
  /** MW holds `(1 - tolerance) * m`. In [0, 1]; default 0, the paper. */
  tolerance: {
    kind: 'number',
    flag: '--tolerance <T>',
    help: "share of MM's margins that MW may give up (default: 0)",
    whole: false,
    least: 0,
    most: 1,
    default: 0,
  },
  /** Seconds, of a pair or of a problem, all stages together; unused time passes on. Default: none. */
  timeLimit: {
    kind: 'number',
    flag: '--time-limit <S>',
    help: 'seconds {}; unused time passes to the next stage',
    whole: false,
    least: 0,
  },
  /** Deterministic work units, of a pair or of a problem, all stages together. Default: the engine's own plan (a second or so). */
  workLimit: {
    kind: 'number',
    flag: '--work-limit <N>',
    help: 'deterministic work units {}; the same answer on every machine',
    whole: true,
    least: 0,
  },
  seed: {
    kind: 'number',
    flag: '--seed <N>',
    help: 'seed of everything random (default: 0)',
    whole: true,
    least: 0,
    most: 2 ** 32 - 1,
    default: 0,
  },
  /** Worker threads; default: the cores. 0: in this thread, in slices. Never changes the result of a work limit. */
  workers: {
    kind: 'number',
    flag: '--workers <N>',
    help: 'worker threads (default: the cores; 0: none)',
    whole: true,
    least: 0,
    most: 256,
  },
  part: {
    kind: 'form',
    form: 'part',
    flag: '--part <i/n>',
    help: 'train share i (from 1) of n of the pairs only, each share in a folder of its own; fewbit merge puts them together',
  },
  resume: { kind: 'switch', flag: '--resume', help: 'take over the finished pairs of the run in --out' },
  force: {
    kind: 'switch',
    flag: '--force',
    help: 'start anew where --out holds a run already; with --resume: take over what another version has trained, train again what is of another run',
  },
} as const satisfies Readonly<Record<string, OptionRow>>;
