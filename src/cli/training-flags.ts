import { LIMIT_OPTIONS, type OptionName } from '../options.js';
import type { Said } from './options.js';

/** What every command that trains takes, in the order of its help: which samples, which network, how, how long and in which folder. */
export const TRAINING_FLAGS = [
  ...['shots', 'instance', 'classes', 'maxClasses', 'hidden', 'weightBound', 'bias', 'noBias'],
  ...LIMIT_OPTIONS,
  ...['objective', 'stages', 'perturb', 'adapt', 'soft', 'contrast', 'features'],
  ...['scaling', 'missing', 'encode', 'confidence', 'tolerance'],
  ...['timeLimit', 'workLimit', 'seed', 'workers', 'resume', 'force'],
] as const satisfies readonly OptionName[];

/** What they say of them. */
export const TRAINING_SAID = {
  data: { required: true },
  classes: { scope: 'classes to use, as in 4,9 (default: all)' },
  perturb: {
    scope:
      'what margins must survive, as in linf=8,shift=1,rotate=10 or linf=3,affine=30; of tables linf=0.1sd (standard deviations) or linf:age=2 (units of the column)',
  },
  timeLimit: { scope: 'a pair, all stages together' },
  workLimit: { scope: 'a pair (default: a plan of about a second)' },
} as const satisfies Partial<Record<OptionName, Said>>;
