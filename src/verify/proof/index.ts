import { isRobust } from '../../problem/objective.js';
import type { Hold, SolutionRecord, StageName } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { isStageName } from '../../stage-list.js';
import { bruteOptimum } from '../brute/index.js';
import { type Claim, claimOfUnits, implies, NONE, rowOf } from '../claims.js';
import { type StageStart, stageStarts } from '../starts.js';
import { allowsZeros, mostWeights } from '../worth/beyond.js';
import { CaseReplay } from './cases.js';
import { someNetworkCounts } from './enumerate-count.js';
import { beats } from './enumerate-layers.js';
import { countsAtMost } from './interval-count.js';
import { Fields } from './parse.js';
import type { Records } from './records.js';
import { Replay } from './replay.js';
import { beginRobustBlock } from './robust/begin.js';
import { RowReplay } from './rows.js';
import { settingOf } from './setting.js';
import { isFree, mostCounted, rootBound } from './trivial.js';
import { type ProofResult, Rejection, reject, type StageProof } from './types.js';

export type { ProofResult, StageProof } from './types.js';

/**
 * Checks a proof file against a problem and a solution (docs/proof.md).
 *
 * @param lines the file's lines, without their ends
 */
export function verifyProof(
  problem: TrainingProblem,
  solution: SolutionRecord,
  lines: Iterable<string>,
): ProofResult {
  const verifier = new ProofVerifier(problem, solution);
  for (const line of lines) verifier.feed(line);
  return verifier.finish();
}

/** What the next line has to be; `skip`: the rest of a refused block. */
type Expected = 'magic' | 'stage' | 'keep' | 'hold' | 'claim' | 'method' | 'tree' | 'end' | 'skip';

/** The block that is being read. */
interface Block {
  readonly stage: StageName;
  readonly start: StageStart;
  claim: Claim | null;
  replay?: Records;
}

/** Combinations that brute force looks at within a second; what `enumerate` leaves to other searches can take minutes. */
export const EASY_COMBINATIONS = 2 ** 22;

const NO_HOLD: Hold = { kind: 'correct' };

/**
 * The same, a line at a time: for files that are larger than memory. A block that is refused does not keep the others
 * from being checked.
 */
export class ProofVerifier {
  private readonly starts: ReadonlyMap<StageName, StageStart>;
  private readonly stages: readonly StageName[];
  private readonly results: StageProof[] = [];
  private readonly fields = new Fields();
  fault: string | undefined;
  private expected: Expected = 'magic';
  private block: Block | undefined;
  private line = 0;

  constructor(
    private readonly problem: TrainingProblem,
    solution: Pick<SolutionRecord, 'stages'>,
    starts?: ReadonlyMap<StageName, StageStart>,
  ) {
    this.stages = solution.stages.map(({ stage }) => stage);
    this.starts = starts ?? stageStarts(problem, solution as SolutionRecord);
  }

  feed(text: string): void {
    this.line++;
    if (text.startsWith('stage ') && this.fault === undefined) {
      if (this.block !== undefined) this.refuse('a new block before the end of this one');
      if (this.expected === 'skip') this.expected = 'stage';
    }
    if (this.expected === 'skip') return;
    const replay = this.block?.replay;
    try {
      if (replay instanceof CaseReplay && replay.isInside) {
        replay.line(text);
        return;
      }
      this.fields.load(text);
      this.read(this.fields.word());
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      this.refuse(error.message);
    }
  }

  finish(): ProofResult {
    if (this.expected === 'magic') this.fault = 'the file is empty';
    else if (this.block !== undefined) this.refuse('the file ends before the block does');
    return { stages: this.results, ...(this.fault === undefined ? {} : { fault: this.fault }) };
  }

  /** Nothing that comes can change the result any more. */
  get isOver(): boolean {
    return this.fault !== undefined;
  }

  private refuse(message: string): void {
    // Reasons quote the file, which may hold anything; they are for people's terminals.
    const reason = message.replace(/[^ -~]/g, '?');
    if (this.block === undefined) this.fault ??= `line ${this.line}: ${reason}`;
    else this.conclude(false, reason);
    this.expected = 'skip';
  }

  private conclude(holds: boolean, reason?: string): void {
    const { stage, claim } = this.block as Block;
    const why = reason === undefined ? {} : { reason, line: this.line };
    const stated = claim?.kind === 'bound' ? claim.units : (claim?.kind ?? null);
    this.results.push({ stage, claim: stated, holds, ...why });
    this.block = undefined;
    this.expected = 'stage';
  }

