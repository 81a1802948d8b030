/**
 * The door: numbers and addresses, nothing else crosses it. The host
 *
 *     loadProblem -> write sizes (before `prepare`), samples, labels -> prepare -> [keep, holds] -> beginStage -> step ... step
 *
 * and reads objective, bound, counters and the incumbent between steps. A stopped engine is a valid answer. Addresses
 * stay valid from `prepare` to the next `loadProblem`. What is exported here reaches src/ by `tools/exports.mjs`, which
 * writes src/engine/exports.ts from what the compiler says of it.
 */
export { EXHAUSTED, INFEASIBLE, OPTIMAL, OUT_OF_MEMORY, PAUSED, RUNNING } from './machine/state';
export { HOLD_CONFIDENT, HOLD_LOSS, HOLD_MARGINS, HOLD_RIGHT, STAGE_MM, STAGE_MW, STAGE_SM } from './record/incumbent';

/** A problem comes in. */
export { loadGroups, loadLimits, loadProblem, loadTargets, prepare } from './machine/load';
export { highsAt, lowsAt, radiiAt, uncountedAt } from './machine/load';
export { costsAt, groupsAt, holdsAt, inputsPadded, keepAt, labelsAt, samplesAt, setKept, sizesAt, targetsAt } from './machine/load';
export { setMostNetworks as setEnumerationLimit } from './search/tables/enumerate';

/** A stage is run. */
export { beginStage, isOpened, setMostLoss, setPatience, step } from './machine/run';
export { bound, cutRows, effort, givenBound, incumbentAt, incumbentBytes, nodes, objective, shownBound, work } from './machine/run';
export { counterOf } from './machine/run';
export { COUNT_ACCEPTED, COUNT_CLOSED_BOUND, COUNT_CLOSED_CERTIFICATES, COUNT_CLOSED_EMPTY, COUNT_CLOSED_POINT } from './base/counts';
export { COUNT_CLOSED_SIDES, COUNT_CLOSED_UPPER, COUNT_CUTS, COUNT_CUT_ROUNDS, COUNT_FIXINGS, COUNT_JOINS, COUNT_JOINS_FOUND } from './base/counts';
export { COUNT_NEIGHBOURHOODS, COUNT_NEIGHBOURHOODS_FOUND, COUNT_NODES_CERTIFICATES, COUNT_NODES_PATTERNS, COUNT_NODES_PROOF } from './base/counts';
export { COUNT_NODES_SIDES, COUNT_NODES_WEIGHTS, COUNT_OFFERED, COUNT_PIVOTS, COUNT_RELAXATIONS, COUNT_ROUNDINGS } from './base/counts';
export { COUNT_ROUNDINGS_FOUND, COUNT_TABU, COUNT_TABU_FOUND } from './base/counts';
export { arenaUsed as memoryUsed } from './base/arena';

/** Its trees are watched. */
export { clearTrace, setTracing, traceAddress, traceMissed, traceRecords } from './machine/trace';
export { IN_CERTIFICATES, IN_COVERS, IN_PROOF, IN_SIDES, IN_WEIGHTS, TRACE_FIELDS } from './base/trace';
export { ON_LEMMA, ON_PAIR, ON_SETTLING, ON_SIDE, ON_TOUCH, ON_UPPER, ON_WEIGHT } from './base/trace';
export { CLOSED_BOUND, CLOSED_EMPTY, CLOSED_POINT, CLOSED_SETTLED, CLOSED_UPPER, LEFT_OPEN } from './base/trace';

/** Its proof is written. */
export { beginProof, hasRows, isProofOpened, isShownByRows, proofRoot, provedClaim, provesByMatching, stepProof } from './machine/prove';
export { clearLog, logAddress, logLength } from './machine/prove';
export { CODE_A, CODE_B, CODE_C, CODE_D, CODE_F, CODE_G, CODE_I, CODE_K, CODE_L, CODE_M, CODE_P, CODE_R, CODE_S, CODE_T, CODE_U, CODE_W, CODE_X } from './record/log';

/** Its network is recounted. */
export { beginMeasuring, confidentAt, countedAt, incumbentNonzeros, marginsAt, measure, measureConfidence, measureMargins } from './machine/measure';

/** The checked build is given a network that it must not lose. */
export { takeWitness, witnessAt, witnessBytes, witnessCountedAt } from './machine/witness';

/** Not for the host: what is called between `enter` and `leave`, and the pause itself, stay functions because they are exported. */
export { pause } from './base/pause';
export { recount } from './machine/measure';
export { prove } from './machine/prove';
export { reserveAll } from './machine/reserve';
export { runStage } from './machine/run';
