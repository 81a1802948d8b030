/**
 * The door: numbers and addresses, nothing else crosses it. The host
 *
 *     loadProblem -> write sizes (before `prepare`), samples, labels -> prepare -> [keep, holds] -> beginStage -> step ... step
 *
 * and reads objective, bound, counters and the incumbent between steps. A stopped engine is a valid answer. Addresses
 * stay valid from `prepare` to the next `loadProblem`.
 */
import { arenaFailed, arenaReset, arenaUsed } from './base/arena';
import { confidentFlags, evaluateConfidence, evaluateMargins, keptRight, margins, reserveEvaluation } from './network/evaluate';
import { certifiedFlags, countCertified, reserveCertify } from './network/certify';
import { reserveSoft } from './network/soft';
import { networkBytes, nonzeros, sizeNetworks } from './network/weights';
import { nodes as nodeCount, resetCounters, spend, strain, strained, work as workDone } from './base/clock';
import { breathe, enter, forgetPause, leave, limitWork, reservePause } from './base/pause';
import { seedRandom } from './base/random';
import * as shape from './problem/shape';
import { reserveCoverSearch } from './neuron/cover-search';
import { reserveFlipJoin } from './neuron/flips/flip-join';
import { reserveLadder } from './build/ladder';
import { reserveMaxMinSearch } from './neuron/max-min-search';
import { reserveCountSearch } from './neuron/count-search';
import { reserveNetworkSearch } from './build/network-search';
import { aimAtMargins, reserveUpperLayers } from './upper/upper-layers';
import { reserveCuts, reserveSafeBound } from './relax/exact/state';
import { reserveGomory } from './relax/cuts/state';
import { reserveNeuronLp } from './relax/lp/neuron-lp';
import { resetBoxes } from './relax/exact/safe-bound';
import { reserveActivationTree } from './search/sides/activation-tree';
import { reserveNeuronTree } from './search/weights/neuron-tree';
import { networksEnumerated, reserveEnumeration, setMostNetworks } from './search/tables/enumerate';
import { emptyLog, logAt, logWords, reserveLog } from './record/log';
import { reserveBoundTable } from './search/sides/bound-table';
import { reserveNodeState } from './proving/state';
import { logContradictions, mostCertifiable } from './search/literals/contradictions';
import { beginLiteralTree, literalReach, reserveLiteralTree, stepLiteralTree } from './proving/literals/tree';
import { beginSideTree, sideReach, reserveSideTree, setUpperNeeds, stepSideTree } from './proving/sides/tree';
import { cut, TREE_PROVED, treeState } from './proving/path';
import { reserveCountTree } from './search/counts/count-tree';
import { reserveCountBoxes } from './search/counts/count-boxes';
import { reserveVoteTree } from './search/tables/vote-tree';
import { reserveFunctionTree } from './search/tables/function-tree';
import { MOST_VECTORS as TABLE_VECTORS, reservePatternTable } from './search/tables/pattern-table';
import { reserveWeightBranching } from './search/weights/weight-branching';
import { reserveSettling } from './search/sides/neuron-settle';
import { reservePatternList } from './search/sides/pattern-list';
import { reservePatternSets } from './search/sides/pattern-sets';
import { reservePatternCache } from './search/sides/pattern-cache';
import * as best from './record/incumbent';
import { beginMm, reserveMm, stepMm } from './stages/paper/mm';
import { reserveSoftLiterals } from './build/soft-literals';
import { rowsUsed } from './neuron/neuron-fit';
import { beginMw, layerNeeds, reserveMw, stepMw } from './stages/paper/mw';
import { beginRobust, reserveRobust, stepRobust } from './stages/robust/robust';
import { beginRobustMw, reserveRobustMw, stepRobustMw } from './stages/robust/robust-mw';
import { offerObvious, reserveObvious } from './build/obvious';
import { beginSm, reserveSm, stepSm } from './stages/paper/sm';
import { beginSoft, reserveSoftStage, stepSoft } from './stages/soft/soft';
import { beginSoftMw, reserveSoftMw, stepSoftMw } from './stages/soft/soft-mw';

/** `step` answers: work is left; incumbent meets bound; no network satisfies the stage; nothing left to try. */
export const RUNNING = 0;
export const OPTIMAL = 1;
export const INFEASIBLE = 2;
export const EXHAUSTED = 3;
export const OUT_OF_MEMORY = 4;
/** Not through yet: call again. */
export const PAUSED = 5;

/** Lays out a problem; write the layer sizes next, then call `prepare`. */
export function loadProblem(
  layers: i32,
  activeInputs: i32,
  sampleCount: i32,
  weightBound: i32,
  marginScale: i32,
  epsilon: i32,
  radius: i32,
  confidence: i32,
  neurons: i32,
): i32 {
  arenaReset();
  reservePause();
  shape.loadShape(layers, activeInputs, sampleCount, weightBound, marginScale, epsilon, radius, confidence, neurons);
  return arenaFailed ? OUT_OF_MEMORY : RUNNING;
}