  private read(word: string): void {
    const { fields, expected } = this;
    if (expected === 'tree' && word !== 'end') {
      (this.block as Block).replay?.record(word, fields);
      return;
    }
    if (expected === 'magic') {
      if (word === 'VER') reject('a certificate of VIPR, which only its own checkers judge');
      if (word !== 'fewbit-proof') reject('not a proof file: it does not begin with fewbit-proof');
      const version = fields.word();
      if (version !== '1') reject(`version ${version.slice(0, 20)} is not known, only 1`);
      fields.end();
      this.expected = 'stage';
    } else if (expected === 'tree' || expected === 'end') {
      if (word !== 'end') reject(`'${word.slice(0, 20)}' where the block should end`);
      fields.end();
      if ((this.block as Block).replay?.done === false) reject('the block ends with open nodes');
      this.conclude(true);
    } else {
      if (word !== expected) reject(`'${word.slice(0, 20)}' instead of ${expected}`);
      if (expected === 'stage') this.readStage();
      else this.readHead(expected, this.block as Block);
    }
  }

  private readStage(): void {
    const name = this.fields.word();
    this.fields.end();
    if (!isStageName(name)) reject(`'${name.slice(0, 20)}' is no stage`);
    const at = this.stages.indexOf(name);
    if (at < 0) reject(`the solution has no stage ${name}`);
    const before = this.results.at(-1)?.stage;
    if (before !== undefined && at <= this.stages.indexOf(before))
      reject(`stage ${name} after stage ${before}`);
    this.block = { stage: name, start: this.starts.get(name) ?? {}, claim: null };
    this.expected = name === 'sm' ? 'claim' : 'keep';
  }

  private readHead(expected: Expected, block: Block): void {
    const { fields } = this;
    if (expected === 'keep') {
      this.compareKeep(block);
      this.expected = block.stage === 'mw' ? 'hold' : 'claim';
    } else if (expected === 'hold') {
      this.compareHold(block);
      this.expected = 'claim';
    } else if (expected === 'claim') {
      block.claim = this.readClaim(block.stage);
      this.expected = 'method';
    } else {
      const method = fields.word();
      fields.end();
      this.begin(method, block, block.claim as Claim);
    }
  }

  /**
   * A bound, or `none`. Earlier files said the latter by a number beyond all that a network can be worth; such a number says
   * the same of its own stage still, and is that claim from here on.
   */
  private readClaim(stage: StageName): Claim {
    const { fields, problem } = this;
    let claim = NONE;
    if (fields.nextIs('none')) fields.word();
    else claim = claimOfUnits(problem, stage, fields.integer());
    fields.end();
    const isNever = rowOf(problem, stage).infeasible === 'never' && !mayBeNone(problem, stage);
    if (claim.kind === 'none' && isNever) reject(`stage ${stage} always has a network`);
    return claim;
  }

  private compareKeep({ start }: Block): void {
    const stated = this.fields.integers();
    if (start.keep === undefined) reject('the solution does not say which samples are kept');
    if (stated.join() !== start.keep.join()) reject('these are not the samples that the solution keeps');
  }

  private compareHold({ start }: Block): void {
    const { fields } = this;
    const kind = fields.word();
    const stated = fields.integers();
    const { hold } = start;
    if (hold === undefined) reject('the solution does not say which margins are held');
    const held = hold.kind === 'margins' ? hold.margins.flat() : hold.kind === 'loss' ? [hold.most] : [];
    if (kind !== hold.kind || stated.join() !== held.join()) reject('this is not what the solution holds');
    // A network with a wrong output or an uncertain activation: what follows from a hold would not follow from this.
    if (held.some((margin) => margin < 0)) reject('a held margin is negative');
  }

  private begin(method: string, block: Block, claim: Claim): void {
    const { stage, start } = block;
    this.expected = 'end';
    const target = this.targetOf(stage, claim);
    // What follows from unlike labels elsewhere does not follow here.
    if (
      stage === 'mw' &&
      isFree(this.problem, start.hold ?? NO_HOLD) &&
      target > 0 &&
      method !== 'enumerate' &&
      method !== 'cases'
    ) {
      reject(
        allowsZeros(this.problem)
          ? 'a claim above 0 where no weights at all do'
          : 'with a confidence of 0 only enumerate is a method of stage mw',
      );
    }
    if (method === 'cases') {
      block.replay = this.casesOf(block, claim);
      this.expected = 'tree';
    } else if (isRobust(this.problem)) {
      const confirm = (bound: number | null) => this.confirm(bound, claim, stage);
      block.replay = beginRobustBlock(this.problem, stage, start, target, method, confirm);
      if (block.replay !== undefined) this.expected = 'tree';
    } else if (method === 'enumerate') {
      this.enumerate(block, claim, target);
    } else if (stage === 'sm') {
      if (method === 'trivial') this.confirm(mostCounted(this.problem), claim, stage);
      else if (method === 'interval') this.confirmByIntervals(target);
      else if (method === 'rows') {
        block.replay = new RowReplay(this.problem, target);
        this.expected = 'tree';
      } else reject(`'${method.slice(0, 20)}' is no method of stage sm`);
    } else {
      const setting = settingOf(this.problem, stage, start.keep as readonly number[], start.hold ?? NO_HOLD);
      if (method === 'trivial') this.confirm(rootBound(setting), claim, stage);
      else if (method === 'tree') {
        block.replay = new Replay(setting, target);
        this.expected = 'tree';
      } else reject(`'${method.slice(0, 20)}' is no method of stage ${stage}`);
    }
  }

