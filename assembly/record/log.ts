import { Log, logAt } from './state';

/**
 * The proof's records on their way out (docs/proof.md): i32 words in one buffer that the host empties between steps.
 *
 *     | code | arguments ... |        m, i, a: | code | j | scale (0 in MM, and for i) | count | k, n | k, n | ...
 *                                     k, d: | code | count | k, n | k, n | ...
 *                                     g:    | code | count | plus, minus, value | ...
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
export const CODE_K = 15;
export const CODE_D = 16;
export const CODE_G = 17;

export function emptyLog(): void {
  Log.words = 0;
}

/** Whether `words` more would fit. */
export function logHasRoom(words: i32): bool {
  return Log.words + words <= Log.capacity;
}

// @ts-ignore: decorator
@inline
export function put(word: i32): void {
  assert(Log.words < Log.capacity); // whoever writes has asked `logHasRoom`
  store<i32>(logAt + (<usize>Log.words << 2), word);
  Log.words++;
}

/** Overwrites an earlier word: a count that is known only afterwards. */
export function patch(at: i32, word: i32): void {
  assert(at >= 0 && at < Log.words);
  store<i32>(logAt + (<usize>at << 2), word);
}

/** Takes back everything from word `to` on. */
export function rewind(to: i32): void {
  assert(to >= 0 && to <= Log.words);
  Log.words = to;
}
