import { countNode, spend } from '../../base/clock';
import { count, COUNT_NODES_PROOF } from '../../base/counts';
import { breathe } from '../../base/pause';
import { trailRoom } from '../../base/trail';
import { dotI16 } from '../../base/kernels/simd';
import { setWeight, weightRow } from '../../network/weights';
import { isCounted, mostOf, radiusOf } from '../../problem/boxes';
import { isUnsparing, Limits } from '../../problem/limits';
import { groupCount, inputs, inputsPadded, kept, keptCount, label, layerCount, sampleRow, targets } from '../../problem/shape';
import { bothLabels } from '../../relax/exact/count-bound';
import { offer, stage, STAGE_MM } from '../../record/incumbent';
import { CODE_F, CODE_L, CODE_W, CODE_X, logHasRoom } from '../../record/log';
import { multipliers } from '../../relax/exact/state';
import { beginMarginWorth, isOutOfMargin, marginCeiling } from '../../search/limits/margin-worth';
import { boxedHighs, boxedLows, limitedTrial, marginGains, marginTimes, MarginWorth, NetworkTree } from '../../search/limits/state';
import { logMultipliers } from '../multipliers';
import { advance, beginPath, closeNode, log1, log3, makeBox, open, raise, WEIGHT } from '../path';
import { clearNodeState, lowOf, Path, setBoxOf, TREE_RUNNING, upOf } from '../state';

/**
 * MM of a single neuron of which few weights may be other than 0, written down: the nodes of the searching tree (search/limits/network-tree.ts)
 * depth first, each with the multipliers of its bound (`m`), the weights that they leave no value but 0 (`f`), and the weight that is branched
 * on (`w`). The relaxation of the side tree knows no limit; its multipliers would be valid, and far off.
 */
const ROOT_ROUNDS = 400;
const ROOT_PACE: f64 = 4;
const ROUNDS = 8;
const PACE: f64 = 0.4;

let rootCeiling: i64 = 0;

/** Whether the stage at hand is this tree's. */
export function provesLimits(): bool {
  return stage == STAGE_MM && layerCount == 1 && targets == 0 && !isUnsparing() && NetworkTree.fits && (groupCount == 0 || bothLabels());
}

/** Starts at the root of a proof that no margin is above `value`. */
export function beginLimitProof(value: i64): i32 {
  clearNodeState();
  const mark = beginPath(value, true);
  beginMarginWorth();
  rootCeiling = marginCeiling(ROOT_ROUNDS, ROOT_PACE, i64.MIN_VALUE, layBoxes());
  return mark;
}

/** What the root shows. */
export function limitReach(): i64 {
  return rootCeiling;
}

/** Up to `count` nodes; stops early for a full log. */
export function stepLimitProof(mark: i32, count: i32): void {
  assert(mark == Path.mark);
  for (let turn = 0; turn < count && Path.state == TREE_RUNNING; turn++) {
    if (!logHasRoom(4 * keptCount + 64)) return;
    raise();
    breathe();
    if (Path.entering) visit();
    else advance(childOf);
  }
}

/** The node's boxes, for the bound; returns how many counted weights cannot be 0 in them. */
function layBoxes(): i32 {
  let forced = 0;
  for (let i = 0; i < inputs; i++) {
    const low = lowOf(0, i);
    const up = upOf(0, i);
    store<i16>(boxedLows + (<usize>i << 1), <i16>low);
    store<i16>(boxedHighs + (<usize>i << 1), <i16>up);
    if (isCounted(i) && (low > 0 || up < 0)) forced++;
  }
  spend(<f64>inputs);
  return forced;
}

function visit(): void {
  countNode();
  count(COUNT_NODES_PROOF);
  const forced = layBoxes();
  if (forced > Limits.nonzeros) {
    oneRow(0); // any row does: there is no room
    closeNode(CODE_X);
    return;
  }
  const ceiling = marginCeiling(ROUNDS, PACE, Path.cut, forced);
  for (let k = 0; k < keptCount; k++) store<i64>(multipliers + (<usize>k << 3), <i64>load<i32>(marginTimes + (<usize>k << 2)));
  logMultipliers(0, false, true);
  if (ceiling <= Path.cut) {
    closeNode(CODE_L);
    return;
  }
  narrow();
  let pick = MarginWorth.pick;
  if (pick < 0 || lowOf(0, pick) == upOf(0, pick)) pick = someOpen();
  if (pick < 0) {
    lookAtPoint();
    return;
  }
  const split = splitOf(pick);
  log3(CODE_W, 0, pick);
  log1(split);
  open(WEIGHT, 0, pick, split);
}

/** Weights that the last bound leaves no other value than 0. */
function narrow(): void {
  if (trailRoom() < 2 * inputs + 64) return;
  let any = false;
  for (let i = 0; i < inputs; i++) {
    if (!isOutOfMargin(i, Path.cut)) continue;
    setBoxOf(0, i, 0, 0);
    any = true;
  }
  if (!any) return;
  log1(CODE_F);
  log1(0);
}

function someOpen(): i32 {
  for (let i = 0; i < inputs; i++) if (lowOf(0, i) < upOf(0, i)) return i;
  return -1;
}

/** The lower child's upper end: what a weight that may be 0 gains most by goes to a child of its own. */
function splitOf(i: i32): i32 {
  const low = lowOf(0, i);
  const up = upOf(0, i);
  if (low > 0 || up < 0) return low + ((up - low) >> 1);
  if (low == 0) return 0;
  if (up == 0) return -1;
  const d = load<i64>(marginGains + (<usize>i << 3));
  const toll = MarginWorth.all * <i64>radiusOf(i);
  return mostOf(d, 1, <i64>up, toll) >= mostOf(d, <i64>low, -1, toll) ? 0 : -1;
}

/** One vector is left: its worst row says what it is worth. */
function lookAtPoint(): void {
  const row = weightRow(limitedTrial, 0, 0);
  for (let i = 0; i < inputs; i++) setWeight(row, i, lowOf(0, i));
  offer(limitedTrial);
  raise();
  let worst = 0;
  let least = i64.MAX_VALUE;
  for (let k = 0; k < keptCount; k++) {
    // A unit of S less on the - side, where the margin is less by epsilon: among whole sums the order is the same.
    const reach = 2 * <i64>label(kept(k)) * <i64>dotI16(row, sampleRow(kept(k)), inputsPadded) - (label(kept(k)) < 0 ? 1 : 0);
    if (reach >= least) continue;
    least = reach;
    worst = k;
  }
  oneRow(worst);
  closeNode(CODE_L); // the incumbent, or what it is compared with, is no worse
}

/** The multipliers of one row alone. */
function oneRow(k: i32): void {
  memory.fill(multipliers, 0, <usize>keptCount << 3);
  store<i64>(multipliers + (<usize>k << 3), 1);
  logMultipliers(0, false, true);
}

/** Weights are all that is branched on. */
function childOf(kind: i32, j: i32, i: i32, split: i32, child: i32): i32 {
  assert(kind == WEIGHT);
  return makeBox(j, i, split, child);
}
