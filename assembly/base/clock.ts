/**
 * The deterministic clock. `work` counts elementary vector steps (about a nanosecond each on a machine of 2026); every
 * technique adds what it has done, in bulk, outside its inner loop. Decisions rest on work and never on the wall clock:
 * the same problem, seed and limit spend the same work and give the same bytes everywhere.
 */
export let work: f64 = 0;
/** Tree nodes of the running stage. */
export let nodes: f64 = 0;

// @ts-ignore: decorator
@inline
export function spend(units: f64): void {
  work += units;
}

// @ts-ignore: decorator
@inline
export function countNode(): void {
  nodes += 1;
}

/**
 * What a step may not take too much of, and what is no work: copying, sorting, setting up. It brings the end of a step
 * nearer (`pause.ts`) and decides nothing else, so it may be counted where a decision rests on `work`.
 */
export let strained: f64 = 0;

// @ts-ignore: decorator
@inline
export function strain(units: f64): void {
  strained += units;
}

export function resetCounters(): void {
  work = 0;
  nodes = 0;
  strained = 0;
}
