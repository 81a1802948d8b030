/** The exit code of a process that a person stopped. */
export const EXIT_INTERRUPTED = 130;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export interface Interrupt {
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Takes the handlers away again; a later signal then does what it always did. */
  dispose(): void;
}

/** Where signals come from and where a process ends: `process`, or a stand-in for tests. */
export interface SignalSource {
  on(signal: (typeof SIGNALS)[number], handler: () => void): unknown;
  off(signal: (typeof SIGNALS)[number], handler: () => void): unknown;
  exit(code: number): unknown;
}

/**
 * SIGINT or SIGTERM once: the training ends with the best so far (preempted jobs get SIGTERM). Twice: the process ends
 * now, with exit code 130; files are written atomically, so nothing is left half done.
 *
 * @param onFirst told at the first signal, for a line on the screen
 * @param onQuit told at the second, right before the process ends: what the screen shows for the moment goes
 */
export function interruptible(
  onFirst: () => void = () => {},
  source: SignalSource = process,
  onQuit: () => void = () => {},
): Interrupt {
  const controller = new AbortController();
  const handler = (): void => {
    if (controller.signal.aborted) {
      onQuit();
      source.exit(EXIT_INTERRUPTED);
      return;
    }
    controller.abort();
    onFirst();
  };
  for (const signal of SIGNALS) source.on(signal, handler);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of SIGNALS) source.off(signal, handler);
    },
  };
}