/** Turns the problem laid out last to the robust objective with so many samples; write `groupsAt` before `prepare`. */
export function loadGroups(count: i32): i32 {
  shape.loadGroups(count);
  return arenaFailed ? OUT_OF_MEMORY : RUNNING;
}
/** Gives robust MM reaches to aim at instead of the largest margin; after `loadGroups`, write `targetsAt` before `prepare`. */
export function loadTargets(): i32 {
  shape.loadTargets();
  return arenaFailed ? OUT_OF_MEMORY : RUNNING;
}
/** i32 [T] */
export function targetsAt(): usize {
  return shape.targets;
}
/** i32 [T]: the sample of every row. */
export function groupsAt(): usize {
  return shape.groups;
}

/**
 * Reserves everything the stages need for the shape that has been written; `treeBytes` bounds the open nodes. PAUSED after
 * `most` units of effort: call again. Clearing hundreds of megabytes takes its time.
 */
export function prepare(treeBytes: i32, most: f64): i32 {
  enter(Infinity, most);
  reserveAll(treeBytes);
  return leave() ? PAUSED : arenaFailed ? OUT_OF_MEMORY : RUNNING;
}

let reserved: usize = 0;
/** Memory is cleared at about this many bytes a unit. */
const BYTES_A_UNIT: f64 = 8;

/** Between two reservations: what the last one has cleared. */
function breatheReserved(): void {
  strain(<f64>(arenaUsed() - reserved) / BYTES_A_UNIT);
  reserved = arenaUsed();
  breathe();
}

/** Exported so that it stays a function, as all that are called between `enter` and `leave`. */
export function reserveAll(treeBytes: i32): void {
  reserved = arenaUsed();
  const rows = shape.sampleCount;
  sizeNetworks();
  reserveEvaluation();
  breatheReserved();
  best.reserveIncumbent();
  reserveObvious();
  reserveSafeBound(rows);
  breatheReserved();
  reserveCuts();
  breatheReserved();
  reserveGomory(rows);
  breatheReserved();
  reserveNeuronLp(rows);
  breatheReserved();
  reserveMaxMinSearch(rows);
  breatheReserved();
  reserveCoverSearch(rows);
  breatheReserved();
  reserveLadder();
  breatheReserved();
  reserveUpperLayers();
  breatheReserved();
  reserveNetworkSearch();
  breatheReserved();
  reserveEnumeration();
  breatheReserved();
  reserveNeuronTree(treeBytes / 32, rows);
  breatheReserved();
  reserveWeightBranching();
  breatheReserved();
  if (shape.groupCount) {
    reserveCertify();
    breatheReserved();
    reserveLiteralTree(rows);
    breatheReserved();
    reserveLog(64 * rows + (1 << 15));
    breatheReserved();
    reserveRobust(rows, <usize>treeBytes);
    breatheReserved();
    reserveRobustMw(rows);
    breatheReserved();
    if (shape.targets) {
      reserveSoft();
      breatheReserved();
      reserveSoftLiterals();
      breatheReserved();
      reserveSoftStage(rows);
      breatheReserved();
      reserveSoftMw();
      breatheReserved();
    }
    resetBoxes();
    return;
  }
  reserveFlipJoin(rows);
  breatheReserved();
  reserveActivationTree(rows, <usize>treeBytes);
  breatheReserved();
  reservePatternTable(networksEnumerated() == 0 ? 0 : TABLE_VECTORS);
  breatheReserved();
  reserveFunctionTree();
  breatheReserved();
  reserveVoteTree();
  breatheReserved();
  reserveCountSearch();
  breatheReserved();
  reserveCountTree();
  breatheReserved();
  reserveCountBoxes();
  breatheReserved();
  reserveNodeState(rows);
  breatheReserved();
  reserveSideTree(rows);
  breatheReserved();
  reserveLog(64 * rows + (1 << 15));
  breatheReserved();
  reserveBoundTable(rows);
  breatheReserved();
  reservePatternCache(rows);
  breatheReserved();
  if (shape.layerCount > 1) {
    reservePatternList(rows);
    breatheReserved();
    reservePatternSets();
    breatheReserved();
  }
  reserveSettling(rows);
  breatheReserved();
  reserveSm();
  breatheReserved();
  reserveMm();
  breatheReserved();
  reserveMw(rows);
  breatheReserved();
  resetBoxes();
}

/**
 * Before `prepare`: problems with at most so many networks are enumerated instead of searched; 0 also turns the pattern
 * tables off, so that everything goes through relaxations and trees.
 */
export function setEnumerationLimit(networks: f64): void {
  setMostNetworks(networks);
}

