import type { Network } from '../network/types.js';
import { targetsOf } from '../problem/objective.js';
import type { Hold, SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { bruteOptimum } from './brute/index.js';
import { type Claim, claimOfUnits, implies, NONE, rowOf, scaleOf } from './claims.js';
import { networkFault, sameWeights } from './fault.js';
import { readFigures } from './figures.js';
import { type PoolVerdict, poolVerdict } from './network-pool.js';
import type { ProofResult, StageProof } from './proof/types.js';
import { boundFaults, fileFaults, neverInfeasible, objectiveFaults } from './record-fault.js';
import { families } from './robust.js';
import { isBarred, lastFound, sameList, scoreAt, stageStarts } from './starts.js';
import type { StageVerdict, Verdict } from './verdict.js';
import { claimOf, inFileUnits, shownBy, unshown, type View } from './view.js';
import { type Measured, type Worth, worthOf } from './worth/index.js';

/*
 * The independent checker of a solution file: it re-evaluates every network in the file with its own arithmetic and
 * re-derives what each stage started from. It believes no number in the file. What a network is worth is the business of
 * worth/, what a stage may claim at all that of claims.ts; this is the one path that all objectives go.
 *
 * A file in which every stage carries its network is checked completely. With the last network only (all that the
 * contract asks for) an earlier stage's objective still holds when a later network attains it exactly: that network is
 * a witness. It is refuted when a later network could not exist if it were true. Otherwise it is `null`, not
 * checkable, and the reason says what is missing. Where SM's network is missing, a list of kept samples in the file
 * is taken as what MM and MW are about, if there are as many as SM says it counted; such a file is never called proved.
 */

/** What a check may spend on a file. */
export interface CheckOptions {
  /** Confirm bounds of tiny problems by enumeration; default true. */
  readonly enumerate?: boolean;
}

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
  options: CheckOptions = {},
): Verdict {
  return new Checker(problem, solution, proof, options.enumerate ?? true).verdict();
}

const NO_HOLD: Hold = { kind: 'correct' };

class Checker {
  private readonly worth: Worth;
  private readonly faults: string[];
  private readonly all: Measured[] = []; // every sound network in the file
  private readonly views: readonly View[];
  private readonly optima = new Map<StageName, Claim>();

  constructor(
    private readonly problem: TrainingProblem,
    private readonly solution: SolutionRecord,
    private readonly proof: ProofResult | undefined,
    private readonly enumerates: boolean,
  ) {
    this.worth = worthOf(problem);
    this.faults = fileFaults(solution);
    const final = solution.network === null ? undefined : this.sound(solution.network, 'network');
    const last = lastFound(solution);
    const stages = solution.stages.map((record) => {
      const own = record.network && this.sound(record.network, `network of stage ${record.stage}`);
      if (record === last && record.network && solution.network) {
        if (!sameWeights(record.network, solution.network)) {
          this.faults.push(
            `network: is not the network of stage ${record.stage}, the last one that found any`,
          );
        }
      }
      return { record, measured: record.network ? own : record === last ? final : undefined };
    });
    const starts = stageStarts(problem, solution, stages, this.worth);
    this.views = stages.map(({ record, measured }) => ({
      record,
      measured,
      row: rowOf(problem, record.stage),
      figures: readFigures(problem, record),
      scale: scaleOf(problem, record.stage),
      start: starts.get(record.stage) ?? {},
      reasons: [],
    }));
    this.checkKeep();
    if (proof?.fault !== undefined) this.faults.push(`proof: ${proof.fault}`);
  }

  verdict(): Verdict {
    const open: string[] = [];
    const stages = this.views.map((view): StageVerdict => {
      const verdict = this.stageVerdict(view);
      open.push(...unshown(view, verdict));
      return verdict;
    });
    const fails = stages.some((stage) => stage.objectiveHolds === false || stage.boundHolds === false);
    const pool = this.poolVerdict();
    if (pool?.networksHold === null) open.push('pool: its networks');
    if (pool?.othersHold === null) open.push('pool: that no other network is as good');
    const poolFails = pool?.networksHold === false || pool?.othersHold === false;
    const valid = !fails && !poolFails && this.faults.length === 0;
    return {
      valid,
      proved: valid && open.length === 0,
      stages,
      ...(pool === undefined ? {} : { pool }),
      ...(valid && open.length > 0 ? { unproved: open } : {}),
      ...(this.faults.length === 0 ? {} : { faults: this.faults }),
    };
  }

