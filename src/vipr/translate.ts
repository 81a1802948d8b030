import { InputError } from '../errors.js';
import { stageModel } from '../milp/model.js';
import { objectiveOf as kindOf } from '../problem/objective.js';
import type { Hold, SolutionRecord, StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { claimOfUnits, NONE } from '../verify/claims.js';
import { Fields } from '../verify/proof/parse.js';
import { settingOf } from '../verify/proof/setting.js';
import { Rejection } from '../verify/proof/types.js';
import { lastFound, stageStarts } from '../verify/starts.js';
import { mostWeights } from '../verify/worth/beyond.js';
import { Branching } from './branching.js';
import { Certificate, MOST_BYTES, type Part, type Ref } from './certificate.js';
import { certificateText } from './format.js';
import { Refusal, refuse } from './refusal.js';
import { RowTree } from './rows.js';
import { NeuronTree } from './tree.js';
import { pointOf, type WholeModel, wholeModel } from './whole-model.js';

/*
 * A block of a proof file (docs/proof.md) as a certificate of VIPR: the stage's MILP in whole numbers, the network as its solution, and the
 * block's records as derivations. Nothing of the block is believed: a line is what its sum comes to. What has no derivation is refused by name.
 */

/** Reads records until there is a conclusion. */
interface Tree {
  readonly conclusion: Ref | undefined;
  record(letter: string, fields: Fields): void;
}

/** Refused before anything is solved: what no block of such a problem could be. */
export function refuseOutsideVipr(problem: TrainingProblem, where: string): void {
  const kind = kindOf(problem);
  if (kind !== 'paper') throw new InputError(`${where}: objective ${kind} has no derivation`);
  for (const field of ['maxNonzero', 'exclusive', 'together'] as const) {
    if (problem[field] !== undefined) throw new InputError(`${where}: ${field} has no derivation`);
  }
}

export class ViprTranslation {
  private readonly fields = new Fields();
  private readonly keep: readonly number[];
  private readonly hold: Hold;
  private readonly model: WholeModel;
  private readonly certificate: Certificate;
  private readonly start: ReturnType<typeof stageStarts>;
  /** Lines of the stage's block that were read; before it -1, behind it 'over'. */
  private state: 'before' | 'head' | 'tree' | 'over' = 'before';
  private tree: Tree | undefined;
  private line = 0;
  private target = 0;
  private isNone = false;
  private beats: Ref = -1;

  /**
   * @param stage the one that the certificate is about
   * @param where the option, for messages
   */
  constructor(
    private readonly problem: TrainingProblem,
    private readonly solution: SolutionRecord,
    private readonly stage: StageName,
    private readonly where: string,
    mostBytes = MOST_BYTES,
  ) {
    refuseOutsideVipr(problem, where);
    this.start = stageStarts(problem, solution);
    const { keep = [], hold = { kind: 'correct' } } = this.start.get(stage) ?? {};
    this.keep = keep;
    this.hold = hold;
    this.model = wholeModel(problem, stage, stageModel(problem, stage, keep, hold));
    this.certificate = new Certificate(this.model, mostBytes);
  }

  /** One line of the proof file; what is behind the stage's block is passed over. */
  feed(text: string): void {
    this.line++;
    try {
      this.read(text);
    } catch (error) {
      if (error instanceof Refusal || error instanceof Rejection)
        this.fail(`${error.message} (line ${this.line} of the proof)`);
      if (error instanceof InputError) this.fail(error.message);
      throw error;
    }
  }

  private fail(what: string): never {
    throw new InputError(`${this.where}: ${this.stage}: ${what} has no derivation`);
  }

  /** The file's text, in pieces; without a block of the stage it shows no bound. */
  finish(): string[] {
    const isShown = this.state !== 'before';
    const never = this.state === 'over' ? this.tree?.conclusion : undefined;
    if (isShown && never === undefined) this.fail('a block that does not end');
    const { certificate, target, isNone } = this;
    const value = BigInt(this.stage === 'mw' ? target : -target);
    if (never !== undefined && !isNone) certificate.joinToObjective(never, this.beats, value);
    certificate.flush();
    const record = this.solution.stages.find(({ stage }) => stage === this.stage);
    const network = record?.network ?? this.lastNetwork();
    const point = isNone || network == null ? undefined : pointOf(this.problem, network, this.model);
    return certificateText(certificate, isNone ? 'none' : isShown ? value : undefined, point);
  }

  private lastNetwork() {
    return lastFound(this.solution)?.stage === this.stage ? this.solution.network : undefined;
  }

  private read(text: string): void {
    const { fields } = this;
    if (this.state === 'before') {
      if (text === `stage ${this.stage}`) this.state = 'head';
      return;
    }
    if (this.state === 'over') return;
    fields.load(text);
    const word = fields.word();
    if (this.state === 'head') this.readHead(word);
    else if (word === 'end') this.state = 'over';
    else this.tree?.record(word, fields);
  }

  private readHead(word: string): void {
    const { fields } = this;
    if (word === 'claim') this.readClaim();
    else if (word === 'method') this.begin(fields.word());
  }

  private readClaim(): void {
    const { fields, problem, stage } = this;
    const claim = fields.nextIs('none') ? NONE : claimOfUnits(problem, stage, fields.integer());
    this.isNone = claim.kind === 'none';
    if (claim.kind === 'bound') this.target = claim.units;
    else this.target = stage === 'mw' ? mostWeights(problem) + 1 : -1;
    this.beats = this.isNone ? this.anything() : this.better();
  }

  private better(): Ref {
    const value = BigInt(this.stage === 'mw' ? this.target : -this.target);
    return this.certificate.assumeObjective('<=', value - 1n);
  }

  /** What holds of every network, by the bounds of the columns: none is worse than none at all. */
  private anything(): Ref {
    const { columns, values } = this.model.objective;
    const { certificate } = this;
    const parts = columns.map((c, n): Part => {
      return values[n] > 0n ? [certificate.upper(c), values[n]] : [certificate.lower(c), -values[n]];
    });
    return certificate.sum(parts);
  }

  private begin(method: string): void {
    const { problem, stage, certificate, beats, keep, hold } = this;
    this.state = 'tree';
    const isAlone = problem.layers.length === 2;
    if (!isAlone || !['trivial', stage === 'sm' ? 'rows' : 'tree'].includes(method)) {
      this.tree = over(
        new Branching(certificate, beats).close() ?? refuse(`method ${method}, whose claim a point beats,`),
      );
      return;
    }
    const tree =
      stage === 'sm'
        ? new RowTree(certificate, problem, beats)
        : new NeuronTree(certificate, settingOf(problem, stage, keep, hold), keep, beats, this.target);
    const isTrivial = method === 'trivial';
    this.tree = isTrivial
      ? over(tree.trivially() ?? refuse('method trivial, beyond the bounds of the columns,'))
      : tree;
  }
}

/** What has been concluded without the block's records, which are passed over. */
function over(conclusion: Ref): Tree {
  return { conclusion, record: () => {} };
}
