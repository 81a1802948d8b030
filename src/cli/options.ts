import { InvalidArgumentError, Option } from 'commander';
import { SCALING_MODES } from '../data/scaling-fit.js';
import type { VoteRule } from '../ensemble/types.js';
import { LIMITS } from '../limits.js';
import { type NumberOptionName, numberOption } from '../number-options.js';
import { isStageName, misplacedStage, STAGE_NAMES } from '../stage-list.js';
import type { StageName } from '../stages/types.js';
import { parsePerturb } from './perturb-option.js';

/**
 * The options that several commands share, each declared once: flags, help, range and parser. A parser refuses with one
 * line; commander puts the option and the value in front of it, so every message names what was wrong and where.
 */

/** Whole numbers in a range, written in decimal digits. */
export function integerParser(
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[+-]?\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`Expected a whole number ${rangeWords(least, most)}.`);
    }
    return value;
  };
}

/** Decimal numbers in a range; `Infinity`, `NaN`, hexadecimal and empty text are no numbers. */
export function numberParser(least: number, most: number = Number.MAX_VALUE): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`Expected a number ${rangeWords(least, most)}.`);
    }
    return value;
  };
}

function rangeWords(least: number, most: number): string {
  return most >= Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
}

/** `a,b,c` with every entry trimmed and none empty. */
export function parseList(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.some((entry) => entry === '')) {
    throw new InvalidArgumentError('Expected values separated by commas, none of them empty.');
  }
  return entries;
}

/** Class names to use: at least two, none twice. */
export function parseClasses(text: string): string[] {
  const classes = parseList(text);
  if (classes.length < 2) throw new InvalidArgumentError('Expected at least two class names, as in 4,9.');
  refuseTwice(classes, 'class');
  return classes;
}

/** Hidden layer sizes; `none` is a single neuron a pair. */
export function parseHidden(text: string): number[] {
  if (text.trim() === 'none' || text.trim() === '') return [];
  const size = integerParser(1, LIMITS.columns);
  return parseList(text).map((entry) => {
    try {
      return size(entry);
    } catch {
      throw new InvalidArgumentError(
        'Expected layer sizes as in 4,4 (whole numbers of at least 1), or none.',
      );
    }
  });
}

/** Stages in the order in which they are lexicographic; leaving some out gives the paper's four models. */
export function parseStages(text: string): StageName[] {
  const names = parseList(text);
  const listed = STAGE_NAMES.join(', ');
  for (const name of names) {
    if (!isStageName(name)) {
      throw new InvalidArgumentError(`Unknown stage '${name}': choose from ${listed}.`);
    }
  }
  refuseTwice(names, 'stage');
  if (misplacedStage(names) !== undefined) {
    throw new InvalidArgumentError(`Stages run in the order ${listed}.`);
  }
  return names as StageName[];
}

/** `28x28`: width and height of an image in pixels. */
export function parseImageShape(text: string): { width: number; height: number } {
  const [, width, height] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(text.trim()) ?? [];
  if (height === undefined)
    throw new InvalidArgumentError('Expected width and height in pixels, as in 28x28.');
  return { width: Number(width), height: Number(height) };
}

/** `1,4,8`: L-infinity radii. */
export function parseRadii(text: string): number[] {
  return parseList(text).map(integerParser(0, 32_767));
}

/** `0,255`: the least and the largest value. */
export function parseClip(text: string): [number, number] {
  const [least, most, ...rest] = parseList(text).map(integerParser(-32_767, 32_767));
  if (most === undefined || rest.length > 0 || least > most) {
    throw new InvalidArgumentError('Expected the least and the largest value, as in 0,255.');
  }
  return [least, most];
}

/** `all`, or a count of at least 1. */
export function parsePerClass(text: string): number | 'all' {
  if (text === 'all') return 'all';
  try {
    return integerParser(1)(text);
  } catch {
    throw new InvalidArgumentError("Expected a whole number of at least 1, or 'all'.");
  }
}

/**
 * A path. commander would take the next option as the value of one whose value was forgotten (`--out --json`); a path
 * that really begins with two dashes can be written `./--name`.
 */
