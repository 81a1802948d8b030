import { InputError } from '../errors.js';
import { show } from '../printable.js';
import { checkWholes, countOf, isInteger, isList } from './checks.js';
import { checkGroups } from './combinations.js';
import type { TrainingProblem } from './types.js';

/*
 * The checks of the fields that ask for more than the paper: boxes and radii of single inputs, limits of non-zero weights, costs of
 * samples. Each field left out means the paper's.
 */

/** As `weightBound`. */
export const MAX_RANGE = 127;
export const MAX_RADIUS = 32767;
/** The sum of as many as there can be samples is a whole number of doubles. */
export const MAX_COST = 1_000_000_000;

type Fields = Pick<
  TrainingProblem,
  'ranges' | 'radii' | 'free' | 'maxNonzero' | 'exclusive' | 'together' | 'costs' | 'atMostWrong'
>;

/** What the checks have to know of the problem. */
export interface FieldsContext {
  /** n0, and the neurons of the first layer. */
  readonly inputs: number;
  readonly neurons: number;
  /** There are no hidden layers. */
  readonly single: boolean;
  /** Samples as SM counts them. */
  readonly kinds: number;
  readonly linf: number;
  /** Row-major, `inputs` a row. */
  readonly samples: Int32Array;
}

/** @throws InputError, one line, naming field and place (counted from 0) of the first fault */
export function checkFields(
  raw: Readonly<Record<string, unknown>>,
  context: FieldsContext,
  where: string,
): Fields {
  const { inputs, kinds } = context;
  const fields: { -readonly [F in keyof Fields]: Fields[F] } = {};
  if (raw.ranges !== undefined) fields.ranges = checkRanges(raw.ranges, context, `${where}: ranges`);
  if (raw.radii !== undefined) {
    if (context.linf > 0)
      throw new InputError(`${where}: radii: not beside perturbations.linf; leave one out`);
    fields.radii = checkWholes(raw.radii, inputs, 'radius per input', 'input', MAX_RADIUS, `${where}: radii`);
  }
  if (raw.free !== undefined) fields.free = checkFree(raw.free, inputs, `${where}: free`);
  if (raw.maxNonzero !== undefined) {
    fields.maxNonzero = checkWhole(raw.maxNonzero, `${where}: maxNonzero`);
    const isFree = new Set(fields.free);
    const forced = (fields.ranges ?? []).filter(([low, high], i) => !isFree.has(i) && (low > 0 || high < 0));
    const least = forced.length * context.neurons;
    if (fields.maxNonzero < least) {
      throw new InputError(
        `${where}: maxNonzero: ${fields.maxNonzero}, but ranges leave ${least} weights no 0 (${context.neurons} neurons)`,
      );
    }
  }
  for (const name of ['exclusive', 'together'] as const) {
    if (raw[name] === undefined) continue;
    if (!context.single)
      throw new InputError(`${where}: ${name}: for single neurons; this problem has hidden layers`);
    fields[name] = checkGroups(raw[name], inputs, `${where}: ${name}`);
  }
  if (raw.costs !== undefined) {
    fields.costs = checkWholes(raw.costs, kinds, 'cost per sample', 'sample', MAX_COST, `${where}: costs`);
  }
  if (raw.atMostWrong !== undefined) {
    fields.atMostWrong = checkAtMostWrong(raw.atMostWrong, `${where}: atMostWrong`);
  }
  return fields;
}

function checkRanges(
  raw: unknown,
  { inputs, samples }: FieldsContext,
  where: string,
): readonly (readonly [number, number])[] {
  if (!isList(raw) || raw.length !== inputs) {
    throw new InputError(`${where}: expected one [lo, hi] per input (${inputs}), got ${countOf(raw)}`);
  }
  const lit = new Uint8Array(inputs);
  for (let at = 0; at < samples.length; at++) if (samples[at] !== 0) lit[at % inputs] = 1;
  return Array.from(raw, (range, i) => {
    const at = `${where}, input ${i}`;
    if (!isList(range) || range.length !== 2 || !isWeight(range[0]) || !isWeight(range[1])) {
      throw new InputError(
        `${at}: must be [lo, hi], integers in -${MAX_RANGE}..${MAX_RANGE}, got ${show(range)}`,
      );
    }
    const [low, high] = [range[0], range[1]];
    if (low > high) throw new InputError(`${at}: lo ${low} is above hi ${high}`);
    if (lit[i] === 0 && (low > 0 || high < 0)) {
      throw new InputError(
        `${at}: the input is 0 in every sample, so its weight is 0, which ${low}..${high} does not allow`,
      );
    }
    return [low + 0, high + 0] as const;
  });
}

function isWeight(value: unknown): value is number {
  return isInteger(value) && Math.abs(value) <= MAX_RANGE;
}

function checkFree(raw: unknown, inputs: number, where: string): number[] {
  if (!isList(raw)) throw new InputError(`${where}: expected a list of inputs, got ${show(raw)}`);
  const seen = new Set<number>();
  for (let n = 0; n < raw.length; n++) {
    const input: unknown = raw[n];
    if (!isInteger(input) || input < 0 || input >= inputs) {
      throw new InputError(`${where}, entry ${n}: must be an input in 0..${inputs - 1}, got ${show(input)}`);
    }
    if (seen.has(input)) throw new InputError(`${where}, entry ${n}: input ${input} is listed twice`);
    seen.add(input);
  }
  return [...seen].sort((a, b) => a - b);
}

function checkAtMostWrong(raw: unknown, where: string): { readonly plus?: number; readonly minus?: number } {
  if (typeof raw !== 'object' || raw === null || isList(raw)) {
    throw new InputError(`${where}: expected an object like {"1": 0, "-1": 3}, got ${show(raw)}`);
  }
  const { '1': plus, '-1': minus } = raw as Readonly<Record<string, unknown>>;
  return {
    ...(plus === undefined ? {} : { plus: checkWhole(plus, `${where}, label 1`) }),
    ...(minus === undefined ? {} : { minus: checkWhole(minus, `${where}, label -1`) }),
  };
}

function checkWhole(raw: unknown, where: string): number {
  if (isInteger(raw) && raw >= 0 && Number.isSafeInteger(raw)) return raw;
  throw new InputError(`${where}: must be a whole number >= 0, got ${show(raw)}`);
}
