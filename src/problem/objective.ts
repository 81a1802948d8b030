/**
 * What the stages optimise. In files (problem/file.ts) it is spread over the fields `objective`, `groups` and `soft`; inside it
 * is this one value, and everybody asks the functions here.
 */
export type Objective =
  /** The paper's margins (design section 1): every row is a sample. */
  | { readonly kind: 'paper' }
  /** What is certain on whole families of rows (docs/robust.md). */
  | { readonly kind: 'robust'; readonly groups?: Grouping }
  /** The same, with MM minimising what the rows lack of the reach wanted of them (docs/robust.md, "Soft margins"). */
  | { readonly kind: 'soft'; readonly groups?: Grouping; readonly targets: Int32Array };

/**
 * The sample that every row is an image of, numbered from 0 without gaps, rows of a sample with one label; left out: every row
 * is a sample of its own.
 */
export type Grouping = Int32Array;

/** A problem, as far as it is of interest here. */
interface Of {
  readonly objective?: Objective;
}

export function objectiveOf({ objective }: Of): Objective['kind'] {
  return objective?.kind ?? 'paper';
}

/** Whether rows are grouped into samples and SM counts what is certified, with soft margins or without. */
export function isRobust(problem: Of): boolean {
  return objectiveOf(problem) !== 'paper';
}

/** Soft margins: the reach wanted of each row, in whole units of pre-activation; else undefined. */
export function targetsOf({ objective }: Of): Int32Array | undefined {
  return objective?.kind === 'soft' ? objective.targets : undefined;
}

/** The grouping that a robust problem gives; undefined: every row is a sample of its own. */
export function groupingOf({ objective }: Of): Grouping | undefined {
  return objective === undefined || objective.kind === 'paper' ? undefined : objective.groups;
}

/** The problem under soft margins with these targets, its groups as they are; without: with the largest margin again. */
export function withTargets<P extends Of>(problem: P, targets: Int32Array | undefined): P {
  const groups = groupingOf(problem);
  const grouped = groups === undefined ? {} : { groups };
  const objective: Objective =
    targets === undefined ? { kind: 'robust', ...grouped } : { kind: 'soft', ...grouped, targets };
  return { ...problem, objective };
}
