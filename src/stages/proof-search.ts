import { type Engine, SLICE } from '../engine/index.js';
import { activeInputs } from '../problem/active.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGES } from '../stage-list.js';
import { proofLines } from './proof-text.js';
import type { StageName } from './types.js';

/** What showing the bound of one stage may cost. */
export interface ProofLimits {
  /** Work units, for all claims that are tried together: deterministic, and overshot by a few nodes. */
  readonly work: number;
  /** Share of the proof's time that is over, 0 to 1; the outer guard, which never steers what is tried otherwise. */
  readonly elapsed: () => number;
  /** Somebody wants an end. */
  readonly stop: () => boolean;
}

/** A claim in the stage's own integers, and the lines of its block from `method` on, without `end`. */
export interface Argument {
  readonly claim: number;
  readonly text: string;
}

/** Tree nodes between two looks at the limits: milliseconds. */
const NODES = 10;
/** Share of the limits for the claim itself; what is left is for weaker ones. */
const CLAIM_SHARE = 0.75;
/** A weaker claim may take this share of the work: claims that are too strong use all of it, of which several are met. */
const WEAKER_SHARE = 1 / 16;

/**
 * Lets the engine's proof pass argue, for the claim itself and, where that is too much, for weaker ones. How hard a claim
 * is shows a cliff: on MNIST, 4-9, [784, 4, 4, 1], the bound of the search is out of reach after 1.6e10 units, and 0.2 % above
 * it takes 1.5e7. So distances from the claim are halved from the tree's root downwards, which costs nearly nothing until the
 * cliff, and then bisected.
 */
export class ProofSearch {
  private readonly active: Int32Array;
  private spentBefore = 0;

  constructor(
    private readonly engine: Engine,
    problem: TrainingProblem,
    private readonly limits: ProofLimits,
  ) {
    this.active = activeInputs(problem);
  }

  /** Work units of all claims so far. */
  get spent(): number {
    return this.spentBefore;
  }

  /** `undefined`: not shown within its share of the limits. */
  *claim(claim: number): Generator<void, string | undefined> {
    return yield* this.attempt(claim, CLAIM_SHARE * this.limits.work, CLAIM_SHARE);
  }

  /**
   * SM of a single neuron by its rows: the claim, if they have shown it or soon do, or the least weaker one below `others` that they
   * have shown.
   */
  *rows(claim: number, others: number): Generator<void, Argument | undefined> {
    const { engine, limits } = this;
    for (let at = claim; engine.hasRows && !this.isOver(1); at++) {
      const isShown = engine.isShownByRows(at);
      if (at > claim && (!isShown || at >= others)) return undefined;
      const most = isShown ? limits.work - this.spent : WEAKER_SHARE * limits.work;
      const text = yield* this.attempt(at, most, 1, 'rows');
      if (text !== undefined) return { claim: at, text };
    }
    return undefined;
  }

  /** The best weaker claim that is shown within what is left; a stop keeps what has been shown before it. */
  *weaker(stage: StageName, claim: number): Generator<void, Argument | undefined> {
    const { limits } = this;
    const { sense } = STAGES[stage];
    let shown: Argument | undefined;
    let far = yield* this.rootDistance(claim, sense);
    let near = 0; // not shown
    for (let step = far; step > near && !this.isOver(1); step = between(near, far)) {
      const left = limits.work - this.spent;
      const at = claim + sense * step;
      const text = yield* this.attempt(at, Math.min(left, WEAKER_SHARE * limits.work), 1);
      if (text === undefined) near = step;
      else {
        shown = { claim: at, text };
        far = step;
      }
      if (far - near <= 1) break;
    }
    return shown;
  }

  /** How far the root of the tree is above (MW: below) the claim: there nothing has to be searched. */
  private *rootDistance(claim: number, sense: number): Generator<void, number> {
    this.engine.beginProof(claim);
    yield* this.open();
    if (!this.engine.proofOpened) return 0;
    const distance = sense * (this.engine.proofRoot() - claim);
    this.spentBefore += this.engine.figures().work;
    return distance;
  }

  private *attempt(
    claim: number,
    most: number,
    timeShare: number,
    method?: string,
  ): Generator<void, string | undefined> {
    const { engine } = this;
    engine.beginProof(claim);
    yield* this.open();
    const text = [`method ${method ?? (engine.provesByMatching ? 'matching' : 'tree')}\n`];
    let state = 'running';
    while (state === 'running' && engine.figures().work < most && !this.isOver(timeShare)) {
      state = engine.stepProof(NODES, SLICE);
      text.push(proofLines(engine.drainProof(), this.active));
      yield;
    }
    this.spentBefore += engine.figures().work;
    return state === 'proved' && engine.provedClaim() === claim ? text.join('') : undefined;
  }

  /** Until the proof begun last has looked at its root, unless time or patience ends before. */
  private *open(): Generator<void, void> {
    while (!this.engine.proofOpened && !this.isOver(1)) {
      this.engine.stepProof(0, SLICE);
      yield;
    }
  }

  private isOver(timeShare: number): boolean {
    const { limits } = this;
    return limits.stop() || limits.elapsed() >= timeShare || this.spent >= limits.work;
  }
}

/** Halves towards the claim until something is not shown; then the geometric mean of what is and what is not. */
function between(near: number, far: number): number {
  const step = near === 0 ? Math.floor(far / 2) : Math.max(near + 1, Math.floor(Math.sqrt(near * far)));
  return step < far ? step : near;
}