export function parsePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected a path.');
  if (text.startsWith('--')) throw new InvalidArgumentError('Expected a path, found an option.');
  return text;
}

function refuseTwice(entries: readonly string[], what: string): void {
  for (const [index, entry] of entries.entries()) {
    if (entries.indexOf(entry) !== index)
      throw new InvalidArgumentError(`The ${what} '${entry}' is given twice.`);
  }
}

/** A number of the table that the library checks by too; `own`: help for a command where it means something else. */
export function numberFlag(name: NumberOptionName, scope = '', own?: string): Option {
  const { flag, help, whole, least, most } = numberOption(name);
  const parser = whole ? integerParser(least, most) : numberParser(least, most);
  return new Option(flag, own ?? help.replace('{}', scope)).argParser(parser);
}

export const options = {
  json: () => new Option('--json', 'write exactly one JSON document to standard output'),
  quiet: () => new Option('--quiet', 'no progress on standard error'),
  stats: () =>
    new Option('--stats', 'print what was done in each stage too: nodes by tree, pivots, cuts, searches'),
  data: () =>
    new Option(
      '--data <D>',
      'digits (built in), mnist, fashion-mnist, a folder of IDX files, or a CSV file with a label column',
    )
      .argParser(parsePath)
      .makeOptionMandatory(),
  dataDir: () =>
    new Option('--data-dir <dir>', 'where to look for data sets before $FEWBIT_DATA and the cache').argParser(
      parsePath,
    ),
  test: () => new Option('--test <file>', 'a CSV file of test samples').argParser(parsePath),
  imageShape: () =>
    new Option(
      '--image-shape <WxH>',
      'the columns are the pixels of images of this size, row by row (IDX files say it themselves)',
    ).argParser(parseImageShape),
  stages: () =>
    new Option(
      '--stages <list>',
      'stages to run, a subset of sm,mm,mw in this order (default: sm,mm,mw)',
    ).argParser(parseStages),
  timeLimit: (scope: string) => numberFlag('timeLimit', scope),
  workLimit: (scope: string) => numberFlag('workLimit', scope),
  memoryLimit: () => numberFlag('memoryLimit'),
  seed: (own?: string) => numberFlag('seed', '', own),
  tolerance: () => numberFlag('tolerance'),
  shots: () => numberFlag('shots'),
  instance: () => numberFlag('instance'),
  classes: (what: string) => new Option('--classes <list>', what).argParser(parseClasses),
  maxClasses: () => numberFlag('maxClasses'),
  hidden: () =>
    new Option('--hidden <list>', 'hidden layer sizes, or none for a single neuron (default: 4,4)').argParser(
      parseHidden,
    ),
  weightBound: () => numberFlag('weightBound'),
  objective: () =>
    new Option(
      '--objective <name>',
      "bemi is the paper's (default); robust certifies samples on their whole perturbation set",
    ).choices(['bemi', 'robust']),
  features: () =>
    new Option(
      '--features <name>',
      'images: what networks read, none (pixels), deskew, hog (oriented gradients), with options as in hog,cell=4,bins=12, or auto: hog as it suits the size (default: none)',
    ),
  scaling: () =>
    new Option(
      '--scaling <mode>',
      'how values become the whole numbers that networks read: none (as they are), range (each column to -127..127, images to 255), quantile (each column by its order), or auto: whole numbers up to 32767 as they are, others by their columns (default: auto)',
    ).choices(SCALING_MODES),
  confidence: () => numberFlag('confidence'),
  extra: () =>
    new Option(
      '--extra <file>',
      "a CSV file of further pictures of training samples; its column 'sample' names the row, from 0",
    ).argParser(parsePath),
  perturb: (what: string) => new Option('--perturb <list>', what).argParser(parsePerturb),
  perClass: () =>
    new Option(
      '--per-class <n>',
      "the first n test samples of each class, or 'all' (default: all; of images 800 a class)",
    ).argParser(parsePerClass),
  vote: () =>
    new Option('--vote <rule>', 'how the networks vote')
      .choices(['paper', 'recursive'] satisfies VoteRule[])
      .default('paper'),
};
