import { InputError } from '../../errors.js';

/** A training was stopped by its signal before any pair had a network. The command line ends with exit code 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** The limits of a training ended before any pair had a network: options at fault, and yet a run that failed. The command line ends with exit code 1. */
export class NoNetworkError extends InputError {
  override readonly name = 'NoNetworkError';
}
