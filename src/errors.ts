import { oneLine } from './printable.js';

/**
 * Bad input or bad usage: one line that names the file, option, row or column at fault, and what to do next where
 * that helps. The command line prints it and ends with exit code 2; the library throws it. Whatever a message quotes, it
 * stays one printable line of at most a thousand characters.
 */
export class InputError extends Error {
  override readonly name: string = 'InputError';

  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}
