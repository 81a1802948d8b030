import type { Fields } from './parse.js';

/** What reads the records of a block. */
export interface Records {
  record(letter: string, fields: Fields): void;
  /** Nothing is left to be shown. */
  readonly done: boolean;
}
