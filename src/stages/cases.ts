import type { Network } from '../network/types.js';
import { activeInputs } from '../problem/active.js';
import { largestWeight, rangeOf } from '../problem/boxes.js';
import { isCombined, leastUse, withoutCombinations } from '../problem/combinations.js';
import { unitOf, type WholeResult } from '../problem/figures.js';
import { confidentSamples as countedBy, isAllowed } from '../problem/semantics.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGES } from '../stage-list.js';
import { stageShare } from './budget.js';
import { Case } from './case-tree.js';
import { asIsKnown } from './known.js';
import { blockOf } from './proof-text.js';
import type { AskedRun, StageSolver, StageTask } from './run-stages.js';
import type { Solution, SolveOptions, StageProgress } from './types.js';

/*
 * Single neurons whose columns exclude each other or come together (problem/combinations.ts). The engine knows boxes of weights; so a stage is
 * a tree over boxes here, best bound first: a box is solved as if every combination were allowed, which bounds it, and where the network found
 * is not allowed, the group that it breaks splits the box. Children are of one column alone (exclusive); of none of the columns, and of the one
 * that was missing, by the sign of its first weight (together). No network that is allowed is in none of them. The other choice,
 * every combination of every group at once, lost: three columns that come together are 9 boxes, of which one or two are ever looked at.
 */

/** Solves stages of a problem without groups. */
export type SolveBox = (
  problem: TrainingProblem,
  options: SolveOptions,
) => Generator<StageProgress, Solution>;

/** Solves the stages of a problem with groups. */
export function stageByCases(options: AskedRun, solveBox: SolveBox): StageSolver {
  return function* (task) {
    const { problem, stage, keep } = task;
    const run = new StageByCases(task, options, solveBox);
    const ended = yield* run.steps(task.start);
    const result = asIsKnown(ended, keep, problem.keep === undefined ? task.before[0] : undefined);
    if (run.text !== undefined) options.proof?.(run.text);
    const network = result.network ?? null;
    const worth = network !== null && stage === 'sm' ? { counted: countedBy(problem, network) } : {};
    return { result, network, worth, spent: result.work };
  };
}

/** Boxes that are looked at behind a limit where no network is known. */
const LATE_BOXES = 64;

class StageByCases {
  private readonly open: Case[] = [];
  private readonly root: Case;
  private readonly plain: TrainingProblem;
  private readonly sense: 1 | -1;
  private readonly scale: number;
  private readonly mostWork: number;
  private readonly began = performance.now();
  private best = Number.NEGATIVE_INFINITY; // in whole units, larger is better
  private network: Network | null = null;
  private nodes = 0;
  private work = 0;
  private wanted: number | undefined;
  private rows: WholeResult['rows'];
  private late = 0;
  private stopped: WholeResult['stopReason'] | undefined;
  /** The block of the proof. */
  text: string | undefined;

  constructor(
    private readonly task: StageTask,
    private readonly options: AskedRun,
    private readonly solveBox: SolveBox,
  ) {
    const { problem, stage, isLast, workLeft } = task;
    this.mostWork = stageShare(stage, isLast, workLeft, stage === 'sm' ? options.smWork : 0);
    this.plain = withoutCombinations(problem);
    this.sense = STAGES[stage].sense;
    this.scale = unitOf(problem, stage).scale;
    const active = new Set(activeInputs(problem));
    this.root = new Case(
      Array.from({ length: problem.layers[0] }, (_, i) => rangeOf(problem, i)),
      Number.POSITIVE_INFINITY,
      { problem, active },
    );
  }

  *steps(start: Network | null): Generator<StageProgress, WholeResult> {
    this.open.push(this.root);
    const proves = this.options.proof !== undefined;
    for (;;) {
      // Behind a limit all that matters is a first network, for which one goes deep.
      const isLate = this.stopped !== undefined && this.network === null;
      this.open.sort((a, b) => (isLate ? a.depth - b.depth : 0) || a.bound - b.bound);
      const next = this.open.at(-1);
      if (next === undefined) break;
      // What is to be proved is looked at even where its parent's bound would do. Late, the deepest box may be an empty one, before others.
      if (!proves && !isLate && next.bound <= this.best) break;
      if (this.isOver()) break;
      this.open.pop();
      if (next.isEmpty) continue;
      const found = yield* this.solve(next, start);
      if (next.bound <= this.best) continue;
      if (found !== null && isCombined(this.task.problem, found.weights[0][0])) continue;
      this.open.push(...next.split(found?.weights[0][0]));
    }
    // SM always has a network: counted right are some samples, or none.
    if (this.network === null && this.task.stage === 'sm' && this.open.length > 0)
      yield* this.solve(this.least(), start);
    const bound = this.root.worst(this.best);
    const isNone = this.network === null && bound === Number.NEGATIVE_INFINITY;
    const isProved = isNone || (this.network !== null && bound <= this.best);
    const outside = (value: number): number | null =>
      Number.isFinite(value) ? this.sense * value + 0 : null;
    const result: WholeResult = {
      stage: this.task.stage,
      status: isNone ? 'infeasible' : isProved ? 'optimal' : this.network === null ? 'unknown' : 'feasible',
      stopReason: isProved ? 'proved' : (this.stopped ?? 'work-limit'),
      objective: outside(this.best),
      bound: outside(bound),
      nodes: this.nodes,
      work: this.work,
      seconds: (performance.now() - this.began) / 1000,
      keep: this.task.keep,
      ...(this.wanted === undefined ? {} : { wanted: this.wanted }),
      ...(this.rows === undefined || this.network === null ? {} : { rows: this.rows }),
      ...(this.network === null ? {} : { network: this.network }),
    };
    return proves ? this.withProof(result) : result;
  }

