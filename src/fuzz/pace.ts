/*
 * How much a campaign asks of each problem. What is judged is the same; the dearer judges, and the larger problems, take a smaller
 * share at the fast pace (docs/testing.md has both, side by side).
 */

/** One problem in so many, on average, is looked at by each of the dearer judges. */
export interface Shares {
  readonly fresh: number;
  readonly checked: number;
  readonly rival: number;
  readonly highs: number;
  readonly cut: number;
}

export interface Pace {
  readonly shares: Shares;
  /** One problem in so many is too large for brute force. */
  readonly medium: number;
  /** One run in so many is of a shape that leads where the others hardly come (draw-shapes.ts). */
  readonly shaped: number;
  /** One run in so many has the memory for its trees that a user has: a hundred megabytes, which every instance has to be given. */
  readonly usualTrees: number;
  /** A tiny problem whose weights have more than 2^SMALL_BITS values together is drawn again, so many times at most. */
  readonly redraws: number;
  /** Runs of a sequence, on one engine. */
  readonly sequence: number;
  /** Trials of what all solvers are asked, after each sequence of our own. */
  readonly trials: number;
}

/** Default: dear judges often. */
export const THOROUGH: Pace = {
  shares: { fresh: 3, checked: 60, rival: 4, highs: 100, cut: 12 },
  medium: 40,
  shaped: 8,
  usualTrees: 32,
  redraws: 0,
  sequence: 16,
  trials: 8,
};

/** Many problems: most are judged by brute force, checker and verifier alone. */
export const FAST: Pace = {
  shares: { fresh: 32, checked: 400, rival: 12, highs: 4000, cut: 48 },
  medium: 200,
  shaped: 12,
  usualTrees: 500,
  redraws: 2,
  sequence: 64, // an engine that is new takes as long as ten runs
  trials: 16,
};

/** Some hundred networks: brute force takes microseconds. */
export const SMALL_BITS = 10;