  /** Arguments about boxes: each is a block of the box's own problem, whose head is this block's. */
  private casesOf({ stage, start }: Block, claim: Claim): CaseReplay {
    const { exclusive, together } = this.problem;
    if (exclusive === undefined && together === undefined)
      reject('cases, where the problem has no groups of columns');
    return new CaseReplay(this.problem, stage, start, (problem) => {
      const inner = new ProofVerifier(problem, { stages: this.recordsOf(stage) }, new Map([[stage, start]]));
      const head = ['fewbit-proof 1', `stage ${stage}`];
      if (stage !== 'sm')
        head.push(['keep', ...(start.keep ?? reject('the samples kept are not known'))].join(' '));
      if (stage === 'mw') head.push(holdLine(start.hold ?? reject('what is held is not known')));
      for (const line of head) inner.feed(line);
      return (line) => {
        inner.feed(line);
        const [result] = inner.finished;
        if (inner.fault !== undefined) reject(inner.fault);
        if (result === undefined) return false;
        if (!result.holds) reject(`a case: ${result.reason}`);
        const shown =
          result.claim === 'none' ? NONE : { kind: 'bound' as const, units: result.claim as number };
        if (!implies(rowOf(this.problem, stage), shown, claim)) reject('a case claims less than the block');
        return true;
      };
    });
  }

  private recordsOf(stage: StageName): SolutionRecord['stages'] {
    return [{ stage } as SolutionRecord['stages'][number]];
  }

  /** The blocks that have ended so far. */
  get finished(): readonly StageProof[] {
    return this.results;
  }

  /** The bound that only no network at all could meet: what a search for `none` has to reach in every branch. */
  private targetOf(stage: StageName, claim: Claim): number {
    if (claim.kind === 'bound') return claim.units;
    return rowOf(this.problem, stage).figure === 'weights' ? mostWeights(this.problem) + 1 : -1;
  }

  /** By the brute force that judges everything else too; what is too large for that, by searches that use the claim. */
  private enumerate({ stage, start }: Block, claim: Claim, target: number): void {
    const { problem } = this;
    const optimum = bruteOptimum(problem, stage, start.keep, start.hold, EASY_COMBINATIONS);
    if (optimum !== undefined) {
      this.confirm(optimum, claim, stage);
      return;
    }
    if (problem.layers.length === 2) reject('too large to enumerate');
    const keep = start.keep ?? [];
    const isBeaten =
      stage === 'sm'
        ? someNetworkCounts(problem, target)
        : beats(settingOf(problem, stage, keep, start.hold ?? NO_HOLD), keep, target);
    if (isBeaten) reject(`a network is better than ${wordsOf(claim)}`);
  }

  /** @param optimum a bound of the optimum, in whole units; `null`: there is no network at all */
  private confirm(optimum: number | null, claim: Claim, stage: StageName): void {
    const shown = optimum === null ? NONE : claimOfUnits(this.problem, stage, optimum);
    if (implies(rowOf(this.problem, stage), shown, claim)) return;
    reject(`the claim is ${wordsOf(claim)}, but the verifier finds ${optimum}`);
  }

  private confirmByIntervals(claim: number): void {
    if (this.problem.layers.length > 2) reject('interval is a method for a single neuron');
    const answer = countsAtMost(this.problem, claim);
    if (answer === null) reject('too large for a search over the weights');
    if (answer === false) reject(`a network counts for more than ${claim}`);
  }
}

function holdLine(hold: Hold): string {
  const held = hold.kind === 'margins' ? hold.margins.flat() : hold.kind === 'loss' ? [hold.most] : [];
  return ['hold', hold.kind, ...held].join(' ');
}

/** SM allows any network, but for what `atMostWrong` forbids. */
function mayBeNone({ atMostWrong }: TrainingProblem, stage: StageName): boolean {
  return stage === 'sm' && atMostWrong !== undefined;
}

function wordsOf(claim: Claim): string {
  return claim.kind === 'bound' ? String(claim.units) : 'none';
}
