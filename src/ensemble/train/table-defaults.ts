import type { TrainOptions } from '../types.js';

/*
 * What a table gets where nobody says otherwise. Chosen by cross-validation on heart, cleveland and iris and the training rows of optdigits (docs/cli.md has the figures):
 * one neuron a pair with a bias, columns on one scale, and soft margins, which bear rows on the wrong side and look at how far all of
 * them are; the paper's SM, which counts what is right, has a point or two less and its MM nothing to say of the rows given up.
 */

/** The reach wanted of every row, as a share of what one neuron reaches in the mean at most. */
const TABLE_SOFT = 0.8;
/** Pairs that lack no more than this are asked for less (`REACH_SHARE`). */
const TABLE_ADAPT = 0.06;

/** An option that asks for something else than the defaults of tables. */
const OTHERWISE = [
  ...['hidden', 'objective', 'perturb', 'adapt', 'confidence'],
  ...['scaling', 'contrast', 'features'],
] as const satisfies readonly (keyof TrainOptions)[];

/**
 * Which of the options turn the defaults of tables off, all of them. Robust training, and radii in units of columns, are no other training:
 * the same with columns that may be off.
 */
export function saidOtherwise(options: TrainOptions): readonly string[] {
  const { objective, perturb } = options;
  return OTHERWISE.filter(
    (name) =>
      options[name] !== undefined &&
      !(name === 'objective' && objective === 'robust' && mayColumnsMove(options)) &&
      !(name === 'perturb' && movesColumns(perturb)),
  );
}

/** The defaults of tables that are off because something else was asked for, as the options that say them. */
export function lostDefaults(options: TrainOptions): readonly (readonly [what: string, flags: string])[] {
  if (saidOtherwise(options).length === 0) return [];
  const isUnsaid = (...names: readonly (keyof TrainOptions)[]): boolean =>
    names.every((name) => options[name] === undefined);
  const lost: (readonly [string, string])[] = [];
  if (isUnsaid('hidden')) lost.push(['one neuron a pair', '--hidden none']);
  if (isUnsaid('bias')) lost.push(['a bias', '--bias']);
  if (isUnsaid('scaling', 'contrast', 'features') && !mayColumnsMove(options))
    lost.push(['columns on one scale', '--scaling range']);
  // Whoever has said all of these knows what a table gets.
  if (lost.length > 0 && isUnsaid('objective', 'perturb', 'soft', 'stages', 'confidence', ...LIMITS))
    lost.push([
      'soft margins',
      `--objective robust --perturb linf=0 --soft ${TABLE_SOFT} --adapt ${TABLE_ADAPT}`,
    ]);
  return lost;
}

/** Limits and signs are known to the paper's stages only. */
const LIMITS = [
  'maxNonzero',
  'atMostWrong',
  'monotone',
  'ranges',
] as const satisfies readonly (keyof TrainOptions)[];

/** How far every column of numbers may be off under `objective: 'robust'`, in standard deviations. */
export const TABLE_SD = 0.1;

/** Whether perturbations are in units of columns. */
function movesColumns(perturb: TrainOptions['perturb']): boolean {
  return perturb?.sd !== undefined || perturb?.columns !== undefined;
}

/** The same of robust training without perturbations, which gets radii of columns. */
function mayColumnsMove({ objective, perturb }: TrainOptions): boolean {
  return movesColumns(perturb) || (objective === 'robust' && perturb === undefined);
}

/**
 * The options with the defaults of tables, where it is one and none of its options says otherwise.
 *
 * @param isWeighted rows count what they count, which the paper's SM knows
 * @param suited what `encode` is to be where nobody says, asked only then; it is told whether columns may be off
 */
export function withDefaults(
  given: TrainOptions,
  isTable: boolean,
  isWeighted = false,
  suited: (moves: boolean) => string | undefined = () => undefined,
): TrainOptions {
  if (!isTable) return given;
  const isRobust = given.objective === 'robust';
  const options = isRobust && given.perturb === undefined ? { ...given, perturb: { sd: TABLE_SD } } : given;
  const moves = movesColumns(options.perturb);
  if (saidOtherwise(options).length > 0)
    return moves ? { ...options, scaling: options.scaling ?? 'range' } : options;
  const encode = options.encode ?? suited(moves);
  const common: TrainOptions = {
    ...options,
    hidden: [],
    scaling: 'range',
    bias: options.bias ?? true,
    ...(encode === undefined ? {} : { encode }),
  };
  const { stages } = options;
  const isLimited = isWeighted || LIMITS.some((name) => options[name] !== undefined);
  // Soft margins are MM's, and look at all rows: a chain that begins with a count, or has no MM, is the paper's.
  const isPaper = stages !== undefined && (stages.includes('sm') || !stages.includes('mm'));
  if (options.soft === undefined && (isLimited || isPaper))
    return { ...common, stages: stages ?? ['sm', 'mm'] };
  const { soft } = options;
  const asked = soft === undefined ? { soft: TABLE_SOFT, adapt: TABLE_ADAPT } : { soft };
  return { ...common, objective: 'robust', perturb: options.perturb ?? { linf: 0 }, ...asked };
}
