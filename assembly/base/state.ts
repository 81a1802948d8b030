import { reserve, reserveRaw } from './arena';
import { CHECKED } from './check';
import { forgetPause } from './pause';

/**
 * What the ground floor keeps, of which no problem is known.
 *
 *     array     shape                    what                                                writer   reset by
 *     stack     bytes [STACK_BYTES]      top and end of what is used, then the call stack    pause    pause
 *                                        that has been put away
 *     entries   12 bytes [capacity]      the trail: address u32, width i32, old value i32    trail    clearTrail
 *     epochs    u16 [capacity + 1]       checked build: how often a place of the trail has   trail    reserveTrail
 *                                        been undone
 *
 * The arena is reset with every problem (`arenaReset`), the clock, the pause and the random numbers with every stage or proof.
 */

/** Of the stack: a dozen frames of some hundred bytes are the rule. */
export const STACK_BYTES = 1 << 16;
/** Bytes of an entry of the trail. */
export const ENTRY: usize = 12;
/** Of a mark of the checked build: its place in the trail. The other bits say how often that had been undone. */
export const PLACE = (1 << 18) - 1;

export let stack: usize = 0;
export let entries: usize = 0;
export let epochs: usize = 0;

/** The arena. Writer: arena.ts; reset by `arenaReset`. */
export class Arena {
  /** Where the next piece begins. */
  static top: usize = 0;
  /** Memory could not grow: nothing of the problem may be used. */
  static failed: bool = false;
}

/** The deterministic clock (clock.ts). Writer: clock.ts; reset by `resetCounters`. */
export class Clock {
  /** Elementary vector steps: what limits and decisions count. */
  static work: f64 = 0;
  /** Tree nodes of the running stage. */
  static nodes: f64 = 0;
  /** Copying, sorting, setting up: what brings the end of a step nearer and decides nothing else. */
  static strained: f64 = 0;
}

/** Where the call stack is. Writer: pause.ts; reset by `forgetPause`. */
export class Pause {
  /** The stack is being put away. */
  static unwinding: bool = false;
  /** It is being taken up again. */
  static rewinding: bool = false;
  /** A call stack is put away. */
  static away: bool = false;
  /** The next breath is a pause where `work` has reached this, */
  static workAt: f64 = Infinity;
  /** or effort, which is work and strain, this. */
  static effortAt: f64 = Infinity;
}

/** The state of the generator. Writer: random.ts; reset by `seedRandom`. */
export class Random {
  /** sfc32: three words */
  static a: u32 = 0;
  static b: u32 = 0;
  static c: u32 = 0;
  /** and a counter. */
  static counter: u32 = 1;
  /** The same of the stream that is set aside (`swapRandom`). */
  static asideA: u32 = 0;
  static asideB: u32 = 0;
  static asideC: u32 = 0;
  static asideCounter: u32 = 1;
}

/** The trail. Writer: trail.ts; reset by `clearTrail`. */
export class Trail {
  /** Entries that fit. */
  static capacity: i32 = 0;
  /** Entries in use. */
  static count: i32 = 0;
}

export function reservePause(): void {
  stack = reserve(STACK_BYTES);
  forgetPause();
}

export function reserveTrail(most: i32): void {
  Trail.capacity = most;
  assert(most <= PLACE);
  entries = reserveRaw(<usize>most * ENTRY);
  if (CHECKED) epochs = reserve((<usize>most + 1) << 1);
  Trail.count = 0;
}
