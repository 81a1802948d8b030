import { resetCounts } from './counts';
import { Clock } from './state';

/**
 * The deterministic clock. `work` counts elementary vector steps (about a nanosecond each on a machine of 2026); every
 * technique adds what it has done, in bulk, outside its inner loop. Decisions rest on work and never on the wall clock:
 * the same problem, seed and limit spend the same work and give the same bytes everywhere.
 *
 * Strain is what a step may not take too much of, and what is no work: copying, sorting, setting up. It brings the end of a
 * step nearer (pause.ts) and decides nothing else, so it may be counted where a decision rests on work.
 */

// @ts-ignore: decorator
@inline
export function spend(units: f64): void {
  Clock.work += units;
}

// @ts-ignore: decorator
@inline
export function countNode(): void {
  Clock.nodes += 1;
}

// @ts-ignore: decorator
@inline
export function strain(units: f64): void {
  Clock.strained += units;
}

export function resetCounters(): void {
  Clock.work = 0;
  Clock.nodes = 0;
  Clock.strained = 0;
  resetCounts();
}
