import type { CountingRule, VoteRule } from '../ensemble/types.js';
import { InputError } from '../errors.js';

/** A file of a converted model, its path relative to the output folder. */
export interface ConvertedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

export interface ConvertOptions {
  /** What all symbols and files begin with: an identifier. Default: `model`. */
  readonly name?: string;
  /** C: the smallest code, or the one that takes the fewest steps. Default: `size`. */
  readonly optimise?: 'size' | 'speed';
  /** Default: `paper`. */
  readonly vote?: VoteRule;
  /** Also the radius at which the label provably stays. Default: false. */
  readonly radius?: boolean;
  /** C: inputs are whole numbers of `10^-decimals`; nothing is computed in floating point then. */
  readonly decimals?: number;
}

/** The vote where networks are counted; `paper` unless told. Votes by margins need certified radii, which ONNX and plain JSON have not. Throws `InputError`. */
export function countingRule(vote: VoteRule | undefined): CountingRule {
  if (vote !== 'margin') return vote ?? 'paper';
  throw new InputError('vote: margin can be converted to c and js only; choose paper or recursive');
}
