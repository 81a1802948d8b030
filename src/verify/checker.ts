import { InputError } from '../errors.js';
import type { Network } from '../network/types.js';
import type { Hold, SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { bruteStage } from './brute.js';
import { type Evaluation, evaluate, everySample, marginsOf, sumOf, variableWeights } from './evaluate.js';
import { networkFault, sameWeights } from './fault.js';
import type { ProofResult, StageProof } from './proof/types.js';
import { provedBoundHolds } from './proved-bound.js';
import { checkRobust } from './robust-checker.js';
import { stageStarts } from './starts.js';
import { decimalUnits } from './units.js';

/*
 * The independent checker of a solution file: it re-evaluates every network in the file with its own arithmetic and
 * re-derives what each stage started from: which samples are kept (SM's counted ones), which margins MW holds (those
 * of MM's network). It believes no number in the file.
 *
 * A file in which every stage carries its network is checked completely. With the last network only (all that the
 * contract asks for) an earlier stage's objective still holds when a later network attains it exactly: that network is
 * a witness. It is refuted when a later network could not exist if it were true. Otherwise it is `null`, not
 * checkable, and the reason says what is missing. Where SM's network is missing, a list of kept samples in the file
 * is taken as what MM and MW are about, if there are as many as SM says it counted.
 */

export interface StageVerdict {
  readonly stage: StageName;
  readonly objective: number | null;
  /** `null`: there is no objective, or the file lacks the network to re-derive it (see `reason`). */
  readonly objectiveHolds: boolean | null;
  /** `true`: by the proof, trivially, or by enumeration of a tiny problem; `null`: not decided by what is given. */
  readonly boundHolds: boolean | null;
  /** Why something does not hold or cannot be checked. */
  readonly reason?: string;
}

export interface Verdict {
  /** Nothing that could be checked fails. */
  readonly valid: boolean;
  readonly stages: readonly StageVerdict[];
  /** Faults of the file as a whole, one line each; absent when there are none. */
  readonly faults?: readonly string[];
}

/** A claimed bound is confirmed by enumeration up to this many combinations (milliseconds). */
export const MAX_CONFIRM_COMBINATIONS = 2 ** 18;

/**
 * Checks a solution against its problem in exact integers: shape and range of every network, zero weights of inactive
 * inputs, the objective of every stage, and of every bound what can be said without a proof.
 *
 * @param proof what the verifier of proofs made of a proof file. Where that has a block for a stage, the stage's bound
 * stands or falls with the block
 */
export function checkSolution(
  problem: TrainingProblem,
  solution: SolutionRecord,
  proof?: ProofResult,
): Verdict {
  if (problem.objective === 'robust') return checkRobust(problem, solution, proof);
  return new Checker(problem, solution, proof).verdict();
}

interface StageView {
  readonly record: StageRecord;
  /** The network the stage ended with; undefined: not in the file, or at fault. */
  readonly evaluation?: Evaluation;
  /** The samples the stage is about; undefined: not known. */
  keep?: readonly number[];
  /** MW only. */
  hold?: Hold;
  readonly reasons: string[];
}

class Checker {
  private readonly faults: string[] = [];
  private readonly evaluations: Evaluation[] = []; // of every sound network in the file
  private readonly views: StageView[] = [];
  private readonly unit: number; // MM's objective times this is an integer
  private readonly tolerance: number;

  constructor(
    private readonly problem: TrainingProblem,
    private readonly solution: SolutionRecord,
    private readonly proof?: ProofResult,
  ) {
    this.unit = decimalUnits(problem.epsilon).scale;
    this.tolerance = solution.tolerance ?? 0;
    const final = solution.network === null ? undefined : this.sound(solution.network, 'network');
    const found = solution.stages.filter((record) => record.objective !== null);
    const lastFound = found.at(-1);
    for (const record of solution.stages) {
      const own = record.network && this.sound(record.network, `network of stage ${record.stage}`);
      const isLast = record === lastFound;
      if (isLast && record.network && solution.network && !sameWeights(record.network, solution.network)) {
        this.faults.push(`network: is not the network of stage ${record.stage}, the last one that found any`);
      }
      const evaluation = record.network ? own : isLast ? final : undefined;
      this.views.push({ record, evaluation, reasons: [] });
    }
    this.deriveInputs();
    if (proof?.fault !== undefined) this.faults.push(`proof: ${proof.fault}`);
  }

  verdict(): Verdict {
    const stages = this.views.map((view): StageVerdict => {
      const objectiveHolds = this.isConsistent(view) ? this.objectiveHolds(view) : false;
      const own = this.boundHolds(view);
      const proof = this.proof?.stages.find(({ stage }) => stage === view.record.stage);
      const boundHolds = own === false || proof === undefined ? own : this.provedBound(view, own, proof);
      const { stage, objective } = view.record;
      const reason = view.reasons.join('; ');
      return { stage, objective, objectiveHolds, boundHolds, ...(reason === '' ? {} : { reason }) };
    });
    const fails = stages.some((stage) => stage.objectiveHolds === false || stage.boundHolds === false);
    const valid = !fails && this.faults.length === 0;
    return { valid, stages, ...(this.faults.length === 0 ? {} : { faults: this.faults }) };
  }

  private sound(network: Network, where: string): Evaluation | undefined {
    const fault = networkFault(this.problem, network);
    if (fault !== null) {
      this.faults.push(`${where}: ${fault}`);
      return undefined;
    }
    const evaluation = evaluate(this.problem, network);
    this.evaluations.push(evaluation);
    return evaluation;
  }

  /** What each stage started from, by the rules of docs/architecture.md. */
  private deriveInputs(): void {
    const starts = stageStarts(this.problem, this.solution, this.views);
    for (const view of this.views) Object.assign(view, starts.get(view.record.stage));
  }

  /** Status, objective and lists of samples agree with each other. */
  private isConsistent(view: StageView): boolean {
    const { record, reasons } = view;
    const found = record.status === 'optimal' || record.status === 'feasible';
    if (found !== (record.objective !== null)) {
      reasons.push(`status ${record.status} with objective ${record.objective}`);
    }
    if (record.objective !== null && record.network === undefined && this.solution.network === null) {
      reasons.push('an objective, but no network in the file');
    }
    if (record.keep !== undefined && view.keep !== undefined && !sameList(record.keep, view.keep)) {
      reasons.push('keep is not the list of samples this stage is about');
    }
    return reasons.length === 0;
  }

  private objectiveHolds(view: StageView): boolean | null {
    const { record, reasons } = view;
    if (record.objective === null) return null;
    if (view.evaluation === undefined) {
      // A network at fault is reported among the faults; a missing one leaves only what the others witness.
      if (record.network !== undefined || this.isLastFound(record)) {
        reasons.push('its network is at fault');
        return false;
      }
      return this.objectiveByWitness(view, record.objective);
    }
    const attained = this.attained(view, view.evaluation);
    if (attained === null) return null;
    if (Number.isNaN(attained)) return false;
    if (!this.equals(record, attained)) {
      reasons.push(`the network's objective is ${this.inUnits(record.stage, attained)}`);
      return false;
    }
    return true;
  }

  /** What a network scores at a stage, in integer units; pushes the reason and gives NaN when it is not allowed there. */
  private attained(view: StageView, evaluation: Evaluation): number | null {
    const { stage } = view.record;
    if (stage === 'sm') return evaluation.counted.length;
    if (view.keep === undefined) {
      view.reasons.push('which samples are kept is not in the file (no network of stage sm)');
      return this.objectiveWithoutKeep(view, evaluation);
    }
    const margins = marginsOf(this.problem, evaluation, view.keep);
    if (stage === 'mm') {
      if (margins.flat().every((margin) => margin >= 0)) return sumOf(margins);
      view.reasons.push('the network has a negative margin on a kept sample');
      return Number.NaN;
    }
    if (view.hold === undefined) {
      view.reasons.push('the margins it holds are not in the file (no network of stage mm)');
      const mm = this.view('mm')?.record.objective ?? 0;
      const short = this.tolerance === 0 && sumOf(margins) < Math.round(mm * this.unit);
      if (short) view.reasons.push(`the network's margins sum to less than the ${mm} of stage mm`);
      return short || !this.equals(view.record, evaluation.nonzeros) ? Number.NaN : null;
    }
    if (this.satisfies(evaluation, view.keep, view.hold)) return evaluation.nonzeros;
    view.reasons.push('the network does not hold what stage mw has to hold');
    return Number.NaN;
  }

  /** Not knowing which samples: only that there have to be as many as SM says which the network answers rightly. */
  private objectiveWithoutKeep(view: StageView, evaluation: Evaluation): number | null {
    const claimed = this.view('sm')?.record.objective ?? 0;
    const right = everySample(this.problem).filter((k) =>
      marginsOf(this.problem, evaluation, [k])
        .flat()
        .every((margin) => margin >= 0),
    );
    if (right.length < claimed) {
      view.reasons.push(`the network is right on ${right.length} samples, stage sm kept ${claimed}`);
      return Number.NaN;
    }
    if (view.record.stage === 'mw')
      return this.equals(view.record, evaluation.nonzeros) ? null : evaluation.nonzeros;
    return null;
  }

  /** The stage's own network is missing: does another network of the file attain or exclude the objective? */
  private objectiveByWitness(view: StageView, objective: number): boolean | null {
    const { record, reasons } = view;
    if (record.stage === 'sm' && this.evaluations.some((one) => one.counted.length === objective))
      return true;
    if (record.stage === 'mm' && view.keep !== undefined) {
      const keep = view.keep;
      const sums = this.evaluations
        .map((one) => marginsOf(this.problem, one, keep))
        .filter((margins) => margins.flat().every((margin) => margin >= 0))
        .map(sumOf);
      if (sums.some((sum) => this.equals(record, sum))) return true;
    }
    reasons.push('not checkable: the file has no network of this stage');
    return null;
  }

  private boundHolds(view: StageView): boolean | null {
    const { record, reasons } = view;
    const { stage, status, objective, bound } = record;
    const unit = stage === 'mm' ? 1 / this.unit : 1;
    const slack = unit * 1e-6; // decimals of the file, far below the unit in which objectives differ
    const sense = stage === 'mw' ? -1 : 1;
    if (status === 'infeasible') return this.infeasibleHolds(view);
    if (bound === null) {
      if (status !== 'optimal') return null;
      reasons.push('status optimal without a bound');
      return false;
    }
    if (objective !== null && sense * (bound - objective) < -slack) {
      reasons.push(`bound ${bound} is on the wrong side of the objective`);
      return false;
    }
    if (objective !== null && status === 'optimal' && sense * (bound - objective) >= unit - slack) {
      reasons.push(`status optimal, but bound ${bound} leaves a gap`);
      return false;
    }
    const scale = stage === 'mm' ? this.unit : 1;
    const beats = (value: number) => sense * (value / scale - bound) > slack;
    if (this.knownValues(view).some(beats)) {
      reasons.push(`bound ${bound} is beaten by a network in the file`);
      return false;
    }
    const trivial = this.trivialBound(view);
    if (trivial !== null && !beats(trivial)) return true;
    const optimum = this.enumerated(view);
    if (optimum === undefined || optimum === null) return null;
    if (!beats(optimum)) return true;
    reasons.push(`bound ${bound} is beaten: the optimum is ${this.inUnits(stage, optimum)}`);
    return false;
  }

  private provedBound(
    { record, reasons }: StageView,
    own: boolean | null,
    proof: StageProof,
  ): boolean | null {
    const unit = record.stage === 'mm' ? 1 / this.unit : 1;
    // That there is no network: none of a sum >= 0, or none within as many weights as there are.
    const none = record.stage === 'mm' ? -unit : variableWeights(this.problem) + 1;
    return provedBoundHolds(record, proof, own, none, unit, reasons);
  }

  private infeasibleHolds(view: StageView): boolean | null {
    if (view.record.stage === 'sm' || this.knownValues(view).length > 0) {
      view.reasons.push('status infeasible, but a network is feasible');
      return false;
    }
    const optimum = this.enumerated(view);
    if (optimum === undefined) return null;
    if (optimum === null) return true;
    view.reasons.push(`status infeasible, but the optimum is ${this.inUnits(view.record.stage, optimum)}`);
    return false;
  }

  /** What the networks of the file score at this stage, as far as they are feasible there. */
  private knownValues(view: StageView): number[] {
    const { stage } = view.record;
    const { keep, hold } = view;
    if (stage === 'sm') return this.evaluations.map((one) => one.counted.length);
    if (keep === undefined) return [];
    if (stage === 'mm') {
      return this.evaluations
        .map((one) => marginsOf(this.problem, one, keep))
        .filter((margins) => margins.flat().every((margin) => margin >= 0))
        .map(sumOf);
    }
    if (hold === undefined) return [];
    return this.evaluations.filter((one) => this.satisfies(one, keep, hold)).map((one) => one.nonzeros);
  }

  /** A bound that needs no search, in integer units: all samples; brightness of the kept samples; no weight at all. */
  private trivialBound(view: StageView): number | null {
    const { layers, weightBound, samples, sampleCount, linf } = this.problem;
    if (view.record.stage === 'sm') return sampleCount;
    if (view.record.stage === 'mw') return 0;
    if (view.keep === undefined) return null;
    if (view.keep.length === 0) return 0;
    let reach = Number.POSITIVE_INFINITY;
    for (const k of view.keep) {
      let norm = 0;
      for (let i = 0; i < layers[0]; i++) norm += Math.max(0, Math.abs(samples[k * layers[0] + i]) - linf);
      reach = Math.min(reach, norm);
    }
    let most = layers[1] * reach;
    for (let l = 1; l < layers.length - 1; l++) most += layers[l + 1] * layers[l];
    return most * weightBound * this.unit;
  }

  /** The optimum by enumeration; `null`: infeasible; undefined: too large, or what the stage starts from is unknown. */
  private enumerated(view: StageView): number | null | undefined {
    const { stage } = view.record;
    if (stage !== 'sm' && view.keep === undefined) return undefined;
    if (stage === 'mw' && view.hold === undefined) return undefined;
    try {
      return bruteStage(this.problem, stage, view.keep, view.hold, MAX_CONFIRM_COMBINATIONS).objective;
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }

  private satisfies(evaluation: Evaluation, keep: readonly number[], hold: Hold): boolean {
    if (hold.kind === 'confident') {
      const counted = new Set(evaluation.counted);
      return keep.every((k) => counted.has(k));
    }
    const least = (l: number, j: number) =>
      hold.kind === 'margins' && keep.length > 0 ? hold.margins[l][j] : 0;
    return marginsOf(this.problem, evaluation, keep).every((layer, l) =>
      layer.every((margin, j) => margin >= least(l, j)),
    );
  }

  private view(stage: StageName): StageView | undefined {
    return this.views.find((view) => view.record.stage === stage);
  }

  private isLastFound(record: StageRecord): boolean {
    return record === this.solution.stages.filter((one) => one.objective !== null).at(-1);
  }

  /** Objectives are compared as integers; only the printed decimals of the file are given a tolerance. */
  private equals(record: StageRecord, units: number): boolean {
    if (record.objective === null) return false;
    const claimed = record.objective * (record.stage === 'mm' ? this.unit : 1);
    return Math.abs(claimed - units) < 1e-6 * Math.max(1, Math.abs(units) * 1e-6);
  }

  private inUnits(stage: StageName, units: number): number {
    return stage === 'mm' ? units / this.unit : units;
  }
}

function sameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, n) => value === b[n]);
}
