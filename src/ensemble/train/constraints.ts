import { inputNames, inputsOfColumn } from '../../data/encoding.js';
import { InputError } from '../../errors.js';
import { quoted } from '../../printable.js';
import type { TrainingProblem } from '../../problem/types.js';
import { MAX_COST } from '../../problem/validate-fields.js';
import type { TrainingConfig } from '../config.js';
import type { Pair } from '../pair-order.js';
import type { TrainingSamples } from './training-samples.js';

/*
 * What people ask of a model of a table, as the fields of each pair's problem: how many weights, which signs, which errors, what an
 * error costs. Columns and classes go by their names; a pair that a name has nothing to do with is left alone.
 */

/** Throws `InputError` for a column or a class that is not there, and for ranges beyond the weights that a model may have. */
export function checkConstraints(config: TrainingConfig, samples: TrainingSamples): void {
  const { ranges, monotone, classWeight, atMostWrong, weightBound } = config;
  const { inputs, columns, classes } = samples;
  const names = new Set(namesOf(samples).flat());
  const knownClass = (option: string, name: string): void => {
    if (!classes.includes(name)) throw new InputError(`${option}: there is no class ${quoted(name)}`);
  };
  for (const name of Object.keys(typeof classWeight === 'object' ? classWeight : {}))
    knownClass('classWeight', name);
  for (const name of Object.keys(atMostWrong ?? {})) knownClass('atMostWrong', name);
  for (const [option, named] of [
    ['ranges', ranges],
    ['monotone', monotone],
  ] as const) {
    for (const name of Object.keys(named ?? {})) {
      if (inputs !== columns) throw new InputError(`${option}: networks on features read no columns`);
      if (!names.has(name)) {
        throw new InputError(`${option}: there is no column ${quoted(name)}`);
      }
    }
  }
  checkGroups(config, samples);
  for (const name of Object.values(monotone ?? {})) knownClass('monotone', name);
  for (const [name, [low, high]] of Object.entries(ranges ?? {})) {
    if (low < -weightBound || high > weightBound) {
      throw new InputError(
        `ranges: ${quoted(name)}: ${low}..${high} is beyond the weights -${weightBound}..${weightBound}`,
      );
    }
  }
}

/** Columns of groups are there, and no two of them are one and the same, as a column and one of the inputs made of it. */
function checkGroups(config: TrainingConfig, samples: TrainingSamples): void {
  const owner = new Map<number, string>();
  for (const option of ['exclusive', 'together'] as const) {
    for (const name of config[option]?.flat() ?? []) {
      if (samples.inputs !== samples.columns) {
        throw new InputError(`${option}: networks on features read no columns`);
      }
      const own = inputsNamed(namesOf(samples), name);
      if (own.length === 0) throw new InputError(`${option}: there is no column ${quoted(name)}`);
      for (const i of own) {
        const other = owner.get(i) ?? name;
        if (other !== name) {
          throw new InputError(`${option}: ${quoted(name)} and ${quoted(other)} have inputs in common`);
        }
        owner.set(i, name);
      }
    }
  }
}

/** The inputs that go by a name. */
function inputsNamed(names: readonly (readonly string[])[], name: string): number[] {
  return names.flatMap((own, i) => (own.includes(name) ? [i] : []));
}

type Fields = Pick<
  TrainingProblem,
  'ranges' | 'maxNonzero' | 'exclusive' | 'together' | 'costs' | 'atMostWrong'
>;

/**
 * The fields of a pair's problem; but for groups of columns under the paper's objective only.
 *
 * @param labels of its samples, +1 and -1
 * @param rows what an error on each of them counts, where rows have weights
 */
export function constraintFields(
  pair: Pair,
  samples: TrainingSamples,
  config: TrainingConfig,
  labels: readonly (1 | -1)[],
  rows?: readonly number[],
): Fields {
  const { maxNonzero, atMostWrong, classWeight } = config;
  const names = namesOf(samples);
  const ranges = rangesOf(pair, names, samples.inputs, config);
  const [exclusive, together] = [config.exclusive, config.together].map((groups) =>
    groups?.map((group) => group.map((name) => inputsNamed(names, name))),
  );
  const [plus, minus] = pair.classes.map((name) => atMostWrong?.[name]);
  const limits = {
    ...(plus === undefined ? {} : { plus }),
    ...(minus === undefined ? {} : { minus }),
  };
  const weights = classWeight === undefined ? undefined : classWeights(pair, classWeight, labels);
  const costs = weights === undefined && rows === undefined ? undefined : costsOf(labels, weights, rows);
  return {
    ...(ranges === undefined ? {} : { ranges }),
    ...(maxNonzero === undefined ? {} : { maxNonzero }),
    ...(exclusive === undefined ? {} : { exclusive }),
    ...(together === undefined ? {} : { together }),
    ...(plus === undefined && minus === undefined ? {} : { atMostWrong: limits }),
    ...(costs === undefined ? {} : { costs }),
  };
}

