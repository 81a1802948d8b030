/** What is said of a stage wherever stages are listed. */
export interface StageFacts {
  /** What it is after, for people who have not read the paper. */
  readonly aim: string;
  /** What its objective and its bound are figures of. MM with soft margins counts what they lack instead, below 0. */
  readonly unit: 'samples' | 'margin' | 'weights';
  /** +1: larger is better, a bound is above; -1: smaller is better, a bound is below. */
  readonly sense: 1 | -1;
}

/**
 * The stages in their lexicographic order: the only list of them. The schema of models and the documents cannot import it
 * and are held to it by tests.
 */
export const STAGES = {
  sm: { aim: 'most samples right, with confidence', unit: 'samples', sense: 1 },
  mm: { aim: 'then the largest margins', unit: 'margin', sense: 1 },
  mw: { aim: 'then the fewest weights', unit: 'weights', sense: -1 },
} as const satisfies Readonly<Record<string, StageFacts>>;

export type StageName = keyof typeof STAGES;

export const STAGE_NAMES: readonly StageName[] = Object.keys(STAGES) as StageName[];

export function isStageName(value: unknown): value is StageName {
  return (STAGE_NAMES as readonly unknown[]).includes(value);
}

export function comesBefore(a: StageName, b: StageName): boolean {
  return STAGE_NAMES.indexOf(a) < STAGE_NAMES.indexOf(b);
}

/**
 * The first entry that cannot stand where it does: no stage at all, or one that does not come after the one before it.
 * Undefined: the entries are stages in their order, none twice.
 */
export function misplacedStage(
  entries: readonly unknown[],
): { readonly entry: unknown; readonly isStage: boolean } | undefined {
  let last = -1;
  for (const entry of entries) {
    if (!isStageName(entry)) return { entry, isStage: false };
    const at = STAGE_NAMES.indexOf(entry);
    if (at <= last) return { entry, isStage: true };
    last = at;
  }
  return undefined;
}

/** What a stage may say of itself, and what ended it (contract, solution file). */
export const STATUSES = ['optimal', 'feasible', 'infeasible', 'unknown'] as const;
export const STOP_REASONS = ['proved', 'time-limit', 'work-limit', 'interrupted'] as const;
export type StageStatus = (typeof STATUSES)[number];
export type StopReason = (typeof STOP_REASONS)[number];
