import { count, COUNT_ACCEPTED, COUNT_OFFERED } from '../base/counts';
import { CHECKED } from '../base/check';
import { evaluateConfidence, evaluateMargins } from '../network/evaluate';
import { holdsCertified, leastCertified, countCertified, NOT_CERTIFIED } from '../network/certify';
import { NO_LOSS, softLoss } from '../network/soft';
import { countedCost, firstNonzeros, TOO_MANY_WRONG } from '../network/limits';
import { copyNetwork, isAllowed, nonzeros, restNetwork } from '../network/weights';
import { countsPlainly, isUnsparing, Limits, upperWeights } from '../problem/limits';
import { Boxes, isCounted } from '../problem/boxes';
import { confidence, epsilon, groupCount, holds, inputs, kept, keptCount, layerCount, marginScale, neuronCount, size, targets } from '../problem/shape';
import { beginRecord, bound, enough, Floor, hold, HOLD_CONFIDENT, HOLD_LOSS, HOLD_MARGINS, HOLD_RIGHT, incumbent, infeasible, mostLoss, NO_VALUE, objective, setBound, setEnough, setInfeasible, setObjective, stage, STAGE_MM, STAGE_MW, STAGE_SM } from './state';
import { confidentFlags, Evaluated, margins } from '../network/state';
export { HOLD_CONFIDENT, HOLD_LOSS, HOLD_MARGINS, HOLD_RIGHT, STAGE_MM, STAGE_MW, STAGE_SM } from './state';
export { bound, boundGiven, hold, holdLoss, incumbent, infeasible, NO_BOUND, NO_VALUE, objective, patient, setBoundGiven, setPatient, stage } from './state';
import { keepsBelow, mustHold, Witness } from '../witness/state';

/**
 * The best network of the running stage and the proved bound, the only two figures that leave the engine. Every
 * candidate, whatever found it, passes through `offer`, which recounts it exactly; every bound passes through
 * `improveBound`. All stages maximise here: MW's value is minus its non-zero weights.
 */

/** Starts a stage. What the host has left in `incumbent` (`hasPrevious`) is a candidate only if it is valid for the new stage. */
export function beginIncumbent(which: i32, holding: i32, hasPrevious: bool): void {
  beginRecord(which, holding);
  Floor.least = which == STAGE_MW ? -min(weightCount(), mostAllowed()) : which == STAGE_MM && targets ? i64.MIN_VALUE : 0;
  Floor.starts = hasPrevious || which == STAGE_SM; // SM: any network has a count, or leaves too many out
}

/** Weights that a limit leaves other than 0. */
function mostAllowed(): i64 {
  return isUnsparing() ? i64.MAX_VALUE : <i64>Limits.nonzeros + upperWeights();
}

/** Weights that are counted and can be other than 0. */
function weightCount(): i64 {
  let count: i64 = 0;
  for (let l = 0; l < layerCount; l++) count += <i64>size(l) * <i64>size(l + 1);
  if (Boxes.freed) for (let i = 0; i < inputs; i++) if (!isCounted(i)) count -= <i64>size(1);
  return count;
}

/** Takes the network that the host has left in `incumbent` for a first candidate, if it left one. */
export function valueStart(): void {
  if (Floor.starts && !isAllowed(incumbent)) restNetwork(incumbent); // what is left there without a start has no weights
  if (Floor.starts) setObjective(valueOf(incumbent));
}

/** The exact value of a network for the running stage; `NO_VALUE` when it breaks a constraint. */
export function valueOf(network: usize): i64 {
  if (!isAllowed(network)) return NO_VALUE;
  if (!isUnsparing() && firstNonzeros(network) > Limits.nonzeros) return NO_VALUE;
  if (groupCount) return robustValueOf(network);
  if (stage == STAGE_SM) {
    const count = <i64>evaluateConfidence(network);
    if (countsPlainly()) return count;
    const cost = countedCost();
    return cost == TOO_MANY_WRONG ? NO_VALUE : cost;
  }
  if (stage == STAGE_MM) {
    const sum = evaluateMargins(network);
    return Evaluated.keptRight ? sum : NO_VALUE;
  }
  return holdsAll(network) ? -<i64>nonzeros(network) : NO_VALUE;
}

/**
 * Samples certified; certified margin, or minus the soft loss; minus the non-zeros where every kept row is certified at the
 * holds, or the soft loss stays within its limit.
 */
function robustValueOf(network: usize): i64 {
  if (stage == STAGE_SM) {
    const count = <i64>countCertified(network);
    if (countsPlainly()) return count;
    const cost = countedCost();
    return cost == TOO_MANY_WRONG ? NO_VALUE : cost;
  }
  if (stage == STAGE_MW && hold == HOLD_LOSS) return softLoss(network) <= mostLoss ? -<i64>nonzeros(network) : NO_VALUE;
  if (stage == STAGE_MM && targets != 0) {
    const loss = softLoss(network);
    return loss == NO_LOSS ? NO_VALUE : -loss;
  }
  if (stage == STAGE_MW) return holdsCertified(network) ? -<i64>nonzeros(network) : NO_VALUE;
  const margin = leastCertified(network);
  return margin == NOT_CERTIFIED ? NO_VALUE : <i64>margin;
}

