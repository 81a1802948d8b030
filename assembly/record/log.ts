import { reserve } from '../base/arena';

/**
 * The proof's records on their way out (docs/proof.md): i32 words in one buffer that the host empties between steps.
 *
 *     | code | arguments ... |        m, i, a: | code | j | scale (0 in MM, and for i) | count | k, n | k, n | ...
 *
 * The prover stops before a node when the buffer could not hold what the node may write.
 */
export const CODE_M = 1;
export const CODE_I = 2;
export const CODE_F = 3;
export const CODE_U = 4;
export const CODE_L = 5;
export const CODE_X = 6;
export const CODE_P = 7;
export const CODE_S = 8;
export const CODE_T = 9;
export const CODE_W = 10;
export const CODE_B = 11;
export const CODE_R = 12;
export const CODE_C = 13;
export const CODE_A = 14;

export let logAt: usize = 0;
export let logWords: i32 = 0;
let capacity: i32 = 0;

export function reserveLog(words: i32): void {
  capacity = words;
  logAt = reserve(<usize>words << 2);
  logWords = 0;
}

export function emptyLog(): void {
  logWords = 0;
}

/** Whether `words` more would fit. */
export function logHasRoom(words: i32): bool {
  return logWords + words <= capacity;
}

// @ts-ignore: decorator
@inline
export function put(word: i32): void {
  store<i32>(logAt + (<usize>logWords << 2), word);
  logWords++;
}

/** Overwrites an earlier word: a count that is known only afterwards. */
export function patch(at: i32, word: i32): void {
  store<i32>(logAt + (<usize>at << 2), word);
}

/** Takes back everything from word `to` on. */
export function rewind(to: i32): void {
  logWords = to;
}
