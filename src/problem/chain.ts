import { InputError } from '../errors.js';
import { validateNetwork } from '../network/shape.js';
import type { Network } from '../network/types.js';
import { show } from '../printable.js';
import { comesBefore } from '../stage-list.js';
import { largestWeight } from './boxes.js';
import { confidentSamples, holdOfMinWeight, isAllowed, keptSamples, type MmWorth } from './semantics.js';
import type { Hold, SolutionRecord, StageName } from './solution.js';
import type { TrainingProblem } from './types.js';

/** What a stage starts from. SM takes neither: it looks at all samples. */
export interface StageInputs {
  readonly keep: readonly number[];
  readonly hold: Hold;
}

/** What a stage's network is worth, where whoever ran it knows it already. */
export interface EndedWorth {
  /** SM: the samples it counts. */
  readonly counted?: readonly number[];
  readonly mm?: MmWorth;
}

/**
 * The lexicographic chain: what SM counts is kept, what MM reaches is held, unless the problem says it. Everyone who runs
 * stages or goes on from a solution walks it; the judges have a derivation of their own (verify/starts.ts).
 */
export class StageChain {
  private readonly ran: StageName[] = [];
  private kept: readonly number[];
  private mmNetwork: Network | null = null;
  private mmWorth: MmWorth | undefined;
  private hasNoSm = false;

  /** @param tolerance MW holds `(1 - tolerance) * m`; in [0, 1] */
  constructor(
    private readonly problem: TrainingProblem,
    private readonly tolerance: number,
  ) {
    this.kept = keptSamples(problem);
  }

  /** The samples that the next stage keeps. */
  get keep(): readonly number[] {
    return this.kept;
  }

  /** SM has found no network, and the problem does not say what is kept: there is nothing that a stage behind it could be about. */
  get isBarred(): boolean {
    return this.hasNoSm;
  }

  /** What a stage holds that runs next. */
  holdOf(stage: StageName): Hold {
    if (stage !== 'mw') return { kind: 'correct' };
    return holdOfMinWeight(this.problem, this.ran, this.mmNetwork, this.kept, this.tolerance, this.mmWorth);
  }

  /** A stage has run; `null`: it found no network. */
  ended(stage: StageName, network: Network | null, worth: EndedWorth = {}): void {
    this.ran.push(stage);
    const saysKept = stage === 'sm' && this.problem.keep === undefined;
    if (network === null) {
      if (saysKept) this.hasNoSm = true;
      return;
    }
    if (saysKept) {
      this.kept = worth.counted ?? confidentSamples(this.problem, network);
    }
    if (stage === 'mm') {
      this.mmNetwork = network;
      this.mmWorth = worth.mm;
    }
  }
}

/**
 * What MM or MW starts from, given the solution of the stages before it. The problem's own `keep` and `margins` go
 * before anything a solution says; without them the networks of the earlier stages decide.
 *
 * @param previous may hold `stage` itself and later ones too; they are left out of account
 * @param where the start of the error line: the solution's file name
 * @throws InputError when something is needed that neither the problem nor the solution has
 */
export function stageInputs(
  problem: TrainingProblem,
  stage: 'mm' | 'mw',
  previous: SolutionRecord | undefined,
  where: string,
  tolerance = previous?.tolerance ?? 0,
): StageInputs {
  const ran = (previous?.stages ?? []).map((entry) => entry.stage).filter((name) => comesBefore(name, stage));
  if (previous === undefined && problem.keep === undefined && problem.margins === undefined) {
    throw new InputError(
      `stage ${stage}: which samples to keep is not known: give the solution of the stage before it, or "keep" in the problem`,
    );
  }
  const chain = new StageChain(problem, tolerance);
  for (const name of ran) {
    const isNeeded = name === 'sm' ? problem.keep === undefined : problem.margins === undefined;
    chain.ended(name, isNeeded ? requireNetwork(problem, previous!, name, where) : null);
  }
  return { keep: chain.keep, hold: chain.holdOf(stage) };
}

/** The network a stage ended with: its own entry's, or, for the last entry that found one, the solution's. */
export function networkOfStage(solution: SolutionRecord, stage: StageName): Network | undefined {
  const entry = solution.stages.find((candidate) => candidate.stage === stage);
  if (entry === undefined || entry.objective === null) return undefined;
  const last = solution.stages.filter((candidate) => candidate.objective !== null).at(-1);
  return entry.network ?? (entry === last ? (solution.network ?? undefined) : undefined);
}

/**
 * A network of a file that has to fit the problem.
 *
 * @throws InputError naming the first thing that does not fit
 */
export function fitNetwork(problem: TrainingProblem, raw: Network, where: string): Network {
  const network = validateNetwork(raw, where);
  if (network.layers.join() !== problem.layers.join()) {
    throw new InputError(
      `${where}: layers ${show(network.layers)} are not the problem's ${show(problem.layers)}`,
    );
  }
  if (network.weightBound > largestWeight(problem)) {
    throw new InputError(
      `${where}: weightBound ${network.weightBound} is above the problem's ${largestWeight(problem)}`,
    );
  }
  if (!isAllowed(problem, network)) {
    throw new InputError(
      `${where}: its weights are not in the problem's ranges, or more are not 0 than maxNonzero`,
    );
  }
  return network;
}

function requireNetwork(
  problem: TrainingProblem,
  solution: SolutionRecord,
  stage: StageName,
  where: string,
): Network {
  const network = networkOfStage(solution, stage);
  if (network === undefined) {
    throw new InputError(
      `${where}: the solution has no network of stage ${stage}, which the next stage starts from`,
    );
  }
  return fitNetwork(problem, network, `${where}: network of stage ${stage}`);
}
