import { InputError } from '../errors.js';
import type { Network } from '../network/types.js';
import { activeInputSteps } from '../problem/active.js';
import { largestWeight, radiusOf, rangeOf } from '../problem/boxes.js';
import type { Figures } from '../problem/figures.js';
import { groupsOf } from '../problem/groups.js';
import { isRobust, objectiveOf, targetsOf } from '../problem/objective.js';
import { rowsOf } from '../problem/robust.js';
import { confidenceThreshold, marginUnits } from '../problem/semantics.js';
import type { Counters, Hold, StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { readCounters } from './counters.js';
import {
  type EngineExports,
  EXHAUSTED,
  HOLD_CONFIDENT,
  HOLD_LOSS,
  HOLD_MARGINS,
  HOLD_RIGHT,
  INFEASIBLE,
  OPTIMAL,
  PAUSED,
  RUNNING,
  STAGE_MM,
  STAGE_MW,
  STAGE_SM,
  TRACE_FIELDS,
} from './exports.js';
import { limitsOf } from './limits.js';
import { type Packing, packNetwork, unpackNetwork } from './packing.js';

/** Where a stage stands after a step. */
export type EngineState = 'running' | 'optimal' | 'infeasible' | 'exhausted';

export interface EngineFigures extends Figures {
  readonly nodes: number;
  readonly work: number;
}

/**
 * Effort that a step may take where the caller wants to be asked often: some milliseconds, ten where the machine is slow at
 * what is being done. An answer is never older than that when a limit, a signal or an event has come.
 */
export const SLICE = 2e6;
/** Values that the host copies between two looks up: as long. */
const VALUES_A_SLICE = 1 << 18;

const STATES: ReadonlyMap<number, EngineState> = new Map([
  [RUNNING, 'running'],
  [OPTIMAL, 'optimal'],
  [INFEASIBLE, 'infeasible'],
  [EXHAUSTED, 'exhausted'],
]);
const STAGES = { sm: STAGE_SM, mm: STAGE_MM, mw: STAGE_MW } as const;
const HOLDS = {
  margins: HOLD_MARGINS,
  confident: HOLD_CONFIDENT,
  correct: HOLD_RIGHT,
  loss: HOLD_LOSS,
} as const;

const PAGE = 65536;
/** Bytes that open tree nodes may take, where the caller says nothing. */
export const DEFAULT_TREE_BYTES = 64 * 2 ** 20;
/** With less the trees would have no room to go depth first. */
const LEAST_TREE_BYTES = 2 ** 16;
/** wasm32 ends at 4 GiB; the engine is refused more than this, for the sake of everything else in the process. */
const MOST_PAGES = (2 * 2 ** 30) / PAGE;

/**
 * One WebAssembly instance with a memory of its own: a machine that is loaded with a problem, given a stage, and
 * stepped. Reusable for any number of problems, one at a time.
 *
 *     create -> load -> begin(stage) -> step ... step -> [keep, begin(next stage) -> ...] -> load ...
 */
export class Engine {
  private packing: Packing | undefined;
  private problem: TrainingProblem | undefined;
  private keptCount = 0;
  private groupCount = 0;

  private constructor(
    private readonly door: EngineExports,
    private readonly memory: WebAssembly.Memory,
  ) {}

  /**
   * @param maximumPages most memory the engine may take, in pages of 64 KiB
   * @param pages memory it has at once: for many small problems on many engines, as every growth is one more buffer to V8's collector
   */
  static async create(module: WebAssembly.Module, maximumPages = MOST_PAGES, pages = 1): Promise<Engine> {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: maximumPages });
    // An assertion of the checked build has failed, or the engine is wrong in a way that it notices itself.
    const abort = (message: number, file: number, line: number, column: number): never => {
      const [said, where] = [message, file].map((address) => stringAt(memory, address));
      throw new Error(`engine aborted at ${where}:${line}:${column}${said === '' ? '' : `: ${said}`}`);
    };
    const instance = await WebAssembly.instantiate(module, { env: { memory, abort } });
    return new Engine(instance.exports as unknown as EngineExports, memory);
  }

  /**
   * Lays a problem out in the engine's memory, growing it to the problem's size; nothing allocates afterwards.
   *
   * @param treeBytes most memory for the open nodes of either tree; where it is full the trees go depth first. Taken as
   *   reserved addresses: pages that no node ever needs are not touched.
   * @throws InputError when the problem does not fit the memory the engine may take
   */
  load(problem: TrainingProblem, treeBytes = DEFAULT_TREE_BYTES): void {
    finish(this.loadSteps(problem, treeBytes));
  }

  /** `load`, yielding every few milliseconds; the engine is of no use before its end. */
  *loadSteps(problem: TrainingProblem, treeBytes = DEFAULT_TREE_BYTES): Generator<void, void> {
    this.problem = undefined;
    const { layers, labels, sampleCount } = problem;
    const active = yield* activeInputSteps(problem);
    if (problem.samples.length > VALUES_A_SLICE) yield; // growing the memory takes its time too
    const units = marginUnits(problem);
    const neurons = layers.slice(1).reduce((sum, n) => sum + n, 0);
    this.orTooLarge(
      this.door.loadProblem(
        layers.length - 1,
        active.length,
        sampleCount,
        problem.weightBound,
        units.scale,
        units.epsilon,
        problem.linf,
        confidenceThreshold(problem, active.length),
        neurons,
      ),
      problem,
    );
    const sizes = new Int32Array(this.memory.buffer, this.door.sizesAt(), layers.length);
    sizes.set(layers);
    sizes[0] = active.length;
    new Int8Array(this.memory.buffer, this.door.labelsAt(), sampleCount).set(labels);
    this.writeBoxes(problem, active);
    yield* this.writeSamples(problem, active);
    if (isRobust(problem)) {
      const groups = groupsOf(problem);
      this.groupCount = groups.count;
      this.orTooLarge(this.door.loadGroups(groups.count), problem);
      new Int32Array(this.memory.buffer, this.door.groupsAt(), sampleCount).set(groups.of);
    }
    const targets = targetsOf(problem);
    if (targets !== undefined) {
      this.orTooLarge(this.door.loadTargets(), problem);
      new Int32Array(this.memory.buffer, this.door.targetsAt(), sampleCount).set(targets);
    }
    const limits = limitsOf(problem, active);
    if (limits !== undefined) {
      const { nonzeros, wrongPlus, wrongMinus, costs } = limits;
      this.orTooLarge(this.door.loadLimits(nonzeros, wrongPlus, wrongMinus, costs ? 1 : 0), problem);
      if (costs) new Int32Array(this.memory.buffer, this.door.costsAt(), costs.length).set(costs);
    }
    let state = this.door.prepare(treeBytes, SLICE);
    for (; state === PAUSED; state = this.door.prepare(treeBytes, SLICE)) yield;
    if (state !== RUNNING) {
      if (treeBytes <= LEAST_TREE_BYTES) throw tooLarge(problem);
      yield* this.loadSteps(problem, Math.max(LEAST_TREE_BYTES, treeBytes >> 2)); // the trees go depth first sooner
      return;
    }
    this.problem = problem;
    this.packing = { layers, active };
  }

  private *writeSamples(problem: TrainingProblem, active: Int32Array): Generator<void, void> {
    const { layers, samples, sampleCount } = problem;
    const width = layers[0];
    const stride = this.door.inputsPadded();
    const block = Math.max(1, Math.floor(VALUES_A_SLICE / stride));
    for (let from = 0; from < sampleCount; from += block) {
      if (from > 0) yield;
      const rows = new Int16Array(this.memory.buffer, this.door.samplesAt(), sampleCount * stride);
      copyRows(samples, width, active, rows, stride, from, Math.min(sampleCount, from + block));
    }
  }

  /** What the problem says of single inputs; the engine's memory has the paper's boxes until then. */
  private writeBoxes(problem: TrainingProblem, active: Int32Array): void {
    const stride = this.door.inputsPadded();
    const { buffer } = this.memory;
    const lows = new Int16Array(buffer, this.door.lowsAt(), stride);
    const highs = new Int16Array(buffer, this.door.highsAt(), stride);
    const radii = new Int32Array(buffer, this.door.radiiAt(), stride);
    const uncounted = new Uint8Array(buffer, this.door.uncountedAt(), stride);
    const free = new Set(problem.free);
    active.forEach((i, a) => {
      [lows[a], highs[a]] = rangeOf(problem, i);
      radii[a] = radiusOf(problem, i);
      uncounted[a] = free.has(i) ? 1 : 0;
    });
  }

  private orTooLarge(state: number, problem: TrainingProblem): void {
    if (state !== RUNNING) throw tooLarge(problem);
  }

  /** From the next `load` on, problems with at most so many networks are enumerated; 0 sends all to the trees. */
  setEnumerationLimit(networks: number): void {
    this.door.setEnumerationLimit(networks);
  }

  /** From the next `begin` on: whether a stage goes on to prove behind the plan it has, up to the limits. */
  setPatience(is: boolean): void {
    this.door.setPatience(is ? 1 : 0);
  }

  /** Starts a stage over the kept samples. With `start` that network is the first candidate; else none. */
  begin(stage: StageName, keep: readonly number[], hold: Hold, start: Network | null, seed: number): void {
    const kept = keptRows(this.loaded(), stage, keep);
    new Int32Array(this.memory.buffer, this.door.keepAt(), kept.length).set(kept);
    this.door.setKept(kept.length);
    this.keptCount = kept.length;
    const neurons = this.loaded()
      .layers.slice(1)
      .reduce((sum, n) => sum + n, 0);
    const holds = new Int32Array(this.memory.buffer, this.door.holdsAt(), neurons).fill(0);
    if (hold.kind === 'margins') holds.set(hold.margins.flat());
    if (start === null) this.incumbentView().fill(0);
    else packNetwork(this.incumbentView(), this.packed(), start.weights);
    if (hold.kind === 'loss') this.door.setMostLoss(hold.most);
    this.door.beginStage(STAGES[stage], HOLDS[hold.kind], start === null ? 0 : 1, seed);
  }

  /**
   * The checked build, after `begin` and before the first step: a network that is worth `value` to the stage (its own integers;
   * robust SM: the samples that `counted` names). No node, box, cut or bound may lose it as long as it is better than the
   * incumbent; the first that does stops with its name.
   */
  watch(network: Network, value: number, counted: readonly number[] = []): void {
    const bytes = this.door.witnessBytes();
    if (bytes < 0) throw new Error('only the checked build looks after a network');
    const view = new Int16Array(this.memory.buffer, this.door.witnessAt(), bytes / 2);
    packNetwork(view, this.packed(), network.weights);
    const samples = isRobust(this.loaded()) ? this.groupCount : 0;
    const flags = new Uint8Array(this.memory.buffer, this.door.witnessCountedAt(), samples).fill(0);
    for (const sample of counted) if (sample < flags.length) flags[sample] = 1;
    this.door.takeWitness(value);
  }

  /**
   * Works on until the stage's work counter reaches `untilWork`, `most` units of effort are spent (work, and copying and
   * setting up, which are not counted as work; a nanosecond each, about), or the stage ends.
   */
  step(untilWork: number, most = Number.POSITIVE_INFINITY): EngineState {
    return STATES.get(this.door.step(untilWork, most)) as EngineState;
  }

  /**
   * The stage has an answer if it has any without a search: it has valued the network it starts from and, SM, the obvious
   * ones. No limit of work ends a step before.
   */
  get opened(): boolean {
    return this.door.isOpened() !== 0;
  }

  /** SM of a single neuron: the bound as far as a proof can say why; `null` without one. */
  shownBound(): number | null {
    const shown = this.door.shownBound();
    return Number.isNaN(shown) ? null : shown;
  }

  figures(): EngineFigures {
    const objective = this.door.objective();
    const bound = this.door.bound();
    const given = this.door.givenBound();
    return {
      objective: Number.isNaN(objective) ? null : objective,
      bound: Number.isNaN(bound) ? null : bound,
      ...(Number.isNaN(given) ? {} : { boundGivenReliance: given }),
      nodes: this.door.nodes(),
      work: this.door.work(),
    };
  }

  /** From the next `load` on: whether trees say what becomes of their nodes (`drainTrace`). It changes no result. */
  setTracing(on: boolean): void {
    this.door.setTracing(on ? 1 : 0);
  }

  /** Takes what trees have said since the last time: records of TRACE_FIELDS numbers, and how many had no room. */
  drainTrace(): { readonly records: Float64Array; readonly missed: number } {
    const count = this.door.traceRecords();
    const missed = this.door.traceMissed();
    if (count === 0) return { records: new Float64Array(0), missed };
    const records = new Float64Array(
      this.memory.buffer,
      this.door.traceAddress(),
      count * TRACE_FIELDS,
    ).slice();
    this.door.clearTrace();
    return { records, missed };
  }

  /** What the running stage has done so far, by technique. */
  counters(): Counters {
    return readCounters((kind) => this.door.counterOf(kind), this.door.nodes());
  }

  /** Robust objective: the rows that the running stage has needed so far, out of all it is about. */
  cutRows(): { readonly used: number; readonly total: number } | undefined {
    // A soft loss looks at every row, and nothing is said to hold on all of them.
    if (objectiveOf(this.loaded()) !== 'robust') return undefined;
    return { used: this.door.cutRows(), total: this.keptCount };
  }

  /** The incumbent as a network of the problem's full shape. Call only where `figures().objective` is not null. */
  incumbent(): Network {
    const problem = this.loaded();
    return {
      layers: problem.layers,
      weightBound: largestWeight(problem),
      weights: unpackNetwork(this.incumbentView(), this.packed()),
    };
  }

  /**
   * The samples that SM counts of its incumbent, ascending, in steps of some milliseconds. The stage has ended or is given up.
   */
  *countedSteps(): Generator<void, number[]> {
    yield* this.measureSteps();
    const problem = this.loaded();
    const count = isRobust(problem) ? this.groupCount : problem.sampleCount;
    const flags = new Uint8Array(this.memory.buffer, this.door.countedAt(), count);
    const counted: number[] = [];
    for (let k = 0; k < count; k++) if (flags[k] !== 0) counted.push(k);
    return counted;
  }

  /** The margins of MM's or MW's incumbent on the kept samples, in units of 1/D; as `countedSteps`, not for robust stages. */
  *marginSteps(): Generator<void, number[][]> {
    yield* this.measureSteps();
    const { layers } = this.loaded();
    let at = this.door.marginsAt();
    return layers.slice(1).map((size) => {
      const margins = [...new Int32Array(this.memory.buffer, at, size)];
      at += 4 * size;
      return margins;
    });
  }

  private *measureSteps(): Generator<void, void> {
    this.door.beginMeasuring();
    while (this.door.measure(SLICE) === PAUSED) yield;
  }

  /**
   * Starts writing a proof that nothing beats `claim` (the stage's own integers; MM, MW or a robust stage, just ended, its
   * incumbent in place). Then step and drain in turn.
   */
  beginProof(claim: number): void {
    this.door.beginProof(claim);
  }

  /** SM of a single neuron: whether a proof by rows can be asked for. */
  get hasRows(): boolean {
    return this.door.hasRows() !== 0;
  }

  /** Whether the search has shown by rows that nothing counts more than `claim`. */
  isShownByRows(claim: number): boolean {
    return this.door.isShownByRows(claim) !== 0;
  }

  /** Robust SM: the proof begun last is a matching of contradictions, not a tree. */
  get provesByMatching(): boolean {
    return this.door.provesByMatching() !== 0;
  }

  /** Up to `nodes` nodes of the proof; fewer when the log is full, or after `most` units of effort (as `step`). */
  stepProof(nodes: number, most = Number.POSITIVE_INFINITY): 'running' | 'proved' | 'failed' {
    return (['running', 'proved', 'failed'] as const)[this.door.stepProof(nodes, most)];
  }

  /** The proof begun last has looked at its root: how it argues (`provesByMatching`) and `proofRoot` are known. */
  get proofOpened(): boolean {
    return this.door.isProofOpened() !== 0;
  }

  /** What the tree of the proof begun last knows at its root: a claim that needs no search. */
  proofRoot(): number {
    return this.door.proofRoot();
  }

  /** What stands proved in the end: the claim, or a better value that the proof met on its way. */
  provedClaim(): number {
    return this.door.provedClaim();
  }

  /** Takes what the log holds: i32 words, a copy. */
  drainProof(): Int32Array {
    const words = new Int32Array(this.memory.buffer, this.door.logAddress(), this.door.logLength()).slice();
    this.door.clearLog();
    return words;
  }

  /** Bytes of memory the loaded problem takes. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  private incumbentView(): Int16Array {
    return new Int16Array(this.memory.buffer, this.door.incumbentAt(), this.door.incumbentBytes() / 2);
  }

  private loaded(): TrainingProblem {
    if (this.problem === undefined) throw new Error('the engine has no problem: call load first');
    return this.problem;
  }

  private packed(): Packing {
    if (this.packing === undefined) throw new Error('the engine has no problem: call load first');
    return this.packing;
  }
}

/** Samples `from`..`to - 1`, their active inputs only, padded with zeros. */
function copyRows(
  samples: Int32Array,
  width: number,
  active: Int32Array,
  rows: Int16Array,
  stride: number,
  from: number,
  to: number,
): void {
  for (let k = from; k < to; k++) {
    const at = k * stride;
    for (let a = 0; a < active.length; a++) rows[at + a] = samples[k * width + active[a]];
    for (let a = active.length; a < stride; a++) rows[at + a] = 0;
  }
}

/** A string of AssemblyScript: UTF-16, its length in bytes in front of it; 0 is none. */
function stringAt(memory: WebAssembly.Memory, address: number): string {
  if (address === 0) return '';
  const bytes = new DataView(memory.buffer).getUint32(address - 4, true);
  return String.fromCharCode(...new Uint16Array(memory.buffer, address, bytes >>> 1));
}

function finish(steps: Generator<void, void>): void {
  while (steps.next().done !== true);
}

/** The rows a stage is about: `keep` names samples, which are families of rows under the robust objective. */
function keptRows(problem: TrainingProblem, stage: StageName, keep: readonly number[]): ArrayLike<number> {
  if (stage === 'sm') return new Int32Array(problem.sampleCount).map((_, k) => k);
  return isRobust(problem) ? rowsOf(problem, keep) : keep;
}

function tooLarge(problem: TrainingProblem): InputError {
  return new InputError(
    `the problem (${problem.sampleCount} samples, layers ${problem.layers.join('-')}) does not fit the engine's memory: use fewer samples or smaller layers`,
  );
}
