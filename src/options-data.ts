import { LIMITS } from './limits.js';
import type { OptionRow } from './option-rows.js';

/** The part of the table of options (options.ts) about the data of a command: where samples come from, how a table is read, which of them are used, and where an answer goes. */
export const DATA_OPTIONS = {
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
  weight: {
    kind: 'text',
    flag: '--weight <name>',
    help: 'a column that says what an error on each row counts, a number >= 0, and is no value (default: all rows alike)',
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
} as const satisfies Readonly<Record<string, OptionRow>>;