export function sizesAt(): usize {
  return shape.sizes;
}
/** i16 [T][inputsPadded] */
export function samplesAt(): usize {
  return shape.samples;
}
export function inputsPadded(): i32 {
  return shape.inputsPadded;
}
/** i8 [T] */
export function labelsAt(): usize {
  return shape.labels;
}
/** i32 [K], ascending sample indices; tell their number by `setKept`. */
export function keepAt(): usize {
  return shape.keep;
}
export function setKept(count: i32): void {
  shape.setKeptCount(count);
}
/** i32 [neurons], units of 1/D */
export function holdsAt(): usize {
  return shape.holds;
}
/** What the soft loss may come to in MW under hold 3. */
export function setMostLoss(most: f64): void {
  best.holdLoss(<i64>most);
}
/** i16 network, rows padded to 8 (see network/weights.ts); may be written before `beginStage`. */
export function incumbentAt(): usize {
  return best.incumbent;
}
export function incumbentBytes(): usize {
  return networkBytes;
}

/** Starts stage 0 SM, 1 MM, 2 MW. `hasPrevious`: the incumbent's place holds a network to start from. */
export function beginStage(stage: i32, hold: i32, hasPrevious: bool, seed: i32): void {
  resetCounters();
  forgetPause();
  seedRandom(<u32>seed);
  best.beginIncumbent(stage, hold, hasPrevious);
  aimAtMargins();
  answer = RUNNING;
  opened = false;
}

export { pause } from './base/pause';

let answer: i32 = RUNNING;
let opened: bool = false;
let until: f64 = 0; // the limit of work of the step at hand

/** The stage has valued the network that it starts from and, SM, the obvious ones: what it has if it is stopped now. */
export function isOpened(): bool {
  return opened;
}

/** Every slice costs something, however little there was to do in it: a limit always comes. */
const SLICE_FLOOR: f64 = 200;

/** What a stage can say at once. No limit of work ends it: a stage that is stopped before has no answer. */
function openStage(): void {
  best.valueStart();
  if (best.stage == best.STAGE_SM) {
    best.improveBound(<i64>(shape.groupCount ? shape.groupCount : shape.sampleCount));
    offerObvious();
  } else if (best.stage == best.STAGE_MW) best.improveBound(0);
  opened = true;
  limitWork(until);
}

/** Sets a stage up (relaxations of the root). */
function setUp(): void {
  if (shape.groupCount) {
    if (softMw()) beginSoftMw();
    else if (best.stage == best.STAGE_MW) beginRobustMw();
    else if (softMm()) beginSoft();
    else beginRobust();
    return;
  }
  if (best.stage == best.STAGE_SM) beginSm();
  else if (best.stage == best.STAGE_MM) beginMm();
  else beginMw();
}

/**
 * Works until the stage's counter reaches `untilWork`, `most` units of effort are spent (work, and what is not counted as
 * work), or the stage ends. Overshoots by what lies between two breaths: a tenth of a millisecond.
 */
export function step(untilWork: f64, most: f64): i32 {
  if (answer != RUNNING) return answer;
  until = untilWork;
  enter(opened ? untilWork : Infinity, most);
  runStage();
  if (leave() && best.closed()) {
    answer = outcome(); // interrupted behind the last thing that had to be said
    forgetPause();
  }
  return answer;
}

function outcome(): i32 {
  return !best.closed() ? EXHAUSTED : best.infeasible ? INFEASIBLE : OPTIMAL;
}

/** The stage from its beginning to its end, with pauses. Exported so that it stays a function: `step` is not rewritten. */
export function runStage(): void {
  openStage();
  breathe();
  if (!best.closed()) setUp();
  let more = true;
  while (more && !best.closed()) {
    breathe();
    spend(SLICE_FLOOR);
    more = shape.groupCount ? stepRobustStage() : best.stage == best.STAGE_SM ? stepSm() : best.stage == best.STAGE_MM ? stepMm() : stepMw();
  }
  answer = outcome();
}

function stepRobustStage(): bool {
  if (softMw()) return stepSoftMw();
  if (softMm()) return stepSoft();
  return best.stage == best.STAGE_MW ? stepRobustMw() : stepRobust();
}

function softMm(): bool {
  return best.stage == best.STAGE_MM && shape.targets != 0;
}

function softMw(): bool {
  return best.stage == best.STAGE_MW && best.hold == best.HOLD_LOSS;
}

/** Rows that the running robust stage has needed so far, of all kept rows (cuts, docs/robust.md). */
export function cutRows(): i32 {
  return shape.groupCount ? rowsUsed() : 0;
}

