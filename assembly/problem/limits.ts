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

export function resetCounters(): void {
  work = 0;
  nodes = 0;
}
