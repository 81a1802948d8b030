import type { AttackOptions } from '../../certify/index.js';
import type { VoteRule } from '../types.js';

export interface PredictOptions {
  /** `paper` (default): ties of three or more give no label. `recursive`: the tied labels vote again among themselves. `margin`: votes weigh their certified radii. */
  readonly vote?: VoteRule;
}

/* The options of a classifier's answers, so that a slip in a name is told. */

const PREDICT_NAMES: Readonly<Record<keyof PredictOptions, true>> = { vote: true };
const ANSWER_NAMES = { ...PREDICT_NAMES, certify: true } as const;
const CERTIFY_NAMES = { ...PREDICT_NAMES, clip: true } as const;
const COLUMN_NAMES = { ...PREDICT_NAMES, perturb: true } as const;
const PIXEL_NAMES = { ...CERTIFY_NAMES, maxRadius: true } as const;
const ATTACK_NAMES: Readonly<Record<keyof (PredictOptions & AttackOptions), true>> = {
  ...PREDICT_NAMES,
  clip: true,
  maxRadius: true,
  seed: true,
};

/** By what asks for them. */
export const NAMES = {
  predict: PREDICT_NAMES,
  answer: ANSWER_NAMES,
  certify: CERTIFY_NAMES,
  columns: COLUMN_NAMES,
  pixels: PIXEL_NAMES,
  attack: ATTACK_NAMES,
} as const;
