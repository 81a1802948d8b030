import { InputError } from '../errors.js';
import type { Network } from '../network/types.js';
import type { SolutionRecord, StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import type { StageVerdict, Verdict } from './checker.js';
import { variableWeights } from './evaluate.js';
import { networkFault, sameWeights } from './fault.js';
import type { ProofResult, StageProof } from './proof/types.js';
import { provedBoundHolds } from './proved-bound.js';
import { families, RobustEvaluation } from './robust.js';
import { robustBrute } from './robust-brute.js';
import {
  heldLoss,
  holdsLoss,
  type RobustView,
  robustHold,
  robustKeep,
  thresholdsOf,
} from './robust-starts.js';
import { decimalUnits } from './units.js';

/*
 * The checker of a solution under the robust objective: every network is evaluated on all rows with all completions by
 * code that shares nothing with the engine, and what a stage started from is re-derived from the networks before it. A
 * stage without a network of its own in the file is not checkable, unless it is the last one that found any.
 */

/** A claimed bound is confirmed by enumeration up to this many combinations. */
const MAX_CONFIRM = 2 ** 16;

/** @param proof as in `checkSolution` */
export function checkRobust(
  problem: TrainingProblem,
  solution: SolutionRecord,
  proof?: ProofResult,
): Verdict {
  const faults: string[] = [];
  const lastFound = solution.stages.filter((record) => record.objective !== null).at(-1);
  const sound = (network: Network | null | undefined, where: string): RobustEvaluation | undefined => {
    if (!network) return undefined;
    const fault = networkFault(problem, network);
    if (fault === null) return new RobustEvaluation(problem, network);
    faults.push(`${where}: ${fault}`);
    return undefined;
  };
  const final = sound(solution.network, 'network');
  const views = solution.stages.map((record): RobustView => {
    const own = sound(record.network, `network of stage ${record.stage}`);
    if (record !== lastFound) return { record, evaluation: own };
    if (record.network && solution.network && !sameWeights(record.network, solution.network)) {
      faults.push(`network: is not the network of stage ${record.stage}, the last one that found any`);
    }
    return { record, evaluation: own ?? (record.network ? undefined : final) };
  });
  if (proof?.fault !== undefined) faults.push(`proof: ${proof.fault}`);
  const judge = new Judge(problem, solution, views, proof);
  const stages = views.map((view) => judge.verdict(view));
  const fails = stages.some((stage) => stage.objectiveHolds === false || stage.boundHolds === false);
  return { valid: !fails && faults.length === 0, stages, ...(faults.length === 0 ? {} : { faults }) };
}

class Judge {
  private readonly unit: number;
  private readonly keep: readonly number[] | undefined; // of MM and MW
  private readonly thresholds: readonly number[] | undefined; // of MW
  private readonly mostLoss: number | undefined; // of MW after soft margins

  constructor(
    private readonly problem: TrainingProblem,
    solution: SolutionRecord,
    private readonly views: readonly RobustView[],
    private readonly proof?: ProofResult,
  ) {
    this.unit = decimalUnits(problem.epsilon).scale;
    this.keep = robustKeep(problem, views);
    this.mostLoss = heldLoss(problem, solution, views, this.keep);
    const hold = holdsLoss(problem, views) ? undefined : robustHold(problem, solution, views, this.keep);
    this.thresholds = hold && thresholdsOf(problem, hold);
  }

  verdict(view: RobustView): StageVerdict {
    const { record } = view;
    const reasons: string[] = [];
    const objectiveHolds = this.objectiveHolds(view, reasons);
    const own = this.boundHolds(view, reasons);
    const proof = this.proof?.stages.find(({ stage }) => stage === record.stage);
    const boundHolds =
      own === false || proof === undefined ? own : this.provedBound(view, own, proof, reasons);
    const reason = reasons.join('; ');
    const { stage, objective } = record;
    return { stage, objective, objectiveHolds, boundHolds, ...(reason === '' ? {} : { reason }) };
  }

  private objectiveHolds({ record, evaluation }: RobustView, reasons: string[]): boolean | null {
    const found = record.status === 'optimal' || record.status === 'feasible';
    if (found !== (record.objective !== null)) {
      reasons.push(`status ${record.status} with objective ${record.objective}`);
      return false;
    }
    if (record.objective === null) return null;
    if (evaluation === undefined) {
      reasons.push('not checkable: the file has no sound network of this stage');
      return record.network === undefined && record !== this.views.at(-1)?.record ? null : false;
    }
    const attained = this.attained(record.stage, evaluation);
    if (attained === undefined) {
      reasons.push('what the stage starts from is not in the file');
      return null;
    }
    if (attained === null) {
      reasons.push('a kept row is not certified');
      return false;
    }
    if (record.keep !== undefined && !this.isAbout(record, evaluation)) {
      reasons.push('keep is not the list of samples this stage is about');
      return false;
    }
    if (Math.abs(attained - record.objective * this.scale(record.stage)) < 1e-6) return true;
    reasons.push(`the network's objective is ${attained / this.scale(record.stage)}`);
    return false;
  }

  private isAbout(record: RobustView['record'], evaluation: RobustEvaluation): boolean {
    const about = record.stage === 'sm' ? evaluation.certifiedSamples() : this.keep;
    return about === undefined || about.join() === record.keep?.join();
  }

  /** In integer units; `null`: not allowed at this stage; `undefined`: not known what the stage is about. */
  private attained(stage: StageName, evaluation: RobustEvaluation): number | null | undefined {
    if (stage === 'sm') return evaluation.certifiedSamples().length;
    if (this.keep === undefined) return undefined;
    if (stage === 'mm' && this.problem.soft !== undefined) {
      const loss = evaluation.softLoss(this.keep);
      return Number.isFinite(loss) ? -loss : null;
    }
    if (stage === 'mm') return evaluation.certifiedMargin(this.keep) ?? null;
    if (this.mostLoss !== undefined) {
      return evaluation.softLoss(this.keep) <= this.mostLoss ? evaluation.nonzeros : null;
    }
    if (this.thresholds === undefined) return undefined;
    return evaluation.holds(this.keep, this.thresholds) ? evaluation.nonzeros : null;
  }

  private boundHolds({ record }: RobustView, reasons: string[]): boolean | null {
    const { stage, status, objective, bound } = record;
    const sense = stage === 'mw' ? -1 : 1;
    const scale = this.scale(stage);
    if (bound === null && status === 'optimal') {
      reasons.push('status optimal without a bound');
      return false;
    }
    const claim =
      status === 'infeasible' ? Number.NEGATIVE_INFINITY : bound === null ? null : sense * bound * scale;
    if (claim === null) return null;
    if (objective !== null && sense * objective * scale > claim + 1e-6) {
      reasons.push(`bound ${bound} is on the wrong side of the objective`);
      return false;
    }
    if (status === 'optimal' && objective !== null && claim - sense * objective * scale >= 1 - 1e-6) {
      reasons.push(`status optimal, but bound ${bound} leaves a gap`);
      return false;
    }
    const witnesses = this.views.flatMap(({ evaluation }) => {
      const value = evaluation && this.attained(stage, evaluation);
      return typeof value === 'number' ? [sense * value] : [];
    });
    const optimum = this.enumerated(stage);
    if (optimum !== undefined && optimum !== null) witnesses.push(sense * optimum);
    if (witnesses.some((value) => value > claim + 1e-6)) {
      reasons.push(`bound ${bound} is beaten by a network`);
      return false;
    }
    if (stage === 'sm' && claim >= families(this.problem).length) return true;
    if (stage === 'mw' && claim >= 0) return true;
    return optimum === undefined ? null : true;
  }

  private provedBound(
    { record }: RobustView,
    own: boolean | null,
    proof: StageProof,
    reasons: string[],
  ): boolean | null {
    const unit = 1 / this.scale(record.stage);
    // That there is no network: none of a margin >= 0, or none within as many weights as there are.
    const none = record.stage === 'mm' ? -unit : variableWeights(this.problem) + 1;
    return provedBoundHolds(record, proof, own, none, unit, reasons);
  }

  /** The optimum by enumeration; `null`: infeasible; `undefined`: too large, or what the stage starts from is unknown. */
  private enumerated(stage: StageName): number | null | undefined {
    const keep = stage === 'sm' ? [] : this.keep;
    const thresholds = stage === 'mw' && this.mostLoss === undefined ? this.thresholds : [];
    if (keep === undefined || thresholds === undefined) return undefined;
    try {
      return robustBrute(this.problem, stage, keep, thresholds, MAX_CONFIRM, this.mostLoss).objective;
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }

  private scale(stage: StageName): number {
    return stage === 'mm' && this.problem.soft === undefined ? this.unit : 1;
  }
}