  /** Pools are of single neurons, and of the last stage of the file. */
  private poolVerdict(): PoolVerdict | undefined {
    const { pool } = this.solution;
    if (pool === undefined) return undefined;
    const view = this.views.at(-1);
    if (view === undefined || view.record.stage !== pool.stage || this.problem.layers.length > 2) {
      const reason = 'it is not of the last stage, or not of single neurons';
      return { networks: pool.networks.length, networksHold: false, othersHold: null, reason };
    }
    const units = { scale: view.scale, sense: view.row.sense };
    return poolVerdict(this.problem, pool, view.start, this.worth, units, this.enumerates);
  }

  private sound(network: Network, where: string): Measured | undefined {
    const fault = networkFault(this.problem, network);
    if (fault !== null) {
      this.faults.push(`${where}: ${fault}`);
      return undefined;
    }
    const measured = this.worth.measure(network);
    this.all.push(measured);
    return measured;
  }

  /** The file's own list of kept samples, where what MM and MW keep is known without it. */
  private checkKeep(): void {
    const stated = this.solution.keep;
    const view = this.views.find(({ record }) => record.stage !== 'sm' && record.objective !== null);
    if (stated === undefined || view?.start.keep === undefined) return;
    if (!sameList(stated, view.start.keep))
      this.faults.push('keep: is not the list of samples that stages mm and mw keep');
  }

  private stageVerdict(view: View): StageVerdict {
    const { record, reasons } = view;
    reasons.push(...objectiveFaults(this.problem, record, view.figures));
    let objectiveHolds = reasons.length > 0 ? false : this.objectiveHolds(view);
    let boundHolds = this.boundHolds(view);
    const block = this.proof?.stages.find(({ stage }) => stage === record.stage);
    if (boundHolds !== false && block !== undefined) boundHolds = this.provedHolds(view, block, boundHolds);
    else if (boundHolds === null && this.followsFromBefore(view)) boundHolds = true;
    if (objectiveHolds === null && this.isRefuted(view, block)) {
      reasons.push(`no network reaches objective ${record.objective}`);
      objectiveHolds = false;
    }
    const { stage, objective } = record;
    const reason = reasons.join('; ');
    return { stage, objective, objectiveHolds, boundHolds, ...(reason === '' ? {} : { reason }) };
  }

  // ---- objectives ----

  private objectiveHolds(view: View): boolean | null {
    const { record, reasons, measured, figures } = view;
    if (record.objective === null) return null;
    if (record.network === undefined && this.solution.network === null) {
      reasons.push('an objective, but no network in the file');
      return false;
    }
    const about = this.aboutOf(view);
    if (record.keep !== undefined && about !== undefined && !sameList(record.keep, about)) {
      reasons.push('keep is not the list of samples this stage is about');
      return false;
    }
    if (record.rows !== undefined && !this.hasRows(record, record.rows, view.start.keep)) {
      reasons.push(`${record.rows.used} of ${record.rows.total} rows are not those this stage is about`);
      return false;
    }
    if (record.wanted !== undefined && !this.isWanted(record, record.wanted, view.start.keep)) {
      reasons.push(`wanted ${record.wanted} is not the sum of the squared targets`);
      return false;
    }
    const claimed = figures.objective as number;
    if (measured === undefined) {
      // A network at fault is reported among the faults; a missing one leaves only what the others witness.
      if (record.network !== undefined || record === lastFound(this.solution)) {
        reasons.push('its network is at fault');
        return false;
      }
      if (this.values(view).some((value) => value === claimed)) return true;
      reasons.push('not checkable: the file has no network of this stage');
      return null;
    }
    return this.attains(view, measured, claimed);
  }

  private hasRows(
    { stage }: StageRecord,
    { used, total }: NonNullable<StageRecord['rows']>,
    keep: readonly number[] | undefined,
  ): boolean {
    const all = stage === 'sm' ? this.problem.sampleCount : keep && this.worth.rowsOf(keep);
    return Number.isInteger(used) && used >= 0 && used <= total && (all === undefined || total === all);
  }

  /** Of MM with soft margins; where it is not known what is kept, any sum will do. */
  private isWanted({ stage }: StageRecord, wanted: number, keep: readonly number[] | undefined): boolean {
    const targets = targetsOf(this.problem);
    if (stage !== 'mm' || targets === undefined) return false;
    if (keep === undefined) return true;
    const sets = families(this.problem);
    return wanted === keep.flatMap((sample) => sets[sample]).reduce((sum, k) => sum + targets[k] ** 2, 0);
  }

