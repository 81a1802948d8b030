/**
 * Bad input or bad usage: one line that names the file, option, row or column at fault, and what to do next where
 * that helps. The command line prints it and ends with exit code 2; the library throws it.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}