/** @throws InputError where nothing in the training would look at the weights of rows, or more than soft margins can */
export function checkWeighing(
  { weights }: { readonly weights?: ArrayLike<number> },
  { objective, stages, soft }: TrainingConfig,
): void {
  if (weights === undefined) return;
  if (soft === undefined) {
    if (objective === 'bemi' && stages.includes('sm')) return;
    throw new InputError(
      'weight: only with soft margins, or with objective bemi and the stage sm, which counts what rows cost',
    );
  }
  for (let row = 0; row < weights.length; row++) {
    if (weights[row] <= MOST_COPIES) continue;
    throw new InputError(
      `weight: under soft margins a row is there as often as it counts, at most ${MOST_COPIES} times, and row ${row} counts ${weights[row]}`,
    );
  }
}

/** What the samples cost: by their class, by their row, or the product. */
function costsOf(
  labels: readonly (1 | -1)[],
  weights: readonly [number, number] = [1, 1],
  rows?: readonly number[],
): Int32Array {
  const costs = labels.map((label, k) => weights[label > 0 ? 0 : 1] * (rows?.[k] ?? 1));
  const most = costs.findIndex((cost) => cost > MAX_COST);
  if (most >= 0) {
    throw new InputError(
      `weight: times the weight of its class a row counts ${costs[most]}; at most ${MAX_COST}`,
    );
  }
  return Int32Array.from(costs);
}

/** `undefined`: nothing is asked of any column. */
function rangesOf(
  { classes }: Pair,
  names: readonly (readonly string[])[],
  inputs: number,
  { ranges, monotone, weightBound }: TrainingConfig,
): (readonly [number, number])[] | undefined {
  if (ranges === undefined && monotone === undefined) return undefined;
  return Array.from({ length: inputs }, (_, i) => {
    const own = names[i] ?? [];
    const name = own[own.length - 1] ?? '';
    let [low, high] = asked(ranges, own) ?? [-weightBound, weightBound];
    const toward = asked(monotone, own);
    if (toward === classes[0]) low = Math.max(0, low);
    if (toward === classes[1]) high = Math.min(0, high);
    if (low > high) {
      throw new InputError(
        `monotone: column ${quoted(name)}: its range leaves no weight toward ${quoted(toward ?? '')}`,
      );
    }
    return [low, high] as const;
  });
}

/** What is asked of the first of some names that anything is asked of. */
function asked<T>(record: Readonly<Record<string, T>> | undefined, names: readonly string[]): T | undefined {
  const name = names.find((candidate) => record !== undefined && Object.hasOwn(record, candidate));
  return name === undefined ? undefined : record?.[name];
}

/** What every input goes by: its own name, then that of the column that an encoding has made it of. */
function namesOf({ encoding, columnNames = [] }: TrainingSamples): readonly (readonly string[])[] {
  if (encoding === undefined) return columnNames.map((name) => [name]);
  const own = inputNames(encoding, columnNames);
  const sources = encoding.columns.flatMap((column, c) =>
    new Array<string>(inputsOfColumn(column)).fill(columnNames[c]),
  );
  return own.map((name, i) => [name, sources[i]]);
}

/** Whole weights of the two classes; `balanced`: so that both classes weigh alike. */
export function classWeights(
  { classes }: Pair,
  asked: 'balanced' | Readonly<Record<string, number>>,
  labels: readonly (1 | -1)[],
): readonly [number, number] {
  if (asked === 'balanced') {
    const first = labels.reduce((sum: number, label) => sum + (label > 0 ? 1 : 0), 0);
    const second = labels.length - first;
    const by = gcd(first, second);
    return [second / by, first / by];
  }
  const [first, second] = classes.map((name) => (Object.hasOwn(asked, name) ? asked[name] : 1));
  return [first, second];
}

/** Rows of a class may be repeated so often at most. */
const MOST_COPIES = 20;

/**
 * How often soft margins, which know no costs, have the rows of the two classes: the shortfall of a row counts as often as it is there.
 * Whole numbers up to 20 that are nearest to the wanted ratio.
 */
export function copiesOf(weights: readonly [number, number]): readonly [number, number] {
  const [a, b] = weights;
  const most = Math.max(a, b);
  if (a === 0 || b === 0) return [a === 0 ? 0 : 1, b === 0 ? 0 : 1];
  if (most <= MOST_COPIES) {
    const by = gcd(a, b);
    return [a / by, b / by];
  }
  let best: readonly [number, number] = [1, 1];
  let least = Number.POSITIVE_INFINITY;
  for (let small = 1; small <= MOST_COPIES; small++) {
    const large = Math.min(MOST_COPIES, Math.max(1, Math.round((small * most) / Math.min(a, b))));
    const off = Math.abs(Math.log((large / small) * (Math.min(a, b) / most)));
    if (off < least - 1e-12) {
      least = off;
      best = a > b ? [large, small] : [small, large];
    }
  }
  return best;
}

function gcd(a: number, b: number): number {
  return b === 0 ? Math.max(1, a) : gcd(b, a % b);
}
