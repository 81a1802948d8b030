import { reserve } from '../base/arena';
import { newNetwork } from '../network/weights';

/**
 * What leaves the engine: the best network, the bound, and the words of a proof.
 *
 *     array       shape            what                                    writer                       reset by
 *     incumbent   i16, a network   the best of the running stage           incumbent; the host          the next that is accepted
 *                                                                          before a stage
 *     logAt       i32 [words]      records of the proof on their way out   log                          emptyLog
 *
 * The figures are read by every room and written by the functions below only, which incumbent.ts alone calls (`holdLoss`: the
 * host); `beginRecord` resets all of them.
 */

export const STAGE_SM = 0;
export const STAGE_MM = 1;
export const STAGE_MW = 2;

/** What MW keeps: every held margin; every kept sample confident; every kept sample right. */
export const HOLD_MARGINS = 0;
export const HOLD_CONFIDENT = 1;
export const HOLD_RIGHT = 2;
/** Soft margins: the loss stays within `mostLoss`. */
export const HOLD_LOSS = 3;

export const NO_VALUE: i64 = i64.MIN_VALUE;
export const NO_BOUND: i64 = i64.MAX_VALUE;

/** STAGE_..: the stage that runs; HOLD_..: what it keeps. */
export let stage: i32 = STAGE_SM;
export let hold: i32 = HOLD_MARGINS;
export let incumbent: usize = 0;
/** Value of the incumbent and the proved bound; all stages maximise, MW's value is minus its non-zero weights. */
export let objective: i64 = NO_VALUE;
export let bound: i64 = NO_BOUND;
/** Soft margins: a value that no network exceeds whose rows rely on what they rely on in the incumbent; NO_BOUND: none is known. */
export let boundGiven: i64 = NO_BOUND;
/** HOLD_LOSS: what MW may lose at most. */
export let mostLoss: i64 = 0;
/** MM as the opening of MW: a network that holds what MW is to hold has been found, and the stage has done its part. */
export let enough: bool = false;
/** A stage with a plan of its own goes on behind it, up to the limits. Set by the host, for all stages that follow. */
export let patient: bool = false;
/** A proof was found that no network satisfies the stage. */
export let infeasible: bool = false;
export let logAt: usize = 0;

/** The log of a proof. Writer: log.ts. */
export class Log {
  /** Words in use; reset by `emptyLog`. */
  static words: i32 = 0;
  /** Words that fit. */
  static capacity: i32 = 0;
}

/** What the stage begins with. Writer: incumbent.ts, by `beginIncumbent`. */
export class Floor {
  /**
   * Where the stage allows any network, it allows one worth this or more; a bound below it says that there is none.
   */
  static least: i64 = i64.MIN_VALUE;
  /** The host may have left a network to start from, or any network has a value. */
  static starts: bool = false;
}

export function reserveRecord(words: i32): void {
  incumbent = newNetwork();
  Log.capacity = words;
  logAt = reserve(<usize>words << 2);
  Log.words = 0;
}

/** No network and no bound yet. */
export function beginRecord(which: i32, holding: i32): void {
  stage = which;
  hold = holding;
  objective = NO_VALUE;
  bound = NO_BOUND;
  boundGiven = NO_BOUND;
  infeasible = false;
  enough = false;
}

export function setPatient(is: bool): void {
  patient = is;
}

/** Told before MW of soft margins begins. */
export function holdLoss(most: i64): void {
  mostLoss = most;
}

/** Another incumbent: what was given of the one before is no more. */
export function setObjective(value: i64): void {
  objective = value;
  boundGiven = NO_BOUND;
}

/** Bounds only ever improve. */
export function setBound(proved: i64): void {
  assert(proved < bound);
  bound = proved;
}

/** Of the incumbent as it stands. */
export function setBoundGiven(proved: i64): void {
  boundGiven = min(boundGiven, proved);
}

export function setEnough(): void {
  enough = true;
}

export function setInfeasible(): void {
  infeasible = true;
}
