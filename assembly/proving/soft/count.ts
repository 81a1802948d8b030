import { countNode } from '../../base/clock';
import { count, COUNT_NODES_PROOF } from '../../base/counts';
import { inputs, keptCount } from '../../problem/shape';
import { weightAt, weightRow } from '../../network/weights';
import { CODE_L, logHasRoom } from '../../record/log';
import { incumbent } from '../../record/incumbent';
import { beginSoftCount, stepSoftCount } from '../../search/soft/soft-count';
import { rootWeights, SoftCount } from '../../search/soft/state';
import { logSoftMultipliers } from '../multipliers';
import { advance, beginPath, closeNode, failTree } from '../path';
import { clearNodeState, Path, TREE_RUNNING } from '../state';

/**
 * MW of one neuron under soft margins, written down: the multipliers by which so few weights lose too much (search/soft/soft-count.ts). A root
 * alone: branching would help where the relaxation's weights are fractions, which is not what the count lacks.
 */

/** Starts a proof that no fewer than `-value` weights keep the loss. */
export function beginCountProof(value: i64): i32 {
  clearNodeState();
  const mark = beginPath(value, true);
  SoftCount.closes = false;
  const row = weightRow(incumbent, 0, 0);
  for (let i = 0; i < inputs; i++) store<f64>(rootWeights + (<usize>i << 3), <f64>weightAt(row, i));
  beginSoftCount(rootWeights);
  while (stepSoftCount(<i32>-value)) {}
  SoftCount.closes = SoftCount.least >= <i32>-value;
  if (!SoftCount.closes) failTree();
  return mark;
}

/** What the root shows. */
export function countReach(): i64 {
  return -<i64>SoftCount.least;
}

export function stepCountProof(mark: i32): void {
  assert(mark == Path.mark);
  if (Path.state != TREE_RUNNING || !logHasRoom(2 * keptCount + 64)) return;
  countNode();
  count(COUNT_NODES_PROOF);
  logSoftMultipliers(0);
  closeNode(CODE_L);
  advance(noChild);
}

function noChild(kind: i32, a: i32, b: i32, c: i32, child: i32): i32 {
  return -1;
}
