import { InputError } from '../../errors.js';
import { checkOptionNames } from '../../option-names.js';
import { named, TRAIN_OPTIONS } from '../../options.js';
import { describe } from '../../printable.js';
import type { TrainOptions } from '../types.js';

/** Every option of a training. Left to the compiler to keep complete; folders and the like add their own. */
export const TRAIN_OPTION_NAMES: Readonly<Record<keyof TrainOptions, true>> = {
  ...named(TRAIN_OPTIONS),
  signal: true,
  onProgress: true,
  completed: true,
};

/**
 * Refuses options that do not exist, and those of the wrong kind whose values nobody else checks: `resolveConfig` does
 * for all that decide the result.
 *
 * @param more names that the caller knows besides
 * @throws InputError naming the option
 */
export function checkTrainOptions<T extends TrainOptions>(
  options: T,
  more?: Readonly<Record<Exclude<keyof T, keyof TrainOptions>, true>>,
): void {
  checkOptionNames<object>(options, { ...TRAIN_OPTION_NAMES, ...more }, 'train');
  const { signal, onProgress, completed } = options;
  if (signal !== undefined && !isSignal(signal)) {
    throw new InputError(`signal: expected an AbortSignal, got ${describe(signal)}`);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new InputError(`onProgress: expected a function, got ${describe(onProgress)}`);
  }
  if (completed !== undefined && !(completed instanceof Map)) {
    throw new InputError(`completed: expected a Map of results by pair, got ${describe(completed)}`);
  }
}

/** By what it can do: a signal of another realm is one too. */
function isSignal(value: unknown): boolean {
  const signal = value as Partial<AbortSignal> | null;
  return typeof signal?.aborted === 'boolean' && typeof signal.addEventListener === 'function';
}
