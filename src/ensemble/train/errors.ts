/** A training was stopped by its signal before any pair had a network. The command line ends with exit code 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
