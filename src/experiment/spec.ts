import { InputError } from '../errors.js';
import * as check from '../json-check.js';
import { quoted } from '../printable.js';

/*
 * What is to be trained and judged: a grid over options, written with the words of the command line, repeated over instances and seeds.
 * Here it is texts only; the command line knows which options there are and reads their values.
 */

/** Options by their names on the command line, without dashes, and what each is, as it is written there (`on` and `off` for switches). */
export type Setting = Readonly<Record<string, string>>;

export interface Budget {
  /** Work units of all networks together: every network may spend the same share. */
  readonly work?: number;
  /** Seconds of the whole; what is not finished then can be resumed. */
  readonly seconds?: number;
}

export interface ExperimentSpec {
  /** Files and tables call it by this name. */
  readonly name: string;
  readonly title?: string;
  /** Every option with the values that it takes in turn; all combinations of a case are tried. */
  readonly cases: readonly Readonly<Record<string, readonly string[]>>[];
  /** Numbers of the samples' shares, `--instance`; empty: not repeated, as the setting says. */
  readonly instances: readonly number[];
  readonly seeds: readonly number[];
  readonly budget: Budget;
}

/** One training and its judging. */
export interface Trial {
  readonly setting: Setting;
  readonly instance: number;
  readonly seed: number;
}

const FIELDS = ['name', 'title', 'options', 'cases', 'instances', 'seeds', 'budget'];
/** What a spec repeats over in fields of its own. */
const REPEATED: Readonly<Record<string, string>> = { instance: 'instances', seed: 'seeds' };
/** More trainings than anybody waits for: a slip in a grid. */
const MOST_TRIALS = 100_000;

/**
 * Reads a spec as a file has it (docs/experiments.md).
 *
 * @param where what messages begin with
 * @param name what it is called where it does not say
 * @throws InputError naming the field
 */
export function readSpec(raw: unknown, where: string, name: string): ExperimentSpec {
  const document = check.object(raw, where);
  const unknown = Object.keys(document).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) {
    throw new InputError(`${where}: unknown field ${quoted(unknown)}; there are ${FIELDS.join(', ')}`);
  }
  const common = readOptions(document.options ?? {}, `${where}: options`);
  const cases =
    document.cases === undefined
      ? [common]
      : check.array(document.cases, `${where}: cases`).map((entry, at) => ({
          ...common,
          ...readOptions(entry, `${where}: cases[${at}]`),
        }));
  if (cases.length === 0) throw new InputError(`${where}: cases: expected one at least`);
  const spec: ExperimentSpec = {
    name: readName(document.name ?? name, `${where}: name`),
    ...(document.title === undefined ? {} : { title: check.text(document.title, `${where}: title`, 1000) }),
    cases,
    instances: readNumbers(document.instances ?? 1, `${where}: instances`, Number.MAX_SAFE_INTEGER),
    seeds: readNumbers(document.seeds ?? 1, `${where}: seeds`, 2 ** 32 - 1),
    budget: readBudget(document.budget ?? {}, `${where}: budget`),
  };
  const trials = trialCount(spec);
  if (trials > MOST_TRIALS)
    throw new InputError(`${where}: ${trials} trainings; at most ${MOST_TRIALS} are run`);
  return spec;
}

export function trialCount({ cases, instances, seeds }: ExperimentSpec): number {
  const settings = cases.reduce(
    (sum, grid) => sum + Object.values(grid).reduce((product, { length }) => product * length, 1),
    0,
  );
  return settings * instances.length * seeds.length;
}

/** Every training of a spec: cases in order, the last option of a grid running faster than the ones before, instances and seeds fastest. */
export function trialsOf({ cases, instances, seeds }: ExperimentSpec): Trial[] {
  return cases
    .flatMap(settingsOf)
    .flatMap((setting) =>
      instances.flatMap((instance) => seeds.map((seed) => ({ setting, instance, seed }))),
    );
}

function settingsOf(grid: ExperimentSpec['cases'][number]): Setting[] {
  let settings: Setting[] = [{}];
  for (const [option, values] of Object.entries(grid)) {
    settings = settings.flatMap((setting) => values.map((value) => ({ ...setting, [option]: value })));
  }
  return settings;
}

function readOptions(raw: unknown, where: string): Record<string, readonly string[]> {
  const entries = Object.entries(check.object(raw, where)).map(([given, value]) => {
    const option = kebab(given);
    if (Object.hasOwn(REPEATED, option)) {
      throw new InputError(`${where}: ${option} belongs into the field ${quoted(REPEATED[option])}`);
    }
    const values = (Array.isArray(value) ? value : [value]).map((one) => asText(one, `${where}: ${given}`));
    if (values.length === 0) throw new InputError(`${where}: ${given}: expected one value at least`);
    check.eachOnce(values, `${where}: ${given}`);
    return [option, values] as const;
  });
  check.eachOnce(
    entries.map(([option]) => option),
    where,
  );
  return Object.fromEntries(entries);
}

/** `weightBound` or `weight-bound`. */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function asText(value: unknown, where: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  throw new InputError(
    `${where}: expected what the command line takes, a text, a number, true or false, or a list of such values to try (layers and classes are texts, as in "4,4")`,
  );
}

function readName(raw: unknown, where: string): string {
  const name = check.text(raw, where, 100);
  if (/^[\w.-]+$/.test(name)) return name;
  throw new InputError(`${where}: expected letters, digits, dots and dashes, got ${quoted(name)}`);
}

/** A count from 0, or the numbers themselves. */
function readNumbers(raw: unknown, where: string, most: number): readonly number[] {
  if (!Array.isArray(raw)) {
    const count = check.integer(raw, where, 1, MOST_TRIALS);
    return Array.from({ length: count }, (_, k) => k);
  }
  const numbers = raw.map((entry, k) => check.integer(entry, `${where}[${k}]`, 0, most));
  if (numbers.length === 0) throw new InputError(`${where}: expected one number at least`);
  check.eachOnce(numbers.map(String), where);
  return numbers;
}

function readBudget(raw: unknown, where: string): Budget {
  const { work, seconds, ...others } = check.object(raw, where);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new InputError(`${where}: unknown field ${quoted(unknown)}; there are work and seconds`);
  return {
    ...(work === undefined ? {} : { work: check.integer(work, `${where}: work`, 1) }),
    ...(seconds === undefined ? {} : { seconds: check.integer(seconds, `${where}: seconds`, 1) }),
  };
}
