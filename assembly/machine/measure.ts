import { enter, forgetPause, leave } from '../base/pause';
import { countCertified } from '../network/certify';
import { evaluateConfidence, evaluateMargins } from '../network/evaluate';
import { nonzeros } from '../network/weights';
import { groupCount } from '../problem/shape';
import { incumbent, stage, STAGE_SM } from '../record/incumbent';
import { EXHAUSTED, PAUSED, Run, RUNNING } from './state';
import { certifiedFlags, confidentFlags, Evaluated, margins } from '../network/state';

/**
 * Recounts the incumbent when its stage has ended or been given up: SM, what counts (`countedAt`); MM and MW, the margins
 * (`marginsAt`; not under the robust objective). `measure` is PAUSED after `most` units of effort: call again.
 */
export function beginMeasuring(): void {
  forgetPause();
  Run.answer = EXHAUSTED;
}
export function measure(most: f64): i32 {
  enter(Infinity, most);
  recount();
  return leave() ? PAUSED : RUNNING;
}

/** An export, so that it stays a function: `measure` is not rewritten. */
export function recount(): void {
  if (stage != STAGE_SM) evaluateMargins(incumbent);
  else if (groupCount) countCertified(incumbent);
  else evaluateConfidence(incumbent);
}

/** u8 [T], or [G] under the robust objective: the samples that count for SM. */
export function countedAt(): usize {
  return groupCount ? certifiedFlags : confidentFlags;
}

/** Recounts the incumbent: confident flags u8 [T], and their number. */
export function measureConfidence(): i32 {
  return evaluateConfidence(incumbent);
}
export function confidentAt(): usize {
  return confidentFlags;
}

/** Recounts the incumbent's margins, i32 [neurons], on the kept samples; whether all kept samples are right. */
export function measureMargins(): bool {
  evaluateMargins(incumbent);
  return Evaluated.keptRight;
}
export function marginsAt(): usize {
  return margins;
}
export function incumbentNonzeros(): i32 {
  return nonzeros(incumbent);
}