  private aboutOf({ record, start, measured }: View): readonly number[] | undefined {
    return record.stage === 'sm' ? measured?.counted : start.keep;
  }

  private attains(view: View, measured: Measured, claimed: number): boolean | null {
    const { record, reasons, start, scale } = view;
    const { stage } = record;
    if (stage !== 'sm' && start.keep === undefined) {
      reasons.push('which samples are kept is not in the file (no network of stage sm)');
      return this.withoutKeep(view, measured, claimed);
    }
    if (stage === 'mw' && start.hold === undefined) {
      reasons.push('the margins it holds are not in the file (no network of stage mm)');
      return this.withoutHold(view, measured, claimed);
    }
    const attained = this.valueAt(view, measured);
    if (attained === undefined) {
      reasons.push(
        stage === 'mm'
          ? 'the network has a negative margin on a kept sample'
          : stage === 'mw'
            ? 'the network does not hold what stage mw has to hold'
            : 'the network leaves out more samples of a label than the problem allows',
      );
      return false;
    }
    if (attained === claimed) return true;
    reasons.push(`the network's objective is ${attained / scale}`);
    return false;
  }

  /** Not knowing which samples: only that there have to be as many as SM says which the network answers rightly. */
  private withoutKeep({ record, reasons }: View, measured: Measured, claimed: number): false | null {
    // What samples cost says nothing about how many they are.
    const counted = this.problem.costs === undefined ? (this.view('sm')?.record.objective ?? 0) : 0;
    let right = 0;
    for (let k = 0; k < this.worth.samples; k++) if (measured.value([k]) !== undefined) right++;
    // A count of what is not right says nothing about a network that holds no more than the count.
    const asks = this.worth.countsRight || record.stage === 'mm';
    if (asks && right < counted) {
      reasons.push(`the network is right on ${right} samples, stage sm kept ${counted}`);
      return false;
    }
    return this.hasWeights(record.stage, reasons, measured, claimed) ? null : false;
  }

  /** Not knowing which margins: but none is smaller than MM's, so neither is what they make together. */
  private withoutHold(view: View, measured: Measured, claimed: number): false | null {
    const { record, reasons, start } = view;
    const mm = this.view('mm');
    const least = mm === undefined ? undefined : mm.figures.objective === null ? 0 : mm.figures.objective;
    const value = measured.value(start.keep as readonly number[]) ?? Number.NEGATIVE_INFINITY;
    if ((this.solution.tolerance ?? 0) === 0 && least !== undefined && value < least) {
      reasons.push(`the network's margins are less than the ${mm?.record.objective} of stage mm`);
      return false;
    }
    return this.hasWeights(record.stage, reasons, measured, claimed) ? null : false;
  }

  private hasWeights(stage: StageName, reasons: string[], measured: Measured, claimed: number): boolean {
    if (stage !== 'mw' || measured.nonzeros === claimed) return true;
    reasons.push(`the network's objective is ${measured.nonzeros}`);
    return false;
  }

  private valueAt({ record, start }: View, measured: Measured): number | undefined {
    return scoreAt(record.stage, start, measured);
  }

  /** What the networks of the file score at a stage, as far as they are allowed there. */
  private values(view: View): number[] {
    return this.all.map((one) => this.valueAt(view, one)).filter((value) => value !== undefined);
  }

  // ---- bounds ----

  /** The bound that needs no search; `undefined`: what the stage starts from is not known. */
  private trivial({ record: { stage }, start: { keep, hold } }: View): Claim | undefined {
    if ((stage !== 'sm' && keep === undefined) || (stage === 'mw' && hold === undefined)) return undefined;
    return claimOfUnits(this.problem, stage, this.worth.trivial(stage, keep ?? [], hold ?? NO_HOLD));
  }

  /** The optimum by enumeration; `undefined`: too large, or what the stage starts from is not known. */
  private optimum({ record: { stage }, start: { keep, hold } }: View): Claim | undefined {
    const known = this.optima.get(stage);
    if (known !== undefined) return known;
    if (!this.enumerates) return undefined;
    if ((stage !== 'sm' && keep === undefined) || (stage === 'mw' && hold === undefined)) return undefined;
    const optimum = bruteOptimum(this.problem, stage, keep ?? [], hold ?? NO_HOLD, this.worth.quick);
    if (optimum === undefined) return undefined;
    const claim: Claim = optimum === null ? NONE : { kind: 'bound', units: optimum };
    this.optima.set(stage, claim);
    return claim;
  }