  /** The box of one network that keeps to the groups. */
  private least(): Case {
    const { problem } = this.task;
    const active = new Set(activeInputs(problem));
    const boxes = this.root.ranges.map((range, i) => (active.has(i) ? range : ([0, 0] as const)));
    const ranges = leastUse(problem, boxes, 'problem').map((isUsed, i) => {
      const [low, high] = boxes[i];
      const weight = !isUsed ? 0 : low > 0 ? low : high < 0 ? high : high > 0 ? 1 : -1;
      return [weight, weight] as const;
    });
    return new Case(ranges, Number.POSITIVE_INFINITY, { problem, active });
  }

  /** A limit or a stop ends the search; but where no network is known, only after some more boxes, which take next to nothing each. */
  private isOver(): boolean {
    if (this.options.shouldStop?.() === true) this.stopped = 'interrupted';
    else if (this.work >= this.mostWork) this.stopped ??= 'work-limit';
    else if (this.secondsLeft() <= 0) this.stopped ??= 'time-limit';
    else return false;
    if (this.root.isLookedAt && this.network === null) this.late++;
    return this.root.isLookedAt && (this.network !== null || this.late > LATE_BOXES);
  }

  private secondsLeft(): number {
    return this.task.seconds - (performance.now() - this.began) / 1000;
  }

  /** Solves a box, as much of it as its share of the limits allows; the network that it ended with. */
  private *solve(box: Case, start: Network | null): Generator<StageProgress, Network | null> {
    const { options, plain } = this;
    const { stage, keep, hold } = this.task;
    const problem = { ...plain, ranges: box.ranges };
    const share = (left: number): number => Math.max(0, left) / (this.open.length + 2);
    const first = this.network ?? start;
    const lines: string[] = [];
    const steps = this.solveBox(problem, {
      stages: [stage],
      from: { keep, hold },
      tolerance: 0,
      workLimit: share(this.mostWork - this.work),
      ...(Number.isFinite(this.task.seconds) ? { timeLimit: share(this.secondsLeft()) } : {}),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.memoryLimit === undefined ? {} : { memoryLimit: options.memoryLimit }),
      ...(options.thorough === undefined ? {} : { thorough: options.thorough }),
      ...(options.shouldStop === undefined ? {} : { shouldStop: options.shouldStop }),
      ...(options.proof === undefined ? {} : { proof: (text) => lines.push(text) }),
      ...(first !== null && isAllowed(problem, first)
        ? { start: { ...first, weightBound: largestWeight(problem) } }
        : {}),
    });
    let step = steps.next();
    for (; !step.done; step = steps.next()) yield this.told(step.value);
    const [result] = step.value.stages;
    this.nodes += Math.max(1, result.nodes);
    this.work += result.work;
    this.rows = result.rows ?? this.rows;
    if (result.wanted !== undefined) this.wanted = result.wanted;
    const whole = (figure: number): number => this.sense * Math.round(figure * this.scale);
    if (result.status === 'infeasible') box.bound = Number.NEGATIVE_INFINITY;
    else if (result.bound !== null) box.bound = Math.min(box.bound, whole(result.bound));
    if (result.stopReason !== 'proved') this.stopped ??= result.stopReason;
    box.solved(lines.join(''));
    const found = result.objective === null ? null : step.value.network;
    if (found !== null && isCombined(this.task.problem, found.weights[0][0])) {
      const value = whole(result.objective as number);
      if (value > this.best) [this.best, this.network] = [value, found];
    }
    return found;
  }

  /** Progress of a box as that of the stage. */
  private told(progress: StageProgress): StageProgress {
    const { index, count, runStart } = this.task;
    const bounds = this.open.reduce((most, { bound }) => Math.max(most, bound), this.best);
    const out = (value: number): number | null =>
      Number.isFinite(value) ? (this.sense * value) / this.scale + 0 : null;
    const told = {
      ...progress,
      stageIndex: index,
      stageCount: count,
      seconds: (performance.now() - runStart) / 1000,
      objective: out(this.best),
      bound: this.open.length === 0 ? progress.bound : out(bounds),
      nodes: this.nodes + progress.nodes,
      work: this.work + progress.work,
    };
    this.options.onProgress?.(told);
    return told;
  }

  private withProof(result: WholeResult): WholeResult {
    const shown = this.root.proof(this.sense);
    const { status, bound } = result;
    if (shown === undefined || (status === 'infeasible') !== (shown.claim === null)) return result;
    if (bound === null && status !== 'infeasible') return result;
    const { stage, keep, hold } = this.task;
    this.text = blockOf(stage, keep, hold, shown.claim, `method cases\n${shown.text}`);
    const isWeaker = shown.claim !== null && bound !== null && this.sense * (shown.claim - bound) > 0;
    return isWeaker ? { ...result, provedBound: shown.claim as number } : result;
  }
}
