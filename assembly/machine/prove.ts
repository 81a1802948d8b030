import { resetCounters } from '../base/clock';
import { enter, forgetPause, leave } from '../base/pause';
import { groupCount, layerCount, targets } from '../problem/shape';
import { beginLimitProof, limitReach, provesLimits, stepLimitProof } from '../proving/limits/tree';
import { beginLiteralTree, literalReach, stepLiteralTree } from '../proving/literals/tree';
import { beginRowProof, rowsBegun, stepRowProof } from '../proving/rows/tree';
import { beginCountProof, countReach, stepCountProof } from '../proving/soft/count';
import { beginSoftProof, softReach, stepSoftProof } from '../proving/soft/tree';
import { beginSideTree, setUpperNeeds, sideReach, stepSideTree } from '../proving/sides/tree';
import { hold, HOLD_LOSS, stage, STAGE_MM, STAGE_MW, STAGE_SM } from '../record/incumbent';
import { emptyLog } from '../record/log';
import { RowTree } from '../search/counts/state';
import { logContradictions, mostCertifiable } from '../search/literals/contradictions';
import { layerNeeds } from '../stages/paper/mw';
import { told } from './run';
import { EXHAUSTED, Proof, Run } from './state';
import { Log, logAt } from '../record/state';
import { Path, TREE_PROVED } from '../proving/state';

/**
 * Starts writing a proof that nothing beats `claim` (the running stage's own integers; MM, MW, SM where it `hasRows`, or a robust
 * stage, its incumbent in place). Then `stepProof` and empty the log in turn until the state is not 0: 1 proved, 2 the proof does not
 * fit or fails.
 */
export function beginProof(claim: f64): void {
  forgetPause();
  Run.answer = EXHAUSTED;
  resetCounters();
  emptyLog();
  Proof.claimed = stage == STAGE_MW ? -(<i64>claim) : <i64>claim;
  Proof.matched = false;
  Proof.opened = false;
}

/** The proof begun last knows how it argues and what its root shows (`provesByMatching`, `proofRoot`). */
export function isProofOpened(): bool {
  return Proof.opened;
}

/** MM with soft margins: its one neuron's loss. */
function isSoft(): bool {
  return targets != 0 && stage == STAGE_MM && layerCount == 1;
}

/** MW that holds the loss of one neuron: its weights, counted. */
function isSoftCount(): bool {
  return stage == STAGE_MW && hold == HOLD_LOSS && layerCount == 1;
}

/** SM of a single neuron under the paper's objective: by its rows. */
function byRows(): bool {
  return stage == STAGE_SM && groupCount == 0;
}

/** SM of a single neuron: whether the search has a tree over rows, so that a proof can be asked for. */
export function hasRows(): bool {
  return byRows() && rowsBegun();
}

/** Whether that tree has shown that no weights count more than `claim` samples. */
export function isShownByRows(claim: f64): bool {
  return hasRows() && RowTree.shown <= <i64>claim;
}

/** Robust SM: a matching of contradictions where that says enough; everything else by a tree. */
function openProof(): void {
  if (isSoft()) Proof.mark = beginSoftProof(Proof.claimed);
  else if (isSoftCount()) Proof.mark = beginCountProof(Proof.claimed);
  else if (byRows()) Proof.mark = beginRowProof(Proof.claimed);
  else if (provesLimits()) Proof.mark = beginLimitProof(Proof.claimed);
  else if (groupCount) {
    Proof.matched = stage == STAGE_SM && Proof.claimed >= mostCertifiable();
    if (Proof.matched) logContradictions();
    else Proof.mark = beginLiteralTree(Proof.claimed, true);
  } else {
    if (stage == STAGE_MW) setUpperNeeds(layerNeeds(1, layerCount));
    Proof.mark = beginSideTree(Proof.claimed, true);
  }
  Proof.opened = true;
}

/** Whether the proof begun last is a matching (`c` records) and not a tree. */
export function provesByMatching(): bool {
  return Proof.matched;
}

/** Up to `nodes` nodes; 0 also where `most` units of effort are spent before. */
export function stepProof(nodes: i32, most: f64): i32 {
  enter(Infinity, most);
  prove(nodes);
  return leave() ? 0 : Proof.matched ? TREE_PROVED : Path.state;
}

/** An export, so that it stays a function: `stepProof` is not rewritten. */
export function prove(nodes: i32): void {
  if (!Proof.opened) openProof();
  else if (Proof.matched) return;
  else if (isSoft()) stepSoftProof(Proof.mark, nodes);
  else if (isSoftCount()) stepCountProof(Proof.mark);
  else if (byRows()) stepRowProof(Proof.mark, nodes);
  else if (provesLimits()) stepLimitProof(Proof.mark, nodes);
  else if (groupCount) stepLiteralTree(Proof.mark, nodes);
  else stepSideTree(Proof.mark, nodes);
}

/** What is proved, in the stage's own integers: the claim, or better where the tree met a better network. */
export function provedClaim(): f64 {
  return told(Proof.matched ? Proof.claimed : Path.cut);
}

/** What the tree of the proof begun last knows at its root, in the stage's own integers: claims up to it need no search. */
export function proofRoot(): f64 {
  return told(Proof.matched ? Proof.claimed : isSoft() ? softReach() : isSoftCount() ? countReach() : provesLimits() ? limitReach() : groupCount ? literalReach() : sideReach());
}

/** The log: i32 words (record/log.ts), to be read and emptied between steps. */
export function logAddress(): usize {
  return logAt;
}
export function logLength(): i32 {
  return Log.words;
}
export function clearLog(): void {
  emptyLog();
}
