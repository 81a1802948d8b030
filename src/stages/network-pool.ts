import { InputError } from '../errors.js';
import { networkMargins } from '../network/margins.js';
import type { Network } from '../network/types.js';
import { activeInputs } from '../problem/active.js';
import { rangeOf } from '../problem/boxes.js';
import { unitOf } from '../problem/figures.js';
import { type Objective, objectiveOf } from '../problem/objective.js';
import { marginUnits } from '../problem/semantics.js';
import type { NetworkPool, PoolMember } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGES } from '../stage-list.js';
import { DEFAULT_WORK } from './budget.js';
import type { Solution, StageName } from './types.js';

/*
 * The best networks of a stage, for single neurons: all within a tolerance of the best, or as many of the best as are asked for (K. G. Murty,
 * "An algorithm for ranking all the assignments in order of increasing cost", 1968). The engine answers for a box of weights; what is left
 * of the box without the network that it found is cut into boxes that share no network (`ranges`), with the bound of the box for theirs
 * until they are answered for themselves. The box with the best bound is next; boxes whose bound is not good enough are left. So whatever the
 * engine could not settle is settled here, and when no box is left the pool is complete.
 */

/** How much worse than the best: a share of its value's magnitude, or an amount in the units of the stage's objective. */
export type Within = { readonly share: number } | { readonly amount: number };

export interface PoolRequest {
  /** Networks at most. */
  readonly size: number;
  readonly within: Within;
  /** Inputs, such as constants, whose weights alone make no other network: of those that differ there only, the best is listed. */
  readonly constants?: readonly number[];
  /** Work units for all boxes together; left out, and no time limit: fifty times what a problem gets. */
  readonly workLimit?: number;
  /** Seconds for all boxes together. */
  readonly timeLimit?: number;
  readonly tolerance?: number;
}

/** What says whether a problem, or a training, has a pool. */
interface PoolSubject {
  readonly stages: readonly StageName[];
  readonly objective: Objective['kind'];
  readonly hidden: boolean;
  /** MW holds margins that are given. */
  readonly hasMargins?: boolean;
}

/** Why there is no pool, in words to stand behind what was asked; `undefined` where there is one. */
export function poolRefusal({
  stages,
  objective,
  hidden,
  hasMargins = false,
}: PoolSubject): string | undefined {
  if (hidden) return 'of single neurons; these networks have hidden layers';
  const isMarginless = stages.includes('sm') && !stages.includes('mm') && !hasMargins;
  return stages.includes('mw') && (isMarginless || objective !== 'paper')
    ? "of the stage mw only under the paper's objective, and behind sm only with mm"
    : undefined;
}

/** Limits of one box. */
export interface BoxLimits {
  readonly stages: readonly [StageName];
  readonly workLimit?: number;
  readonly timeLimit?: number;
  readonly tolerance?: number;
}

const PLANS = 50;

/** Boxes that may wait: beyond it the pool ends as it is. */
const MOST_BOXES = 200_000;

type Ranges = readonly (readonly [number, number])[];

interface Box {
  readonly ranges: Ranges;
  /** No network in it is worth more; in whole units, larger is better. */
  readonly bound: number;
}

/**
 * @param problem of a single neuron
 * @param solved what its stages ended with: the pool is of the last of them, on what the stages before have left to keep and to hold
 * @param solveBox solves one stage of a problem, within limits
 * @param isStopped asked between boxes
 * @throws InputError for networks with hidden layers, and for MW that holds something else than margins
 */
