import { type Command, InvalidArgumentError, Option } from 'commander';
import { checkName } from '../convert/c/names.js';
import { LIMITS } from '../limits.js';
import type { Forms, GridAxis, Part } from '../option-rows.js';
import { type OptionName, type OptionValues, optionRow } from '../options.js';
import { MAX_SD } from '../perturb/index.js';
import { isStageName, misplacedStage, STAGE_NAMES } from '../stage-list.js';
import type { StageName } from '../stages/types.js';
import { deviationsIn, parsePerturb } from './perturb-option.js';

/**
 * The command line's side of the table of options (options.ts): how the text of each is read. A parser refuses with one line;
 * commander puts the option and the value in front of it, so every message names what was wrong and where.
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

/** Names, none twice. */
export function parseNames(text: string): string[] {
  const names = parseList(text);
  refuseTwice(names, 'name');
  return names;
}

/** Two columns or more, none twice. */
function parseGroup(text: string): string[] {
  const names = parseNames(text);
  if (names.length < 2) throw new InvalidArgumentError('Expected two columns or more, as in age,dose.');
  return names;
}

const DELIMITER_NAMES: Readonly<Record<string, Forms['delimiter']>> = {
  ',': ',',
  comma: ',',
  '\t': '\t',
  '\\t': '\t',
  tab: '\t',
  ';': ';',
  semicolon: ';',
  '|': '|',
  bar: '|',
};

