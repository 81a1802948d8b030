import { Clock, Pause, stack, STACK_BYTES } from './state';

/**
 * The engine can stop in the middle of anything and go on later. Long loops call `breathe`; where the step's allowance is
 * spent it puts the whole call stack away in memory, the door's call returns, and the next one takes the stack up again at
 * that very place. Binaryen's Asyncify pass (Zakai 2019), run on the optimised module (asconfig.json), rewrites for that the
 * functions that can reach `pause`, and no others: kernels, pivots and breakpoints are as they were. What is computed
 * cannot depend on where it was interrupted, because nothing but the clock is looked at.
 *
 *     step(untilWork) -> runStage -> stepSm -> ... -> searchMaxMin -> breathe -> pause
 *                     <------------------------- unwinds ----------------------
 *     step(untilWork) -------------------------- rewinds ---------------------> pause, which returns
 *
 * The variant that lost: a state machine by hand for every technique that has a long loop. There are sixty of them, and one
 * forgotten means forty seconds without an answer.
 */
// @ts-ignore: decorator
@external("asyncify", "start_unwind")
declare function startUnwind(stack: usize): void;
// @ts-ignore: decorator
@external("asyncify", "stop_unwind")
declare function stopUnwind(): void;
// @ts-ignore: decorator
@external("asyncify", "start_rewind")
declare function startRewind(stack: usize): void;
// @ts-ignore: decorator
@external("asyncify", "stop_rewind")
declare function stopRewind(): void;

/** What has been put away will not be gone on with. */
export function forgetPause(): void {
  Pause.away = false;
  Pause.workAt = Infinity;
  Pause.effortAt = Infinity;
}

/** Elements between two breaths, about: tens of microseconds. */
const BREATH = 1 << 16;

/** A place where a step may end, outside of inner loops. */
// @ts-ignore: decorator
@inline
export function breathe(): void {
  if (Clock.work >= Pause.workAt || Clock.work + Clock.strained >= Pause.effortAt) pause();
}

/** How many items of so many elements may be looked at between two breaths. */
export function perBreath(elements: i32): i32 {
  return max(1, BREATH / max(1, elements));
}

/** Called by `breathe` only. Exported so that nobody inlines it: its callers are rewritten, it is not. */
export function pause(): void {
  if (Pause.rewinding) {
    Pause.rewinding = false;
    stopRewind();
    return;
  }
  Pause.unwinding = true;
  store<usize>(stack, stack + 16);
  store<usize>(stack, stack + STACK_BYTES, 4);
  startUnwind(stack);
}

/**
 * Before a function of the door that may pause: the one that has been put away, if one has been. It goes on until `work`
 * is `untilWork` or `most` units of effort are spent. Inlined, as `leave`: whoever calls these ends and begins the unwinding,
 * and is not rewritten for that reason.
 */
// @ts-ignore: decorator
@inline
export function enter(untilWork: f64, most: f64): void {
  Pause.workAt = untilWork;
  Pause.effortAt = Clock.work + Clock.strained + most;
  if (!Pause.away) return;
  Pause.away = false;
  Pause.rewinding = true;
  startRewind(stack);
}

/** Limits the work of the step at hand from now on. */
export function limitWork(untilWork: f64): void {
  Pause.workAt = untilWork;
}

/** After it: true where it has not come to its end and is to be called again. */
// @ts-ignore: decorator
@inline
export function leave(): bool {
  Pause.workAt = Infinity;
  Pause.effortAt = Infinity;
  if (!Pause.unwinding) return false;
  Pause.unwinding = false;
  stopUnwind();
  Pause.away = true;
  return true;
}
