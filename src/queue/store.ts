/**
 * What the queue's server keeps beside the queue itself: bytes by name, for a while. Blocks of samples, outcomes, progress and wishes to
 * stop go here, so that an outcome is one write that either happened or did not, whatever becomes of the job that it came of.
 *
 * Everything can be done twice without harm, which is how it is done where a connection breaks in the middle.
 */
export interface Store {
  /** In the order of the names; `null`: not there, or its time is over. */
  get(names: readonly string[]): Promise<(Buffer | null)[]>;
  /** @param seconds how long it stays */
  put(name: string, bytes: Uint8Array, seconds: number): Promise<void>;
  /** Puts where nothing is; else what is there. */
  putOnce(name: string, bytes: Uint8Array, seconds: number): Promise<Buffer | null>;
  /** Gives time anew to what is there, and says which are. */
  touch(names: readonly string[], seconds: number): Promise<boolean[]>;
  remove(names: readonly string[]): Promise<void>;
  /** Writes a member's entry in the list of who is there. */
  join(member: string, bytes: Uint8Array, seconds: number): Promise<void>;
  leave(member: string): Promise<void>;
  /** The entries of all members whose time is not over. */
  members(): Promise<Buffer[]>;
}

/** What stands under a name. */
export const NAMES = {
  block: (hash: string) => `block:${hash}`,
  outcome: (task: string) => `outcome:${task}`,
  failure: (task: string) => `failure:${task}`,
  progress: (task: string) => `progress:${task}`,
  stop: (task: string) => `stop:${task}`,
  /** Two outcomes of one task that differ. */
  unequal: (task: string) => `unequal:${task}`,
} as const;

const DAY = 24 * 3600;

/** Seconds that things stay. */
export const KEPT = {
  block: 7 * DAY,
  outcome: 7 * DAY,
  failure: 3600,
  progress: 3600,
  stop: 3600,
} as const;