  private boundHolds(view: View): boolean | null {
    const { record, row, scale, reasons } = view;
    const faults = boundFaults(this.problem, record, view.figures, this.worth.floor(record.stage));
    if (faults.length > 0) {
      reasons.push(...faults);
      return false;
    }
    if (record.status === 'infeasible') {
      const why = neverInfeasible(this.problem, this.solution, record.stage, view.start, this.worth);
      const feasible =
        why ?? (this.values(view).length > 0 ? 'a network in the file is feasible' : undefined);
      if (feasible !== undefined) {
        reasons.push(`status infeasible, but ${feasible}`);
        return false;
      }
    }
    const claim = claimOf(view);
    if (claim === undefined) return null;
    if (claim.kind === 'bound') {
      const beats = (value: number) => row.sense * (value - claim.units) > 0;
      if (this.values(view).some(beats)) {
        reasons.push(`bound ${record.bound} is beaten by a network in the file`);
        return false;
      }
    }
    const trivial = this.trivial(view);
    if (trivial !== undefined && implies(row, trivial, claim)) return true;
    const optimum = this.optimum(view);
    if (optimum === undefined) return null;
    if (implies(row, optimum, claim)) return true;
    const what = claim.kind === 'none' ? 'status infeasible' : `bound ${record.bound}`;
    reasons.push(`${what}, but the optimum is ${optimum.kind === 'bound' ? optimum.units / scale : 'none'}`);
    return false;
  }

  /**
   * What the block of a stage in a proof says about the stage's bound, which nothing else refutes. A weaker claim refutes
   * nothing; but a proof that is given for a bound has to show it, unless the solution says itself that it shows less.
   */
  private provedHolds(view: View, proof: StageProof, own: boolean | null): boolean | null {
    const { record, row, figures, reasons } = view;
    const shown = shownBy(proof);
    const stated = inFileUnits(view, proof.claim);
    if (shown === undefined) {
      reasons.push(`proof${proof.line === undefined ? '' : `, line ${proof.line}`}: ${proof.reason}`);
      return false;
    }
    const { bound, provedBound } = record;
    const wanted = claimOf(view);
    if (wanted === undefined) return own;
    if (implies(row, shown, wanted)) return true;
    if (wanted.kind === 'none') {
      reasons.push(`the proof shows ${stated} only, which is weaker than that there is no network`);
      return false;
    }
    const less = figures.provedBound ?? undefined;
    if (less !== undefined && implies(row, shown, { kind: 'bound', units: less })) {
      if (own === null)
        reasons.push(`the proof shows ${stated} as the file says, and leaves bound ${bound} open`);
      return own;
    }
    reasons.push(`the proof shows ${stated} only, which is weaker than bound ${provedBound ?? bound}`);
    return false;
  }

  /** Where SM has no network, nothing is kept; where none is right on what is kept, none holds anything on it either. */
  private followsFromBefore({ record, start: { hold } }: View): boolean {
    const sm = this.view('sm');
    if (record.status === 'infeasible' && sm && isBarred(this.problem, record.stage, this.solution.stages))
      return this.optimum(sm)?.kind === 'none';
    const mm = this.view('mm');
    if (hold === undefined || this.worth.isFree(hold)) return false;
    if (record.stage !== 'mw' || record.status !== 'infeasible' || mm?.record.status !== 'infeasible')
      return false;
    const block = this.proof?.stages.find(({ stage }) => stage === 'mm');
    const shown = [block && shownBy(block), this.optimum(mm)];
    return shown.some((claim) => claim?.kind === 'none');
  }

  /** Whether an objective that no network of the file attains is better than what any could reach. */
  private isRefuted(view: View, block: StageProof | undefined): boolean {
    const { row, figures } = view;
    if (figures.objective === null) return false;
    const units = figures.objective as number;
    const bounds = [this.trivial(view), this.optimum(view), block && shownBy(block)];
    return bounds.some((claim) => {
      if (claim === undefined) return false;
      return claim.kind === 'none' || row.sense * (units - claim.units) > 0;
    });
  }

  private view(stage: StageName): View | undefined {
    return this.views.find((view) => view.record.stage === stage);
  }
}
