import { spend } from '../../base/clock';
import { totalCost } from '../../problem/limits';
import { CODE_D, CODE_K, CODE_R, logHasRoom, patch, put } from '../../record/log';
import { Log } from '../../record/state';
import { shortened } from '../../search/counts/conflicts';
import { beginRowPass, BRANCH, CLOSED, holdPicked, lookAtRows, MORE, nextRows, packedTimes } from '../../search/counts/row-tree';
import { basicOf } from '../../search/counts/simplex';
import { BY_GIVEN, BY_PACKING, CONFLICTS, freshRows, freshTimes, Programs, RowNode, RowTree } from '../../search/counts/state';
import { beginPath, failTree } from '../path';
import { Path, TREE_PROVED, TREE_RUNNING } from '../state';
import { conflictNames, RowProof } from './state';

/**
 * SM of a single neuron by its rows (search/counts/row-tree.ts), written down: one pass more, depth first, with the conflicts that
 * the search has found. Where it asks for losses that the search has shown it is as large as the last pass of the search, or
 * smaller; writing every pass down while it runs was the other way, and would have kept passes by the thousand nodes of which only the
 * last is wanted. What boxes have shown it tries too: a few lines are verified at once, and a search over weights may take
 * minutes. A conflict is written when a node first needs it.
 */

/** Whether the search has a tree over rows, whatever it has shown. */
export function rowsBegun(): bool {
  return RowTree.fits && RowTree.begun;
}

/** Starts a proof that no weights have more than `value`; only where `rowsBegun`. */
export function beginRowProof(value: i64): i32 {
  const mark = beginPath(value, true);
  memory.fill(conflictNames, 0xff, CONFLICTS << 2);
  RowProof.named = 0;
  RowProof.closing = false;
  if (!rowsBegun() || value < 0 || value > totalCost()) failTree();
  else beginRowPass(value);
  return mark;
}

/** Up to `count` nodes; stops early for a full log. */
export function stepRowProof(mark: i32, count: i32): void {
  assert(mark == Path.mark);
  for (let turn = 0; turn < count && Path.state == TREE_RUNNING; turn++) {
    if (RowProof.closing) {
      if (!writeClosing()) return;
      continue;
    }
    if (!logHasRoom(3)) return;
    spend(100);
    const result = lookAtRows();
    if (result == MORE) continue;
    if (result == BRANCH) {
      put(CODE_R);
      put(0);
      put(RowNode.pick);
      holdPicked();
    } else if (result == CLOSED) RowProof.closing = true;
    else failTree();
  }
}

/** The conflicts that the node at hand needs and the file does not have, then why it is closed. False where the log is full. */
function writeClosing(): bool {
  const by = RowNode.closedBy;
  const lp = Programs.packing;
  const packed = by == BY_PACKING ? lp.rows : 0;
  if (by >= 0 && !name(by)) return false;
  for (let r = 0; r < packed; r++) if (packedTimes(r) > 0 && !name(basicOf(lp, r))) return false;
  if (Path.state != TREE_RUNNING) return true;
  if (!logHasRoom(2 * packed + 8)) return false;
  put(CODE_D);
  const at = Log.words;
  put(0);
  let count = 0;
  if (by >= 0) {
    putTimes(by, 1);
    count = 1;
  }
  for (let r = 0; r < packed; r++) {
    const n = packedTimes(r);
    if (n == 0) continue;
    putTimes(basicOf(lp, r), <i32>min<i64>(n, i32.MAX_VALUE));
    count++;
  }
  patch(at, count);
  assert(count > 0 || by == BY_GIVEN);
  RowProof.closing = false;
  if (!nextRows()) Path.state = TREE_PROVED;
  return true;
}

function putTimes(conflict: i32, n: i32): void {
  put(load<i32>(conflictNames + (<usize>conflict << 2)));
  put(n);
}

/** The conflict is in the file, or has just been written to it. False where the log is full. */
function name(conflict: i32): bool {
  const at = conflictNames + (<usize>conflict << 2);
  if (load<i32>(at) >= 0) return true;
  const count = shortened(conflict);
  if (count == 0) failTree(); // it has been confirmed once, so it is now
  if (!logHasRoom(2 * count + 2)) return false;
  put(CODE_K);
  put(count);
  for (let k = 0; k < count; k++) {
    put(load<i32>(freshRows + (<usize>k << 2)));
    put(<i32>load<i64>(freshTimes + (<usize>k << 3)));
  }
  store<i32>(at, RowProof.named++);
  return true;
}
