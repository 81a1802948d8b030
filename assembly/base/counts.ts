/**
 * What has been done since the stage began, by technique: what `Clock.nodes` does not tell apart. Counting is one addition to a
 * place that is known when the engine is compiled, outside of inner loops; nothing ever decides by a count.
 *
 *     counted   f64 [COUNTS]   by COUNT_..   writer: `count`, everywhere   reset by `resetCounts`
 *
 * The host knows the kinds by the constants (src/engine/counters.ts has their names).
 */
export const COUNT_NODES_WEIGHTS = 0;
export const COUNT_NODES_SIDES = 1;
export const COUNT_NODES_PATTERNS = 2;
export const COUNT_NODES_CERTIFICATES = 3;
export const COUNT_NODES_PROOF = 4;
export const COUNT_RELAXATIONS = 5;
export const COUNT_PIVOTS = 6;
export const COUNT_CUT_ROUNDS = 7;
export const COUNT_CUTS = 8;
export const COUNT_FIXINGS = 9;
/** Nodes of Level B that were closed: what they are worth, an empty box, a single point. */
export const COUNT_CLOSED_BOUND = 10;
export const COUNT_CLOSED_EMPTY = 11;
export const COUNT_CLOSED_POINT = 12;
/** Children of Level A and of the certificate tree that were not opened; nodes that no upper layers suit. */
export const COUNT_CLOSED_SIDES = 13;
export const COUNT_CLOSED_CERTIFICATES = 14;
export const COUNT_CLOSED_UPPER = 25;
/** Searches, and those of them that found something better. */
export const COUNT_TABU = 15;
export const COUNT_TABU_FOUND = 16;
export const COUNT_JOINS = 17;
export const COUNT_JOINS_FOUND = 18;
export const COUNT_NEIGHBOURHOODS = 19;
export const COUNT_NEIGHBOURHOODS_FOUND = 20;
export const COUNT_ROUNDINGS = 21;
export const COUNT_ROUNDINGS_FOUND = 22;
/** Networks that were valued for the stage, and those that became the incumbent. */
export const COUNT_OFFERED = 23;
export const COUNT_ACCEPTED = 24;
export const COUNTS = 26;

const counted = memory.data(COUNTS << 3, 8);

// @ts-ignore: decorator
@inline
export function count(kind: i32, by: f64 = 1): void {
  const at = counted + (<usize>kind << 3);
  store<f64>(at, load<f64>(at) + by);
}

export function countOf(kind: i32): f64 {
  return load<f64>(counted + (<usize>kind << 3));
}

export function resetCounts(): void {
  memory.fill(counted, 0, COUNTS << 3);
}
