import { bestOpen, freeSlots, openAt, popLast, popNode, pushNode, totalOf } from './node-pool';
import { nodeHolds } from './side-witness';
import { CHOICE_RESERVE, Pool, stack } from './state';

/**
 * Which node of the activation tree comes next: held weights first, then the dive that is under way, then the best open
 * node. Every other node from the heap starts a dive, which goes on with the best child until it is closed or complete:
 * dives find networks, the others the bound.
 *
 * When the pool runs low the tree goes depth first until enough slots are free again: children go on a stack, and an empty
 * stack takes the heap's last node, one of those nearest to being closed.
 */
let held: usize = 0; // the node whose weights are being worked on, until that is settled
let diver: usize = 0; // the node that a dive goes on with
let diving: bool = false;
let stacked: i32 = 0;
let stackedTotal: i64 = 0; // the bound of everything that goes depth first

export function beginChoice(): void {
  held = 0;
  diver = 0;
  diving = false;
  stacked = 0;
}

/** Whether any node is open, in the heap or outside. */
export function anyOpen(): bool {
  return Pool.open > 0 || held != 0 || diver != 0 || stacked > 0;
}

/** The best bound of the nodes that are open, `i64.MIN_VALUE` where there is none. */
export function bestTotal(): i64 {
  let best = i64.MIN_VALUE;
  if (held) best = max(best, totalOf(held));
  if (diver) best = max(best, totalOf(diver));
  if (stacked > 0) best = max(best, stackedTotal);
  if (Pool.open > 0) best = max(best, bestOpen());
  return best;
}

/** Checked build: whether some open node holds the witness. */
export function anyOpenHolds(): bool {
  if ((held != 0 && nodeHolds(held)) || (diver != 0 && nodeHolds(diver))) return true;
  for (let at = 0; at < stacked; at++) if (nodeHolds(load<usize>(stack + (<usize>at << 2)))) return true;
  for (let at = 0; at < Pool.open; at++) if (nodeHolds(openAt(at))) return true;
  return false;
}

/** The node to work on next. Call only while `anyOpen`. */
export function takeNext(): usize {
  let node = held;
  if (node) {
    held = 0;
    return node;
  }
  node = diver;
  if (node) {
    diver = 0;
    return node;
  }
  if (stacked > 0) return load<usize>(stack + (<usize>(--stacked) << 2));
  diving = !diving;
  return freeSlots() < CHOICE_RESERVE ? popLast() : popNode();
}

/** Works on this node again before any other. */
export function holdNode(node: usize): void {
  held = node;
}

/** Opens a child: into the heap, but for the best one of a dive; or on the stack. */
export function openChild(child: usize): void {
  if (!diving) putAside(child);
  else if (!diver) diver = child;
  else if (totalOf(child) > totalOf(diver)) {
    putAside(diver);
    diver = child;
  } else putAside(child);
}

function putAside(node: usize): void {
  if ((stacked == 0 && freeSlots() >= CHOICE_RESERVE) || stacked == CHOICE_RESERVE) {
    pushNode(node);
    return;
  }
  stackedTotal = stacked == 0 ? totalOf(node) : max(stackedTotal, totalOf(node));
  store<usize>(stack + (<usize>stacked << 2), node);
  stacked++;
}
