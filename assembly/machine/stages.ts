import { isUnsparing } from '../problem/limits';
import { groupCount, keptCount, layerCount, targets } from '../problem/shape';
import { bothLabels } from '../relax/exact/count-bound';
import { NetworkTree } from '../search/limits/state';
import { beginLimited, stepLimited } from '../stages/paper/limited';
import { HOLD_LOSS, hold, stage, STAGE_MM, STAGE_MW, STAGE_SM } from '../record/incumbent';
import { beginMm, stepMm } from '../stages/paper/mm';
import { beginMw, stepMw } from '../stages/paper/mw';
import { beginSm, chooseSm, choosesSm, forgetSm, stepSm } from '../stages/paper/sm';
import { beginRobust, stepRobust } from '../stages/robust/robust';
import { beginRobustMw, stepRobustMw } from '../stages/robust/robust-mw';
import { beginSoft, stepSoft } from '../stages/soft/soft';
import { beginSoftMw, stepSoftMw } from '../stages/soft/soft-mw';

/** Which file serves a stage under which objective: the one place that knows them all. */
function softMm(): bool {
  return stage == STAGE_MM && targets != 0;
}

function softMw(): bool {
  return stage == STAGE_MW && hold == HOLD_LOSS;
}

/** Robust MM of one neuron of which few weights may be other than 0: its margin is the paper's over all rows. */
function sparseMm(): bool {
  return stage == STAGE_MM && layerCount == 1 && !isUnsparing() && NetworkTree.fits && keptCount > 0 && bothLabels();
}

/** What earlier stages have left that could speak before this one is set up. */
export function forgetStages(): void {
  forgetSm();
}

/** Sets the running stage up (relaxations of the root). */
export function setUpStage(): void {
  if (groupCount) {
    if (softMw()) beginSoftMw();
    else if (stage == STAGE_MW) beginRobustMw();
    else if (softMm()) beginSoft();
    else if (sparseMm()) beginLimited();
    else beginRobust();
  } else if (stage == STAGE_SM) beginSm();
  else if (stage == STAGE_MM) beginMm();
  else beginMw();
}

/** A slice of its work; false when it has nothing left to try. */
export function stepStage(): bool {
  if (groupCount) {
    if (softMw()) return stepSoftMw();
    if (softMm()) return stepSoft();
    if (sparseMm()) return stepLimited();
    return stage == STAGE_MW ? stepRobustMw() : stepRobust();
  }
  return stage == STAGE_SM ? stepSm() : stage == STAGE_MM ? stepMm() : stepMw();
}

/** The stage is closed and still chooses among networks of its value: which of them is handed on (SM). */
export function stageChooses(): bool {
  return stage == STAGE_SM && groupCount == 0 && choosesSm();
}

/** A slice of that. */
export function chooseStage(): void {
  chooseSm();
}
