import { checkChoice, checkNumber, type NumberRow, type OptionRow, type ValueOf } from './option-rows.js';
import { DATA_OPTIONS } from './options-data.js';
import { MODEL_OPTIONS } from './options-models.js';
import { QUEUE_OPTIONS } from './options-queue.js';
import { SOLVING_OPTIONS } from './options-solving.js';
import { TRAINING_OPTIONS } from './options-training.js';

/**
 * Every option there is, by its name in the library: flag, help, kind, range and default, each said once. The types of the
 * library's options are made of it (`OptionValues`), the library checks by it, the commands are built of it (cli/options.ts), and
 * docs/cli.md is held to it by a test. A command that means something else by a name (`seed` of `evaluate`: the model's, unless
 * told) has its own help.
 */
export const OPTIONS = {
  ...DATA_OPTIONS,
  ...TRAINING_OPTIONS,
  ...MODEL_OPTIONS,
  ...SOLVING_OPTIONS,
  ...QUEUE_OPTIONS,
} as const;

export type OptionName = keyof typeof OPTIONS;

/** Every option with the type of its value. */
export type OptionValues = { readonly [N in keyof typeof OPTIONS]?: ValueOf<(typeof OPTIONS)[N]> };

/** The names of options that are numbers. */
export type NumberOptionName = {
  [N in OptionName]: (typeof OPTIONS)[N] extends { readonly kind: 'number' } ? N : never;
}[OptionName];

/** What people ask of the model of a table: how many weights, which signs, which errors, what an error costs, which columns beside which. */
export const LIMIT_OPTIONS = [
  'maxNonzero',
  'classWeight',
  'atMostWrong',
  'monotone',
  'ranges',
  'exclusive',
  'together',
] as const satisfies readonly OptionName[];

/** The options of a training in the library; `perturb` and `extra` have types of their own there. */
export const TRAIN_OPTIONS = [
  'shots',
  'instance',
  'classes',
  'maxClasses',
  'hidden',
  'weightBound',
  'bias',
  ...LIMIT_OPTIONS,
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
