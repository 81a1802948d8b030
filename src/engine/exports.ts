/** What `assembly/door.ts` exports: numbers and addresses only. Kept in its order. */
export interface EngineExports {
  readonly RUNNING: WebAssembly.Global;
  readonly OPTIMAL: WebAssembly.Global;
  readonly INFEASIBLE: WebAssembly.Global;
  readonly EXHAUSTED: WebAssembly.Global;
  readonly OUT_OF_MEMORY: WebAssembly.Global;
  readonly PAUSED: WebAssembly.Global;
  loadProblem(
    layers: number,
    activeInputs: number,
    samples: number,
    weightBound: number,
    marginScale: number,
    epsilon: number,
    radius: number,
    confidence: number,
    neurons: number,
  ): number;
  loadGroups(samples: number): number;
  loadTargets(): number;
  targetsAt(): number;
  groupsAt(): number;
  prepare(treeBytes: number, most: number): number;
  setEnumerationLimit(networks: number): void;
  sizesAt(): number;
  samplesAt(): number;
  inputsPadded(): number;
  labelsAt(): number;
  keepAt(): number;
  setKept(count: number): void;
  holdsAt(): number;
  setMostLoss(most: number): void;
  incumbentAt(): number;
  incumbentBytes(): number;
  beginStage(stage: number, hold: number, hasPrevious: number, seed: number): void;
  step(untilWork: number, most: number): number;
  isOpened(): number;
  objective(): number;
  bound(): number;
  nodes(): number;
  work(): number;
  effort(): number;
  memoryUsed(): number;
  cutRows(): number;
  beginProof(claim: number): void;
  provesByMatching(): number;
  isProofOpened(): number;
  stepProof(nodes: number, most: number): number;
  provedClaim(): number;
  proofRoot(): number;
  logAddress(): number;
  logLength(): number;
  clearLog(): void;
  beginMeasuring(): void;
  measure(most: number): number;
  countedAt(): number;
  measureConfidence(): number;
  confidentAt(): number;
  measureMargins(): number;
  marginsAt(): number;
  incumbentNonzeros(): number;
}
