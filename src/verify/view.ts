import type { StageRecord } from '../problem/solution.js';
import { type Claim, type ClaimRow, NONE } from './claims.js';
import type { ReadFigures } from './figures.js';
import type { StageProof } from './proof/types.js';
import type { StageStart } from './starts.js';
import type { StageVerdict } from './verdict.js';
import type { Measured } from './worth/index.js';

/** One stage of the file, and what is found out about it. */
export interface View {
  readonly record: StageRecord;
  readonly row: ClaimRow;
  readonly figures: ReadFigures;
  /** Units of its figures in 1 of the file: for what is said to people. */
  readonly scale: number;
  /** The network the stage ended with; undefined: not in the file, or at fault. */
  readonly measured?: Measured;
  readonly start: StageStart;
  readonly reasons: string[];
}

/** What the file claims beyond what its networks attain; `undefined`: nothing. */
export function claimOf({ record, figures }: View): Claim | undefined {
  if (record.status === 'infeasible') return NONE;
  if (record.bound === null) return undefined;
  return { kind: 'bound', units: figures.bound as number };
}

/** What a proof's block shows; `undefined`: nothing. */
export function shownBy({ holds, claim }: StageProof): Claim | undefined {
  if (!holds || claim === null) return undefined;
  return claim === 'none' ? NONE : { kind: 'bound', units: claim };
}

/** A claim of a proof as a file would say it. */
export function inFileUnits({ scale }: View, claim: StageProof['claim']): string {
  return String(typeof claim === 'number' ? claim / scale : claim);
}

/** What a stage claims that nothing in its verdict shows, in words. */
export function unshown(view: View, { objectiveHolds, boundHolds }: StageVerdict): string[] {
  const { stage, status, objective, bound } = view.record;
  const open: string[] = [];
  if (objective !== null && objectiveHolds === null) open.push(`${stage}: objective ${objective}`);
  if (boundHolds === null && status === 'infeasible') open.push(`${stage}: infeasible`);
  if (boundHolds === null && bound !== null) open.push(`${stage}: bound ${bound}`);
  if (view.record.boundGivenReliance !== undefined)
    open.push(`${stage}: bound ${view.record.boundGivenReliance} given what rows rely on`);
  const hasClaim = objective !== null || bound !== null || status === 'infeasible';
  if (view.start.stated === true && hasClaim) open.push(`${stage}: the samples it keeps`);
  return open;
}
