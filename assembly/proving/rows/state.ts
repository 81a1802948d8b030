import { reserve } from '../../base/arena';
import { CONFLICTS, RowTree } from '../../search/counts/state';

/**
 *     array          shape             what                                     writer   begun anew by
 *     conflictNames  i32 [CONFLICTS]   number in the file; -1: not written yet  tree.ts  beginRowProof
 */
export let conflictNames: usize = 0;

/** What is being written. Writer: tree.ts; set by `beginRowProof`. */
export class RowProof {
  /** Conflicts that the file has so far. */
  static named: i32 = 0;
  /** The node at hand is closed, and conflicts that say so may still have to be written. */
  static closing: bool = false;
}

/** Behind `reserveCounts`, which knows whether there are rows to be told of. */
export function reserveRowProof(): void {
  if (RowTree.fits) conflictNames = reserve(CONFLICTS << 2);
}
