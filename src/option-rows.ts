import { InputError } from './errors.js';
import { describe } from './printable.js';
import type { StageName } from './stage-list.js';

/** What stands of an option in the table (options.ts), whatever it takes. */
interface Row {
  /** As on the command line. */
  readonly flag: string;
  /** Help of the command line; `{}` is what the command says of it (`a pair, ..`). */
  readonly help: string;
}

export interface NumberRow extends Row {
  readonly kind: 'number';
  readonly whole: boolean;
  readonly least: number;
  /** Left out: as large as you like. */
  readonly most?: number;
  /** Left out: what it is then follows from other options, or there is none. */
  readonly default?: number;
}

export interface ChoiceRow extends Row {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly default?: string;
  /** The command line says the default itself, and fills it in. */
  readonly preset?: true;
}

/** On, or left out. */
export interface SwitchRow extends Row {
  readonly kind: 'switch';
}

export interface TextRow extends Row {
  /** A path may not look like an option. */
  readonly kind: 'path' | 'text';
}

/** A value of a form of its own; the command line reads it (cli/options.ts). */
export interface FormRow extends Row {
  readonly kind: 'form';
  readonly form: keyof Forms;
}

export interface Forms {
  /** At least two names, none twice. */
  readonly classes: readonly string[];
  /** Names, none twice. */
  readonly names: readonly string[];
  /** What separates the fields of a table. */
  readonly delimiter: ',' | '\t' | ';' | '|';
  /** Layer sizes, or none. */
  readonly sizes: readonly number[];
  /** Some of the stages in their order. */
  readonly stages: readonly StageName[];
  /** Width and height of an image. */
  readonly pixels: { readonly width: number; readonly height: number };
  /** The least and the largest value. */
  readonly range: readonly [number, number];
  /** Whole numbers, or numbers of standard deviations; `true`: the option without a value. */
  readonly radii: true | readonly number[] | { readonly sd: readonly number[] };
  readonly count: number | 'all';
  /** A perturbation set. */
  readonly set: unknown;
  /** A whole number by class, or that both classes of a pair count alike. */
  readonly classWeight: 'balanced' | Readonly<Record<string, number>>;
  readonly counts: Readonly<Record<string, number>>;
  /** A name by column. */
  readonly byColumn: Readonly<Record<string, string>>;
  /** Groups of columns, at least two in each. */
  readonly groups: readonly (readonly string[])[];
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  /** Options by their names on the command line, and the texts to try of each. */
  readonly grid: readonly GridAxis[];
  /** What begins files and symbols. */
  readonly name: string;
  /** One of some equal shares of the pairs. */
  readonly part: Part;
}

/** Share `index` (from 1) of `of`: the pairs whose place in their order, from 0, leaves `index - 1` when divided by `of`. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

/** One option of a grid: its name on the command line, without dashes, and the texts that it takes in turn. */
export interface GridAxis {
  readonly option: string;
  readonly texts: readonly string[];
}

export type OptionRow = NumberRow | ChoiceRow | SwitchRow | TextRow | FormRow;

/** What an option's value is. */
export type ValueOf<R> = R extends { readonly kind: 'number' }
  ? number
  : R extends { readonly kind: 'choice'; readonly choices: readonly (infer C)[] }
    ? C
    : R extends { readonly kind: 'switch' }
      ? boolean
      : R extends { readonly kind: 'form'; readonly form: infer F extends keyof Forms }
        ? Forms[F]
        : string;

/** Whether a value is a number of this option's kind and range; `most` narrows it. */
export function isWithin(row: NumberRow, value: unknown, most = row.most): value is number {
  if (typeof value !== 'number' || !(value >= row.least)) return false;
  return (!row.whole || Number.isSafeInteger(value)) && (most === undefined || value <= most);
}

/** @throws InputError naming the option, its range and what it got */
export function checkNumber(row: NumberRow, name: string, value: unknown, most = row.most): number {
  if (isWithin(row, value, most)) return value;
  const range = most === undefined ? `>= ${row.least}` : `in ${row.least}..${most}`;
  throw new InputError(
    `${name}: must be a ${row.whole ? 'whole number' : 'number'} ${range}, got ${describe(value)}`,
  );
}

/** @throws InputError naming the option, its choices and what it got */
export function checkChoice<C extends string>(
  { choices }: { readonly choices: readonly C[] },
  name: string,
  value: unknown,
): C {
  if ((choices as readonly unknown[]).includes(value)) return value as C;
  const listed = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
  throw new InputError(`${name}: expected ${listed}, got ${describe(value)}`);
}

/** @throws InputError naming the option and what it got */
export function checkSwitch(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new InputError(`${name}: expected true or false, got ${describe(value)}`);
}
