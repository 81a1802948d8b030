import { reserve } from './arena';
import { strained, work } from './clock';

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

/** A dozen frames of some hundred bytes are the rule. */
const STACK_BYTES = 1 << 16;

/** Two addresses, top and end of what is used of the stack; the stack itself. */
let stack: usize = 0;
let unwinding: bool = false;
let rewinding: bool = false;
/** A call stack is put away. */
let away: bool = false;
/** The next breath is a pause where `work` has reached the one, or effort, which is work and strain, the other. */
let workAt: f64 = Infinity;
let effortAt: f64 = Infinity;

export function reservePause(): void {
  stack = reserve(STACK_BYTES);
  forgetPause();
}

/** What has been put away will not be gone on with. */
export function forgetPause(): void {
  away = false;
  workAt = Infinity;
  effortAt = Infinity;
}

/** Elements between two breaths, about: tens of microseconds. */
const BREATH = 1 << 16;

/** A place where a step may end, outside of inner loops. */
// @ts-ignore: decorator
@inline
export function breathe(): void {
  if (work >= workAt || work + strained >= effortAt) pause();
}

/** How many items of so many elements may be looked at between two breaths. */
export function perBreath(elements: i32): i32 {
  return max(1, BREATH / max(1, elements));
}

/** Called by `breathe` only. Exported so that nobody inlines it: its callers are rewritten, it is not. */
export function pause(): void {
  if (rewinding) {
    rewinding = false;
    stopRewind();
    return;
  }
  unwinding = true;
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
  workAt = untilWork;
  effortAt = work + strained + most;
  if (!away) return;
  away = false;
  rewinding = true;
  startRewind(stack);
}

/** Limits the work of the step at hand from now on. */
export function limitWork(untilWork: f64): void {
  workAt = untilWork;
}

/** After it: true where it has not come to its end and is to be called again. */
// @ts-ignore: decorator
@inline
export function leave(): bool {
  workAt = Infinity;
  effortAt = Infinity;
  if (!unwinding) return false;
  unwinding = false;
  stopUnwind();
  away = true;
  return true;
}