/** Objective and bound of the running stage: SM samples, MM units of 1/D, MW non-zeros; NaN while there is none. */
export function objective(): f64 {
  if (best.objective == best.NO_VALUE) return NaN;
  return <f64>(best.stage == best.STAGE_MW ? -best.objective : best.objective);
}
export function bound(): f64 {
  if (best.bound == best.NO_BOUND || best.infeasible) return NaN;
  return <f64>(best.stage == best.STAGE_MW ? -best.bound : best.bound);
}
export function nodes(): f64 {
  return nodeCount;
}
export function work(): f64 {
  return Math.floor(workDone);
}
/** Work, and what is not counted as work: what steps are bounded by. */
export function effort(): f64 {
  return workDone + strained;
}
export function memoryUsed(): usize {
  return arenaUsed();
}

/**
 * Starts writing a proof that nothing beats `claim` (the running stage's own integers; MM, MW, or a robust stage, its
 * incumbent in place). Then `stepProof` and empty the log in turn until the state is not 0: 1 proved, 2 the proof does not
 * fit or fails.
 */
export function beginProof(claim: f64): void {
  forgetPause();
  answer = EXHAUSTED; // of the stage, which cannot be gone on with
  resetCounters();
  emptyLog();
  claimed = best.stage == best.STAGE_MW ? -(<i64>claim) : <i64>claim;
  matched = false;
  proofOpened = false;
}

let claimed: i64 = 0;
let matched: bool = false;
let proofOpened: bool = false;

/** The proof begun last knows how it argues and what its root shows (`provesByMatching`, `proofRoot`). */
export function isProofOpened(): bool {
  return proofOpened;
}
/** Robust SM: a matching of contradictions where that says enough; everything else by a tree. */
function openProof(): void {
  if (shape.groupCount) {
    matched = best.stage == best.STAGE_SM && claimed >= <i64>mostCertifiable();
    if (matched) logContradictions();
    else beginLiteralTree(claimed, true);
  } else {
    if (best.stage == best.STAGE_MW) setUpperNeeds(layerNeeds(1, shape.layerCount));
    beginSideTree(claimed, true);
  }
  proofOpened = true;
}
/** Whether the proof begun last is a matching (`c` records) and not a tree. */
export function provesByMatching(): bool {
  return matched;
}
/** Up to `nodes` nodes; 0 also where `most` units of effort are spent before. */
export function stepProof(nodes: i32, most: f64): i32 {
  enter(Infinity, most);
  prove(nodes);
  return leave() ? 0 : matched ? TREE_PROVED : treeState;
}
export function prove(nodes: i32): void {
  if (!proofOpened) openProof();
  else if (matched) return;
  else if (shape.groupCount) stepLiteralTree(nodes);
  else stepSideTree(nodes);
}
/** What is proved, in the stage's own integers: the claim, or better where the tree met a better network. */
export function provedClaim(): f64 {
  const value = matched ? claimed : cut;
  return <f64>(best.stage == best.STAGE_MW ? -value : value);
}
/** What the tree of the proof begun last knows at its root, in the stage's own integers: claims up to it need no search. */
export function proofRoot(): f64 {
  const value = matched ? claimed : shape.groupCount ? literalReach() : sideReach();
  return <f64>(best.stage == best.STAGE_MW ? -value : value);
}
/** The log: i32 words (proof/log.ts), to be read and emptied between steps. */
export function logAddress(): usize {
  return logAt;
}
export function logLength(): i32 {
  return logWords;
}
export function clearLog(): void {
  emptyLog();
}

/**
 * Recounts the incumbent when its stage has ended or been given up: SM, what counts (`countedAt`); MM and MW, the margins
 * (`marginsAt`; not under the robust objective). PAUSED after `most` units of effort: call again.
 */
export function beginMeasuring(): void {
  forgetPause();
  answer = EXHAUSTED;
}
export function measure(most: f64): i32 {
  enter(Infinity, most);
  recount();
  return leave() ? PAUSED : RUNNING;
}
export function recount(): void {
  if (best.stage != best.STAGE_SM) evaluateMargins(best.incumbent);
  else if (shape.groupCount) countCertified(best.incumbent);
  else evaluateConfidence(best.incumbent);
}
/** u8 [T], or [G] under the robust objective: the samples that count for SM. */
export function countedAt(): usize {
  return shape.groupCount ? certifiedFlags : confidentFlags;
}

/** Recounts the incumbent: confident flags u8 [T], and their number. */
export function measureConfidence(): i32 {
  return evaluateConfidence(best.incumbent);
}
export function confidentAt(): usize {
  return confidentFlags;
}
/** Recounts the incumbent's margins, i32 [neurons], on the kept samples; whether all kept samples are right. */
export function measureMargins(): bool {
  evaluateMargins(best.incumbent);
  return keptRight;
}
export function marginsAt(): usize {
  return margins;
}
export function incumbentNonzeros(): i32 {
  return nonzeros(best.incumbent);
}
