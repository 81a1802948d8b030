// Written by tools/exports.mjs from what the compiler says of assembly/door.ts. Not to be edited.

export const EXHAUSTED = 3;
export const INFEASIBLE = 2;
export const OPTIMAL = 1;
export const OUT_OF_MEMORY = 4;
export const PAUSED = 5;
export const RUNNING = 0;
export const HOLD_CONFIDENT = 1;
export const HOLD_LOSS = 3;
export const HOLD_MARGINS = 0;
export const HOLD_RIGHT = 2;
export const STAGE_MM = 1;
export const STAGE_MW = 2;
export const STAGE_SM = 0;
export const COUNT_ACCEPTED = 24;
export const COUNT_CLOSED_BOUND = 10;
export const COUNT_CLOSED_CERTIFICATES = 14;
export const COUNT_CLOSED_EMPTY = 11;
export const COUNT_CLOSED_POINT = 12;
export const COUNT_CLOSED_SIDES = 13;
export const COUNT_CLOSED_UPPER = 25;
export const COUNT_CUTS = 8;
export const COUNT_CUT_ROUNDS = 7;
export const COUNT_FIXINGS = 9;
export const COUNT_JOINS = 17;
export const COUNT_JOINS_FOUND = 18;
export const COUNT_NEIGHBOURHOODS = 19;
export const COUNT_NEIGHBOURHOODS_FOUND = 20;
export const COUNT_NODES_CERTIFICATES = 3;
export const COUNT_NODES_PATTERNS = 2;
export const COUNT_NODES_PROOF = 4;
export const COUNT_NODES_SIDES = 1;
export const COUNT_NODES_WEIGHTS = 0;
export const COUNT_OFFERED = 23;
export const COUNT_PIVOTS = 6;
export const COUNT_RELAXATIONS = 5;
export const COUNT_ROUNDINGS = 21;
export const COUNT_ROUNDINGS_FOUND = 22;
export const COUNT_TABU = 15;
export const COUNT_TABU_FOUND = 16;
export const IN_CERTIFICATES = 3;
export const IN_COVERS = 2;
export const IN_PROOF = 4;
export const IN_SIDES = 1;
export const IN_WEIGHTS = 0;
export const TRACE_FIELDS = 11;
export const ON_LEMMA = 5;
export const ON_PAIR = 1;
export const ON_SETTLING = 6;
export const ON_SIDE = 2;
export const ON_TOUCH = 3;
export const ON_UPPER = 7;
export const ON_WEIGHT = 4;
export const CLOSED_BOUND = 16;
export const CLOSED_EMPTY = 17;
export const CLOSED_POINT = 18;
export const CLOSED_SETTLED = 20;
export const CLOSED_UPPER = 19;
export const LEFT_OPEN = 21;
export const CODE_A = 14;
export const CODE_B = 11;
export const CODE_C = 13;
export const CODE_D = 16;
export const CODE_F = 3;
export const CODE_G = 17;
export const CODE_I = 2;
export const CODE_K = 15;
export const CODE_L = 5;
export const CODE_M = 1;
export const CODE_P = 7;
export const CODE_R = 12;
export const CODE_S = 8;
export const CODE_T = 9;
export const CODE_U = 4;
export const CODE_W = 10;
export const CODE_X = 6;

/** The door's functions: numbers and addresses only; a bool is 1 or 0. */
export interface EngineExports {
  loadGroups(count: number): number;
  loadLimits(nonzeros: number, wrongPlus: number, wrongMinus: number, costed: number): number;
  loadProblem(
    layers: number,
    activeInputs: number,
    sampleCount: number,
    weightBound: number,
    marginScale: number,
    epsilon: number,
    radius: number,
    confidence: number,
    neurons: number,
  ): number;
  loadTargets(): number;
  prepare(treeBytes: number, most: number): number;
  highsAt(): number;
  lowsAt(): number;
  radiiAt(): number;
  uncountedAt(): number;
  costsAt(): number;
  groupsAt(): number;
  holdsAt(): number;
  inputsPadded(): number;
  keepAt(): number;
  labelsAt(): number;
  samplesAt(): number;
  setKept(count: number): void;
  sizesAt(): number;
  targetsAt(): number;
  setEnumerationLimit(networks: number): void;
  beginStage(stage: number, hold: number, hasPrevious: number, seed: number): void;
  isOpened(): number;
  setMostLoss(most: number): void;
  setPatience(is: number): void;
  step(untilWork: number, most: number): number;
  bound(): number;
  cutRows(): number;
  effort(): number;
  givenBound(): number;
  incumbentAt(): number;
  incumbentBytes(): number;
  nodes(): number;
  objective(): number;
  shownBound(): number;
  work(): number;
  counterOf(kind: number): number;
  memoryUsed(): number;
  clearTrace(): void;
  setTracing(on: number): void;
  traceAddress(): number;
  traceMissed(): number;
  traceRecords(): number;
  beginProof(claim: number): void;
  hasRows(): number;
  isProofOpened(): number;
  isShownByRows(claim: number): number;
  proofRoot(): number;
  provedClaim(): number;
  provesByMatching(): number;
  stepProof(nodes: number, most: number): number;
  clearLog(): void;
  logAddress(): number;
  logLength(): number;
  beginMeasuring(): void;
  confidentAt(): number;
  countedAt(): number;
  incumbentNonzeros(): number;
  marginsAt(): number;
  measure(most: number): number;
  measureConfidence(): number;
  measureMargins(): number;
  takeWitness(value: number): void;
  witnessAt(): number;
  witnessBytes(): number;
  witnessCountedAt(): number;
  pause(): void;
  recount(): void;
  prove(nodes: number): void;
  reserveAll(treeBytes: number): void;
  runStage(): void;
}