/** What separates the fields of a table, by its name or as it is. */
export function parseDelimiter(text: string): Forms['delimiter'] {
  const sign = Object.hasOwn(DELIMITER_NAMES, text) ? DELIMITER_NAMES[text] : undefined;
  if (sign !== undefined) return sign;
  throw new InvalidArgumentError('Expected comma, tab, semicolon or bar, or the sign itself.');
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

/** `1,4,8`: L-infinity radii; `0.1sd,0.5sd`: the same in standard deviations of every column of numbers. */
export function parseRadii(text: string): number[] | { sd: number[] } {
  const parts = parseList(text);
  const sd = parts.map((part) => deviationsIn(part));
  if (sd.every((radius) => radius === undefined)) return parts.map(integerParser(0, 32_767));
  if (sd.every((radius) => radius !== undefined && radius >= 0 && radius <= MAX_SD))
    return { sd: sd as number[] };
  throw new InvalidArgumentError(
    `Expected radii as in 1,4,8 or, all of them, 0.1sd,0.5sd; 0sd to ${MAX_SD}sd.`,
  );
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

/** What is an identifier in every language that is written. */
function parseName(text: string): string {
  try {
    return checkName(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message.replace(/^name: /, ''));
  }
}

/** `a=1,b=2`, by names that may hold an `=` themselves; none twice. */
function parseByName<T>(text: string, value: (text: string) => T): Readonly<Record<string, T>> {
  const pairs = parseList(text).map((entry) => {
    const at = entry.lastIndexOf('=');
    if (at < 1) throw new InvalidArgumentError('Expected names and values, as in a=1,b=2.');
    return [entry.slice(0, at).trim(), value(entry.slice(at + 1).trim())] as const;
  });
  refuseTwice(
    pairs.map(([name]) => name),
    'name',
  );
  return Object.fromEntries(pairs);
}

const parseCounts = (text: string): Readonly<Record<string, number>> => parseByName(text, integerParser(0));

/** `0..2`: the least and the largest weight. */
function parseWeightRange(text: string): readonly [number, number] {
  const [, low, high] = /^([+-]?\d+)\.\.([+-]?\d+)$/.exec(text) ?? [];
  if (high === undefined || Number(low) > Number(high)) {
    throw new InvalidArgumentError('Expected the least and the largest weight, as in 0..2.');
  }
  return [Number(low), Number(high)];
}

/** `weight-bound=1/3/7`: an option and what it takes in turn; commander hands in the settings before it. */
export function parseGrid(text: string, before: readonly GridAxis[] = []): readonly GridAxis[] {
  const [, option, values] = /^(?:--)?([a-z][a-z-]*)=(.+)$/.exec(text) ?? [];
  const texts = values?.split('/').map((entry) => entry.trim());
  if (texts === undefined || texts.some((entry) => entry === '')) {
    throw new InvalidArgumentError(
      'Expected an option and values apart by slashes, as in weight-bound=1/3/7.',
    );
  }
  refuseTwice(texts, 'value');
  refuseTwice([...before.map((axis) => axis.option), option], 'option');
  return [...before, { option, texts }];
}

/** `2/8`: the second of eight shares. */
export function parsePart(text: string): Part {
  const [, index, of] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text.trim()) ?? [];
  if (of === undefined || Number(index) > Number(of)) {
    throw new InvalidArgumentError('Expected a share and how many there are, as in 2/8.');
  }
  return { index: Number(index), of: Number(of) };
}

function refuseTwice(entries: readonly string[], what: string): void {
  for (const [index, entry] of entries.entries()) {
    if (entries.indexOf(entry) !== index)
      throw new InvalidArgumentError(`The ${what} '${entry}' is given twice.`);
  }
}

/** How the command line reads what has a form of its own. */
const FORMS: { readonly [F in keyof Forms]: (text: string, before?: Forms[F]) => Forms[F] } = {
  classes: parseClasses,
  names: parseNames,
  delimiter: parseDelimiter,
  sizes: parseHidden,
  stages: parseStages,
  pixels: parseImageShape,
  range: parseClip,
  radii: parseRadii,
  count: parsePerClass,
  set: parsePerturb,
  classWeight: (text) => (text === 'balanced' ? text : parseCounts(text)),
  counts: parseCounts,
  byColumn: (text) => parseByName(text, (name) => name),
  ranges: (text) => parseByName(text, parseWeightRange),
  groups: (text, before = []) => [...before, parseGroup(text)],
  grid: parseGrid,
  name: parseName,
  part: parsePart,
};

/** What a command says of an option that the table (options.ts) does not. */
export interface Said {
  /** In place of `{}` in the table's help. */
  readonly scope?: string;
  /** In place of the table's help, where the option means something else here. */
  readonly help?: string;
  readonly flag?: string;
  readonly required?: true;
}

/** An option as commander has it. */
function optionOf(name: OptionName, { scope = '', help, flag, required }: Said): Option {
  const row = optionRow(name);
  const option = new Option(flag ?? row.flag, help ?? row.help.replace('{}', scope));
  if (required) option.makeOptionMandatory();
  switch (row.kind) {
    case 'number':
      return option.argParser((row.whole ? integerParser : numberParser)(row.least, row.most));
    case 'choice':
      option.choices(row.choices);
      return row.preset ? option.default(row.default) : option;
    case 'path':
      return option.argParser(parsePath);
    case 'form':
      // A command may take the option without a value.
      return option.isBoolean()
        ? option
        : option.argParser(FORMS[row.form] as (text: string, before?: unknown) => unknown);
    default:
      return option;
  }
}

/** Gives a command its options, in the order in which its help lists them. */
export function addOptions<N extends OptionName>(
  command: Command,
  names: readonly N[],
  said?: { readonly [M in N]?: Said },
): Command {
  for (const name of names) command.addOption(optionOf(name, said?.[name] ?? {}));
  return command;
}

/** What a command with these options is given. */
export type Flags<Names extends readonly OptionName[], Required extends OptionName = never> = Pick<
  OptionValues,
  Exclude<Names[number], Required>
> & { readonly [N in Extract<Names[number], Required>]: NonNullable<OptionValues[N]> };

/** Some of the options that a command was given. */
export function given<F extends object, N extends OptionName>(
  flags: F,
  names: readonly N[],
): Pick<F, N & keyof F> {
  const values = flags as Readonly<Record<string, unknown>>;
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Pick<F, N & keyof F>;
}
