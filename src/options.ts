import { LIMITS } from './limits.js';
import { checkChoice, checkNumber, type NumberRow, type OptionRow, type ValueOf } from './option-rows.js';

/**
 * Every option there is, by its name in the library: flag, help, kind, range and default, each said once. The types of the
 * library's options are made of it (`OptionValues`), the library checks by it, the commands are built of it (cli/options.ts), and
 * docs/cli.md is held to it by a test. A command that means something else by a name (`seed` of `evaluate`: the model's, unless
 * told) has its own help.
 */
export const OPTIONS = {
  data: {
    kind: 'path',
    flag: '--data <D>',
    help: 'digits (built in), mnist, fashion-mnist, a folder of IDX files or of PNG images by class, or a table (CSV, TSV, .gz or not; - is standard input) with a label column',
  },
  dataDir: {
    kind: 'path',
    flag: '--data-dir <dir>',
    help: 'where to look for data sets before $FEWBIT_DATA and the cache',
  },
  test: { kind: 'path', flag: '--test <file>', help: 'a table of test samples' },
  label: { kind: 'text', flag: '--label <name>', help: 'the column of class names (default: label)' },
  drop: { kind: 'form', form: 'names', flag: '--drop <list>', help: 'columns to leave out, as in a,b' },
  id: {
    kind: 'text',
    flag: '--id <name>',
    help: 'a column that names the rows, and is no value',
  },
  delimiter: {
    kind: 'form',
    form: 'delimiter',
    flag: '--delimiter <sign>',
    help: 'what separates the columns of a table: comma, tab, semicolon or bar (default: found in the header)',
  },
  testShare: {
    kind: 'number',
    flag: '--test-share <S>',
    help: 'hold this share of the rows out for the test accuracy, of each class alike; which ones follows from the seed',
    whole: false,
    least: 0.01,
    most: 0.99,
  },
  folds: {
    kind: 'number',
    flag: '--folds <K>',
    help: 'parts that the rows are dealt into, each judged by a training on the others (default: 5)',
    whole: true,
    least: 2,
    most: 1000,
    default: 5,
  },
  grid: {
    kind: 'form',
    form: 'grid',
    flag: '--grid <settings...>',
    help: 'options to try, as in weight-bound=1/3/7 hidden=none/4,4; every combination is cross-validated',
  },
  imageShape: {
    kind: 'form',
    form: 'pixels',
    flag: '--image-shape <WxH>',
    help: 'the columns are the pixels of images of this size, row by row (IDX files say it themselves)',
  },
  extra: {
    kind: 'path',
    flag: '--extra <file>',
    help: "a CSV file of further pictures of training samples; its column 'sample' names the row, from 0",
  },
  out: { kind: 'path', flag: '--out <file>', help: 'file to write (default: standard output)' },
  /** Samples of each class, in the data's order: `[instance * shots, (instance + 1) * shots)`. Default: all. */
  shots: {
    kind: 'number',
    flag: '--shots <N>',
    help: 'training samples of each class (default: all)',
    whole: true,
    least: 1,
  },
  instance: {
    kind: 'number',
    flag: '--instance <Z>',
    help: 'which ones: samples [Z*N, (Z+1)*N) of each class (default: 0)',
    whole: true,
    least: 0,
    default: 0,
  },
  /** Classes to use, in this order; default: all. */
  classes: { kind: 'form', form: 'classes', flag: '--classes <list>', help: '{}' },
  /** How many classes there may be, 2..1000: there is a network for every pair of them. Default: 100. */
  maxClasses: {
    kind: 'number',
    flag: '--max-classes <N>',
    help: 'how many classes there may be, 2..1000; each pair of them gets a network (default: 100)',
    whole: true,
    least: 2,
    most: LIMITS.mostClasses,
    default: LIMITS.classes,
  },
  /** Hidden layer sizes; default `[4, 4]`; `[]` is a single neuron a pair. */
  hidden: {
    kind: 'form',
    form: 'sizes',
    flag: '--hidden <list>',
    help: 'hidden layer sizes, or none for a single neuron (default: 4,4)',
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
   * Images: what networks read instead of pixels, a name with options such as `hog,cell=4`, or `auto` (docs/features.md). Radii, of
   * `perturb` and of certificates, are then in units of features. Default: `none`.
   */
  features: {
    kind: 'text',
    flag: '--features <name>',
    help: 'images: what networks read, none (pixels), deskew, hog (oriented gradients), with options as in hog,cell=4,bins=12, or auto: hog as it suits the size (default: none)',
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
  /** MiB for the open nodes of a tree, 1..1024, default 64; beyond it the search goes on depth first. */
  memoryLimit: {
    kind: 'number',
    flag: '--memory-limit <MiB>',
    help: 'for the open nodes of a tree, 1..1024 (default: 64); beyond it the search goes depth first',
    whole: true,
    least: 1,
    most: 1024,
    default: 64,
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
  perClass: {
    kind: 'form',
    form: 'count',
    flag: '--per-class <n>',
    help: "the first n test samples of each class, or 'all' (default: all; of images 800 a class)",
  },
  vote: {
    kind: 'choice',
    choices: ['paper', 'recursive', 'margin'],
    flag: '--vote <rule>',
    help: 'how the networks vote',
    default: 'paper',
    preset: true,
  },
  certify: {
    kind: 'form',
    form: 'radii',
    flag: '--certify [radii]',
    help: 'certified accuracy within L-infinity radii, and an attack (default: 1,4,8,16)',
  },
  certifyPixels: {
    kind: 'switch',
    flag: '--certify-pixels',
    help: 'images: also the radius in values of pixels at which the label provably stays, through a feature map where there is one (up to a second an image)',
  },
  attack: {
    kind: 'number',
    flag: '--attack <N>',
    help: 'with --certify: how many samples to attack, 0 for none (default: 200)',
    whole: true,
    least: 0,
    default: 200,
  },
  clip: {
    kind: 'form',
    form: 'range',
    flag: '--clip <range>',
    help: 'with --certify: only inputs with values in this range, as in 0,255',
  },
  row: {
    kind: 'number',
    flag: '--row <N>',
    help: 'why this row of --data, counted from 0, has its label',
    whole: true,
    least: 0,
  },
  as: {
    kind: 'choice',
    choices: ['text', 'markdown', 'html'],
    flag: '--as <form>',
    help: 'how to write it',
    default: 'text',
    preset: true,
  },
  votes: { kind: 'switch', flag: '--votes', help: 'also how many networks voted for each class' },
  score: {
    kind: 'switch',
    flag: '--score',
    help: 'also a score for each class: of two the sum of the last neuron, of more the votes',
  },
  to: {
    kind: 'choice',
    choices: ['c', 'js', 'onnx', 'json'],
    flag: '--to <target>',
    help: 'what to write',
  },
  name: {
    kind: 'form',
    form: 'name',
    flag: '--name <name>',
    help: 'what files and symbols begin with (default: model)',
  },
  optimise: {
    kind: 'choice',
    choices: ['size', 'speed'],
    flag: '--optimise <what>',
    help: 'c: the smallest code or the fastest (default: size)',
    default: 'size',
  },
  radius: {
    kind: 'switch',
    flag: '--radius',
    help: 'also the radius at which the label provably stays',
  },
  decimals: {
    kind: 'number',
    flag: '--decimals <N>',
    help: 'c: inputs are whole numbers of 10^-N, and nothing needs floating point',
    whole: true,
    least: 0,
    most: 9,
  },
  check: {
    kind: 'path',
    flag: '--check <D>',
    help: 'run every row of this data through the result and compare with the library',
  },
  vnnlib: {
    kind: 'number',
    flag: '--vnnlib <N>',
    help: 'onnx: certificates of the first N rows of --check as questions to outside verifiers',
    whole: true,
    least: 1,
  },
  report: { kind: 'path', flag: '--report <file>', help: 'write a page with the evaluation' },
  noReport: { kind: 'switch', flag: '--no-report', help: 'do not write DIR/report.html' },
  engine: {
    kind: 'choice',
    choices: ['bnb', 'highs', 'brute'],
    flag: '--engine <engine>',
    help: 'own branch and bound, HiGHS on the exported MILP, or enumeration (tiny problems)',
    default: 'bnb',
    preset: true,
  },
  proof: {
    kind: 'path',
    flag: '--proof <file>',
    help: 'write to this file why every bound holds, for fewbit verify',
  },
  requireProof: {
    kind: 'switch',
    flag: '--require-proof',
    help: 'exit 1 unless everything that the file claims is shown, every bound included',
  },
  solution: {
    kind: 'path',
    flag: '--solution <file>',
    help: 'write the solution to this file; what an earlier stage left there is begun with',
  },
  stage: { kind: 'choice', choices: ['sm', 'mm', 'mw'], flag: '--stage <stage>', help: 'the stage to write' },
  format: { kind: 'choice', choices: ['mps', 'lp'], flag: '--format <format>', help: 'file format' },
  trace: {
    kind: 'path',
    flag: '--trace <file>',
    help: 'write to this file what becomes of every node of a tree, a line of JSON each, for fewbit report',
  },
  suite: {
    kind: 'text',
    flag: '--suite <name>',
    help: 'small, medium, hard, or a folder of problem files, with a block "known" where there is one (default: small)',
  },
  rivals: {
    kind: 'text',
    flag: '--rivals <list>',
    help: 'of highs (npm), highs-native, glpsol, cbc, scip; or none (default: all that are there)',
  },
  permutations: {
    kind: 'number',
    flag: '--permutations <N>',
    help: 'orders of rows and columns in which every instance is run (default: 1, as it is)',
    whole: true,
    least: 1,
    most: 100,
    default: 1,
  },
  solver: {
    kind: 'text',
    flag: '--solver <command>',
    help: 'a command with {problem} and {solution}, which become files, and {time}, seconds (default: our engine)',
  },
  seconds: {
    kind: 'number',
    flag: '--seconds <S>',
    help: 'how long to go on (default: 60, or as --problems says)',
    whole: false,
    least: 0,
  },
  problems: { kind: 'number', flag: '--problems <N>', help: 'how many problems', whole: true, least: 1 },
  first: {
    kind: 'number',
    flag: '--first <N>',
    help: 'the number of the first problem, with --solver, or sequence (default: 0)',
    whole: true,
    least: 0,
  },
  all: {
    kind: 'switch',
    flag: '--all',
    help: 'with --solver: problems of all objectives and fields, not the plain ones alone',
  },
  replay: { kind: 'path', flag: '--replay <file>', help: 'show a failure again' },
  stats: {
    kind: 'switch',
    flag: '--stats',
    help: 'print what was done in each stage too: nodes by tree, pivots, cuts, searches',
  },
  json: { kind: 'switch', flag: '--json', help: 'write exactly one JSON document to standard output' },
  quiet: { kind: 'switch', flag: '--quiet', help: 'no progress on standard error' },
} as const satisfies Readonly<Record<string, OptionRow>>;

export type OptionName = keyof typeof OPTIONS;

/** Every option with the type of its value. */
export type OptionValues = { readonly [N in keyof typeof OPTIONS]?: ValueOf<(typeof OPTIONS)[N]> };

/** The names of options that are numbers. */
export type NumberOptionName = {
  [N in OptionName]: (typeof OPTIONS)[N] extends { readonly kind: 'number' } ? N : never;
}[OptionName];

/** The options of a training in the library; `perturb` and `extra` have types of their own there. */
export const TRAIN_OPTIONS = [
  'shots',
  'instance',
  'classes',
  'maxClasses',
  'hidden',
  'weightBound',
  'bias',
  'maxNonzero',
  'classWeight',
  'atMostWrong',
  'monotone',
  'ranges',
  'objective',
  'stages',
  'perturb',
  'extra',
  'tolerance',
  'adapt',
  'soft',
  'confidence',
  'scaling',
  'missing',
  'encode',
  'contrast',
  'features',
  'timeLimit',
  'workLimit',
  'seed',
  'workers',
] as const satisfies readonly OptionName[];

/** The options of solving one problem. */
export const SOLVE_OPTIONS = [
  'stages',
  'timeLimit',
  'workLimit',
  'memoryLimit',
  'seed',
  'tolerance',
] as const satisfies readonly OptionName[];

/** The row of an option, its parts there or not. */
export function optionRow(name: OptionName): OptionRow {
  return OPTIONS[name];
}

export function numberRow(name: NumberOptionName): NumberRow {
  return OPTIONS[name];
}

/** An option that is a number, its default where it is left out and has one. Throws `InputError` naming it. */
export function checkedNumber(name: NumberOptionName, value: number | undefined, most?: number): number {
  const row = numberRow(name);
  return checkNumber(row, name, value ?? row.default, most ?? row.most);
}

/** An option that is one of some names, its default where it is left out. Throws `InputError` naming it. */
export function checkedChoice<N extends 'objective' | 'scaling' | 'missing' | 'vote'>(
  name: N,
  value: OptionValues[N] | undefined,
): (typeof OPTIONS)[N]['choices'][number] {
  const row = OPTIONS[name];
  return checkChoice<(typeof OPTIONS)[N]['choices'][number]>(row, name, value ?? row.default);
}

/** A record of names, for `checkOptionNames`. */
export function named<N extends string>(names: readonly N[]): Readonly<Record<N, true>> {
  return Object.fromEntries(names.map((name) => [name, true])) as Record<N, true>;
}