export async function findPool(
  problem: TrainingProblem,
  solved: Solution,
  request: PoolRequest,
  solveBox: (problem: TrainingProblem, limits: BoxLimits) => Promise<Solution>,
  isStopped: () => boolean = () => false,
): Promise<NetworkPool> {
  const began = performance.now();
  const last = solved.stages[solved.stages.length - 1];
  const { stage } = last;
  const asked = problemOf(problem, solved);
  const { scale } = unitOf(problem, stage);
  const { sense } = STAGES[stage];
  const inWhole = (figure: number): number => sense * Math.round(figure * scale);
  const workLimit =
    request.workLimit ?? (request.timeLimit === undefined ? PLANS * DEFAULT_WORK : Number.POSITIVE_INFINITY);
  const secondsLeft = (): number =>
    (request.timeLimit ?? Number.POSITIVE_INFINITY) - (performance.now() - began) / 1000;
  const active = activeInputs(problem);
  const isConstant = new Set(request.constants);
  const counted = active.filter((i) => !isConstant.has(i));
  const found = new Found(request, scale);
  const open: Box[] = [
    {
      ranges: Array.from({ length: problem.layers[0] }, (_, i) => rangeOf(problem, i)),
      bound: last.bound === null ? Number.POSITIVE_INFINITY : inWhole(last.bound),
    },
  ];
  let work = 0;
  let stopReason: NetworkPool['stopReason'] = 'proved';
  // Boxes of one network but for its constants, whose best ones could not be settled.
  const unsettled: Box[] = [];
  // What the stage has found is an answer for the first box.
  let known = last.status === 'infeasible' ? undefined : solved;
  if (last.status === 'infeasible') open.pop();
  while (open.length > 0 && open[open.length - 1].bound >= found.wanted()) {
    if (isStopped()) stopReason = 'interrupted';
    else if (work >= workLimit || open.length > MOST_BOXES) stopReason = 'work-limit';
    else if (secondsLeft() <= 0) stopReason = 'time-limit';
    if (stopReason !== 'proved') break;
    const box = open.pop() as Box;
    const outcome =
      known ??
      (await solveBox(
        { ...asked, ranges: box.ranges },
        limitsOf(request, stage, workLimit - work, secondsLeft()),
      ));
    known = undefined;
    const result = outcome.stages[outcome.stages.length - 1];
    work += result.work;
    if (result.status === 'infeasible') continue;
    const bound = Math.min(
      box.bound,
      result.bound === null ? Number.POSITIVE_INFINITY : inWhole(result.bound),
    );
    const network = result.objective === null ? null : outcome.network;
    if (network !== null) {
      const own = { value: inWhole(result.objective as number), weights: network.weights[0][0] };
      if (counted.length < active.length && own.value < bound && own.weights !== undefined) {
        const ranges = around(box.ranges, network, counted).fixed;
        const limits = limitsOf(request, stage, workLimit - work, secondsLeft());
        const best = await solveBox({ ...asked, ranges }, limits);
        const ended = best.stages[best.stages.length - 1];
        work += ended.work;
        const least = ended.bound === null ? bound : Math.min(bound, inWhole(ended.bound));
        if (best.network !== null && ended.objective !== null) {
          const value = inWhole(ended.objective);
          if (value > own.value) Object.assign(own, { value, weights: best.network.weights[0][0] });
        }
        if (least > own.value) unsettled.push({ ranges, bound: least });
      }
      found.offer(own, counted);
    }
    const parts = network === null ? halves(box.ranges, active) : around(box.ranges, network, counted).parts;
    if (parts.length === 0 && network === null) {
      // A single network that could not be judged: it stays open.
      put(open, { ...box, bound });
      stopReason = 'work-limit';
      break;
    }
    for (const ranges of parts) if (keepsLimits(problem, ranges)) put(open, { ranges, bound });
  }
  const left = unsettled.filter(({ bound }) => bound >= found.wanted());
  if (stopReason === 'proved' && left.length > 0) stopReason = 'work-limit';
  return found.pool(stage, [...open, ...unsettled], stopReason, {
    sense,
    scale,
    work,
    seconds: (performance.now() - began) / 1000,
  });
}

function limitsOf(request: PoolRequest, stage: StageName, work: number, seconds: number): BoxLimits {
  const { tolerance } = request;
  return {
    stages: [stage],
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(Number.isFinite(work) ? { workLimit: Math.max(0, Math.min(Math.ceil(work), DEFAULT_WORK)) } : {}),
    ...(Number.isFinite(seconds) ? { timeLimit: Math.max(0, seconds) } : {}),
  };
}

/** The problem of the last stage by itself; a tolerance relaxes the margins as it relaxes those of MM. */
function problemOf(problem: TrainingProblem, solved: Solution): TrainingProblem {
  if (problem.layers.length > 2) {
    throw new InputError(`pool: for single neurons; this problem has layers ${problem.layers.join(', ')}`);
  }
  const { stage, status } = solved.stages[solved.stages.length - 1];
  if (stage === 'sm' || status === 'infeasible') return problem;
  const asked = { ...problem, keep: solved.keep };
  if (stage === 'mm' || problem.margins !== undefined) return asked;
  const mm = solved.stages.find((entry) => entry.stage === 'mm' && entry.objective !== null);
  const ranSm = solved.stages.some((entry) => entry.stage === 'sm');
  if (objectiveOf(problem) !== 'paper' || (mm === undefined && ranSm)) {
    throw new InputError(
      "pool: of the stage mw only under the paper's objective, and where it holds margins of mm or sm did not run",
    );
  }
  // Of no samples there are no margins.
  if (mm === undefined || solved.keep.length === 0) return asked;
  const network = mm.network ?? (solved.network as Network);
  const units = marginUnits(problem);
  const margins = networkMargins(network, problem, solved.keep, units);
  return { ...asked, margins: margins.map((layer) => layer.map((margin) => margin / units.scale)) };
}