function holdsAll(network: usize): bool {
  if (keptCount == 0) return true; // nothing is held on no sample
  if (hold == HOLD_CONFIDENT) {
    evaluateConfidence(network);
    for (let index = 0; index < keptCount; index++) {
      if (load<u8>(confidentFlags + <usize>kept(index)) == 0) return false;
    }
    return true;
  }
  evaluateMargins(network);
  if (!Evaluated.keptRight) return false;
  if (hold == HOLD_RIGHT) return true;
  for (let j = 0; j < neuronCount; j++) {
    if (load<i32>(margins + (<usize>j << 2)) < load<i32>(holds + (<usize>j << 2))) return false;
  }
  return true;
}

/** The margin (units of 1/D) that MW's hold asks of first-layer neuron `j`; 0 in the other stages. */
export function heldByNeuron(j: i32): i32 {
  if (stage != STAGE_MW) return 0;
  if (hold == HOLD_MARGINS) return load<i32>(holds + (<usize>j << 2));
  return layerCount == 1 && hold == HOLD_CONFIDENT ? marginScale * confidence : 0;
}

/** Takes the network over if it is strictly better than the incumbent. */
export function offer(network: usize): bool {
  if (enough) return false;
  const value = valueOf(network);
  count(COUNT_OFFERED);
  if (value == NO_VALUE) return false;
  if (isOpening() && couldHold(network)) setEnough();
  else if (value <= objective) return false;
  count(COUNT_ACCEPTED);
  setObjective(value);
  if (network != incumbent) copyNetwork(incumbent, network);
  return true;
}

/** Whether MM looks for a network that MW can start from: the stage by itself holds nothing but right answers. */
function isOpening(): bool {
  return stage == STAGE_MM && groupCount == 0 && (hold == HOLD_MARGINS || hold == HOLD_CONFIDENT);
}

/**
 * The opening of a single neuron: what the margin of any weights that hold what MW is to hold is more than, units of 1/D;
 * `i32.MIN_VALUE` elsewhere. (With epsilon 1 a row of the + side may have one less than it needs, and the margin not say so.)
 */
export function openingFloor(): i32 {
  if (!isOpening() || layerCount > 1) return i32.MIN_VALUE;
  return (hold == HOLD_MARGINS ? load<i32>(holds) : marginScale * confidence - epsilon) - 1;
}

/** Whether the network that has just been valued holds what MW is to hold, its neurons put in some order. */
function couldHold(network: usize): bool {
  if (hold == HOLD_CONFIDENT) return holdsAll(network);
  let first = 0;
  for (let l = 1; l <= layerCount; l++) {
    for (let j = 0; j < size(l); j++) {
      const held = load<i32>(holds + (<usize>(first + j) << 2));
      let room = 0;
      for (let i = 0; i < size(l); i++) {
        room += i32(load<i32>(margins + (<usize>(first + i) << 2)) >= held) - i32(load<i32>(holds + (<usize>(first + i) << 2)) >= held);
      }
      if (room < 0) return false; // more neurons hold so much than have it
    }
    first += size(l);
  }
  return true;
}

/**
 * The opening: the one neuron of the first layer whose margin in the incumbent is too small for what is held, largest against largest;
 * -1: there is none, or more than one, or an upper neuron is short too.
 */
export function shortNeuron(): i32 {
  if (!isOpening() || hold != HOLD_MARGINS || objective == NO_VALUE) return -1;
  evaluateMargins(incumbent);
  let first = 0;
  let short = -1;
  for (let l = 1; l <= layerCount; l++) {
    for (let j = 0; j < size(l); j++) {
      if (load<i32>(margins + (<usize>(first + j) << 2)) >= valueAtRank(holds, first, l, rankOf(margins, first, l, j))) continue;
      if (l > 1 || short >= 0) return -1;
      short = j;
    }
    first += size(l);
  }
  return short;
}

/** How many neurons of layer `l` come before neuron `j`, the largest first. */
function rankOf(values: usize, first: i32, l: i32, j: i32): i32 {
  const value = load<i32>(values + (<usize>(first + j) << 2));
  let rank = 0;
  for (let i = 0; i < size(l); i++) {
    const other = load<i32>(values + (<usize>(first + i) << 2));
    if (other > value || (other == value && i < j)) rank++;
  }
  return rank;
}

function valueAtRank(values: usize, first: i32, l: i32, rank: i32): i32 {
  for (let j = 0; j < size(l); j++) if (rankOf(values, first, l, j) == rank) return load<i32>(values + (<usize>(first + j) << 2));
  return 0;
}

/**
 * Takes a network over that is no worse: for stages that look beyond their objective (robust max-margin raises every
 * neuron's margin, though only the least one counts).
 */
export function offerEqual(network: usize): bool {
  const value = valueOf(network);
  if (value == NO_VALUE || value < objective) return false;
  setObjective(value);
  copyNetwork(incumbent, network);
  return true;
}

/** Takes a proved upper bound on the stage's value; bounds only ever improve. */
export function improveBound(proved: i64): void {
  if (CHECKED) keepsBelow(proved, 'incumbent: a bound');
  if (proved >= bound) return;
  setBound(proved);
  if (bound < Floor.least) declareInfeasible();
}

export function declareInfeasible(): void {
  if (CHECKED) mustHold(!Witness.known || objective != NO_VALUE, 'incumbent: infeasible');
  if (objective == NO_VALUE) setInfeasible();
}

/** True when nothing is left to do: the incumbent meets the bound, or there is no solution. */
export function closed(): bool {
  return infeasible || enough || (objective != NO_VALUE && objective >= bound);
}
