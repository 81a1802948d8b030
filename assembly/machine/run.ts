import { RowTree } from '../search/counts/state';
import { countOf } from '../base/counts';
import { resetCounters, spend } from '../base/clock';
import { breathe, enter, forgetPause, leave, limitWork } from '../base/pause';
import { seedRandom } from '../base/random';
import { offerObvious } from '../build/obvious';
import { rowsUsed } from '../neuron/neuron-fit';
import { totalCost } from '../problem/limits';
import { groupCount } from '../problem/shape';
import * as best from '../record/incumbent';
import { forgetWitness } from '../witness/take';
import { chooseStage, forgetStages, setUpStage, stageChooses, stepStage } from './stages';
import { EXHAUSTED, INFEASIBLE, OPTIMAL, Run, RUNNING } from './state';
import { Clock } from '../base/state';
import { networkBytes } from '../network/state';
import { aimAtMargins } from '../upper/state';

/** Every slice costs something, however little there was to do in it: a limit always comes. */
const SLICE_FLOOR: f64 = 200;

/** Starts a stage (STAGE_..) under a hold (HOLD_..). `hasPrevious`: the incumbent's place holds a network to start from. */
export function beginStage(stage: i32, hold: i32, hasPrevious: bool, seed: i32): void {
  resetCounters();
  forgetPause();
  seedRandom(<u32>seed);
  best.beginIncumbent(stage, hold, hasPrevious);
  forgetWitness();
  forgetStages();
  aimAtMargins();
  Run.answer = RUNNING;
  Run.opened = false;
}

/** The stage has valued the network that it starts from and, SM, the obvious ones: what it has if it is stopped now. */
export function isOpened(): bool {
  return Run.opened;
}

/** What a stage can say at once. No limit of work ends it: a stage that is stopped before has no answer. */
function openStage(): void {
  best.valueStart();
  if (best.stage == best.STAGE_SM) {
    best.improveBound(totalCost());
    offerObvious();
  } else if (best.stage == best.STAGE_MW) best.improveBound(0);
  Run.opened = true;
  limitWork(Run.until);
}

/**
 * Works until the stage's counter reaches `untilWork`, `most` units of effort are spent (work, and what is not counted as
 * work), or the stage ends. Overshoots by what lies between two breaths: a tenth of a millisecond.
 */
export function step(untilWork: f64, most: f64): i32 {
  if (Run.answer != RUNNING) return Run.answer;
  Run.until = untilWork;
  enter(Run.opened ? untilWork : Infinity, most);
  runStage();
  if (leave() && best.closed() && !stageChooses()) {
    Run.answer = outcome(); // interrupted behind the last thing that had to be said
    forgetPause();
  }
  return Run.answer;
}

function outcome(): i32 {
  return !best.closed() ? EXHAUSTED : best.infeasible ? INFEASIBLE : OPTIMAL;
}

/** The stage from its beginning to its end, with pauses. An export, so that it stays a function: `step` is not rewritten. */
export function runStage(): void {
  openStage();
  breathe();
  if (!best.closed()) setUpStage();
  let more = true;
  while (more && !best.closed()) {
    breathe();
    spend(SLICE_FLOOR);
    more = stepStage();
  }
  while (best.closed() && stageChooses()) {
    breathe();
    spend(SLICE_FLOOR);
    chooseStage();
  }
  Run.answer = outcome();
}

/** i16 network, rows padded to 8 (see network/weights.ts); may be written before `beginStage`. */
export function incumbentAt(): usize {
  return best.incumbent;
}
export function incumbentBytes(): usize {
  return networkBytes;
}
/** What the soft loss may come to in MW under HOLD_LOSS. */
export function setMostLoss(most: f64): void {
  best.holdLoss(<i64>most);
}

/** From the next stage on: whether a stage goes on to prove, beyond its own plan, up to the limits. */
export function setPatience(is: bool): void {
  best.setPatient(is);
}

/** Rows that the running robust stage has needed so far, of all kept rows (cuts, docs/robust.md). */
export function cutRows(): i32 {
  return groupCount ? rowsUsed() : 0;
}
/** Objective and bound of the running stage: SM samples, MM units of 1/D, MW non-zeros; NaN while there is none. */
export function objective(): f64 {
  if (best.objective == best.NO_VALUE) return NaN;
  return told(best.objective);
}
export function bound(): f64 {
  if (best.bound == best.NO_BOUND || best.infeasible) return NaN;
  return told(best.bound);
}
/** SM of a single neuron: the bound without what the tree over rows has shown: what is left where a proof of that does not come to its end. */
export function shownBound(): f64 {
  const others = RowTree.others;
  return groupCount || best.stage != best.STAGE_SM || others == i64.MAX_VALUE ? bound() : <f64>others;
}
/** Values are maximised inside, and MW's are minus its non-zeros. */
export function told(value: i64): f64 {
  return <f64>(best.stage == best.STAGE_MW ? -value : value);
}
/** MM of the robust objectives with hidden layers: the bound given what rows rely on in the incumbent; NaN while there is none. */
export function givenBound(): f64 {
  return best.boundGiven == best.NO_BOUND ? NaN : told(best.boundGiven);
}
export function nodes(): f64 {
  return Clock.nodes;
}
export function work(): f64 {
  return Math.floor(Clock.work);
}
/** Work, and what is not counted as work: what steps are bounded by. */
export function effort(): f64 {
  return Clock.work + Clock.strained;
}
/** How often something was done since the stage began, by COUNT_.. (base/counts.ts). */
export function counterOf(kind: i32): f64 {
  return countOf(kind);
}
