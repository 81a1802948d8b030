/** Exit codes of the contract; 130, after an interrupt with nothing usable, is EXIT_INTERRUPTED of run/interrupt.ts. */
export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

/** Receives the exit code of the command that ran. */
export type Finish = (code: number) => void;
