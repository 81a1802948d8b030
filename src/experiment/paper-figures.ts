import type { Setting } from './spec.js';

/*
 * What the paper reports (Bernardelli, Gualandi, Milanesi, Lau, Yorke-Smith, INFORMS J. Computing 37(3), 2025), as means over its
 * instances, for networks [784, 4, 4, 1] on MNIST unless said: only figures that are known to us in numbers. What the paper shows in a
 * figure and we have no number of is not here, and tables say `-`.
 */

/** Whole data sets, ternary weights, SM+MM+MW: test accuracy in percent by shots. */
export const ACCURACY = {
  mnist: { 2: 49.5, 6: 63.8, 10: 68.4, 20: 75.5, 30: 80.9, 40: 81.8 },
  'fashion-mnist': { 10: 67.0, 20: 70.6, 30: 70.4, 40: 70.6 },
} as const;

/** Methods of the literature on whole MNIST, as the paper quotes them: test accuracy in percent by shots. */
export const LITERATURE = {
  'hybrid CP and MIP': { 2: 26, 6: 41, 10: 53 },
  'gradient descent': { 2: 7, 6: 13, 10: 13 },
} as const;

/** Percentage of weights other than 0, on 4 against 9 only; the paper gives SM and SM+MM together. */
export const NONZERO = {
  '4,9': { without: { 2: 35, 6: 43, 10: 49 }, with: { 2: 24, 6: 27, 10: 27 } },
} as const;

type ByShots = Readonly<Record<number, number>>;

/** Pairs of digits, ternary weights: test accuracy in percent, by the stages that the paper names. */
const PAIRS: Readonly<Record<string, Readonly<Record<string, ByShots>>>> = {
  '4,9': {
    sm: { 2: 53, 6: 55, 10: 59 },
    'sm,mw': { 2: 58, 6: 61, 10: 69 },
    'sm,mm': { 2: 65, 6: 66, 10: 75 },
    'sm,mm,mw': { 2: 65, 6: 66, 10: 75 },
  },
  '1,8': { 'sm,mm': { 2: 84, 6: 89, 10: 94 } },
};

/** 4 against 9 by shots: about this, for P = 1, 3, 7 and 15 alike. */
const WIDER: ByShots = { 2: 60, 6: 72, 10: 71, 20: 83, 30: 87, 40: 88 };

/** What the paper has of a setting, in percent; a figure of its own instances and limits, not of ours. */
export interface PaperFigures {
  readonly accuracy?: number;
  readonly nonzero?: number;
}

/** The paper's figures for a setting, in the experiment that asks: `paper-4` has accuracies on 4-9 of its own. */
export function paperFigures(setting: Setting, experiment: string): PaperFigures {
  const { data, classes, stages = 'sm,mm,mw', hidden = '4,4', shots } = setting;
  const bound = setting['weight-bound'] ?? '1';
  const isPapers =
    hidden === '4,4' && (setting.objective ?? 'bemi') === 'bemi' && (setting.vote ?? 'paper') === 'paper';
  if (!isPapers || shots === undefined || OTHERWISE.some((option) => setting[option] !== undefined))
    return {};
  const n = Number(shots);
  const at = (figures: ByShots | undefined): number | undefined => figures?.[n];
  if (classes === undefined) {
    const known = Object.hasOwn(ACCURACY, data) ? ACCURACY[data as keyof typeof ACCURACY] : undefined;
    return figures(bound === '1' && stages === 'sm,mm,mw' ? at(known) : undefined, undefined);
  }
  if (data !== 'mnist') return {};
  if (experiment === 'paper-4' || experiment === 'paper-weights') {
    const isOne = classes === '4,9' && ['1', '3', '7', '15'].includes(bound);
    return figures(isOne ? at(WIDER) : undefined, undefined);
  }
  if (bound !== '1') return {};
  const column = classes === '4,9' ? NONZERO_OF[stages] : undefined;
  const nonzero = column === undefined ? undefined : at(NONZERO['4,9'][column]);
  return figures(at(PAIRS[classes]?.[stages]), nonzero);
}

const NONZERO_OF: Readonly<Record<string, 'without' | 'with'>> = {
  sm: 'without',
  'sm,mm': 'without',
  'sm,mm,mw': 'with',
};

/** Options that make a training another one than the paper's. */
const OTHERWISE = [
  'perturb',
  'evaluate-perturb',
  'contrast',
  'features',
  'tolerance',
  'confidence',
  'bias',
  'max-nonzero',
  'class-weight',
  'at-most-wrong',
  'scaling',
];

function figures(accuracy: number | undefined, nonzero: number | undefined): PaperFigures {
  return {
    ...(accuracy === undefined ? {} : { accuracy }),
    ...(nonzero === undefined ? {} : { nonzero }),
  };
}
