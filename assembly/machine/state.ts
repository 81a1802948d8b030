/** What `prepare`, `step` and `measure` answer. Work is left; */
export const RUNNING = 0;
/** incumbent meets bound; */
export const OPTIMAL = 1;
/** no network satisfies the stage; */
export const INFEASIBLE = 2;
/** nothing left to try. */
export const EXHAUSTED = 3;
export const OUT_OF_MEMORY = 4;
/** Not through yet: call again. */
export const PAUSED = 5;

/** The stage that runs. Written by `run.ts`; a proof or a recount ends it, because the stage cannot be gone on with then. */
export class Run {
  /** One of the answers above; set by `beginStage`. */
  static answer: i32 = RUNNING;
  /** The stage has valued the network that it starts from and, SM, the obvious ones; set by `beginStage`. */
  static opened: bool = false;
  /** The limit of work of the step at hand. */
  static until: f64 = 0;
}

/** The proof that is being written. Written by `prove.ts`, set by `beginProof`. */
export class Proof {
  /** Mark of its tree. */
  static mark: i32 = 0;
  /** What is to be shown, as a value that is maximised. */
  static claimed: i64 = 0;
  /** It is a matching of contradictions (`c` records) and not a tree. */
  static matched: bool = false;
  /** It knows how it argues and what its root shows. */
  static opened: bool = false;
}
