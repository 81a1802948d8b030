import { CHECKED } from '../../base/check';
import { countNode } from '../../base/clock';
import { count, COUNT_NODES_WEIGHTS, COUNT_ROUNDINGS, COUNT_ROUNDINGS_FOUND } from '../../base/counts';
import { inputs, inputsPadded } from '../../problem/shape';
import { exchangeSoft, roundToFew } from '../../neuron/soft-few';
import { Few } from '../../neuron/state';
import { measureLacks, roundSoft, settleSoft } from '../../neuron/soft-neuron';
import { setWeight, weightRow } from '../../network/weights';
import { improveBound, offer, objective } from '../../record/incumbent';
import { boxHigh, boxLow, resetBoxes, setBounds } from '../../relax/exact/safe-bound';
import { budgetOfOne, isFew } from './few';
import { closingSoft, holdsWitness, keepsWitness } from './soft-witness';
import { addNode, clearPool, leastOpen, takeNode } from './soft-pool';
import { boundNode, narrowNode, Pick, pickSoftWeight, someOpen } from './soft-node';
import { lossWithoutWeights } from './soft-root';
import { allSides, boxWeights, rootWeights, SoftTree, tried } from './state';

/**
 * Branch and bound over the weights of one neuron under soft margins. The open node with the least bound comes first, and then its
 * better child, and so on until one closes: every look at a node is warm. Incumbents come out of rounded relaxations that
 * settle over all weights.
 */
/** Relaxations of the first nodes are all rounded and settled, but for a root whose relaxation has not moved since the stage settled its rounding; later ones now and then. */
const EAGER_NODES = 16;
const SETTLE_EVERY = 12;
const SETTLE_PASSES = 10;
const EXCHANGES = 4;

let visited: i32 = 0;
/** The node at hand goes on below the last one; its bound so far. */
let diving: bool = false;
let known: i64 = 0;
let trial: usize = 0;
/** The root's rounding has been settled. */
let rounded: bool = false;

/**
 * After `openRoot`, its bound, and the search from its rounding. `scratch`: a network, the upper layers of which there are none. `isRounded`: the root's
 * relaxation was at its end when it was rounded.
 */
export function beginSoftTree(scratch: usize, isRounded: bool): void {
  trial = scratch;
  visited = 0;
  rounded = isRounded;
  diving = true;
  known = 0;
  clearPool();
  resetBoxes();
  memory.copy(boxWeights, rootWeights, <usize>inputsPadded << 3);
}

/** One node; false when none is left. */
export function stepSoftTree(): bool {
  if (!diving) {
    if (SoftTree.open == 0) return false;
    known = takeNode();
    if (known >= -objective) {
      conclude();
      return false;
    }
  }
  visit();
  improveBound(-min(min(leastOpen(), diving ? known : i64.MAX_VALUE), min(-objective, lossWithoutWeights())));
  return diving || SoftTree.open > 0;
}

/** Every open node is as bad as the incumbent. */
function conclude(): void {
  improveBound(-min(SoftTree.dropped, min(-objective, lossWithoutWeights())));
}

function visit(): void {
  countNode();
  count(COUNT_NODES_WEIGHTS);
  diving = false;
  const bound = max(known, boundNode(-objective));
  if (CHECKED && bound >= -objective) closingSoft('soft-tree: the bound of a node');
  if (bound >= -objective) return;
  if ((visited > 0 || !rounded) && (visited < EAGER_NODES || visited % SETTLE_EVERY == 0)) tryRounding();
  visited++;
  if (bound >= -objective) return;
  const held = CHECKED && holdsWitness();
  const narrowed = narrowNode(-objective);
  if (CHECKED && held) keepsWitness('soft-tree: reduced costs');
  if (narrowed > 0 && !someOpen()) {
    // One vector is left; the next look is exact.
    known = bound;
    diving = true;
    return;
  }
  pickSoftWeight();
  if (Pick.input < 0) {
    offerPoint();
    return;
  }
  const i = Pick.input;
  const low = boxLow(i);
  const high = boxHigh(i);
  if (Pick.lower) {
    addNode(i, Pick.split + 1, high, bound);
    setBounds(i, low, Pick.split);
  } else {
    addNode(i, low, Pick.split, bound);
    setBounds(i, Pick.split + 1, high);
  }
  known = bound;
  diving = true;
}

/** Every box is a point, and the bound, which is exact there, is below the incumbent. */
function offerPoint(): void {
  const row = weightRow(trial, 0, 0);
  for (let i = 0; i < inputs; i++) setWeight(row, i, boxLow(i));
  offer(trial);
}

/** The relaxation's nearest integers, settled over all weights. */
function tryRounding(): void {
  count(COUNT_ROUNDINGS);
  memory.copy(tried, boxWeights, <usize>inputsPadded << 3);
  Few.budget = budgetOfOne();
  if (isFew()) roundToFew(tried, Few.budget);
  else roundSoft(tried);
  measureLacks(allSides, tried);
  settleSoft(tried, SETTLE_PASSES, false);
  if (isFew()) exchangeSoft(tried, EXCHANGES);
  Few.budget = i32.MAX_VALUE;
  const row = weightRow(trial, 0, 0);
  for (let i = 0; i < inputs; i++) setWeight(row, i, <i32>load<f64>(tried + (<usize>i << 3)));
  if (offer(trial)) count(COUNT_ROUNDINGS_FOUND);
  measureLacks(allSides, boxWeights);
}