/** The box without a network of it, weights before one its own and that one less or more; and the box of that network, all of its inputs that are not `active` free. */
function around(
  ranges: Ranges,
  network: Network,
  active: Int32Array,
): { readonly parts: Ranges[]; readonly fixed: Ranges } {
  const weights = network.weights[0][0];
  const parts: Ranges[] = [];
  const fixed = ranges.slice();
  for (const i of active) {
    const [low, high] = ranges[i];
    const w = weights[i];
    const withRange = (range: readonly [number, number]): Ranges => fixed.with(i, range);
    if (low < w) parts.push(withRange([low, w - 1]));
    if (high > w) parts.push(withRange([w + 1, high]));
    fixed[i] = [w, w];
  }
  return { parts, fixed };
}

/** The box in two by its widest range; nothing where it is a single network. */
function halves(ranges: Ranges, active: Int32Array): Ranges[] {
  let widest = -1;
  let most = 0;
  for (const i of active) {
    const width = ranges[i][1] - ranges[i][0];
    if (width > most) [widest, most] = [i, width];
  }
  if (widest < 0) return [];
  const [low, high] = ranges[widest];
  const middle = Math.floor((low + high) / 2);
  return [ranges.with(widest, [low, middle]), ranges.with(widest, [middle + 1, high])];
}

/** Whether a box that has to have so many weights other than 0 may have them. */
function keepsLimits({ maxNonzero, free = [] }: TrainingProblem, ranges: Ranges): boolean {
  if (maxNonzero === undefined) return true;
  let forced = 0;
  for (const [i, [low, high]] of ranges.entries()) if ((low > 0 || high < 0) && !free.includes(i)) forced++;
  return forced <= maxNonzero;
}

/** Best bounds last; of equal ones the newest last, which goes deep before it goes wide. */
function put(open: Box[], box: Box): void {
  let [from, to] = [0, open.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (open[middle].bound <= box.bound) from = middle + 1;
    else to = middle;
  }
  open.splice(from, 0, box);
}

interface FoundNetwork {
  /** Whole units, larger is better. */
  readonly value: number;
  readonly weights: readonly number[];
}

/** The networks that were found, best first. */
class Found {
  private readonly all: FoundNetwork[] = [];

  constructor(
    private readonly request: PoolRequest,
    private readonly scale: number,
  ) {}

  /** @param counted inputs that tell networks apart: of others that are known, the better one stays */
  offer(network: FoundNetwork, counted: Int32Array): void {
    const isSame = ({ weights }: FoundNetwork): boolean =>
      counted.every((i) => weights[i] === network.weights[i]);
    const known = counted.length < network.weights.length ? this.all.findIndex(isSame) : -1;
    if (known >= 0) {
      if (this.all[known].value >= network.value) return;
      this.all.splice(known, 1);
    }
    let at = this.all.length;
    while (at > 0 && this.all[at - 1].value < network.value) at--;
    this.all.splice(at, 0, network);
  }

  /** What a network must be worth to be within the tolerance. */
  private least(): number {
    if (this.all.length === 0) return Number.NEGATIVE_INFINITY;
    const best = this.all[0].value;
    const { within } = this.request;
    const million = 1_000_000n;
    const millionths = BigInt(Math.round(('share' in within ? within.share : within.amount) * 1e6));
    const of = 'share' in within ? BigInt(Math.abs(best)) : BigInt(this.scale);
    return best - Number((millionths * of) / million);
  }

  /**
   * What a box must promise to be looked into. Once there is one network more than are asked for, which says that these are not all: more
   * than the last of those.
   */
  wanted(): number {
    const { size } = this.request;
    const isOver = this.all.length > size && this.all[size].value >= this.least();
    return isOver ? Math.max(this.least(), this.all[size - 1].value + 1) : this.least();
  }

  pool(
    stage: StageName,
    open: readonly Box[],
    stopReason: NetworkPool['stopReason'],
    { sense, scale, work, seconds }: { sense: number; scale: number; work: number; seconds: number },
  ): NetworkPool {
    const least = this.least();
    const inside = this.all.filter(({ value }) => value >= least);
    const listed = inside.slice(0, this.request.size);
    const others = [
      ...open.map(({ bound }) => bound),
      ...this.all.slice(listed.length).map(({ value }) => value),
    ];
    const outside = others.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return {
      stage,
      complete: stopReason === 'proved' && (others.length === 0 || outside < least),
      stopReason,
      size: this.request.size,
      within: this.request.within,
      least: Number.isFinite(least) ? outsideOf(least, sense, scale) : null,
      outside: Number.isFinite(outside) ? outsideOf(outside, sense, scale) : null,
      work,
      seconds,
      networks: listed
        .toSorted((a, b) => b.value - a.value || byWeights(a.weights, b.weights))
        .map(({ value, weights }): PoolMember => ({ objective: outsideOf(value, sense, scale), weights })),
    };
  }
}

function outsideOf(value: number, sense: number, scale: number): number {
  return (sense * value) / scale + 0;
}

function byWeights(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((weight, i) => weight !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}
