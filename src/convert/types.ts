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
  /** ONNX: say which whole numbers a value holds, as QONNX and FINN read it. Default: false. */
  readonly qonnx?: boolean;
}

/** The vote of a certificate that leaves as a question, where networks are counted; `paper` unless told. Throws `InputError`. */
export function countingRule(vote: VoteRule | undefined): CountingRule {
  if (vote !== 'margin') return vote ?? 'paper';
  throw new InputError('vote: properties (vnnlib) are about votes that count; choose paper or recursive');
}
