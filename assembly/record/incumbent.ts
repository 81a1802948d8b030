import { CHECKED } from '../base/check';
import { confidentFlags, evaluateConfidence, evaluateMargins, keptRight, margins } from '../network/evaluate';
import { holdsCertified, leastCertified, countCertified, NOT_CERTIFIED } from '../network/certify';
import { NO_LOSS, softLoss } from '../network/soft';
import { copyNetwork, newNetwork, nonzeros } from '../network/weights';
import { confidence, groupCount, holds, kept, keptCount, layerCount, marginScale, neuronCount, size, targets } from '../problem/shape';
import { keepsBelow, mustHold, Witness } from '../witness/state';

/**
 * The best network of the running stage and the proved bound, the only two figures that leave the engine. Every
 * candidate, whatever found it, passes through `offer`, which recounts it exactly; every bound passes through
 * `improveBound`. All stages maximise here: MW's value is minus its non-zero weights.
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

export let stage: i32 = STAGE_SM;
export let hold: i32 = HOLD_MARGINS;
export let incumbent: usize = 0;
export let objective: i64 = NO_VALUE;
export let bound: i64 = NO_BOUND;
/** HOLD_LOSS: what MW may lose at most. */
export let mostLoss: i64 = 0;
/** A proof was found that no network satisfies the stage. */
export let infeasible: bool = false;
/** Where the stage allows any network, it allows one worth this or more; a bound below it says that there is none. */
let floor: i64 = i64.MIN_VALUE;

export function reserveIncumbent(): void {
  incumbent = newNetwork();
}

/** Starts a stage. `previous` stays in `incumbent` as a candidate only if it is valid for the new stage. */
export function holdLoss(most: i64): void {
  mostLoss = most;
}

let starts: bool = false;

export function beginIncumbent(which: i32, holding: i32, hasPrevious: bool): void {
  stage = which;
  hold = holding;
  objective = NO_VALUE;
  bound = NO_BOUND;
  infeasible = false;
  floor = which == STAGE_MW ? -weightCount() : which == STAGE_MM && targets ? i64.MIN_VALUE : 0;
  starts = hasPrevious || which == STAGE_SM; // SM: any network has a count
}

/** Weights that can be other than 0. */
function weightCount(): i64 {
  let count: i64 = 0;
  for (let l = 0; l < layerCount; l++) count += <i64>size(l) * <i64>size(l + 1);
  return count;
}

/** Takes the network that the host has left in `incumbent` for a first candidate, if it left one. */
export function valueStart(): void {
  if (starts) objective = valueOf(incumbent);
}

/** The exact value of a network for the running stage; `NO_VALUE` when it breaks a constraint. */
export function valueOf(network: usize): i64 {
  if (groupCount) return robustValueOf(network);
  if (stage == STAGE_SM) return <i64>evaluateConfidence(network);
  if (stage == STAGE_MM) {
    const sum = evaluateMargins(network);
    return keptRight ? sum : NO_VALUE;
  }
  return holdsAll(network) ? -<i64>nonzeros(network) : NO_VALUE;
}

/**
 * Samples certified; certified margin, or minus the soft loss; minus the non-zeros where every kept row is certified at the
 * holds, or the soft loss stays within its limit.
 */
function robustValueOf(network: usize): i64 {
  if (stage == STAGE_SM) return <i64>countCertified(network);
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
  if (!keptRight) return false;
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
  const value = valueOf(network);
  if (value == NO_VALUE || value <= objective) return false;
  objective = value;
  if (network != incumbent) copyNetwork(incumbent, network);
  return true;
}

/**
 * Takes a network over that is no worse: for stages that look beyond their objective (robust max-margin raises every
 * neuron's margin, though only the least one counts).
 */
export function offerEqual(network: usize): bool {
  const value = valueOf(network);
  if (value == NO_VALUE || value < objective) return false;
  objective = value;
  copyNetwork(incumbent, network);
  return true;
}

/** Takes a proved upper bound on the stage's value; bounds only ever improve. */
export function improveBound(proved: i64): void {
  if (CHECKED) keepsBelow(proved, 'incumbent: a bound');
  if (proved >= bound) return;
  bound = proved;
  if (bound < floor) declareInfeasible();
}

export function declareInfeasible(): void {
  if (CHECKED) mustHold(!Witness.known || objective != NO_VALUE, 'incumbent: infeasible');
  if (objective == NO_VALUE) infeasible = true;
}

/** True when nothing is left to do: the incumbent meets the bound, or there is no solution. */
export function closed(): bool {
  return infeasible || (objective != NO_VALUE && objective >= bound);
}
